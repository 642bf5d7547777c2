"""Holds and erasures by two people, and what the rules end; the record proves all of it after."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

import casework
import make
from casework import AT, after
from manumit.cases import consent, retention
from manumit.cases.actions import cases, due, erasing, reading
from manumit.cases.actions import retention as acts
from manumit.cases.models import (
    Case,
    Consent,
    EndedContent,
    Erasure,
    Hold,
    Need,
    Note,
    Referral,
    RetentionDay,
    Screening,
    keeping,
)
from manumit.core import models, sealing
from manumit.core.actions import acting, names, record, sealed
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TEXT = "The court of Example asked in writing."


@pytest.fixture
def world():
    return casework.World()


@pytest.fixture
def second_officer(world):
    return world.join(Role.DATA_PROTECTION_OFFICER, world.dpo.unit)


def closed(world, at=AT, **talk):
    """Return a case whose needs are settled and that is closed."""
    case = world.taken(at=at, **talk)
    cases.add_note(by=world.worker, at=at, case=case, text="Canary note", audience="medical")
    for need in Need.objects.filter(case=case, status="open"):
        cases.settle_need(by=world.worker, at=at, need=need, status="met")
    return cases.close_case(by=world.worker, at=at, case=case, reason="goals_reached")


def hold_on(world, case, at=AT, days=100):
    asked = acts.propose_hold(
        by=world.supervisor, at=at, case=case, why="court", text=TEXT,
        until=(at + timedelta(days=days)).date(),
    )  # fmt: skip
    acts.confirm_hold(by=world.dpo, at=at, hold=asked)
    asked.refresh_from_db()
    return asked


def wraps(*ids):
    return models.KeyWrap.objects.filter(object_id__in=ids).count()


# --- erasing on request --------------------------------------------------------------------------
def test_two_people_erase_and_the_promise_is_written_down(world):
    case = world.taken()
    row = world.sent(case=case)
    asked = acts.ask_erasure(by=world.worker, at=AT, case=case, why="person")
    assert (asked.promised_by - AT.date()).days == 30
    assert wraps(case.id)
    acts.confirm_erasure(by=world.dpo, at=after(days=2), erasure=asked)
    asked.refresh_from_db()
    assert wraps(case.id, case.screening_id, row.id) == 0
    assert asked.done_by == world.dpo.user
    assert asked.gone_on <= asked.promised_by
    gone = set(models.DestroyedWrap.objects.values_list("object_id", flat=True))
    assert {case.id, case.screening_id, row.id} <= gone
    assert record.verify().ok


def test_nobody_erases_alone_and_not_without_the_officer(world, second_officer):
    case = world.taken()
    asked = acts.ask_erasure(by=world.supervisor, at=AT, case=case, why="mistake")
    with pytest.raises(acting.Refused, match="Somebody else"):
        acts.confirm_erasure(by=world.supervisor, at=AT, erasure=asked)
    other = world.join(Role.SUPERVISOR, world.helping)
    with pytest.raises(acting.Refused, match="officer"):
        acts.confirm_erasure(by=other, at=AT, erasure=asked)
    with pytest.raises(acting.Refused, match="role"):
        acts.confirm_erasure(by=world.worker, at=AT, erasure=asked)
    assert wraps(case.id)
    acts.decline_erasure(by=world.dpo, at=AT, erasure=asked, because="mistake")
    asked = acts.ask_erasure(by=world.dpo, at=AT, case=case, why="law")
    with pytest.raises(acting.Refused, match="Somebody else"):
        acts.confirm_erasure(by=world.dpo, at=AT, erasure=asked)
    acts.confirm_erasure(by=second_officer, at=AT, erasure=asked)
    assert wraps(case.id) == 0


def test_the_database_keeps_one_person_from_doing_both(world):
    case = world.taken()
    asked = acts.ask_erasure(by=world.dpo, at=AT, case=case, why="person")
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=asked.pk).update(
            done_by=world.dpo.user, done_at=AT, gone_on=AT.date()
        )
    hold = acts.propose_hold(
        by=world.dpo, at=AT, case=case, why="court", text=TEXT, until=after(days=3).date()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(confirmed_by=world.dpo.user, confirmed_at=AT)


def test_it_is_asked_once_and_decided_once(world):
    case = world.taken()
    asked = acts.ask_erasure(by=world.worker, at=AT, case=case, why="person")
    with pytest.raises(acting.Refused, match="already"):
        acts.ask_erasure(by=world.supervisor, at=AT, case=case, why="person")
    with pytest.raises(acting.Refused, match="Choose"):
        acts.decline_erasure(by=world.dpo, at=AT, erasure=asked, because="no")
    acts.decline_erasure(by=world.dpo, at=AT, erasure=asked, because="taken_back")
    with pytest.raises(acting.Refused, match="decided"):
        acts.confirm_erasure(by=world.dpo, at=AT, erasure=asked)
    with pytest.raises(acting.Refused, match="Choose"):
        acts.ask_erasure(by=world.worker, at=AT, case=case, why="whim")
    world.erased(case)
    with pytest.raises(acting.Refused, match="already"):
        acts.ask_erasure(by=world.worker, at=AT, case=case, why="person")


def test_another_unit_neither_asks_nor_confirms(world):
    case = world.taken()
    stranger = world.join(Role.SUPERVISOR, make.unit())
    asked = acts.ask_erasure(by=world.dpo, at=AT, case=case, why="person")
    for attempt in (
        lambda: acts.confirm_erasure(by=stranger, at=AT, erasure=asked),
        lambda: acts.ask_erasure(by=stranger, at=AT, case=case, why="person"),
        lambda: acts.propose_hold(
            by=stranger, at=AT, case=case, why="court", text=TEXT, until=after(days=9).date()
        ),
    ):
        with pytest.raises(acting.NotFound):
            attempt()


def test_names_are_gone_once_somebody_searched(world):
    case = world.taken()
    world.erased(case)
    row = Erasure.objects.get()
    assert acts.run(by=acting.SYSTEM, at=after(hours=1)).names_gone == 0
    assert names.search(by=world.worker, at=AT, query=casework.NAME) == []
    assert acts.run(by=acting.SYSTEM, at=after(hours=2)).names_gone == 1
    row.refresh_from_db()
    assert row.names_gone_at == after(hours=2)
    assert acts.run(by=acting.SYSTEM, at=after(hours=3)).names_gone == 0


def test_every_table_of_a_case_is_found_by_its_foreign_key(world):
    """A table with sealed columns that belongs to a case leads to it, or is told here why not."""
    elsewhere = {
        "core.NameSegment": "a unit's index; the name is forgotten there",
        "core.TraceRequest": "names no case; an answer that draws on one ends with its tokens",
        "assessments.Assessment": "sealed under the talk's key",
        "cases.CaseSheet": "a file that a unit loaded, sealed under the unit's own key",
    }
    lost = {
        model._meta.label
        for model in apps.get_models()
        if erasing.sealed_columns(model)
        and model._meta.app_label not in {"flows", "network"}  # behind walls: no row of a case
        and not erasing.paths(model, Case)
        and not erasing.paths(model, Screening)
    }
    assert lost == set(elsewhere) & {m._meta.label for m in apps.get_models()}


def test_every_kind_of_content_of_a_case_has_an_end():
    ended_with_the_rest = {FieldClass.LINK, FieldClass.REFERRAL}
    covered = {r.field_class for r in retention.load() if r.of is retention.Kind.CASE}
    sealed_under = {
        f.field_class
        for model in apps.get_app_config("cases").get_models()
        for f in sealed.sealed_fields(model)
    }
    assert sealed_under - ended_with_the_rest <= {FieldClass(c) for c in covered}


def test_what_is_left_after_erasing_opens_with_no_key_of_anybody(world):
    case = world.taken()
    cases.add_note(by=world.worker, at=AT, case=case, text="Canary note")
    before = bytes(Case.objects.get(pk=case.pk).name)
    keys = sealed.keys_of(world.worker, case.id, [FieldClass.IDENTITY])
    world.erased(case)
    fresh = make.actor(world.worker.user)
    assert fresh.keys().keys([case.id, case.screening_id], list(FieldClass)) == {}
    with pytest.raises(acting.Refused):
        sealed.keys_of(fresh, case.id, [FieldClass.IDENTITY])
    for rows in erasing.tied(Case.objects.get(pk=case.pk)):
        for column in erasing.sealed_columns(rows.model):
            assert not rows.exclude(**{column: None}).exists(), (rows.model, column)
    # the control: with the key that was destroyed the old value opens
    context = sealing.Context(case.id, "identity", "cases_case", case.id, "name", case.seal_version)
    assert b"Amal" in sealing.open_sealed(keys[FieldClass.IDENTITY], before, context)


# --- holds ---------------------------------------------------------------------------------------
def test_a_hold_stops_every_erasure_until_its_last_day(world):
    case = closed(world)
    hold = hold_on(world, case, days=100)
    asked = acts.ask_erasure(by=world.worker, at=AT, case=case, why="person")
    with pytest.raises(acting.Refused, match="legal hold"):
        acts.confirm_erasure(by=world.dpo, at=after(days=100), erasure=asked)
    assert hold.stands(after(days=100).date())
    acts.confirm_erasure(by=world.dpo, at=after(days=101), erasure=asked)
    assert wraps(case.id) == 0


def test_a_proposed_hold_holds_nothing_and_one_person_cannot_make_it(world):
    case = closed(world)
    asked = acts.propose_hold(
        by=world.dpo, at=AT, case=case, why="complaint", text=TEXT, until=after(days=9).date()
    )
    with pytest.raises(acting.Refused, match="Somebody else"):
        acts.confirm_hold(by=world.dpo, at=AT, hold=asked)
    assert not asked.stands(AT.date())
    world.erased(case)


def test_a_longer_hold_takes_two_people_again_and_shows_its_number(world):
    case = closed(world)
    hold_on(world, case, days=10)
    again = acts.propose_hold(
        by=world.supervisor, at=after(days=9), case=case, why="court", text=TEXT,
        until=after(days=50).date(),
    )  # fmt: skip
    assert again.number == 2
    assert not Hold.objects.standing(after(days=20).date()).exists()
    with pytest.raises(acting.Refused, match="already"):
        acts.propose_hold(
            by=world.dpo, at=after(days=9), case=case, why="court", text=TEXT,
            until=after(days=60).date(),
        )  # fmt: skip
    acts.confirm_hold(by=world.dpo, at=after(days=9), hold=again)
    assert Hold.objects.standing(after(days=20).date()).get() == again


def test_a_hold_ends_early_only_by_two(world):
    case = closed(world)
    hold = hold_on(world, case)
    acts.release_hold(by=world.dpo, at=AT, hold=hold)
    hold.refresh_from_db()
    assert hold.stands(AT.date())
    with pytest.raises(acting.Refused, match="Somebody else"):
        acts.release_hold(by=world.dpo, at=AT, hold=hold)
    acts.release_hold(by=world.supervisor, at=AT, hold=hold)
    hold.refresh_from_db()
    assert not hold.stands(AT.date())
    with pytest.raises(acting.Refused, match="not stand"):
        acts.release_hold(by=world.supervisor, at=AT, hold=hold)


def test_both_who_decide_can_read_why_and_nobody_else(world):
    case = closed(world)
    hold = hold_on(world, case)
    assert TEXT.encode() not in bytes(hold.reason)
    assert acts.open_reason(by=world.dpo, at=AT, hold=hold) == TEXT
    assert acts.open_reason(by=world.supervisor, at=AT, hold=hold) == TEXT
    with pytest.raises(acting.Refused):
        acts.open_reason(by=world.focal, at=AT, hold=hold)
    with pytest.raises(acting.Refused):
        reading.open_case(by=world.dpo, at=AT, case=case)


def test_late_and_declined_holds_never_begin(world):
    case = closed(world)
    asked = acts.propose_hold(
        by=world.supervisor, at=AT, case=case, why="court", text=TEXT, until=after(days=2).date()
    )
    with pytest.raises(acting.Refused, match="passed"):
        acts.confirm_hold(by=world.dpo, at=after(days=3), hold=asked)
    acts.decline_hold(by=world.dpo, at=AT, hold=asked)
    with pytest.raises(acting.Refused, match="decided"):
        acts.confirm_hold(by=world.dpo, at=AT, hold=asked)


# --- what the rules end --------------------------------------------------------------------------
def test_each_kind_ends_in_its_time_and_the_person_at_last(world):
    case = closed(world)
    open_case = world.taken(name="Noor Example")
    ended = set()
    for years in (1.1, 3.2, 10.2):
        acts.run(by=acting.SYSTEM, at=after(days=365 * years))
        held = models.KeyWrap.objects.filter(object_id=case.id)
        ended = {c.value for c in FieldClass} - set(held.values_list("field_class", flat=True))
        case.refresh_from_db()
        if years == 1.1:
            assert "contact" in ended
            assert "identity" not in ended
            assert case.contact is None
            assert case.name is not None
            opened = reading.open_case(by=world.worker, at=after(days=401), case=case)
            assert opened["name"] == casework.NAME
        if years == 3.2:
            assert {"contact", "medical", "plan"} <= ended
            assert Note.objects.filter(case=case).get().medical is None
            assert case.erased_at is None
    assert case.erased_at == after(days=365 * 10.2)
    assert wraps(case.id, case.screening_id) == 0
    assert names.search(by=world.worker, at=after(days=3800), query=casework.NAME) == []
    assert wraps(open_case.id), "a case that goes on keeps its keys"
    assert record.verify().ok


def test_once_a_day_and_never_twice(world):
    closed(world)
    at = after(days=400)
    first = acts.run(by=acting.SYSTEM, at=at)
    assert first.ended > 0
    size = models.RecordHead.objects.get().size
    assert acts.run(by=acting.SYSTEM, at=at + timedelta(hours=3)) == acts.Ended()
    assert models.RecordHead.objects.get().size == size
    assert acts.run(by=acting.SYSTEM, at=at + timedelta(days=1)).ended == 0
    assert models.RecordHead.objects.get().size == size + 1, "the day alone"
    assert RetentionDay.objects.get(pk=at.date()).ended == first.ended
    assert EndedContent.objects.count() == first.ended


def test_a_case_of_which_a_part_ended_is_not_opened_again(world):
    case = closed(world)
    acts.run(by=acting.SYSTEM, at=after(days=400))
    with pytest.raises(acting.Refused, match="Open a new one"):
        cases.reopen_case(by=world.worker, at=after(days=401), case=case)


def test_a_hold_stops_the_rules_too_and_they_go_on_after_it(world):
    case = closed(world)
    hold_on(world, case, at=after(days=360), days=90)
    acts.run(by=acting.SYSTEM, at=after(days=400))
    case.refresh_from_db()
    assert case.contact is not None
    acts.run(by=acting.SYSTEM, at=after(days=460))
    case.refresh_from_db()
    assert case.contact is None


def test_a_child_is_kept_for_when_they_are_grown(world):
    case = closed(world, minor=True)
    acts.run(by=acting.SYSTEM, at=after(days=365 * 11))
    case.refresh_from_db()
    assert case.erased_at is None
    held = models.KeyWrap.objects.filter(object_id=case.id).values_list("field_class", flat=True)
    assert {"identity", "legal", "medical"} <= set(held)
    assert not {"contact", "plan"} & set(held)


def test_when_a_yes_to_a_record_ends_by_time_the_name_goes_and_help_goes_on(world):
    case = world.taken()
    words = Consent.objects.about(case.subject_ids()).filter(purpose="store_record", given=True)
    last = max(w.expires_on for w in words)
    at = AT + (last - AT.date()) + timedelta(days=80)
    due.run(by=acting.SYSTEM, at=at)
    case.refresh_from_db()
    assert case.name is not None
    at += timedelta(days=20)
    due.run(by=acting.SYSTEM, at=at)
    case.refresh_from_db()
    assert case.name is None
    assert not case.with_name
    assert case.is_open
    cases.add_note(by=world.worker, at=at, case=case, text="Help goes on")
    again = models.RecordHead.objects.get().size
    acts.run(by=acting.SYSTEM, at=at + timedelta(days=1))
    verbs = models.Leaf.objects.filter(seq__gte=again).values_list("act", flat=True)
    assert list(verbs) == ["retention.run"], "the day alone"
    assert consent.Purpose.STORE_RECORD == "store_record"


def test_a_talk_without_a_case_is_not_kept(world):
    talk = world.talk()
    acts.run(by=acting.SYSTEM, at=after(days=80))
    assert wraps(talk.id)
    acts.run(by=acting.SYSTEM, at=after(days=95))
    talk.refresh_from_db()
    assert wraps(talk.id) == 0
    assert talk.name is None
    assert not keeping.talks_to_look_at(after(days=99).date()).exists()


def test_a_letter_that_ended_is_not_kept(world):
    from manumit.cases.actions import referrals

    row = world.sent()
    row = referrals.answer_referral(
        by=world.focal, at=AT, referral=row, accept=False, reason="full"
    )
    acts.run(by=acting.SYSTEM, at=after(days=360))
    assert Referral.objects.get(pk=row.pk).letter is not None
    acts.run(by=acting.SYSTEM, at=after(days=370))
    assert Referral.objects.get(pk=row.pk).letter is None
    assert wraps(row.id) == 0


def test_only_the_system_applies_rules(world):
    case = closed(world)
    with pytest.raises(acting.Refused):
        acts.end_case(by=world.dpo, at=after(days=4000), case=case)
    assert wraps(case.id)


def test_an_instance_restored_from_before_erases_again(world):
    kept, gone = world.taken(), world.taken(name="Noor Example")
    lists = list(models.KeyWrap.objects.filter(object_id=kept.id).values_list("id", flat=True))
    people, keys = acts.erase_again(
        by=acting.SYSTEM, at=AT, cases=[gone.id], wraps=[*lists[:1], gone.id]
    )
    assert (people, keys) == (1, 1)
    assert wraps(gone.id) == 0
    assert wraps(kept.id) == len(lists) - 1
    with pytest.raises(acting.Refused):
        acts.erase_again(by=world.dpo, at=AT, cases=[kept.id], wraps=[])
