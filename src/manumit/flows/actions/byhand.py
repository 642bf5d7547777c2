"""An entry that an officer writes down: what no bank's file holds.

Benefits in kind (labour extracted, a person given as reward or sold, a ransom), hawala, cash between
hands: an entry like any other, so that rules and shapes see it too.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from manumit.core.actions import acting, guard
from manumit.core.reasons import say
from manumit.flows import models, money
from manumit.flows.actions import ledgers
from manumit.flows.kinds import Kind, Precision, Purpose

LAYOUT = "by-hand"


@dataclass(frozen=True)
class Said:
    """What the officer wrote. An end without account and name is not known."""

    at: datetime  # aware
    precision: Precision
    kind: Kind
    purpose: Purpose
    amount: str
    currency: str
    source: str = ""
    source_name: str = ""
    target: str = ""
    target_name: str = ""
    country_from: str = ""
    country_to: str = ""
    text: str = ""


def why_not(said: Said, now: datetime) -> str:
    """Return why this cannot be an entry; "" when it can."""
    if not any((said.source, said.source_name, said.target, said.target_name)):
        return say("Say who gave or who received: an account or a name.")
    if said.at > now:
        return say("The time is in the future.")
    if not money.known(said.currency):
        return say("Give the currency as three letters of ISO 4217, such as USD.")
    try:
        amount = money.minor(said.amount.replace(",", "") or "0", said.currency)
    except ValueError:
        return say("Give the amount as a number, such as 1500 or 1500.50.")
    if amount < 0 or (not amount and said.kind is not Kind.IN_KIND):
        return say("Give an amount above zero. Only a benefit in kind may have none.")
    return ""


@guard.opening("ledger.record")
def record_entry(
    *, by: acting.Actor, at: datetime, ledger: models.Ledger, said: Said, form: UUID
) -> models.Load:
    """Write an entry down, as a load of one row; `form` is what was sent, so that it counts once."""
    from manumit.flows.actions import loading, store  # loaded where a ledger is written

    if reason := why_not(said, at):
        raise acting.Refused(reason)
    if store.busy(ledger):
        raise acting.Refused("A file is being loaded just now. Try again when it is in.")
    source = loading.Source(f"by-hand-{form.hex}", LAYOUT)
    load, _ = loading.bring_in(
        by=by,
        at=at,
        ledger=ledger,
        key=ledgers.key_of(by=by, ledger=ledger),
        source=source,
        batches=lambda: [_batch(said)],
        clock=lambda: at,
    )
    return load


def _batch(said: Said) -> Any:
    import polars

    from manumit.flows import batch

    def end(account: str, name: str) -> str | None:
        # Somebody known by name alone is that name: the next entry about them finds them again.
        return account or (f"name/{name}" if name else None)

    row = {
        "line": 1,
        "source_id": end(said.source, said.source_name),
        "target_id": end(said.target, said.target_name),
        "at": said.at.astimezone(UTC).replace(tzinfo=None),
        "precision": int(said.precision),
        "amount_minor": money.minor(said.amount.replace(",", "") or "0", said.currency),
        "currency": said.currency,
        "kind": str(said.kind),
        "purpose": str(said.purpose),
        "country_from": said.country_from,
        "country_to": said.country_to,
        "text": said.text or None,
        "source_name": said.source_name or None,
        "target_name": said.target_name or None,
    }
    kinds = {name: kind for name, kind in batch.ROW_COLUMNS.items() if name in row}
    return batch.Batch(batch.shaped(polars.DataFrame([row], schema=kinds)))
