"""Pages on which a person says who may be told what, and who never."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.cases import consent, languages, recipients
from manumit.cases.actions import consents, denials, disclosing, reading
from manumit.cases.forms import consent as forms
from manumit.cases.models import Case, Denial
from manumit.cases.views import cases
from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing


@page("consent.give", methods=("GET", "POST"), held=True)
def case_agree(request: Request, case_id: UUID) -> HttpResponse:
    """Choose a purpose and a recipient, then read the question out and write down the answer."""
    row = cases.find(request, case_id, "case.edit")
    whom = forms.Purpose(posted(request))
    if request.method == "POST" and whom.is_valid():
        return _ask(request, row, whom)
    code = 400 if whom.is_bound else 200
    return render(request, "cases/case_agree.html", {"case": row, "form": whom}, status=code)


def _ask(request: Request, row: Case, whom: forms.Purpose) -> HttpResponse:
    """Show the question in the person's language; with an answer, write it down."""
    purpose = consent.Purpose(whom.cleaned_data["purpose"])
    recipient = whom.cleaned_data["recipient"]
    named = disclosing.recipient_of(recipient).name
    denied = disclosing.why_denied(row, recipient, request.actor)
    form = forms.Agree(
        request.POST if request.POST.get("step") == "answer" else None,
        language=row.language,
        own=core_forms.language(),
        purpose=purpose,
        recipient=named,
        guardian=row.subject().needs_guardian(),
        initial={"interpreter": "no"},
    )
    if form.is_bound and not denied and form.is_valid():
        try:
            return _write(request, row, purpose, recipient, form)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "case": row,
        "whom": whom.cleaned_data,
        "form": form,
        "named": named,
        "denied": denied,
        "spoken": row.language,
        "spoken_name": languages.name(row.language),
        "spoken_direction": languages.direction(row.language),
    }
    code = 400 if form.is_bound else 200
    return render(request, "cases/case_agree_ask.html", context, status=code)


def _write(
    request: Request,
    row: Case,
    purpose: consent.Purpose,
    recipient: disclosing.Whom,
    form: forms.Agree,
) -> HttpResponse:
    for given, by_guardian in form.words():
        consents.give_consent(
            by=request.actor,
            at=request.now,
            subject=row,
            purpose=purpose,
            given=given,
            questions=form.questions(),
            language=form.texts.language,
            recipient=recipient,
            by_guardian=by_guardian,
            interpreter_used=form.cleaned_data["interpreter"] == "yes",
            classes=form.covers() if given else None,
        )
    messages.success(request, _("The person's words are written down."))
    return redirect("case_who_sees", row.id)


@page("consent.give", methods=("GET", "POST"), held=True)
def case_never(request: Request, case_id: UUID) -> HttpResponse:
    """List who is never to be told; add somebody, or take one back because the person wants it."""
    row = cases.find(request, case_id, "case.edit")
    act = request.POST.get("act", "")
    form = forms.Never(request.POST if act == "add" else None)
    try:
        if act == "take_back":
            return _take_back(request, row)
        if form.is_bound and form.is_valid():
            denials.deny_recipient(
                by=request.actor,
                at=request.now,
                case=row,
                recipient=form.cleaned_data["recipient"],
                kind=_kind(form.cleaned_data["kind"]),
            )
            messages.success(request, _("Written down. Whatever they could see has ended."))
            return redirect("case_never", row.id)
    except acting.Refused as refusal:
        showing.refused(form, refusal) if form.is_bound else showing.say_no(request, refusal)
    context = {"case": row, "form": form, "rows": _rows(request, row)}
    code = 400 if form.is_bound else 200
    return render(request, "cases/case_never.html", context, status=code)


def _kind(value: str) -> recipients.Kind:
    return recipients.Kind.OTHER if value == forms.LISTED else recipients.Kind(value)


def _take_back(request: Request, row: Case) -> HttpResponse:
    denial = guard.one_of(Denial.objects.filter(case=row), request.POST.get("denial", ""))
    denials.take_back_denial(by=request.actor, at=request.now, denial=denial)
    messages.success(request, _("Taken back. Nothing is shared by this: ask the person anew."))
    return redirect("case_never", row.id)


def _rows(request: Request, row: Case) -> list[dict[str, Any]]:
    """Return the standing denials in words; names under seal are opened, and that is on record."""
    standing = list(Denial.objects.about([row.id]).standing())
    names = reading.open_denials(by=request.actor, at=request.now, case=row, denials=standing)
    return [
        {"row": denial, "kind": _(denial.get_kind_display()), "name": name or denial.recipient_name}
        for denial, name in zip(standing, names, strict=True)
    ]
