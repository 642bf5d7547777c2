"""A sheet of people between looking and loading: sealed from the start, for a day at most."""

import base64
from datetime import datetime

from manumit.cases import htcds_table
from manumit.cases.actions import htcds
from manumit.cases.models import CaseSheet
from manumit.cases.models import htcds as sheet_model
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass


@acting.action("case.import")
def keep_sheet(
    *, by: acting.Actor, at: datetime, name: str, data: bytes, sender: str, told: bool
) -> CaseSheet:
    """Keep a sheet sealed until it is confirmed; what others left behind is forgotten."""
    for old in CaseSheet.objects.over(at):
        _empty(old)
    row = CaseSheet(id=fields.new_id(), unit=by.unit, by=by.person, at=at, told=told)
    row.seal_owner = row.id
    keys = sealed.create_keys(
        by=by,
        at=at,
        object_id=row.id,
        classes=[FieldClass.IDENTITY],
        units=[by.unit],
        expires_at=at + sheet_model.KEPT,
    )
    said = {"name": name, "data": base64.b64encode(data).decode()}
    sealed.write(row, {"file": said, "sender": sender.strip()}, keys)
    row.save(force_insert=True)
    return row


@guard.opening("case.import")
def open_sheet(
    *, by: acting.Actor, at: datetime, sheet: CaseSheet
) -> tuple[htcds.Plan | None, list[list[str]]]:
    """Return what a kept sheet would do, and the rows that did not come in when it was loaded.

    Raises `entry.Unreadable` when the file cannot be read, Refused when it is kept no longer.
    """
    held = guard.see(by, "case.import", sheet)
    opened = sealed.open_rows(
        by=by, at=at, purpose=htcds.PURPOSE, rows=[held], classes=[FieldClass.IDENTITY]
    )[0]
    if held.state == CaseSheet.State.LOADED:
        return None, list(opened.get("rejected") or [])
    if not opened.get("file"):
        raise acting.Refused("This sheet is kept no longer. Give it again.")
    data = base64.b64decode(opened["file"]["data"])
    reading = htcds_table.read(opened["file"]["name"], data)
    made = htcds.plan(
        by=by, at=at, reading=reading, sender=opened.get("sender") or "", told=held.told
    )
    return made, made.rejected()


@acting.action("case.import")
def load_sheet(
    *,
    by: acting.Actor,
    at: datetime,
    sheet: CaseSheet,
    planned: htcds.Plan,
    part: htcds.Plan,
    last: bool,
) -> CaseSheet:
    """Load one part of a kept sheet; after the last the file is forgotten, what stayed out is kept."""
    held = guard.hold(by, "case.import", sheet)
    if held.state != CaseSheet.State.CHECKED:
        raise acting.Refused("This sheet was loaded or forgotten already.")
    counts = htcds.load(by=by, at=at, planned=part)
    held.made += counts[htcds.Outcome.MAKE]
    held.changed += counts[htcds.Outcome.CHANGE]
    if last:
        _finish(by, at, held, planned)
    held.save()
    return held


def _finish(by: acting.Actor, at: datetime, held: CaseSheet, planned: htcds.Plan) -> None:
    keys = sealed.keys_of(by, held.id, [FieldClass.IDENTITY])
    lines = planned.rejected()
    sealed.write(held, {"file": None, "rejected": lines if len(lines) > 1 else None}, keys)
    counts = planned.counts()
    inside = (htcds.Outcome.MAKE, htcds.Outcome.CHANGE, htcds.Outcome.SAME)
    held.same = sum(counts[each] for each in inside) - held.made - held.changed
    held.left, held.refused = counts[htcds.Outcome.LEFT], counts[htcds.Outcome.REJECTED]
    held.state, held.loaded_at = CaseSheet.State.LOADED.value, at


@acting.action("case.import")
def drop_sheet(*, by: acting.Actor, at: datetime, sheet: CaseSheet) -> CaseSheet:
    """Forget a sheet and what stayed out of it."""
    del at
    held = guard.hold(by, "case.import", sheet)
    _empty(held)
    return held


def _empty(row: CaseSheet) -> None:
    sealed.destroy_keys(object_id=row.id)
    row.file = row.sender = row.rejected = None
    if row.state == CaseSheet.State.CHECKED:
        row.state = CaseSheet.State.DROPPED.value
    row.save()
