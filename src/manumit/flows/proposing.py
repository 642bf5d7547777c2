"""A mapping proposed from a table's headings and first rows, with a reason per column and the doubts.

It only proposes: a person confirms. What headings are called is data (``data/headings.toml``); what the
cells hold decides between two readings, and where both fit, the doubt is told.
"""

import functools
import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass

from manumit.core import reasons as said
from manumit.flows import guessing, money, words
from manumit.flows import mapping as mappings

_DIGITS = {ord(chr(base + i)): str(i) for base in (0x660, 0x6F0) for i in range(10)}
_DIGITS |= {0x66B: ".", 0x66C: ","}


@dataclass(frozen=True)
class Proposal:
    """A mapping that may lack what only a person knows (`mapping.check` says what), and why."""

    mapping: mappings.Mapping
    reasons: Table[str, str]  # field -> why this column
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class _Column:
    heading: str
    cells: tuple[str, ...]  # not empty, digits made western

    @property
    def numbers(self) -> bool:
        """Tell whether some cells are numbers: a file that needs mending has others too."""
        return bool(self.cells) and guessing.share(self.cells, guessing.NUMBER.match) > 0


def propose(
    headings: Sequence[str], sample: Sequence[Sequence[str]], name: str = "", skip: int = 0
) -> Proposal:
    """Return the mapping that fits best. `sample`: rows of cells, as wide as the headings."""
    columns = [
        _Column(
            heading, tuple(c for row in sample if place < len(row) and (c := _cell(row[place])))
        )
        for place, heading in enumerate(headings)
    ]
    chosen, why = _chosen(columns)
    doubts: list[str] = []
    formats = _formats(chosen, doubts)
    decimal, thousands = _marks(chosen, doubts)
    style, debits, credits_ = _style(chosen, why, doubts)
    constant = _constants(chosen, style, doubts)
    _unfit(chosen, formats, doubts)
    codes = _codes(chosen)
    made = mappings.Mapping(
        id=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") or "proposed",
        columns={
            field: (column.heading,)
            for field, column in sorted(chosen.items(), key=lambda pair: columns.index(pair[1]))
        },
        status="pending",
        formats=formats,
        decimal=decimal,
        thousands=thousands,
        style=style,
        debits=debits,
        credits=credits_,
        constant=constant,
        codes=codes,
        skip=skip,
    )
    return Proposal(made, why, tuple(doubts))


def _cell(cell: str) -> str:
    return (
        re.sub("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", cell)
        .translate(_DIGITS)
        .strip()
    )


def _chosen(columns: Sequence[_Column]) -> tuple[dict[str, _Column], dict[str, str]]:
    """Return each field's column: the best names first, no column twice."""
    offers = sorted(
        (
            (-score, place, field, language)
            for place, column in enumerate(columns)
            for field in words.headings()
            if (found := _score(field, column)) and (score := found[0])
            for language in (found[1],)
        ),
        key=lambda offer: (offer[0], offer[1]),
    )
    chosen: dict[str, _Column] = {}
    why: dict[str, str] = {}
    taken: set[int] = set()
    for _, place, field, language in offers:
        if field in chosen or place in taken:
            continue
        taken.add(place)
        chosen[field] = columns[place]
        why[field] = said.say(
            "The heading “{heading}” is what banks call it ({language}).",
            heading=columns[place].heading,
            language=language,
        )
    return chosen, why


def _score(field: str, column: _Column) -> tuple[float, str] | None:
    """Return how well a column fits a field, and by which language; None where it cannot."""
    heading = words.even(re.sub(r"\([A-Z]{3}\)", "", column.heading))
    parts = heading.split()
    best = (0.0, "")
    for word, language in words.headings()[field]:
        if heading == word:
            best = max(best, (3.0 + len(word) / 1000, language))
        elif len(word) > 3 and set(word.split()) <= set(parts):
            best = max(best, (1.0 + len(word.split()) / 2 - len(parts) / 10, language))
    return best if best[0] > 0 and _can_be(field, column) else None


def _can_be(field: str, column: _Column) -> bool:
    """Tell whether the cells could be this field."""
    cells = column.cells
    if not cells:
        return field not in ("at", "amount", "currency")
    if field == "at":
        return bool(guessing.fitting(cells))
    if field in ("amount", "debit", "credit"):
        return column.numbers
    if field in ("source_name", "target_name", "other_name"):
        return guessing.share(cells, guessing.NUMBER.match) < 1
    if field == "time":
        return all(re.match(r"\d{1,2}:\d{2}", cell) for cell in cells)
    if field == "currency":
        return all(len(cell) <= 12 and not any(map(str.isdigit, cell)) for cell in cells)
    if field == "direction":
        return all(words.direction(cell) for cell in cells)
    if field in ("source", "target", "account", "other"):
        return any(any(map(str.isdigit, cell)) for cell in cells)
    return True


def _formats(chosen: Table[str, _Column], doubts: list[str]) -> tuple[str, ...]:
    if "at" not in chosen:
        doubts.append(said.say("No column of dates was found. Name it under [columns] as at."))
        return ("%Y-%m-%d",)
    cells = chosen["at"].cells
    fitting = guessing.fitting(cells)
    days = [form for form in fitting if form.startswith("%d")]
    months = [form for form in fitting if form.startswith("%m")]
    if days and months:
        doubts.append(
            said.say("The dates could be day/month or month/day; day/month is proposed. Check one.")
        )
    form = next((f for f in (*days, *fitting) if "%y" not in f), fitting[0])
    if "time" in chosen:
        clock = "%H:%M:%S" if all(c.count(":") == 2 for c in chosen["time"].cells) else "%H:%M"
        form = f"{form} {clock}"
    return (form,)


def _marks(chosen: Table[str, _Column], doubts: list[str]) -> tuple[str, str]:
    """Return the decimal and the thousands mark."""
    names = [name for name in ("amount", "debit", "credit") if name in chosen]
    cells = [c for name in names for c in chosen[name].cells if guessing.NUMBER.match(c)]
    decimal, thousands, doubt = guessing.marks(cells)
    if doubt:
        doubts.append(
            said.say(
                "A comma in the amounts may part thousands or decimals; decimals are proposed."
            )
        )
    return decimal, thousands


def _style(
    chosen: dict[str, _Column], why: dict[str, str], doubts: list[str]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return how the direction is told; takes out of `chosen` what then has no place."""
    if "debit" in chosen and "credit" in chosen:
        style: tuple[str, tuple[str, ...], tuple[str, ...]] = ("two", (), ())
        _drop(chosen, why, "amount", "direction")
    elif "direction" in chosen and "amount" in chosen:
        used = dict.fromkeys(chosen["direction"].cells)
        out = tuple(word for word in used if words.direction(word) == "out")
        style = ("coded", out or ("D",), tuple(w for w in used if w not in out) or ("C",))
    elif "source" in chosen and "target" in chosen:
        style = ("plain", (), ())
    else:
        style = ("signed", (), ())
        cells = chosen["amount"].cells if "amount" in chosen else ()
        if "direction" not in chosen and not any(
            cell.startswith(("-", "−", "(")) or cell.endswith("-") for cell in cells
        ):
            doubts.append(
                said.say(
                    "No amount in the first rows is below zero, and no column says the direction."
                )
            )
    if style[0] == "plain":
        _drop(chosen, why, "account", "other", "other_name", "debit", "credit", "direction")
    else:
        for side in ("target", "source"):
            for end in ("", "_name"):
                if f"{side}{end}" in chosen and f"other{end}" not in chosen:
                    chosen[f"other{end}"] = chosen[f"{side}{end}"]
                    why[f"other{end}"] = why[f"{side}{end}"]
                _drop(chosen, why, f"{side}{end}")
        if style[0] != "two":
            _drop(chosen, why, "debit", "credit")
    return style


def _drop(chosen: dict[str, _Column], why: dict[str, str], *names: str) -> None:
    for name in names:
        chosen.pop(name, None)
        why.pop(name, None)


def _unfit(chosen: Table[str, _Column], formats: tuple[str, ...], doubts: list[str]) -> None:
    """Tell where some of the first cells do not fit; those rows will be refused."""
    day = formats[0].removesuffix(" %H:%M:%S").removesuffix(" %H:%M")
    fits: dict[str, Callable[[str], object]] = {
        "at": functools.partial(guessing.parses, day if "time" in chosen else formats[0]),
        **dict.fromkeys(("amount", "debit", "credit"), guessing.NUMBER.match),
    }
    for field, fit in fits.items():
        column = chosen.get(field)
        if column and column.cells and (bad := sum(not fit(cell) for cell in column.cells)):
            doubts.append(
                said.say(
                    "Under “{heading}” {bad} of the first {all} cells cannot be read; their rows "
                    "would be refused.",
                    heading=column.heading,
                    bad=bad,
                    all=len(column.cells),
                )
            )


def _constants(chosen: Table[str, _Column], style: str, doubts: list[str]) -> dict[str, str]:
    made = {}
    if "currency" not in chosen:
        heads = (chosen[n].heading for n in ("amount", "debit", "credit") if n in chosen)
        found = next(
            (c for h in heads for c in re.findall(r"\b[A-Z]{3}\b", h) if money.known(c)), ""
        )
        if found:
            made["currency"] = found
        else:
            doubts.append(
                said.say(
                    "No column says the currency. Set one under [constant], or the ledger's is taken."
                )
            )
    if style != "plain" and "account" not in chosen:
        doubts.append(
            said.say("It is not said whose statement this is. Write the account under [constant].")
        )
    if not {"amount", "debit"} & set(chosen):
        doubts.append(
            said.say("No column of amounts was found. Name it under [columns] as amount.")
        )
    if "reference" in chosen and len(set(chosen["reference"].cells)) < len(
        chosen["reference"].cells
    ):
        doubts.append(
            said.say(
                "The reference comes more than once in the first rows; a reference must not repeat."
            )
        )
    return made


def _codes(chosen: Table[str, _Column]) -> dict[str, dict[str, str]]:
    """Return the file's own words for ways of payment, as far as the first rows show them."""
    if "kind" not in chosen:
        return {}
    used = dict.fromkeys(chosen["kind"].cells)
    table = {word: found for word in used if (found := words.kind(word))}
    return {"kind": table} if table else {}
