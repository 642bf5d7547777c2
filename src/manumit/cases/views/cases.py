"""The pages of cases: the list, one case, and what is written down on it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.cases import consent, languages, needs, reference, referral, status
from manumit.cases.actions import cases as acts
from manumit.cases.actions import consents, entitlements, reading
from manumit.cases.forms import case as forms
from manumit.cases.forms import parts
from manumit.cases.models import (
    Case,
    Clock,
    Consent,
    Need,
    Note,
    ProtectionLift,
    Referral,
)
from manumit.cases.views import paging, same, state_support, timeline, wording
from manumit.core import forms as core_forms
from manumit.core import models as core
from manumit.core import roles
from manumit.core.actions import acting, guard, names
from manumit.core.views import Request, page, posted, showing
from manumit.directory import eligibility

TAGS = {
    needs.Status.OPEN.value: "blue",
    needs.Status.MET.value: "green",
    needs.Status.DECLINED.value: "grey",
    needs.Status.NOT_APPLICABLE.value: "grey",
}


def find(request: Request, case_id: UUID, permission: str = "case.read") -> Case:
    """Return a case that this account may use; raises NotFound."""
    rows = Case.objects.visible_to(request.actor.person, permission)
    return guard.one_of(rows.select_related("unit", "worker", "screening"), case_id)


@page("case.read")
def cases(request: Request) -> HttpResponse:
    """List cases by reference; names are opened on request, and that is on the record."""
    user = request.actor.person
    form = forms.Filter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    rows = Case.objects.visible_to(user, "case.read").select_related("worker")
    rows = _kept(rows, given, user)
    newest = given.get("sort") == "newest" or given.get("state") == "closed"  # nothing is due there
    after = paging.key(request)
    ordered = rows.newest(after) if newest else rows.by_duty(after)
    found = paging.page(request, ordered, lambda row: row.opened_at if newest else row.next_due_at)
    listed = [_row(case, request) for case in found.rows]
    opened = _names(request, found.rows) if request.GET.get("names") else None
    for row, name in zip(listed, opened or (), strict=False):
        row["name"] = name
    context = {
        "form": form,
        "page": found,
        "rows": listed,
        "names": opened,
        "with_names": _query(request, names="1"),
        "filtered": any(given.get(name) for name in ("whose", "state")),
    }
    return render(request, "cases/cases.html", context)


def _query(request: Request, **change: str) -> str:
    query = request.GET.copy()
    for name, value in change.items():
        query[name] = value
    return query.urlencode()


def _kept(rows: Any, given: dict[str, str], user: core.User) -> Any:
    if given.get("whose") == "mine":
        rows = rows.filter(worker=user)
    if given.get("whose") == "nobody":
        return rows.unassigned()
    if given.get("state") == "closed":
        closed = [s.value for s in status.CaseStatus if s not in status.OPEN]
        return rows.filter(case_status__in=closed)
    rows = rows.open()
    return rows.filter(urgent=True) if given.get("state") == "urgent" else rows


def _row(case: Case, request: Request) -> dict[str, Any]:
    return {
        "case": case,
        "clock": wording.due(case.due_at, request.now) if case.due_at else None,
        "mine": case.worker_id == request.actor.id,
    }


def _names(request: Request, rows: Any) -> list[str]:
    opened = reading.open_people(
        by=request.actor, at=request.now, cases=rows, purpose="list of cases"
    )
    return [str(person.get("name") or _("No name")) for person in opened]


@page("case.read")
def case(request: Request, case_id: UUID) -> HttpResponse:
    """Show one case: how it stands, what is next, what is owed, what was done."""
    row = find(request, case_id)
    actor = request.actor
    need_rows = list(Need.objects.checklist(row))
    clocks = list(Clock.objects.of_case(row).select_related("need", "referral"))
    opened = _opened(request, row, need_rows) if request.GET.get("open") else None
    referrals = list(Referral.objects.of_case(row))
    words = list(Consent.objects.about(row.subject_ids()))
    context = {
        "case": row,
        "status_words": row.get_trafficking_status_display() or _("Not decided"),
        "language_name": languages.name(row.language),
        "next": next((c for c in _duties(clocks, request) if c["duty"]), None),
        "clocks": _duties(clocks, request),
        "needs": [_need(row, need, request, referrals, clocks) for need in need_rows],
        "referrals": [_referral(r, request) for r in referrals],
        "consents": [_word(w, request) for w in words],
        "opened": opened,
        "timeline": timeline.of_case(row, whole=bool(request.GET.get("whole"))),
        "whole": bool(request.GET.get("whole")),
        "may": _may(request, row),
        "tasks": _tasks(row, need_rows, referrals, words),
        "worker": row.worker,
        "mine": row.worker_id == actor.id,
        "lifts": ProtectionLift.objects.of_case(row),
    }
    return render(request, "cases/case.html", context)


def _may(request: Request, row: Case) -> dict[str, bool]:
    """Say which buttons make sense here; the actions decide for themselves."""
    user = request.actor.person
    wanted = (
        "case.edit",
        "case.note",
        "case.assess_need",
        "case.decide_status",
        "case.close",
        "case.assign",
        "case.take",
        "case.lift_non_punishment",
        "case.compelled",
        "case.statement",
        "case.nationality",
        "case.entitlement",
        "case.hand_over",
        "referral.send",
        "consent.withdraw",
    )
    place = row.place_in_house()
    relation = {
        roles.Scope.OWN: place.owner == user.id,
        roles.Scope.UNIT: user.unit_id in place.units,
    }
    holds = frozenset(scope for scope, yes in relation.items() if yes)
    found = {
        name.partition(".")[2]: roles.reaches(roles.scope(request.actor.role, name), holds)
        for name in wanted
    }
    found["take"] = found["take"] and row.worker_id is None and row.is_open
    return found


def _duties(clocks: list[Clock], request: Request) -> list[dict[str, Any]]:
    return [
        {
            "title": _(each.label()),
            "need": _(needs.label(each.need.kind)) if each.need else "",
            "clock": wording.clock(each, request.now),
            "duty": each.kind != "recovery",
        }
        for each in clocks
    ]


def _need(
    row: Case, need: Need, request: Request, referrals: list[Referral], clocks: list[Clock]
) -> dict[str, Any]:
    open_now = need.status == needs.Status.OPEN.value
    last = next((r for r in referrals if r.need_id == need.id), None)
    words = _(need.get_status_display())
    if open_now and last is not None and last.state in {s.value for s in referral.OPEN}:
        words = _(last.get_state_display())
    mine = [c for c in clocks if c.need_id == need.id and c.kind != "recovery"]
    return {
        "row": need,
        "title": _(needs.label(need.kind)),
        "status": words,
        "colour": TAGS[need.status],
        "clock": wording.clock(mine[0], request.now) if open_now and mine else None,
        "open": open_now,
        "url": reverse("need", args=[row.id, need.id]),
        "refer": reverse("refer", args=[row.id, need.id]),
    }


def _referral(row: Referral, request: Request) -> dict[str, Any]:
    waiting = row.state in {s.value for s in referral.WAITING}
    return {
        "row": row,
        "need": _(needs.label(row.need.kind)),
        "service": row.service.name_in(core_forms.language()),
        "state": _(row.get_state_display()),
        "clock": wording.due(row.due_at, request.now) if waiting and row.due_at else None,
    }


def _word(row: Consent, request: Request) -> dict[str, Any]:
    rule = row.rule()
    stands = rule.stands(request.now.date())
    if stands:
        words = _("Yes")
    elif not row.given:
        words = _("No")
    else:
        words = _("Taken back") if row.withdrawn_at else _("Ended")
    return {
        "row": row,
        "label": _(row.get_purpose_display()),
        "words": words,
        "stands": stands,
    }


def _tasks(
    row: Case,
    need_rows: list[Need],
    referrals: list[Referral],
    words: list[Consent],
) -> list[dict[str, Any]]:
    """Return what is left to do, for components/task_list.html."""
    tasks = []
    purposes = {w.purpose for w in words}
    if row.worker_id is None:
        tasks.append(_task(_("Somebody takes the case"), "", _("To do"), "red"))
    if consent.Purpose.STORE_RECORD.value not in purposes:
        url = reverse("case_consents", args=[row.id])
        tasks.append(_task(_("Ask for consent"), url, _("To do"), "red"))
    live = {r.need_id for r in referrals if r.state in {s.value for s in referral.OPEN}}
    waiting = [n for n in need_rows if n.status == needs.Status.OPEN.value and n.id not in live]
    for need in waiting[:1]:
        title = _("Find a service: %(need)s") % {"need": _(needs.label(need.kind))}
        url = reverse("refer", args=[row.id, need.id])
        tasks.append(_task(title, url, _("Next"), "yellow"))
    final = {status.Trafficking.ACTUAL.value, status.Trafficking.NOT.value}
    if row.trafficking_status not in final:
        url = reverse("case_status", args=[row.id])
        tasks.append(_task(_("Decision of a named body"), url, _("Not yet"), "grey"))
    return tasks


def _task(title: str, url: str, state: str, colour: str) -> dict[str, str]:
    return {"title": title, "url": url, "hint": "", "status": state, "status_colour": colour}


def _opened(request: Request, row: Case, need_rows: list[Need]) -> dict[str, Any]:
    person = reading.open_case(by=request.actor, at=request.now, case=row)
    note_rows = list(Note.objects.filter(case=row).select_related("by").order_by("-at", "id")[:50])
    need_words, note_words = reading.open_details(
        by=request.actor, at=request.now, case=row, needs=need_rows, notes=note_rows
    )
    return {
        "person": _person_rows(person),
        "decided_by": person.get("deciding_organisation"),
        "support": state_support.in_words(
            entitlements.open_entitlement(by=request.actor, at=request.now, case=row)
        ),
        "needs": [
            {"title": _(needs.label(n.kind)), **words}
            for n, words in zip(need_rows, need_words, strict=True)
            if words
        ],
        "notes": [
            {"row": n, "text": next(iter(words.values()), "")}
            for n, words in zip(note_rows, note_words, strict=True)
        ],
    }


LABELS = (
    ("name", "Name"),
    ("also_called", "Other names or spellings"),
    ("age", "Age in years"),
    ("birth", "Date of birth"),
    ("sex", "Sex"),
    ("nationality", "Nationality"),
    ("languages", "Languages the person speaks"),
    ("registration", "Papers the person has"),
    ("place", "Where the person is now"),
    ("contact", "A way to reach the person"),
    ("safe_contact", "How to make contact safely"),
)


def _person_rows(person: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for name, label in LABELS:
        value = person.get(name)
        if value in (None, "", []):
            continue
        if name == "nationality":
            value = eligibility.country(str(value), core_forms.language())
        if name == "sex":
            value = dict(parts.SEX).get(str(value), value)
        rows.append({"key": _(label), "value": value})
    return rows


@page("case.open", methods=("GET", "POST"), held=True)
def case_new(request: Request) -> HttpResponse:
    """Open a case for a person who came without a screening."""
    form = forms.NewCase(posted(request), now=request.now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = acts.open_case(
            by=request.actor,
            at=request.now,
            language=given["language"],
            identified_at=given["met_at"],
            values={name: given[name] for name in ("age", "sex") if given[name] not in ("", None)},
            minor=form.minor,
            guardian=given["guardian"],
            possible_victim=given["possible_victim"] == "yes",
        )
        messages.success(request, _("The case is open. Ask for consent before writing a name."))
        return redirect("case_consents", made.id)
    status_code = 400 if form.is_bound else 200
    return render(request, "cases/case_new.html", {"form": form}, status=status_code)


@page("case.search", methods=("GET", "POST"), held=True)
def case_search(request: Request) -> HttpResponse:
    """Find a person by name in any spelling or script, or a case by its reference.

    What is looked for goes in the body: an address stays in browsers, proxies and their logs.
    """
    form = forms.Find(posted(request))
    context: dict[str, Any] = {"form": form, "found": None}
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data["q"]
        code = reference.tidy(asked)
        context["found"] = _by_reference(request, code) if code else _by_name(request, asked)
    return render(request, "cases/case_search.html", context)


def _by_reference(request: Request, code: str) -> list[dict[str, Any]]:
    rows = Case.objects.visible_to(request.actor.person, "case.search")
    return [{"case": case, "name": ""} for case in rows.filter(reference=code)]


def _by_name(request: Request, asked: str) -> list[dict[str, Any]]:
    hits = names.search(by=request.actor, at=request.now, query=asked)
    rows = Case.objects.visible_to(request.actor.person, "case.search")
    known = rows.select_related("worker").in_bulk([hit.object_id for hit in hits])
    return [
        {"case": known[hit.object_id], "name": hit.matched, "score": round(hit.score * 100)}
        for hit in hits
        if hit.object_id in known
    ]


def _form(
    request: Request, row: Case, form: Any, title: str, *, intro: str = "", button: str = ""
) -> HttpResponse:
    context = {
        "case": row,
        "form": form,
        "title": title,
        "intro": intro,
        "button": button or _("Save"),
    }
    return render(request, "cases/case_form.html", context, status=400 if form.is_bound else 200)


@page("case.edit", methods=("GET", "POST"), held=True)
def case_person(request: Request, case_id: UUID) -> HttpResponse:
    """Mend what is known of the person."""
    row = find(request, case_id, "case.edit")
    told = consents.rules_for(row.subject_ids())
    why = consent.may_keep_name(told, request.now.date(), row.subject())
    known = reading.open_case(by=request.actor, at=request.now, case=row)
    form = forms.Person(
        posted(request),
        may_name=not why,
        minor=row.minor,
        initial=known | {"guardian": row.guardian},
    )
    if request.method == "POST" and form.is_valid():
        age = form.cleaned_data.get("age")
        try:
            acts.edit_person(
                by=request.actor,
                at=request.now,
                case=row,
                values=form.values(),
                minor=age < 18 if age is not None else None,
                guardian=form.cleaned_data["guardian"],
            )
            messages.success(request, _("Saved."))
            telling = {"name", "also_called", "age", "contact"} & set(form.changed_data)
            onward = "case_same" if telling and same.known_already(request, row) else "case"
            return redirect(onward, row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    intro = f"{_('No name is kept:')} {why}" if why else ""
    return _form(request, row, form, _("About the person"), intro=intro)


@page("case.take", methods=("POST",))
def case_take(request: Request, case_id: UUID) -> HttpResponse:
    """Take a case that nobody works on."""
    row = find(request, case_id, "case.take")
    try:
        acts.take_case(by=request.actor, at=request.now, case=row)
        messages.success(request, _("The case is yours now, and so are its time limits."))
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
    return redirect("case", row.id)


@page("case.assign", methods=("GET", "POST"))
def case_assign(request: Request, case_id: UUID) -> HttpResponse:
    """Give a case to a colleague."""
    row = find(request, case_id, "case.assign")
    colleagues = core.User.objects.filter(
        unit=row.unit_id,
        is_active=True,
        admitted_at__isnull=False,
        role__in=[roles.Role.CASE_WORKER, roles.Role.SUPERVISOR],
    ).order_by("display_name")
    form = forms.Assign(posted(request), colleagues=colleagues, initial={"to": row.worker_id})
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        acts.assign_case(by=request.actor, at=request.now, case=row, to=to)
        messages.success(request, _("%(name)s has the case now.") % {"name": to.display_name})
        return redirect("case", row.id)
    return _form(request, row, form, _("Give the case to a colleague"))


@page("case.note", methods=("GET", "POST"), held=True)
def case_note(request: Request, case_id: UUID) -> HttpResponse:
    """Add a note."""
    row = find(request, case_id, "case.note")
    form = forms.Note_(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            acts.add_note(by=request.actor, at=request.now, case=row, **form.cleaned_data)
            messages.success(request, _("The note is kept."))
            return redirect("case", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    return _form(request, row, form, _("Add a note"))


@page("case.assess_need", methods=("GET", "POST"), held=True)
def need_new(request: Request, case_id: UUID) -> HttpResponse:
    """Write down a need."""
    row = find(request, case_id, "case.assess_need")
    form = forms.Need(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            acts.record_need(
                by=request.actor,
                at=request.now,
                case=row,
                kind=given["kind"],
                urgency=given["urgency"],
                detail=given["detail"] or None,
                health=given["health"] or None,
                identified_at=given["found_at"],
            )
            messages.success(request, _("The need is on the list, and its clock runs."))
            return redirect("case", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    return _form(request, row, form, _("Add a need"))


def _find_need(row: Case, need_id: UUID) -> Need:
    return guard.one_of(Need.objects.filter(case=row).select_related("case"), need_id)


@page("case.assess_need", methods=("GET", "POST"), held=True)
def need(request: Request, case_id: UUID, need_id: UUID) -> HttpResponse:
    """Change how urgent a need is and what is known of it; settle it."""
    row = find(request, case_id, "case.assess_need")
    wanted = _find_need(row, need_id)
    settle = request.POST.get("act") == "settle"
    opened, _notes = reading.open_details(
        by=request.actor, at=request.now, case=row, needs=[wanted]
    )
    form = forms.Need(
        request.POST if request.method == "POST" and not settle else None,
        known=True,
        initial={"urgency": wanted.urgency, **opened[0]},
    )
    ending = forms.Settle(request.POST if settle else None, prefix="end")
    if request.method == "POST":
        try:
            if settle and ending.is_valid():
                acts.settle_need(
                    by=request.actor,
                    at=request.now,
                    need=wanted,
                    status=ending.cleaned_data["status"],
                )
                return redirect("case", row.id)
            if not settle and form.is_valid():
                acts.record_need(
                    by=request.actor,
                    at=request.now,
                    case=row,
                    kind=wanted.kind,
                    **form.cleaned_data,
                )
                messages.success(request, _("Saved."))
                return redirect("case", row.id)
        except acting.Refused as refusal:
            showing.refused(ending if settle else form, refusal)
    context = {
        "case": row,
        "need": wanted,
        "title": _(needs.label(wanted.kind)),
        "form": form,
        "ending": ending,
        "open": wanted.status == needs.Status.OPEN.value,
        "clock": wording.due(wanted.due_at, request.now),
    }
    bad = form.is_bound or ending.is_bound
    return render(request, "cases/need.html", context, status=400 if bad else 200)


@page("case.decide_status", methods=("GET", "POST"), held=True)
def case_status(request: Request, case_id: UUID) -> HttpResponse:
    """Write down what a named body decided."""
    row = find(request, case_id, "case.decide_status")
    initial = {
        "status": row.trafficking_status,
        "decider": row.deciding_kind,
    }
    form = forms.Status(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            acts.decide_status(by=request.actor, at=request.now, case=row, **form.cleaned_data)
            messages.success(request, _("The decision is written down."))
            return redirect("case", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    intro = _(
        "No machine decides this. The person stays protected, whatever is decided; "
        "help does not depend on it."
    )
    return _form(request, row, form, _("Decision of a named body"), intro=intro)
