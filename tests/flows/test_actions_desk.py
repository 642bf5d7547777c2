"""Alerts move by named people, within the limit, by two where it is set so; the record has it all."""

from datetime import timedelta

import pytest

import make
from flows import alerts_made, ledgers
from manumit.core import models as core
from manumit.core import roles
from manumit.core.actions import acting, sealed
from manumit.core.sealing import FieldClass
from manumit.flows import desk, models
from manumit.flows.actions import deciding, moneycases
from manumit.flows.actions import desk as acts

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = ledgers.AT + timedelta(hours=1)
WHY = "Looks like the pay day of one farm."


@pytest.fixture
def home():
    return ledgers.bureau()


@pytest.fixture
def second(home):
    return make.actor(make.user(roles.Role.FIU_ANALYST, home.unit))


def taken(home, **told):
    alert = alerts_made.store(home, **told)
    return acts.take_alert(by=home.analyst_actor, at=AT, alert=alert)


def refused(call, **given):
    with pytest.raises(acting.Refused) as refusal:
        call(at=AT, **given)
    return refusal.value.reason


def test_possible_victims_come_first_then_the_strongest(home):
    weak = alerts_made.store(home, score=0.9)
    strong = alerts_made.store(home, score=0.95)
    victim = alerts_made.store(home, score=0.1, possible_victim=True)
    got = [acts.take_next(by=home.analyst_actor, at=AT, ledger=home.ledger).id for _ in range(3)]
    assert got == [victim.id, strong.id, weak.id]
    assert refused(acts.take_next, by=home.analyst_actor, ledger=home.ledger)


def test_the_limit_holds_for_taking_and_for_giving(home, second):
    acts.set_limit(by=home.head_actor, at=AT, ledger=home.ledger, open_limit=2)
    taken(home)
    taken(home)
    third = alerts_made.store(home)
    assert "2 is the limit" in refused(acts.take_alert, by=home.analyst_actor, alert=third)
    home.ledger.refresh_from_db()
    assert "limit" in refused(acts.assign_alert, by=home.head_actor, alert=third, to=home.analyst)
    acts.assign_alert(by=home.head_actor, at=AT, alert=third, to=second.person)
    assert models.Alert.objects.get(pk=third.pk).held_by_id == second.id
    assert refused(acts.set_limit, by=home.head_actor, ledger=home.ledger, open_limit=0)


def test_only_the_head_gives_work_and_only_to_the_unit(home, second):
    alert, stranger = alerts_made.store(home), make.user(roles.Role.FIU_ANALYST)
    assert refused(acts.assign_alert, by=second, alert=alert, to=home.analyst)
    assert refused(acts.assign_alert, by=home.head_actor, alert=alert, to=stranger)
    auditor = make.user(roles.Role.AUDITOR, home.unit)
    assert refused(acts.assign_alert, by=home.head_actor, alert=alert, to=auditor)


def test_another_units_alert_is_not_there(home):
    other = ledgers.bureau().analyst_actor
    alert = alerts_made.store(home)
    for call, given in (
        (acts.take_alert, {"alert": alert}),
        (acts.take_next, {"ledger": home.ledger}),
        (acts.add_note, {"alert": alert, "text": "x"}),
        (deciding.decide, {"alert": alert, "choice": "report", "reason": WHY}),
        (moneycases.open_case, {"alert": alert, "title": "x"}),
    ):
        with pytest.raises(acting.NotFound):
            call(by=other, at=AT, **given)


def test_a_case_worker_has_no_way_in(home):
    worker = make.actor(make.user(roles.Role.CASE_WORKER))
    assert "role" in refused(acts.take_alert, by=worker, alert=alerts_made.store(home))


def test_two_people_decide(home, second):
    alert = taken(home)
    made = deciding.decide(by=home.analyst_actor, at=AT, alert=alert, choice="report", reason=WHY)
    alert.refresh_from_db()
    assert (alert.stage, alert.decided) == ("proposed", "")
    assert refused(deciding.confirm_decision, by=home.analyst_actor, decision=made)
    deciding.confirm_decision(by=second, at=AT, decision=made)
    alert.refresh_from_db()
    assert (alert.stage, alert.decided) == ("report", "report")
    assert refused(deciding.confirm_decision, by=second, decision=made)
    deciding.mark_reported(by=home.analyst_actor, at=AT, alert=alert)
    alert.refresh_from_db()
    assert alert.stage == "closed"
    verbs = [b"confirm_decision", b"decide", b"take_alert", b"mark_reported"]
    bodies = [bytes(leaf.body) for leaf in core.Leaf.objects.all()]
    assert all(any(verb in body and str(alert.id).encode() in body for body in bodies)
               for verb in (b"decide", b"take_alert", b"mark_reported")), verbs  # fmt: skip
    assert not any(WHY.encode() in body for body in bodies)


def test_the_second_person_may_say_no_and_the_first_may_take_it_back(home, second):
    alert = taken(home)
    given = {"alert": alert, "choice": "no_action", "reason": WHY}
    first = deciding.decide(by=home.analyst_actor, at=AT, **given)
    assert refused(deciding.decline_decision, by=second, decision=first, answer="no")
    deciding.decline_decision(by=second, at=AT, decision=first, answer="Look at May as well.")
    alert.refresh_from_db()
    assert alert.stage == "taken"
    again = deciding.decide(by=home.analyst_actor, at=AT, **given)
    assert refused(deciding.take_back_decision, by=second, decision=again)
    deciding.take_back_decision(by=home.analyst_actor, at=AT, decision=again)
    alert.refresh_from_db()
    assert alert.stage == "taken"
    states = alert.decisions.values_list("state", flat=True)
    assert sorted(states) == ["declined", "taken_back"]


def test_one_person_is_enough_only_where_it_is_set_so():
    home = ledgers.bureau(four_eyes=False)
    alert = taken(home)
    deciding.decide(by=home.analyst_actor, at=AT, alert=alert, choice="watch", reason=WHY)
    alert.refresh_from_db()
    assert (alert.stage, alert.decided) == ("watched", "watch")
    acts.take_alert(by=home.head_actor, at=AT, alert=alert)
    alert.refresh_from_db()
    assert (alert.stage, alert.held_by_id) == ("taken", home.head.id)


def test_only_who_holds_it_decides_and_says_why(home, second):
    alert = taken(home)
    given = {"alert": alert, "choice": "report"}
    assert "colleague" in refused(deciding.decide, by=second, reason=WHY, **given)
    assert "year" in refused(deciding.decide, by=home.analyst_actor, reason="  ok ", **given)
    assert refused(deciding.decide, by=home.analyst_actor, alert=alert, choice="guilty", reason=WHY)


def test_whoever_may_be_a_victim_is_marked_and_never_reported_alone(home, second):
    alert = taken(home, accounts=[[5, "source"], [6, "collector"]])
    given = {"by": home.analyst_actor, "alert": alert, "reason": WHY}
    assert "victim" in refused(deciding.decide, choice="report", victims=[5, 6], **given)
    made = deciding.decide(at=AT, choice="help_first", victims=[5, 99], **given)
    alert.refresh_from_db()
    assert not alert.possible_victim  # not before the second person said yes
    deciding.confirm_decision(by=second, at=AT, decision=made)
    alert.refresh_from_db()
    assert (alert.stage, alert.possible_victim) == ("help", True)
    assert alert.accounts == [[5, "possible_victim"], [6, "collector"]]
    again = deciding.decide(at=AT, choice="report", **given)  # the collector
    deciding.confirm_decision(by=second, at=AT, decision=again)


def test_what_people_write_is_sealed_and_opened_on_the_record(home):
    alert = taken(home)
    note = acts.add_note(by=home.analyst_actor, at=AT, alert=alert, text="Amal Example came in")
    raw = models.DeskNote.objects.values_list("text", flat=True).get(pk=note.pk)
    assert b"Amal" not in bytes(raw)
    said = sealed.open_rows(
        by=home.analyst_actor, at=AT, purpose="desk", rows=[note], classes={FieldClass.FINANCE}
    )
    assert said == [{"text": "Amal Example came in"}]
    assert refused(acts.add_note, by=home.analyst_actor, alert=alert, text="  ")


def test_giving_back(home, second):
    alert = taken(home)
    assert refused(acts.give_back, by=second, alert=alert)
    acts.give_back(by=home.analyst_actor, at=AT, alert=alert)
    alert.refresh_from_db()
    assert (alert.stage, alert.held_by) == ("new", None)
    assert refused(acts.give_back, by=home.analyst_actor, alert=alert)


# --- cases ---


def test_a_case_joins_splits_is_handed_over_and_decided_as_one(home, second):
    one, two, three = (alerts_made.store(home, accounts=[[n, "source"]]) for n in (1, 2, 3))
    by = home.analyst_actor
    case = moneycases.open_case(by=by, at=AT, alert=one, title="Farm near Northgate")
    for alert in (two, three):
        moneycases.join_alert(by=by, at=AT, case=case, alert=alert)
    assert case.alerts.filter(stage="joined").count() == 3
    assert refused(moneycases.join_alert, by=by, case=case, alert=two)
    moneycases.split_alert(by=by, at=AT, case=case, alert=three)
    three.refresh_from_db()
    assert (three.stage, three.case, three.held_by_id) == ("taken", None, by.id)
    assert refused(moneycases.hand_case, by=second, case=case, to=second.person)
    moneycases.hand_case(by=by, at=AT, case=case, to=second.person)
    made = deciding.decide(
        by=second, at=AT, case=case, choice="help_first", reason=WHY, victims=[1]
    )
    deciding.confirm_decision(by=by, at=AT, decision=made)
    case.refresh_from_db()
    one.refresh_from_db()
    assert (case.stage, case.decided, case.possible_victim) == ("help", "help_first", True)
    assert (one.decided, one.accounts) == ("help_first", [[1, "possible_victim"]])
    moneycases.name_case(by=second, at=AT, case=case, title="Two farms")
    assert sealed.read(models.MoneyCase.objects.get(), acts.keys(second, home.ledger)) == {
        "title": "Two farms"
    }


def test_the_last_alert_stays_and_a_settled_case_does_not_grow(home, second):
    one, two = alerts_made.store(home), alerts_made.store(home)
    by = home.analyst_actor
    case = moneycases.open_case(by=by, at=AT, alert=one, title="Farm")
    assert "last alert" in refused(moneycases.split_alert, by=by, case=case, alert=one)
    made = deciding.decide(by=by, at=AT, case=case, choice="no_action", reason=WHY)
    assert "Waiting for a second" in refused(moneycases.join_alert, by=by, case=case, alert=two)
    deciding.confirm_decision(by=second, at=AT, decision=made)
    assert "Closed" in refused(moneycases.join_alert, by=by, case=case, alert=two)
    moneycases.take_up_case(by=second, at=AT, case=case)
    moneycases.join_alert(by=second, at=AT, case=case, alert=two)
    assert acts.held(second.person) == 1


def test_a_case_counts_once_against_the_limit(home):
    acts.set_limit(by=home.head_actor, at=AT, ledger=home.ledger, open_limit=1)
    alert = taken(home)
    moneycases.open_case(by=home.analyst_actor, at=AT, alert=alert, title="Farm")
    assert acts.held(home.analyst) == 1
    other = alerts_made.store(home)
    assert refused(moneycases.open_case, by=home.analyst_actor, alert=other, title="Other")
    assert {stage.value for stage in desk.OPEN} & {"joined", "closed"} == set()
