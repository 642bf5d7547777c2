"""Traces through the pages of both sides: what is noted, looked for, asked, released, declined."""

from datetime import UTC, datetime, timedelta
from typing import Any

import signed_in
from manumit.core import models
from manumit.network import models as network


def type_everything(typist: Any) -> list[Any]:
    """Note, look, ask, decline, release and enter; returns what was answered."""
    from cases import traced
    from meta import things

    world, sent = things.world(everybody=False), []
    at = datetime.now(UTC) - timedelta(minutes=20)
    by = things.tracing(world)
    cases = [world.cast.taken(at=at) for _ in range(2)]
    worker, head, investigator = (
        signed_in.client_for(actor.person)
        for actor in (world.cast.worker, world.cast.supervisor, by)
    )
    traced.house_key(by, at)
    value = typist.word("traces: value")

    def post(client: Any, name: str, address: str, **given: Any) -> None:
        answer = client.post(address, given, secure=True)
        assert answer.status_code == 302, (name, answer.status_code)
        sent.append([name, 0, len(sent), answer.status_code])

    for case in cases:
        traced.agreed(world.cast, case, at)
        traced.told_authority(world.cast, case, by.unit, at)
        post(
            worker,
            "case_traces",
            f"/cases/{case.id}/traces",
            act="note",
            kind="called",
            value=value,
        )
    entity = f"/entities/{world.thing('entity_id')}/traces"
    reason = typist.word("traces: reason")
    look = {"pick": "other", "kind": "called", "value": value, "reason": f"{reason} why we look"}
    post(investigator, "entity_traces", entity, **look)
    link = network.TraceLink.objects.get(entity=world.thing("entity_id"))
    for number, act in enumerate(("decline", "give")):
        wanted = typist.word(f"trace_ask {number}: wanted") + " please tell"
        ask = {"basis": "court", "wanted": wanted}
        post(investigator, "trace_ask", f"/traces/{link.id}/ask", **ask)
        row = models.TraceRequest.objects.get(token=link.token, state="asked")
        why = typist.word(f"trace_request {number}: reason")
        said = typist.word(f"trace_request {number}: statement") + " and no more"
        given = {"reason": why} if act == "decline" else {
            "statement": said, "cases": [str(case.id) for case in cases]
        }  # fmt: skip
        post(head, "trace_request", f"/traces/requests/{row.id}", act=act, **given)
        post(investigator, "trace_asked", f"/traces/asked/{row.id}", act="enter")
    shown = investigator.get(f"/traces/asked/{row.id}", secure=True).content.decode()
    assert typist.typed["trace_request 1: statement"] in shown
    return sent
