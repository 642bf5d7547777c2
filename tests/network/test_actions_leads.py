"""Sightings are sealed to one unit; leads are followed up to an end that says how."""

from datetime import UTC, datetime, timedelta

import pytest

import make
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.network import leads as rules
from manumit.network import models, sightings
from manumit.network.actions import leads, opening
from manumit.network.actions import sightings as reports
from network import leads_made, standing_register

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
LATER = AT + timedelta(hours=1)


@pytest.fixture
def desk():
    by = standing_register.investigator()
    standing_register.register(by.unit, by)
    return by


@pytest.fixture
def officer():
    return make.actor(make.user(Role.SCREENING_OFFICER))


def refused(words):
    return pytest.raises(acting.Refused, match=words)


def test_only_the_unit_opens_a_report(desk, officer):
    row = leads_made.sighting(
        officer, AT, desk.unit, page=reports.Page(leads_made.PDF, "x.example")
    )
    (said,) = reports.open_sightings(by=desk, at=AT, rows=[row], purpose="test")
    assert (said["words"], said["place"]) == ("Plate EX-123", "Example Crossing")
    with pytest.raises(acting.Refused):
        reports.open_sightings(by=officer, at=AT, rows=[row], purpose="test")
    with pytest.raises(Exception):  # noqa: B017, PT011 - no wrap: whatever the reporter tries
        officer.keys().key(row.id, "network")
    stranger = standing_register.investigator()
    with pytest.raises(acting.Refused):
        reports.open_sightings(by=stranger, at=AT, rows=[row], purpose="test")
    mine = models.Sighting.objects.visible_to(officer.person, "sighting.report")
    assert [one.state for one in mine] == ["sent"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"names_nobody": False}, "Take out every name"),
        ({"certainty": 3}, "how sure"),
        ({"said": reports.Said(sightings.Subject.PERSON, " ")}, "who or what"),
        (
            {"said": reports.Said(sightings.Subject.PERSON, "x", seen_at=AT + timedelta(days=1))},
            "future",
        ),
        ({"page": reports.Page(b"MZ\x90")}, "PDF, PNG, JPEG or HTML"),
        ({"page": reports.Page(b"%PDF-" + b"x" * 20_000_001)}, "larger than 20 MB"),
        ({"page": reports.Page(b"")}, "empty"),
    ],
)
def test_what_is_not_taken(desk, officer, more, words):
    with refused(words):
        leads_made.sighting(officer, AT, desk.unit, **more)
    assert not models.Sighting.objects.exists()


def test_only_units_that_investigate_are_reported_to(desk, officer):
    assert desk.unit in reports.units()
    assert officer.unit not in reports.units()
    with refused("Nobody investigates"):
        leads_made.sighting(officer, AT, officer.unit)
    worker = make.actor(make.user(Role.CASE_WORKER))
    with pytest.raises(acting.Refused):
        leads_made.sighting(worker, AT, desk.unit)


def test_a_page_is_kept_whole_with_its_figure(desk, officer):
    row = leads_made.sighting(
        officer, AT, desk.unit, page=reports.Page(leads_made.PDF, "x.example")
    )
    reports.capture(by=desk, at=LATER, sighting=row, page=reports.Page(b"<!doctype html><p>x"))
    found = reports.open_captures(by=desk, at=LATER, sighting=row, purpose="test")
    assert [about["kind"] for _, about in found] == ["application/pdf", "text/html"]
    assert found[0][1]["address"] == "x.example"
    content, about = reports.open_page(by=desk, at=LATER, capture=found[0][0], purpose="test")
    assert content == leads_made.PDF
    assert len(about["sha256"]) == 64
    with pytest.raises(acting.Refused):
        reports.open_page(by=officer, at=LATER, capture=found[0][0], purpose="test")


def test_a_report_becomes_a_lead_and_a_claim(desk, officer):
    row = leads_made.sighting(officer, AT, desk.unit)
    lead = leads.take_up(by=desk, at=LATER, sighting=row, title="Whose vehicle is it?")
    row.refresh_from_db()
    assert (row.state, lead.state, lead.held_by) == ("lead", "open", desk.person)
    with refused("followed up already"):
        leads.take_up(by=desk, at=LATER, sighting=row, title="Again")
    entity = leads.enter_claim(
        by=desk,
        at=LATER,
        lead=lead,
        schema="Vehicle",
        prop="registrationNumber",
        value="EX-123",
        reliability="F",
        credibility="3",
    )
    seen = opening.seen(by=desk, at=LATER, purpose="test", entities=[entity])[entity.id]
    (said,) = seen.said
    assert (said.value, said.state, said.reliability, said.credibility) == (
        "EX-123",
        "proposed",
        "F",
        "3",
    )
    source = models.Source.objects.get(pk=said.source)
    assert (source.protected, source.kind) == (True, "person")
    lead.refresh_from_db()
    assert lead.entity_id == entity.id
    leads.act(by=desk, at=LATER, lead=lead, what=rules.Act.CLOSE, text="Sold.", outcome="no_use")
    row.refresh_from_db()
    assert row.state == "closed"
    acts = lead.steps.order_by("act").values_list("act", flat=True)
    assert list(acts) == ["claimed", "close", "made"]


def test_the_ways_of_a_lead(desk):
    lead = leads_made.lead(desk, AT)
    given = {"by": desk, "at": LATER, "lead": lead}
    assert lead.state == "new"
    with refused("does not stand"):
        leads.act(**given, what=rules.Act.WAIT, text="x")
    assert leads.act(**given, what=rules.Act.TAKEN).held_by == desk.person
    with refused("in a sentence why"):
        leads.act(**given, what=rules.Act.WAIT)
    assert leads.act(**given, what=rules.Act.WAIT, text="The register").state == "waiting"
    assert leads.act(**given, what=rules.Act.GO_ON).state == "open"
    with refused("how the lead ended"):
        leads.act(**given, what=rules.Act.CLOSE, text="x", outcome="maybe")
    closed = leads.act(**given, what=rules.Act.CLOSE, text="Seen", outcome="confirmed")
    assert (closed.state, closed.outcome) == ("closed", "confirmed")
    with refused("Open it again first"):
        leads.act(**given, what=rules.Act.TAKEN)
    with refused("Open it again first"):
        leads.hand_on(**given, to=desk.person)
    assert leads.act(**given, what=rules.Act.REOPEN).outcome == ""


def test_tasks_have_an_owner_and_a_day(desk):
    second = standing_register.investigator(desk.unit)
    lead = leads_made.lead(desk, AT)
    given = {"by": desk, "at": LATER, "lead": lead}
    late = (AT - timedelta(days=1)).date()
    with refused("in the past"):
        leads.add_task(**given, words="Ask the owner", owner=desk.person, due_on=late)
    with refused("colleague of your unit"):
        leads.add_task(**given, words="Ask", owner=make.user(Role.INVESTIGATOR))
    soon = (AT + timedelta(days=2)).date()
    later = leads.add_task(**given, words="Ask the owner", owner=second.person)
    first = leads.add_task(**given, words="Ask the register", owner=second.person, due_on=soon)
    assert leads.tasks_of(second) == [first, later]
    assert leads.tasks_of(desk) == []
    leads.finish_task(by=second, at=LATER, task=first)
    with refused("done already"):
        leads.finish_task(by=second, at=LATER, task=first)
    assert leads.tasks_of(second) == [later]


def test_leads_are_numbered_handed_on_and_closed_to_others(desk):
    second = standing_register.investigator(desk.unit)
    lead = leads_made.lead(desk, AT)
    assert str(leads_made.lead(second, AT)) == "L-2"
    assert leads.hand_on(by=desk, at=LATER, lead=lead, to=second.person).held_by == second.person
    stranger = standing_register.investigator()
    standing_register.register(stranger.unit, stranger)
    for wrong in (
        lambda: leads.add_note(by=stranger, at=LATER, lead=lead, text="x"),
        lambda: leads.open_rows(by=stranger, at=LATER, rows=[lead], purpose="test"),
        lambda: leads.hand_on(by=desk, at=LATER, lead=lead, to=stranger.person),
    ):
        with pytest.raises(acting.Refused):
            wrong()


def test_a_lead_about_an_entity_is_found_from_it(desk):
    register = models.Register.objects.get()
    entity = standing_register.entity(register, desk, name="Test Person 9")
    lead = leads_made.lead(desk, AT, entity=entity)
    assert leads.of(entity) == [lead]
    same = leads.enter_claim(
        by=desk,
        at=datetime.now(UTC),
        lead=lead,
        schema="Person",
        prop="alias",
        value="Testov",
        reliability="B",
        credibility="2",
    )
    assert same == entity
