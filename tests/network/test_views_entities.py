"""An investigator enters, relates, finds, contests and looks back, in few clicks, page by page."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

import signed_in
from manumit.network import listfile, models
from manumit.network.actions import claiming, entering, hits, inquiries, registers, watchlists
from manumit.network.claims import Certainty
from network import lists
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def client(by) -> Client:
    """Return the investigator's browser."""
    return signed_in.client_for(by.user)


def _body(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def _entered(**said: str) -> dict[str, str]:
    return {
        "source": "new", "new_title": "Example report", "new_kind": "report",
        "new_reliability": "B", "credibility": "2", "handling": "amber_strict",
    } | said  # fmt: skip


def test_the_day_begins_at_inquiries():
    actor = standing.investigator()
    client = signed_in.client_for(actor.user)
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/inquiries"
    assert "no register yet" in _body(client.get("/inquiries"))
    assert "Nobody but your unit" in _body(client.post("/inquiries", follow=True))
    assert models.Register.objects.get().unit == actor.unit


def test_an_inquiry_from_its_first_person_to_its_end(client):
    sent = {"title": "The house by the river", "purpose": "Example Act, section 3"}
    page = client.post("/inquiries/new", sent, follow=True)
    inquiry = models.Inquiry.objects.get()
    assert "The house by the river" in _body(page)
    entered = _entered(p_name="Karim Example; كريم مثال", p_nationality="Iraq", accepted="on")
    page = client.post(f"/entities/new?schema=Person&inquiry={inquiry.id}", entered, follow=True)
    assert page.redirect_chain[-1][0] == f"/inquiries/{inquiry.id}"
    assert "Karim Example" in _body(page)
    here = f"/inquiries/{inquiry.id}"
    assert "Ask again" in _body(
        client.post(here, {"act": "note", "text": "Ask again"}, follow=True)
    )
    entity = models.Entity.objects.get()
    client.post(here, {"act": "out", "entity": entity.id})
    assert not models.Appearance.objects.exists()
    client.post(f"/entities/{entity.id}", {"act": "inquiry", "inquiry": inquiry.id})
    assert models.Appearance.objects.count() == 1
    assert "Closed" in _body(client.post(here, {"act": "close"}, follow=True))
    assert "closed" in _body(client.post(here, {"act": "note", "text": "More"}, follow=True))
    client.post(here, {"act": "reopen"})
    assert models.Inquiry.objects.get().closed_at is None


def test_the_source_is_asked_for_once(client):
    client.post("/entities/new?schema=Person", _entered(p_name="Karim Example"))
    source = models.Source.objects.get()
    again = _body(client.get("/entities/new?schema=Telephone"))
    assert f'value="{source.id}" selected' in again
    sent = _entered(source=str(source.id), new_title="", p_number="+000 555 0101")
    client.post("/entities/new?schema=Telephone", sent)
    assert models.Source.objects.count() == 1
    assert models.Entity.objects.count() == 2


def test_what_does_not_fit_is_said_beside_its_field(client):
    sent = _entered(p_name="Karim Example", p_birthDate="in spring", new_title="")
    page = client.post("/entities/new?schema=Person", sent)
    assert page.status_code == 400
    assert "as 2015, 2015-03 or 2015-03-04" in page.content.decode()
    assert "Give the source a title" in page.content.decode()
    assert not models.Entity.objects.exists()


def test_a_claim_is_added_accepted_contested_and_seen_as_it_stood(client, by):
    made = standing.entity(registers.mine(by), by, at=NOW, name="Karim Example")
    here = f"/entities/{made.id}"
    sent = _entered(prop="nationality", value="Iraq; sy")
    assert "Not yet accepted" in _body(client.post(f"{here}/say", sent, follow=True))
    claim = models.Claim.objects.order_by("-at").first()
    assert "It is accepted" in _body(
        client.post(here, {"act": "accept", "claim": "all"}, follow=True)
    )
    claim.refresh_from_db()
    assert claim.state == "accepted"
    place = f"/claims/{claim.id}"
    assert client.post(place, {"act": "contest", "reason": ""}).status_code == 400
    page = client.post(place, {"act": "contest", "reason": "Only his wife is."}, follow=True)
    assert "Contested" in _body(page)
    assert "Only his wife is." in _body(client.get(place))
    client.post(place, {"act": "withdraw", "reason": "Mixed up."})
    today = _body(client.get(here))
    assert ">iq<" not in today.replace("\u2068", "").replace("\u2069", "")
    before = _body(client.get(f"{here}?when={(NOW - timedelta(days=9)).date()}"))
    assert "Nothing that you may see" in before
    other = entering.add_source(by=by, at=NOW, kind="own", title="Other")
    assert "Nothing that you may see" in _body(client.get(f"{here}?source={other.id}"))


def test_two_are_joined_and_a_colleague_confirms(client, by):
    register = registers.mine(by)
    one = standing.entity(register, by, at=NOW, name="Karim Example")
    two = standing.entity(register, by, at=NOW, name="Oksana Testova")
    here = f"/entities/{one.id}/relate"
    found = _body(client.post(here, {"words": "oksana testova"}))
    assert f"?other={two.id}" in found
    sent = _entered(schema="Associate", role="leader", since="2015", turned="on", accepted="on")
    page = _body(client.post(f"{here}?other={two.id}", sent, follow=True))
    assert "Oksana Testova" in page
    relation = models.Entity.objects.get(schema="Associate")
    assert (relation.tail, relation.head, relation.role) == (two, one, "leader")
    sure = {"act": "certain", "certainty": "3", "reason": "Seen together."}
    assert "colleague" in _body(client.post(f"/entities/{relation.id}", sure, follow=True))
    colleague = signed_in.client_for(standing.investigator(by.unit).user)
    colleague.post(f"/entities/{relation.id}", sure)
    relation.refresh_from_db()
    assert relation.certainty == Certainty.CONFIRMED


def test_what_is_found_by_name_and_by_number(client, by):
    register = registers.mine(by)
    standing.entity(register, by, at=NOW, name="Karim Example")
    standing.entity(register, by, "Telephone", at=NOW, number="+000 555 0101")
    assert "Karim Example" in _body(client.post("/entities", {"words": "Kareem Example"}))
    assert "+000 555 0101" in _body(client.post("/entities", {"words": "+000 555 0101"}))
    assert "Nobody is known" in _body(client.post("/entities", {"words": "Zzyzx"}))


def test_a_malicious_name_is_shown_as_what_it_is(client, by):
    evil = "Karim \u202eelpmaxE<script>"
    made = standing.entity(registers.mine(by), by, at=NOW, name=evil)
    page = _body(client.get(f"/entities/{made.id}"))
    assert "[U+202E]" in page
    assert "\u202e" not in page
    assert "<script>elpmax" not in page
    assert "characters that are not seen" in page


def test_ten_thousand_aliases_are_shown_in_parts(client, by):
    aliases = [f"Example {n}" for n in range(10_000)]
    made = standing.entity(registers.mine(by), by, at=NOW, name="Karim", alias=aliases)
    page = _body(client.get(f"/entities/{made.id}"))
    assert len(page) < 100_000
    assert "9970 more" in page.replace(",", "").replace("\u202f", "").replace("\u00a0", "")


def test_someone_who_may_be_a_victim_is_said_to_be(client, by):
    register = registers.mine(by)
    made = standing.entity(register, by, at=NOW, name="Test Person", possibleVictim="true")
    assert "may be a victim" in _body(client.get(f"/entities/{made.id}"))


def test_sources_are_listed_and_noted(client):
    sent = {
        "title": "Example archive",
        "reference": "box 3",
        "kind": "official",
        "reliability": "A",
    }
    page = _body(client.post("/sources", sent, follow=True))
    assert "Example archive" in page
    assert "box 3" in page


def test_another_units_inquiry_is_not_there(by):
    inquiry = inquiries.open_inquiry(by=by, at=NOW, title="T", purpose="P")
    made = standing.entity(registers.mine(by), by, at=NOW, name="Karim Example")
    claim = made.claims.get()
    other = standing.investigator()
    standing.register(other.unit, other)
    client = signed_in.client_for(other.user)
    for where in (f"inquiries/{inquiry.id}", f"entities/{made.id}", f"claims/{claim.id}"):
        assert client.get(f"/{where}").status_code == 404


def test_a_thousand_claims_are_opened_page_by_page(client, by, monkeypatch):
    from manumit.core.actions import sealed
    from manumit.network.views import entity as page

    monkeypatch.setattr(page, "CLAIMS", 5)
    made = standing.entity(registers.mine(by), by, at=NOW, name="Karim Example")
    source = standing.source(by)
    for number in range(8):
        claiming.add_claim(
            by=by, at=NOW, entity=made, prop="notes", values=[f"Note {number}"], source=source
        )
    opened = []
    really = sealed.open_rows
    monkeypatch.setattr(
        sealed,
        "open_rows",
        lambda **given: (
            # The mark of who may be a victim is looked for in all of them.
            opened.extend(given["rows"] if given["purpose"] == page.PURPOSE else [])
            or really(**given)
        ),
    )
    shown = _body(client.get(f"/entities/{made.id}?page=2"))
    assert "Page 2 of 2" in shown
    assert sum(isinstance(one, models.Claim) for one in opened) == 4


def test_a_name_that_stands_on_a_list_is_found_as_it_is_entered(client, by):
    reading = listfile.read(
        io.BytesIO(lists.xml(lists.person(first="Karim", second="Testovarian")))
    )
    watchlists.import_list(by=by, at=NOW, digest="1" * 64, reading=reading)
    sent = _entered(p_name="Karim Testovarian", p_birthDate="1970-02-03")
    page = client.post("/entities/new?schema=Person", sent, follow=True)
    made = models.Entity.objects.get(schema="Person")
    assert len(hits.of(made)) == 1
    assert "Possible match with a list" in _body(page)
