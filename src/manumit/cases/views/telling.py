"""Tell once: what was told, how often the person was asked, and accounts asked for and given."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from manumit.cases import consent, languages, telling
from manumit.cases.actions import accounts as acts
from manumit.cases.actions import disclosing
from manumit.cases.forms import telling as forms
from manumit.cases.models import Account, AccountRequest, Case
from manumit.cases.views import asking_again, cases
from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing


@page("telling.record", methods=("GET", "POST"), held=True)
def told(request: Request, case_id: UUID) -> HttpResponse:
    """Say how often the person was asked and by whom, list accounts; add a time elsewhere."""
    row = cases.find(request, case_id, "telling.record")
    form = forms.Elsewhere(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            acts.note_telling(
                by=request.actor,
                at=request.now,
                case=row,
                kind=telling.Kind.ELSEWHERE,
                times=form.cleaned_data["times"],
                elsewhere=form.cleaned_data["by"],
            )
            messages.success(request, _("Written down."))
            return redirect("told", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    mine = guard.visible(request.actor, "telling.read", Account).filter(case=row)
    readable = set(mine.values_list("id", flat=True))
    context = {
        "case": row,
        "told": asking_again.in_words(row),
        "accounts": [
            {"row": account, "may": account.id in readable and account.words is not None}
            for account in Account.objects.of_case(row).select_related("written_by")
        ],
        "requests": _waiting(request).filter(case=row),
        "form": form,
    }
    code = 400 if form.is_bound else 200
    return render(request, "cases/told.html", context, status=code)


@page("telling.record", methods=("GET", "POST"), held=True)
def told_new(request: Request, case_id: UUID) -> HttpResponse:
    """Warn when the person told before; then write down what they tell."""
    row = cases.find(request, case_id, "telling.record")
    before = asking_again.in_words(row)
    why_not = disclosing.why_not(
        row, consent.Purpose.INTERVIEW, None, "testimony", request.now.date(), request.actor
    )
    form = forms.Account(
        posted(request),
        again=before["times"] > 0,
        now=request.now,
        initial={"language": row.language},
    )
    if request.method == "POST" and not why_not and form.is_valid():
        given = form.cleaned_data
        try:
            acts.record_account(
                by=request.actor,
                at=request.now,
                case=row,
                texts=form.texts(),
                told_at=given["told_at"],
                language=given["language"],
                interpreter_used=bool(given["interpreter"].strip()),
                why_again=given.get("why_again", ""),
            )
            messages.success(request, _("It is kept, locked. The person need not tell it again."))
            return redirect("told", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {"case": row, "told": before, "form": form, "why_not": why_not}
    code = 400 if form.is_bound else 200
    return render(request, "cases/told_new.html", context, status=code)


@page("telling.read")
def told_read(request: Request, told_id: UUID) -> HttpResponse:
    """Read an account that one's own team wrote down; the opening is on the record."""
    rows = guard.visible(request.actor, "telling.read", Account).select_related("case")
    row = guard.one_of(rows, told_id)
    opened = acts.open_account(by=request.actor, at=request.now, account=row)
    return _account(request, row, opened, mine=True)


@page("telling.read_shared")
def told_given(request: Request, given_id: UUID) -> HttpResponse:
    """Read an account that another team gave with the person's yes."""
    rows = Account.objects.given_to(request.actor.unit).select_related("case")
    row = guard.one_of(rows, given_id)
    opened = acts.open_given_account(by=request.actor, at=request.now, account=row)
    return _account(request, row, opened, mine=False)


def _account(request: Request, row: Account, opened: dict[str, Any], *, mine: bool) -> HttpResponse:
    context = {
        "row": row,
        "mine": mine,
        "opened": opened,
        "language_name": languages.name(row.language),
    }
    return render(request, "cases/told_read.html", context)


def _waiting(request: Request) -> Any:
    rows = guard.visible(request.actor, "telling.answer", AccountRequest)
    return rows.filter(state=telling.Request.WAITING.value).select_related(
        "case", "from_unit__organisation"
    )


@page("telling.request", methods=("GET", "POST"), held=True)
def told_requests(request: Request) -> HttpResponse:
    """Ask a team for an account by the reference the person carries; see what was asked of whom."""
    form = forms.Ask(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            acts.request_account(by=request.actor, at=request.now, **form.cleaned_data)
            messages.success(
                request,
                _("If there is a record with this reference, its team has your request now."),
            )
            return redirect("told_requests")
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    asked = AccountRequest.objects.asked_by(request.actor.unit).select_related("asked_by")[:50]
    context = {
        "form": form,
        "waiting": _waiting(request).order_by("at", "id")[:50],
        "asked": [_asked(request, row) for row in asked],
    }
    code = 400 if form.is_bound else 200
    return render(request, "cases/told_requests.html", context, status=code)


def _asked(request: Request, row: AccountRequest) -> dict[str, Any]:
    given = Account.objects.given_to(request.actor.unit)
    there = row.state == telling.Request.GIVEN.value and row.case_id
    return {
        "row": row,
        "state": _(row.get_state_display()),
        "reason": _(row.get_reason_display()) if row.reason else "",
        "accounts": list(given.filter(case=row.case_id).order_by("told_at")) if there else [],
    }


@page("telling.answer", methods=("GET", "POST"), held=True)
def told_answer(request: Request, asked_id: UUID) -> HttpResponse:
    """Ask the person, then give the account or say why not."""
    rows = guard.visible(request.actor, "telling.answer", AccountRequest)
    asked = rows.select_related("case__unit", "from_unit__organisation").filter(pk=asked_id).first()
    if asked is None or asked.case is None:
        raise acting.NotFound
    row: Case = asked.case
    known = list(Account.objects.of_case(row).exclude(words=None))
    form = forms.Answer(
        posted(request),
        language=row.language,
        own=core_forms.language(),
        recipient=disclosing.recipient_of(asked.from_unit).name,
        offered=[(str(each.id), date_format(each.told_at, "DATETIME_FORMAT")) for each in known],
        guardian=row.subject().needs_guardian(),
        initial={"interpreter": "no", "accounts": [str(each.id) for each in known[:1]]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _answer(request, asked, known, form)
            messages.success(request, _("Answered."))
            return redirect("told", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "asked": asked,
        "case": row,
        "form": form,
        "denied": disclosing.why_denied(row, asked.from_unit, request.actor),
        "waits": asked.state == telling.Request.WAITING.value,
        "spoken": row.language,
        "spoken_name": languages.name(row.language),
    }
    code = 400 if form.is_bound else 200
    return render(request, "cases/told_answer.html", context, status=code)


def _answer(
    request: Request, asked: AccountRequest, known: list[Account], form: forms.Answer
) -> None:
    given = form.cleaned_data
    give = given["answer"] == "yes"
    acts.answer_request(
        by=request.actor,
        at=request.now,
        request=asked,
        give=give,
        accounts=[each for each in known if str(each.id) in given["accounts"]] if give else (),
        reason="" if give else given["answer"],
        questions=form.questions(),
        language=form.texts.language,
        interpreter_used=given["interpreter"] == "yes",
        guardian_agrees=given.get("guardian") == "yes",
    )
