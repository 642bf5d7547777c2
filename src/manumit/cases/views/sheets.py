"""Sheets of people: give one, see what it would do, load it; and take records out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.cases import htcds_table
from manumit.cases.actions import casesheets, exports
from manumit.cases.actions import htcds as acts
from manumit.cases.forms import sheets as forms
from manumit.cases.models import CaseSheet
from manumit.cases.models import htcds as kept
from manumit.core import forms as words
from manumit.core import roles
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.directory.entry import Unreadable

SHOWN = 200
PARTS = 4  # loaded in one request; a longer sheet is gone on with
EARLIER = 25
OUTCOMES = {
    acts.Outcome.MAKE: (gettext_noop("New"), "green"),
    acts.Outcome.CHANGE: (gettext_noop("Changed"), "blue"),
    acts.Outcome.SAME: (gettext_noop("Unchanged"), "grey"),
    acts.Outcome.LEFT: (gettext_noop("Left alone"), "yellow"),
    acts.Outcome.REJECTED: (gettext_noop("Not taken in"), "red"),
}


@page("case.import", methods=("GET", "POST"), held=True)
def case_import(request: Request) -> HttpResponse:
    """Give a sheet; it is looked at first, and nothing is written but the sheet, sealed."""
    form = forms.GiveSheet(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        name, data = form.cleaned_data["file"]
        try:
            htcds_table.read(name, data)
        except Unreadable as error:
            told = {
                "line": error.line,
                "reason": words.said(error.reason),
                "cure": words.said(error.cure),
            }
            form.add_error("file", _("Line %(line)s: %(reason)s %(cure)s") % told)
        else:
            row = casesheets.keep_sheet(
                by=request.actor,
                at=request.now,
                name=name,
                data=data,
                sender=form.cleaned_data["sender"],
                told=form.cleaned_data["told"],
            )
            return redirect("case_sheet", row.id)
    rows = CaseSheet.objects.visible_to(request.actor.person, "case.import")
    context = {
        "form": form,
        "sheets": rows.select_related("by").order_by("-at", "id")[:EARLIER],
        "may_export": not roles.why_not(request.actor.role, "case.export"),
    }
    return render(request, "cases/case_import.html", context, status=400 if form.is_bound else 200)


def _find(request: Request, sheet_id: UUID) -> CaseSheet:
    rows = CaseSheet.objects.visible_to(request.actor.person, "case.import")
    return guard.one_of(rows, sheet_id)


@page("case.import", methods=("GET", "POST"))
def case_sheet(request: Request, sheet_id: UUID) -> HttpResponse:
    """Show what a sheet would do, row by row; load it, or forget it."""
    row = _find(request, sheet_id)
    if request.method == "POST":
        return _decided(request, row)
    planned: acts.Plan | None = None
    rejected: list[list[str]] = []
    gone = row.state == CaseSheet.State.DROPPED or request.now > row.at + kept.KEPT
    if not gone:
        planned, rejected = casesheets.open_sheet(by=request.actor, at=request.now, sheet=row)
    context: dict[str, Any] = {
        "sheet": row,
        "gone": gone and row.state != CaseSheet.State.LOADED,
        "over": gone,
        "so_far": row.made + row.changed if row.state == CaseSheet.State.CHECKED else 0,
        "planned": planned,
        "rejected": max(len(rejected) - 1, 0),
        "counts": _counts(planned.counts() if planned else _done(row)),
    }
    if planned is not None:
        # What needs a person comes first; rows that are as they were are only counted.
        order = list(OUTCOMES)[::-1]
        listed = [r for r in planned.rows if r.outcome is not acts.Outcome.SAME]
        listed.sort(key=lambda each: (order.index(each.outcome), each.line))
        context["rows"] = [_row(each) for each in listed[:SHOWN]]
        context["more"] = max(len(listed) - SHOWN, 0)
        made = (r for r in planned.rows if r.outcome is acts.Outcome.MAKE)
        context["unnamed"] = sum(bool(each.unnamed) for each in made)
    return render(request, "cases/case_sheet.html", context)


def _decided(request: Request, row: CaseSheet) -> HttpResponse:
    if request.POST.get("act") == "forget":
        casesheets.drop_sheet(by=request.actor, at=request.now, sheet=row)
        messages.success(request, _("The sheet is forgotten."))
        return redirect("case_import")
    planned, _rejected = casesheets.open_sheet(by=request.actor, at=request.now, sheet=row)
    if planned is None:
        raise acting.Refused("This sheet was loaded or forgotten already.")
    parts = planned.parts()
    for number, part in enumerate(parts[:PARTS], 1):
        last = number == len(parts)
        row = casesheets.load_sheet(
            by=request.actor, at=request.now, sheet=row, planned=planned, part=part, last=last
        )
    if row.state == CaseSheet.State.LOADED:
        messages.success(request, _("The sheet is loaded. The file itself is forgotten."))
    return redirect("case_sheet", row.id)


def _done(row: CaseSheet) -> dict[str, int]:
    return {
        acts.Outcome.MAKE: row.made,
        acts.Outcome.CHANGE: row.changed,
        acts.Outcome.SAME: row.same,
        acts.Outcome.LEFT: row.left,
        acts.Outcome.REJECTED: row.refused,
    }


def _counts(said: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"label": _(label), "colour": colour, "count": said[outcome]}
        for outcome, (label, colour) in OUTCOMES.items()
    ]


def _row(planned: acts.Planned) -> dict[str, Any]:
    label, colour = OUTCOMES[planned.outcome]
    return {
        "line": planned.line,
        "label": _(label),
        "colour": colour,
        "case": planned.case,
        "fields": planned.fields,
        "is_new": planned.outcome is acts.Outcome.MAKE,
        "unnamed": planned.unnamed,
        "reasons": planned.reasons,
    }


@page("case.import")
def case_sheet_rejected(request: Request, sheet_id: UUID) -> HttpResponse:
    """Give back the rows that stay out, with reasons and cures, to be mended and loaded again."""
    row = _find(request, sheet_id)
    _planned, lines = casesheets.open_sheet(by=request.actor, at=request.now, sheet=row)
    if len(lines) < 2:
        raise acting.NotFound
    ending = "csv" if request.GET.get("as") == "csv" else "xlsx"
    if ending == "csv":
        return showing.file(htcds_table.csv_of(lines), "rows.csv")
    from manumit.core import workbook  # loaded where a workbook is written

    made = workbook.of("Rows", lines)
    return showing.file(made, f"rows.{ending}")


@page("case.export", methods=("GET", "POST"), held=True)
def case_export(request: Request) -> HttpResponse:
    """Say who would be in a file and who not, and why; then give it."""
    known = exports.known_recipients(request.actor)
    form = forms.TakeOut(posted(request), known=known)
    looked = None
    if form.is_bound and form.is_valid():
        wish = form.wish()
        reason = wish.why_not()
        if reason:
            form.add_error(None, words.said(reason))
        elif request.POST.get("act") == "take":
            made = exports.take_out(by=request.actor, at=request.now, wish=wish)
            return showing.file(made.data, "records." + made.name.rpartition(".")[2])
        else:
            looked = exports.survey(by=request.actor, at=request.now, wish=wish)
    context = {"form": form, "looked": looked, "known": known}
    failed = form.is_bound and looked is None
    return render(request, "cases/case_export.html", context, status=400 if failed else 200)
