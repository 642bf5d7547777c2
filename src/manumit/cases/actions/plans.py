"""Writing a person's plan: looks at needs, the safety plan, goals and steps; and opening it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from manumit.cases import deadlines, plan
from manumit.cases.actions import clocks
from manumit.cases.models import Case, Goal, Look, Need, SafetyPlan, Step
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass

_PLAN = frozenset({FieldClass.PLAN})


def hold_open(by: acting.Actor, permission: str, case: Case) -> Case:
    """Return the case, locked; raises Refused when it is closed."""
    held = guard.hold(by, permission, case)
    if not held.is_open:
        raise acting.Refused("This case is closed. Reopen it first.")
    return held


def keys_of(by: acting.Actor, case: Case) -> dict[FieldClass, bytes]:
    """Return the key of the case's plan; raises Refused when the actor does not hold it."""
    return sealed.keys_of(by, case.id, _PLAN)


def part_of(case: Case, row: Any) -> Any:
    """Return a row of a case as it is now, locked; raises NotFound for another case's."""
    return guard.one_of(type(row).objects.select_for_update(no_key=True).filter(case=case), row.pk)


@acting.action("case.plan")
def look_at_need(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    need: Need,
    level: plan.Level | str,
    on: date,
    wish: str = "",
    seen: str = "",
) -> Look:
    """Write down how a need stands now. The looks before stay; a follow-up that was due is done."""
    held = hold_open(by, "case.plan", case)
    about = part_of(held, need)
    guard.refuse_if(plan.why_not_assess(level, on, at.date()))
    look = Look(
        id=fields.new_id(),
        case=held,
        need=about,
        on=on,
        level=plan.Level(level).value,
        by=by.person,
        at=at,
        seal_owner=held.id,
    )
    said = {"wish": wish.strip() or None, "seen": seen.strip() or None}
    sealed.write(look, said, keys_of(by, held))
    look.save(force_insert=True)
    clocks.stop(
        case=held, act="look_at_need", at=at, need=about, kinds=[deadlines.COURSE_FOLLOW_UP]
    )
    return look


@acting.action("case.plan")
def keep_safe(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    said: Mapping[str, str],
    card_wanted: bool = False,
    card: str = "",
) -> SafetyPlan:
    """Write the safety plan anew; the version before stays. Its review is due in time."""
    held = hold_open(by, "case.plan", case)
    guard.refuse_if(plan.why_not_safety(said))
    last = held.safety_plans.order_by("-version").first()
    due = deadlines.due_at(deadlines.SAFETY_REVIEW, at, held.unit.organisation.country)
    row = SafetyPlan(
        id=fields.new_id(),
        case=held,
        version=last.version + 1 if last else 1,
        card_wanted=card_wanted,
        review_on=due.date(),
        by=by.person,
        at=at,
        seal_owner=held.id,
    )
    words = {part: said.get(part, "").strip() for part in plan.SAFETY}
    # who wants no card leaves no words for one behind
    on_card = card.strip() if card_wanted else ""
    sealed.write(row, {"said": words, "card": on_card or None}, keys_of(by, held))
    row.save(force_insert=True)
    clocks.start(case=held, kind=deadlines.SAFETY_REVIEW, starts_at=at, due_at=due)
    return row


@acting.action("case.plan")
def still_safe(*, by: acting.Actor, at: datetime, case: Case) -> SafetyPlan:
    """Say that the safety plan was looked at with the person and still holds."""
    held = hold_open(by, "case.plan", case)
    row = held.safety_plans.select_for_update(no_key=True).order_by("-version").first()
    if row is None:
        raise acting.Refused("There is no safety plan yet.")
    due = deadlines.due_at(deadlines.SAFETY_REVIEW, at, held.unit.organisation.country)
    row.review_on = due.date()
    row.save(update_fields=["review_on"])
    clocks.start(case=held, kind=deadlines.SAFETY_REVIEW, starts_at=at, due_at=due)
    return row


@acting.action("case.plan")
def set_goal(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    area: plan.Area | str,
    words: str,
    due_on: date | None = None,
) -> Goal:
    """Write down what the person wants to reach, in their words."""
    held = hold_open(by, "case.plan", case)
    guard.refuse_if(plan.why_not_goal(words=words, due_on=due_on, today=at.date()))
    if area not in set(plan.Area):
        raise acting.Refused("Choose what the goal is about.")
    goal = Goal(
        id=fields.new_id(),
        case=held,
        area=plan.Area(area).value,
        due_on=due_on,
        by=by.person,
        at=at,
        seal_owner=held.id,
    )
    sealed.write(goal, {"words": words.strip()}, keys_of(by, held))
    goal.save(force_insert=True)
    return goal


@acting.action("case.plan")
def move_goal(
    *, by: acting.Actor, at: datetime, case: Case, goal: Goal, state: plan.GoalState | str
) -> Goal:
    """Say that a goal is reached, no longer wanted, or taken up again."""
    held = hold_open(by, "case.plan", case)
    row: Goal = part_of(held, goal)
    guard.refuse_if(plan.why_not_move_goal(row.state, state))
    row.state = plan.GoalState(state).value
    row.ended_at = None if row.state == plan.GoalState.OPEN.value else at
    row.save(update_fields=["state", "ended_at"])
    return row


@acting.action("case.plan")
def add_step(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    goal: Goal,
    words: str,
    doer: plan.Doer | str,
    due_on: date | None = None,
) -> Step:
    """Add a step towards a goal."""
    held = hold_open(by, "case.plan", case)
    about: Goal = part_of(held, goal)
    guard.refuse_if(plan.why_not_goal(words=words, due_on=due_on, today=at.date()))
    if doer not in set(plan.Doer):
        raise acting.Refused("Choose who does it.")
    if about.state != plan.GoalState.OPEN.value:
        raise acting.Refused("This goal has ended. Take it up again first.")
    step = Step(
        id=fields.new_id(),
        case=held,
        goal=about,
        doer=plan.Doer(doer).value,
        due_on=due_on,
        at=at,
        seal_owner=held.id,
    )
    sealed.write(step, {"words": words.strip()}, keys_of(by, held))
    step.save(force_insert=True)
    return step


@acting.action("case.plan")
def do_step(*, by: acting.Actor, at: datetime, case: Case, step: Step) -> Step:
    """Say that a step is done. Said twice, it stays as it was."""
    held = hold_open(by, "case.plan", case)
    row: Step = part_of(held, step)
    if row.done_at is None:
        row.done_at, row.done_by = at, by.person
        row.save(update_fields=["done_at", "done_by"])
    return row


@dataclass(frozen=True)
class OpenedPlan:
    """A plan opened for its page: the words of each row, by its id."""

    looks: Sequence[Look]
    safety: SafetyPlan | None
    goals: Sequence[Goal]
    steps: Sequence[Step]
    words: Mapping[UUID, Mapping[str, Any]]


@guard.opening("case.read")
def open_plan(*, by: acting.Actor, at: datetime, case: Case) -> OpenedPlan:
    """Open the plan of a case: one opening on the record, whatever its length."""
    case = guard.see(by, "case.read", case)
    looks = list(Look.objects.filter(case=case).select_related("by", "need").order_by("at", "id"))
    safety = SafetyPlan.objects.filter(case=case).select_related("by").order_by("-version").first()
    goals = list(Goal.objects.filter(case=case).order_by("at", "id"))
    steps = list(Step.objects.filter(case=case).select_related("done_by").order_by("at", "id"))
    rows: list[Any] = [*looks, *([safety] if safety else []), *goals, *steps]
    opened = sealed.open_rows(by=by, at=at, purpose="plan", rows=rows, classes=_PLAN)
    words = {row.id: said for row, said in zip(rows, opened, strict=True)}
    return OpenedPlan(looks, safety, goals, steps, words)


@guard.opening("case.plan")
def open_card(*, by: acting.Actor, at: datetime, case: Case) -> list[str]:
    """Return the lines of the card that the person wants; raises Refused when they want none."""
    case = guard.see(by, "case.plan", case)
    row = SafetyPlan.objects.filter(case=case).order_by("-version").first()
    if row is None:
        raise acting.Refused("There is no safety plan yet.")
    words = ""
    if row.card_wanted:
        opened = sealed.open_rows(by=by, at=at, purpose="card", rows=[row], classes=_PLAN)
        words = str(opened[0].get("card") or "")
    guard.refuse_if(plan.why_not_card(row.card_wanted, words))
    return plan.card_lines(words)
