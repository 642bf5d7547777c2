"""Who may be a victim is told from the others wherever their name stands, and by what the reader may see."""

import re

import pytest

import make
from manumit.network import dossier, models
from manumit.network.actions import claiming, dossiers, judging, leads, marks
from manumit.network.claims import Handling
from manumit.network.clustering import Verdict
from manumit.network.views import entity as entity_pages
from network import lists
from network import standing_register as standing
from network import test_actions_hits as of_hits
from network.charted import Charted
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
TAG = '<strong class="govuk-tag govuk-tag--purple">May be a victim</strong>'


@pytest.fixture
def here():
    return Charted()


def _mark(entity, by, handling=Handling.AMBER_STRICT):
    return claiming.add_claim(
        by=by, at=AT, entity=entity, prop=dossier.MAY_BE_VICTIM, values=["true"],
        source=standing.source(by), handling=handling,
    )  # fmt: skip


def _names(page, name):
    """Return each place where a name stands in the page's own part, with what follows it."""
    body = page.content.decode().split("<main", 1)[1]
    return re.findall(
        rf"<bdi>\W?{name}\W?</bdi>(?:</a>)?((?:\s*<strong[^>]*>[^<]*</strong>)?)", body
    )


def _tagged(page, name):
    assert page.status_code == 200
    found = _names(page, name)
    assert found, f"the name is not on {page.request['PATH_INFO']}"
    return [TAG in after for after in found]


def test_the_mark_stands_beside_the_name_on_every_page_of_networks(here):
    _mark(here.samir, here.by)
    here.inquire(2, here.karim, here.samir)
    here.relate(here.karim, here.nadir, "Associate")
    client = client_for(here.by.person)
    pages = (
        f"/entities/{here.karim.id}/chart",
        f"/entities/{here.karim.id}",
        "/networks",
        "/shared",
        f"/paths?from={here.karim.id}&to={here.phone.id}",
        "/inquiries",
    )
    for address in pages:
        answer = client.get(address)
        assert all(_tagged(answer, "Samir Example")), address
        assert not any(TAG in after for after in _names(answer, "Karim Example")), address
    assert "</a> ," not in client.get("/networks").content.decode(), "no gap where there is no mark"
    data = client.get(f"/entities/{here.karim.id}/chart/more").json()
    assert [node["label"] for node in data["nodes"] if node["marked"]] == ["Samir Example"]
    assert {edge["head_marked"] for edge in data["edges"] if edge["head"] == "Samir Example"} == {
        True
    }
    assert data["mark"] == "May be a victim"


def test_on_routes_leads_dossiers_and_where_two_are_held_to_be_one(here):
    _mark(here.karim, here.by)
    twin = here.person("Karim Beispiel")
    judging.judge(
        by=here.by, at=AT, left=here.karim, right=twin, verdict=Verdict.SAME, reason="The same."
    )
    leads.make_lead(by=here.by, at=AT, title="Find him", text="", entity=here.karim, inquiry=None)
    client = client_for(here.by.person)
    assert all(_tagged(client.get(f"/entities/{here.karim.id}/routes"), "Karim Example"))
    assert TAG in client.get("/leads").content.decode()
    lead = models.Lead.objects.get()
    assert TAG in client.get(f"/leads/{lead.id}").content.decode()
    judgement = models.Judgement.objects.get()
    assert TAG in client.get("/same").content.decode()
    assert TAG in client.get(f"/same/decisions/{judgement.id}").content.decode()
    dossiers.begin(by=here.by, at=AT, subject=here.karim, kind="prosecutor")
    assert all(_tagged(client.get("/dossiers"), "Karim Example"))


def test_on_the_list_of_hits():
    desk = of_hits.Desk()
    ours = desk.entity(name="Karim Testovarian", birthDate="1970-02-03")
    desk.bring(lists.person("XXi.1", **of_hits.KARIM), day=1)
    desk.rescreen()
    client = client_for(desk.one.person)
    assert _tagged(client.get("/hits"), "Karim Testovarian") == [False, False]
    _mark(ours, desk.one)
    # Ours stands first, and the list's entry, of which nobody here says so, beside it.
    assert _tagged(client.get("/hits"), "Karim Testovarian") == [True, False]


def test_it_is_told_as_far_as_the_reader_may_see_it_and_for_all_records_of_one_person(here):
    colleague = standing.investigator(here.by.unit)
    red = _mark(here.samir, colleague, Handling.RED)
    both = [here.samir.id, here.lone.id]
    assert marks.marked(by=here.by, at=AT, entities=both) == frozenset()
    assert marks.marked(by=colleague, at=AT, entities=both) == {here.samir.id}
    claiming.withdraw_claim(by=colleague, at=AT, claim=red, reason="A mistake.")
    assert marks.marked(by=colleague, at=AT, entities=both) == frozenset()
    _mark(here.nadir, here.by)
    judging.judge(
        by=here.by, at=AT, left=here.nadir, right=here.lone, verdict=Verdict.SAME, reason="One."
    )
    for row in models.Judgement.objects.filter(second_at=None):
        if row.needs_two:
            judging.confirm(by=colleague, at=AT, judgement=row, reason="Yes.")
    assert marks.marked(by=here.by, at=AT, entities=both) == {here.lone.id}


def test_the_mark_stands_above_the_entity_on_whatever_page_of_its_claims(here, monkeypatch):
    _mark(here.samir, here.by)
    monkeypatch.setattr(entity_pages, "CLAIMS", 1)
    for number in (1, 2):
        page = client_for(here.by.person).get(f"/entities/{here.samir.id}?page={number}")
        assert "This person may be a victim" in page.content.decode()
