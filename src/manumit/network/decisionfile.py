"""What people decided of two records, as JSON lines that hold in another register.

One decision a line: left, right (identifiers from where the records came), verdict, and where they
are known at, by, second_at, second_by, reason. What is read is checked; nothing else is kept.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from manumit.network.clustering import Verdict

_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; times as ISO 8601, people by the name of their account."""

    left: str
    right: str
    verdict: Verdict
    reason: str = ""
    at: str = ""
    by: str = ""
    second_at: str = ""
    second_by: str = ""


@dataclass
class Unreadable(Exception):  # noqa: N818 (said as people say it)
    """A line that is no decision: where, why, and what would help."""

    line: int
    reason: str
    cure: str


def line(one: Decision) -> str:
    """Return a decision as one line."""
    told = {
        "left": one.left,
        "right": one.right,
        "verdict": one.verdict.value,
        "at": one.at,
        "by": one.by,
        "second_at": one.second_at,
        "second_by": one.second_by,
        "reason": one.reason,
    }
    kept = {name: value for name, value in told.items() if value}
    return json.dumps(kept, ensure_ascii=False) + "\n"


def read(lines: Iterable[str]) -> Iterator[Decision]:
    """Yield the decisions of a file; raises Unreadable."""
    try:
        for number, text in enumerate(lines, start=1):
            if text.strip():
                yield _read(number, text)
    except UnicodeDecodeError as error:
        raise Unreadable(1, "This is not UTF-8.", "Save the file as UTF-8.") from error


def _read(number: int, text: str) -> Decision:
    cure = "Give JSON lines as manumit network judgements --out writes them."
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(number, "This is not JSON.", cure) from error
    if not isinstance(told, dict):
        raise Unreadable(number, "This is no decision.", cure)
    values = {name: _text(told.get(name)) for name in Decision.__slots__}
    if not values["left"] or not values["right"] or values["left"] == values["right"]:
        raise Unreadable(number, "There are no two records.", cure)
    if values["verdict"] not in {one.value for one in Verdict}:
        raise Unreadable(number, "The verdict is none of same, not_same, unsure.", cure)
    return Decision(**(values | {"verdict": Verdict(values["verdict"])}))  # type: ignore[arg-type]


def _text(value: Any) -> str:
    return _whole(value.strip()[:_LONGEST]) if isinstance(value, str) else ""


def _whole(text: str) -> str:
    """A lone half of a pair is no character, and nothing can store it."""
    return text.encode("utf-8", "replace").decode()
