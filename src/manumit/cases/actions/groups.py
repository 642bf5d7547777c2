"""Linking cases of people who belong together, keeping a link apart, and joint appointments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from manumit.cases import deadlines, reference
from manumit.cases import groups as rules
from manumit.cases.actions import clocks
from manumit.cases.models import Case, Group, Membership
from manumit.cases.models import group as group_model
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass

_LINK = frozenset({FieldClass.LINK})


def of_case(case: Case) -> Group | None:
    """Return the group of a case; None when it has none."""
    row = Membership.objects.filter(case=case, ended_at=None, group__unit=case.unit_id)
    found = row.select_related("group").order_by("at").first()
    return found.group if found else None


def members(group: Group) -> list[Membership]:
    """Return who belongs to a group, in the order in which they came; nobody who was erased."""
    rows = Membership.objects.filter(group=group, ended_at=None, case__erased_at=None)
    return list(rows.select_related("case", "case__worker").order_by("at", "id"))


def joint(group: Group, viewer: Case) -> list[Membership]:
    """Return the members that a page opened from one case shows, that one included."""
    rows = members(group)
    shown = set(
        rules.joint([rules.Member(row.case_id, row.apart) for row in rows], viewer=viewer.id)
    )
    return [row for row in rows if row.case_id in shown and row.case.unit_id == group.unit_id]


@acting.action("case.group")
def link_cases(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    other: str,
    kind: rules.Kind | str,
    role: rules.Role | str,
    own_role: rules.Role | str = "",
    apart: bool = False,
    why_apart: str = "",
) -> Membership:
    """Link another case, by its reference, to this one; `role` is what that person is to the rest.

    `apart` keeps the new link from joint pages and letters: somebody in the family may be the one
    who harms. The first link makes the group; `own_role` says what the person of this case is.
    """
    held = guard.hold(by, "case.group", case)
    code = reference.tidy(other) or ""
    visible = guard.visible(by, "case.group", Case)
    found = visible.filter(reference=code, unit=held.unit_id).first()
    group = of_case(held)
    there = of_case(found) if found else None
    guard.refuse_if(
        rules.why_not_link(
            same_case=found is not None and found.pk == held.pk,
            same_unit=found is not None,
            linked=there is not None,
            is_open=held.is_open and (found is None or found.is_open),
            role=str(role),
        )
    )
    if found is None:
        raise acting.NotFound
    if apart and len(why_apart.strip()) < 3:
        raise acting.Refused("Say in a few words why this link is kept apart.")
    if group is None:
        group = _new_group(by, at, held, kind)
        _join(by, at, group, held, own_role if own_role in set(rules.Role) else rules.Role.OTHER)
    return _join(by, at, group, found, role, apart=apart, why_apart=why_apart)


def _new_group(by: acting.Actor, at: datetime, case: Case, kind: rules.Kind | str) -> Group:
    if kind not in set(rules.Kind):
        raise acting.Refused("Choose what holds these people together.")
    group = Group(
        id=fields.new_id(), unit=case.unit, kind=rules.Kind(kind).value, by=by.person, at=at
    )
    sealed.create_keys(
        by=by, at=at, object_id=group.id, classes=group_model.CLASSES, units=[case.unit]
    )
    group.save(force_insert=True)
    return group


def _join(
    by: acting.Actor,
    at: datetime,
    group: Group,
    case: Case,
    role: rules.Role | str,
    *,
    apart: bool = False,
    why_apart: str = "",
) -> Membership:
    row = Membership(
        id=fields.new_id(),
        group=group,
        case=case,
        apart=apart,
        by=by.person,
        at=at,
        seal_owner=group.id,
    )
    keys = sealed.keys_of(by, group.id, _LINK)
    reason = why_apart.strip() if apart else ""
    sealed.write(row, {"role": rules.Role(role).value, "why_apart": reason or None}, keys)
    row.save(force_insert=True)
    return row


@acting.action("case.group")
def keep_apart(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    membership: Membership,
    apart: bool,
    why: str = "",
) -> Membership:
    """Keep a link from joint pages and letters, or show it again. `case`: from whose page."""
    row = _of_group(by, case, membership)
    if apart and len(why.strip()) < 3:
        raise acting.Refused("Say in a few words why this link is kept apart.")
    del at
    keys = sealed.keys_of(by, row.group_id, _LINK)
    row.apart = apart
    sealed.write(row, {"why_apart": why.strip() if apart else None}, keys)
    row.save()
    return row


@acting.action("case.group")
def unlink_case(
    *, by: acting.Actor, at: datetime, case: Case, membership: Membership
) -> Membership:
    """End a link. The group stays for the others; of a group of one nothing is left."""
    row = _of_group(by, case, membership)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    left = Membership.objects.filter(group=row.group_id, ended_at=None)
    if left.count() == 1:
        left.update(ended_at=at)
    return row


def _of_group(by: acting.Actor, case: Case, membership: Membership) -> Membership:
    held = guard.hold(by, "case.group", case)
    group = of_case(held)
    rows = Membership.objects.select_for_update(no_key=True).filter(group=group, ended_at=None)
    row = rows.filter(pk=membership.pk).first() if group else None
    if row is None or row.pk not in {m.pk for m in manageable(by, held)}:
        raise acting.NotFound
    return row


def manageable(by: acting.Actor, case: Case) -> list[Membership]:
    """Return the links that this account may change from this case: those it shows, and those
    kept apart of cases that the account may itself work on. From a case that is kept apart: its own.
    """
    group = of_case(case)
    if group is None:
        return []
    rows = members(group)
    shown = {row.pk for row in joint(group, case)}
    if any(row.case_id == case.pk and row.apart for row in rows):
        return [row for row in rows if row.case_id == case.pk]
    mine = guard.visible(by, "case.group", Case).filter(pk__in=[row.case_id for row in rows])
    may = set(mine.values_list("pk", flat=True))
    return [row for row in rows if row.pk in shown or (row.apart and row.case_id in may)]


@acting.action("case.group")
def set_joint_visit(
    *, by: acting.Actor, at: datetime, case: Case, planned_at: datetime, with_: Iterable[UUID]
) -> list[UUID]:
    """Plan one appointment for this person and others of the group; each case gets the duty."""
    held = guard.hold(by, "case.group", case)
    if planned_at <= at:
        raise acting.Refused("This time has passed. Choose a time to come.")
    group = of_case(held)
    shown = {row.case_id: row.case for row in joint(group, held)} if group else {}
    wanted = set(with_) | {held.id}
    if len(wanted) < 2 or wanted - set(shown):
        raise acting.Refused("Choose who comes along from the list.")
    for case_id in sorted(wanted):
        one = shown[case_id]
        if one.is_open:
            hours = deadlines.rule(deadlines.JOINT_VISIT, at.date()).hours
            due = planned_at + deadlines.hours(hours)
            clocks.start(case=one, kind=deadlines.JOINT_VISIT, starts_at=at, due_at=due)
    return sorted(wanted)


@acting.action("case.group")
def end_joint_visit(*, by: acting.Actor, at: datetime, case: Case) -> int:
    """Say that the joint appointment took place or falls away: the duty of everybody shown ends."""
    held = guard.hold(by, "case.group", case)
    group = of_case(held)
    rows = [row.case for row in joint(group, held)] if group else [held]
    kinds = [deadlines.JOINT_VISIT]
    return sum(clocks.stop(case=one, act="end_joint_visit", at=at, kinds=kinds) for one in rows)


@dataclass(frozen=True)
class OpenedGroup:
    """A group opened from one case: what its page shows, and what may be changed there."""

    group: Group
    shown: Sequence[Membership]
    manageable: Sequence[Membership]
    words: Mapping[UUID, Mapping[str, Any]]


@guard.opening("case.read")
def open_group(*, by: acting.Actor, at: datetime, case: Case) -> OpenedGroup | None:
    """Open what the people of a group are to each other, as far as this case's page may show it."""
    case = guard.see(by, "case.read", case)
    group = of_case(case)
    if group is None:
        return None
    shown, may = joint(group, case), manageable(by, case)
    rows = list({row.pk: row for row in [*shown, *may]}.values())
    opened = sealed.open_rows(by=by, at=at, purpose="group", rows=rows, classes=_LINK)
    words = {row.pk: said for row, said in zip(rows, opened, strict=True)}
    return OpenedGroup(group, shown, may, words)
