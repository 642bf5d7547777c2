"""The pages of dossiers: written, marked, approved by a second person, handed over, answered."""

import io
import zipfile

import pytest

from manumit.network import claims, models
from manumit.network import dossier as rules
from manumit.network.actions import dossiers, entering
from network.test_actions_dossiers import AT, World
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def home():
    return World()


@pytest.fixture
def first(home):
    return client_for(home.first.person)


@pytest.fixture
def second(home):
    return client_for(home.second.person)


def get(client, address):
    answer = client.get(address, secure=True)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def post(client, address, **data):
    return client.post(address, data, secure=True)


def test_from_a_person_to_a_package_that_left(home, first, second):
    assert "There is no dossier yet." in get(first, "/dossiers")
    assert "choose" in get(first, "/dossiers/new")
    begin = f"/dossiers/new?entity={home.subject.id}"
    assert "Amal Example" in get(first, begin)
    assert post(first, begin, language="en").status_code == 400
    page = post(first, begin, kind="listing", language="en")["Location"]
    shown = get(first, page)
    assert "What is still missing" in shown
    assert "Propose it" not in shown
    assert post(first, f"{page}/statement", act="draft").status_code == 302
    statement = get(first, f"{page}/statement")
    assert "Amal Example was born on 4 March 1980." in statement
    claim = home.link.claims.get()
    assert "He led it" not in statement
    sentence = {"text": "He led it & bought people.", "on": "2014-06", "criterion": "trafficking"}
    new = f"{page}/statement/new"
    assert post(first, new, **sentence).status_code == 400
    assert post(first, new, **sentence, claims=[str(claim.id)]).status_code == 302
    assert "He led it &amp; bought people." in get(first, f"{page}/statement")
    assert "He led it" in get(first, f"{page}/statement/2")
    assert get(first, f"{page}/statement/99") == 404
    for part in ("evidence", "contested", "alternatives", "release"):
        assert "Where this is asked for" in get(first, f"{page}/parts/{part}")
        assert post(first, f"{page}/parts/{part}", text="Written down.").status_code == 302
    assert get(first, f"{page}/parts/subject") == 404
    seen = get(first, f"{page}/preview")
    assert "Example Brigade" in seen
    assert "<svg" in seen
    paper = post(first, f"{page}/paper")
    assert paper.content.startswith(b"%PDF")
    assert "Nothing is missing." in get(first, page)
    post(first, page, act="propose")
    assert "You proposed it." in get(first, page)
    post(first, page, act="approve")
    row = models.Dossier.objects.get()
    assert row.state == "proposed"
    post(second, page, act="approve")
    row.refresh_from_db()
    assert row.state == "approved"
    over = f"{page}/hand-over"
    assert post(first, over, recipient="Example Committee").status_code == 400
    to = {"recipient": "Example Committee", "purpose": "a listing", "basis": "resolution"}
    assert post(first, over, **to).status_code == 302
    file = post(first, f"{page}/download")
    assert "dossier.pdf" in zipfile.ZipFile(io.BytesIO(file.content)).namelist()
    gone = models.Sent.objects.get()
    answer = f"/dossiers/sent/{gone.id}/answer"
    assert post(first, answer, text="Received, thank you.").status_code == 302
    shown = get(second, page)
    assert "Received, thank you." in shown
    assert "Example Committee" in shown
    assert "Amal Example" in get(second, "/dossiers")


def test_who_may_be_a_victim_needs_a_second_person(home, first, second):
    home.mark(home.subject)
    row = home.begun()
    page = f"/dossiers/{row.id}"
    assert "cannot be the subject" in get(first, page)
    assert "not to be punished" in get(first, f"{page}/mark")
    assert post(first, f"{page}/mark", reason="He led it for years.").status_code == 302
    assert "A second person decides." in get(first, f"{page}/mark")
    assert "Please look at it." in get(second, page)
    assert post(second, f"{page}/mark", reason="I agree.").status_code == 400
    assert post(second, f"{page}/mark", reason="I agree.", allow="yes").status_code == 302
    assert "cannot be the subject" not in get(first, page)
    assert "I agree." in get(first, f"{page}/mark")


def test_others_and_claims_are_chosen(home, first):
    other = home.enter("Person", name="Test Person 3")
    link = entering.relate(
        by=home.first, at=AT, tail=home.group, head=other, source=home.source,
        handling=claims.Handling.GREEN,
    )  # fmt: skip
    home.accept(link)
    row = home.begun()
    page = f"/dossiers/{row.id}"
    people = get(first, f"{page}/people")
    assert "Test Person 3" in people
    chosen = [str(one) for one in (home.group.id, home.link.id, link.id)]
    assert post(first, f"{page}/people", chosen=chosen).status_code == 302
    assert "Test Person 3" in get(first, f"{page}/claims")
    keep = str(home.subject.claims.first().id)
    assert post(first, f"{page}/claims", chosen=[keep]).status_code == 302
    opened = dossiers.open_dossier(by=home.first, at=AT, dossier=row)
    assert {str(one) for one in opened.whole.chosen} == {keep}
    assert {one.claim for one in rules.leaving(opened.whole)} == {home.subject.claims.first().id}


def test_a_dossier_of_another_unit_is_not_there(home):
    stranger = World()
    client = client_for(stranger.first.person)
    page = f"/dossiers/{home.begun().id}"
    for address in (page, f"{page}/statement", f"{page}/claims", f"{page}/preview"):
        assert get(client, address) == 404
    assert get(client, f"/dossiers/new?entity={home.subject.id}") == 404
    assert get(client, "/dossiers/new?entity=no") == 404


def test_the_parts_are_read_in_every_language(home, first):
    person = home.first.person
    page = f"/dossiers/{dossiers.draft(by=home.first, at=AT, dossier=home.begun()).id}"
    for language in ("ar", "ckb", "fr"):
        person.language = language
        person.save()
        for part in ("", "/statement", "/statement/new", "/claims", "/people", "/preview"):
            assert "Amal Example" in get(first, page + part)
