"""Which column of a bank's file is what: data that is saved, read back, and refused when it cannot work.

A mapping is TOML. It names the columns, how dates and amounts are written, and the file's own words
for currencies, ways of payment and purposes::

    id = "example-bank"
    about = "transfers"             # or "accounts"
    [columns]
    at = "Date"
    account = "Account"
    other = ["Bank", "IBAN"]        # several columns are joined
    amount = "Amount"
    [time]
    formats = ["%d/%m/%Y"]
    zone = "Asia/Amman"             # "" takes the ledger's
    [amount]
    decimal = ","
    thousands = "."
    style = "signed"                # below zero is money out
    [constant]
    currency = "JOD"
    [codes.kind]
    "ATM" = "cash_out"

How amounts tell the direction (`style`): *plain*: from `source` to `target`; *signed*: a statement of
`account`, where below zero is money out; *two*: columns `debit` and `credit`; *coded*: `direction` holds
one of `debits` or `credits`.
"""

import json
import re
import tomllib
import zoneinfo
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from manumit.flows import kinds, money

TRANSFERS = frozenset(
    [
        "at",
        "time",
        "source",
        "target",
        "source_name",
        "target_name",
        "account",
        "account_name",
        "other",
        "other_name",
        "amount",
        "debit",
        "credit",
        "direction",
        "currency",
        "kind",
        "purpose",
        "country_from",
        "country_to",
        "place",
        "device",
        "mcc",
        "reference",
        "text",
        "label",
        "label_pattern",
        "label_instance",
    ]
)
ACCOUNTS = frozenset(
    [
        "account",
        "name",
        "account_kind",
        "holder",
        "holder_name",
        "country",
        "opened",
        "income",
        "currency",
        "address",
        "phone",
        "label",
        "label_pattern",
        "label_instance",
    ]
)
STYLES = ("plain", "signed", "two", "coded")
STEP = "step"  # a format: whole days since 1970-01-01, which is how simulations count
MARKS = ("", ".", ",", "'", " ", "’")
CODED = ("currency", "kind", "purpose", "country", "account_kind", "label_pattern")
ACCOUNT_KINDS = ("", "person", "business", "agent", "collector")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")
_KNOWN = {
    "": {"id", "title", "about", "source", "status", "signature", "references", "columns", "time",
         "amount", "constant", "codes", "file"},
    "time": {"formats", "zone", "precision"},
    "amount": {"decimal", "thousands", "style", "debits", "credits", "rounded"},
    "file": {"encoding", "separator", "skip"},
}  # fmt: skip


class BadMapping(ValueError):  # noqa: N818 (said as people say it)
    """A mapping that is refused: which key, what is wrong, and the cure."""

    def __init__(self, key: str, reason: str, cure: str) -> None:
        super().__init__(f"{key}: {reason} {cure}")
        self.key, self.reason, self.cure = key, reason, cure


@dataclass(frozen=True)
class Mapping:
    """One layout of a table. `columns`: field -> headings, joined where there are several."""

    id: str
    columns: Table[str, tuple[str, ...]]
    title: str = ""
    about: str = "transfers"
    source: str = ""  # who says so
    status: str = ""  # verified, secondary, pending
    signature: tuple[str, ...] = ()  # headings by which a file is known for this layout
    references: str = ""  # who numbers the movements; "" is the mapping itself
    formats: tuple[str, ...] = ("%Y-%m-%d",)
    zone: str = ""
    precision: str = ""  # "" follows from the format
    decimal: str = "."
    thousands: str = ""
    style: str = "plain"
    debits: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    rounded: bool = False
    constant: Table[str, str] = field(default_factory=dict)
    codes: Table[str, Table[str, str]] = field(default_factory=dict)
    encoding: str = ""
    separator: str = ""
    skip: int = 0  # lines above the heading

    def given(self, name: str) -> bool:
        """Tell whether a column or a constant gives the field."""
        return name in self.columns or bool(self.constant.get(name))


def read(text: str) -> Mapping:
    """Read a mapping from TOML. Raises BadMapping."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping("file", f"This is no TOML: {error}.", "Correct that line.") from None
    for table, known in _KNOWN.items():
        _only(raw if not table else _table(raw, table), known, table)
    times, amounts, file = (_table(raw, name) for name in ("time", "amount", "file"))
    made = Mapping(
        id=_text(raw, "id"),
        columns={k: _texts(v, f"columns.{k}") for k, v in _table(raw, "columns").items()},
        title=_text(raw, "title"),
        about=_text(raw, "about") or "transfers",
        source=_text(raw, "source"),
        status=_text(raw, "status"),
        signature=_texts(raw.get("signature", []), "signature"),
        references=_text(raw, "references"),
        formats=_texts(times.get("formats", ["%Y-%m-%d"]), "time.formats"),
        zone=_text(times, "zone", "time."),
        precision=_text(times, "precision", "time."),
        decimal=_text(amounts, "decimal", "amount.") or ".",
        thousands=_text(amounts, "thousands", "amount."),
        style=_text(amounts, "style", "amount.") or "plain",
        debits=_texts(amounts.get("debits", []), "amount.debits"),
        credits=_texts(amounts.get("credits", []), "amount.credits"),
        rounded=_flag(amounts, "rounded"),
        constant={k: _string(v, f"constant.{k}") for k, v in _table(raw, "constant").items()},
        codes={
            name: {k: _string(v, f"codes.{name}.{k}") for k, v in _table(table, "", name).items()}
            for name, table in _table(raw, "codes").items()
        },
        encoding=_text(file, "encoding", "file."),
        separator=_text(file, "separator", "file."),
        skip=_whole(file, "skip"),
    )
    check(made)
    return made


def write(mapping: Mapping) -> str:
    """Return the mapping as TOML; `read` gives the same mapping back."""
    lines = [f"{key} = {_toml(getattr(mapping, key))}"
             for key in ("id", "title", "about", "source", "status", "signature",
                         "references")
             if getattr(mapping, key)]  # fmt: skip
    tables: dict[str, Table[str, Any]] = {
        "columns": {k: v if len(v) > 1 else v[0] for k, v in mapping.columns.items()},
        "time": _some(mapping, "formats", "zone", "precision"),
        "amount": _some(mapping, "decimal", "thousands", "style", "debits", "credits", "rounded"),
        "constant": mapping.constant,
        **{f"codes.{name}": table for name, table in mapping.codes.items()},
        "file": _some(mapping, "encoding", "separator", "skip"),
    }
    for name, table in tables.items():
        if table:
            lines += ["", f"[{name}]", *(f"{_key(k)} = {_toml(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"


def check(mapping: Mapping) -> None:
    """Raise BadMapping for the first thing by which the mapping could not work."""
    if not _ID.fullmatch(mapping.id):
        raise BadMapping("id", "This is no name.", "Use small letters, digits and hyphens.")
    if mapping.about not in ("transfers", "accounts"):
        raise BadMapping("about", "It is neither.", "Write transfers or accounts.")
    known = TRANSFERS if mapping.about == "transfers" else ACCOUNTS
    for table, names in (("columns", mapping.columns), ("constant", mapping.constant)):
        for name in names:
            if name not in known:
                cure = f"Use one of: {', '.join(sorted(known))}."
                raise BadMapping(f"{table}.{name}", "This field is not known.", cure)
    _check_amount(mapping)
    _check_columns(mapping)
    _check_time(mapping)
    _check_codes(mapping)
    if mapping.separator not in ("", ",", ";", "\t", "|"):
        raise BadMapping("file.separator", "It is not known.", "Use , ; | or a tab.")


def _check_columns(mapping: Mapping) -> None:
    if mapping.about == "accounts":
        if not mapping.given("account"):
            raise BadMapping("columns.account", "It is missing.", "Name the account's column.")
        return
    if "at" not in mapping.columns:
        raise BadMapping("columns.at", "It is missing.", "Name the column of the date.")
    if mapping.style == "plain":
        if not (mapping.given("source") or mapping.given("target")):
            cure = "Name the column of who gave or who received; or set amount.style."
            raise BadMapping("columns.source", "No account is named.", cure)
    elif not mapping.given("account"):
        cure = "Name its column, or write the account under [constant]."
        raise BadMapping("columns.account", "It is not said whose statement this is.", cure)


def _check_time(mapping: Mapping) -> None:
    if not mapping.formats:
        raise BadMapping("time.formats", "There is none.", 'Give one, such as "%d/%m/%Y".')
    for text in mapping.formats:
        if why := _not_a_format(text):
            cure = 'Write it as "%d/%m/%Y" or "%Y-%m-%d %H:%M:%S".'
            raise BadMapping("time.formats", why, cure)
    if mapping.precision not in ("", "second", "minute", "day", "step"):
        raise BadMapping("time.precision", "It is not known.", "Use second, minute, day or step.")
    if mapping.zone and not _is_zone(mapping.zone):
        cure = "Use a name such as Asia/Amman, or leave it empty."
        raise BadMapping("time.zone", "This time zone is not known.", cure)


def _not_a_format(text: str) -> str:
    """Return why a text cannot be a format of dates, "" when it can."""
    if text in (STEP, "%s"):
        return ""
    marks = set(re.findall(r"%[.]?[A-Za-z]?", text))
    if not marks <= {f"%{mark}" for mark in (*"YymdbBHIpMSzFTRDe", ".f")}:
        return "A format holds a sign that is not known."
    if not marks & {"%F", "%D"} and not (marks & {"%Y", "%y"} and marks & {"%m", "%b", "%B"}):
        return "A format has no year or no month."
    if not marks & {"%F", "%D", "%d", "%e"}:
        return "A format has no day."
    halves = ("%I" in marks) != ("%p" in marks)
    if halves or (marks & {"%H", "%I"} and "%M" not in marks):
        return "A format has hours without minutes, or hours to twelve without morning and evening."
    return ""


@cache
def _is_zone(name: str) -> bool:
    return name in zoneinfo.available_timezones()


def _check_amount(mapping: Mapping) -> None:
    if mapping.about == "accounts":
        return
    if mapping.style not in STYLES:
        raise BadMapping("amount.style", "It is not known.", f"Use one of {', '.join(STYLES)}.")
    needs = {"plain": "amount", "signed": "amount", "two": "debit", "coded": "amount"}
    if not mapping.given(needs[mapping.style]):
        name = needs[mapping.style]
        raise BadMapping(f"columns.{name}", "It is missing.", "Name the column of the amount.")
    if mapping.style == "two" and "credit" not in mapping.columns:
        raise BadMapping("columns.credit", "It is missing.", "Name the column of money in.")
    if mapping.style == "coded" and not (
        "direction" in mapping.columns and mapping.debits and mapping.credits
    ):
        cure = "Name columns.direction, amount.debits and amount.credits."
        raise BadMapping("amount.style", "It is not said which codes are money out.", cure)
    if mapping.decimal not in (".", ",") or mapping.thousands not in MARKS:
        raise BadMapping("amount.decimal", "This mark is not known.", "Use . or , as the mark.")
    if mapping.decimal == mapping.thousands:
        raise BadMapping("amount.thousands", "Both marks are the same.", "Choose another.")


def _check_codes(mapping: Mapping) -> None:
    allowed = {
        "kind": {str(kind) for kind in kinds.Kind},
        "purpose": {str(purpose) for purpose in kinds.Purpose},
        "currency": set(money.exponents()),
        "account_kind": set(ACCOUNT_KINDS),
    }
    for name, table in mapping.codes.items():
        if name not in CODED:
            raise BadMapping(f"codes.{name}", "It is not known.", f"Use {', '.join(CODED)}.")
        for word, code in table.items():
            if name in allowed and code not in allowed[name]:
                cure = f"Use one of: {', '.join(sorted(allowed[name] - {''}))[:300]}."
                raise BadMapping(f"codes.{name}.{word}", "It stands for no code.", cure)
    for name in ("kind", "purpose", "currency"):
        if (value := mapping.constant.get(name)) and value not in allowed[name]:
            raise BadMapping(f"constant.{name}", "This is no code.", "Use a code of the list.")


@cache
def shipped() -> Table[str, Mapping]:
    """Return the mappings that come with the product, by id."""
    folder = resources.files("manumit.flows").joinpath("data/mappings")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    made = [read(file.read_text("utf-8")) for file in files]
    return {mapping.id: mapping for mapping in made}


def known_for(headings: tuple[str, ...]) -> Mapping | None:
    """Return the shipped mapping whose signature these headings hold; the longest wins."""
    there = set(headings)
    fits = [m for m in shipped().values() if m.signature and there.issuperset(m.signature)]
    return max(fits, key=lambda m: len(m.signature), default=None)


def _some(mapping: Mapping, *names: str) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(mapping, name))}


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        str(value)
        if isinstance(value, int)
        else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    )


def _only(raw: Table[str, Any], known: set[str], table: str) -> None:
    for key in raw:
        if key not in known:
            name = f"{table}.{key}" if table else key
            raise BadMapping(name, "This key is not known.", f"Use: {', '.join(sorted(known))}.")


def _table(raw: Any, name: str, said: str = "") -> dict[str, Any]:
    found = raw.get(name, {}) if name else raw
    if not isinstance(found, dict):
        raise BadMapping(said or name, "This is no table.", f"Write it under [{said or name}].")
    return found


def _string(value: Any, key: str) -> str:
    if not isinstance(value, str):
        raise BadMapping(key, "This is no text.", "Write it in quotation marks.")
    return value


def _text(raw: Table[str, Any], key: str, before: str = "") -> str:
    return _string(raw.get(key, ""), before + key)


def _texts(value: Any, key: str) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    texts = tuple(_string(item, key) for item in items)
    if key.startswith("columns.") and not all(texts):
        raise BadMapping(key, "A heading is empty.", "Name the column.")
    if key.startswith("columns.") and not texts:
        raise BadMapping(key, "No heading is named.", "Name the column, or take the line out.")
    return texts


def _flag(raw: Table[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if not isinstance(value, bool):
        raise BadMapping(f"amount.{key}", "It is neither true nor false.", "Write true or false.")
    return value


def _whole(raw: Table[str, Any], key: str) -> int:
    value = raw.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1000:
        raise BadMapping(f"file.{key}", "This is no number of lines.", "Write 0 to 1000.")
    return value
