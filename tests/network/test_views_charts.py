"""The pages of networks: what they say, what they leave out, and that they work without a script."""

import html
import json
import re

import pytest

import make
from manumit.core import models as core
from manumit.network import models
from manumit.network.actions import claiming, entering
from manumit.network.views import networks as networks_views
from network import standing_register as standing
from network.charted import Charted
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def here():
    return Charted()


@pytest.fixture
def client(here):
    return client_for(here.by.person)


def _text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def _plain(answer):
    """Return a page's words alone, as they follow each other."""
    body = _text(answer).split("<main", 1)[1].split("</main>", 1)[0]
    words = html.unescape(re.sub("<[^>]+>", " ", body))
    return " ".join(re.sub("[\u2066-\u2069]", "", words).split())


def _drawn(answer):
    """Return what the page hands to the chart's script."""
    return json.loads(html.unescape(re.search('data-chart="([^"]*)"', _text(answer))[1]))


def test_a_chart_says_what_its_picture_shows(here, client):
    answer = client.get(f"/entities/{here.samir.id}/chart")
    text = _text(answer)
    for name in ("Karim Example", "Samir Example", "+964 770 000 3344", "Possible"):
        assert name in text
    assert "Nadir Example" not in text
    data = _drawn(answer)
    assert {node["label"] for node in data["nodes"]} == {
        "Karim Example", "Samir Example", "+964 770 000 3344",
    }  # fmt: skip
    assert data["nodes"][0]["label"] == "Samir Example"
    leaf = core.Leaf.objects.filter(act="open").last()
    assert leaf.by == here.by.id


def test_an_entity_is_unfolded_by_a_link_and_by_the_script(here, client):
    first = client.get(f"/entities/{here.samir.id}/chart")
    node = next(n for n in _drawn(first)["nodes"] if n["id"] == str(here.phone.id))
    page = client.get(f"/entities/{here.samir.id}/chart?{node['query']}")
    assert "Nadir Example" in _text(page)
    data = client.get(f"/entities/{here.samir.id}/chart/more?{node['query']}").json()
    assert str(here.nadir.id) in {one["id"] for one in data["nodes"]}
    assert data["unfolded"] == [str(here.phone.id)]


def test_a_chart_is_narrowed_by_day_and_certainty(here, client):
    chart = f"/entities/{here.samir.id}/chart"
    assert "Karim Example" not in _text(client.get(f"{chart}?on=2016-05-01"))
    assert "Karim Example" not in _text(client.get(f"{chart}?least=2"))
    assert "Karim Example" in _text(client.get(f"{chart}?on=2014-09-01"))
    for group in ("group", "piece", "nonsense"):
        assert "Karim Example" in _text(client.get(f"{chart}?group={group}"))


def test_a_view_is_kept_shown_and_thrown_away(here, client):
    chart = f"/entities/{here.samir.id}/chart"
    sent = {
        "name": "May", "more": [str(here.phone.id)], "least": "1", "group": "piece", "on": "",
        "places": json.dumps({str(here.samir.id): [10, 20]}),
    }  # fmt: skip
    answer = client.post(chart, sent)
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert "May" in _text(page)
    assert "Nadir Example" in _text(page)
    assert _drawn(page)["places"] == {str(here.samir.id): [10.0, 20.0]}
    kept = models.SavedView.objects.get()
    assert client.post(chart, {"forget": str(kept.id)}).status_code == 302
    assert not models.SavedView.objects.exists()
    assert client.post(chart, {"forget": str(kept.id)}).status_code == 404


@pytest.mark.parametrize("sent", [{"name": ""}, {"name": "May", "places": "{"}])
def test_a_view_that_cannot_be_kept_says_why(here, client, sent):
    text = _text(client.post(f"/entities/{here.samir.id}/chart", sent))
    assert "Keep it again" in text or "Give it a name" in text
    assert not models.SavedView.objects.exists()


def test_the_chart_of_an_inquiry_begins_with_all_who_appear(here, client):
    data = client.get(f"/inquiries/{here.inquiry.id}/chart/more").json()
    assert {n["label"] for n in data["nodes"] if n["start"]} == {"Karim Example", "Lone Example"}
    assert "I-1" in _text(client.get(f"/inquiries/{here.inquiry.id}/chart"))


def test_the_ways_between_two_name_the_weakest_step(here, client):
    colleague = standing.investigator(here.by.unit)
    claiming.confirm(by=colleague, at=make.AT, entity=here.pays, reason="Seen on the paper itself")
    answer = client.get(f"/paths?from={here.karim.id}&to={here.nadir.id}")
    text = _plain(answer)
    assert "Steps: 3. The weakest: Possible. Samir Example – Use – +964 770 000 3344" in text
    assert text.count("Weakest step") == 2  # of the shortest way, and of the one in time
    assert "Confirmed by a second person · 2014-08 to 2015" in text
    assert "Another way" not in text
    assert "No way" in _text(client.get(f"/paths?from={here.karim.id}&to={here.lone.id}"))
    assert "one and the same" in _text(
        client.get(f"/paths?from={here.karim.id}&to={here.karim.id}")
    )
    assert client.get(f"/paths?from={here.karim.id}&to=nobody").status_code == 404
    assert "Karim Example" in _text(client.get("/paths"))


def test_what_is_shared_is_told_with_what_it_rests_on(here, client):
    here.inquire(2, here.nadir, here.samir)
    text = _plain(client.get("/shared"))
    assert "Samir Example – Use · 2014 to 2015 Nadir Example – Use · 2015 to 2016" in text
    pairs = text.split("At times that meet:")[1][:40]
    assert "Samir Example" in pairs
    assert "Nadir Example" in pairs
    assert "9647700001122 Telephone" in text
    one = _plain(client.get(f"/shared?inquiry={here.inquiry.id}"))
    assert "9647700001122" not in one


def test_the_overview_tells_who_is_in_many_and_who_stands_above(here, client):
    here.inquire(2, here.nadir, here.karim)
    text = _plain(client.get("/networks"))
    assert "Karim Example Person – I-1 , I-2" in text
    assert "Who stands between others Entity" in text
    assert "Group 1," in text
    assert "Step 0: Example Unit Step 1: Nadir Example Membership · Possible" in text


def test_more_than_a_page_can_reckon_with_is_said(here, client, monkeypatch):
    monkeypatch.setattr(networks_views, "MOST_RECKONED", 1)
    assert "more relations than one page" in _text(client.get("/networks"))


def test_routes_are_drawn_and_told(here, client):
    for address in (f"/entities/{here.karim.id}/routes", f"/inquiries/{here.inquiry.id}/routes"):
        answer = client.get(address)
        text = _plain(answer)
        assert "Leg 1 North Example South Example since 2014-08-03" in text
        assert "Karim Example" in text
        assert "<svg" in _text(answer)
        assert "middle of a country" in text
    assert "No leg" in _text(client.get(f"/entities/{here.lone.id}/routes"))


def test_what_a_colleague_keeps_to_themselves_is_on_no_page(here, client):
    colleague = standing.investigator(here.by.unit)
    red = here.red(colleague, "Secret Example")
    entering.relate(
        by=colleague, at=make.AT, tail=here.karim, head=red, source=standing.source(colleague)
    )
    models.Appearance.objects.create(
        register=here.register, inquiry=here.inquiry, entity=red, by=colleague.person, at=make.AT
    )
    for address in (
        f"/entities/{here.karim.id}/chart", f"/inquiries/{here.inquiry.id}/chart", "/networks",
        "/shared", "/paths", f"/entities/{here.karim.id}/chart?more={red.id}",
    ):  # fmt: skip
        text = _text(client.get(address))
        assert "Secret Example" not in text
        assert f"/entities/{red.id}" not in text
    assert client.get(f"/entities/{red.id}/chart").status_code == 404
    assert client.get(f"/paths?from={here.karim.id}&to={red.id}").status_code == 404
    theirs = client_for(colleague.person)
    assert f"/entities/{red.id}" in _text(theirs.get(f"/entities/{here.karim.id}/chart"))


def test_another_unit_finds_nothing(here):
    stranger = standing.investigator()
    client = client_for(stranger.person)
    for address in (
        f"/entities/{here.karim.id}/chart", f"/entities/{here.karim.id}/chart/more",
        f"/inquiries/{here.inquiry.id}/chart", f"/inquiries/{here.inquiry.id}/routes",
        f"/paths?from={here.karim.id}",
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    for address in ("/networks", "/paths", "/shared"):
        assert "no register yet" in _text(client.get(address))


def test_names_that_would_turn_the_page_are_shown_as_they_are(here, client):
    odd = here.person("Odd\u202eelpmaxE <b>")
    here.relate(here.karim, odd)
    text = _text(client.get(f"/entities/{here.karim.id}/chart"))
    assert "\u202e" not in text
    assert "<b>" not in text
