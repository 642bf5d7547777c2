"""Looks across cases are kept for a while after the last one (core/data/traces.toml), then deleted."""

from datetime import date, datetime, timedelta

from django.db import models as db_models

from manumit.core import models as core
from manumit.core import traces as rules
from manumit.core.actions import acting
from manumit.network import models


def due(on: date) -> "db_models.QuerySet[models.TraceLink]":
    """Return looks kept long enough; one from which a question still stands waits for its end."""
    last = on - timedelta(days=rules.limits().look_days)
    open_ones = core.TraceRequest.objects.filter(
        token=db_models.OuterRef("token"),
        from_unit=db_models.OuterRef("register__unit"),
        state__in=[rules.State.ASKED.value, rules.State.RELEASED.value],
    )
    rows = models.TraceLink.objects.filter(looked_at__date__lt=last)
    return rows.exclude(db_models.Exists(open_ones))


def run(*, by: acting.Actor, at: datetime) -> int:
    """Delete what was kept long enough, for `manumit due`; returns how many. Else nothing is recorded."""
    return forget(by=by, at=at) if due(at.date()).exists() else 0


@acting.action("retention.run")
def forget(*, by: acting.Actor, at: datetime) -> int:
    """Delete the looks that were kept long enough; returns how many."""
    return models.TraceLink.objects.filter(
        pk__in=list(due(at.date()).values_list("pk", flat=True))
    ).delete()[0]
