"""What happened in the demo: made-up people met at a gate, and the help that followed.

Every step goes through the product's own actions, in the order of time, so that the demo's record
verifies like any other.
"""

import heapq
import itertools
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from manumit.cases import consent, needs
from manumit.cases import referral as referral_rules
from manumit.cases.actions import cases, consents, due, referrals, screenings
from manumit.cases.models import Case, Referral
from manumit.cli import demo_plans, demo_protection, demo_telling
from manumit.core.actions import acting
from manumit.directory.models import Service

Story = Generator[float, datetime, None]
_GOES_ON = {"psychosocial", "legal"}  # help that takes longer than a first talk
_YES = [True] * len(consent.QUESTIONS)


@dataclass(frozen=True)
class Cast:
    """Who acts in the demo."""

    officer: acting.Actor
    worker: acting.Actor
    second_worker: acting.Actor
    service: acting.Actor
    lawyer: acting.Actor
    services: Mapping[str, Service]
    place: str


def play(people: list[dict[str, Any]], cast: Cast, now: datetime) -> int:
    """Play every story, all of them interleaved in time; returns how many steps there were."""
    order = itertools.count()
    queue: list[tuple[datetime, int, Story]] = []

    def push(story: Story, hours_ago: float) -> None:
        heapq.heappush(queue, (now - timedelta(hours=hours_ago), next(order), story))

    for number, person in enumerate(people):
        story = _story(person, cast, number)
        push(story, next(story))
        if "plan" in person:
            planned = demo_plans.live(person, _worker(cast, number))
            push(planned, next(planned))
    family = demo_plans.together(people, cast.second_worker, cast.worker)
    push(family, next(family))
    checks = _checks(max(float(person["hours_ago"]) for person in people))
    push(checks, next(checks))
    steps = 0
    while queue:
        at, _, story = heapq.heappop(queue)
        steps += 1
        try:
            push(story, story.send(at))
        except StopIteration:
            continue
    return steps


def _checks(longest: float) -> Story:
    """`manumit due`, every six hours and at last now."""
    hours = longest
    while hours > 0:
        at = yield hours
        due.run(by=acting.SYSTEM, at=at)
        hours -= 6
    at = yield 0
    due.run(by=acting.SYSTEM, at=at)


def _story(person: dict[str, Any], cast: Cast, number: int) -> Story:
    met, stage = float(person["hours_ago"]), person["stage"]
    minute = 1 / 60
    at = yield met
    talk = screenings.start_screening(by=cast.officer, at=at, language=person["language"])
    for purpose in consent.AT_SCREENING:
        consents.give_consent(
            by=cast.officer, at=at, subject=talk, purpose=purpose, given=True, questions=_YES
        )
    known = ("name", "age", "sex", "nationality")
    values = {field: person[field] for field in known if field in person}
    values |= {"place": cast.place}
    if "also_called" in person:
        values["also_called"] = [person["also_called"]]
    if "name" in person:
        values["contact"] = f"+000 0000 {number:04}"
    at = yield met - 3 * minute
    alone = consent.Guardian.ABSENT if "un_child_alone" in person["signs"] else ""
    screenings.record_person(by=cast.officer, at=at, screening=talk, values=values, guardian=alone)
    for pack_id, prefix in (("urgent-needs", "un_"), ("conflict-context", "cc_")):
        said = {sign: "yes" for sign in person["signs"] if sign.startswith(prefix)}
        at = yield met - 6 * minute
        if said:
            screenings.answer(by=cast.officer, at=at, screening=talk, pack_id=pack_id, answers=said)
    at = yield met - 10 * minute
    if stage == "paused":
        screenings.pause_screening(by=cast.officer, at=at, screening=talk, step="urgent")
        return
    case = screenings.finish_screening(
        by=cast.officer, at=at, screening=talk, officer_asks=stage != "nothing_found"
    )
    if case is not None and stage != "new":
        yield from _help(person, cast, case, _worker(cast, number), met - 20 * minute)


def _worker(cast: Cast, number: int) -> acting.Actor:
    return cast.worker if number % 3 else cast.second_worker


def _help(
    person: dict[str, Any], cast: Cast, case: Case, worker: acting.Actor, from_here: float
) -> Story:
    at = yield from_here
    cases.take_case(by=worker, at=at, case=case)
    at = yield from_here - 0.1
    cases.add_note(by=worker, at=at, case=case, text="First talk held. Next visit agreed.")
    yield from demo_protection.play(person, case, worker, from_here - 0.15)
    yield from demo_telling.play(person, case, worker, cast.lawyer, from_here - 0.16)
    if "need" not in person:
        return
    for need in case.needs.filter(status=needs.Status.OPEN.value).exclude(kind=person["need"]):
        if need.kind not in _GOES_ON:
            cases.settle_need(by=worker, at=at, need=need, status=needs.Status.MET)
    at = yield from_here - 0.2
    row = _refer(person, cast, case, worker, at)
    stage = person["stage"]
    if stage in {"waiting", "late", "no_answer"}:
        return
    at = yield from_here - 1.2
    referrals.answer_referral(
        by=cast.service,
        at=at,
        referral=row,
        accept=stage != "declined",
        reason=referral_rules.DeclineReason.FULL if stage == "declined" else "",
    )
    if stage not in {"done", "closed"}:
        return
    at = yield from_here - 5
    referrals.start_service(by=cast.service, at=at, referral=row)
    at = yield from_here - 24
    referrals.end_service(by=cast.service, at=at, referral=row, done=True)
    if stage == "closed":
        at = yield from_here - 26
        for need in case.needs.filter(status=needs.Status.OPEN.value):
            cases.settle_need(by=worker, at=at, need=need, status=needs.Status.NOT_APPLICABLE)
        cases.close_case(by=worker, at=at, case=case, reason=needs.CloseReason.GOALS_REACHED.value)


def _refer(
    person: dict[str, Any], cast: Cast, case: Case, worker: acting.Actor, at: datetime
) -> Referral:
    need = case.needs.filter(kind=person["need"], status=needs.Status.OPEN.value).first()
    if need is None:
        need = cases.record_need(by=worker, at=at, case=case, kind=person["need"])
    row = referrals.draft_referral(
        by=worker, at=at, case=case, need=need, service=cast.services[person["service"]]
    )
    row = referrals.consent_referral(by=worker, at=at, referral=row, given=True, questions=_YES)
    return referrals.send_referral(by=worker, at=at, referral=row)
