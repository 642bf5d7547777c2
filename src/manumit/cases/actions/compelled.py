"""What a person was made to do: written down, read, struck out. There is no verb that sends it.

Each act has a key of its own, made when it is written: no key of the case opens it, and where the
case goes to another organisation it stays behind.
"""

from dataclasses import dataclass
from datetime import datetime

from manumit.cases import compelled as rules
from manumit.cases import consent
from manumit.cases.actions import consents
from manumit.cases.models import Case, CompelledAct
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass

_CLASS = FieldClass.COMPELLED


@dataclass(frozen=True)
class Opened:
    """One act, opened for its page."""

    row: CompelledAct
    kind: str
    words: str


@acting.action("case.compelled")
def write_compelled_act(
    *, by: acting.Actor, at: datetime, case: Case, kind: str, words: str = ""
) -> CompelledAct:
    """Write down one thing that the person was made to do, when they agreed to a record."""
    held = guard.hold(by, "case.compelled", case)
    guard.refuse_if(rules.why_not_write(kind, words))
    if held.erased_at is not None:
        raise acting.Refused("This case was erased.")
    told = consents.rules_for(held.subject_ids())
    guard.refuse_if(consent.may_keep_name(told, at.date(), held.subject()))
    row = CompelledAct(id=fields.new_id(), case=held, by=by.person, at=at)
    row.seal_owner = row.id
    keys = sealed.create_keys(by=by, at=at, object_id=row.id, classes=[_CLASS], units=[held.unit])
    sealed.write(row, {"kind": kind, "words": words.strip() or None}, keys)
    row.save(force_insert=True)
    return row


@acting.action("case.compelled")
def strike_compelled_act(*, by: acting.Actor, at: datetime, act: CompelledAct) -> CompelledAct:
    """Remove an act: the person takes it back, or it was written by mistake. The record says so."""
    del at
    held = guard.hold(by, "case.compelled", act)
    key = held.pk
    sealed.destroy_keys(object_id=held.id)
    held.delete()
    held.pk = key  # the record names what was struck out
    return held


@guard.opening("case.compelled")
def open_compelled_acts(
    *, by: acting.Actor, at: datetime, case: Case, purpose: str = "case work"
) -> list[Opened]:
    """Open what is written; one opening on the record.

    What an earlier team of another organisation wrote stays locked with it, and is left out.
    """
    case = guard.see(by, "case.compelled", case)
    every = list(CompelledAct.objects.of_case(case))
    held = by.keys().keys([row.id for row in every], [_CLASS])
    rows = [row for row in every if (row.id, _CLASS) in held]
    values = sealed.open_rows(by=by, at=at, purpose=purpose, rows=rows, classes={_CLASS})
    return [
        Opened(row, str(each.get("kind") or ""), str(each.get("words") or ""))
        for row, each in zip(rows, values, strict=True)
    ]
