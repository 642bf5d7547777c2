"""A child's nationality through the acts and the pages: facts, duties, papers, notification, all children."""

import io
import json
from datetime import UTC, datetime, timedelta

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import casework
import make
import signed_in
from manumit.cases import birth_notification, consent, nationality_record, recipients
from manumit.cases.actions import cases, consents
from manumit.cases.actions import nationality as acts
from manumit.cases.models import BirthFacts, Clock, Disclosure
from manumit.cases.nationality_facts import Facts, Parent, Situation
from manumit.core import models
from manumit.core.actions import acting

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = casework.AT
REGISTRY = recipients.named("authority", "Example Civil Registry")
EMBASSY = recipients.named("embassy", "Example Embassy")
GROUP = Parent(("SYR",), frozenset({Situation.ARMED_GROUP}))
UNKNOWN = Parent(situations=frozenset({Situation.UNKNOWN}))


def facts(**changed):
    given = {
        "born": "LBN", "year": 2024, "mother": Parent(("SYR",)), "father": UNKNOWN,
        "fled": frozenset({"SYR"}),
    }  # fmt: skip
    return Facts(**given | changed)


@pytest.fixture
def world(db):
    return casework.World()


def child(world, at=AT, guardian="present", name=casework.NAME):
    case = world.taken(at=at, minor=True, name=name)
    case = cases.edit_person(
        by=world.worker, at=at, case=case, values={}, minor=True, guardian=guardian
    )
    if guardian == "present":
        consents.give_consent(
            by=world.worker, at=at, subject=case, purpose=consent.Purpose.STORE_RECORD, given=True,
            questions=casework.YES, by_guardian=True,
        )  # fmt: skip
    return cases.edit_person(by=world.worker, at=at, case=case, values={"birth": "2024-03-01"})


def write(world, case, at=AT, mother=None, **changed):
    return acts.record_birth_facts(
        by=world.worker, at=at, case=case, facts=facts(**changed), mother=mother
    )


def yes(world, case, whom=REGISTRY, at=AT, classes=("identity", "legal")):
    word = None
    for by_guardian in (True, False) if case.subject().needs_guardian() else (False,):
        word = consents.give_consent(
            by=world.worker, at=at, subject=case, purpose=consent.Purpose.SHARE_WITH_AUTHORITY,
            given=True, questions=casework.YES, recipient=whom, classes=classes,
            by_guardian=by_guardian,
        )  # fmt: skip
    return word


def text_of(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def running(case):
    return set(Clock.objects.running().filter(case=case, kind__startswith="nat_").values_list(
        "kind", flat=True
    ))  # fmt: skip


# --- facts and duties ---------------------------------------------------------------------------
def test_facts_are_kept_whole_sealed_and_open_again(world):
    case = child(world)
    write(world, case, mother={"mother_name": "Dana Example", "mother_birth": "1999-01-02"})
    row = BirthFacts.objects.get()
    for column in (row.facts, row.mother_name):
        assert b"SYR" not in bytes(column)
        assert b"Dana" not in bytes(column)
    opened = acts.open_birth_facts(by=world.supervisor, at=AT, case=case)
    assert opened.facts == facts()
    assert (opened.mother_name, opened.mother_birth) == ("Dana Example", "1999-01-02")
    assert models.Leaf.objects.filter(act="open").latest("seq").at == AT


def test_each_step_is_a_duty_whose_clock_starts_at_identification(world):
    early = casework.after(days=-20)
    case = child(world, at=early)
    write(world, case)
    kinds = {nationality_record.KINDS[s.code] for s in _steps() if s.code != "do-not-contact"}
    assert running(case) == kinds
    clocks = {c.kind: c for c in Clock.objects.running().filter(case=case)}
    assert clocks["nat_register_birth"].starts_at == case.identified_at
    assert clocks["nat_register_birth"].due_at == case.identified_at + timedelta(hours=720)
    assert clocks["nat_look_again"].starts_at == AT
    assert all(clocks[k].label() != k for k in kinds)


def _steps(**changed):
    from manumit.cases import nationality

    return nationality.decide(facts(**changed)).steps


def test_a_step_that_is_done_stays_done_and_one_that_falls_away_stops(world):
    case = child(world)
    write(world, case)
    acts.tick_nationality_step(by=world.worker, at=AT, case=case, step="use-safeguard")
    left = running(case)
    assert "nat_use_safeguard" not in left
    write(world, case)
    assert running(case) == left
    assert "nat_register_birth" in left
    write(world, case, registered=True)
    assert "nat_register_birth" not in running(case)
    with pytest.raises(acting.Refused, match="not waiting"):
        acts.tick_nationality_step(by=world.worker, at=AT, case=case, step="register-birth")
    with pytest.raises(acting.Refused):
        acts.tick_nationality_step(by=world.worker, at=AT, case=case, step="do-not-contact")


def test_the_readable_rank_follows_the_facts(world):
    case = child(world)
    assert write(world, case).level == "high"
    birth = facts(born="BRA", registered=True, fled=frozenset())
    acts.record_birth_facts(by=world.worker, at=AT, case=case, facts=birth)
    assert BirthFacts.objects.get().level == "low"


def test_impossible_facts_are_refused_with_the_cure(world):
    with pytest.raises(acting.Refused, match="Cure"):
        write(world, child(world), born="XXX")


def test_the_mothers_name_needs_consent_to_a_record_and_goes_with_it(world):
    case = child(world)
    write(world, case, mother={"mother_name": "Dana Example"})
    word = consents.Consent.objects.filter(
        subject_id__in=case.subject_ids(), purpose="store_record", given=True, by_guardian=False
    ).latest("at")
    consents.withdraw_consent(by=world.worker, at=AT, consent=word)
    assert BirthFacts.objects.get().mother_name is None
    with pytest.raises(acting.Refused):
        write(world, case, mother={"mother_name": "Dana Example"})


@pytest.mark.parametrize("who", ["colleague", "officer", "focal", "dpo"])
def test_who_does_not_work_on_it_neither_reads_nor_writes(world, who):
    case = child(world)
    write(world, case)
    other = getattr(world, who)
    for verb in (
        lambda: acts.open_birth_facts(by=other, at=AT, case=case),
        lambda: acts.record_birth_facts(by=other, at=AT, case=case, facts=facts()),
        lambda: acts.tick_nationality_step(by=other, at=AT, case=case, step="register-birth"),
        lambda: acts.print_nationality_paper(by=other, at=AT, case=case, languages=("en", "fr")),
    ):
        with pytest.raises(acting.Refused):
            verb()


def test_erasing_the_case_erases_the_facts(world):
    case = child(world)
    write(world, case, mother={"mother_name": "Dana Example"})
    world.erased(case)
    row = BirthFacts.objects.get()
    assert (row.facts, row.mother_name, row.mother_birth) == (None, None, None)


# --- the paper ----------------------------------------------------------------------------------
def paper(world, case, **changed):
    given = {"languages": ("en", "ar"), "agreed": None} | changed
    return acts.print_nationality_paper(by=world.worker, at=AT, case=case, **given)


def test_the_familys_paper_holds_no_name_and_nothing_private(world):
    case = child(world)
    write(world, case, father=GROUP, mother={"mother_name": "Dana Example"})
    made = paper(world, case)
    said = text_of(made.pdf)
    assert made.disclosure is None
    assert "not determined" in said
    assert "details not available" in said
    for word in (casework.NAME, "Dana", "armed", case.reference, "fled", "trafficking"):
        assert word not in said


def test_for_an_authority_it_needs_a_yes_and_is_a_disclosure(world):
    case = child(world)
    write(world, case)
    word = yes(world, case)
    made = paper(world, case, agreed=word)
    assert made.disclosure.classes == ["legal"]
    assert made.disclosure.what == "nationality"
    consents.withdraw_consent(by=world.worker, at=AT, consent=word)
    with pytest.raises(acting.Refused):
        paper(world, case, agreed=word)
    other = child(world, name="Other Example")
    write(world, other)
    with pytest.raises(acting.NotFound):
        paper(world, other, agreed=word)


@pytest.mark.parametrize("fled", [None, frozenset({"SYR"})])
def test_nothing_goes_to_a_state_that_was_or_may_have_been_fled(world, fled):
    case = child(world)
    write(world, case, born="SYR", fled=fled)
    with pytest.raises(acting.Refused, match="Cure"):
        paper(world, case)
    with pytest.raises(acting.Refused, match="Cure"):
        _notify(world, case, yes(world, case))
    assert not Disclosure.objects.filter(case=case).exists()


def test_nothing_goes_to_an_embassy_of_a_family_that_fled(world):
    case = child(world)
    write(world, case)
    word = yes(world, case, whom=EMBASSY)
    with pytest.raises(acting.Refused, match="embassy"):
        paper(world, case, agreed=word)
    with pytest.raises(acting.Refused, match="embassy"):
        _notify(world, case, word)


def test_an_implicated_adult_gets_nothing_to_take_home(world):
    case = child(world, guardian="implicated")
    write(world, case)
    with pytest.raises(acting.Refused, match="may be involved"):
        paper(world, case)


# --- the notification ---------------------------------------------------------------------------
def _notify(world, case, word, **changed):
    given = {"born_on": "2024-03-01", "place": birth_notification.Place.PRIVATE_HOME} | changed
    return acts.notify_birth(by=world.worker, at=AT, case=case, agreed=word, **given)


def test_the_notification_says_who_and_leaves_the_nationality_open(world):
    case = child(world)
    write(world, case, father=GROUP, mother={"mother_name": "Dana Example"})
    made = _notify(world, case, yes(world, case))
    told = made.notify["declaration"]
    assert told["child.name"] == birth_notification.split(casework.NAME)
    assert told["mother.name"] == {"firstname": "Dana", "surname": "Example"}
    assert told["father.detailsNotAvailable"] is True
    assert "not determined" in made.notify["annotation"]["review.comment"]
    assert made.create["transactionId"] == made.notify["transactionId"]
    again = _notify(world, case, yes(world, case))
    assert again.create == made.create
    assert set(made.disclosure.classes) == {"identity", "legal"}
    assert "armed" not in json.dumps(made.notify)


def test_no_notification_without_a_yes_to_the_name(world):
    case = child(world)
    write(world, case)
    with pytest.raises(acting.Refused):
        _notify(world, case, yes(world, case, classes=["legal"]))


# --- the pages ----------------------------------------------------------------------------------
FORM = {
    "born": "Lebanon", "year": "2024", "registered": "no", "mother": "SYR", "father_how": "unknown",
    "married": "", "fled": "yes", "fled_first": "Syria", "documents": "birth-notification",
    "mother_name": "Dana Example",
}  # fmt: skip


@pytest.fixture
def now():
    return datetime.now(UTC) - timedelta(minutes=5)


def test_through_the_pages(world, now):
    case = child(world, at=now)
    client = signed_in.client_for(world.worker.person)
    home = reverse("case_nationality", args=[case.id])
    form = reverse("nationality_facts", args=[case.id])

    def get(address, **query):
        return client.get(address, query, secure=True).content.decode()

    assert form in get(home)
    assert "<datalist" in get(form)
    for wrong in ({"born": "Lebenon"}, {"mother": ""}, {"fled": ""}, {"fled_first": ""}):
        answer = client.post(form, FORM | wrong, secure=True)
        assert answer.status_code == 400, wrong
    assert "Lebanon" in client.post(form, FORM | {"born": "Lebenon"}, secure=True).content.decode()
    assert client.post(form, FORM, secure=True).status_code == 302
    shown = get(home)
    for word in (
        "High risk",
        "LBN A03b=1",
        "GLOBALCIT",
        "Send nobody and nothing",
        "Not determined",
    ):
        assert word in shown, word
    assert "Lebanon" in get(form)
    assert "Dana Example" in get(form)
    for step in ("register-birth", "nothing"):
        assert client.post(home, {"done": step}, secure=True).status_code == 302
    assert Clock.objects.get(case=case, kind="nat_register_birth").stopped_by_act == acts.DONE
    made = client.post(
        reverse("nationality_paper", args=[case.id]),
        {"agreed": "", "language": "ar", "second_language": "ckb"},
        secure=True,
    )
    assert made["Content-Type"] == "application/pdf"
    assert "no-store" in made["Cache-Control"]
    address = reverse("nationality_notification", args=[case.id])
    assert "Ask the family first" in get(address)
    word = yes(world, case, at=now)
    assert "2024-03-01" in get(address)
    given = {"agreed": str(word.id), "born_on": "2024-03-01", "place": "PRIVATE_HOME"}
    assert client.post(address, given | {"born_on": "2023-03-01"}, secure=True).status_code == 400
    sent = client.post(address, given, secure=True)
    assert sent["Content-Type"] == "application/json"
    assert json.loads(sent.content)["notify"]["declaration"]["child.dob"] == "2024-03-01"
    assert get(reverse("case", args=[case.id])).count(home) == 1


def test_two_sources_stand_side_by_side_on_the_page(world, now):
    case = child(world, at=now)
    acts.record_birth_facts(
        by=world.worker, at=now, case=case,
        facts=facts(mother=Parent(("BDI",)), fled=frozenset()),
    )  # fmt: skip
    client = signed_in.client_for(world.worker.person)
    shown = client.get(reverse("case_nationality", args=[case.id]), secure=True).content.decode()
    assert "They do not agree" in shown
    assert "UNHCR, Background Note" in shown
    assert "GLOBALCIT" in shown


def test_all_children_by_risk_few_queries_and_facts_only_on_request(world, now):
    client = signed_in.client_for(world.worker.person)
    address = reverse("children")
    assert (
        "No open case is of a person under 18" in client.get(address, secure=True).content.decode()
    )
    risky = child(world, at=now)
    acts.record_birth_facts(by=world.worker, at=now, case=risky, facts=facts())
    client.get(address, secure=True)

    def cost(**query):
        with CaptureQueriesContext(connection) as seen:
            page = client.get(address, query, secure=True).content.decode()
        return len(seen), page

    first, page = cost()
    assert "birth certificate" not in page
    first_open, page = cost(open="1")
    assert "birth certificate" in page
    safe = child(world, at=now, name="Safe Example")
    acts.record_birth_facts(
        by=world.worker, at=now, case=safe, facts=facts(born="BRA", registered=True)
    )
    blank = child(world, at=now, name="Blank Example")
    grown = world.taken(at=now, name="Grown Example")
    for sort in ("", "due", "newest"):
        many, page = cost(sort=sort)
        assert many <= first
        for row in (risky, safe, blank):
            assert row.reference in page
        assert grown.reference not in page
    many, page = cost(open="1")
    assert many <= first_open
    order = [page.index(row.reference) for row in (blank, risky, safe)]
    assert order == sorted(order)
    stranger = signed_in.client_for(make.user(unit=make.unit()))
    assert risky.reference not in stranger.get(address, secure=True).content.decode()


def test_the_list_goes_on_from_a_key(world, now, monkeypatch):
    monkeypatch.setattr("manumit.cases.views.paging.SIZE", 2)
    made = {child(world, at=now, name=f"Child {n}").reference for n in range(3)}
    client = signed_in.client_for(world.worker.person)
    import re

    seen, address = [], "/children"
    while address:
        page = client.get(address, secure=True).content.decode()
        seen += re.findall(r'<span dir="ltr">([^<]{7})</span></a></th>', page)
        onward = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', page)
        address = f"/children{onward[1]}".replace("&amp;", "&") if onward else ""
    assert sorted(seen) == sorted(made)
