"""Asking a service for help: which one, what it is told, the person's word, its answer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.cases import consent, languages, minimise, needs, referral
from manumit.cases.actions import consents, disclosing, letters, reading
from manumit.cases.actions import referrals as acts
from manumit.cases.forms import parts
from manumit.cases.forms import referral as forms
from manumit.cases.models import Answering, Case, Need, Referral
from manumit.cases.views import cases, paging, timeline, wording
from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.directory import codes, eligibility
from manumit.directory.models import Place, Service

SHOWN = 8


def _need_of(row: Case, need_id: UUID) -> Need:
    return guard.one_of(Need.objects.filter(case=row).select_related("case"), need_id)


def _near(asked: str) -> Place | None:
    """Return the place that is meant: the name itself before a name that holds the word."""
    if not asked.strip():
        return None
    known = Place.objects.filter(latitude__isnull=False, longitude__isnull=False)
    exact = known.filter(name__iexact=asked.strip()).order_by("id").first()
    return exact or known.filter(name__icontains=asked.strip()).order_by("name", "id").first()


def _person(known: dict[str, Any]) -> eligibility.Person:
    sex = known.get("sex") or ""
    return eligibility.Person(
        age=known.get("age"),
        sex=sex if sex in {"female", "male"} else "",
        nationality=known.get("nationality") or "",
    )


@page("referral.send", methods=("GET", "POST"), held=True)
def refer(request: Request, case_id: UUID, need_id: UUID) -> HttpResponse:
    """Offer services for a need: open, near, fitting, fresh; the others with why not.

    Where to look goes in the body: it may be where the person is, and an address stays in places
    that nobody clears.
    """
    row = cases.find(request, case_id, "referral.send")
    need = _need_of(row, need_id)
    kinds = needs.services_for(need.kind)
    given = request.POST
    kind = given["kind"] if given.get("kind") in kinds else kinds[0]
    known = reading.open_people(
        by=request.actor, at=request.now, cases=[row], purpose="find a service"
    )[0]
    asked = given.get("near", str(known.get("place") or "")).replace("\0", "")[:200]
    place = _near(asked)
    offers = Service.objects.offered(
        kind,
        place.point if place else None,
        _person(known),
        row.language,
        request.now,
        _answering(kind),
    )
    denied = _denied(request, row, offers)
    fits = [offer for offer in offers if not offer.why_not and offer.service.id not in denied]
    every = bool(given.get("all"))
    context = {
        "case": row,
        "need": need,
        "title": _(needs.label(need.kind)),
        "form": forms.Near(initial={"near": asked, "kind": kind}),
        "asked": asked,
        "place": place,
        "kinds": [(each, codes.label("needs", each, core_forms.language())) for each in kinds],
        "kind": kind,
        "offers": [_offer(offer) for offer in (fits if every else fits[:SHOWN])],
        "more": 0 if every else max(0, len(fits) - SHOWN),
        "denied": [_offer(offer) for offer in offers if offer.service.id in denied],
        "unfit": [_offer(offer) for offer in offers if offer.why_not][:20],
    }
    return render(request, "cases/refer.html", context)


def _denied(request: Request, row: Case, offers: Sequence[Any]) -> set[UUID]:
    """Name the services that the person never wants told."""
    said = disclosing.words(row, request.actor).denials
    return {
        offer.service.id
        for offer in offers
        if said and consent.why_denied(said, disclosing.recipient_of(offer.service))
    }


def _answering(kind: str) -> dict[UUID, float]:
    """Return the real answering times of services for this kind of help, by service."""
    rows = Answering.objects.filter(service__need_rows__need=kind, median_hours__isnull=False)
    known = rows.values_list("service_id", "median_hours")
    return {service: hours for service, hours in known if hours is not None}


def _offer(offer: Any) -> dict[str, Any]:
    lang = core_forms.language()
    return {
        "service": offer.service,
        "name": offer.service.name_in(lang),
        "organisation": offer.service.organisation.name,
        "place": offer.service.place.name_in(lang) if offer.service.place_id else "",
        "distance": round(offer.distance_km) if offer.distance_km is not None else None,
        "open_now": offer.open_now,
        "reasons": offer.reasons,
        "to_ask": offer.to_ask,
        "why_not": offer.why_not,
        "cannot": offer.service.why_not_refer(),
        "here": offer.service.unit_id is not None,
        "warning": offer.fresh.warning,
    }


@page("referral.send", methods=("GET", "POST"), held=True)
def refer_to(request: Request, case_id: UUID, need_id: UUID, service_id: UUID) -> HttpResponse:
    """Show field by field what would go, ask the person, and send."""
    row = cases.find(request, case_id, "referral.send")
    need = _need_of(row, need_id)
    service = guard.one_of(Service.objects.whole(), service_id)
    recipient = consents.recipient_name(service)
    would_go = _would_go(request, row, need, service)
    form = forms.Send(
        posted(request),
        language=row.language,
        own=core_forms.language(),
        recipient=recipient,
        offered=[field for field in minimise.offered(need.kind) if field.name in would_go],
        guardian=row.subject().needs_guardian(),
        initial={
            "interpreter": "yes" if row.screening and row.screening.interpreter_used else "no"
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _send(request, row, need, service, form)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    decisions = letters.preview(
        case=row,
        need=need,
        service=service,
        on=request.now.date(),
        withheld=request.POST.getlist("withheld"),
    )
    context = {
        "case": row,
        "need": need,
        "need_title": _(needs.label(need.kind)),
        "service": service,
        "recipient": recipient,
        "form": form,
        "goes": [
            (d.label, d.reason.replace(" The person agreed.", "")) for d in decisions if d.goes
        ],
        "stays": [d for d in decisions if not d.goes],
        "spoken": row.language,
        "spoken_name": languages.name(row.language),
        "spoken_direction": languages.direction(row.language),
        "answers_here": service.unit_id is not None,
        "cannot": service.why_not_refer() or disclosing.why_denied(row, service, request.actor),
    }
    code = 400 if form.is_bound else 200
    return render(request, "cases/refer_to.html", context, status=code)


def _would_go(request: Request, row: Case, need: Need, service: Service) -> set[str]:
    """Name the fields that would go if nothing were held back."""
    chosen = letters.preview(case=row, need=need, service=service, on=request.now.date())
    return {decision.field for decision in chosen if decision.goes}


def _send(
    request: Request, row: Case, need: Need, service: Service, form: forms.Send
) -> HttpResponse:
    given = form.cleaned_data
    made = _draft(request, row, need, service, given["message"])
    words = [(given["agrees"] == "yes", False)]
    if "guardian" in given:
        words.append((given["guardian"] == "yes", True))
    for agreed, by_guardian in sorted(words, key=lambda word: word[0]):
        made = acts.consent_referral(
            by=request.actor,
            at=request.now,
            referral=made,
            given=agreed,
            questions=form.questions(),
            language=form.texts.language,
            withheld=given["withheld"],
            classes=form.covers() if agreed else None,
            by_guardian=by_guardian,
            interpreter_used=given["interpreter"] == "yes",
        )
        if not agreed:
            text = _("The person said no. Nothing was sent, and help goes on.")
            messages.success(request, text)
            return redirect("case", row.id)
    acts.send_referral(by=request.actor, at=request.now, referral=made)
    messages.success(request, _("Sent. The service's time to answer runs now."))
    return redirect("referral", made.id)


def _draft(request: Request, row: Case, need: Need, service: Service, message: str) -> Referral:
    """Return the draft that was begun before for this service, or a new one."""
    begun = Referral.objects.filter(
        need=need, service=service, state__in=[referral.State.DRAFT, referral.State.CONSENTED]
    ).first()
    return begun or acts.draft_referral(
        by=request.actor, at=request.now, case=row, need=need, service=service, message=message
    )


def find(request: Request, referral_id: UUID, permission: str = "referral.read") -> Referral:
    """Return a referral that this account may use; raises NotFound."""
    rows = Referral.objects.visible_to(request.actor.person, permission)
    return guard.one_of(
        rows.select_related("service__organisation", "need", "case", "unit", "to_unit"), referral_id
    )


def sends(request: Request, row: Referral) -> bool:
    """Tell whether this account is on the side that sent it."""
    return row.unit_id == request.actor.person.unit_id


@page("referral.read")
def referral_(request: Request, referral_id: UUID) -> HttpResponse:
    """Show a referral: to its sender how it stands, to the service the letter and nothing else."""
    row = find(request, referral_id)
    if request.actor.role == "service_focal_point" or not sends(request, row):
        return _letter(request, row)
    opened = None
    if request.GET.get("open") and row.letter is not None:
        opened = reading.open_letter(by=request.actor, at=request.now, referral=row)
    context = {
        "row": row,
        "need": _(needs.label(row.need.kind)),
        "service": row.service.name_in(core_forms.language()),
        "clock": wording.due(row.due_at, request.now)
        if row.due_at and row.state in {s.value for s in referral.WAITING}
        else None,
        "opened": opened,
        "letter": letter_rows(opened["letter"]) if opened and opened.get("letter") else [],
        "sent_fields": [
            _(minimise.BY_NAME[name].label) for name in row.sent_fields if name in minimise.BY_NAME
        ],
        "timeline": timeline.of_objects([row.id], whole=bool(request.GET.get("whole"))),
        "whole": bool(request.GET.get("whole")),
        "acts": {act.value: not referral.why_not(row.state, act) for act in referral.Act},
        "answer": forms.Answer(),
        "ending": forms.End(prefix="end"),
        "mine": row.worker_id == request.actor.id or request.actor.role == "supervisor",
    }
    return render(request, "cases/referral.html", context)


def letter_rows(letter: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the letter's fields in their order, in words."""
    return [
        {"key": _(field.label), "value": _value(field.name, letter[field.name])}
        for field in minimise.FIELDS
        if field.name in letter
    ]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "language":
        return languages.name(str(value))
    if name == "nationality":
        return eligibility.country(str(value), core_forms.language())
    if name == "sex":
        return str(dict(parts.SEX).get(str(value), value))
    if name in {"need", "urgency"}:
        return _(str(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@page("inbox.read")
def inbox(request: Request) -> HttpResponse:
    """List what waits for this service's answer; then, or on pages of their own, the rest."""
    lists = {"waiting": _waiting, "in_hand": _in_hand, "ended": _ended}
    shown = request.GET.get("list", "")
    shown = shown if shown in lists else "waiting"
    found = lists[shown](request)
    rest = {} if shown != "waiting" or not found.first else {"in_hand": 10, "ended": 5}
    context = {
        "shown": shown,
        "page": found,
        "rows": [_inbox_row(row, request) for row in found.rows],
        "rest": {
            name: [_inbox_row(row, request) for row in lists[name](request, few).rows]
            for name, few in rest.items()
        },
    }
    return render(request, "cases/inbox.html", context)


def _waiting(request: Request, size: int = 0) -> paging.Page[Referral]:
    return _by_due(request, Referral.objects.inbox(request.actor.unit), size)


def _in_hand(request: Request, size: int = 0) -> paging.Page[Referral]:
    return _by_due(request, Referral.objects.in_hand(request.actor.unit), size)


def _by_due(request: Request, rows: Any, size: int) -> paging.Page[Referral]:
    after = paging.key(request)
    rows = rows.after(*after) if after else rows
    return paging.page(request, rows, lambda row: row.due_at, size or paging.SIZE)


def _ended(request: Request, size: int = 0) -> paging.Page[Referral]:
    rows, after = Referral.objects.ended(request.actor.unit), paging.key(request)
    rows = rows.ended_before(*after) if after else rows
    return paging.page(request, rows, lambda row: row.ended_at, size or paging.SIZE)


def _inbox_row(row: Referral, request: Request) -> dict[str, Any]:
    waiting = row.state in {s.value for s in referral.WAITING}
    return {
        "row": row,
        "number": str(row.id)[-6:].upper(),
        "service": row.service.name_in(core_forms.language()),
        "state": _(row.get_state_display()),
        "clock": wording.due(row.due_at, request.now) if waiting and row.due_at else None,
        "new": row.first_read_at is None and waiting,
    }


def _letter(request: Request, row: Referral, form: Any = None, ending: Any = None) -> HttpResponse:
    """Show the service its letter. What has ended or was taken back can no longer be read."""
    readable = row.state in {s.value for s in referral.WITH_SERVICE}
    opened = reading.open_letter(by=request.actor, at=request.now, referral=row) if readable else {}
    context = {
        "row": row,
        "number": str(row.id)[-6:].upper(),
        "service": row.service.name_in(core_forms.language()),
        "readable": readable,
        "letter": letter_rows(opened.get("letter") or {}),
        "message": opened.get("message") or "",
        "answer_note": opened.get("answer_note") or "",
        "clock": wording.due(row.due_at, request.now)
        if row.due_at and row.state in {s.value for s in referral.WAITING}
        else None,
        "state": _(row.get_state_display()),
        "acts": {act.value: not referral.why_not(row.state, act) for act in referral.Act},
        "form": form or forms.Answer(),
        "ending": ending or forms.End(prefix="end"),
    }
    bad = (form is not None and form.is_bound) or (ending is not None and ending.is_bound)
    return render(request, "cases/letter.html", context, status=400 if bad else 200)


@page("referral.answer", methods=("POST",))
def referral_answer(request: Request, referral_id: UUID) -> HttpResponse:
    """The service says yes, or no with a reason."""
    row = find(request, referral_id, "referral.answer")
    form = forms.Answer(request.POST)
    if form.is_valid():
        try:
            acts.answer_referral(by=request.actor, at=request.now, referral=row, **_answer(form))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        else:
            messages.success(request, _("Your answer is sent, and the clock has stopped."))
        return redirect("referral", row.id)
    return _letter(request, row, form=form)


def _answer(form: forms.Answer) -> dict[str, Any]:
    given = form.cleaned_data
    accept = given["answer"] == "yes"
    return {"accept": accept, "reason": "" if accept else given["reason"], "note": given["note"]}


@page("referral.record_answer", methods=("GET", "POST"), held=True)
def referral_record(request: Request, referral_id: UUID) -> HttpResponse:
    """Write down the answer that a service gave by telephone."""
    row = find(request, referral_id, "referral.record_answer")
    form = forms.Answer(posted(request))
    form.fields["answer"].label = _("Can they help?")
    if request.method == "POST" and form.is_valid():
        try:
            acts.record_answer(by=request.actor, at=request.now, referral=row, **_answer(form))
            messages.success(request, _("The answer is written down, and the clock has stopped."))
            return redirect("referral", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "case": row.case,
        "form": form,
        "title": _("The service answered"),
        "button": _("Save"),
        "back": row.id,
    }
    code = 400 if form.is_bound else 200
    return render(request, "cases/case_form.html", context, status=code)


@page("referral.progress", methods=("POST",))
def referral_progress(request: Request, referral_id: UUID) -> HttpResponse:
    """The help has begun, or it ended."""
    row = find(request, referral_id, "referral.progress")
    try:
        if request.POST.get("act") == "start":
            acts.start_service(by=request.actor, at=request.now, referral=row)
            return redirect("referral", row.id)
        ending = forms.End(request.POST, prefix="end")
        if not ending.is_valid():
            if request.actor.role == "service_focal_point":
                return _letter(request, row, ending=ending)
            messages.error(request, _("Choose how it ended."))
            return redirect("referral", row.id)
        done = ending.cleaned_data["how"] == "done"
        outcome = "" if done else ending.cleaned_data["how"]
        acts.end_service(by=request.actor, at=request.now, referral=row, done=done, outcome=outcome)
        messages.success(request, _("Saved."))
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
    return redirect("referral", row.id)


@page("consent.withdraw", methods=("GET", "POST"))
def referral_withdraw(request: Request, referral_id: UUID) -> HttpResponse:
    """Take a referral back because the person wants that."""
    row = find(request, referral_id, "consent.withdraw")
    if request.method == "POST":
        try:
            consents.withdraw_referral(by=request.actor, at=request.now, referral=row)
            messages.success(request, _("Taken back. Nobody can read the letter any more."))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("referral", row.id)
    return render(request, "cases/referral_withdraw.html", {"row": row})


@page("referral.send", methods=("POST",))
def referral_send(request: Request, referral_id: UUID) -> HttpResponse:
    """Send a referral that the person has agreed to."""
    row = find(request, referral_id, "referral.send")
    try:
        acts.send_referral(by=request.actor, at=request.now, referral=row)
        messages.success(request, _("Sent. The service's time to answer runs now."))
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
    return redirect("referral", row.id)
