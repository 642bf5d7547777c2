"""Opening what people wrote about alerts, and who is behind their accounts. Each is on the record."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from manumit.core.actions import acting, guard, sealed
from manumit.flows.actions import names
from manumit.flows.models import Ledger
from manumit.flows.models import desk as desk_models

Told = Mapping[int, Mapping[str, str]]


@guard.opening("alert.read")
def open_written(
    *, by: acting.Actor, at: datetime, ledger: Ledger, rows: Sequence[Any], purpose: str
) -> list[dict[str, Any]]:
    """Return what is sealed in notes, decisions and cases of a ledger, one dictionary a row.

    Where the actor's keys are locked, the dictionaries are empty; the refusal is on the record.
    """
    _own(by, ledger)
    if any(row.ledger_id != ledger.pk for row in rows):
        raise acting.NotFound
    try:
        return sealed.open_rows(
            by=by, at=at, purpose=purpose, rows=rows, classes=desk_models.CLASSES
        )
    except acting.Refused:
        return [{} for _ in rows]


@guard.opening("alert.read")
def open_names(
    *,
    by: acting.Actor,
    at: datetime,
    ledger: Ledger,
    accounts: Iterable[int],
    entries: Iterable[int],
    purpose: str,
) -> tuple[Told, Told]:
    """Return who is behind accounts, and what the bank's file said in words about entries."""
    _own(by, ledger)
    who = names.open_accounts(by=by, at=at, ledger=ledger, accounts=accounts, purpose=purpose)
    what = names.open_entries(by=by, at=at, ledger=ledger, entries=entries, purpose=purpose)
    return who, what


def _own(by: acting.Actor, ledger: Ledger) -> None:
    if ledger.unit_id != by.unit.id:
        raise acting.NotFound
