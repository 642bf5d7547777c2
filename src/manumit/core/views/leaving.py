"""How pages show papers that leave: what waits for a second person, where each stands, what left."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from manumit.core.leaving import State

COLOURS = {
    State.DRAFT: "blue",
    State.PROPOSED: "yellow",
    State.APPROVED: "turquoise",
    State.HANDED_OVER: "green",
    State.ANSWERED: "green",
    State.WITHDRAWN: "grey",
}


class _Paper(Protocol):
    state: str


Paper = TypeVar("Paper", bound=_Paper)


def waiting_first(rows: Iterable[Paper]) -> list[Paper]:
    """Return papers with those first that wait for a second person, then in the order of states."""
    order = list(State)
    return sorted(
        rows, key=lambda row: (row.state != State.PROPOSED, order.index(State(row.state)))
    )


def fingerprint(digest: str) -> str:
    """Return a SHA-256 in groups that people can compare."""
    return " ".join(digest[n : n + 8] for n in range(0, len(digest), 8))
