"""In the demo: a made-up list held against the register, a report from a gate, and leads."""

import hashlib
import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from manumit.core.actions import acting

LIST = (
    '{"id": "ex-101", "schema": "Person", "properties": {"name": ["Karim Recruiter Example"], '
    '"alias": ["Abu Testov"], "birthDate": ["1978"], "program": ["EXAMPLE-1"]}}\n'
    '{"id": "ex-102", "schema": "Person", "properties": {"name": ["Boris Testov"], '
    '"birthDate": ["1969-04-02"], "nationality": ["zz"], "program": ["EXAMPLE-1"]}}\n'
    '{"id": "ex-103", "schema": "Organization", "properties": {"name": ["Example Recruiters"]}}\n'
)


def play(
    officer: "acting.Actor", first: "acting.Actor", second: "acting.Actor", now: datetime
) -> None:
    """Bring a list in, screen, report a sighting at the gate and follow it up."""
    from manumit.network import models
    from manumit.network.actions import entering

    if not models.Register.objects.filter(unit=first.unit).exists():
        entering.open_register(by=first, at=now - timedelta(hours=30))
    _screen(first, now - timedelta(hours=2))
    _follow(officer, first, second, now)


def _screen(by: "acting.Actor", at: datetime) -> None:
    from manumit.network import listfile
    from manumit.network.actions import claiming, entering, hits, watchlists

    source = entering.add_source(by=by, at=at, kind="report", title="Report 9 of Example Police")
    says = {"name": ["Boris Testov"], "birthDate": ["1969"]}
    row = entering.add_entity(by=by, at=at, schema="Person", says=says, source=source)
    for claim in row.claims.all():
        claiming.accept(by=by, at=at, claim=claim)
    reading = listfile.read(io.BytesIO(LIST.encode()), "Example List")
    digest = hashlib.sha256(LIST.encode()).hexdigest()
    watchlists.import_list(by=by, at=at, digest=digest, reading=reading)
    hits.rescreen(by=by, at=at)


def _follow(
    officer: "acting.Actor", first: "acting.Actor", second: "acting.Actor", now: datetime
) -> None:
    from manumit.network import sightings
    from manumit.network.actions import leads
    from manumit.network.actions import sightings as reports

    seen = reports.Said(
        sightings.Subject.VEHICLE,
        "White van, plate EX-4471",
        place="Example Crossing",
        seen_at=now - timedelta(hours=27),
        precision=sightings.Precision.HOUR,
        more="It waits every Friday evening until the last bus has come.",
    )
    other = reports.Said(sightings.Subject.PHONE, "+000 0000 4242", place="A message group")
    given: dict[str, Any] = {"unit": first.unit, "names_nobody": True}
    row = reports.report(
        by=officer, at=now - timedelta(hours=26), way=sightings.Way.BORDER, certainty=2, said=seen,
        **given,
    )  # fmt: skip
    reports.report(
        by=officer, at=now - timedelta(hours=1), way=sightings.Way.TIP, certainty=1, said=other,
        **given,
    )  # fmt: skip
    at = now - timedelta(hours=24)
    lead = leads.take_up(by=first, at=at, sighting=row, title="Who drives the white van?")
    due = (now + timedelta(days=2)).date()
    leads.add_task(
        by=first,
        at=at,
        lead=lead,
        words="Ask the vehicle register",
        owner=second.person,
        due_on=due,
    )
    leads.add_note(by=second, at=now - timedelta(hours=4), lead=lead, text="The register is asked.")
    leads.make_lead(
        by=second,
        at=now - timedelta(hours=3),
        title="Which bus company sold the tickets?",
        text="Two tickets show the same counter.",
    )
