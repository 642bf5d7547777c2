"""What the pages that enter things share: sources to choose from, remembered for the session."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from manumit.core.actions import guard
from manumit.core.views import Request
from manumit.network import models, shown
from manumit.network.actions import claiming, opening
from manumit.network.actions import entering as acts
from manumit.network.claims import Handling
from manumit.network.forms import entities as forms

PURPOSE = "entering what is known"
MOST_SOURCES = 100
_KEPT = ("source", "credibility", "handling")  # identifiers and codes, never words


def sources(request: Request) -> list[tuple[str, str]]:
    """Return the unit's sources with their titles, the newest first."""
    rows = models.Source.objects.visible_to(request.actor.person, "network.read")
    found = list(rows.order_by("-at")[:MOST_SOURCES])
    told = opening.sources(by=request.actor, at=request.now, purpose=PURPOSE, sources=found)
    return [
        (str(one.id), f"{shown.safely(told[one.id]['title'])} ({one.reliability})") for one in found
    ]


def initial(request: Request, choices: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return what was chosen last in this session, so that nothing is asked twice."""
    kept = dict(request.session.get("entering") or {})
    if kept.get("source") not in {one for one, _title in choices}:
        kept.pop("source", None)
        if not choices:
            kept["source"] = forms.NEW
    return kept


def begin_with(request: Request) -> dict[str, Any]:
    """Return what a form that enters something begins with, for its keywords."""
    listed = sources(request)
    return {"sources": listed, "initial": initial(request, listed)}


def said(request: Request, form: forms.Said) -> dict[str, Any]:
    """Return source, grade, handling and day of a valid form; notes a new source. Raises Refused."""
    given = form.cleaned_data
    if given["source"] == forms.NEW:
        source = acts.add_source(
            by=request.actor,
            at=request.now,
            kind=given["new_kind"] or models.SourceKind.REPORT.value,
            title=given["new_title"],
            reliability=given["new_reliability"] or "F",
            on=given["on"],
        )
    else:
        source = source_of(request, UUID(given["source"]))
    kept = {"source": str(source.id)} | {k: given[k] for k in _KEPT if k != "source"}
    request.session["entering"] = kept
    return {
        "source": source,
        "credibility": given["credibility"],
        "handling": Handling(given["handling"]),
        "on": given["on"],
    }


def source_of(request: Request, source_id: UUID) -> models.Source:
    """Return a source of the reader's unit; raises NotFound."""
    rows = models.Source.objects.visible_to(request.actor.person, "network.read")
    return guard.one_of(rows.select_related("register"), source_id)


def accept_if_asked(request: Request, form: forms.Said, claims: Iterable[models.Claim]) -> None:
    """Accept what was just entered where whoever entered it holds it to be so."""
    for claim in claims if form.cleaned_data["accepted"] else ():
        claiming.accept(by=request.actor, at=request.now, claim=claim)


def name(label: str) -> str:
    """Return what an entity is called on a page, safely; what has no name says so."""
    return shown.safely(label) or _("Without a name")
