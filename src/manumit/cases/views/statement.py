"""The page on which a statement for authorities is made: a paper that is printed and kept nowhere."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from manumit.cases import statement
from manumit.cases.actions import statements as acts
from manumit.cases.forms import statement as forms
from manumit.cases.models import Case, Consent, Disclosure
from manumit.cases.views import cases
from manumit.core.actions import acting
from manumit.core.views import Request, page, posted, showing


@page("case.statement", methods=("GET", "POST"), held=True)
def case_statement(request: Request, case_id: UUID) -> HttpResponse:
    """Choose an authority that the person agreed to; the answer is the paper."""
    row = cases.find(request, case_id, "case.statement")
    agreed = acts.recipients_agreed(row, request.now)
    form = forms.Statement(
        posted(request),
        agreed=[(str(word.id), word.recipient_name) for word in agreed],
        initial=_initial(row, agreed),
    )
    if form.is_bound and form.is_valid():
        try:
            made = _written(request, row, agreed, form.cleaned_data)
            return showing.file(made.pdf, "paper.pdf")
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "case": row,
        "form": form,
        "agreed": agreed,
        "why_not": _why_not(row),
        "given": Disclosure.objects.of_cases([row.id]).filter(what="statement"),
    }
    code = 400 if form.is_bound else 200
    return render(request, "cases/case_statement.html", context, status=code)


def _initial(row: Case, agreed: list[Consent]) -> dict[str, Any]:
    own = row.language if row.language in statement.LANGUAGES else "en"
    return {"second_language": own, "agreed": str(agreed[0].id) if len(agreed) == 1 else ""}


def _written(
    request: Request, row: Case, agreed: list[Consent], given: dict[str, Any]
) -> acts.Paper:
    return acts.write_statement(
        by=request.actor,
        at=request.now,
        case=row,
        agreed=next(word for word in agreed if str(word.id) == given["agreed"]),
        state=given["state"],
        languages=(given["language"], given["second_language"]),
        with_name=given["with_name"],
    )


def _why_not(row: Case) -> str:
    return statement.why_not(
        trafficking=row.trafficking_status,
        protected=row.non_punishment,
        erased=row.erased_at is not None,
        state="SYR",  # the State and the languages are asked on the page
        languages=("en", "fr"),
    )
