"""Reading a TOML file strictly: every fault is noted with its key, its line and a cure.

Reading goes on after a fault with a harmless stand-in, so that one run shows all faults. Keys that
nobody asked for are faults too: a misspelt key must never be silently without effect.
"""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)
_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\-\"']+)\s*\]\]?")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_WORD = re.compile(r"[a-z][a-z0-9_]*\Z")


class BadPack(ValueError):  # noqa: N818
    """A pack that is refused: file, key, line (0 when not known), problem and cure."""

    def __init__(self, file: str, key: str, line: int, problem: str, cure: str) -> None:
        where = f"{file}:{line}" if line else file
        super().__init__(f"{where}: {key}: {problem} Cure: {cure}")
        self.file = file
        self.key = key
        self.line = line
        self.problem = problem
        self.cure = cure
        self.others: tuple[BadPack, ...] = ()


@dataclass
class Faults:
    """The faults found so far in one file."""

    file: str
    source: str
    found: list[BadPack] = field(default_factory=list)

    def note(self, key: str, problem: str, cure: str, line: int | None = None) -> None:
        """Keep one fault; the line is looked up by its key."""
        at = line_of(self.source, key) if line is None else line
        self.found.append(BadPack(self.file, key, at, problem, cure))

    def stop(self) -> None:
        """Raise the first fault (the others ride along), if there is any."""
        if self.found:
            first, *rest = sorted(self.found, key=lambda fault: fault.line or 0)
            first.others = tuple(rest)
            raise first


def document(source: str, faults: Faults) -> "Table":
    """Read TOML; raises BadPack when it is not TOML at all."""
    try:
        return Table(tomllib.loads(source), "", faults)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at.group(1)) if at else source.count("\n") + 1
        problem = f"not valid TOML: {_AT_LINE.sub('', str(error)).strip()}."
        faults.note("(file)", problem, "Correct the line; toml.io shows the format.", line)
        faults.stop()
        raise AssertionError("unreachable") from error


class Table:
    """One TOML table, from which every key must be asked for exactly once."""

    def __init__(self, content: dict[str, Any], path: str, faults: Faults) -> None:
        self._content = dict(content)
        self._asked: set[str] = set()
        self.path = path
        self.faults = faults

    def key(self, name: str) -> str:
        """Give the full path of a key."""
        return f"{self.path}.{name}" if self.path else name

    def fault(self, name: str, problem: str, cure: str) -> None:
        """Note a fault at a key of this table."""
        self.faults.note(self.key(name) if name else self.path, problem, cure)

    def has(self, name: str) -> bool:
        """Say whether a key is there and was not yet taken."""
        self._asked.add(name)
        return name in self._content

    def _take(self, name: str, kind: type | tuple[type, ...], what: str, default: Any) -> Any:
        self._asked.add(name)
        if name not in self._content:
            if default is None:
                self.fault(name, "is missing.", f"Add {name} = {what}.")
            return default
        value = self._content.pop(name)
        wrong_bool = isinstance(value, bool) and kind is not bool
        if wrong_bool or not isinstance(value, kind):
            self.fault(name, f"{value!r} is of the wrong kind.", f"Write {name} = {what}.")
            return default
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Take a text; None as default makes it mandatory."""
        value = str(self._take(name, str, '"some words"', default) or "").strip()
        if default is None and not value and not self._missing(name):
            self.fault(name, "is empty.", "Write at least one word.")
        return value

    def _missing(self, name: str) -> bool:
        return any(fault.key == self.key(name) for fault in self.faults.found)

    def identifier(self, name: str) -> str:
        """Take a mandatory identifier: lower-case letters, digits, underscores."""
        value = self.text(name)
        if value and not _WORD.match(value):
            self.fault(name, f"{value!r} is not an identifier.", "Use a-z, 0-9 and _ only.")
        return value

    def flag(self, name: str) -> bool:
        """Take true or false; false when absent."""
        return bool(self._take(name, bool, "true or false", False))

    def number(self, name: str, default: int, most: int) -> int:
        """Take a whole number between 0 and `most`."""
        value = self._take(name, int, "a whole number", default)
        if not 0 <= value <= most:
            self.fault(name, f"{value} is out of range.", f"Use 0 to {most}.")
            return default
        return int(value)

    def amount(self, name: str) -> int | float:
        """Take a mandatory number that is not negative."""
        value = self._take(name, (int, float), "a number", None)
        if value is not None and not 0 <= value < float("inf"):
            self.fault(name, f"{value} is out of range.", "Use a number from 0.")
            return 0
        return value or 0

    def day(self, name: str) -> date:
        """Take a mandatory date."""
        value = self._take(name, date, "2026-01-31 (a date without quotes)", None)
        if isinstance(value, datetime):
            self.fault(name, "has a time of day.", "Write the date alone.")
            return value.date()
        return value or date.min

    def choice(self, name: str, among: type[Choice], default: Choice | None = None) -> Choice:
        """Take one of the words of an enum; mandatory when there is no default."""
        value = self._take(name, str, " or ".join(f'"{c}"' for c in among), default)
        try:
            return among(value)
        except ValueError:
            if value is not None:
                words = ", ".join(among)
                self.fault(name, f'"{value}" is not known.', f"Use one of: {words}.")
            return default or next(iter(among))

    def words(self, name: str) -> frozenset[str]:
        """Take a list of words; empty when absent."""
        value = self._take(name, list, '["one", "two"]', [])
        if not all(isinstance(each, str) for each in value):
            self.fault(name, "is not a list of texts.", f'Write {name} = ["one", "two"].')
            return frozenset()
        if len(set(value)) != len(value):
            self.fault(name, "names something twice.", "Leave one out.")
        return frozenset(value)

    def table(self, name: str) -> "Table":
        """Take a table inside; empty when absent."""
        return Table(self._take(name, dict, "a table", {}) or {}, self.key(name), self.faults)

    def tables(self, name: str, *, mandatory: bool = False) -> list["Table"]:
        """Take a list of tables, counted from 1 in the keys of faults."""
        value = self._take(name, list, f"one or more [[{name}]] tables", None if mandatory else [])
        made = []
        for index, each in enumerate(value or [], start=1):
            key = f"{self.key(name)}[{index}]"
            if isinstance(each, dict):
                made.append(Table(each, key, self.faults))
            else:
                self.faults.note(key, "is not a table.", "Write key = value pairs.")
        return made

    def names(self) -> list[str]:
        """Give the keys not yet taken."""
        return list(self._content)

    def done(self) -> None:
        """Note every key that nobody asked for."""
        for name in self._content:
            close = get_close_matches(name, sorted(self._asked), n=1)
            cure = f'Did you mean "{close[0]}"?' if close else "Remove it."
            self.fault(name, "is not a key of the pack format.", cure)


def line_of(source: str, key: str) -> int:
    """Find the line of a key such as ``indicators[3].name.fr``; that of its table if not found."""
    steps = re.findall(r"[^.\[\]]+|\[\d+\]", key)
    best = 0
    header: list[str] = []
    counts: dict[str, int] = {}
    for number, line in enumerate(source.splitlines(), start=1):
        opened = _HEADER.match(line)
        if opened:
            name = opened.group(2)
            header = name.split(".")
            if opened.group(1) == "[[":
                counts[name] = counts.get(name, 0) + 1
                header = [*header, f"[{counts[name]}]"]
            if header == steps[: len(header)]:
                best = number
            if header in (steps, [*steps, "[1]"]):
                return number
            continue
        if header != steps[: len(header)]:
            continue
        rest = [step for step in steps[len(header) :] if not step.startswith("[")]
        for length in range(len(rest), 0, -1):
            dotted = r"\s*\.\s*".join(re.escape(step) for step in rest[:length])
            if re.match(rf"\s*{dotted}\s*[.=]", line):
                if length == len(rest):
                    return number
                best = number if best == 0 or length else best
    return best
