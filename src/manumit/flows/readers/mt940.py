"""MT940: account statements of the SWIFT network, with the structured :86: of German and Dutch banks.

:25: names the account, :60: its currency, each :61: is one movement, the :86: after it says with whom.
A debit (D) and a reversed credit (RC) are money out; a credit (C) and a reversed debit (RD) money in;
what is only expected (EC, ED) has not moved yet. The day is the day of entry where it is given, its
year being the one nearest to the value date.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from manumit.flows import batch
from manumit.flows.readers import encoded, faults, how, lines, messages

_TAG = re.compile(r":(\d{2}[A-Z]?):(.*)", re.DOTALL)
_BEGINS = re.compile(rb"(\{1:[^}]{0,40}\}|:20:|\x01?\r?\n?:20:)")
_MOVE = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>RC|RD|EC|ED|C|D)(?P<funds>[A-Z])?"
    r"(?P<amount>\d{1,13},\d{0,3})(?P<code>[NFS][A-Z0-9]{3})(?P<rest>[^\n]*)(?:\n(?P<more>.*))?",
    re.DOTALL,
)
_BALANCE = re.compile(r"[CD]\d{6}([A-Z]{3})")
_SUBFIELD = re.compile(r"\?(\d{2})([^?]*)")
_SLASHED = re.compile(r"/(IBAN|NAME|REMI|BENM|ORDP|TRTP|EREF|BIC|CSID|MARF|SVCL|ADDR|ISDT)/")
FORMATS = ("%Y-%m-%d",)


def begins(head: bytes) -> bool:
    """Tell whether a file begins as a statement does."""
    return _BEGINS.match(head.lstrip()) is not None


def read(stream: BinaryIO, asked: how.Reading) -> Iterator[batch.Batch]:
    """Yield the movements of a file of statements. Raises batch.Unreadable."""
    notes: dict[str, int] = {}
    text = encoded.Text(stream, asked.encoding)
    found = _Statement().rows(_fields(text))
    yield from messages.batches(found, messages.mapping("mt940", FORMATS, ","), asked, notes)


def _fields(text: encoded.Text) -> Iterator[tuple[int, str, str]]:
    """Yield line, tag and content of each field; lines without a tag belong to the one before."""
    tag, begun = "", 1
    parts: list[str] = []
    for number, line in enumerate(_lines(text), 1):
        if line.startswith("{") and "{4:" in line:
            line = line.rpartition("{4:")[2]
        found = _TAG.match(line)
        ended = line.strip() in ("-", "-}") or line.startswith("-}")
        if (found or ended) and tag:
            yield begun, tag, "\n".join(parts)
            tag, parts = "", []
        if found:
            tag, parts, begun = found[1], [found[2]], number
        elif tag and not ended and line:
            if sum(map(len, parts)) > lines.MOST:
                raise faults.unreadable("line_long", line=begun)
            parts.append(line)
    if tag:
        yield begun, tag, "\n".join(parts)


def _lines(text: encoded.Text) -> Iterator[str]:
    rest, number = "", 0
    for block in text.blocks():
        *whole, rest = (rest + block.decode()).split("\n")
        number += len(whole)
        yield from whole
        if len(rest) > lines.MOST:
            raise faults.unreadable("line_long", line=number + 1)
    if rest:
        yield rest


class _Statement:
    """What the fields so far say: whose account, in which currency, and the movement not yet given."""

    def __init__(self) -> None:
        self.account = self.currency = ""
        self.waiting: messages.Row | None = None
        self.seen = 0

    def rows(self, fields: Iterator[tuple[int, str, str]]) -> Iterator[messages.Found]:
        for line, tag, content in fields:
            if tag == "86" and self.waiting is not None:
                _told(self.waiting, content)
            if self.waiting is not None and tag in ("86", "61", "62F", "62M", "20", "25"):
                yield _turned(self.waiting)
                self.waiting = None
            if tag == "61":
                yield from self._moved(line, content)
            else:
                self._said(tag, content)
        if self.waiting is not None:
            yield _turned(self.waiting)
        if not self.seen:
            raise faults.unreadable("statement_bad")

    def _said(self, tag: str, content: str) -> None:
        if tag == "20":
            self.account = self.currency = ""
        elif tag in ("25", "25P"):
            self.account, self.seen = content.split("\n")[0].strip(), self.seen + 1
        elif tag in ("60F", "60M") and (found := _BALANCE.match(content)):
            self.currency = found[1]

    def _moved(self, line: int, content: str) -> Iterator[messages.Found]:
        found = _MOVE.fullmatch(content)
        if not found or not (at := _day(found["value"], found["entry"] or "")):
            yield faults.rejected(line, "row", "line_bad", content)
            return
        if found["mark"] in ("EC", "ED"):
            yield faults.rejected(line, "row", "not_booked", content)
            return
        if not self.account:
            yield faults.rejected(line, "account", "account_missing", content)
            return
        _, _, bank = found["rest"].partition("//")
        bank = bank.strip()
        self.waiting = {
            "line": str(line),
            "at": at,
            "out": "1" if found["mark"] in ("D", "RC") else "",
            "own": self.account,
            "amount": found["amount"].rstrip(","),
            "currency": self.currency,
            "kind": messages.codes("swift").get(found["code"], "transfer"),
            "reference": f"{self.account}/{bank}" if bank and bank.upper() != "NONREF" else "",
            "text": (found["more"] or "").strip(),
        }


def _day(value: str, entry: str) -> str:
    """Return the day of entry (MMDD) in the year nearest to the value date (YYMMDD)."""
    century = 1900 if value[:2] >= "80" else 2000
    try:
        on = date(century + int(value[:2]), int(value[2:4]), int(value[4:]))
        if not entry:
            return on.isoformat()
        near = [_maybe(on.year + step, entry) for step in (-1, 0, 1)]
        return min((d for d in near if d), key=lambda d: abs((d - on).days)).isoformat()
    except ValueError:
        return ""


def _maybe(year: int, entry: str) -> date | None:
    try:
        return date(year, int(entry[:2]), int(entry[2:]))
    except ValueError:
        return None


def _turned(row: messages.Row) -> messages.Row:
    """Return the row with its two sides, by whether money went out."""
    own, other, name = row.pop("own"), row.pop("other", ""), row.pop("other_name", "")
    out = bool(row.pop("out"))
    sides = {"source": own, "target": other, "target_name": name}
    if not out:
        sides = {"source": other, "target": own, "source_name": name}
    return {**row, **sides}


def _told(row: messages.Row, content: str) -> None:
    """Add what :86: says: with whom, what for, and in which way it was paid."""
    whole = content.replace("\n", "")
    if re.match(r"\d{3}\?\d{2}", whole):
        _german(row, whole)
    elif _SLASHED.search(whole):
        _dutch(row, whole)
    else:
        row["text"] = content.replace("\n", " ").strip()


def _german(row: messages.Row, whole: str) -> None:
    code, parts = whole[:3], dict[str, str]()
    for number, text in _SUBFIELD.findall(whole[3:]):
        parts[number] = parts.get(number, "") + text
    row["kind"] = messages.codes("gvc").get(code, row["kind"])
    row["purpose"] = messages.codes("gvc_purpose").get(code, "")
    words = [parts[n] for n in map(str, (*range(20, 30), *range(60, 64))) if n in parts]
    row["text"] = "".join(words).strip() or parts.get("00", "")
    row["other"] = parts.get("31", "").strip()
    if row["other"].isdigit() and parts.get("30", "").strip():
        row["other"] = f"{parts['30'].strip()}/{row['other']}"
    row["other_name"] = (parts.get("32", "") + parts.get("33", "")).strip()


def _dutch(row: messages.Row, whole: str) -> None:
    pieces = _SLASHED.split(whole)
    parts = dict(zip(pieces[1::2], pieces[2::2], strict=False))
    row["other"] = parts.get("IBAN", "").strip("/ ")
    row["other_name"] = parts.get("NAME", "").strip("/ ")
    row["text"] = parts.get("REMI", "").strip("/ ") or whole
