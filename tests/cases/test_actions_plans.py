"""A plan is kept, sealed, and its duties run; courses, groups, State support and closing too."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from casework import AT, after
from manumit.cases import deadlines, needs
from manumit.cases.actions import (
    cases,
    courses,
    due,
    entitlements,
    erasing,
    groups,
    plans,
    referrals,
)
from manumit.cases.models import Case, Clock, Closing, Look, Membership, Need, SafetyPlan, Session
from manumit.core import models
from manumit.core.actions import acting
from onehouse import _django_db_helper, case, house, others, world

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
__all__ = ["_django_db_helper", "case", "house", "others", "world"]


def need_of(case, kind="psychosocial"):
    return case.needs.get(kind=kind)


def running(case, kind):
    return Clock.objects.running().filter(case=case, kind=kind)


# --- plan ----------------------------------------------------------------------------------------
def look(world, case, level="much_help", at=AT, **kwargs):
    return plans.look_at_need(
        by=world.worker, at=at, case=case, need=need_of(case), level=level, on=at.date(), **kwargs
    )


def test_every_look_is_kept_and_only_opened_on_record(world, case):
    look(world, case, wish="I want to sleep", seen="tired")
    look(world, case, level="some_help", at=after(days=20), wish="I want to work")
    opened = plans.open_plan(by=world.colleague, at=after(days=21), case=case)
    assert [row.level for row in opened.looks] == ["much_help", "some_help"]
    assert opened.words[opened.looks[0].id] == {"wish": "I want to sleep", "seen": "tired"}
    assert models.Leaf.objects.filter(act="open").latest("seq").seq
    assert b"sleep" not in bytes(Look.objects.earliest("at").wish)


def test_only_the_worker_and_the_supervisor_plan_and_another_unit_finds_nothing(house, world, case):
    stranger = house.far.worker
    for by in (world.colleague, stranger):
        with pytest.raises(acting.NotFound):
            plans.set_goal(by=by, at=AT, case=case, area="Health", words="x")
    plans.set_goal(by=world.supervisor, at=AT, case=case, area="Health", words="x")
    with pytest.raises(acting.NotFound):
        plans.open_plan(by=stranger, at=AT, case=case)


def test_a_row_of_another_case_is_not_there(world, case, others):
    other = others[0]
    goal = plans.set_goal(by=world.worker, at=AT, case=other, area="Health", words="x")
    with pytest.raises(acting.NotFound):
        plans.add_step(by=world.worker, at=AT, case=case, goal=goal, words="x", doer="person")
    with pytest.raises(acting.NotFound):
        plans.look_at_need(
            by=world.worker, at=AT, case=case, need=need_of(other), level="well", on=AT.date()
        )


def test_a_safety_plan_has_versions_a_review_and_a_card_only_when_wanted(world, case):
    said = {"watch": "a white car", "call": "aunt"}
    plans.keep_safe(by=world.worker, at=AT, case=case, said=said, card="1234")
    with pytest.raises(acting.Refused, match="does not want a card"):
        plans.open_card(by=world.worker, at=AT, case=case)
    assert SafetyPlan.objects.get().card is None
    plans.keep_safe(
        by=world.worker, at=after(days=1), case=case, said=said, card_wanted=True, card="1234\nAunt"
    )
    assert plans.open_card(by=world.worker, at=after(days=1), case=case) == ["1234", "Aunt"]
    assert list(SafetyPlan.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
    clock = running(case, deadlines.SAFETY_REVIEW).get()
    assert clock.due_at == after(days=31)
    plans.still_safe(by=world.worker, at=after(days=25), case=case)
    assert running(case, deadlines.SAFETY_REVIEW).get().due_at == after(days=55)


def test_goals_and_steps(world, case):
    by = world.worker
    goal = plans.set_goal(by=by, at=AT, case=case, area="Livelihood", words="I want to sew")
    step = plans.add_step(by=by, at=AT, case=case, goal=goal, words="ask the centre", doer="worker")
    plans.do_step(by=by, at=AT, case=case, step=step)
    plans.do_step(by=by, at=after(days=1), case=case, step=step)
    step.refresh_from_db()
    assert step.done_at == AT
    plans.move_goal(by=by, at=AT, case=case, goal=goal, state="reached")
    with pytest.raises(acting.Refused, match="ended"):
        plans.add_step(by=by, at=AT, case=case, goal=goal, words="more", doer="person")
    with pytest.raises(acting.Refused):
        plans.move_goal(by=by, at=AT, case=case, goal=goal, state="dropped")
    plans.move_goal(by=by, at=AT, case=case, goal=goal, state="open")


# --- courses -------------------------------------------------------------------------------------
def course(world, case, count=12, first=None, rhythm="weekly", kind="psychosocial", **kwargs):
    return courses.start_course(
        by=world.worker,
        at=AT,
        case=case,
        need=need_of(case, kind),
        rhythm=rhythm,
        first=first or after(days=2),
        count=count,
        **kwargs,
    )


def mark(world, case, session, state, at=None):
    return courses.mark_session(
        by=world.worker,
        at=at or session.planned_at + timedelta(hours=1),
        case=case,
        session=session,
        state=state,
    )


def test_three_months_of_sessions_have_one_clock_that_goes_on(world, case):
    made = course(world, case, aim="sleep again")
    sessions = list(made.sessions.order_by("planned_at"))
    assert len(sessions) == 12
    assert sessions[-1].planned_at == after(days=2 + 77)
    clock = running(case, deadlines.SESSION).get()
    assert clock.due_at == after(days=3)
    assert clock.worker == world.worker.user
    mark(world, case, sessions[0], "held")
    assert running(case, deadlines.SESSION).get().due_at == after(days=10)
    held = Case.objects.get(pk=case.pk)
    assert held.next_due_at <= after(days=10)


def test_a_session_nobody_reported_is_a_late_duty(world, case):
    course(world, case)
    due.run(by=acting.SYSTEM, at=after(days=4))
    assert running(case, deadlines.SESSION).get().level == 1


def test_two_missed_in_a_row_start_a_duty_and_somebody_ends_it(world, case):
    made = course(world, case)
    first, second, third, *_ = made.sessions.order_by("planned_at")
    mark(world, case, first, "missed")
    assert not running(case, deadlines.MISSED_TWICE)
    mark(world, case, second, "missed")
    clock = running(case, deadlines.MISSED_TWICE).get()
    assert clock.due_at == second.planned_at + timedelta(hours=25)
    courses.reach_person(by=world.worker, at=clock.due_at, case=case, course=made)
    assert not running(case, deadlines.MISSED_TWICE)
    with pytest.raises(acting.Refused):
        courses.reach_person(by=world.worker, at=clock.due_at, case=case, course=made)
    mark(world, case, third, "missed")
    assert running(case, deadlines.MISSED_TWICE)
    courses.mark_session(
        by=world.worker, at=after(days=20), case=case, session=third, state="held", note="late"
    )
    assert not running(case, deadlines.MISSED_TWICE)


def test_a_session_moves_and_the_list_remembers(world, case):
    made = course(world, case, count=2)
    first = made.sessions.order_by("planned_at")[0]
    new = courses.move_session(
        by=world.worker, at=AT, case=case, session=first, planned_at=after(days=4), note="rain"
    )
    first.refresh_from_db()
    assert (first.state, first.moved_to) == ("moved", new)
    assert running(case, deadlines.SESSION).get().due_at == after(days=5)
    with pytest.raises(acting.Refused, match="already"):
        courses.move_session(
            by=world.worker, at=AT, case=case, session=first, planned_at=after(days=5)
        )
    with pytest.raises(acting.Refused, match="list"):
        mark(world, case, new, "moved")


def test_sessions_outlive_the_need_that_is_met(world, case):
    course(world, case)
    cases.settle_need(by=world.worker, at=AT, need=need_of(case), status="met")
    assert running(case, deadlines.SESSION).exists()


def test_one_course_a_need_and_another_after_its_end_with_a_follow_up(world, case):
    made = course(world, case, count=1)
    with pytest.raises(acting.Refused, match="goes on already"):
        course(world, case)
    with pytest.raises(acting.Refused, match="still planned"):
        courses.end_course(
            by=world.worker, at=AT, case=case, course=made, outcome="better", finished=True
        )
    mark(world, case, made.sessions.get(), "held")
    done = courses.end_course(
        by=world.worker,
        at=after(days=3),
        case=case,
        course=made,
        outcome="better",
        finished=True,
        words="sleeps",
    )
    assert (done.state, done.outcome) == ("finished", "better")
    assert not running(case, deadlines.SESSION)
    assert running(case, deadlines.COURSE_FOLLOW_UP).get().due_at == after(days=17)
    look(world, case, at=after(days=16))
    assert not running(case, deadlines.COURSE_FOLLOW_UP)
    course(world, case, first=after(days=30))


def test_a_course_that_stops_cancels_what_is_ahead(world, case):
    made = course(world, case, count=3)
    courses.end_course(
        by=world.worker, at=AT, case=case, course=made, outcome="lost_contact", finished=False
    )
    assert set(made.sessions.values_list("state", flat=True)) == {"cancelled"}
    assert not running(case, deadlines.COURSE_FOLLOW_UP)


def test_help_that_a_service_finished_is_followed_up(world, case):
    row = world.sent(kind="medical", case=case)
    referrals.answer_referral(by=world.focal, at=AT, referral=row, accept=True)
    referrals.start_service(by=world.focal, at=AT, referral=row)
    referrals.end_service(by=world.focal, at=AT, referral=row, done=True)
    clock = running(row.case, deadlines.COURSE_FOLLOW_UP).get()
    assert (clock.need, clock.due_at) == (row.need, after(days=14))


def test_what_was_said_about_a_session_is_opened_with_its_course(world, case):
    made = course(world, case, count=1, aim="sleep again")
    courses.mark_session(
        by=world.worker,
        at=after(days=3),
        case=case,
        session=made.sessions.get(),
        state="held",
        note="drew a house",
    )
    opened = courses.open_courses(by=world.colleague, at=after(days=3), case=case)
    (session,) = opened.sessions[made.id]
    assert opened.words[made.id]["aim"] == "sleep again"
    assert opened.words[session.id]["note"] == "drew a house"


def test_the_database_refuses_a_session_moved_to_nowhere(world, case):
    made = course(world, case, count=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(course=made).update(
            state="moved", marked_at=AT, marked_by=world.worker.user
        )


# --- groups --------------------------------------------------------------------------------------
def link(world, case, other, role="child", by=None, **kwargs):
    return groups.link_cases(
        by=by or world.worker,
        at=AT,
        case=case,
        other=other.reference,
        kind="family",
        role=role,
        own_role="mother",
        **kwargs,
    )


def test_a_family_is_seen_from_each_and_roles_are_sealed(world, case, others):
    child = others[0]
    link(world, case, child)
    for one in (case, child):
        opened = groups.open_group(by=world.worker, at=AT, case=one)
        assert {row.case_id for row in opened.shown} == {case.id, child.id}
        assert {opened.words[row.id]["role"] for row in opened.shown} == {"mother", "child"}
    assert all(b"mother" not in bytes(row.role) for row in Membership.objects.all())


def test_who_may_harm_is_on_no_joint_page_and_sees_nobody(world, case, others):
    child, man = others
    link(world, case, child)
    with pytest.raises(acting.Refused, match="why"):
        link(world, case, man, role="father", apart=True)
    hidden = link(world, case, man, role="father", apart=True, why_apart="she is afraid of him")
    for one in (case, child):
        opened = groups.open_group(by=world.worker, at=AT, case=one)
        assert man.id not in {row.case_id for row in opened.shown}
    his = groups.open_group(by=world.worker, at=AT, case=man)
    assert {row.case_id for row in his.shown} == {man.id}
    assert {row.case_id for row in his.manageable} == {man.id}
    with pytest.raises(acting.Refused):
        groups.set_joint_visit(
            by=world.worker, at=AT, case=case, planned_at=after(days=1), with_=[child.id, man.id]
        )
    first = Membership.objects.get(case=case)
    with pytest.raises(acting.NotFound):
        groups.unlink_case(by=world.worker, at=AT, case=man, membership=first)
    groups.keep_apart(by=world.worker, at=AT, case=case, membership=hidden, apart=False)
    opened = groups.open_group(by=world.worker, at=AT, case=case)
    assert man.id in {row.case_id for row in opened.shown}


def test_a_letter_about_one_says_nothing_of_the_others(world, case, others):
    row = world.sent(kind="medical", case=case)
    other = others[0]
    groups.link_cases(
        by=world.worker,
        at=AT,
        case=row.case,
        other=other.reference,
        kind="family",
        role="father",
        own_role="child",
        apart=True,
        why_apart="fear",
    )
    assert set(row.sent_fields) & {"family", "group", "role", "link"} == set()


def test_links_stay_in_the_unit_and_are_not_told_to_strangers(house, world, case):
    theirs = cases.open_case(by=house.far.worker, at=AT, language="en")
    nobody = Case(reference="ZZZ-999")
    answers = []
    for other in (theirs, nobody):
        with pytest.raises(acting.Refused) as refusal:
            link(world, case, other)
        answers.append(refusal.value.reason)
    assert answers[0] == answers[1]


def test_an_end_of_a_link_leaves_no_group_of_one(world, case, others):
    child = others[0]
    row = link(world, case, child)
    groups.unlink_case(by=world.worker, at=AT, case=case, membership=row)
    assert groups.open_group(by=world.worker, at=AT, case=case) is None
    link(world, case, child)


def test_a_joint_visit_is_everybodys_duty_and_ends_for_all(world, case, others):
    child = others[0]
    link(world, case, child)
    groups.set_joint_visit(
        by=world.worker, at=AT, case=case, planned_at=after(days=2), with_=[child.id]
    )
    for one in (case, child):
        assert running(one, deadlines.JOINT_VISIT).get().due_at == after(days=3)
    assert groups.end_joint_visit(by=world.worker, at=after(days=2), case=child) == 2


# --- State support -------------------------------------------------------------------------------
def test_state_support_is_answered_from_sealed_facts_and_the_status_of_the_case(world, case):
    assert entitlements.open_entitlement(by=world.worker, at=AT, case=case) is None
    entitlements.write_facts(
        by=world.worker, at=AT, case=case, facts={"group": "isil", "since": AT.date(), "sex": ""}
    )
    told = entitlements.open_entitlement(by=world.worker, at=AT, case=case)
    assert told.facts == {"group": "isil", "since": AT.date().isoformat()}
    assert {a.programme.id: a.result for a in told.answers}["un-2331"] == (
        "may_ask" if case.trafficking_status else "missing"
    )
    assert b"isil" not in bytes(case.__class__.objects.get(pk=case.pk).entitlement.facts)
    with pytest.raises(ValueError, match="shoe"):
        entitlements.write_facts(by=world.worker, at=AT, case=case, facts={"shoe": 1})


# --- closing -------------------------------------------------------------------------------------
def close(world, case, **kwargs):
    reason = kwargs.pop("reason", "returned")
    return cases.close_case(by=world.worker, at=AT, case=case, reason=reason, **kwargs)


def test_a_closing_counts_what_is_open_and_a_reopening_brings_the_clocks_back(world, case):
    plans.keep_safe(by=world.worker, at=AT, case=case, said={"watch": "x"})
    open_needs = Need.objects.filter(case=case, status="open").count()
    close(world, case, words="went home with her aunt")
    first = Closing.objects.get()
    assert (first.reason, first.left_open["needs"]) == ("returned", open_needs)
    assert first.words
    assert not Clock.objects.running().filter(case=case)
    cases.reopen_case(by=world.worker, at=after(days=30), case=case, words="came back")
    assert list(Closing.objects.order_by("at").values_list("act", flat=True)) == [
        "closed",
        "reopened",
    ]
    assert running(case, deadlines.SAFETY_REVIEW).get().due_at == after(days=60)


def test_a_case_does_not_close_while_a_course_goes_on(world, case):
    made = course(world, case, count=1)
    with pytest.raises(acting.Refused, match="course"):
        close(world, case)
    courses.end_course(
        by=world.worker, at=AT, case=case, course=made, outcome="person_ended", finished=False
    )
    close(world, case)


def test_erasing_empties_what_was_planned(world, case, others):
    look(world, case, wish="I want to sleep")
    plans.keep_safe(by=world.worker, at=AT, case=case, said={"watch": "x"})
    course(world, case, aim="rest")
    other = others[0]
    link(world, case, other)
    erasing.erase(by=world.dpo, at=AT, case=case, reason=needs.CloseReason.PERSON_ASKED)
    assert Look.objects.get().wish is None
    assert SafetyPlan.objects.get().said is None
    assert Membership.objects.get(case=case).role is None
    shown = groups.members(Membership.objects.get(case=other).group)
    assert [row.case for row in shown] == [other]
