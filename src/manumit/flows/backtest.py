"""What a pack would have found in the past, before it goes live.

A typology that nobody tried floods a desk or finds nothing. So it is tried on the ledger's own history:
how many alerts a day, which of them are there already from other packs, how many of those that were
decided turned out to matter, and, where the data has labels, how many are right.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from manumit.flows import alerting


@dataclass(frozen=True)
class Earlier:
    """An alert that is there: whom it names, when, and whether a person found that it mattered.

    `mattered` is None where nobody has decided.
    """

    typology: str
    accounts: frozenset[int]
    first_at: datetime
    last_at: datetime
    mattered: bool | None = None


@dataclass(frozen=True)
class Figures:
    """What a trial found; counts of alerts."""

    found: int
    days: float
    a_day: float
    busiest_day: int
    outcomes: dict[str, int]
    possible_victims: int
    known: int  # touch an account and time that another alert touches
    fresh: int
    decided: int  # of the known ones
    mattered: int
    signs: dict[str, int]  # how many alerts rest on each sign
    right: int | None = None  # where the data has labels
    precision: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give everything as plain values."""
        return asdict(self)


def tried(
    found: Sequence[alerting.Found],
    earlier: Iterable[Earlier],
    since: datetime,
    until: datetime,
    right: int | None = None,
) -> Figures:
    """Sum up what a pack found between two instants against what was there."""
    by_account: dict[int, list[Earlier]] = {}
    for each in earlier:
        for account in each.accounts:
            by_account.setdefault(account, []).append(each)
    met = [_met(one, by_account) for one in found]
    decided = [one for one in met if any(each.mattered is not None for each in one)]
    days = max((until - since).total_seconds() / 86_400, 1.0)
    busy = Counter(one.last_at.date() for one in found)
    known = sum(1 for one in met if one)
    return Figures(
        found=len(found),
        days=round(days, 1),
        a_day=round(len(found) / days, 2),
        busiest_day=max(busy.values(), default=0),
        outcomes=dict(sorted(Counter(one.outcome for one in found).items())),
        possible_victims=sum(one.possible_victim for one in found),
        known=known,
        fresh=len(found) - known,
        decided=len(decided),
        mattered=sum(any(each.mattered for each in one) for one in decided),
        signs=dict(Counter(sign.sign for one in found for sign in one.reasons).most_common()),
        right=right,
        precision=None if right is None or not found else round(right / len(found), 4),
    )


def _met(one: alerting.Found, by_account: dict[int, list[Earlier]]) -> list[Earlier]:
    return [
        each
        for account, _ in one.accounts
        for each in by_account.get(account, ())
        if one.first_at <= each.last_at and each.first_at <= one.last_at
    ]
