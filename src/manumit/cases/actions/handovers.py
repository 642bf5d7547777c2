"""Handing a case over: offered, answered, and with the yes the keys, clocks and letters move.

The package of keys is sealed to both units from the offer on and becomes the receiver's wraps when
somebody there says yes; nothing is read by it before. Whatever was renewed or destroyed meanwhile
is not revived: a withdrawal between offer and answer holds.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps

from manumit.cases import consent, deadlines
from manumit.cases import handover as rules
from manumit.cases.actions import clocks, disclosing, opening, tracing
from manumit.cases.models import (
    Case,
    Clock,
    Consent,
    Disclosure,
    Door,
    Handover,
    Membership,
    Referral,
)
from manumit.cases.models import case as case_model
from manumit.cases.models import handover as handover_model
from manumit.core import fields, roles
from manumit.core.actions import acting, guard, names, sealed
from manumit.core.models import KeyWrap, Unit, User
from manumit.core.sealing import FieldClass

# What somebody was made to do, and what they told, never go to another organisation with a case:
# the one leaves under no consent, the other under one of its own (`accounts`).
_STAYS = frozenset({FieldClass.COMPELLED, FieldClass.TESTIMONY})
_OWN_KEYS = (Handover, Membership)
_CHANGED = (
    "The keys of this case were made new after it was offered. Ask the sender to take the offer "
    "back and to offer it again."
)


def place(unit: Unit) -> rules.Place:
    """Return where a unit stands."""
    return rules.Place(unit.id, unit.organisation_id)


def receivers(case: Case) -> tuple[list[User], list[Unit]]:
    """Return the colleagues and the other units that may take a case, in the order of names."""
    work = [roles.Role.CASE_WORKER.value, roles.Role.SUPERVISOR.value]
    people = User.objects.filter(is_active=True, admitted_at__isnull=False, role__in=work)
    colleagues = people.filter(unit=case.unit_id)
    if case.worker_id is not None:
        colleagues = colleagues.exclude(pk=case.worker_id)
    units = Unit.objects.filter(pk__in=people.values("unit"), generation__gt=0)
    others = units.exclude(pk=case.unit_id).select_related("organisation")
    return list(colleagues.order_by("display_name")), list(
        others.order_by("organisation__name", "name")
    )


def why_not_leave(case: Case, to_unit: Unit, at: datetime, by: acting.Actor | None = None) -> str:
    """Say why the case may not go to a unit; "" when it may. Inside an organisation it may."""
    if rules.kind(place(case.unit), place(to_unit)) is not rules.Kind.ORGANISATION:
        return ""
    asked = disclosing.allowed(
        case,
        consent.Purpose.HAND_OVER,
        to_unit.organisation,
        sorted(case_model.CLASSES),
        at.date(),
        by,
    )
    return next((reason for reason in asked.values() if reason), "")


@acting.action("case.hand_over")
def propose_handover(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    reason: rules.Reason | str,
    to_worker: User | None = None,
    to_unit: Unit | None = None,
    message: str = "",
) -> Handover:
    """Offer a case to a colleague or to another unit. Nothing moves before they say yes."""
    held = guard.hold(by, "case.hand_over", case)
    target = to_worker.unit if to_worker else to_unit
    if target is None or not _may_receive(to_worker, target):
        raise acting.Refused("Choose a colleague or a unit that can work on the case.")
    how_far = rules.kind(place(held.unit), place(target))
    if how_far is rules.Kind.WORKER and to_worker is None:
        raise acting.Refused("Choose a colleague or a unit that can work on the case.")
    guard.refuse_if(
        rules.why_not_propose(
            how_far=how_far,
            reason=reason,
            same_worker=to_worker is not None and to_worker.id == held.worker_id,
            is_open=held.is_open,
            waiting=held.handovers.filter(state=rules.State.PROPOSED.value).exists(),
            has_keys=bool(target.generation),
        )
    )
    guard.refuse_if(why_not_leave(held, target, at, by))
    clock = rules.CLOCK[how_far]
    row = Handover(
        id=fields.new_id(),
        case=held,
        kind=how_far.value,
        reason=rules.Reason(reason).value,
        from_unit=held.unit,
        from_worker=held.worker,
        to_unit=target,
        to_worker=to_worker,
        proposed_by=by.person,
        proposed_at=at,
        due_at=deadlines.due_at(clock, at, held.unit.organisation.country),
    )
    row.seal_owner = row.id
    _seal(by, at, held, row, message)
    row.save(force_insert=True)
    clocks.start(case=held, kind=clock, starts_at=at, due_at=row.due_at)
    return row


def _may_receive(worker: User | None, unit: Unit) -> bool:
    work = {roles.Role.CASE_WORKER.value, roles.Role.SUPERVISOR.value}
    if worker is not None:
        return worker.is_active and worker.admitted_at is not None and worker.role in work
    people = unit.people.filter(is_active=True, admitted_at__isnull=False, role__in=work)
    return people.exists()


def _seal(by: acting.Actor, at: datetime, case: Case, row: Handover, message: str) -> None:
    """Seal message and package under a key of the hand-over, wrapped to both units."""
    home = [case.unit]
    keys = sealed.create_keys(
        by=by, at=at, object_id=row.id, classes=handover_model.CLASSES, units=home
    )
    moves = row.kind != rules.Kind.WORKER.value
    package = _package(by, at, case, row) if moves else None
    sealed.write(row, {"message": message.strip() or None, "package": package}, keys)
    if row.kind == rules.Kind.UNIT.value:
        # the same organisation keeps the record: no disclosure, the person's consent covers it
        sealed.share_keys(
            by=by, at=at, object_id=row.id, classes=handover_model.CLASSES, to_unit=row.to_unit
        )
    if row.kind == rules.Kind.ORGANISATION.value:
        disclosing.share(
            by=by,
            at=at,
            case=case,
            purpose=consent.Purpose.HAND_OVER,
            recipient=row.to_unit.organisation,
            classes=handover_model.CLASSES,
            object_id=row.id,
            to_unit=row.to_unit,
            what="handover",
            carries=sorted({entry["class"] for entry in package or ()}),
        )


def objects_of(case: Case) -> set[UUID]:
    """Return every object whose keys belong to a case: itself, its talk, what has a key of its own."""
    found = set(case.subject_ids())
    # also a door through which nothing was said yet: the new unit reads what comes
    found |= {thread for row in Door.objects.filter(case=case) for thread in row.threads()}
    for model in apps.get_app_config("cases").get_models():
        columns = {field.name for field in model._meta.concrete_fields}
        if model in _OWN_KEYS or not {"case", "seal_owner"} <= columns:
            continue
        rows: Any = model._default_manager.filter(case=case)
        found |= set(rows.order_by().values_list("seal_owner", flat=True).distinct())
    return found


def _package(by: acting.Actor, at: datetime, case: Case, row: Handover) -> list[dict[str, Any]]:
    wraps = KeyWrap.objects.live(at).filter(object_id__in=objects_of(case), unit_id=case.unit_id)
    ring = by.keys()
    leaving = [wrap for wrap in wraps if _may_leave(by, at, case, row, wrap)]
    return [
        {
            "object": str(wrap.object_id),
            "class": wrap.field_class,
            "version": wrap.version,
            "key": ring.open_wrap(wrap).hex(),
        }
        for wrap in leaving
    ]


def _may_leave(by: acting.Actor, at: datetime, case: Case, row: Handover, wrap: KeyWrap) -> bool:
    if row.kind != rules.Kind.ORGANISATION.value:
        return True
    if wrap.field_class in _STAYS:
        return False
    whom = row.to_unit.organisation
    purpose = consent.Purpose.HAND_OVER
    return not disclosing.why_not(case, purpose, whom, wrap.field_class, at.date(), by)


@acting.action("handover.answer")
def accept_handover(
    *, by: acting.Actor, at: datetime, handover: Handover, note: str = ""
) -> Handover:
    """Take the case: from now on it is the actor's work. Its clocks run on as they were."""
    row = _answering(by, handover, rules.Act.ACCEPT)
    case = Case.objects.select_for_update(no_key=True).get(pk=row.case_id)
    if not case.is_open:
        raise acting.Refused("This case is closed. Reopen it first.")
    keys = _keys(by, row)
    package = sealed.read(row, keys).get("package") or []
    _end(by, at, case, row, rules.State.ACCEPTED, note, keys)
    if row.kind != rules.Kind.WORKER.value:
        _move(by, at, case, row, package)
    case.worker = by.person
    case.save(update_fields=["worker", "unit"])
    clocks.pass_on(case)
    return row


def _move(
    by: acting.Actor, at: datetime, case: Case, row: Handover, package: list[dict[str, Any]]
) -> None:
    """Let keys, names, clocks and letters follow the case into the unit of who said yes."""
    old, new = row.from_unit, row.to_unit
    moved = _wrap(by, at, case, row, package)
    case.unit = new
    case.save(update_fields=["unit"])
    guard.refuse_if(_why_taken_back(by, at, case, row))
    for object_id in moved:
        # what did not go along stays with the sender under its own rules
        sealed.destroy_keys(object_id=object_id, classes=moved[object_id], unit=old)
    values = sealed.read(case, sealed.keys_of(by, case.id, case_model.CLASSES))
    names.forget(by=by, at=at, unit=old, object_id=case.id)
    opening.remember_names(by=by, at=at, case=case, values=values)
    Clock.objects.filter(case=case).update(unit=new)
    Referral.objects.filter(case=case).update(unit=new)
    tracing.move(case=case)
    Consent.objects.filter(subject_id__in=case.subject_ids(), unit=old).update(unit=new)
    if case.screening is not None and case.screening_id in moved:
        case.screening.handed_to = new
        case.screening.save(update_fields=["handed_to"])
    Membership.objects.filter(case=case, ended_at=None).update(ended_at=at)


def _why_taken_back(by: acting.Actor, at: datetime, case: Case, row: Handover) -> str:
    if row.kind != rules.Kind.ORGANISATION.value:
        return ""
    asked = disclosing.allowed(
        case,
        consent.Purpose.HAND_OVER,
        row.to_unit.organisation,
        sorted(case_model.CLASSES),
        at.date(),
        by,
    )
    return next((reason for reason in asked.values() if reason), "")


def _wrap(
    by: acting.Actor, at: datetime, case: Case, row: Handover, package: list[dict[str, Any]]
) -> dict[UUID, list[FieldClass]]:
    """Wrap to the receiver what is still in force; returns the classes by object."""
    still = {
        (str(object_id), name, version)
        for object_id, name, version in KeyWrap.objects.filter(
            unit_id=row.from_unit_id, object_id__in=[UUID(entry["object"]) for entry in package]
        ).values_list("object_id", "field_class", "version")
    }
    live = [e for e in package if (e["object"], e["class"], e["version"]) in still]
    wanted = {str(name) for name in case_model.CLASSES}
    if wanted - {e["class"] for e in live if e["object"] == str(case.id)}:
        raise acting.Refused(_CHANGED)
    there = {
        (str(object_id), name, version)
        for object_id, name, version in KeyWrap.objects.filter(
            unit_id=row.to_unit_id, object_id__in=[UUID(entry["object"]) for entry in live]
        ).values_list("object_id", "field_class", "version")
    }
    moved: dict[UUID, list[FieldClass]] = {}
    for entry in live:
        object_id, name = UUID(entry["object"]), FieldClass(entry["class"])
        moved.setdefault(object_id, []).append(name)
        if (entry["object"], entry["class"], entry["version"]) not in there:
            sealed.wrap_keys(
                by=by,
                at=at,
                object_id=object_id,
                keys={name: bytes.fromhex(entry["key"])},
                unit=row.to_unit,
                version=entry["version"],
            )
    return moved


@acting.action("handover.answer")
def decline_handover(
    *,
    by: acting.Actor,
    at: datetime,
    handover: Handover,
    reason: rules.Decline | str,
    note: str = "",
) -> Handover:
    """Say no, with a reason. The case stays with the sender, who is told."""
    row = _answering(by, handover, rules.Act.DECLINE)
    if reason not in set(rules.Decline):
        raise acting.Refused("Choose why you do not take it from the list.")
    row.decline_reason = rules.Decline(reason).value
    case = Case.objects.select_for_update(no_key=True).get(pk=row.case_id)
    _end(by, at, case, row, rules.State.DECLINED, note, _keys(by, row))
    if row.to_unit_id != row.from_unit_id:
        sealed.destroy_keys(object_id=row.id, classes=[FieldClass.LINK])
    return row


@acting.action("case.hand_over")
def withdraw_handover(*, by: acting.Actor, at: datetime, handover: Handover) -> Handover:
    """Take an offer back before it is answered."""
    row = guard.hold(by, "handover.read", handover)
    case = guard.hold(by, "case.hand_over", row.case)
    guard.refuse_if(rules.why_not(row.state, rules.Act.WITHDRAW))
    _end(by, at, case, row, rules.State.WITHDRAWN, "", _keys(by, row))
    if row.to_unit_id != row.from_unit_id:
        sealed.destroy_keys(object_id=row.id, unit=row.to_unit)
    return row


def _answering(by: acting.Actor, handover: Handover, act: rules.Act) -> Handover:
    row = guard.hold(by, "handover.answer", handover)
    guard.refuse_if(rules.why_not(row.state, act))
    guard.refuse_if(
        rules.why_not_answer(
            unit=by.unit.id,
            user=by.person.id,
            leads=by.role is roles.Role.SUPERVISOR,
            to_unit=row.to_unit_id,
            to_worker=row.to_worker_id,
        )
    )
    return row


def _keys(by: acting.Actor, row: Handover) -> dict[FieldClass, bytes]:
    return sealed.keys_of(by, row.id, handover_model.CLASSES)


def _end(
    by: acting.Actor,
    at: datetime,
    case: Case,
    row: Handover,
    state: rules.State,
    note: str,
    keys: dict[FieldClass, bytes],
) -> None:
    row.state = state.value
    row.answered_by, row.answered_at = by.person, at
    sealed.write(row, {"answer": note.strip() or None, "package": None}, keys)
    row.save()
    kinds = [deadlines.HANDOVER, deadlines.HANDOVER_FAR]
    clocks.stop(case=case, act=f"handover:{state.value}", at=at, kinds=kinds)
    if state is not rules.State.ACCEPTED:
        Disclosure.objects.filter(object_id=row.id, ended_at=None).update(ended_at=at)


@guard.opening("handover.read")
def open_handovers(
    *, by: acting.Actor, at: datetime, handovers: Iterable[Handover]
) -> list[dict[str, Any]]:
    """Open message and answer of hand-overs, in their order; one opening on the record."""
    wanted = [row.pk for row in handovers]
    seen = guard.visible(by, "handover.read", Handover).in_bulk(wanted)
    if len(seen) != len(set(wanted)):
        raise acting.NotFound
    rows = [seen[pk] for pk in wanted]
    return sealed.open_rows(
        by=by, at=at, purpose="hand-over", rows=rows, classes={FieldClass.REFERRAL}
    )
