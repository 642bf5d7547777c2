"""What programmes of States answer, in words, for the page of a case and a page of its own."""

from typing import Any

from django.utils.translation import gettext as _

from manumit.cases import eligibility
from manumit.cases.actions import entitlements
from manumit.core import forms as core_forms
from manumit.directory import eligibility as countries


def in_words(told: entitlements.Told | None) -> dict[str, Any] | None:
    """Return the answers in words, for cases/_support.html."""
    if told is None:
        return None
    named = [countries.country(code, core_forms.language()) for code in told.not_determined]
    return {"answers": [_answer(each) for each in told.answers], "not_determined": named}


_MARKS = {True: ("green", "Yes"), False: ("red", "No"), None: ("grey", "Not known")}
_RESULTS = {
    eligibility.Result.MAY_ASK: "green",
    eligibility.Result.MISSING: "yellow",
    eligibility.Result.NOT_COVERED: "grey",
}
_STATUS = {
    "verified": "source checked",
    "secondary": "source read through others",
    "pending": "source still to be checked",
}


def _answer(each: eligibility.Answer) -> dict[str, Any]:
    programme = each.programme
    place = countries.country(programme.country, core_forms.language()) if programme.country else ""
    return {
        "title": _(programme.title),
        "country": place,
        "law": programme.law,
        "result": _(eligibility.RESULT_LABELS[each.result]),
        "colour": _RESULTS[each.result],
        "reasons": [
            {"words": _(r.words), "colour": _MARKS[r.holds][0], "mark": _(_MARKS[r.holds][1])}
            for r in each.reasons
        ],
        "missing": [_(eligibility.FACTS[name]) for name in each.missing],
        "papers": [_(eligibility.PAPERS[name]) for name in each.papers],
        "gives": [_(eligibility.GIVES[name]) for name in programme.gives],
        "ask_at": _(programme.ask_at),
        "mind": _(programme.mind),
        "source": programme.source,
        "status": _(_STATUS[programme.source_status]),
        "covered": each.result is not eligibility.Result.NOT_COVERED,
    }
