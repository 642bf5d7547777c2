"""What a supervisor sees at once: what is late, what waits, what nobody works on.

Counts stop at `CAP`: a board says "1,000+" in the time it takes to read an index, not a table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from manumit.cases import deadlines
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
        return self.number >= CAP

    def __str__(self) -> str:
        return f"{CAP:,}+" if self.capped else str(self.number)


@dataclass(frozen=True)
class Board:
    """The board of one unit or organisation at one instant."""

    overdue: Count
    overdue_by_kind: Mapping[str, Count]
    overdue_by_worker: Mapping[User | None, Count]
    waiting: Count
    waiting_late: Count
    unassigned: Count
    open_cases: Count


def count(rows: "models.QuerySet[Any]") -> Count:
    """Count rows, at most `CAP` of them."""
    return Count(rows.order_by().values("pk")[:CAP].count())


def board(user: User, at: datetime) -> Board:
    """Return the board of everything the account's role reaches; counts only, no names."""
    late = Clock.objects.visible_to(user, "board.read").overdue(at)
    duties = late.exclude(kind__in=deadlines.NOT_A_DUTY)
    waiting = Referral.objects.visible_to(user, "board.read").waiting()
    cases = Case.objects.visible_to(user, "board.read")
    return Board(
        overdue=count(duties),
        overdue_by_kind=_by_kind(late),
        overdue_by_worker=_by_worker(user, duties),
        waiting=count(waiting),
        waiting_late=count(waiting.filter(due_at__lt=at)),
        unassigned=count(cases.unassigned()),
        open_cases=count(cases.open()),
    )


def _by_kind(late: "models.QuerySet[Clock]") -> dict[str, Count]:
    kinds = {rule.kind for rule in deadlines.load().rules} - deadlines.NOT_A_DUTY
    found = {kind: count(late.filter(kind=kind)) for kind in sorted(kinds)}
    return {kind: number for kind, number in found.items() if number.number}


def _by_worker(user: User, late: "models.QuerySet[Clock]") -> dict[User | None, Count]:
    people = User.objects.filter(unit=user.unit_id, is_active=True).order_by("display_name", "id")
    workers: list[User | None] = [None, *people]
    found = {worker: count(late.filter(worker=worker)) for worker in workers}
    return {worker: number for worker, number in found.items() if number.number}
