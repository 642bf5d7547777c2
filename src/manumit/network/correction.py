"""Corrections: when somebody was taken for somebody else, or a claim was wrong, and where that went.

A mistake is put right everywhere it went: what is held against somebody falls, everybody who received
it is told, and the record shows on which day. Rectification and notice to recipients: Modernised
Convention 108 (Council of Europe, CETS 223), art. 9(1)(e); Regulation (EU) 2016/679, art. 16 and 19.
"""

import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from manumit.core import reasons
from manumit.core.reasons import say

SHORTEST = 10  # characters of what was wrong: a recipient has to understand it
LANGUAGES = ("en", "fr")
_WIDE = 16  # bytes of an identifier


class Wrong(StrEnum):
    """What was mistaken."""

    PERSON = "person"  # somebody was taken for somebody else
    CLAIM = "claim"  # what was said of them is not so
    TOGETHER = "together"  # records of two were held to be one


WRONGS: dict[Wrong, str] = {
    Wrong.PERSON: "Somebody was taken for somebody else",
    Wrong.CLAIM: "What was said of them is not so",
    Wrong.TOGETHER: "Records of two people were held to be of one",
}


class State(StrEnum):
    """Where the notice to one recipient stands."""

    TO_SEND = "to_send"
    SENT = "sent"
    ANSWERED = "answered"


LABELS: dict[State, str] = {
    State.TO_SEND: "Still to be sent",
    State.SENT: "Sent, no answer yet",
    State.ANSWERED: "Answered",
}
TRANSITIONS: dict[State, frozenset[State]] = {
    State.TO_SEND: frozenset({State.SENT}),
    State.SENT: frozenset({State.ANSWERED}),
    State.ANSWERED: frozenset(),
}


def why_not_move(state: State | str, to: State) -> str:
    """Return why a notice cannot go on to a state; "" when it can."""
    if to in TRANSITIONS[State(state)]:
        return ""
    return say(
        "This is not possible now: the notice is “{state}”.", state=say(LABELS[State(state)])
    )


def why_not_begin(*, wrong: str, what: str, right: str) -> str:
    """Return why a correction cannot be begun; "" when it can."""
    if wrong not in set(Wrong):
        return "Choose what was mistaken."
    if len(what.strip()) < SHORTEST:
        return "Say what was wrong, so that whoever received it understands."
    if len(right.strip()) < SHORTEST:
        return "Say what is right, or that it is not known."
    return ""


def why_not_close(states: Iterable[State | str]) -> str:
    """Return why a correction is not done; "" when everybody who received it has been told."""
    left = sum(State(state) is State.TO_SEND for state in states)
    if left:
        return say("{left} notices have not been sent yet.", left=left)
    return ""


# --- where it went ---------------------------------------------------------------------------------


def packed(ids: Iterable[UUID]) -> bytes:
    """Return identifiers as one sorted run of 16 bytes each, every one once."""
    return b"".join(sorted({one.bytes for one in ids}))


def unpacked(run: bytes) -> list[UUID]:
    """Return the identifiers of a run."""
    return [UUID(bytes=run[at : at + _WIDE]) for at in range(0, len(run), _WIDE)]


class _Run:
    def __init__(self, run: bytes) -> None:
        self.run = run

    def __len__(self) -> int:
        return len(self.run) // _WIDE

    def __getitem__(self, place: int) -> bytes:
        return self.run[place * _WIDE : (place + 1) * _WIDE]


def holds(run: bytes, wanted: Iterable[UUID]) -> bool:
    """Tell whether any of these is in a run; looks at a few places of it, however long it is."""
    rows = _Run(run)
    for one in wanted:
        place = bisect_left(rows, one.bytes)
        if place < len(rows) and rows[place] == one.bytes:
            return True
    return False


@dataclass(frozen=True)
class Gone:
    """What left once: to whom is sealed elsewhere; here are its identifiers."""

    id: UUID
    claims: bytes  # packed
    entities: bytes  # packed


def went(
    gone: Iterable[Gone], *, claims: Iterable[UUID], entities: Iterable[UUID], whole: bool
) -> list[UUID]:
    """Return what left that has to be corrected.

    A wrong claim concerns whoever received that claim; where the person was mistaken (`whole`),
    everybody who received anything on them.
    """
    wrong, who = list(claims), list(entities)
    return [
        one.id for one in gone if holds(one.claims, wrong) or (whole and holds(one.entities, who))
    ]


# --- the letter ------------------------------------------------------------------------------------


@cache
def _data() -> Mapping[str, Any]:
    path = resources.files("manumit.network").joinpath("data/correction.toml")
    return tomllib.loads(path.read_text("utf-8"))


def letter(language: str, **values: str) -> str:
    """Return the text of a notice: paragraphs parted by an empty line.

    Values: recipient, office, reference, sent_on, what, right, wrong (words), on.
    """
    spoken = language if language in LANGUAGES else "en"
    paragraphs = _data()["letter"][spoken]
    return "\n\n".join(reasons.filled(one, values) for one in paragraphs)


def title(language: str) -> str:
    """Return the heading of a notice."""
    return str(_data()["title"][language if language in LANGUAGES else "en"])
