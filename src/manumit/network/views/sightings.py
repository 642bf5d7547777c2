"""Sightings: reporting one in under a minute, what became of one's own, and the unit's inbox."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core import roles
from manumit.core.actions import acting, guard
from manumit.core.roles import Role
from manumit.core.views import Request, page, posted, showing
from manumit.network import claims, models
from manumit.network import sightings as rules
from manumit.network.actions import leads as lead_acts
from manumit.network.actions import sightings as acts
from manumit.network.forms import sightings as forms

PURPOSE = "sightings"
PER_PAGE = 50
COLOURS = {
    rules.State.SENT.value: "blue",
    rules.State.READ.value: "light-blue",
    rules.State.LEAD.value: "green",
    rules.State.CLOSED.value: "grey",
}
_USUAL = {
    Role.SCREENING_OFFICER: rules.Way.SCREENING,
    Role.MONITOR: rules.Way.OWN,
    Role.INVESTIGATOR: rules.Way.TIP,
}


def label(state: str) -> str:
    """Return what a state is called."""
    return _(rules.STATES[rules.State(state)])


@page("sighting.report")
def sightings(request: Request) -> HttpResponse:
    """List one's own reports with what became of them; for a unit that investigates, its inbox."""
    me = request.actor.person
    reads = not roles.why_not(request.actor.role, "lead.read")
    rows = models.Sighting.objects.visible_to(me, "lead.read" if reads else "sighting.report")
    found = rows.select_related("unit__organisation", "by__unit").order_by("-at", "-id")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    listed = list(shown)
    told: list[dict[str, Any]] = [{} for _row in listed]
    if reads:
        told = acts.open_sightings(by=request.actor, at=request.now, rows=listed, purpose=PURPOSE)
    context = {
        "page": shown,
        "reads": reads,
        "rows": [
            {
                "row": row,
                "state": label(row.state),
                "colour": COLOURS[row.state],
                "words": words.get("words", ""),
                "subject": _(rules.SUBJECTS[words["subject"]]) if words else "",
                "place": words.get("place", ""),
            }
            for row, words in zip(listed, told, strict=True)
        ],
    }
    return render(request, "network/sightings.html", context)


@page("sighting.report", methods=("GET", "POST"), held=True)
def sighting_new(request: Request) -> HttpResponse:
    """Ask what was seen, and send it to the unit that shall read it."""
    units = acts.units()
    start = {
        "way": _USUAL.get(request.actor.role, rules.Way.OWN).value,
        "certainty": str(claims.Certainty.POSSIBLE.value),
        "seen_at": timezone.localtime(request.now).strftime("%Y-%m-%dT%H:%M"),
    }
    form = forms.Report(posted(request), request.FILES or None, units=units, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            _send(request, form.cleaned_data, {str(one.pk): one for one in units})
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            messages.success(request, _("Thank you. It was sent, and only that unit can open it."))
            return redirect("sightings")
    context = {"form": form, "units": units}
    status = 400 if form.is_bound else 200
    return render(request, "network/sighting_new.html", context, status=status)


def _send(request: Request, given: dict[str, Any], units: dict[str, Any]) -> None:
    said = acts.Said(
        subject=rules.Subject(given["subject"]),
        words=given["words"],
        place=given["place"],
        area=given["area"],
        point=given["point"],
        seen_at=given["seen_at"],
        precision=rules.Precision(given["precision"]),
        more=given["more"],
    )
    acts.report(
        by=request.actor,
        at=request.now,
        unit=units[given["unit"]],
        way=rules.Way(given["way"]),
        certainty=int(given["certainty"]),
        said=said,
        names_nobody=given["names_nobody"],
        page=acts.Page(given["page"], given["address"]) if given["page"] else None,
    )


def find(request: Request, sighting_id: UUID) -> models.Sighting:
    """Return a report for the reader's own unit; raises NotFound."""
    mine = models.Sighting.objects.visible_to(request.actor.person, "lead.read")
    return guard.one_of(mine.select_related("by__unit__organisation", "unit"), sighting_id)


@page("lead.read", methods=("GET", "POST"), held=True)
def sighting(request: Request, sighting_id: UUID) -> HttpResponse:
    """Show a report: what was seen, the pages kept with it; follow it up or close it."""
    row = find(request, sighting_id)
    take, kept = forms.TakeUp(), forms.Capture()
    if request.method == "POST":
        act = request.POST.get("act", "")
        take = forms.TakeUp(request.POST if act == "lead" else None)
        kept = forms.Capture(*((request.POST, request.FILES) if act == "page" else (None, None)))
        done = _act(request, row, act, take, kept)
        if done is not None:
            return done
    (said,) = acts.open_sightings(by=request.actor, at=request.now, rows=[row], purpose=PURPOSE)
    captures = acts.open_captures(by=request.actor, at=request.now, sighting=row, purpose=PURPOSE)
    lead = models.Lead.objects.filter(sighting=row).first()
    context = {
        "row": row,
        "said": said,
        "facts": facts(row, said),
        "state": label(row.state),
        "colour": COLOURS[row.state],
        "captures": [{"row": one, **about} for one, about in captures],
        "lead": lead,
        "take": None if lead or row.state == rules.State.CLOSED else take,
        "kept": kept,
        "may_close": lead is None and not rules.why_not_move(row.state, rules.State.CLOSED),
        "may_read": not rules.why_not_move(row.state, rules.State.READ),
    }
    errors = bool(take.errors or kept.errors)
    return render(request, "network/sighting.html", context, status=400 if errors else 200)


def _act(
    request: Request, row: models.Sighting, act: str, take: forms.TakeUp, kept: forms.Capture
) -> HttpResponse | None:
    given: dict[str, Any] = {"by": request.actor, "at": request.now, "sighting": row}
    form = {"lead": take, "page": kept}.get(act)
    if form is not None and not form.is_valid():
        return None
    try:
        if act == "lead":
            made = lead_acts.take_up(**given, title=take.cleaned_data["title"])
            return redirect("lead", made.id)
        if act == "page":
            page_ = acts.Page(kept.cleaned_data["page"], kept.cleaned_data["address"])
            acts.capture(**given, page=page_)
            messages.success(request, _("The page is kept."))
        elif act in (rules.State.READ.value, rules.State.CLOSED.value):
            acts.move(**given, to=rules.State(act))
            messages.success(request, label(act))
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
    return redirect("sighting", row.id)


def facts(row: models.Sighting, said: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a report as rows of words."""
    seen = parse_datetime(said["seen_at"]) if said["seen_at"] else None
    exactly = _(rules.PRECISIONS[said["precision"]])
    point = ", ".join(f"{part:.5f}" for part in said["point"]) if said["point"] else ""
    table = (
        (_("Who or what"), _(rules.SUBJECTS[said["subject"]])),
        (_("In words"), said["words"]),
        (_("Where"), said["place"]),
        (_("District or province"), said["area"]),
        (_("Coordinates"), point),
        (_("When"), f"{core_forms.instant(seen)} ({exactly})" if seen else exactly),
        (_("How it is known"), _(rules.WAYS[rules.Way(row.way)])),
        (_("How sure"), _(claims.CERTAINTY_LABELS[claims.Certainty(row.certainty)])),
        (_("Anything else"), said["more"]),
        (_("Reported by"), f"{row.by.display_name}, {row.by.unit.name}"),
        (_("Reported"), core_forms.instant(row.at)),
    )
    return [(name, value) for name, value in table if value]


@page("lead.read")
def capture(request: Request, capture_id: UUID) -> HttpResponse:
    """Give out a page as it was kept, as a file: it is never shown within ours."""
    mine = models.Capture.objects.visible_to(request.actor.person, "lead.read")
    row = guard.one_of(mine, capture_id)
    content, about = acts.open_page(by=request.actor, at=request.now, capture=row, purpose=PURPOSE)
    answer = HttpResponse(content, content_type="application/octet-stream")
    name = f"page-{row.at:%Y%m%d-%H%M}.{rules.ENDINGS[about['kind']]}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
