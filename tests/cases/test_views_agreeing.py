"""The pages on which a person says who may be told, who never, and sees who can see what."""

from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader

import casework
import make
from manumit.cases import consent, recipients
from manumit.cases.actions import accounts, cases, consents, denials, referrals, seeing
from manumit.cases.models import Consent, Denial, Disclosure
from manumit.core.models import Leaf
from manumit.core.roles import Role
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=30)
TOLD = list(consent.QUESTIONS[1:])


@pytest.fixture
def world():
    return casework.World()


@pytest.fixture
def worker(world):
    return client_for(world.worker.person)


def get(client, address):
    return client.get(address, secure=True)


def post(client, address, **data):
    return client.post(address, data, secure=True)


def text(response):
    return response.content.decode()


def ask(client, case, **change):
    """Send the second step: the person's answer."""
    data = {
        "step": "answer",
        "purpose": "share_with_partner",
        "kind": "listed",
        "name": "Example Partner",
        "interpreter": "no",
        "told": TOLD,
        "classes": ["contact"],
        "agrees": "yes",
    }
    return post(client, f"/cases/{case.id}/agree", **(data | change))


def test_a_recipient_is_found_by_name_and_the_question_read_out(world, worker):
    case, body = world.taken(at=NOW), make.organisation("Example Partner")
    page = post(
        worker,
        f"/cases/{case.id}/agree",
        purpose="share_with_partner",
        kind="listed",
        name="example part",
    )
    assert page.status_code == 200
    assert body.name in text(page)
    assert "نتحدث مع Example Partner" in text(page), "in the person's language"
    assert not Consent.objects.filter(recipient_id=body.id).exists()


def test_a_yes_is_kept_with_the_kinds_it_is_about(world, worker):
    case, body = world.taken(at=NOW), make.organisation("Example Partner")
    response = ask(worker, case)
    assert response.status_code == 302
    word = Consent.objects.get(recipient_id=body.id)
    assert (word.given, word.classes, word.language) == (True, ["contact"], "ar")
    assert "Example Partner" in text(get(worker, response.url))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"classes": []}, "Tick what the person agrees"),
        ({"told": []}, "Explain what is missing"),
        ({"name": ""}, "Write who it is"),
        ({"name": "Nobody Of This Name"}, "Nothing in the directory"),
        ({"purpose": "share_with_media"}, "Select a valid choice"),
        ({"classes": ["testimony"]}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(world, worker, change, says):
    case = world.taken(at=NOW)
    make.organisation("Example Partner")
    before = Consent.objects.count()
    response = ask(worker, case, **change)
    assert response.status_code == 400
    assert says in text(response)
    assert Consent.objects.count() == before


def test_several_of_one_name_are_shown_to_choose_from(world, worker):
    case = world.taken(at=NOW)
    first, _second = make.organisation("Example Twin"), make.organisation("Example Twin B")
    response = ask(worker, case, name="Example Twin")
    assert "Choose one" in text(response)
    assert (
        ask(worker, case, name="Example Twin", pick=f"organisation:{first.id}").status_code == 302
    )
    assert Consent.objects.filter(recipient_id=first.id, given=True).exists()


def test_a_body_outside_the_directory_is_named_with_its_kind(world, worker):
    case = world.taken(at=NOW)
    ask(
        worker,
        case,
        purpose="share_with_authority",
        kind="prosecution",
        name="Example Office",
        classes=["testimony"],
    )
    word = Consent.objects.get(purpose="share_with_authority")
    assert (word.recipient_name, word.recipient_kind) == ("Example Office", "prosecution")


def test_who_is_denied_cannot_be_asked_about(world, worker):
    case, body = world.taken(at=NOW), make.organisation("Example Partner")
    denials.deny_recipient(by=world.worker, at=NOW, case=case, recipient=body)
    page = text(ask(worker, case))
    assert "never to tell them" in page
    assert 'name="agrees"' not in page


# --- never tell them -----------------------------------------------------------------------------


def test_a_person_is_denied_by_a_name_that_stays_locked(world, worker):
    case = world.taken(at=NOW)
    response = post(
        worker, f"/cases/{case.id}/never", act="add", kind="family", name="Uncle Canaryname"
    )
    assert response.status_code == 302
    row = Denial.objects.get(case=case)
    assert row.by_name
    assert b"Canaryname" not in bytes(row.name)
    assert "Uncle Canaryname" in text(get(worker, response.url))
    assert "Canaryname" not in text(get(worker, f"/cases/{case.id}/who-sees"))


def test_comparing_with_locked_names_is_on_the_record(world, worker):
    case = world.taken(at=NOW)
    uncle = recipients.named("family", "Uncle Canaryname")
    denials.deny_recipient(by=world.worker, at=NOW, case=case, recipient=uncle)
    opened = Leaf.objects.filter(act="open")
    before = opened.count()
    make.organisation("Example Partner")
    ask(worker, case, agrees="")
    assert opened.count() == before + 1
    assert b"never told" in bytes(opened.latest("seq").body)


def test_all_police_are_denied_without_a_name_and_family_needs_one(world, worker):
    case = world.taken(at=NOW)
    assert post(worker, f"/cases/{case.id}/never", act="add", kind="police").status_code == 302
    again = post(worker, f"/cases/{case.id}/never", act="add", kind="police")
    assert "written down already" in text(again)
    family = post(worker, f"/cases/{case.id}/never", act="add", kind="family")
    assert "Write who it is" in text(family)


def test_the_person_takes_a_denial_back(world, worker):
    case = world.taken(at=NOW)
    row = denials.deny_recipient(by=world.worker, at=NOW, case=case, recipient=world.clinic)
    address = f"/cases/{case.id}/never"
    assert world.clinic.name in text(get(worker, address))
    assert post(worker, address, act="take_back", denial=str(row.id)).status_code == 302
    assert world.clinic.name not in text(get(worker, address))
    for wrong in (str(row.id), "not-an-id", str(case.id)):
        assert post(worker, address, act="take_back", denial=wrong).status_code in {200, 404}


def test_denials_of_another_case_are_out_of_reach(world, worker):
    case, other = world.taken(at=NOW), world.taken(at=NOW, name="Badr Example")
    row = denials.deny_recipient(by=world.worker, at=NOW, case=other, recipient=world.clinic)
    answer = post(worker, f"/cases/{case.id}/never", act="take_back", denial=str(row.id))
    assert answer.status_code == 404


# --- who can see what ----------------------------------------------------------------------------


def test_the_page_says_who_why_until_when_and_who_opened_it(world, worker):
    row = world.sent(at=NOW)
    get(client_for(world.focal.person), f"/referrals/{row.id}")
    get(worker, f"/cases/{row.case_id}?open=1")
    page = text(get(worker, f"/cases/{row.case_id}/who-sees"))
    for said in (
        world.helping.name,
        world.gate.name,
        world.clinic_unit.name,
        world.worker.person.display_name,
        world.focal.person.display_name,
        "The team that helps",
        "Held the first talk",
        "The person agreed",
        "Tell this service about me",
        "opened it once",
        "What is known outside",
    ):
        assert said in page, said
    assert "No reason was found" not in page


def test_what_was_told_is_for_the_worker_and_the_supervisor_alone(world):
    case = world.taken(at=NOW)
    accounts.record_account(
        by=world.worker, at=NOW, case=case, texts={"words": "Fictional"}, why_again="wants_to"
    )
    told = next(each for each in seeing.who_sees(case, NOW) if each.narrow)
    assert told.classes == ("testimony",)
    may = {reader.name for reader in told.readers if reader.may}
    assert may == {world.worker.person.display_name, world.supervisor.person.display_name}


def test_a_key_without_a_reason_is_shown_as_one(world, worker):
    row = world.sent(at=NOW)
    Disclosure.objects.filter(object_id=row.id).delete()
    assert "No reason was found" in text(get(worker, f"/cases/{row.case_id}/who-sees"))


def test_what_was_taken_back_is_listed_and_telling_them_is_written_down(world, worker):
    row = world.sent(at=NOW, to=world.phone_clinic)
    done = post(worker, f"/consents/{row.consent_id}/withdraw")
    assert "Tell them by telephone" in text(done)
    assert "Name" in text(done)
    page = text(get(worker, f"/cases/{row.case_id}/who-sees"))
    assert "Taken back" in page
    assert "I told them" in page
    left = Disclosure.objects.get(case=row.case)
    address = f"/cases/{row.case_id}/who-sees"
    assert post(worker, address, disclosure=str(left.id)).status_code == 302
    assert "I told them" not in text(get(worker, address))
    assert post(worker, address, disclosure="x").status_code == 404


def test_what_is_passed_on_in_words_is_written_down_and_listed_when_taken_back(world, worker):
    case, body = world.taken(at=NOW), make.organisation("Example Partner")
    ask(worker, case)
    word, address = Consent.objects.get(recipient_id=body.id), f"/cases/{case.id}/who-sees"
    assert "We told them today" in text(get(worker, address))
    assert post(worker, address, consent=str(word.id)).status_code == 302
    left = Disclosure.objects.get(case=case)
    assert (left.how, left.classes, left.consent) == ("spoken", ["contact"], word)
    done = text(post(worker, f"/consents/{word.id}/withdraw"))
    assert "Where I am and how to reach me" in done
    post(worker, address, consent=str(word.id))
    assert Disclosure.objects.count() == 1, "not under a yes that was taken back"
    other = world.taken(at=NOW, name="Badr Example")
    answer = post(worker, f"/cases/{other.id}/who-sees", consent=str(word.id))
    assert answer.status_code == 404


# --- the paper -----------------------------------------------------------------------------------


def words_of(pdf):
    import io

    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_paper_is_in_the_persons_language_and_tells_a_finder_nothing(world, worker):
    row = world.sent(at=NOW)
    address = f"/cases/{row.case_id}/receipt"
    page = text(get(worker, address))
    assert "ملاحظات" in page
    paper = post(worker, address)
    assert paper["Content-Type"] == "application/pdf"
    assert "notes.pdf" in paper["Content-Disposition"]
    said = words_of(paper.content)
    for telling in (casework.NAME, "Example Clinic", world.helping.name, "Manumit"):
        assert telling not in said
    assert row.case.reference in said


def test_the_person_chooses_what_the_paper_calls_somebody(world, worker):
    case = cases.open_case(by=world.worker, at=NOW, language="en")
    consents.give_consent(
        by=world.worker,
        at=NOW,
        subject=case,
        purpose="share_with_partner",
        given=True,
        questions=casework.YES,
        recipient=world.clinic,
    )
    paper = post(worker, f"/cases/{case.id}/receipt", **{f"name_{world.clinic.id}": "Aunt Maya"})
    assert "Aunt Maya" in words_of(paper.content)


def test_there_is_no_paper_before_anything_was_asked(world, worker):
    case = cases.open_case(by=world.worker, at=NOW, language="en")
    assert "not been asked anything" in text(get(worker, f"/cases/{case.id}/receipt"))
    assert post(worker, f"/cases/{case.id}/receipt").status_code == 403


# --- a guardian who is implicated ----------------------------------------------------------------


@pytest.mark.parametrize("guardian", ["implicated", "absent"])
def test_such_a_guardian_is_never_asked_never_told_and_gets_no_paper(world, worker, guardian):
    case = world.taken(at=NOW, minor=True)
    cases.edit_person(by=world.worker, at=NOW, case=case, values={}, guardian=guardian)
    make.organisation("Example Partner")
    need = case.needs.get(kind="medical", status="open")
    for address in (
        f"/cases/{case.id}/consents",
        f"/cases/{case.id}/needs/{need.id}/refer/{world.clinic.id}",
    ):
        assert 'name="guardian' not in text(get(worker, address)), address
    first = post(
        worker,
        f"/cases/{case.id}/agree",
        purpose="share_with_partner",
        kind="listed",
        name="Example Partner",
    )
    assert 'name="agrees"' in text(first)
    assert 'name="guardian"' not in text(first)
    assert "for=guardian" not in text(get(worker, f"/cases/{case.id}/who-sees"))
    assert get(worker, f"/cases/{case.id}/receipt?for=guardian").status_code == 403
    assert post(worker, f"/cases/{case.id}/receipt", **{"for": "guardian"}).status_code == 403


def test_a_guardian_who_becomes_implicated_gets_no_paper_any_more(world, worker):
    case = world.taken(at=NOW, minor=True)
    cases.edit_person(by=world.worker, at=NOW, case=case, values={}, guardian="present")
    consents.give_consent(
        by=world.worker,
        at=NOW,
        subject=case,
        purpose="contact_me",
        given=True,
        questions=casework.YES,
        by_guardian=True,
    )
    address = f"/cases/{case.id}/receipt?for=guardian"
    assert get(worker, address).status_code == 200
    cases.edit_person(by=world.worker, at=NOW, case=case, values={}, guardian="implicated")
    assert get(worker, address).status_code == 403


def test_a_child_with_a_guardian_is_asked_first_and_then_the_guardian(world, worker):
    case = world.taken(at=NOW, minor=True)
    cases.edit_person(by=world.worker, at=NOW, case=case, values={}, guardian="present")
    body = make.organisation("Example Partner")
    assert ask(worker, case).status_code == 400
    ask(worker, case, guardian="yes")
    said = Consent.objects.filter(recipient_id=body.id)
    assert {word.by_guardian for word in said} == {True, False}


def test_a_colleague_sees_the_page_and_may_not_change_anything(world, worker):
    row = world.sent(at=NOW)
    colleague = client_for(world.colleague.person)
    page = text(get(colleague, f"/cases/{row.case_id}/who-sees"))
    assert "/never" not in page
    assert get(colleague, f"/cases/{row.case_id}/never").status_code == 404
    stranger = client_for(make.user(Role.CASE_WORKER))
    assert get(stranger, f"/cases/{row.case_id}/who-sees").status_code == 404
    assert referrals.rules.State(row.state) is referrals.rules.State.SENT
