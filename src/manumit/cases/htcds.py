"""The Human Trafficking Case Data Standard: which fields there are, and what may stand in them.

HTCDS 2.0 (International Organization for Migration, 24 December 2021, CC BY 4.0) names 84 fields of
a person, a case and what happened, with lists of codes. Fields and lists are data
(`data/htcds/*.toml`, `languages.csv`); this module reads one cell as a value and writes a value as
a cell. A value is a text, a yes or no, or several codes; dates and numbers are texts in one spelling,
so that nothing is rounded. Labels, other spellings of the standard's own files, and case and blanks
that differ are understood; what is not understood is said with its cure, never guessed.
"""

import csv
import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any

from manumit.cases import consent
from manumit.core.reasons import say as sentence

Value = str | bool | tuple[str, ...]
GROUPS: tuple[str, ...] = ("hte", "spl", "out", "per", "cco")
DOCUMENTS: tuple[str, ...] = ("identity", "contact", "screening", "medical", "legal", "plan")
KINDS: tuple[str, ...] = (
    "text",
    "long",
    "lookup",
    "phone",
    "date",
    "number",
    "longitude",
    "latitude",
    "yes_no",
    "choice",
    "choices",
)
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)  # as the official sheet checks dates
LONGEST = 20_000  # characters in one cell; a spreadsheet program holds 32,767
_PHONE = re.compile(r"\+?[1-9]\d{1,14}\Z")  # E.164, as the standard writes it
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,12})?\Z")
_YES, _NO = ("true", "yes", "1", "y"), ("false", "no", "0", "n")
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)


class BadData(ValueError):  # noqa: N818 (said as people say it)
    """The data of the standard cannot be used; the message names the entry and the cure."""


class BadCell(ValueError):  # noqa: N818 (said as people say it)
    """A cell that cannot be read: the reason and the cure."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(reason)
        self.reason, self.cure = reason, cure


@dataclass(frozen=True)
class Field:
    """One field: `sealed_as` is the class of key that keeps it, `repeats` the group it repeats in.

    `counts` marks coded facts that say nothing of who somebody is; only these leave without
    identity.
    """

    name: str
    label: str
    section: str
    kind: str
    sealed_as: str
    codes: str = ""
    repeats: str = ""
    core: bool = False
    deprecated: bool = False
    counts: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Code:
    """One code of a list; `only_in` names the one file of the standard that has it."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()
    part_of: str = ""
    only_in: str = ""


@dataclass(frozen=True)
class Standard:
    """All fields by name and all lists by name."""

    version: str
    source: str
    licence: str
    sheet: tuple[str, ...]
    fields: Mapping[str, Field]
    lists: Mapping[str, Mapping[str, Code]]
    spelt: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def code(self, listed: str, text: str) -> str:
        """Return the code that a text stands for, "" when it is none."""
        return self.spelt[listed].get(fold(text), "")


@dataclass(frozen=True)
class Record:
    """One person's row. `extra` holds columns that the standard does not know, as they came."""

    values: Mapping[str, Value] = field(default_factory=dict)
    groups: Mapping[str, tuple[Mapping[str, Value], ...]] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    record_id: str = ""

    def text(self, name: str) -> str:
        """Return a text or code, "" when there is none."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def several(self, name: str) -> tuple[str, ...]:
        """Return several codes, none when there are none."""
        value = self.values.get(name, ())
        return value if isinstance(value, tuple) else ()

    def flag(self, name: str) -> bool | None:
        """Return a yes or a no; None when nobody said."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None


# The seven answers behind `con_Consent` have no field in the standard; they travel as columns of
# our own, so that a yes stays a yes that was explained.
TOLD: tuple[str, ...] = tuple(f"con_Consent_{question}" for question in consent.QUESTIONS)


def fold(text: str) -> str:
    """Return a text as it is compared: letters and digits alone, small."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _fields(text: str) -> dict[str, Field]:
    raw = tomllib.loads(text)
    found: dict[str, Field] = {}
    for entry in raw["field"]:
        made = Field(**entry | {"aliases": tuple(entry.get("aliases", ()))})
        if made.kind not in KINDS or made.sealed_as not in DOCUMENTS:
            raise BadData(f"fields.toml, {made.name}: unknown kind or sealed_as. Use a known one.")
        if made.repeats not in ("", *GROUPS):
            raise BadData(f"fields.toml, {made.name}: repeats in no known group.")
        if made.kind in ("choice", "choices") and not made.codes:
            raise BadData(f"fields.toml, {made.name}: name the list of its codes.")
        found[made.name] = made
    for question, name in zip(consent.QUESTIONS, TOLD, strict=True):
        label = question.replace("_", " ").capitalize()
        found[name] = Field(name, label, "Consent", "yes_no", "plan")
    return found


def _lists(text: str, languages: str) -> dict[str, dict[str, Code]]:
    raw = tomllib.loads(text)["lists"]
    found = {
        name: {
            entry["name"]: Code(**entry | {"aliases": tuple(entry.get("aliases", ()))})
            for entry in listed["codes"]
        }
        for name, listed in raw.items()
    }
    found["language"] = {
        row["code"]: Code(
            row["code"],
            row["name"],
            tuple(filter(None, (row["bibliographic"], row["two_letters"]))),
        )
        for row in csv.DictReader(languages.splitlines())
    }
    return found


def _spelt(codes: Mapping[str, Code]) -> dict[str, str]:
    spelt: dict[str, str] = {}
    for code in codes.values():
        for text in (code.label, *code.aliases):
            spelt.setdefault(fold(text), code.name)
    return spelt | {fold(name): name for name in codes}


def parse(fields: str, codes: str, languages: str) -> Standard:
    """Read the data files; raises BadData that names the entry."""
    said = tomllib.loads(fields)
    known, lists = _fields(fields), _lists(codes, languages)
    for each in known.values():
        if each.codes and each.codes not in lists:
            raise BadData(f"fields.toml, {each.name}: there is no list “{each.codes}”.")
    return Standard(
        said["version"],
        said["source"],
        said["licence"],
        tuple(said["sheet"]),
        known,
        lists,
        {name: _spelt(listed) for name, listed in lists.items()},
    )


@functools.cache
def load() -> Standard:
    """Return the standard as it ships."""
    home = resources.files("manumit.cases").joinpath("data/htcds")
    names = ("fields.toml", "codes.toml", "languages.csv")
    return parse(*(home.joinpath(name).read_text("utf-8") for name in names))


# --- reading one cell ----------------------------------------------------------------------------


def tidy(cell: str) -> str:
    """Return a cell without blanks at its ends, odd line ends and characters nobody can see."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return _UNPRINTABLE.sub("", text).strip()


def read(known: Field, cell: str) -> Value | None:
    """Return the value of a cell, None for an empty one; raises BadCell."""
    text = tidy(cell)
    if not text:
        return None
    if len(text) > LONGEST:
        raise BadCell(
            sentence("It is longer than {count} characters.", count=LONGEST), "Shorten it."
        )
    if known.kind == "choice":
        return _one(known, text)
    if known.kind == "choices":
        return _several(known, text)
    if known.kind == "yes_no":
        return _flag(text)
    if known.kind == "date":
        return _date(text)
    if known.kind == "phone":
        return _phone(text)
    if known.kind in ("number", "longitude", "latitude"):
        return _number(known, text)
    return text


def _unknown(known: Field, text: str) -> BadCell:
    listed = load().lists[known.codes]
    if known.codes == "country":
        return BadCell(
            sentence("“{cell}” is no country.", cell=text[:60]),
            "Use two letters of ISO 3166, as SY.",
        )
    if known.codes == "language":
        return BadCell(
            sentence("“{cell}” is no language.", cell=text[:60]),
            "Use three letters of ISO 639-2, as ara.",
        )
    several = ", ".join([name for name, code in listed.items() if not code.only_in][:21])
    return BadCell(
        sentence("“{cell}” is not in the list.", cell=text[:60]),
        sentence("Use one of: {codes}.", codes=several),
    )


def _one(known: Field, text: str) -> str:
    code = load().code(known.codes, text)
    if not code:
        raise _unknown(known, text)
    return code


def _several(known: Field, text: str) -> tuple[str, ...]:
    """Read codes or labels parted by semicolons, lines, commas or blanks.

    Some labels hold semicolons and commas themselves: the longest run that is a label counts.
    """
    found: list[str] = []
    for piece in _runs(known, re.split(r"[;\n]", text), "; "):
        code = load().code(known.codes, piece)
        parts = [code] if code else _codes_in(known, piece)
        found += [part for part in parts if part not in found]
    return tuple(found)


def _runs(known: Field, pieces: list[str], joint: str) -> Iterable[str]:
    start = 0
    while start < len(pieces):
        for end in range(min(len(pieces), start + 8), start, -1):
            run = joint.join(pieces[start:end])
            if load().code(known.codes, run) or end == start + 1:
                break
        if run.strip():
            yield run.strip()
        start = end


def _codes_in(known: Field, piece: str) -> list[str]:
    for pattern, joint in ((r",", ","), (r"\s+", " ")):
        runs = list(_runs(known, re.split(pattern, piece), joint))
        codes = [load().code(known.codes, run) for run in runs]
        if all(codes):
            return codes
    raise _unknown(known, piece)


def _flag(text: str) -> bool:
    said = text.casefold()
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise BadCell(
        sentence("“{cell}” is neither yes nor no.", cell=text[:40]), "Write TRUE or FALSE."
    )


def _date(text: str) -> str:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise BadCell(
            sentence("“{cell}” is no date.", cell=text[:40]),
            "Write it as 1990-03-31. If only the year is known, leave it empty.",
        ) from None
    if not EARLIEST <= day <= LATEST or not re.fullmatch(
        r"([T ][\d:.]+(Z|[+-][\d:]+)?)?", text[10:]
    ):
        raise BadCell(
            sentence("“{cell}” is no date between 1900 and 2100.", cell=text[:40]), "Correct it."
        )
    return day.isoformat()


def _phone(text: str) -> str:
    bare = re.sub(r"[\s().\-]|\(0\)", "", text)
    bare = "+" + bare[2:] if bare.startswith("00") else bare
    if not _PHONE.match(bare):
        raise BadCell(
            sentence("“{cell}” is no full telephone number.", cell=text[:40]),
            "Write it with the code of the country, as +962790000000.",
        )
    return bare


_LIMITS = {
    "longitude": 180,
    "latitude": 90,
    "prs_NumberOfChildren": 50,
    "vic_AgeWhenTrafficked": 120,
}


def _number(known: Field, text: str) -> str:
    if not _NUMBER.match(text):
        raise BadCell(
            sentence("“{cell}” is no number.", cell=text[:40]), "Write it with a point, as 32.05."
        )
    whole, _, rest = text.partition(".")
    rest = rest.rstrip("0")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    number = sign + (digits.lstrip("0") or "0") + (f".{rest}" if rest else "")
    number = "0" if number == "-0" else number
    most = _LIMITS.get(known.kind) or _LIMITS.get(known.name)
    if most is None:
        return number
    whole_number = known.kind == "number"
    if abs(float(number)) > most or (whole_number and (rest or sign)):
        cure = (
            sentence("Give a whole number from 0 to {most}.", most=most)
            if whole_number
            else sentence("Give a number from -{most} to {most}.", most=most)
        )
        raise BadCell(sentence("“{cell}” cannot be right.", cell=text[:40]), cure)
    return number


# --- writing one cell ----------------------------------------------------------------------------


def say(known: Field, value: Value | None, *, labels: bool = False) -> str:
    """Return a value as a cell: codes on the wire, or labels as people choose them."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return _label(known, value) if labels and known.kind == "choice" else value
    return ";".join(_label(known, code) if labels else code for code in value)


def _label(known: Field, code: str) -> str:
    if known.codes in ("gender", "language"):  # the official sheet lists these by code
        return code
    entry = load().lists[known.codes].get(code)
    return entry.label if entry else code


# --- what is kept under which key -----------------------------------------------------------------


def documents(record: Record, ours: Mapping[str, Value] | None = None) -> dict[str, dict[str, Any]]:
    """Return what is kept under each class of key, as JSON can carry it; empty ones left out.

    `ours` is what was coded here since, kept beside the row as it came.
    """
    known = load().fields
    kept: dict[str, dict[str, Any]] = {}
    for name, value in record.values.items():
        place = kept.setdefault(known[name].sealed_as, {})
        place.setdefault("values", {})[name] = _plain(value)
    for group, entries in record.groups.items():
        first = next(f for f in known.values() if f.repeats == group)
        place = kept.setdefault(first.sealed_as, {})
        said = [{name: _plain(value) for name, value in entry.items()} for entry in entries]
        place.setdefault("groups", {})[group] = said
    # An identifier elsewhere, and columns nobody knows, may say who it is.
    if record.extra:
        kept.setdefault("identity", {})["extra"] = dict(record.extra)
    if record.record_id:
        kept.setdefault("identity", {})["record_id"] = record.record_id
    for name, value in (ours or {}).items():
        place = kept.setdefault(known[name].sealed_as, {})
        place.setdefault("ours", {})[name] = _plain(value)
    return kept


def ours_of(kept: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Value]:
    """Return what was coded here since the row came in."""
    found: dict[str, Value] = {}
    for document in filter(None, kept.values()):
        found |= {name: _value(v) for name, v in _dict(document.get("ours")).items()}
    return found


def with_ours(record: Record, ours: Mapping[str, Value]) -> Record:
    """Return the row with what was coded here since; an empty value takes one away."""
    values = {name: v for name, v in record.values.items() if name not in ours}
    values |= {name: v for name, v in ours.items() if v not in ("", ())}
    return Record(values, record.groups, record.extra, record.record_id)


def from_documents(kept: Mapping[str, Mapping[str, Any] | None]) -> Record:
    """Return the record whose documents these are; a document that is closed is as if empty."""
    values: dict[str, Value] = {}
    groups: dict[str, tuple[Mapping[str, Value], ...]] = {}
    extra: dict[str, str] = {}
    record_id = ""
    for document in filter(None, kept.values()):
        values |= {name: _value(v) for name, v in _dict(document.get("values")).items()}
        for group, entries in _dict(document.get("groups")).items():
            groups[group] = tuple({n: _value(v) for n, v in entry.items()} for entry in entries)
        extra |= _dict(document.get("extra"))
        record_id = str(document.get("record_id") or record_id)
    return Record(values, groups, extra, record_id)


def _dict(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def _value(value: object) -> Value:
    if isinstance(value, bool | str):
        return value
    return tuple(str(code) for code in value) if isinstance(value, list) else str(value)
