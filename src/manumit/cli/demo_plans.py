"""Plans, sessions, a family, State support and an offer of a case, for the made-up people of the demo."""

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

from manumit.cases.actions import courses, entitlements, groups, handovers, plans
from manumit.cases.models import Case, Course
from manumit.core.actions import acting, names

Story = Generator[float, datetime, None]

_SAFETY = {
    "watch": "A grey car in front of the shop. Calls from numbers she does not know.",
    "places": "The women's centre, any day. The neighbour upstairs.",
    "times": "Between 10 and 12, when the brother-in-law is at work.",
    "ways": "By text message: “Your order is ready”. Never by voice.",
    "call": "The aunt. The night line of the example centre.",
}
_FACTS: dict[str, Any] = {
    "group": "isil",
    "country": "IQ",
    "kinds": ["captivity", "sold"],
    "nationality": ["IQ"],
    "residence": "JO",
    "community": "yazidi",
    "sex": "female",
    "freed": "yes",
    "papers": ["identity"],
}


def live(person: dict[str, Any], worker: acting.Actor) -> Story:
    """Play the plan of one person beside the story of their case: `plan` is "whole" or "missed"."""
    met = float(person["hours_ago"])
    from_here = met - 1
    at = yield from_here
    case = _case(worker, at, person["name"])
    if case is None:
        return
    doing: dict[str, Any] = {"by": worker, "case": case}
    need = case.needs.filter(kind="psychosocial").first()
    if need is None:
        return
    plans.look_at_need(
        **doing, at=at, need=need, level="crisis", on=at.date(), wish="I want to sleep again."
    )
    plans.keep_safe(
        **doing, at=at, said=_SAFETY, card_wanted=True, card="Aunt 0000 111\nOrders 0000 222"
    )
    goal = plans.set_goal(
        **doing, at=at, area="Livelihood", words="I want to sew again and earn my own money."
    )
    step = plans.add_step(
        **doing, at=at, goal=goal, words="Ask the centre when the next course begins", doer="worker"
    )
    plans.add_step(
        **doing, at=at, goal=goal, words="Find out who can lend a machine", doer="person"
    )
    entitlements.write_facts(**doing, at=at, facts=_FACTS)
    first = (at + timedelta(hours=20)).replace(hour=9, minute=0, second=0, microsecond=0)
    course = courses.start_course(
        **doing,
        at=at,
        need=need,
        rhythm="weekly",
        first=first,
        count=12,
        aim="To sleep through the night, and to go out alone.",
    )
    if person["plan"] == "missed":
        courses.add_session(**doing, at=at, course=course, planned_at=first + timedelta(days=1))
    at = yield from_here - 30
    plans.do_step(**doing, at=at, step=step)
    _report(doing, course, at, "held" if person["plan"] == "whole" else "missed")
    if person["plan"] == "missed":
        at = yield from_here - 54
        _report(doing, course, at, "missed")
        return
    at = yield from_here - 32
    plans.look_at_need(
        **doing,
        at=at,
        need=need,
        level="much_help",
        on=at.date(),
        wish="I slept four hours. I want to go to the market with my sister.",
        seen="More at ease than last week.",
    )


def _report(doing: dict[str, Any], course: Course, at: datetime, state: str) -> None:
    past = course.sessions.filter(state="planned", planned_at__lte=at).order_by("planned_at")
    for session in past:
        courses.mark_session(**doing, at=at, session=session, state=state)


def together(people: list[dict[str, Any]], worker: acting.Actor, other: acting.Actor) -> Story:
    """Link a family, one of its links kept apart, and offer a case: `family` and `offer` say whose."""
    at = yield 1
    known = {p["family"]: _case(worker, at, p["name"]) for p in people if "family" in p}
    one, sister, apart = (known.get(role) for role in ("one", "sister", "apart"))
    if one and sister:
        doing: dict[str, Any] = {"by": worker, "at": at, "case": one, "kind": "family"}
        groups.link_cases(**doing, other=sister.reference, role="sibling", own_role="sibling")
        if apart:
            groups.link_cases(
                **doing,
                other=apart.reference,
                role="relative",
                apart=True,
                why_apart="The sisters are afraid of him.",
            )
    for person in people:
        case = _case(worker, at, person["name"]) if person.get("offer") else None
        if case is not None:
            handovers.propose_handover(
                by=worker,
                at=at,
                case=case,
                reason="absence",
                to_worker=other.person,
                message="I am away from Monday on. The clinic has not answered yet.",
            )


def _case(by: acting.Actor, at: datetime, name: str) -> Case | None:
    hits = names.search(by=by, at=at, query=name)
    return Case.objects.filter(pk=hits[0].object_id).first() if hits else None
