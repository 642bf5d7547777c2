"""Courses of support: planning sessions, saying how each went, ending; every step keeps its clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from manumit.cases import course as rules
from manumit.cases import deadlines
from manumit.cases.actions import clocks, plans
from manumit.cases.models import Case, Course, Need, Referral, Session
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass

_PLAN = frozenset({FieldClass.PLAN})


@acting.action("case.support")
def start_course(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    need: Need,
    rhythm: rules.Rhythm | str,
    first: datetime,
    count: int,
    aim: str = "",
    referral: Referral | None = None,
) -> Course:
    """Plan help that goes on: `count` sessions from `first` on, in a rhythm.

    `first` carries the zone of the place, so that sessions keep their hour when clocks change.
    """
    held = plans.hold_open(by, "case.support", case)
    about: Need = plans.part_of(held, need)
    guard.refuse_if(rules.why_not_plan(count, ()))
    instants = rules.series(first, rhythm, count)
    guard.refuse_if(rules.why_not_plan(len(instants), instants))
    if about.courses.filter(state=rules.State.ACTIVE.value).exists():
        raise acting.Refused("Help for this need goes on already. Add sessions to it.")
    if referral is not None and (referral.case_id, referral.need_id) != (held.id, about.id):
        raise acting.NotFound
    course = Course(
        id=fields.new_id(),
        case=held,
        need=about,
        referral=referral,
        rhythm=rules.Rhythm(rhythm).value,
        by=by.person,
        at=at,
        seal_owner=held.id,
    )
    sealed.write(course, {"aim": aim.strip() or None}, plans.keys_of(by, held))
    course.save(force_insert=True)
    Session.objects.bulk_create(
        Session(case=held, course=course, planned_at=when, seal_owner=held.id) for when in instants
    )
    clocks.stop(
        case=held, act="start_course", at=at, need=about, kinds=[deadlines.COURSE_FOLLOW_UP]
    )
    _keep_clock(held, course, at)
    return course


@acting.action("case.support")
def add_session(
    *, by: acting.Actor, at: datetime, case: Case, course: Course, planned_at: datetime
) -> Session:
    """Add one session on a day of its own."""
    held = plans.hold_open(by, "case.support", case)
    row = _active(held, course)
    guard.refuse_if(rules.why_not_move(planned_at, _taken(row), at))
    guard.refuse_if(rules.why_not_plan(row.sessions.count() + 1, ()))
    session = Session(case=held, course=row, planned_at=planned_at, seal_owner=held.id)
    session.save(force_insert=True)
    _keep_clock(held, row, at)
    return session


@acting.action("case.support")
def mark_session(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    session: Session,
    state: rules.Session | str,
    note: str = "",
) -> Session:
    """Say that a session was held, missed, or cancelled by the service.

    Two missed in a row start the duty to ask how the person is; a session that is held ends it.
    """
    held = plans.hold_open(by, "case.support", case)
    row: Session = plans.part_of(held, session)
    course = _active(held, row.course)
    if state == rules.Session.MOVED or state not in set(rules.Session):
        raise acting.Refused("Choose how it went from the list.")
    guard.refuse_if(rules.why_not_mark(row.state, state, planned_at=row.planned_at, now=at))
    _mark(row, by, at, state)
    _note(row, note, by, held)
    row.save()
    told = course.sessions.order_by("planned_at", "id").values_list("state", flat=True)
    if rules.look_after(told):
        clocks.start(case=held, kind=deadlines.MISSED_TWICE, starts_at=at, need=course.need)
    else:
        _ended(held, course, at, "mark_session:held", [deadlines.MISSED_TWICE])
    _keep_clock(held, course, at)
    return row


@acting.action("case.support")
def move_session(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    session: Session,
    planned_at: datetime,
    note: str = "",
) -> Session:
    """Move a session to another time; the old one stays in the list as moved. Returns the new one."""
    held = plans.hold_open(by, "case.support", case)
    row: Session = plans.part_of(held, session)
    course = _active(held, row.course)
    guard.refuse_if(
        rules.why_not_mark(row.state, rules.Session.MOVED, planned_at=row.planned_at, now=at)
    )
    guard.refuse_if(rules.why_not_move(planned_at, _taken(course), at))
    instead = Session(case=held, course=course, planned_at=planned_at, seal_owner=held.id)
    instead.save(force_insert=True)
    _mark(row, by, at, rules.Session.MOVED)
    row.moved_to = instead
    _note(row, note, by, held)
    row.save()
    _keep_clock(held, course, at)
    return instead


@acting.action("case.support")
def reach_person(*, by: acting.Actor, at: datetime, case: Case, course: Course) -> Course:
    """Say that somebody asked how the person is, after sessions were missed."""
    held = plans.hold_open(by, "case.support", case)
    row = _active(held, course)
    if not _ended(held, row, at, "reach_person", [deadlines.MISSED_TWICE]):
        raise acting.Refused("Nobody has to be asked about this course now.")
    return row


@acting.action("case.support")
def end_course(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    course: Course,
    outcome: rules.Outcome | str,
    finished: bool,
    words: str = "",
) -> Course:
    """End a course with what it led to. Sessions that are planned are cancelled when it stops.

    Somebody asks after a while how it goes, unless there is no contact any more.
    """
    held = plans.hold_open(by, "case.support", case)
    row: Course = plans.part_of(held, course)
    ahead = row.sessions.filter(state=rules.Session.PLANNED.value)
    guard.refuse_if(rules.why_not_end(row.state, outcome, planned=ahead.count(), finished=finished))
    for session in ahead.select_for_update(no_key=True):
        _mark(session, by, at, rules.Session.CANCELLED)
        session.save()
    row.state = (rules.State.FINISHED if finished else rules.State.STOPPED).value
    row.outcome, row.ended_at = rules.Outcome(outcome).value, at
    sealed.write(row, {"ending": words.strip() or None}, plans.keys_of(by, held))
    row.save()
    _ended(held, row, at, "end_course", [deadlines.SESSION, deadlines.MISSED_TWICE])
    if row.outcome not in {rules.Outcome.LOST.value, rules.Outcome.PERSON_ENDED.value}:
        follow_up(held, row.need, at)
    return row


def follow_up(case: Case, need: Need, at: datetime) -> None:
    """Start the duty to ask how it goes after help has ended, inside an action."""
    if case.is_open:
        clocks.start(case=case, kind=deadlines.COURSE_FOLLOW_UP, starts_at=at, need=need)


def _active(case: Case, course: Course) -> Course:
    row: Course = plans.part_of(case, course)
    if row.state != rules.State.ACTIVE.value:
        raise acting.Refused("This course has ended already.")
    return row


def _taken(course: Course) -> list[datetime]:
    gone = [rules.Session.MOVED.value, rules.Session.CANCELLED.value]
    return list(course.sessions.exclude(state__in=gone).values_list("planned_at", flat=True))


def _mark(row: Session, by: acting.Actor, at: datetime, state: rules.Session | str) -> None:
    row.state = rules.Session(state).value
    row.marked_by, row.marked_at = by.person, at


def _note(row: Session, note: str, by: acting.Actor, case: Case) -> None:
    if note.strip():
        sealed.write(row, {"note": note.strip()}, plans.keys_of(by, case))


def _ended(case: Case, course: Course, at: datetime, act: str, kinds: Sequence[str]) -> int:
    return clocks.stop(case=case, act=act, at=at, need=course.need, kinds=kinds)


def _keep_clock(case: Case, course: Course, at: datetime) -> None:
    """The clock of an active course runs to a day after its next session, or to plan one."""
    ahead = course.sessions.filter(state=rules.Session.PLANNED.value).order_by("planned_at").first()
    hours = deadlines.rule(deadlines.SESSION, at.date(), case.unit.organisation.country).hours
    since = ahead.planned_at if ahead else at
    clocks.start(
        case=case,
        kind=deadlines.SESSION,
        starts_at=at,
        due_at=since + deadlines.hours(hours),
        need=course.need,
    )


@dataclass(frozen=True)
class OpenedCourses:
    """Courses opened for their page: the words of each row, by its id."""

    courses: Sequence[Course]
    sessions: Mapping[UUID, Sequence[Session]]
    words: Mapping[UUID, Mapping[str, Any]]


@guard.opening("case.read")
def open_courses(*, by: acting.Actor, at: datetime, case: Case) -> OpenedCourses:
    """Open all courses of a case with their sessions: one opening on the record."""
    case = guard.see(by, "case.read", case)
    rows = Course.objects.filter(case=case).select_related("need", "referral__service", "by")
    courses = list(rows.order_by("-at", "id"))
    listed = list(
        Session.objects.filter(case=case).select_related("marked_by").order_by("planned_at", "id")
    )
    together: list[Any] = [*courses, *listed]
    opened = sealed.open_rows(by=by, at=at, purpose="support", rows=together, classes=_PLAN)
    words = {row.id: said for row, said in zip(together, opened, strict=True)}
    by_course: dict[UUID, list[Session]] = {course.id: [] for course in courses}
    for session in listed:
        by_course[session.course_id].append(session)
    return OpenedCourses(courses, by_course, words)
