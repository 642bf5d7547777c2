"""Bring files in, see what could not come in and why, put it right and try again."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.core.actions import guard
from manumit.core.views import Request, page, showing
from manumit.directory import actions, forms, models, sniff, table
from manumit.directory.entry import Unreadable

PER_PAGE = 50


@page("directory.import", methods=("GET", "POST"))
def service_imports(request: Request) -> HttpResponse:
    """Import files, or only check them; list what was imported before."""
    form = forms.Upload(request.POST or None, request.FILES or None)
    plan = None
    if request.method == "POST" and form.is_valid():
        files = form.cleaned_data["given"]
        try:
            reading = sniff.read(files)
        except Unreadable as error:
            form.add_error(
                "given",
                _("%(file)s, line %(line)s: %(reason)s %(cure)s")
                % {
                    "file": error.file,
                    "line": error.line,
                    "reason": error.reason,
                    "cure": error.cure,
                },
            )
        else:
            if not form.cleaned_data["only_check"]:
                run = actions.import_services(
                    by=request.actor,
                    at=request.now,
                    reading=reading,
                    files=[file.name for file in files],
                )
                messages.success(request, _("The files were imported."))
                return redirect("service_import", import_id=run.id)
            plan = actions.plan_import(reading)
    open_rows = Count("rows", filter=Q(rows__state=models.RejectedRow.State.OPEN))
    runs = models.ImportRun.objects.annotate(open_rows=open_rows).order_by("-at", "id")
    return render(
        request,
        "directory/service_imports.html",
        {
            "form": form,
            "plan": plan,
            "page": Paginator(runs, PER_PAGE).get_page(request.GET.get("page")),
        },
    )


@page("directory.import")
def service_import(request: Request, import_id: UUID) -> HttpResponse:
    """Show what one import did, and the rows that wait to be put right."""
    run = guard.one_of(models.ImportRun.objects, import_id)
    rows = run.rows.order_by("-state", "file", "line")
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "directory/service_import.html", {"run": run, "page": shown})


@page("directory.import", methods=("GET", "POST"))
def service_row(request: Request, row_id: UUID) -> HttpResponse:
    """Put one rejected row right and try it again."""
    row = guard.one_of(models.RejectedRow.objects.select_related("run", "service"), row_id)
    form = forms.for_row(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = actions.retry_row(by=request.actor, at=request.now, row=row, raw=form.raw())
        if row.state == models.RejectedRow.State.DONE:
            messages.success(request, _("The row is in the directory now."))
            return redirect("service_import", import_id=row.run_id)
        messages.error(request, _("It still cannot come in. The reason is below."))
    return render(request, "directory/service_row.html", {"row": row, "form": form})


@page("directory.read")
def services_template(_request: Request) -> HttpResponse:
    """Give the CSV template, with one example row."""
    return showing.file("\ufeff" + table.template(), "services-template.csv")
