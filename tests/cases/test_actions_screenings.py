"""From the first word to the case it opens."""

from datetime import timedelta

import pytest

import casework
import make
from casework import AT, NAME, YES, World, after
from manumit.assessments.models import Assessment
from manumit.cases import consent
from manumit.cases.actions import consents, reading, screenings
from manumit.cases.models import Case, Clock, Consent, Screening
from manumit.core.actions import acting, names
from manumit.core.models import KeyWrap, Leaf
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world():
    return World()


def test_a_person_in_need_becomes_a_case_of_the_unit_that_helps(world):
    case = world.handed_over(identified_at=AT - timedelta(hours=2))
    assert case.unit == world.helping
    assert case.worker is None
    assert case.urgent
    assert case.non_punishment
    assert case.trafficking_status == ""
    kinds = set(case.needs.values_list("kind", flat=True))
    assert {"medical", "psychosocial", "legal"} <= kinds
    medical = case.needs.get(kind="medical")
    assert medical.due_at == AT - timedelta(hours=1)  # one hour from identification: late already
    assert case.due_at == medical.due_at
    talk = Screening.objects.get()
    assert (talk.state, talk.outcome) == ("finished", "urgent_needs")
    assert talk.handed_to == world.helping


def test_the_helping_unit_finds_opens_and_reads_the_talk(world):
    case = world.handed_over()
    assert names.search(by=world.worker, at=AT, query="Amal")[0].object_id == case.id
    opened = reading.open_case(by=world.worker, at=AT, case=case)
    assert opened["name"] == NAME
    talk = reading.open_screening(by=world.worker, at=AT, screening=case.screening)
    assert talk.answers["urgent-needs"] == {"un_hurt": "yes"}
    assert talk.findings()["urgent-needs"].urgent


def test_the_officer_keeps_the_talk_and_cannot_open_the_case(world):
    case = world.handed_over()
    assert reading.open_screening(by=world.officer, at=AT, screening=case.screening).person
    wraps = KeyWrap.objects.filter(object_id=case.id)
    assert set(wraps.values_list("unit_id", flat=True)) == {world.helping.id}
    with pytest.raises(acting.Refused, match="does not include"):
        reading.open_case(by=world.officer, at=AT, case=case)
    assert Leaf.objects.filter(act="case.read", outcome="refused").count() == 1


def test_no_sign_opens_no_case_and_shares_no_key(world):
    talk = world.talk()
    answers = {"un_hurt": "no", "un_basic": "unknown"}
    screenings.answer(
        by=world.officer, at=AT, screening=talk, pack_id="urgent-needs", answers=answers
    )
    assert screenings.finish_screening(by=world.officer, at=AT, screening=talk) is None
    talk.refresh_from_db()
    assert talk.outcome == "no_sign"
    assert not Case.objects.exists()
    units = set(KeyWrap.objects.filter(object_id=talk.id).values_list("unit_id", flat=True))
    assert units == {world.gate.id}


def test_a_hunch_of_the_officer_is_ground_enough(world):
    case = screenings.finish_screening(
        by=world.officer, at=AT, screening=world.talk(), officer_asks=True
    )
    assert case is not None
    assert case.screening.outcome == "officer_asked"


def test_signs_of_a_pack_make_a_possible_victim_and_nothing_more(world):
    talk = world.talk()
    signs = {"cc_sold": "yes"}
    known = reading.pack.load_all()["conflict-context"]
    signs = {each.id: "yes" for each in known.indicators}
    screenings.answer(
        by=world.officer, at=AT, screening=talk, pack_id="conflict-context", answers=signs
    )
    case = screenings.finish_screening(by=world.officer, at=AT, screening=talk)
    assert case.trafficking_status == "PossibleVictimOfTrafficking"
    assert case.conflict_nexus
    assert case.clocks.filter(kind="recovery").count() == 1
    assert Assessment.objects.get().status == "complete"


def test_declining_everything_still_gets_help_without_a_name(world):
    case = world.handed_over(agreed=False, name="")
    assert case is not None
    assert not case.with_name
    assert case.name is None
    assert not Consent.objects.filter(given=True).exists()
    assert case.needs.count() >= 3


def test_a_name_needs_consent_to_a_record(world):
    talk = world.talk(agreed=False, name="", age=30)
    with pytest.raises(acting.Refused, match="said no"):
        screenings.record_person(
            by=world.officer, at=AT, screening=talk, values={"name": NAME}, minor=False
        )
    assert talk.age is not None


def test_without_consent_to_talk_only_what_is_seen_and_urgent_needs(world):
    talk = world.talk(agreed=False, name="")
    known = reading.pack.load_all()["conflict-context"].indicators[0].id
    with pytest.raises(acting.Refused, match="said no"):
        screenings.answer(
            by=world.officer,
            at=AT,
            screening=talk,
            pack_id="conflict-context",
            answers={known: "yes"},
        )
    screenings.answer(
        by=world.officer,
        at=AT,
        screening=talk,
        pack_id="conflict-context",
        answers={known: "observed"},
    )


def test_answers_gather_and_can_be_taken_back(world):
    talk = world.talk()

    def say(**answers):
        screenings.answer(
            by=world.officer, at=AT, screening=talk, pack_id="urgent-needs", answers=answers
        )

    say(un_hurt="yes", un_basic="no")
    say(un_near="declined")
    say(un_hurt="")
    opened = reading.open_screening(by=world.officer, at=AT, screening=talk)
    assert opened.answers["urgent-needs"] == {"un_basic": "no", "un_near": "declined"}
    assert Assessment.objects.count() == 1


def test_a_bad_answer_is_refused_without_showing_it(world):
    talk = world.talk()
    with pytest.raises(acting.Refused) as refused:
        screenings.answer(
            by=world.officer,
            at=AT,
            screening=talk,
            pack_id="urgent-needs",
            answers={"un_hurt": "canary"},
        )
    assert "canary" not in refused.value.reason
    with pytest.raises(acting.Refused, match="not part"):
        screenings.answer(
            by=world.officer, at=AT, screening=talk, pack_id="delphi-labour-child", answers={}
        )


def test_pause_resume_and_stop(world):
    talk = world.talk()
    talk = screenings.pause_screening(by=world.officer, at=AT, screening=talk, step="needs")
    assert Screening.objects.unfinished(world.officer.user).get().step == "needs"
    with pytest.raises(acting.Refused, match="Resume"):
        screenings.observe(by=world.officer, at=AT, screening=talk, text="x")
    screenings.resume_screening(by=world.officer, at=AT, screening=talk)
    screenings.observe(by=world.officer, at=AT, screening=talk, text="Trembling hands")
    talk = screenings.stop_screening(by=world.officer, at=after(hours=1), screening=talk)
    assert (talk.state, talk.outcome) == ("stopped", "stopped")
    with pytest.raises(acting.Refused, match="stopped"):
        screenings.finish_screening(by=world.officer, at=AT, screening=talk)


def test_observations_stand_apart_from_answers(world):
    talk = world.talk()
    screenings.observe(
        by=world.officer, at=AT, screening=talk, text=" Holds a small bag very tightly "
    )
    opened = reading.open_screening(by=world.officer, at=AT, screening=talk)
    assert opened.person["observations"] == "Holds a small bag very tightly"
    assert opened.answers == {}


def test_a_child_is_asked_as_a_child_and_an_unsafe_adult_is_not_asked_for_consent(world):
    case = world.handed_over(
        minor=True, urgent={"un_child_unsafe_carer": "yes"}, agreed=True, age=12
    )
    assert case.minor
    assert case.guardian == "implicated"
    assert not case.subject().needs_guardian()
    assert case.needs.filter(kind="child_protection", urgency="within_1_hour").exists()


def test_recent_harm_starts_health_clocks_from_identification(world):
    seen = AT - timedelta(hours=10)
    case = world.handed_over(urgent={"un_recent_harm": "yes"}, identified_at=seen)
    due = dict(Clock.objects.filter(case=case).values_list("kind", "due_at"))
    assert due["health_72h"] == seen + timedelta(hours=72)
    assert due["health_120h"] == seen + timedelta(hours=120)


def test_nobody_is_identified_in_the_future(world):
    with pytest.raises(acting.Refused, match="future"):
        screenings.start_screening(
            by=world.officer, at=AT, language="en", identified_at=after(minutes=1)
        )


def test_a_colleague_of_the_gate_and_every_other_role_find_nothing_there(world):
    talk = world.talk()
    others = [
        world.join(Role.SCREENING_OFFICER, world.gate),
        world.join(Role.SCREENING_OFFICER, make.unit()),
        world.worker,
    ]
    for other in others:
        with pytest.raises(acting.NotFound):
            screenings.observe(by=other, at=AT, screening=talk, text="x")
    with pytest.raises(acting.Refused, match="does not include"):
        screenings.observe(by=world.focal, at=AT, screening=talk, text="x")
    refused = Leaf.objects.filter(outcome="refused", act="screening.conduct")
    assert refused.count() == len(others) + 1


def test_the_record_names_things_and_never_values(world):
    case = world.handed_over()
    bodies = b"".join(bytes(body) for body in Leaf.objects.values_list("body", flat=True))
    assert str(case.id).encode() in bodies
    for canary in (NAME, "Amal", "+962", "un_hurt"):
        assert canary.encode() not in bodies


def test_sealed_columns_hold_no_plain_text(world, tmp_path):
    case = world.taken(also_called=["Umm Canary"], nationality="XC", place="Canary Camp")
    talk = case.screening
    for row in (case, talk, *Assessment.objects.all()):
        for column in row._meta.concrete_fields:
            value = getattr(row, column.attname)
            if isinstance(value, bytes):
                for canary in (b"Canary", b"Amal", b"XC", b"un_hurt", b"962"):
                    assert canary not in value
            assert "Canary" not in str(value)
    assert talk.name is not None
    assert case.name != talk.name  # sealed anew under the case's own key


def test_consents_follow_the_person_to_the_helping_unit(world):
    case = world.handed_over()
    row = Consent.objects.about(case.subject_ids()).get(purpose="contact_me")
    gone = consents.withdraw_consent(by=world.colleague, at=after(hours=1), consent=row)
    assert gone.consent.withdrawn_at == after(hours=1)
    case.refresh_from_db()
    assert case.contact is None
    assert case.name is not None


def test_withdrawing_the_record_empties_identity_and_forgets_the_name(world):
    case = world.handed_over()
    row = Consent.objects.about(case.subject_ids()).get(purpose="store_record")
    consents.withdraw_consent(by=world.worker, at=after(hours=1), consent=row)
    case.refresh_from_db()
    assert (case.name, case.contact, case.with_name) == (None, None, False)
    assert names.search(by=world.worker, at=AT, query="Amal") == []
    assert reading.open_case(by=world.worker, at=AT, case=case) == {"sex": "female"}
    with pytest.raises(acting.Refused, match="already"):
        consents.withdraw_consent(by=world.worker, at=after(hours=1), consent=row)


def test_withdrawing_the_interview_destroys_the_answers(world):
    case = world.handed_over()
    row = Consent.objects.about(case.subject_ids()).get(purpose="interview")
    consents.withdraw_consent(by=world.worker, at=after(hours=1), consent=row)
    wraps = KeyWrap.objects.filter(object_id=case.screening_id)
    assert not wraps.filter(field_class=FieldClass.SCREENING).exists()
    with pytest.raises(acting.Refused, match="no key"):
        reading.open_screening(by=world.worker, at=AT, screening=case.screening)


def test_a_yes_without_everything_said_is_refused(world):
    talk = screenings.start_screening(by=world.officer, at=AT, language="fr")
    with pytest.raises(acting.Refused, match="told every point"):
        consents.give_consent(
            by=world.officer,
            at=AT,
            subject=talk,
            purpose="store_record",
            given=True,
            questions=[*YES[:-1], False],
        )
    word = consents.give_consent(
        by=world.officer, at=AT, subject=talk, purpose="store_record", given=False
    )
    assert word.language == "fr"
    assert word.questions == []


def test_where_the_gate_is_the_helping_unit_the_case_stays(world):
    unit = make.unit()
    worker = world.join(Role.CASE_WORKER, unit)
    world.officer, world.gate = worker, unit
    case = world.handed_over()
    assert case.unit == unit
    assert case.screening.handed_to is None
    assert reading.open_case(by=worker, at=AT, case=case)["name"] == NAME


def test_a_helping_unit_without_keys_is_said_and_nothing_is_lost(world):
    empty = make.unit()
    gate = make.unit(possible_victims_to=empty)
    world.officer = world.join(Role.SCREENING_OFFICER, gate)
    with pytest.raises(acting.Refused, match="no keys yet"):
        world.handed_over()
    assert Screening.objects.get().state == "started"
    assert Assessment.objects.get().status == "open"


def test_optional_packs(world):
    talk = world.talk()
    held = screenings.choose_packs(
        by=world.officer, at=AT, screening=talk, added=["sexual-exploitation-adult"]
    )
    assert held.added_packs == ["sexual-exploitation-adult"]
    with pytest.raises(acting.Refused, match="Choose"):
        screenings.choose_packs(by=world.officer, at=AT, screening=talk, added=["tax-return"])


def test_purposes_at_a_screening_are_asked_one_by_one(world):
    world.talk()
    said = set(Consent.objects.values_list("purpose", flat=True))
    assert said == {purpose.value for purpose in consent.AT_SCREENING}
    assert casework.YES == YES
