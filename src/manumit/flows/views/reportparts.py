"""The parts of a report, each on a page of its own: the form says what the file will."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.actions import acting
from manumit.core.forms import said
from manumit.core.views import Request, page, posted, showing
from manumit.flows import goaml_check, goaml_draft
from manumit.flows import known as facts
from manumit.flows.actions import profiles
from manumit.flows.actions import reports as acts
from manumit.flows.forms import report as forms
from manumit.flows.models import Report
from manumit.flows.views import reports as pages
from manumit.flows.views import wording


def _opened(request: Request, report_id: UUID) -> acts.Opened:
    row = pages.find(request, report_id, "report.write")
    return acts.open_report(by=request.actor, at=request.now, report=row)


def _saved(request: Request, row: Report, table: str, values: Mapping[str, Any], form: Any) -> bool:
    try:
        acts.save_answers(by=request.actor, at=request.now, report=row, table=table, values=values)
    except acting.Refused as refusal:
        showing.refused(form, refusal)
        return False
    messages.success(request, _("Kept."))
    return True


def _part(
    request: Request,
    report_id: UUID,
    where: goaml_check.Where,
    places: Sequence[forms.Place],
    intro: str = "",
) -> HttpResponse:
    """Show and keep one part that is one table of answers."""
    opened = _opened(request, report_id)
    table = opened.answers.get(where.value) or {}
    form = forms.Elements(
        posted(request),
        places=places,
        profile=profiles.get(opened.row.profile),
        table=table,
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and _saved(request, opened.row, where.value, form.table(), form)
    ):
        return redirect("report", opened.row.id)
    title = _(goaml_check.WHERE[where])
    return showing.form_page(request, form, title, pages.back_to(opened.row), intro=intro)


@page("report.write", methods=("GET", "POST"), held=True)
def report_about(request: Request, report_id: UUID) -> HttpResponse:
    """Fill in what holds for the report as a whole, and its indicators."""
    opened = _opened(request, report_id)
    profile = profiles.get(opened.row.profile)
    usual = {"entity_reference": opened.known.reference, "currency": opened.known.currency}
    table = {**profile.usual.get("report", {}), **usual, **(opened.answers.get("report") or {})}
    form = forms.About(
        posted(request),
        places=forms.about(),
        profile=profile,
        table=table,
        proposed=goaml_draft.indicators(opened.known, profile),
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and _saved(request, opened.row, "report", form.table(), form)
    ):
        return redirect("report", opened.row.id)
    title = _(goaml_check.WHERE[goaml_check.Where.REPORT])
    return showing.form_page(request, form, title, pages.back_to(opened.row))


@page("report.write", methods=("GET", "POST"), held=True)
def report_reporter(request: Request, report_id: UUID) -> HttpResponse:
    """Fill in who reports."""
    intro = _("The next report begins with the same.")
    return _part(request, report_id, goaml_check.Where.REPORTER, forms.reporter(), intro)


@page("report.write", methods=("GET", "POST"), held=True)
def report_location(request: Request, report_id: UUID) -> HttpResponse:
    """Fill in where it was noticed."""
    return _part(request, report_id, goaml_check.Where.LOCATION, forms.location())


@page("report.write", methods=("GET", "POST"), held=True)
def report_transactions(request: Request, report_id: UUID) -> HttpResponse:
    """Fill in what holds for all transactions."""
    intro = _("Dates, amounts and sides come from the ledger. This holds for all of them.")
    return _part(request, report_id, goaml_check.Where.TRANSACTION, forms.transactions(), intro)


@page("report.write", methods=("GET", "POST"), held=True)
def report_accounts(request: Request, report_id: UUID) -> HttpResponse:
    """Fill in what holds for all accounts; list them, each with its own page (?n=)."""
    opened = _opened(request, report_id)
    accounts = sorted(opened.known.accounts, key=lambda one: (one.possible_victim, one.identifier))
    number = request.GET.get("n", "")
    if number.isascii() and number.isdigit() and int(number[:6]) < len(accounts):
        return _account(request, opened, accounts[int(number[:6])])
    form = forms.Elements(
        posted(request),
        places=forms.all_accounts(),
        profile=profiles.get(opened.row.profile),
        table=opened.answers.get("account") or {},
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and _saved(request, opened.row, "account", form.table(), form)
    ):
        return redirect("report_accounts", opened.row.id)
    lacking = _lacking(opened, request)
    context = {
        "report": opened.row,
        "form": form,
        "accounts": [
            {
                "number": n,
                "identifier": one.identifier,
                "name": one.name,
                "part": wording.part(one.part) if one.part else "",
                "victim": one.possible_victim,
                "lacks": core_forms.number(lacking.get(one.identifier, 0)),
                "any": bool(lacking.get(one.identifier)),
            }
            for n, one in enumerate(accounts)
        ],
    }
    status = 400 if form.is_bound else 200
    return render(request, "flows/report_accounts.html", context, status=status)


def _faults(opened: acts.Opened, request: Request) -> Sequence[goaml_check.Fault]:
    examined = acts.examine(
        known=opened.known,
        answers=opened.answers,
        text=opened.text,
        profile=profiles.get(opened.row.profile),
        on=request.now,
    )
    return examined.faults


def _lacking(opened: acts.Opened, request: Request) -> dict[str, int]:
    counts: dict[str, int] = {}
    for fault in _faults(opened, request):
        if fault.where is goaml_check.Where.ACCOUNT:
            counts[fault.thing] = counts.get(fault.thing, 0) + 1
    return counts


def _account(request: Request, opened: acts.Opened, account: facts.Account) -> HttpResponse:
    table = (opened.answers.get("accounts") or {}).get(account.identifier) or {}
    form = forms.OneAccount(
        posted(request),
        places=forms.one_account(business=account.kind == "business"),
        profile=profiles.get(opened.row.profile),
        table=table,
        victim=account.possible_victim,
    )
    if request.method == "POST" and form.is_valid():
        values = {account.identifier: form.table()}
        if _saved(request, opened.row, "accounts", values, form):
            return redirect("report_accounts", opened.row.id)
    context = {
        "report": opened.row,
        "form": form,
        "account": account,
        "says": [
            said(fault.says)
            for fault in _faults(opened, request)
            if fault.thing == account.identifier
        ],
    }
    status = 400 if form.is_bound else 200
    return render(request, "flows/report_account.html", context, status=status)


@page("report.write", methods=("GET", "POST"), held=True)
def report_narrative(request: Request, report_id: UUID) -> HttpResponse:
    """Edit the narrative, or draft it anew from the facts."""
    opened = _opened(request, report_id)
    row = opened.row
    anew = request.POST.get("act", "")
    initial = {"language": opened.language, "text": opened.text}
    form = forms.Narrative(None if anew else posted(request), initial=initial)
    try:
        if request.method == "POST" and anew in {"en", "fr"}:
            acts.draft_again(by=request.actor, at=request.now, report=row, language=anew)
            return redirect("report_narrative", row.id)
        if request.method == "POST" and form.is_valid():
            acts.save_narrative(
                by=request.actor, at=request.now, report=row,
                language=form.cleaned_data["language"] or opened.language,
                text=form.cleaned_data["text"],
            )  # fmt: skip
            return redirect("report", row.id)
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
        return redirect("report", row.id)
    context = {"report": row, "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "flows/report_narrative.html", context, status=status)


@page("report.write", methods=("GET", "POST"), held=True)
def report_files(request: Request, report_id: UUID) -> HttpResponse:
    """Add files that go with the report, or take one out."""
    opened = _opened(request, report_id)
    row, limits = opened.row, profiles.get(opened.row.profile).limits
    removing = request.POST.get("remove", "")
    adding = request.method == "POST" and not removing
    form = forms.Attach(*((request.POST, request.FILES) if adding else ()))
    try:
        if removing:
            file = next((one for one, _name in opened.files if str(one.pk) == removing), None)
            if file is None:
                raise acting.NotFound
            acts.remove_file(by=request.actor, at=request.now, report=row, file=file)
            return redirect("report_files", row.id)
        if adding and form.is_valid():
            given = form.cleaned_data["file"]
            acts.attach_file(
                by=request.actor, at=request.now, report=row, name=given.name, content=given.read()
            )
            return redirect("report_files", row.id)
    except acting.Refused as refusal:
        showing.refused(form, refusal) if form.is_bound else showing.say_no(request, refusal)
    context = {
        "report": row,
        "form": form,
        "files": [
            {"id": one.pk, "name": name, "size": core_forms.number(f"{one.size:,}")}
            for one, name in opened.files
        ],
        "endings": ", ".join(limits.endings),
        "most": core_forms.number(limits.file_bytes // 1_000_000),
        "all": core_forms.number(limits.zip_bytes // 1_000_000),
    }
    return render(request, "flows/report_files.html", context, status=400 if form.is_bound else 200)
