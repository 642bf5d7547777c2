"""Find a service for a need, look at one, confirm it, correct it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from manumit.core import roles
from manumit.core.actions import guard
from manumit.core.forms import number, said
from manumit.core.views import Request, page
from manumit.directory import actions, codes, eligibility, entry, fit, forms, models, opening

PER_PAGE = 20
# "08:00 to 15:00" stays in the order of its words, figures alone from left to right
LTR, AS_WRITTEN, END = "\u2066", "\u2068", "\u2069"
STANDING = {"fresh": "green", "fading": "yellow", "stale": "red"}


def _service(service_id: UUID) -> models.Service:
    return guard.one_of(models.Service.objects.whole(), service_id)


def _may(request: Request, permission: str) -> bool:
    return not roles.why_not(request.actor.role, permission)


def _shown(offer: fit.Offer[models.Service]) -> dict[str, Any]:
    """Return what a list shows of an offer."""
    language = get_language() or "en"
    service = offer.service
    return {
        "service": service,
        "name": service.name_in(language),
        "place": service.place.name_in(language),
        "needs": [codes.label("needs", need, language) for need in service.needs],
        "offer": offer,
        "parts": [_part(part) for part in offer.parts],
        "colour": STANDING[offer.fresh.standing],
        "doubts": len(service.notes),
    }


def _part(part: fit.Part) -> str:
    value, weight = number(f"{part.value:.2f}"), number(f"{part.weight:.2f}")
    return f"{said(part.because)} ({LTR}{value} × {weight}{END})"


@page("directory.read")
def services(request: Request) -> HttpResponse:
    """Search by need, place and person; the best offer first, each with its reasons."""
    form = forms.Search(request.GET or None)
    found: list[fit.Offer[models.Service]] = []
    if form.is_valid():
        given = form.cleaned_data
        found = models.Service.objects.offered(
            given["need"], given["near"], form.person(), given["language"], request.now
        )
        if given["open_now"]:
            found = [offer for offer in found if offer.open_now]
        if given["fresh"]:
            found = [offer for offer in found if not offer.fresh.asks]
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    prefetch_related_objects([offer.service for offer in shown], "need_rows")
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "directory/services.html",
        {
            "form": form,
            "page": shown,
            "offers": [_shown(offer) for offer in shown],
            "searched": form.is_bound and form.is_valid(),
            "query": f"{query.urlencode()}&" if query else "",
            "places": forms.written_places(models.Place.objects.names()),
            "empty": not models.Service.objects.exists(),
            "may_import": _may(request, "directory.import"),
            "may_edit": _may(request, "directory.edit"),
        },
    )


@page("directory.read")
def services_to_confirm(request: Request) -> HttpResponse:
    """List the services nobody has confirmed lately, the longest unconfirmed first."""
    rows = models.Service.objects.asking_for_confirmation(request.now.date()).whole()
    if request.GET.get("mine") and request.actor.user is not None:
        rows = rows.filter(unit=request.actor.unit)
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    listed = [{"service": s, "fresh": s.fresh_on(request.now.date())} for s in shown]
    return render(request, "directory/services_to_confirm.html", {"page": shown, "listed": listed})


@page("directory.read")
def service(request: Request, service_id: UUID) -> HttpResponse:
    """Show one service with everything known and every doubt."""
    row = _service(service_id)
    language = get_language() or "en"
    fresh = row.fresh_on(request.now.date())
    return render(
        request,
        "directory/service.html",
        {
            "service": row,
            "name": row.name_in(language),
            "description": row.description_in(language),
            "rows": _facts(row, language),
            "opening": opening.state(row.schedule, request.now),
            "fresh": fresh,
            "colour": STANDING[fresh.standing],
            "notes": row.notes,
            "why_not_refer": row.why_not_refer(),
            "may_edit": _may(request, "directory.edit"),
            "may_confirm": _may_confirm(request, row),
            "close_form": forms.Close(),
            "unit_form": forms.LinkUnit(service=row),
        },
    )


def _may_confirm(request: Request, row: models.Service) -> bool:
    held = roles.scope(request.actor.role, "directory.confirm")
    own = row.unit_id is not None and request.actor.unit.id == row.unit_id
    relation = frozenset({roles.Scope.UNIT}) if own else frozenset()
    return row.closed_at is None and roles.reaches(held, relation)


def _facts(row: models.Service, language: str) -> list[dict[str, str]]:
    """Return what is known, as rows of key and value; unknown ones are left out."""
    known = eligibility.answer(row.admits, eligibility.Person())
    hours = "\n".join(
        f"{_(entry.DAYS[span.weekday].capitalize())}: {AS_WRITTEN}{said(opening.span_words(span))}{END}"
        for span in row.hours
    )
    facts = (
        (_("Helps with"), _words("needs", row.needs, language)),
        (_("Place"), _place(row, language)),
        (_("Serves"), _words("coverage", (row.coverage,), language)),
        (_("Hours"), _("Day and night") if row.always_open else hours),
        (_("How often"), _words("frequency", (row.frequency,), language)),
        (_("Languages"), ", ".join(row.languages)),
        (_("Whom it takes"), "\n".join(map(said, known.to_ask)) or _("No limit is known.")),
        (_("How to reach it"), _words("access", row.access, language)),
        (_("How to refer"), _words("referral_methods", row.referral_methods, language)),
        (_("After a referral"), _words("next_step", (row.next_step,), language)),
        (_("Answers within, as it says"), _answer(row)),
        (_("Telephone"), row.phone),
        (_("E-mail"), row.email),
        (_("Web address"), row.website),
        (_("Unit in this system"), str(row.unit) if row.unit else ""),
        (_("Source"), f"{row.source} {row.source_id}"),
    )
    return [{"key": key, "value": value} for key, value in facts if value]


def _words(list_name: str, given: Any, language: str) -> str:
    return "\n".join(codes.label(list_name, code, language) for code in given if code)


def _place(row: models.Service, language: str) -> str:
    point = row.place.point
    text = row.place.name_in(language)
    if point is not None:
        how = codes.label("precision", row.place.precision, language)
        text += f"\n{point[0]:.4f}, {point[1]:.4f} ({how})"
    return text


def _answer(row: models.Service) -> str:
    if row.answer_hours is not None:
        return _("%(hours)s hours") % {"hours": f"{row.answer_hours:g}"}
    return row.answer_stated


@page("directory.confirm", methods=("POST",))
def service_confirm(request: Request, service_id: UUID) -> HttpResponse:
    """Confirm that a service runs as written, after asking them."""
    row = _service(service_id)
    actions.confirm_service(by=request.actor, at=request.now, service=row)
    messages.success(request, _("%(name)s is confirmed as of today.") % {"name": row.name})
    return redirect("service", service_id=row.id)


@page("directory.edit", methods=("POST",))
def service_close(request: Request, service_id: UUID) -> HttpResponse:
    """Close a service, with the reason."""
    row = _service(service_id)
    form = forms.Close(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why it is closed: the next person will ask."))
        return redirect("service", service_id=row.id)
    actions.close_service(
        by=request.actor, at=request.now, service=row, reason=form.cleaned_data["reason"]
    )
    messages.success(request, _("%(name)s is closed.") % {"name": row.name})
    return redirect("service", service_id=row.id)


@page("directory.edit", methods=("POST",))
def service_reopen(request: Request, service_id: UUID) -> HttpResponse:
    """Offer a closed service again."""
    row = _service(service_id)
    actions.reopen_service(by=request.actor, at=request.now, service=row)
    messages.success(request, _("%(name)s is open again.") % {"name": row.name})
    return redirect("service", service_id=row.id)


@page("directory.edit", methods=("POST",))
def service_unit(request: Request, service_id: UUID) -> HttpResponse:
    """Say which unit answers referrals to a service."""
    row = _service(service_id)
    form = forms.LinkUnit(request.POST, service=row)
    if not form.is_valid():
        messages.error(request, _("Choose a unit of the organisation that runs the service."))
        return redirect("service", service_id=row.id)
    actions.link_unit(by=request.actor, at=request.now, service=row, unit=form.cleaned_data["unit"])
    messages.success(request, _("Saved."))
    return redirect("service", service_id=row.id)


@page("directory.edit", methods=("GET", "POST"))
def service_edit(request: Request, service_id: UUID) -> HttpResponse:
    """Correct a service; what is corrected here is kept against later files."""
    row = _service(service_id)
    form = forms.Edit(request.POST or None, service=row)
    if request.method == "POST" and form.is_valid() and form.entry is not None:
        actions.edit_service(by=request.actor, at=request.now, service=row, entry=form.entry)
        messages.success(request, _("Saved. Later files will not undo your corrections."))
        return redirect("service", service_id=row.id)
    return render(request, "directory/service_edit.html", {"form": form, "service": row})


@page("directory.edit", methods=("GET", "POST"))
def service_new(request: Request) -> HttpResponse:
    """Add a service by hand."""
    form = forms.Edit(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.entry is not None:
        made = actions.add_service(by=request.actor, at=request.now, entry=form.entry)
        messages.success(request, _("%(name)s was added.") % {"name": made.name})
        return redirect("service", service_id=made.id)
    return render(request, "directory/service_new.html", {"form": form})
