"""What a supervisor sees at once: what is late, what waits, what nobody works on.

Counts stop at `CAP`: a board says "1,000+" in the time it takes to read an index, not a table. What
is late is counted among the `CAP` duties that are late the longest.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from manumit.cases import deadlines, status
from manumit.cases.models.case import Case
from manumit.cases.models.clock import Clock
from manumit.cases.models.referral import Referral
from manumit.core.models import User

CAP = 1000


@dataclass(frozen=True)
class Count:
    """A number that may have been cut off at `CAP`."""

    number: int

    @property
    def capped(self) -> bool:
        """Tell whether there are more than this."""
        return self.number > CAP

    def __str__(self) -> str:
        return f"{CAP:,}+" if self.capped else f"{self.number:,}"


@dataclass(frozen=True)
class Board:
    """The board of one unit or organisation at one instant; groups have the largest first."""

    overdue: Count
    overdue_by_need: dict[str, int]  # by kind of need
    overdue_by_worker: dict[tuple[str, str], int]  # by username and name; empty for nobody
    overdue_by_unit: dict[str, int]  # by the unit's name
    waiting: Count
    waiting_late: Count
    unassigned: Count
    active: Count


def count(rows: "models.QuerySet[Any]") -> Count:
    """Count rows, at most one more than `CAP` of them."""
    return Count(rows.order_by().values("pk")[: CAP + 1].count())


def waiting(user: User) -> "models.QuerySet[Referral]":
    """Return the referrals without an answer, as far as the board of this account reaches."""
    return Referral.objects.visible_to(user, "board.read").waiting()


def board(user: User, at: datetime) -> Board:
    """Return the board of everything the account's role reaches; counts only, no names of people."""
    late = Clock.objects.visible_to(user, "board.read").overdue(at)
    late = late.exclude(kind__in=deadlines.NOT_A_DUTY)
    cases = Case.objects.visible_to(user, "board.read")
    longest = late.order_by("due_at", "id").values_list(
        "need__kind", "worker__username", "worker__display_name", "unit__name"
    )[:CAP]
    needs, workers, units = Counter[str](), Counter[tuple[str, str]](), Counter[str]()
    for need, username, name, unit in longest:
        needs.update([need] if need else [])
        workers[(username or "", name or "")] += 1
        units[unit] += 1
    return Board(
        overdue=count(late),
        overdue_by_need=_largest_first(needs),
        overdue_by_worker=_largest_first(workers),
        overdue_by_unit=_largest_first(units),
        waiting=count(waiting(user)),
        waiting_late=count(waiting(user).filter(due_at__lt=at)),
        unassigned=count(cases.unassigned()),
        active=count(cases.filter(case_status=status.CaseStatus.ACTIVE.value)),
    )


def _largest_first(counted: Counter[Any]) -> dict[Any, int]:
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
