"""The pages that look across cases: a team is named once it answers, and not before."""

import pytest

import casework
from cases import traced
from manumit.core import models as core
from manumit.network import models
from manumit.network.actions import traces
from network import standing_register
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def standing(db):
    """An investigator's entity whose telephone two cases of one team share."""
    world = casework.World()
    by = traced.investigator()
    register = standing_register.register(by.unit, by)
    entity = standing_register.entity(register, by, name="Test Person 9", phone=traced.PHONE)
    for _ in range(2):
        traced.case_with(world)
    traces.look(
        by=by, at=traced.AT, entity=entity, kind="phone", value=traced.PHONE, reason="An inquiry"
    )
    return world, client_for(by.person), entity


def test_nobody_learns_which_team_holds_a_case_before_it_answers(standing):
    world, client, entity = standing
    link = models.TraceLink.objects.get()
    pages = [f"/entities/{entity.pk}/traces", "/traces", f"/traces/{link.pk}/ask"]
    for page in pages:
        assert world.helping.name not in client.get(page, secure=True).content.decode(), page
    assert "2 cases" in client.get("/traces", secure=True).content.decode()
    told = {"basis": "inquiry", "wanted": "When was it last used, please?"}
    client.post(f"/traces/{link.pk}/ask", told, secure=True)
    row = core.TraceRequest.objects.get()
    assert row.to_unit == world.helping
    for page in ("/traces", f"/traces/asked/{row.pk}"):
        shown = client.get(page, secure=True).content.decode()
        assert "A team" in shown, page
        assert world.helping.name not in shown, page
    again = client.post(f"/traces/{link.pk}/ask", told, secure=True)
    assert "asked already" in again.content.decode()
    core.TraceRequest.objects.update(state="declined")
    assert world.helping.name not in client.get("/traces", secure=True).content.decode()
    core.TraceRequest.objects.update(
        state="released",
        answered_by=world.supervisor.person,
        answered_at=traced.AT,
        ends_on=traced.AT.date(),
    )
    assert world.helping.name in client.get("/traces", secure=True).content.decode()
