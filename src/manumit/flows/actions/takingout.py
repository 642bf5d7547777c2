"""Taking a load out of a ledger: asked for by one person, agreed to by another, then done at once.

A load counts while it is done, so what two people agree on is one change of its state; its files go
when that is in the database. What rests on its entries is marked, not removed: what was decided stays
on the record.
"""

from datetime import datetime

from django.db import transaction

from manumit.core.actions import acting, guard
from manumit.flows import models, takingout


@acting.action("ledger.take_out")
def ask(*, by: acting.Actor, at: datetime, load: models.Load, why: takingout.Why) -> models.Load:
    """Ask for a load to be taken out; a second person has to agree."""
    row = guard.hold(by, "ledger.take_out", load)
    guard.refuse_if(why_not(row))
    row.out_why, row.out_asked_by, row.out_asked_at = why.value, by.person, at
    row.save(update_fields=["out_why", "out_asked_by", "out_asked_at"])
    return row


@acting.action("ledger.take_out")
def leave(*, by: acting.Actor, at: datetime, load: models.Load) -> models.Load:
    """Leave a load where it is after all."""
    row = guard.hold(by, "ledger.take_out", load)
    if row.state == models.State.OUT or row.out_asked_by_id is None:
        raise acting.Refused("Nobody has asked for this to be taken out.")
    row.out_why, row.out_asked_by, row.out_asked_at = "", None, None
    row.save(update_fields=["out_why", "out_asked_by", "out_asked_at"])
    return row


@acting.action("ledger.take_out")
def agree(*, by: acting.Actor, at: datetime, load: models.Load) -> models.Load:
    """Agree, and take the load out: from now on nothing of it is in the ledger."""
    row = guard.hold(by, "ledger.take_out", load)
    guard.refuse_if(why_not(row))
    guard.refuse_if(takingout.why_not_confirm(asked_by=row.out_asked_by_id, user=by.person.id))
    row.state, row.out_agreed_by, row.out_at = models.State.OUT, by.person, at
    row.digest = f"out-{row.number}-{row.digest}"[:64]  # the same file may come again
    row.save(update_fields=["state", "out_agreed_by", "out_at", "digest"])
    _shake(row, at)
    transaction.on_commit(lambda: sweep(ledger=row.ledger))
    return row


def why_not(load: models.Load) -> str:
    """Return why a load cannot be taken out now; "" when it can."""
    from manumit.flows.actions import derived, store  # they bring the table engines with them

    rows = models.Load.objects.filter(ledger=load.ledger_id, state=models.State.DONE)
    later = rows.filter(number__gt=load.number, rows_known__gt=0).order_by("-number").first()
    with derived.only_one(load.ledger) as quiet:
        busy = not quiet or store.busy(load.ledger)
    return takingout.why_not(
        done=load.state == models.State.DONE,
        later=later.number if later else None,
        busy=busy,
    )


def sweep_all() -> int:
    """Sweep every ledger out of which something was taken; returns how many files there were."""
    out = models.Load.objects.filter(state=models.State.OUT).values("ledger")
    return sum(sweep(ledger=ledger) for ledger in models.Ledger.objects.filter(pk__in=out))


def sweep(*, ledger: models.Ledger) -> int:
    """Remove the files of loads that were taken out; returns how many files there were.

    They count no more whether they are there or not, so an interrupted sweep loses nothing:
    `manumit due` sweeps again.
    """
    from manumit.flows.actions import store

    loads = models.Load.objects.filter(ledger=ledger, state=models.State.OUT)
    numbers = [f"{number:06d}" for number in loads.values_list("number", flat=True)]
    home, gone = store.folder(ledger), 0
    for number in numbers:
        found = [*home.glob(f"*/{number}[.-]*"), *home.glob(f"*/*/{number}[.-]*")]
        for path in found:
            if path.is_file():
                path.unlink()
                gone += 1
        store.clear(home / "staging" / number)
    return gone


def _shake(load: models.Load, at: datetime) -> None:
    """Mark the alerts that rest on an entry of the load."""
    from manumit.flows import tables  # brings the table engines with it

    rows = models.Alert.objects.filter(ledger=load.ledger_id, shaken_at=None)
    if load.first_at and load.last_at:
        rows = rows.filter(last_at__gte=load.first_at, first_at__lte=load.last_at)
    resting = [
        pk
        for pk, entries in rows.values_list("pk", "entries").iterator(chunk_size=2000)
        if any(entry // tables.PER_LOAD == load.number for entry in entries)
    ]
    for start in range(0, len(resting), 500):
        models.Alert.objects.filter(pk__in=resting[start : start + 500]).update(shaken_at=at)
