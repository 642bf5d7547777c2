"""The person's own door: what each code opens, what it never opens, and what stays on the record."""

import json
from datetime import timedelta

import pytest

import casework
from manumit.cases import door as rules
from manumit.cases.actions import atdoor, consents, doorkeys, doors, handovers
from manumit.cases.models import Clock, Consent, Door, DoorLock, DoorMessage, DoorVisit
from manumit.core import models, sealing
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = casework.AT
ALL = [part.value for part in rules.Part]


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(doorkeys, "COST", sealing.KdfCost(memory_kib=64, time=1))


@pytest.fixture
def cast():
    return casework.World()


@pytest.fixture
def made(cast):
    return doors.open_door(by=cast.worker, at=AT, case=cast.taken(), parts=ALL)


def at_door(code, at=AT):
    """Return whoever types the code."""
    opened = doorkeys.unlock(rules.read(code))
    return doorkeys.person(opened, at) if opened else None


def visit(code, at=AT):
    opened = doorkeys.unlock(rules.read(code))
    by = doorkeys.person(opened, at)
    return atdoor.enter(by=by, at=at, case=by.door.case, opened=opened)


def leaves(verb="", act=""):
    found = [json.loads(bytes(leaf.body)) for leaf in models.Leaf.objects.order_by("seq")]
    return [e for e in found if verb in {"", e.get("verb")} and act in {"", e["act"]}]


# --- the two codes -------------------------------------------------------------------------------
def test_the_code_opens_what_was_chosen_and_the_other_opens_nothing(cast, made):
    own, empty = at_door(made.code), at_door(made.other)
    assert made.code[:4] == made.other[:4]
    assert own.alone
    assert not empty.alone
    facts = atdoor.open_facts(by=own, at=AT, case=made.door.case)
    assert facts.person["name"] == casework.NAME
    assert facts.needs
    assert atdoor.open_facts(by=empty, at=AT, case=made.door.case) == atdoor.Facts()
    # not because a page hides it: the keys of that side open no class of the case
    assert empty.keys().keys([made.door.case_id], list(FieldClass)) == {}


def test_what_was_not_chosen_has_no_key_at_the_door(cast):
    made = doors.open_door(by=cast.worker, at=AT, case=cast.taken(), parts=["plan", "help"])
    own = at_door(made.code)
    assert set(own.keys().keys([made.door.case_id], list(FieldClass))) == {
        (made.door.case_id, FieldClass.PLAN)
    }
    facts = atdoor.open_facts(by=own, at=AT, case=made.door.case)
    assert facts.person == {}
    assert facts.more


def test_a_wrong_code_opens_nothing(made):
    for wrong in ("", "x", made.code[:-1], made.code + "7", "0000" + made.code[4:],
                  made.code[:4] + made.code[4:][::-1]):  # fmt: skip
        assert at_door(wrong) is None


def test_any_code_costs_the_same_work(made, monkeypatch, django_assert_num_queries):
    """Not timed but counted: a right one, a wrong ending, a number that nobody has."""
    work = []

    def counted(name):
        real = getattr(sealing, name)
        monkeypatch.setattr(
            sealing, name, lambda *a, **k: (work.append((name, *map(_size, a))), real(*a, **k))[1]
        )

    counted("derive")
    counted("unwrap_key")
    seen = []
    free = next(n for n in ("AAAA", "BBBB") if n != made.code[:4])
    for code in (made.code, made.other, made.code[:4] + "-" + "2" * 12, free + "-" + "2" * 12, ""):
        work.clear()
        with django_assert_num_queries(1, using="keys"), django_assert_num_queries(1):
            doorkeys.unlock(rules.read(code))
        seen.append([entry[:1] + entry[2:] for entry in work])
    assert [name for name, *_ in seen[0]] == ["derive", "unwrap_key", "unwrap_key"]
    assert all(each == seen[0] for each in seen)


def _size(value):
    return (
        len(value)
        if isinstance(value, bytes)
        else value
        if isinstance(value, sealing.KdfCost)
        else ""
    )


def test_the_disk_does_not_tell_which_wrap_is_which(cast):
    case = cast.taken()
    firsts = set()
    for _ in range(12):
        made = doors.open_door(by=cast.worker, at=AT, case=case, parts=ALL)
        lock = DoorLock.objects.get(door_id=made.door.id)
        assert len(bytes(lock.one)) == len(bytes(lock.other)) == len(doorkeys._NOTHING)
        firsts.add(doorkeys.unlock(rules.read(made.code)).side)
    assert firsts == {0, 1}
    assert made.code[:4].encode() not in bytes(lock.blind)


def test_without_the_servers_secret_the_right_code_opens_nothing(made, settings):
    settings.SECRET_KEY = "another-" * 10
    assert at_door(made.code) is None


def test_own_words(cast):
    case = cast.taken()
    words = {"ending": "kite window seven rivers", "other": "green lamp over there"}
    made = doors.open_door(by=cast.worker, at=AT, case=case, parts=ALL, **words)
    assert at_door(made.code[:4] + " Kite, window – seven RIVERS").alone
    assert not at_door(made.code[:4] + "green lamp over there").alone
    for bad in ({"ending": "amal"}, {**words, "other": words["ending"]}):
        with pytest.raises(acting.Refused):
            doors.open_door(by=cast.worker, at=AT, case=case, parts=ALL, **bad)
    assert Door.objects.standing().filter(case=case).count() == 1


def test_a_new_code_ends_the_old_one_and_its_visits(cast, made):
    cookie = visit(made.code)
    again = doors.open_door(by=cast.worker, at=AT, case=made.door.case, parts=ALL)
    assert at_door(made.code) is None
    assert at_door(made.other) is None
    assert atdoor.visit(cookie, AT) is None
    assert at_door(again.code).alone
    assert not models.KeyWrap.objects.filter(unit_id__in=made.door.threads()).exists()


def test_codes_are_kept_nowhere(made):
    held = b"".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for table in (Door, DoorLock, DoorVisit, models.Leaf, models.KeyWrap)
        for row in table.objects.values_list()
        for value in row
    )
    for code in (made.code, made.other):
        read = rules.read(code)
        assert read.ending.encode() not in held
        assert code.encode() not in held
    assert casework.NAME not in repr(made)
    assert made.code not in repr(made)


# --- visits --------------------------------------------------------------------------------------
def test_a_visit_lives_in_the_browser_and_ends_by_itself(made):
    cookie = visit(made.code)
    here = atdoor.visit(cookie, AT)
    assert here.by.alone
    assert atdoor.visit(cookie, AT + rules.IDLE) is None
    for wrong in ("", "x", cookie[:-4] + "AAAA", cookie + "A", "é" * 40):
        assert atdoor.visit(wrong, AT) is None
    atdoor.turn(at=AT + timedelta(minutes=9), visit=here, page="facts")
    later = atdoor.visit(cookie, AT + timedelta(minutes=18))
    assert later.page == "facts"
    assert later.token == here.token
    atdoor.leave(visit=here)
    assert atdoor.visit(cookie, AT) is None


def test_after_an_hour_it_is_over_however_busy(made):
    cookie = visit(made.code)
    for minutes in range(5, 60, 5):
        here = atdoor.visit(cookie, AT + timedelta(minutes=minutes))
        atdoor.turn(at=AT + timedelta(minutes=minutes), visit=here, page="home")
    assert atdoor.visit(cookie, AT + rules.ABSOLUTE) is None


def test_what_is_stored_of_a_visit_opens_nothing(made):
    """Neither the row nor its id is the browser's half, and both sides look alike."""
    rows = {}
    for code in (made.code, made.other):
        cookie = visit(code)
        rows[code] = DoorVisit.objects.exclude(pk__in=[r.pk for r in rows.values()]).get()
        assert atdoor.visit(str(rows[code].pk), AT) is None
        assert cookie not in str(rows[code].pk)
    assert len({len(bytes(row.wrap)) for row in rows.values()}) == 1


# --- on the record -------------------------------------------------------------------------------
def test_every_coming_in_and_every_opening_is_on_the_record_before_a_key(made, monkeypatch):
    visit(made.code)
    by = at_door(made.code)
    assert [e["by"] for e in leaves("enter")] == [str(made.door.id)]
    before = models.Leaf.objects.count()
    seen = []
    real = sealing.open_sealed
    monkeypatch.setattr(
        sealing, "open_sealed", lambda *a: (seen.append(models.Leaf.objects.count()), real(*a))[1]
    )
    atdoor.open_facts(by=by, at=AT, case=made.door.case)
    assert seen
    assert min(seen) == before + 1
    assert leaves(act="open")[-1]["purpose"] == atdoor.PURPOSE


def test_the_record_does_not_tell_the_two_codes_apart(made):
    for code in (made.code, made.other):
        visit(code)
    one, other = ({k: v for k, v in e.items() if k not in {"seq", "at"}} for e in leaves("enter"))
    assert one == other


def test_only_the_worker_sees_that_the_other_code_was_used(cast, made):
    visit(made.code)
    made.door.refresh_from_db()
    assert made.door.strained_at is None
    visit(made.other)
    made.door.refresh_from_db()
    assert made.door.strained_at == AT
    assert Clock.objects.running().filter(case=made.door.case, kind=atdoor.STRAINED).exists()


# --- what is said and asked ----------------------------------------------------------------------
def test_a_message_goes_there_and_an_answer_comes_back(cast, made):
    case, by = made.door.case, at_door(made.code)
    said = atdoor.say(by=by, at=AT, case=case, kind="message", text="Tuesday is better")
    assert b"Tuesday" not in bytes(said.text)
    assert [
        (row.id, text) for row, text in doors.open_messages(by=cast.colleague, at=AT, case=case)
    ] == [(said.id, "Tuesday is better")]
    doors.reply(by=cast.worker, at=AT + timedelta(hours=1), case=case, text="Then Tuesday at nine")
    texts = [text for _, text in atdoor.open_thread(by=at_door(made.code), at=AT, case=case)]
    assert texts == ["Then Tuesday at nine", "Tuesday is better"]
    assert atdoor.open_thread(by=at_door(made.other), at=AT, case=case) == []


@pytest.mark.parametrize(("kind", "days"), [("erasure", 30), ("copy", 30), ("correction", 30)])
def test_a_request_starts_its_clock_and_asking_again_does_not_put_it_off(cast, made, kind, days):
    case = made.door.case
    for hours in (0, 48):
        at = AT + timedelta(hours=hours)
        atdoor.say(by=at_door(made.code), at=at, case=case, kind=kind, text="please")
    clock = Clock.objects.running().get(case=case, kind=rules.CLOCKS[rules.Kind(kind)])
    assert clock.due_at == AT + timedelta(days=days)
    first, second = DoorMessage.objects.waiting().filter(case=case)
    doors.settle(by=cast.worker, at=AT, message=first)
    assert Clock.objects.running().filter(pk=clock.pk).exists()
    doors.settle(by=cast.worker, at=AT, message=second)
    assert not Clock.objects.running().filter(pk=clock.pk).exists()
    with pytest.raises(acting.Refused):
        doors.settle(by=cast.worker, at=AT, message=second)


def test_what_is_typed_behind_the_other_code_is_kept_and_asks_for_nothing(cast, made):
    case, by = made.door.case, at_door(made.other)
    for kind in ("erasure", "message"):
        atdoor.say(by=by, at=AT, case=case, kind=kind, text="typed by somebody else")
    assert len(atdoor.open_thread(by=by, at=AT, case=case)) == 2
    assert not DoorMessage.objects.waiting().exists()
    assert not Clock.objects.running().filter(kind="door_erasure").exists()
    seen = doors.open_messages(by=cast.worker, at=AT, case=case)
    assert [row.strained for row, _ in seen] == [True, True]
    assert atdoor.open_thread(by=at_door(made.code), at=AT, case=case) == []


@pytest.mark.parametrize(
    ("kind", "text"), [("answer", "I am the worker"), ("message", " "), ("correction", "")]
)
def test_what_cannot_be_said(made, kind, text):
    with pytest.raises(acting.Refused):
        atdoor.say(by=at_door(made.code), at=AT, case=made.door.case, kind=kind, text=text)
    assert leaves(act="door.use")[-1]["outcome"] == "refused"


def test_a_flood_is_stopped_for_a_day(made, monkeypatch):
    monkeypatch.setattr(atdoor, "MOST_A_DAY", 2)
    by, case = at_door(made.code), made.door.case
    for _ in range(2):
        atdoor.say(by=by, at=AT, case=case, kind="message", text="x")
    with pytest.raises(acting.Refused):
        atdoor.say(by=by, at=AT, case=case, kind="message", text="x")
    atdoor.say(by=by, at=AT + timedelta(days=1), case=case, kind="message", text="x")


# --- taking back ---------------------------------------------------------------------------------
def _word(case, purpose):
    return Consent.objects.about(case.subject_ids()).filter(purpose=purpose, given=True).first()


def test_taking_back_a_yes_takes_effect_at_once(cast):
    row = cast.sent()
    made = doors.open_door(by=cast.worker, at=AT, case=row.case, parts=ALL)
    word = Consent.objects.get(pk=row.consent_id)
    assert models.KeyWrap.objects.filter(object_id=row.id).exists()
    atdoor.take_back(by=at_door(made.code), at=AT, case=row.case, consent=word)
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert not models.KeyWrap.objects.filter(object_id=row.id).exists()
    facts = atdoor.open_facts(by=at_door(made.code), at=AT, case=row.case)
    assert facts.person["name"] == casework.NAME


def test_without_the_consent_to_a_record_the_door_closes(cast, made):
    case = made.door.case
    atdoor.say(by=at_door(made.code), at=AT, case=case, kind="message", text="hello")
    word = _word(case, "store_record")
    atdoor.take_back(by=at_door(made.code), at=AT, case=case, consent=word)
    assert at_door(made.code) is None
    made.door.refresh_from_db()
    assert made.door.closed_because == "withdrawn"
    assert not models.KeyWrap.objects.filter(object_id__in=made.door.threads()).exists()
    assert DoorMessage.objects.get().text is None


def test_nobody_elses_words_can_be_taken_back(cast, made):
    case, strangers = made.door.case, cast.taken()
    with pytest.raises(acting.NotFound):
        atdoor.take_back(
            by=at_door(made.code), at=AT, case=case, consent=_word(strangers, "contact_me")
        )
    for code, target in ((made.code, strangers), (made.other, case)):
        with pytest.raises(acting.NotFound):
            atdoor.take_back(
                by=at_door(code), at=AT, case=target, consent=_word(target, "contact_me")
            )
    assert not Consent.objects.filter(withdrawn_at__isnull=False).exists()


def test_a_strangers_case_is_not_there(cast, made):
    strangers = cast.taken()
    by = at_door(made.code)
    for verb, more in (
        (atdoor.open_facts, {}),
        (atdoor.open_thread, {}),
        (atdoor.shut, {}),
        (atdoor.say, {"kind": "message", "text": "x"}),
    ):
        with pytest.raises(acting.NotFound):
            verb(by=by, at=AT, case=strangers, **more)


def test_a_colleague_is_not_the_person(cast, made):
    for verb in (atdoor.open_facts, atdoor.shut):
        with pytest.raises(acting.Refused):
            verb(by=cast.worker, at=AT, case=made.door.case)


# --- the end of a door ---------------------------------------------------------------------------
def test_the_person_closes_it(made):
    cookie = visit(made.code)
    atdoor.shut(by=at_door(made.code), at=AT, case=made.door.case)
    assert at_door(made.code) is None
    assert at_door(made.other) is None
    assert atdoor.visit(cookie, AT) is None


def test_the_other_code_closes_itself_alone(made):
    atdoor.shut(by=at_door(made.other), at=AT, case=made.door.case)
    assert at_door(made.other) is None
    assert at_door(made.code).alone
    lock = DoorLock.objects.get()
    assert len(bytes(lock.one)) == len(bytes(lock.other))


def test_the_worker_closes_it(cast, made):
    doors.close_door(by=cast.worker, at=AT, case=made.door.case)
    assert at_door(made.code) is None
    with pytest.raises(acting.Refused):
        doors.close_door(by=cast.worker, at=AT, case=made.door.case)
    with pytest.raises(acting.Refused):
        doors.reply(by=cast.worker, at=AT, case=made.door.case, text="hello?")


def test_an_erased_case_has_no_door(cast, made):
    atdoor.say(by=at_door(made.code), at=AT, case=made.door.case, kind="erasure", text="all of it")
    assert DoorMessage.objects.waiting().exists()
    cast.erased(made.door.case, at=AT)
    assert not DoorMessage.objects.waiting().exists()
    assert at_door(made.code) is None
    assert DoorMessage.objects.get().text is None
    assert not models.KeyWrap.objects.filter(object_id__in=made.door.threads()).exists()
    assert not models.KeyWrap.objects.filter(unit_id__in=made.door.threads()).exists()


# --- keys that change ----------------------------------------------------------------------------
def test_when_the_keys_of_the_case_are_new_the_door_gets_them(cast, made):
    case = made.door.case
    new = {FieldClass.IDENTITY: sealing.new_key(), FieldClass.TESTIMONY: sealing.new_key()}
    doorkeys.rewrap(case=case, keys=new, version=2)
    held = at_door(made.code).keys().keys([case.id], list(FieldClass))
    assert held[case.id, FieldClass.IDENTITY] == new[FieldClass.IDENTITY]
    assert (case.id, FieldClass.TESTIMONY) not in held
    mine = models.KeyWrap.objects.filter(unit_id=made.door.id, object_id=case.id)
    assert mine.filter(field_class="identity").count() == 1
    assert models.DestroyedWrap.objects.filter(unit_id=made.door.id).count() == 1


@pytest.mark.parametrize("said_before", [True, False])
def test_after_a_hand_over_the_door_stands_and_the_new_unit_reads_and_answers(cast, said_before):
    case = cast.taken()
    made = doors.open_door(by=cast.worker, at=AT, case=case, parts=ALL)
    if said_before:
        atdoor.say(by=at_door(made.code), at=AT, case=case, kind="message", text="hello")
    unit = casework.make.unit(organisation_=case.unit.organisation)
    new = cast.join(Role.CASE_WORKER, unit)
    row = handovers.propose_handover(
        by=cast.worker, at=AT, case=case, to_unit=unit, reason="workload", message="Please"
    )
    handovers.accept_handover(by=new, at=AT, handover=row)
    case.refresh_from_db()
    atdoor.say(by=at_door(made.code), at=AT, case=case, kind="message", text="who is there?")
    said = [text for _, text in doors.open_messages(by=new, at=AT, case=case)]
    assert sorted(said) == sorted(["who is there?"] + ["hello"] * said_before)
    doors.reply(by=new, at=AT, case=case, text="A new colleague")
    assert len(atdoor.open_thread(by=at_door(made.code), at=AT, case=case)) == len(said) + 1
    facts = atdoor.open_facts(by=at_door(made.code), at=AT, case=case)
    assert facts.person["name"] == casework.NAME
    with pytest.raises(acting.Refused):
        doors.open_messages(by=cast.worker, at=AT, case=case)


def test_who_may_not_open_a_door(cast):
    case = cast.taken()
    for who in (cast.colleague, cast.focal, cast.officer, cast.dpo):
        with pytest.raises(acting.Refused):
            doors.open_door(by=who, at=AT, case=case, parts=ALL)
    assert not Door.objects.exists()


def test_taking_back_through_the_workers_page_closes_the_door_too(cast, made):
    case = made.door.case
    word = _word(case, "store_record")
    consents.withdraw_consent(by=cast.worker, at=AT, consent=word)
    assert at_door(made.code) is None
