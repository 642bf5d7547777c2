"""A text file cut into records: which bytes are one row, how many cells it has, and at which line.

All at once by numpy: a line end or a separator counts where the number of quotation marks before it
is even, which is RFC 4180 for files whose marks stand at the borders of cells (a doubled mark counts
twice). Whether a file keeps to that is looked at in its beginning; where it does not, marks are letters
like any other. A mark that is never closed costs its own line and no other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from manumit.flows.readers import faults

MOST = 1 << 20  # bytes of one record
_NEWLINE, _QUOTE = 10, 34
_SEPARATORS = (",", ";", "\t", "|")
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Dialect:
    """How cells are parted, and whether quotation marks mean anything."""

    separator: str
    quoted: bool


@dataclass(frozen=True)
class Records:
    """Whole records of a block. `ends` point at each one's line end; `cells` counts its cells."""

    data: bytes
    starts: Places
    ends: Places
    cells: Places
    lines: Places
    odd: Places  # where quotation marks stand that neither begin nor end a cell
    open_quotes: tuple[tuple[int, bytes], ...] = ()  # line and bytes of what was cut out

    def raw(self, number: int) -> str:
        """Return one record as text."""
        return self.data[self.starts[number] : self.ends[number]].decode("utf-8", "replace")


def dialect(head: str, separator: str = "") -> Dialect:
    """Return how a file's beginning is parted: the separator that makes its lines most alike."""
    mark = separator or _separator(head, quoted=True)
    quoted = _proper(head, mark)
    if not quoted and not separator:
        mark = _separator(head, quoted=False)
    return Dialect(mark, quoted)


def _proper(head: str, separator: str) -> bool:
    """Tell whether quotation marks, if there are any, stand at the borders of cells."""
    borders = f"{separator}\n"
    wrong = marks = 0
    inside, doubled = False, -1
    for found in re.finditer('"', head):
        place = found.start()
        marks += 1
        if place == doubled:
            continue
        after = head[place + 1 : place + 2]
        if not inside:
            inside = place == 0 or head[place - 1] in borders
            wrong += not inside
        elif after == '"':
            doubled = place + 1
        else:
            inside = False
            wrong += after not in borders  # "" is in every text: the end is a border
    return wrong <= marks / 20


def _separator(head: str, *, quoted: bool) -> str:
    lines = [line for line in head.split("\n")[:200] if line.strip()]
    if quoted:
        lines = ["".join(line.split('"')[::2]) for line in lines]
    best, most = ",", 0.0
    for mark in _SEPARATORS:
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=lambda n: (counts.count(n) * (n > 0), n), default=0)
        score = counts.count(usual) * min(usual, 5) if usual else 0
        if score > most:
            best, most = mark, score
    return best


def records(blocks: Iterable[bytes], form: Dialect) -> Iterator[Records]:
    """Yield whole records, block by block. Raises batch.Unreadable for a line without an end."""
    rest, line = b"", 1
    for block in blocks:
        whole, rest = _cut(rest + block, form, line, last=False)
        yield from whole
        line += sum(_lines(part) for part in whole)
    if rest:
        yield from _cut(rest.removesuffix(b"\n") + b"\n", form, line, last=True)[0]


def _lines(part: Records) -> int:
    return part.data.count(b"\n") + len(part.open_quotes)


def _cut(data: bytes, form: Dialect, line: int, *, last: bool) -> tuple[list[Records], bytes]:
    made: list[Records] = []
    while data:
        part, data = _records(data, form, line)
        if part.data:
            made.append(part)
            line += part.data.count(b"\n")
        if not data or not (last or len(data) > MOST):
            break
        end = data.find(b"\n")
        if end < 0 or end > MOST:
            raise faults.unreadable("line_long", line=line)
        nothing = np.zeros(0, np.int64)
        cut = ((line, data[:end]),)
        made.append(Records(b"", nothing, nothing, nothing, nothing, nothing, cut))
        data, line = data[end + 1 :], line + 1
    return made, data


def _records(data: bytes, form: Dialect, line: int) -> tuple[Records, bytes]:
    """Return the records that are whole, and the bytes after them."""
    array = np.frombuffer(data, np.uint8)
    newlines = np.flatnonzero(array == _NEWLINE)
    marks = np.flatnonzero(array == _QUOTE) if form.quoted else np.zeros(0, np.int64)
    marks, odd = _paired(data, array, marks, ord(form.separator))
    ends = _outside(newlines, marks)
    whole = int(ends[-1]) + 1 if len(ends) else 0
    separators = np.flatnonzero(array[:whole] == ord(form.separator))
    separators = _outside(separators, marks)
    starts = np.concatenate([np.zeros(min(1, len(ends)), np.int64), ends[:-1] + 1])
    cells = np.diff(np.searchsorted(separators, ends), prepend=0) + 1
    lines = line + np.searchsorted(newlines, starts)
    too_long = np.flatnonzero(ends - starts > MOST)
    if len(too_long):
        raise faults.unreadable("line_long", line=int(lines[too_long[0]]))
    return Records(data[:whole], starts, ends, cells, lines, odd[odd < whole]), data[whole:]


def _paired(
    data: bytes, array: npt.NDArray[np.uint8], marks: Places, separator: int
) -> tuple[Places, Places]:
    """Return the marks that begin and end cells (or are doubled), and those that stand elsewhere."""
    borders = (separator, _NEWLINE, _QUOTE)
    before = array[np.maximum(marks[::2] - 1, 0)]
    after = array[np.minimum(marks[1::2] + 1, len(array) - 1)]
    begins = np.isin(before, borders) | (marks[::2] == 0)
    closes = np.isin(after, borders) | (marks[1::2] == len(array) - 1)
    if begins.all() and closes.all():
        return marks, np.zeros(0, np.int64)
    kept, odd = [], []
    inside, doubled = False, -1
    for place in marks.tolist():
        follows = data[place + 1 : place + 2]
        if place == doubled:
            kept.append(place)
        elif not inside and place and data[place - 1] not in (separator, _NEWLINE):
            odd.append(place)
        elif inside and follows == b'"':
            kept.append(place)
            doubled = place + 1
        else:
            kept.append(place)
            if inside and follows and follows[0] not in (separator, _NEWLINE):
                odd.append(place)
            inside = not inside
    return np.array(kept, np.int64), np.array(odd, np.int64)


def _outside(places: Places, marks: Places) -> Places:
    if not len(marks) or not len(places):
        return places
    outside: Places = places[np.searchsorted(marks, places) % 2 == 0]
    return outside


def kept(part: Records, keep: npt.NDArray[np.bool_]) -> bytes:
    """Return the bytes of some of the records, each with its line end."""
    if keep.all():
        return part.data
    lengths = part.ends - part.starts + 1
    return np.frombuffer(part.data, np.uint8)[np.repeat(keep, lengths)].tobytes()
