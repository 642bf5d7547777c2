"""Hits, sightings and leads, obviously fictional, for tests of pages and of every address."""

import io
from datetime import datetime
from typing import Any

from manumit.core.actions import acting
from manumit.network import listfile, models, sightings
from manumit.network.actions import hits, leads, watchlists
from manumit.network.actions import sightings as reports
from network import lists

PDF = b"%PDF-1.7 an example page"
SAID = reports.Said(sightings.Subject.VEHICLE, "Plate EX-123", place="Example Crossing")


def version(by: acting.Actor, at: datetime, *references: str, **more: str) -> models.Version:
    """Keep a list with one fictional person per reference."""
    raw = lists.xml(*(lists.person(reference, **more) for reference in references))
    digest = "".join(references).encode().hex().ljust(64, "0")[:64]
    reading = listfile.read(io.BytesIO(raw))
    return watchlists.import_list(by=by, at=at, digest=digest, reading=reading)


def hit(by: acting.Actor, at: datetime, entity: models.Entity, row: models.Version) -> models.Hit:
    """Propose that an entity is the first person on a list."""
    entry = row.entries.earliest("place")
    words = {
        "list": row.list,
        "reference": entry.reference,
        "also": [],
        "name": entry.name,
        "ours": "Test Person 9",
        "score": 0.75,
        "bits": 3.0,
        "reasons": ["name: an example"],
        "version": str(row.pk),
        "entry": str(entry.pk),
        "figure": "0" * 64,
    }
    (made,) = hits.keep_hits(
        by=by,
        at=at,
        register=entity.register,
        version=row,
        found=[(entity.pk, words)],
        compared=1,
    )
    return made


def sighting(by: acting.Actor, at: datetime, unit: Any, **more: Any) -> models.Sighting:
    """Report a vehicle to a unit."""
    given: dict[str, Any] = {
        "unit": unit,
        "way": sightings.Way.TIP,
        "certainty": 1,
        "said": SAID,
        "names_nobody": True,
    }
    return reports.report(by=by, at=at, **given | more)


def lead(by: acting.Actor, at: datetime, **more: Any) -> models.Lead:
    """Note something to follow up."""
    given: dict[str, Any] = {"title": "Who drives the vehicle?", "text": "Seen twice."}
    return leads.make_lead(by=by, at=at, **given | more)
