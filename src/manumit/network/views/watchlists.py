"""Watchlists: their versions, what changed between two, and what an entry says."""

import hashlib
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.core import roles
from manumit.core.actions import guard
from manumit.core.views import Request, page
from manumit.network import listdiff, listed, listfile, models
from manumit.network.actions import watchlists as acts
from manumit.network.forms import watchlists as forms
from manumit.network.views import hits

PER_PAGE = 50
MOST_VALUES = 200  # of one field on a page; an entry may have ten thousand names


@page("watchlist.read", methods=("GET", "POST"))
def watchlists(request: Request) -> HttpResponse:
    """Show the versions that are kept; bring a new one in."""
    may_import = not roles.why_not(request.actor.role, "watchlist.import")
    form = forms.Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["given"]
        try:
            reading = listfile.read(given, form.cleaned_data["called"])
        except listed.Unreadable as error:
            form.add_error(
                "given",
                _("Line %(line)s: %(reason)s %(cure)s")
                % {"line": error.line, "reason": error.reason, "cure": error.cure},
            )
        else:
            if not reading.called:
                form.add_error("called", _("The file does not say which list it is. Name it."))
                return _kept(request, form, may_import=may_import)
            given.seek(0)
            digest = hashlib.file_digest(given, "sha256").hexdigest()
            version = acts.import_list(
                by=request.actor, at=request.now, digest=digest, reading=reading
            )
            messages.success(request, _("The list is kept."))
            if models.Register.objects.visible_to(request.actor.person, "hit.decide").exists():
                hits.run(request)  # whoever is in the register is held against it at once
            return redirect("watchlist", watchlist_id=version.id)
    return _kept(request, form, may_import=may_import)


def _kept(request: Request, form: forms.Upload, *, may_import: bool) -> HttpResponse:
    versions = models.Version.objects.order_by("-dated", "-at")
    shown = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "network/watchlists.html",
        {"form": form, "page": shown, "may_import": may_import},
    )


def _version(version_id: UUID) -> models.Version:
    return guard.one_of(models.Version.objects, version_id)


@page("watchlist.read")
def watchlist(request: Request, watchlist_id: UUID) -> HttpResponse:
    """Show one version, entry by entry."""
    version = _version(watchlist_id)
    named = version.entries.exclude(programme="").order_by("programme")
    programmes = list(named.values_list("programme", flat=True).distinct())
    rows = version.entries.order_by("reference", "place")
    chosen = request.GET.get("list", "")
    if chosen:
        rows = rows.filter(programme=chosen) if chosen in programmes else rows.none()
    return render(
        request,
        "network/watchlist.html",
        {
            "version": version,
            "before": models.before(version),
            "programmes": programmes,
            "chosen": chosen,
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        },
    )


@page("watchlist.read")
def watchlist_changes(request: Request, watchlist_id: UUID) -> HttpResponse:
    """Show what changed since the version before."""
    version = _version(watchlist_id)
    earlier = models.before(version)
    found = None
    if earlier is not None:
        found = listdiff.between(models.watchlist(earlier), models.watchlist(version))
    return render(
        request,
        "network/watchlist_changes.html",
        {"version": version, "before": earlier, "found": found},
    )


@page("watchlist.read")
def watchlist_entry(request: Request, listed_id: UUID) -> HttpResponse:
    """Show all that one entry says, what had to be repaired, and the versions it stands in."""
    row = guard.one_of(models.Entry.objects.select_related("version"), listed_id)
    others = (
        models.Entry.objects.filter(reference=row.reference, version__list=row.version.list)
        .exclude(pk=row.pk)
        .select_related("version")
        .order_by("-version__dated")
    )
    entry = row.read()
    return render(
        request,
        "network/watchlist_entry.html",
        {
            "row": row,
            "entry": entry,
            "fields": [
                (name.replace("_", " "), values[:MOST_VALUES], max(0, len(values) - MOST_VALUES))
                for name, values in entry.fields.items()
            ],
            "repairs": entry.repairs[:MOST_VALUES],
            "others": others,
        },
    )
