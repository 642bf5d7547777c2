"""A person in the words of the case data standard: what a sheet said, and what is coded here."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.cases import htcds, status
from manumit.cases.actions import htcds as acts
from manumit.cases.forms import standard as forms
from manumit.cases.models import Case, HtcdsRecord
from manumit.cases.views import cases
from manumit.core.views import Request, page, posted


@page("case.read")
def case_standard(request: Request, case_id: UUID) -> HttpResponse:
    """Show all that is known in the standard's fields, opened on request and on the record."""
    row = cases.find(request, case_id)
    opened = None
    if request.GET.get("open"):
        opened = acts.open_record(by=request.actor, at=request.now, case=row)
    context = {
        "case": row,
        "came": HtcdsRecord.objects.filter(case=row).select_related("by").first(),
        "opened": opened is not None,
        "unconfirmed": opened is not None and _unconfirmed(row, opened.whole()),
        "sections": _sections(opened.whole()) if opened else (),
        "extra": sorted(opened.record.extra.items()) if opened else (),
        "may_edit": Case.objects.visible_to(request.actor.person, "case.edit")
        .filter(pk=row.pk)
        .exists(),
    }
    return render(request, "cases/case_standard.html", context)


def _unconfirmed(row: Case, record: htcds.Record) -> bool:
    """Tell whether the sheet carries a final answer for which no named body stands here."""
    said = record.text("vic_TraffickingStatus")
    final = (status.Trafficking.ACTUAL.value, status.Trafficking.NOT.value)
    return said in final and row.trafficking_status not in final


def _sections(record: htcds.Record) -> list[dict[str, Any]]:
    """Return filled fields by section, repeated groups one after the other."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for known in htcds.load().fields.values():
        if known.repeats:
            entries = record.groups.get(known.repeats, ())
            said = [
                (n, entry[known.name]) for n, entry in enumerate(entries, 1) if known.name in entry
            ]
        else:
            value = record.values.get(known.name)
            said = [] if value is None else [(1, value)]
        for number, value in said:
            label = known.label if number == 1 else f"{known.label} {number}"
            words = htcds.say(known, value, labels=True).replace(";", "; ")
            sections.setdefault(known.section, []).append((label, words))
    return [{"title": title, "rows": rows} for title, rows in sections.items()]


@page("case.edit", methods=("GET", "POST"), held=True)
def case_codes(request: Request, case_id: UUID) -> HttpResponse:
    """Choose coded facts; opening them is on the record."""
    row = cases.find(request, case_id, "case.edit")
    opened = acts.open_record(by=request.actor, at=request.now, case=row)
    form = forms.Codes(posted(request), said=opened.whole().values)
    if form.is_bound and form.is_valid():
        acts.code_case(by=request.actor, at=request.now, case=row, values=form.values())
        messages.success(request, _("Written down."))
        return redirect("case_standard", row.id)
    code = 400 if form.is_bound else 200
    return render(request, "cases/case_codes.html", {"case": row, "form": form}, status=code)
