"""Plans, courses, hand-over, groups, caseload and closing as rules."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import caseload, closing, course, groups, handover, plan
from meta import source

TODAY = date(2026, 11, 22)


# --- plan ----------------------------------------------------------------------------------------
def looks(*levels):
    return [plan.Look(TODAY + timedelta(days=n), plan.Level(v)) for n, v in enumerate(levels)]


@pytest.mark.parametrize(
    ("levels", "change"),
    [
        (("crisis",), "first"),
        (("crisis", "much_help"), "better"),
        (("well", "well"), "same"),
        (("well", "crisis", "much_help", "crisis"), "worse"),
    ],
)
def test_what_a_new_look_shows(levels, change):
    assert plan.change(looks(*levels)) == change


def test_a_look_is_of_today_or_before_and_at_a_known_level():
    assert plan.why_not_assess("well", TODAY, TODAY) == ""
    assert "list" in plan.why_not_assess("splendid", TODAY, TODAY)
    assert "still to come" in plan.why_not_assess("well", TODAY + timedelta(days=1), TODAY)


def test_a_safety_plan_has_words_and_only_known_parts():
    assert plan.why_not_safety({"watch": "a car"}) == ""
    assert plan.why_not_safety({"watch": "  "})
    with pytest.raises(ValueError, match="recipe"):
        plan.why_not_safety({"recipe": "x"})


def test_a_card_is_made_only_when_wanted_and_says_nothing_of_its_own():
    assert "does not want" in plan.why_not_card(False, "call 1")
    assert plan.why_not_card(True, " ")
    assert plan.why_not_card(True, "call 1") == ""
    assert plan.card_lines(" Aunt 1 \n\n 2 ") == ["Aunt 1", "2"]
    assert plan.card_title("xx") == plan.card_title("en-GB") == "Useful numbers"
    for title in plan.CARD_TITLES.values():
        assert not {"victim", "safety", "violence"} & set(title.lower().split())


def test_goals_move_as_the_table_says():
    for old in plan.GoalState:
        for new in plan.GoalState:
            allowed = new in plan.GOAL_TRANSITIONS[old]
            assert (plan.why_not_move_goal(old, new) == "") is allowed
    assert plan.progress([True, False, True]) == (2, 3)
    assert plan.why_not_goal(words="", due_on=None, today=TODAY)
    assert "passed" in plan.why_not_goal(words="x", due_on=date(2026, 1, 1), today=TODAY)


# --- courses -------------------------------------------------------------------------------------
PARIS = ZoneInfo("Europe/Paris")


@given(
    st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2027, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["weekly", "fortnightly", "monthly"]),
    st.integers(1, course.MOST),
)
def test_a_series_keeps_its_hour_and_its_order(first, rhythm, count):
    first = first.replace(microsecond=0, tzinfo=PARIS)
    made = course.series(first, rhythm, count)
    assert len(made) == count
    assert made[0] == first
    assert {(each.hour, each.minute) for each in made} == {(first.hour, first.minute)}
    assert made == sorted(made)
    assert course.why_not_plan(count, made) == ""


def test_a_short_month_has_its_last_day():
    made = course.series(datetime(2026, 1, 31, 9, tzinfo=UTC), "monthly", 4)
    assert [(d.month, d.day) for d in made] == [(1, 31), (2, 28), (3, 31), (4, 30)]
    assert course.series(made[0], "own_dates", 9) == made[:1]


@pytest.mark.parametrize(
    ("states", "missed"),
    [
        ((), 0),
        (("held", "missed"), 1),
        (("missed", "held"), 0),
        (("missed", "cancelled", "moved", "missed", "planned"), 2),
        (("missed", "missed", "missed"), 3),
    ],
)
def test_missed_in_a_row_looks_past_what_says_nothing_of_the_person(states, missed):
    assert course.missed_in_a_row(states) == missed
    assert course.look_after(states) is (missed >= 2)


def test_a_session_is_marked_after_it_was_due_and_once():
    now = datetime(2026, 11, 22, tzinfo=UTC)
    past, ahead = now - timedelta(days=1), now + timedelta(days=1)
    assert course.why_not_mark("planned", "held", planned_at=past, now=now) == ""
    assert course.why_not_mark("planned", "cancelled", planned_at=ahead, now=now) == ""
    assert "still to come" in course.why_not_mark("planned", "held", planned_at=ahead, now=now)
    assert "already" in course.why_not_mark("held", "missed", planned_at=past, now=now)
    assert course.why_not_mark("missed", "held", planned_at=past, now=now) == ""
    assert course.why_not_move(None, [], now)
    assert course.why_not_move(past, [], now)
    assert "Another session" in course.why_not_move(ahead, [ahead], now)
    assert course.why_not_move(ahead, [], now) == ""


def test_a_course_ends_once_with_an_outcome_and_nothing_ahead():
    assert course.why_not_end("active", "better", planned=0, finished=True) == ""
    assert "2 session" in course.why_not_end("active", "better", planned=2, finished=True)
    assert course.why_not_end("active", "better", planned=2, finished=False) == ""
    assert "list" in course.why_not_end("active", "", planned=0, finished=True)
    assert "already" in course.why_not_end("stopped", "better", planned=0, finished=True)
    assert course.why_not_plan(0, ())
    assert course.why_not_plan(course.MOST + 1, ())
    assert "--> planned" in course.diagram()


# --- hand-over -----------------------------------------------------------------------------------
def test_how_far_a_case_goes():
    here, org = uuid4(), uuid4()
    sender = handover.Place(here, org)
    assert handover.kind(sender, handover.Place(here, org)) == "worker"
    assert handover.kind(sender, handover.Place(uuid4(), org)) == "unit"
    assert handover.kind(sender, handover.Place(uuid4(), uuid4())) == "organisation"


def test_the_sender_is_responsible_until_the_yes():
    sender, receiver = uuid4(), uuid4()
    for state in handover.State:
        expected = receiver if state is handover.State.ACCEPTED else sender
        assert handover.responsible(state, sender, receiver) == expected


def test_an_answer_is_given_once_and_by_who_was_asked():
    assert all(handover.why_not("proposed", act) == "" for act in handover.Act)
    for state in ("accepted", "declined", "withdrawn"):
        assert all(handover.why_not(state, act) for act in handover.Act)
    unit, me, you = uuid4(), uuid4(), uuid4()
    ask = {"unit": unit, "user": me, "to_unit": unit}
    assert handover.why_not_answer(**ask, leads=False, to_worker=None) == ""
    assert handover.why_not_answer(**ask, leads=False, to_worker=me) == ""
    assert "by name" in handover.why_not_answer(**ask, leads=False, to_worker=you)
    assert handover.why_not_answer(**ask, leads=True, to_worker=you) == ""
    other = ask | {"to_unit": uuid4()}
    assert "another unit" in handover.why_not_answer(**other, leads=True, to_worker=None)
    assert "[*] --> proposed" in handover.diagram()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"is_open": False}, "closed"),
        ({"waiting": True}, "already"),
        ({"reason": "because"}, "why"),
        ({"same_worker": True}, "already"),
        ({"has_keys": False}, "keys"),
    ],
)
def test_why_a_case_cannot_be_offered(change, words):
    fine = {
        "how_far": handover.Kind.WORKER,
        "reason": "workload",
        "same_worker": False,
        "is_open": True,
        "waiting": False,
        "has_keys": True,
    }
    reason = handover.why_not_propose(**(fine | change))
    assert (reason == "") is (words == "")
    assert words in reason


# --- groups --------------------------------------------------------------------------------------
MEMBERS = st.lists(st.booleans(), min_size=1, max_size=8).map(
    lambda flags: [groups.Member(uuid4(), apart) for apart in flags]
)


@given(MEMBERS)
def test_who_is_kept_apart_is_seen_by_nobody_and_sees_nobody(members):
    for viewer in members:
        shown = groups.joint(members, viewer.case)
        if viewer.apart:
            assert shown == (viewer.case,)
            continue
        assert viewer.case in shown
        assert not [m for m in members if m.apart and m.case in shown]
        for other in members:
            assert (groups.may_name(members, viewer.case, other.case) == "") is not other.apart


def test_why_two_cases_cannot_be_linked():
    fine = {"same_case": False, "same_unit": True, "linked": False, "is_open": True}
    assert groups.why_not_link(**fine, role="child") == ""
    assert groups.why_not_link(**fine, role="king")
    for name in fine:
        assert groups.why_not_link(**(fine | {name: not fine[name]}), role="child")


# --- caseload ------------------------------------------------------------------------------------
COUNTS = st.fixed_dictionaries(
    {reason.code: st.integers(0, 50) for reason in caseload.load().reasons}
)


@given(COUNTS, COUNTS)
def test_a_load_is_the_sum_of_its_reasons_and_more_work_is_never_less(one, other):
    load = caseload.weigh(one)
    weights = {r.code: r.weight for r in caseload.load().reasons}
    assert load.total == round(sum(one[c] * weights[c] for c in one), 1)
    both = caseload.weigh({c: one[c] + other[c] for c in one})
    assert both.total >= load.total
    assert {p.reason.code for p in load.parts} == {c for c, n in one.items() if n}


def test_the_least_loaded_is_suggested_and_the_full_are_last_but_there():
    quiet, busy, full = (uuid4() for _ in range(3))
    colleagues = [
        caseload.Colleague(full, caseload.weigh({"cases": 90})),
        caseload.Colleague(busy, caseload.weigh({"cases": 2, "urgent": 3})),
        caseload.Colleague(quiet, caseload.weigh({"cases": 10})),
    ]
    assert caseload.suggest(colleagues) == [quiet, busy, full]
    assert caseload.suggest([]) == []
    assert caseload.spread(c.load for c in colleagues) == 80.0
    assert caseload.spread([colleagues[0].load]) == 0.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("full = 3", "reasons"),
        ("full = ", "Mend"),
        ('full=1\n[[reason]]\ncode="a"', "label"),
        (
            'full=1\n[[reason]]\ncode="a"\nlabel="a"\nsource="a"\nsource_status="pending"\nweight=-1',
            "weight",
        ),
    ],
)
def test_bad_weights_name_the_place(text, words):
    with pytest.raises(caseload.BadWeights, match=words):
        caseload.parse(text)


# --- closing -------------------------------------------------------------------------------------
def test_what_is_open_is_named_and_some_of_it_holds_a_closing_back():
    assert not closing.OpenEnds()
    ends = closing.OpenEnds(needs=2, clocks=1)
    assert [(code, n) for code, _, n in closing.named(ends)] == [("needs", 2), ("clocks", 1)]
    assert closing.why_not(ends) == ""
    assert "course" in closing.why_not(closing.OpenEnds(courses=1))
    assert "offered" in closing.why_not(closing.OpenEnds(handovers=1))
    assert set(closing.LABELS) == set(vars(closing.OpenEnds()))


def test_the_manual_shows_the_machines_as_they_are():
    manual = (source.ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
    for module in (course, handover):
        assert f"```mermaid\n{module.diagram()}\n```" in manual
