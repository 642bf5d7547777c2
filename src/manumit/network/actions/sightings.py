"""Sightings: reported to a unit that investigates, sealed to it, read there and answered by a state.

What is sealed in `said`: {"subject", "words", "place", "area", "point" ([latitude, longitude] or
None), "seen_at" (ISO 8601 or ""), "precision", "more"}.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from manumit.core import models as core
from manumit.core.actions import acting, guard, sealed
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass
from manumit.network import models, sightings
from manumit.network.models import Capture, Sighting

_CLASSES = frozenset({FieldClass.NETWORK})
MOST_CAPTURES = 20


@dataclass(frozen=True)
class Said:
    """What was seen, as the form asks for it."""

    subject: sightings.Subject
    words: str
    place: str = ""
    area: str = ""
    point: tuple[float, float] | None = None
    seen_at: datetime | None = None
    precision: sightings.Precision = sightings.Precision.UNKNOWN
    more: str = ""

    def told(self) -> dict[str, Any]:
        """Return it as it is sealed."""
        return {
            "subject": self.subject.value,
            "words": self.words.strip(),
            "place": self.place.strip(),
            "area": self.area.strip(),
            "point": list(self.point) if self.point else None,
            "seen_at": self.seen_at.isoformat() if self.seen_at else "",
            "precision": self.precision.value,
            "more": self.more.strip(),
        }


@dataclass(frozen=True)
class Page:
    """A page as it stood: its bytes, and the address it was at."""

    content: bytes
    address: str = ""


def units() -> list[core.Unit]:
    """Return the units that a sighting can be sent to: those where somebody investigates."""
    found = core.Unit.objects.filter(
        people__role=Role.INVESTIGATOR.value, people__is_active=True, generation__gt=0
    )
    return list(found.select_related("organisation").distinct().order_by("name"))


@acting.action("sighting.report")
def report(
    *,
    by: acting.Actor,
    at: datetime,
    unit: core.Unit,
    way: sightings.Way,
    certainty: int,
    said: Said,
    names_nobody: bool,
    page: Page | None = None,
) -> Sighting:
    """Report a sighting to a unit. `names_nobody`: the reporter says that no survivor is named."""
    if not names_nobody:
        raise acting.Refused(
            "Take out every name of somebody who may have been exploited, and say so."
        )
    if not said.words.strip():
        raise acting.Refused("Say who or what was seen.")
    if certainty not in (1, 2):
        raise acting.Refused("Say how sure it is.")
    guard.refuse_if(sightings.why_not_time(said.seen_at, at))
    if unit.pk not in {one.pk for one in units()}:
        raise acting.Refused("Nobody investigates in this unit. Choose another one.")
    made = Sighting(
        unit=unit,
        by=by.person,
        at=at,
        way=way.value,
        certainty=certainty,
        state=sightings.State.SENT.value,
        moved_at=at,
    )
    made.seal_owner = made.id
    keys = sealed.create_keys(by=by, at=at, object_id=made.id, classes=_CLASSES, units=[unit])
    sealed.write(made, {"said": said.told()}, keys)
    made.save(force_insert=True)
    if page is not None:
        _capture(by, at, made, keys, page)
    return made


@acting.action("lead.write")
def capture(*, by: acting.Actor, at: datetime, sighting: Sighting, page: Page) -> Capture:
    """Keep one more page with a sighting of the own unit."""
    row = guard.hold(by, "lead.write", sighting)
    if row.captures.count() >= MOST_CAPTURES:
        raise acting.Refused("Twenty pages are kept with this report. Make another one.")
    return _capture(by, at, row, sealed.keys_of(by, row.id, _CLASSES), page)


def _capture(
    by: acting.Actor,
    at: datetime,
    row: Sighting,
    keys: Mapping[FieldClass, bytes],
    page: Page,
) -> Capture:
    guard.refuse_if(sightings.why_not_page(page.content))
    made = Capture(
        sighting=row, size=len(page.content), by=by.person, at=at, seal_owner=row.seal_owner
    )
    about = {
        "address": page.address.strip(),
        "kind": sightings.kind_of(page.content),
        "sha256": hashlib.sha256(page.content).hexdigest(),
        "captured_at": at.isoformat(),
    }
    content = base64.b64encode(page.content).decode()
    sealed.write(made, {"about": about, "content": content}, dict(keys))
    made.save(force_insert=True)
    return made


@guard.opening("lead.read")
def open_sightings(
    *, by: acting.Actor, at: datetime, rows: Sequence[Sighting], purpose: str
) -> list[dict[str, Any]]:
    """Open what was reported to the actor's unit."""
    if any(row.unit_id != by.unit.pk for row in rows):
        raise acting.NotFound
    opened = sealed.open_rows(by=by, at=at, purpose=purpose, rows=rows, classes=_CLASSES)
    return [dict(one["said"]) for one in opened]


@guard.opening("lead.read")
def open_captures(
    *, by: acting.Actor, at: datetime, sighting: Sighting, purpose: str
) -> list[tuple[Capture, dict[str, Any]]]:
    """Open what is known of the pages kept with a sighting, without the pages."""
    guard.see(by, "lead.read", sighting)
    rows = list(sighting.captures.select_related("by").order_by("at", "id").defer("content"))
    if not rows:
        return []
    for row in rows:
        row.content = None  # the pages themselves are not needed to list them
    opened = sealed.open_rows(by=by, at=at, purpose=purpose, rows=rows, classes=_CLASSES)
    return [(row, dict(one["about"])) for row, one in zip(rows, opened, strict=True)]


@guard.opening("lead.read")
def open_page(
    *, by: acting.Actor, at: datetime, capture: Capture, purpose: str
) -> tuple[bytes, dict[str, Any]]:
    """Return a captured page and what is known of it; raises Refused where it was changed."""
    row = guard.see(by, "lead.read", capture)
    (one,) = sealed.open_rows(by=by, at=at, purpose=purpose, rows=[row], classes=_CLASSES)
    content, about = base64.b64decode(one["content"]), dict(one["about"])
    if hashlib.sha256(content).hexdigest() != about["sha256"]:
        raise acting.Refused("The page is not what was kept. Tell whoever runs the server.")
    return content, about


@acting.action("lead.write")
def move(*, by: acting.Actor, at: datetime, sighting: Sighting, to: sightings.State) -> Sighting:
    """Say what became of a report; whoever sent it sees this and nothing else."""
    row = guard.hold(by, "lead.write", sighting)
    guard.refuse_if(sightings.why_not_move(row.state, to))
    row.state, row.moved_at = to.value, at
    row.save(update_fields=["state", "moved_at"])
    return row


def waiting(by: acting.Actor) -> int:
    """Count the reports that nobody has read yet."""
    rows = models.Sighting.objects.visible_to(by.person, "lead.read")
    return int(rows.filter(state=sightings.State.SENT).count())
