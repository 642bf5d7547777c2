"""Keeping views of charts. What is shown on a chart is opened by `opening`, on the record."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from manumit.core.actions import acting, guard, sealed
from manumit.network import charts, models
from manumit.network.actions import registers
from manumit.network.models import around


@acting.action("network.write")
def keep_view(
    *,
    by: acting.Actor,
    at: datetime,
    name: str,
    view: charts.View,
    entity: models.Entity | None = None,
    inquiry: models.Inquiry | None = None,
) -> models.SavedView:
    """Keep how a chart is looked at, for the whole unit, under a name."""
    guard.refuse_if(charts.why_not_name(name))
    begins = entity or inquiry
    if begins is None or (entity and inquiry):
        raise acting.Refused("A chart begins at an entity or at an inquiry.")
    register = guard.see(by, "network.write", begins).register
    ring = registers.keys(by, register)
    there = around.entities({*view.unfolded, *view.places}, register=register.id, asker=by.id)
    made = models.SavedView(
        register=register,
        entity=entity,
        inquiry=inquiry,
        by=by.person,
        at=at,
        seal_owner=register.id,
    )
    content = charts.stored(_only(view, set(there)))
    sealed.write(made, {"name": name.strip(), "content": content}, ring)
    made.save()
    return made


def _only(view: charts.View, there: set[UUID]) -> charts.View:
    """Leave out what is not there for whoever keeps the view."""
    return replace(
        view,
        unfolded=tuple(one for one in view.unfolded if one in there),
        places={one: spot for one, spot in view.places.items() if one in there},
    )


@acting.action("network.write")
def forget_view(*, by: acting.Actor, at: datetime, view: models.SavedView) -> None:
    """Throw a kept view away; nothing that it showed is touched."""
    del at
    row = guard.hold(by, "network.write", view)
    row.delete()


@guard.opening("network.read")
def opened(
    *, by: acting.Actor, at: datetime, views: Sequence[models.SavedView], purpose: str
) -> list[dict[str, Any]]:
    """Return name and content of kept views of one register."""
    return registers.opened(by, at, views, purpose)
