"""Who can see what of a person and why; what left; the paper the person takes away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.cases import consent, languages, receipt
from manumit.cases.actions import passing_on, recalling, receipts, seeing
from manumit.cases.forms import consent as forms
from manumit.cases.models import Case, Consent, Denial, Disclosure
from manumit.cases.views import cases
from manumit.core.actions import acting
from manumit.core.views import Request, page, showing

# What a colleague passes on in words; letters, accounts and hand-overs say it themselves.
_BY_US = frozenset({"share_with_partner", "share_with_authority", "share_with_media"})
_BECAUSE = {
    seeing.Because.TEAM: gettext_noop("The team that helps"),
    seeing.Because.TALK: gettext_noop("Held the first talk"),
    seeing.Because.CONSENT: gettext_noop("The person agreed"),
    seeing.Because.HAND_OVER: gettext_noop("A hand-over of the case"),
    seeing.Because.PERSON: gettext_noop("The person, at their own door"),
    seeing.Because.NOTHING: gettext_noop("No reason was found: tell the data protection officer"),
}


@page("case.read", methods=("GET", "POST"))
def case_who_sees(request: Request, case_id: UUID) -> HttpResponse:
    """Say who can see what and why, who opened it lately, who never may, and what left."""
    row = cases.find(request, case_id)
    if request.method == "POST":
        return _told(request, row)
    sees = seeing.who_sees(row, request.now)
    words = Consent.objects.about(row.subject_ids())
    context = {
        "case": row,
        "sees": [_seen(each) for each in sees],
        "others": seeing.strangers(row, sees),
        "denials": Denial.objects.about([row.id]).standing(),
        "left": [_left(each) for each in seeing.left(row)],
        "words": _words(request, row.id, words),
        "waiting": recalling.waiting(row),
        "may": row.worker_id == request.actor.id or request.actor.role == "supervisor",
        "guardian": row.subject().needs_guardian(),
    }
    return render(request, "cases/case_who_sees.html", context)


def _told(request: Request, row: Case) -> HttpResponse:
    """Write down that somebody was told: that a yes ended, or what a standing yes covers."""
    sent = request.POST.get("disclosure") or request.POST.get("consent", "")
    if not sent:
        messages.error(request, _("Choose who was told."))
        return redirect("case_who_sees", row.id)
    try:
        wanted = UUID(sent)
    except ValueError as problem:
        raise acting.NotFound from problem
    ended = Disclosure.objects.filter(case=row, pk=wanted).first()
    word = Consent.objects.about([row.id]).filter(pk=wanted).first()
    try:
        if ended is not None:
            recalling.note_told(by=request.actor, at=request.now, disclosure=ended)
        elif word is not None:
            passing_on.note_passed_on(by=request.actor, at=request.now, consent=word)
        else:
            raise acting.NotFound
        messages.success(request, _("Written down: they were told."))
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
    return redirect("case_who_sees", row.id)


def _seen(each: seeing.Sees) -> dict[str, Any]:
    purpose = each.disclosure.get_purpose_display() if each.disclosure else ""
    return {
        "unit": each.unit,
        "because": _(_BECAUSE[each.because]),
        "alarm": each.because is seeing.Because.NOTHING,
        "purpose": _(purpose) if purpose else "",
        "classes": forms.labels(each.disclosure.classes if each.disclosure else each.classes),
        "until": each.until,
        "readers": [reader for reader in each.readers if reader.may],
        "closed": [reader for reader in each.readers if not reader.may],
    }


def _left(row: Disclosure) -> dict[str, Any]:
    return {
        "row": row,
        "how": _(row.get_how_display()),
        "purpose": _(row.get_purpose_display()),
        "classes": forms.labels(row.classes),
    }


def _words(request: Request, case_id: UUID, rows: Any) -> list[dict[str, Any]]:
    """Return the yeses that stand, with what each is about."""
    today = request.now.date()
    return [
        {
            "row": row,
            "label": _(row.get_purpose_display()),
            "classes": forms.labels(row.classes or ()) if row.recipient_id else [],
            "by_us": row.purpose in _BY_US and row.subject_id == case_id and not row.by_guardian,
        }
        for row in rows
        if row.rule().stands(today)
    ]


@page("consent.give", methods=("GET", "POST"), held=True)
def case_receipt(request: Request, case_id: UUID) -> HttpResponse:
    """Show the paper in the person's language, let them choose neutral names, and print it."""
    row = cases.find(request, case_id, "case.edit")
    asked = request.POST if request.method == "POST" else request.GET
    guardian = asked.get("for") == "guardian"
    said = receipts.words_for(row, guardian=guardian)
    names = {
        word.recipient: request.POST.get(f"name_{word.recipient}", "").replace("\0", "")[:40]
        for word in said
        if word.recipient
    }
    if request.method == "POST":
        paper = receipts.print_receipt(
            by=request.actor, at=request.now, case=row, names=names, guardian=guardian
        )
        return showing.file(paper.pdf, "notes.pdf")
    texts = receipt.of(row.language)
    context = {
        "case": row,
        "guardian": guardian,
        "lines": receipt.lines(said, texts, request.now.date(), names),
        "texts": texts,
        "words_direction": languages.direction(texts.language),
        "spoken": row.language,
        "spoken_name": languages.name(row.language),
        "recipients": _recipients(said),
    }
    return render(request, "cases/case_receipt.html", context)


def _recipients(said: list[consent.Consent]) -> list[dict[str, str]]:
    """Return each recipient once, with the neutral name it would have."""
    known = {word.recipient: word.recipient_name for word in said if word.recipient}
    return [
        {"field": f"name_{key}", "name": name, "neutral": receipt.neutral(name)}
        for key, name in known.items()
    ]
