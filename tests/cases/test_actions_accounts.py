"""An account is written down once, given with consent, and gone when the person takes it back."""

import pytest

import casework
import make
from casework import AT, YES, after
from manumit.cases import telling
from manumit.cases.actions import accounts, cases, consents, denials, disclosing, reading
from manumit.cases.models import Account, AccountRequest, Case, Clock, Consent, Disclosure
from manumit.core import models
from manumit.core.actions import acting, sealed
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass, SealBroken

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WORDS = "Fictional words of a fictional person"


@pytest.fixture
def world():
    return casework.World()


@pytest.fixture
def lawyer():
    """Somebody of another team who would have to ask again."""
    return casework.World.join(Role.CASE_WORKER, make.unit("Example Legal Aid"))


def written(world, case, why="missing", at=AT, **rest):
    return accounts.record_account(
        by=world.worker,
        at=at,
        case=case,
        texts={"words": WORDS, "place": "Example room", "asked_by": "Test Person"},
        why_again=why,
        **rest,
    )


def asked(lawyer, case, at=AT):
    return accounts.request_account(by=lawyer, at=at, code=case.reference, wanted_for="legal_aid")


def given(world, row, account, at=AT, **rest):
    return accounts.answer_request(
        by=world.worker,
        at=at,
        request=row,
        give=True,
        accounts=[account],
        questions=YES,
        language="en",
        **rest,
    )


def test_an_account_is_sealed_under_a_key_of_its_own(world):
    row = written(world, world.taken())
    row.refresh_from_db()
    assert WORDS.encode() not in bytes(row.words)
    wraps = models.KeyWrap.objects.filter(object_id=row.id)
    assert {(w.field_class, w.unit_id) for w in wraps} == {("testimony", world.helping.id)}
    opened = accounts.open_account(by=world.worker, at=AT, account=row)
    assert opened["words"] == WORDS


def test_only_with_consent_to_be_asked(world):
    case = cases.open_case(by=world.worker, at=AT, language="en")
    with pytest.raises(acting.Refused, match="not been asked"):
        written(world, case, why="")


def test_a_first_account_needs_no_reason_and_a_second_does(world):
    case = cases.open_case(by=world.worker, at=AT, language="en")
    consents.give_consent(
        by=world.worker, at=AT, subject=case, purpose="interview", given=True, questions=YES
    )
    written(world, case, why="")
    with pytest.raises(acting.Refused, match="Read that account"):
        written(world, case, why="")
    assert written(world, case, why="wants_to").why_again == "wants_to"


def test_every_way_of_having_been_asked_counts(world):
    case = world.taken()
    assert accounts.told(case).times == 1  # the talk at the gate
    accounts.note_telling(
        by=world.worker, at=AT, case=case, kind="elsewhere", times=3, elsewhere="police"
    )
    accounts.note_telling(by=world.worker, at=AT, case=case, kind="interview", why_again="medical")
    written(world, case)
    told = accounts.told(case)
    assert (told.times, told.accounts) == (6, 1)
    assert set(told.by) == {world.gate.name, "Police", world.helping.name}


@pytest.mark.parametrize("times", [0, 100, -1])
def test_how_often_is_a_number_somebody_could_mean(world, times):
    with pytest.raises(acting.Refused, match="1 to 99"):
        accounts.note_telling(
            by=world.worker,
            at=AT,
            case=world.taken(),
            kind="elsewhere",
            times=times,
            elsewhere="police",
        )


def test_a_service_and_a_colleague_read_no_account(world):
    row = written(world, world.sent().case)
    for actor in (world.focal, world.colleague, world.officer):
        with pytest.raises(acting.Refused):
            accounts.open_account(by=actor, at=AT, account=row)
        with pytest.raises(acting.Refused):
            accounts.open_given_account(by=actor, at=AT, account=row)


def test_an_account_is_asked_for_and_given_with_the_persons_yes(world, lawyer):
    case = world.taken()
    account = written(world, case)
    row = asked(lawyer, case)
    assert Clock.objects.running().filter(case=case, kind="account_request").exists()
    with pytest.raises(acting.Refused):
        accounts.open_given_account(by=lawyer, at=AT, account=account)
    given(world, row, account)
    assert not Clock.objects.running().filter(case=case, kind="account_request").exists()
    fresh = make.actor(lawyer.person)
    assert accounts.open_given_account(by=fresh, at=AT, account=account)["words"] == WORDS
    left = Disclosure.objects.get(object_id=account.id)
    assert left.first_read_at == AT
    assert left.classes == ["testimony"]
    with pytest.raises(acting.Refused):
        reading.open_case(by=fresh, at=AT, case=case)


def test_the_record_says_who_opened_it(world, lawyer):
    case = world.taken()
    account = written(world, case)
    given(world, asked(lawyer, case), account)
    accounts.open_given_account(by=make.actor(lawyer.person), at=AT, account=account)
    leaf = models.Leaf.objects.filter(act="open").latest("seq")
    assert leaf.by == lawyer.id
    assert b"testimony" in bytes(leaf.body)


def test_a_no_has_its_reason_and_is_the_persons_word(world, lawyer):
    case = world.taken()
    written(world, case)
    row = asked(lawyer, case)
    accounts.answer_request(
        by=world.worker, at=AT, request=row, give=False, reason="person_said_no", language="en"
    )
    row.refresh_from_db()
    assert (row.state, row.reason) == ("refused", "person_said_no")
    word = Consent.objects.get(purpose="share_account")
    assert not word.given
    with pytest.raises(acting.Refused, match="already"):
        accounts.answer_request(by=world.worker, at=AT, request=row, give=False, reason="not_safe")


def test_asking_tells_nothing_about_who_is_known(lawyer, world):
    known = asked(lawyer, world.taken())
    unknown = accounts.request_account(by=lawyer, at=AT, code="BC-2345", wanted_for="legal_aid")
    assert unknown.case_id is None
    assert (known.state, known.reason) == (unknown.state, unknown.reason)
    with pytest.raises(acting.Refused, match="asked for this already"):
        accounts.request_account(by=lawyer, at=AT, code="BC-2345", wanted_for="legal_aid")


def test_what_is_no_reference_is_refused(lawyer):
    with pytest.raises(acting.Refused, match="not a reference"):
        accounts.request_account(by=lawyer, at=AT, code="somebody", wanted_for="legal_aid")


def test_taking_it_back_closes_it_at_once_and_the_copied_key_opens_nothing(world, lawyer):
    case = world.taken()
    account = written(world, case)
    given(world, asked(lawyer, case), account)
    fresh = make.actor(lawyer.person)
    kept = fresh.keys().key(account.id, FieldClass.TESTIMONY)
    accounts.open_given_account(by=fresh, at=AT, account=account)
    word = Consent.objects.get(purpose="share_account")
    done = consents.withdraw_consent(
        by=make.actor(world.worker.person), at=after(days=1), consent=word
    )
    assert done.told == (disclosing.recipient_of(lawyer.unit).name,)
    assert AccountRequest.objects.get().state == "taken_back"
    assert [c.kinds for c in done.cannot_recall] == [("testimony",)], "they have read it"
    with pytest.raises(acting.Refused):
        accounts.open_given_account(by=make.actor(lawyer.person), at=after(days=1), account=account)
    account.refresh_from_db()
    with pytest.raises(SealBroken):
        sealed.read(account, {FieldClass.TESTIMONY: kept})
    again = accounts.open_account(by=make.actor(world.worker.person), at=AT, account=account)
    assert again["words"] == WORDS


def test_a_team_that_is_denied_is_not_given_anything(world, lawyer):
    case = world.taken()
    account = written(world, case)
    row = asked(lawyer, case)
    denials.deny_recipient(by=world.worker, at=AT, case=case, recipient=lawyer.unit.organisation)
    with pytest.raises(acting.Refused, match="never to tell them"):
        given(world, row, account)
    assert not models.KeyWrap.objects.filter(object_id=account.id, unit_id=lawyer.unit.id).exists()


def test_a_childs_account_needs_the_guardian_who_can_be_asked(world, lawyer):
    case = world.taken(minor=True)
    case = cases.edit_person(by=world.worker, at=AT, case=case, values={}, guardian="present")
    consents.give_consent(
        by=world.worker,
        at=AT,
        subject=case,
        purpose="interview",
        given=True,
        questions=YES,
        by_guardian=True,
    )
    account, row = written(world, case), asked(lawyer, case)
    with pytest.raises(acting.Refused, match="guardian said no"):
        given(world, row, account)
    given(world, row, account, guardian_agrees=True)


def test_somebody_elses_account_cannot_be_given(world, lawyer):
    case, other = world.taken(), world.taken(name="Badr Example")
    account = written(world, other)
    with pytest.raises(acting.Refused, match="Choose which"):
        given(world, asked(lawyer, case), account)


def test_taking_back_the_talk_destroys_what_was_told_everywhere(world, lawyer):
    case = world.taken()
    account = written(world, case)
    given(world, asked(lawyer, case), account)
    word = Consent.objects.about(case.subject_ids()).get(purpose="interview")
    consents.withdraw_consent(by=world.worker, at=after(days=1), consent=word)
    assert not models.KeyWrap.objects.filter(object_id=account.id).exists()
    account.refresh_from_db()
    assert account.words is None


def test_erasing_takes_the_account_with_it(world):
    case = world.taken()
    account = written(world, case)
    world.erased(case, at=after(days=1))
    assert not models.KeyWrap.objects.filter(object_id=account.id).exists()
    assert Account.objects.get(pk=account.pk).words is None


def test_two_who_answer_at_once_answer_once(world, lawyer):
    case = world.taken()
    account = written(world, case)
    row = asked(lawyer, case)
    stale = AccountRequest.objects.get(pk=row.pk)
    given(world, row, account)
    with pytest.raises(acting.Refused, match="already"):
        given(world, stale, account)
    assert Case.objects.get(pk=case.pk).account_requests.count() == 1
    assert Consent.objects.filter(purpose="share_account").count() == 1
    assert telling.Request(AccountRequest.objects.get(pk=row.pk).state) is telling.Request.GIVEN
