"""What changes when a source speaks again: which of its claims end, and what the new one says.

What people decided meanwhile stays: a part that somebody contested stands as long as the source says
the same, and what somebody withdrew does not come back until the source says something else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from manumit.network.claims import State

Says = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Told:
    """One claim of the source about the entity."""

    claim: UUID
    says: Says
    state: State
    ended: bool
    by_hand: bool  # parted or ended by a person
    this_run: bool  # said earlier in the same file


@dataclass(frozen=True, slots=True)
class Change:
    """What is to happen: claims that are over, and a new one (None: nothing new is said)."""

    over: list[UUID]
    says: dict[str, list[str]] | None
    state: State = State.ACCEPTED


def compare(now: Says, before: Iterable[Told]) -> Change:
    """Compare what a source says now with what it said before of one entity."""
    told = list(before)
    fresh = {prop: list(values) for prop, values in now.items()}
    for one in told:
        if one.ended and one.by_hand and one.state is State.WITHDRAWN:
            _without(fresh, one.says)
    standing = [one for one in told if not one.ended]
    for one in standing:
        if one.this_run and not one.by_hand:  # the same file says more of it further down
            for prop, values in one.says.items():
                kept = fresh.setdefault(prop, [])
                kept += [value for value in values if value not in kept]
    rest = []
    for one in standing:
        if one.by_hand and all(_same(fresh.get(p, ()), v) for p, v in one.says.items()):
            _without(fresh, one.says)
        else:
            rest.append(one)
    if len(rest) == 1 and _equal(rest[0].says, fresh):
        return Change([], None)
    state = State.CONTESTED if any(o.state is State.CONTESTED for o in rest) else State.ACCEPTED
    # Named, with nothing said (a relation that has its two ends alone): it still stands in the file.
    named = not now and not fresh and not any(_decided_bare(one) for one in told)
    return Change([one.claim for one in rest], fresh if fresh or named else None, state)


def no_longer(now: Says, before: Iterable[Told]) -> dict[str, list[str]]:
    """Return values that stood before and are not said any more."""
    gone: dict[str, list[str]] = {}
    for one in before:
        if one.ended or one.this_run:
            continue
        for prop, values in one.says.items():
            lost = [value for value in values if value not in now.get(prop, ())]
            if lost:
                gone.setdefault(prop, []).extend(lost)
    return gone


def _decided_bare(one: Told) -> bool:
    """Tell whether people decided about a claim that says nothing: it stands contested, or is gone."""
    withdrawn = one.ended and one.state is State.WITHDRAWN
    return one.by_hand and not one.says and (withdrawn or not one.ended)


def _without(fresh: dict[str, list[str]], says: Says) -> None:
    for prop, values in says.items():
        if _same(fresh.get(prop, ()), values):
            fresh.pop(prop, None)


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    return len(one) == len(other) and set(one) == set(other)


def _equal(one: Says, other: Says) -> bool:
    return set(one) == set(other) and all(_same(one[prop], other[prop]) for prop in one)
