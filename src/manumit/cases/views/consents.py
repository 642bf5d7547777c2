"""The pages of a person's consents: ask, and take back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.cases import consent, languages, minimise
from manumit.cases.actions import consents as acts
from manumit.cases.actions import recalling
from manumit.cases.forms import consent as labels
from manumit.cases.forms import screening as forms
from manumit.cases.models import Case, Consent, Screening
from manumit.cases.views import cases
from manumit.core import forms as core_forms
from manumit.core.actions import guard
from manumit.core.views import Request, page, posted


@page("consent.give", methods=("GET", "POST"), held=True)
def case_consents(request: Request, case_id: UUID) -> HttpResponse:
    """Ask for each purpose on its own, in the person's language; change a word."""
    row = cases.find(request, case_id, "case.edit")
    initial: dict[str, Any] = {"interpreter": "no"}
    for word in Consent.objects.about(row.subject_ids()).order_by("at", "id"):
        prefix = "guardian_" if word.by_guardian else ""
        initial[prefix + word.purpose] = "yes" if word.rule().stands(request.now.date()) else "no"
        initial["told"] = list(consent.QUESTIONS[1:])
    form = forms.Consents(
        posted(request),
        language=row.language,
        own=core_forms.language(),
        guardian=row.subject().needs_guardian(),
        initial=initial,
    )
    del form.fields["interpreter_name"]
    if request.method == "POST" and form.is_valid():
        _write(request, row, form, initial)
        messages.success(request, _("The person's words are written down."))
        return redirect("case", row.id)
    context = {
        "case": row,
        "form": form,
        "spoken": row.language,
        "spoken_name": languages.name(row.language),
        "spoken_direction": languages.direction(row.language),
    }
    code = 400 if form.is_bound else 200
    return render(request, "cases/case_consents.html", context, status=code)


def _write(request: Request, row: Case, form: forms.Consents, before: dict[str, Any]) -> None:
    for purpose, given, by_guardian in form.words():
        name = f"guardian_{purpose.value}" if by_guardian else purpose.value
        if before.get(name) == ("yes" if given else "no"):
            continue
        if before.get(name) == "yes":
            _take_back(request, row, purpose, by_guardian)
        acts.give_consent(
            by=request.actor,
            at=request.now,
            subject=row,
            purpose=purpose,
            given=given,
            questions=form.questions(),
            language=form.texts.language,
            by_guardian=by_guardian,
            interpreter_used=form.cleaned_data["interpreter"] == "yes",
        )


def _take_back(request: Request, row: Case, purpose: consent.Purpose, by_guardian: bool) -> None:
    """A yes that becomes a no is withdrawn, so that it takes effect everywhere at once."""
    standing = Consent.objects.about(row.subject_ids()).filter(
        purpose=purpose.value, given=True, withdrawn_at=None, by_guardian=by_guardian
    )
    for word in standing:
        acts.withdraw_consent(by=request.actor, at=request.now, consent=word)


@page("consent.withdraw", methods=("GET", "POST"))
def consent_withdraw(request: Request, consent_id: UUID) -> HttpResponse:
    """Take a consent back, and show what that did and what cannot be undone."""
    rows = Consent.objects.visible_to(request.actor.person, "consent.withdraw")
    word = guard.one_of(rows, consent_id)
    row = _case_of(request, word)
    context: dict[str, Any] = {"word": word, "case": row, "done": None}
    if request.method == "POST":
        done = acts.withdraw_consent(by=request.actor, at=request.now, consent=word)
        context["done"] = done
        context["stays"] = [(each, _in_words(each)) for each in done.cannot_recall]
    context["talk"] = word.purpose == consent.Purpose.INTERVIEW.value
    return render(request, "cases/consent_withdraw.html", context)


def _in_words(gone: recalling.CannotRecall) -> list[str]:
    """Return fields of a letter and kinds of content in words."""
    known = [name for name in gone.fields if name in minimise.BY_NAME]
    return [_(minimise.BY_NAME[name].label) for name in known] + labels.labels(gone.kinds)


def _case_of(request: Request, word: Consent) -> Case | None:
    known = Case.objects.visible_to(request.actor.person, "case.read")
    talk = Screening.objects.filter(pk=word.subject_id).first()
    return known.filter(pk=word.subject_id).first() or (
        known.filter(screening=talk).first() if talk else None
    )
