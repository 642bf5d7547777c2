"""What of an alert is drawn: transfers put together by who paid whom, and large crowds folded.

A picture of four hundred arrows tells nobody anything. Accounts that did the same (same payers, same
receivers, same part) are one box from a number on, the largest of them stay on their own, and what is
left out is counted. The table beside the picture has every entry.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

CASH_IN, CASH_OUT = -1, -2  # ends of an entry that are no account
_FIRST_CROWD = -10  # folded boxes count down from here
MOST_ALIKE = 20  # accounts that did the same; more are folded
STAY = 12  # of them, the largest keep a box of their own
MOST_BOXES = 60
MOST_ARCS = 120


@dataclass(frozen=True)
class Leg:
    """One entry of the ledger. `source` and `target` are pseudonyms, or None for cash."""

    entry: int
    at: datetime
    source: int | None
    target: int | None
    amount_minor: int
    currency: str
    kind: str = ""
    purpose: str = ""
    country_from: str = ""
    country_to: str = ""
    precision: int = 0

    @property
    def ends(self) -> tuple[int, int]:
        """Return where it came from and went, cash as CASH_IN and CASH_OUT."""
        return (
            CASH_IN if self.source is None else self.source,
            CASH_OUT if self.target is None else self.target,
        )


@dataclass(frozen=True)
class Arc:
    """All that one box gave to another in one currency."""

    source: int
    target: int
    currency: str
    amount_minor: int
    count: int
    first_at: datetime
    last_at: datetime
    first_entry: int

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Return what arcs are sorted by: when the first of it moved."""
        return self.first_at, self.first_entry, self.currency


@dataclass(frozen=True)
class Box:
    """An account, cash, or a crowd of accounts that did the same."""

    id: int
    accounts: tuple[int, ...]
    part: str = ""
    outside: bool = False  # not of the alert: one step further
    to_itself: int = 0  # transfers from the account to itself

    @property
    def crowd(self) -> bool:
        """Tell whether several accounts stand here as one box."""
        return len(self.accounts) > 1


@dataclass(frozen=True)
class Flow:
    """What is drawn: boxes, arcs in order of time, and how many transfers are not in it."""

    boxes: tuple[Box, ...]
    arcs: tuple[Arc, ...]
    left_out: int = 0
    crowds: Mapping[int, int] = field(default_factory=dict)  # account -> box, where folded

    def arrow(self, leg: Leg) -> int | None:
        """Return the number of the arc (from 0) that an entry is drawn in; None when in none."""
        source, target = (self.crowds.get(end, end) for end in leg.ends)
        found = (
            number
            for number, arc in enumerate(self.arcs)
            if (arc.source, arc.target, arc.currency) == (source, target, leg.currency)
        )
        return next(found, None)


def of_legs(
    legs: Sequence[Leg], parts: Mapping[int, str], *, most: int = MOST_ALIKE, stay: int = STAY
) -> Flow:
    """Put entries together. `parts`: what each account of the alert did; others are outside."""
    between = [leg for leg in legs if leg.source != leg.target]
    crowds = _crowds(_arcs((leg.ends, leg) for leg in between), parts, most, stay)

    def box_of(account: int) -> int:
        return crowds.get(account, account)

    folded = _arcs(((box_of(leg.ends[0]), box_of(leg.ends[1])), leg) for leg in between)
    arcs = _largest(folded)
    members: dict[int, list[int]] = defaultdict(list)
    shown = {end for arc in arcs for end in (arc.source, arc.target)}
    for account in dict.fromkeys([*(end for leg in between for end in leg.ends), *parts]):
        if box_of(account) in shown or not arcs:
            members[box_of(account)].append(account)
    alone = Counter(box_of(leg.source) for leg in legs if leg.source and leg.source == leg.target)
    boxes = tuple(
        Box(
            id=box,
            accounts=tuple(accounts) if box not in {CASH_IN, CASH_OUT} else (),
            part=parts.get(accounts[0], ""),
            outside=accounts[0] not in parts and accounts[0] >= 0,
            to_itself=alone[box],
        )
        for box, accounts in members.items()
    )
    left_out = len(between) - sum(arc.count for arc in arcs)
    return Flow(boxes, tuple(arcs), left_out, crowds)


def _arcs(legs: Iterable[tuple[tuple[int, int], Leg]]) -> list[Arc]:
    together: dict[tuple[int, int, str], list[Leg]] = defaultdict(list)
    for (source, target), leg in legs:
        together[source, target, leg.currency].append(leg)
    made = [
        Arc(
            source=source,
            target=target,
            currency=currency,
            amount_minor=sum(leg.amount_minor for leg in them),
            count=len(them),
            first_at=min(leg.at for leg in them),
            last_at=max(leg.at for leg in them),
            first_entry=min((leg.at, leg.entry) for leg in them)[1],
        )
        for (source, target, currency), them in together.items()
    ]
    return sorted(made, key=lambda arc: arc.order)


def _crowds(arcs: Sequence[Arc], parts: Mapping[int, str], most: int, stay: int) -> dict[int, int]:
    """Return account -> crowd for accounts that did the same as more than `most` others."""
    gave: dict[int, set[int]] = defaultdict(set)
    got: dict[int, set[int]] = defaultdict(set)
    moved: dict[int, int] = defaultdict(int)
    for arc in arcs:
        gave[arc.source].add(arc.target)
        got[arc.target].add(arc.source)
        moved[arc.source] += arc.amount_minor
        moved[arc.target] += arc.amount_minor
    alike: dict[tuple[frozenset[int], frozenset[int], str], list[int]] = defaultdict(list)
    for account in moved:
        if account >= 0:
            same = (frozenset(gave[account]), frozenset(got[account]), parts.get(account, "-"))
            alike[same].append(account)
    found: dict[int, int] = {}
    for number, them in enumerate(group for group in alike.values() if len(group) > most):
        smallest = sorted(them, key=lambda account: (-moved[account], account))[stay:]
        found |= dict.fromkeys(smallest, _FIRST_CROWD - number)
    return found


def _largest(arcs: list[Arc]) -> list[Arc]:
    """Keep what a picture can hold, the largest amounts first; in order of time again."""
    if (
        len(arcs) <= MOST_ARCS
        and len({e for a in arcs for e in (a.source, a.target)}) <= MOST_BOXES
    ):
        return arcs
    boxes: set[int] = set()
    kept = []
    for arc in sorted(arcs, key=lambda arc: -arc.amount_minor)[:MOST_ARCS]:
        if len(boxes | {arc.source, arc.target}) <= MOST_BOXES:
            boxes |= {arc.source, arc.target}
            kept.append(arc)
    return sorted(kept, key=lambda arc: arc.order)
