"""The protection from punishment: lifting it takes two people; giving it back takes one."""

from datetime import datetime

from manumit.cases import protection as rules
from manumit.cases.actions import officers
from manumit.cases.models import Case, ProtectionLift
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass


@acting.action("case.lift_non_punishment")
def propose_lift(*, by: acting.Actor, at: datetime, case: Case, reason: str) -> ProtectionLift:
    """Propose to lift the protection. Nothing changes until somebody else has confirmed it."""
    held = guard.hold(by, "case.lift_non_punishment", case)
    waiting = ProtectionLift.objects.filter(case=held, state=rules.State.PROPOSED.value).exists()
    guard.refuse_if(
        rules.why_not_propose(protected=held.non_punishment, waiting=waiting, reason=reason)
    )
    lift = ProtectionLift(
        id=fields.new_id(), case=held, unit=held.unit, proposed_by=by.person, proposed_at=at
    )
    lift.seal_owner = lift.id
    keys = sealed.create_keys(
        by=by,
        at=at,
        object_id=lift.id,
        classes=[FieldClass.LEGAL],
        units=officers.who_read_why(held),
    )
    sealed.write(lift, {"reason": reason.strip()}, keys)
    lift.save(force_insert=True)
    return lift


@acting.action("case.confirm_lift")
def confirm_lift(*, by: acting.Actor, at: datetime, lift: ProtectionLift) -> ProtectionLift:
    """Confirm, as a second person; from now on the case shows that the protection was lifted."""
    held = _decided(by, at, lift, rules.State.CONFIRMED)
    case = Case.objects.select_for_update(no_key=True).get(pk=held.case_id)
    guard.refuse_if("" if case.non_punishment else "The protection was already lifted.")
    case.non_punishment = False
    case.non_punishment_lifted_by = held.proposed_by
    case.non_punishment_confirmed_by = by.person
    case.non_punishment_lifted_at = at
    case.save()
    return held


@acting.action("case.confirm_lift")
def decline_lift(*, by: acting.Actor, at: datetime, lift: ProtectionLift) -> ProtectionLift:
    """Decline, as a second person: the protection stays, and so does the proposal on the case."""
    return _decided(by, at, lift, rules.State.DECLINED)


def _decided(
    by: acting.Actor, at: datetime, lift: ProtectionLift, state: rules.State
) -> ProtectionLift:
    held = guard.hold(by, "case.confirm_lift", lift)
    guard.refuse_if(
        rules.why_not_decide(held.state, proposed_by=held.proposed_by_id, decides=by.person.id)
    )
    held.state = state.value
    held.decided_by, held.decided_at = by.person, at
    held.save()
    return held


@acting.action("case.lift_non_punishment")
def take_back_lift(*, by: acting.Actor, at: datetime, lift: ProtectionLift) -> ProtectionLift:
    """Take one's own proposal back before anybody decided."""
    held = guard.hold(by, "case.lift_non_punishment", lift)
    guard.refuse_if(
        rules.why_not_take_back(held.state, proposed_by=held.proposed_by_id, asks=by.person.id)
    )
    held.state, held.decided_at = rules.State.TAKEN_BACK.value, at
    held.save()
    return held


@acting.action("case.lift_non_punishment")
def restore_protection(*, by: acting.Actor, at: datetime, case: Case) -> Case:
    """Protect the person again. That it was lifted once stays visible."""
    del at
    held = guard.hold(by, "case.lift_non_punishment", case)
    guard.refuse_if(rules.why_not_restore(protected=held.non_punishment))
    held.non_punishment = True
    held.non_punishment_lifted_by = held.non_punishment_confirmed_by = None
    held.non_punishment_lifted_at = None
    held.save()
    return held


@guard.opening("case.confirm_lift")
def open_lift(
    *, by: acting.Actor, at: datetime, lift: ProtectionLift, purpose: str = "second opinion"
) -> str:
    """Open the reason of a proposal."""
    lift = guard.see(by, "case.confirm_lift", lift)
    opened = sealed.open_rows(
        by=by, at=at, purpose=purpose, rows=[lift], classes={FieldClass.LEGAL}
    )[0]
    return str(opened.get("reason") or "")
