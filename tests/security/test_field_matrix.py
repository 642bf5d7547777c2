"""Who comes to know which field: every sealed field, every visitor, every page, search and refusal.

Test 12 of the plan. A story has a word of its own in every sealed field; each visitor opens every page
with the ids of the story and searches for its words. What they came to know is held equal to what is
written down in `canaries.py`: a word too many is a leak, a word too few a page that lost its purpose.
"""

import json

import pytest
from django.urls import reverse

import casework
import signed_in
import standing
from manumit.cases.actions import consents, referrals
from manumit.cases.models import Consent
from manumit.core import models
from manumit.core.actions import acting
from security import canaries

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


_built, _django_db_helper, story = standing.once(lambda: canaries.Story("Zq"))


def learnt(who: acting.Actor, story: canaries.Story, search=(), refused=False) -> dict[str, str]:
    """Return which fields somebody came to know, and on which page first."""
    client, words, found = canaries.client(who), story.words(), {}
    walk = canaries.walk(client, story.ids(), search, role=who.role, refused=refused)
    for page, answer in walk:
        assert answer.status_code < 500, page
        for place in canaries.found_in(canaries.said(answer), words):
            found.setdefault(place, page)
    return found


VISITORS = [
    "officer", "worker", "colleague", "supervisor", "clinic", "clinic colleague", "gate colleague",
    "gate worker", "gate supervisor", "sister unit", "unit focal point", "other clinic",
    "clinic worker", "unit officer", "coordinator", "auditor", "data_protection_officer",
    "administrator", "investigator", "fiu_analyst", "fiu_head", "monitor", "trainer", "assessor",
]  # fmt: skip


@pytest.mark.parametrize("visitor", VISITORS)
def test_everybody_knows_what_is_theirs_and_nothing_else(story, visitor):
    everybody = story.everybody()
    assert sorted(everybody) == sorted(VISITORS)
    who, may = everybody[visitor]
    found = learnt(who, story, refused=True)
    assert set(found) - may == set(), {n: found[n] for n in set(found) - may}
    assert set(found) == may - {"answer_note"}  # which nobody has written yet


@pytest.mark.parametrize("visitor", ["sister unit", "clinic", "coordinator", "administrator"])
def test_searching_for_somebody_elses_words_finds_and_tells_nothing(story, visitor):
    """Nor does the answer show that the person exists: it is the one for a name nobody has."""
    who, _ = story.everybody()[visitor]
    asked = [story.word(name) for name in ("name", "also_called", "contact")]
    client = canaries.client(who)
    for name in ("case_search", "accounts"):
        pages = []
        for text in (*asked, story.case.reference, "Nobody-At-All", "QQQQ-9999"):
            answer = client.post(reverse(name), {"q": text}, secure=True)
            pages.append((answer.status_code, _neutral(answer.content.decode(), text)))
        assert len(set(pages)) == 1, name


def _neutral(page: str, *words: str) -> str:
    """Return a page without what differs each time: tokens, and what was typed."""
    import re

    page = re.sub(r'(name="csrfmiddlewaretoken" value|name="csrf-token" content)="[^"]+"', "", page)
    for word in words:
        page = page.replace(word, "")
    return page


def test_the_unit_that_helps_finds_the_person(story):
    """The control of the test above."""
    client = canaries.client(story.cast.colleague)
    for asked in (story.word("name"), story.case.reference):
        page = client.post(reverse("case_search"), {"q": asked}, secure=True)
        assert story.case.reference in page.content.decode()


# --- a letter ends -------------------------------------------------------------------------------
def _withdraw_letter(story):
    consents.withdraw_referral(by=story.cast.colleague, at=story.at, referral=story.referral)


def _withdraw_consent(story):
    word = Consent.objects.get(pk=story.referral.consent_id)
    consents.withdraw_consent(by=story.cast.colleague, at=story.at, consent=word)


def _decline(story):
    referrals.answer_referral(
        by=story.cast.focal, at=story.at, referral=story.referral, accept=False, reason="full",
        note=story.word("answer_note"),
    )  # fmt: skip


def _finish(story):
    cast, at, row = story.cast, story.at, story.referral
    row = referrals.answer_referral(by=cast.focal, at=at, referral=row, accept=True)
    row = referrals.start_service(by=cast.focal, at=at, referral=row)
    referrals.end_service(by=cast.focal, at=at, referral=row, done=True)


def _stop(story):
    row = referrals.answer_referral(
        by=story.cast.focal, at=story.at, referral=story.referral, accept=True
    )
    referrals.end_service(
        by=story.cast.worker, at=story.at, referral=row, done=False, outcome="service_unavailable"
    )


def _consent_runs_out(story):
    wraps = models.KeyWrap.objects.filter(
        object_id=story.referral.id, unit_id=story.cast.clinic_unit.id
    )
    assert wraps.update(expires_at=story.at) == 1


ENDS = [_withdraw_letter, _withdraw_consent, _decline, _finish, _stop, _consent_runs_out]


@pytest.mark.parametrize("end", ENDS, ids=lambda f: f.__name__.strip("_"))
def test_when_a_letter_has_ended_the_service_knows_nothing_more(story, end):
    for focal in (story.cast.focal, story.cast.second_focal):
        assert set(learnt(focal, story)) == canaries.LETTER
    end(story)
    for focal in (story.cast.focal, story.cast.second_focal):
        assert learnt(focal, story) == {}


@pytest.mark.parametrize("end", [_withdraw_letter, _withdraw_consent])
def test_when_a_letter_was_taken_back_nobody_can_open_it(story, end):
    end(story)
    found = learnt(story.cast.worker, story)
    assert "message" not in found
    assert models.KeyWrap.objects.filter(object_id=story.referral.id).count() == 0


# --- a person takes words back -------------------------------------------------------------------
def _take_back(story, purpose):
    word = Consent.objects.get(subject_id__in=story.case.subject_ids(), purpose=purpose, given=True)
    consents.withdraw_consent(by=story.cast.worker, at=story.at, consent=word)


def test_who_takes_the_record_back_has_no_name_here_any_more(story):
    """The letter that a service holds under its own consent is the one place left until it ends."""
    _finish(story)
    _take_back(story, "store_record")
    gone = {"name", "also_called", "birth", "contact", "safe_contact"}
    for who in (story.cast.worker, story.cast.supervisor, story.cast.officer, story.cast.focal):
        assert set(learnt(who, story)) & gone == set()


def test_a_letter_that_goes_on_after_that_is_forgotten_when_it_ends(story):
    _take_back(story, "store_record")
    assert "name" in learnt(story.cast.focal, story)  # under the consent to the service itself
    _finish(story)
    for who in (story.cast.worker, story.cast.supervisor, story.cast.officer, story.cast.focal):
        assert "name" not in learnt(who, story)


def test_who_takes_the_interview_back_has_no_answer_here_any_more(story):
    _take_back(story, "interview")
    for who in (story.cast.worker, story.cast.officer):
        assert "observations" not in learnt(who, story)


def test_who_was_erased_is_nowhere(story):
    story.cast.erased(story.case, at=story.at)
    for who, _ in story.everybody().values():
        assert learnt(who, story) == {}


# --- what is written beside the sealed columns ---------------------------------------------------
NOT_NOW = {"sign_out", "unit_rotate", "account_end", "account_reset_factors"}


def _refusals(story) -> None:
    """Let everybody try what they may not do, with the story's words in their hands."""
    words = story.words()
    data = words | dict.fromkeys(
        ("text", "reason", "q", "note", "end-how", "act", "to"), words["name"]
    )
    from meta import pages

    for who in (
        story.cast.focal,
        story.cast.officer,
        story.others["administrator"],
        story.cast.worker,
    ):
        client = canaries.client(who)
        for the in pages.every():
            if "POST" in the.methods and the.name not in NOT_NOW:
                address = reverse(the.name, kwargs={n: story.ids()[n] for n in the.kwargs})
                client.post(address, data, secure=True)


def test_no_sealed_word_stands_in_the_record_in_details_or_in_any_plain_column(story):
    from django.apps import apps

    _decline(story)
    _refusals(story)
    words = story.words()
    assert models.LeafDetail.objects.count() > 10
    leaks = []
    for model in apps.get_models():
        for row in model._default_manager.all().values():
            text = json.dumps(row, default=lambda v: bytes(v).decode(errors="replace")
                              if isinstance(v, bytes | memoryview) else str(v))  # fmt: skip
            leaks += [f"{model.__name__}: {place}" for place in canaries.found_in(text, words)]
    assert leaks == []


def test_a_word_in_a_plain_column_would_be_found(story):
    from manumit.core.actions import record

    record.append(by=None, at=story.at, act="open", details={"reason": story.word("name")})
    text = str(list(models.LeafDetail.objects.values()))
    assert canaries.found_in(text, story.words()) == {"name"}


def test_titles_addresses_and_cookies_carry_no_word_of_anybody(story):
    """What a browser keeps: titles and addresses of its history, and cookies."""
    import re

    for who in (story.cast.worker, story.cast.officer, story.cast.focal):
        client, words = canaries.client(who), story.words()
        for page, answer in canaries.walk(
            client, story.ids(), [story.word("name")], role=who.role, refused=False
        ):
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode(errors="replace")
            title = "".join(re.findall(r"<title>(.*?)</title>", text, re.S))
            links = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', text))
            kept = f"{title} {links} {answer.headers.get('Location', '')} {answer.cookies}"
            assert canaries.found_in(kept, words) == set(), page
            assert not re.search("traffick|victim", title, re.I), title
        assert canaries.found_in(str(client.cookies), words) == set()


def test_a_worker_of_the_other_side_of_the_world_learns_nothing(story):
    other = casework.World()
    for who in (other.worker, other.supervisor, other.officer, other.focal, other.dpo):
        # not the whole word: a form that is shown again holds what was typed
        assert learnt(who, story, [story.word("name")[:-1], story.case.reference]) == {}


def test_a_browser_without_a_session_learns_nothing(story):
    from django.test import Client

    for page, answer in canaries.walk(Client(), story.ids(), [story.word("name")]):
        text = canaries.said(answer).replace(story.word("name"), "", 2)
        found = canaries.found_in(text, story.words()) - {"name"}
        assert found == set(), page
    locked = signed_in.client_for(story.cast.worker.person, unlocked=False)
    role = story.cast.worker.role
    for page, answer in canaries.walk(locked, story.ids(), role=role, refused=False):
        assert canaries.found_in(canaries.said(answer), story.words()) == set(), page
