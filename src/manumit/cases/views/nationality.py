"""The pages of a child's nationality: facts, what follows from them, papers; and all children at once."""

import contextlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.cases import nationality, nationality_record, nationality_steps, statement
from manumit.cases import nationality_law as law
from manumit.cases.actions import nationality as acts
from manumit.cases.actions import reading, statements
from manumit.cases.birth_notification import Place
from manumit.cases.forms import nationality as forms
from manumit.cases.models import BirthFacts, Case, Clock
from manumit.cases.models import birth as birth_model
from manumit.cases.nationality_facts import DOCUMENT_LABELS
from manumit.cases.views import cases, paging, wording
from manumit.core import roles
from manumit.core.actions import acting
from manumit.core.views import Request, page, posted, showing

LEVELS = {
    nationality_steps.Level.HIGH: (gettext_noop("High risk"), "red"),
    nationality_steps.Level.NOT_DETERMINED: (gettext_noop("Not determined"), "yellow"),
    nationality_steps.Level.RAISED: (gettext_noop("Raised risk"), "orange"),
    nationality_steps.Level.LOW: (gettext_noop("Low risk"), "green"),
}
EFFECTS = {
    "open": "green",
    "conditional": "yellow",
    "only by an exception": "orange",
    "closed": "grey",
    "does not apply": "grey",
    "not determined": "blue",
}


@page("case.nationality", methods=("GET", "POST"))
def case_nationality(request: Request, case_id: UUID) -> HttpResponse:
    """Show what follows from the facts; mark a next step as done."""
    row = cases.find(request, case_id, "case.nationality")
    if request.method == "POST":
        try:
            acts.tick_nationality_step(
                by=request.actor, at=request.now, case=row, step=request.POST.get("done", "")
            )
            messages.success(request, _("Done, and written down."))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("case_nationality", row.id)
    opened = acts.open_birth_facts(by=request.actor, at=request.now, case=row)
    if opened is None or opened.facts is None:
        return render(request, "cases/nationality.html", {"case": row, "told": None})
    finding = nationality.decide(opened.facts)
    told = finding.for_worker()
    context = {
        "case": row,
        "told": told,
        "level": _level(finding.level),
        "born": law.name(told["born"]["state"]),
        "claims": [_claim(one) for one in (*told["laws"], *told["safeguards"])],
        "steps": _steps(request, row, told["steps"]),
        "written": opened.row,
    }
    return render(request, "cases/nationality.html", context)


def _level(level: nationality_steps.Level) -> dict[str, str]:
    words, colour = LEVELS[level]
    return {"words": _(words), "colour": colour}


def _claim(one: dict[str, Any]) -> dict[str, Any]:
    by = one["law"]
    where = f"{one['state']} {by['mode']}={by['code']}, {by['year']}"
    return one | {"colour": EFFECTS[one["effect"]], "where": where}


def _steps(request: Request, row: Case, told: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    running = {c.kind: c for c in Clock.objects.of_case(row)}
    done = acts.done_kinds(row)
    steps = []
    for step in told:
        kind = nationality_record.KINDS.get(step["code"], "")
        clock = running.get(kind)
        steps.append(
            step
            | {
                "clock": wording.clock(clock, request.now) if clock else None,
                "done": clock is None and kind in done,
            }
        )
    return steps


@page("case.nationality", methods=("GET", "POST"), held=True)
def nationality_facts(request: Request, case_id: UUID) -> HttpResponse:
    """Write down the facts of birth."""
    row = cases.find(request, case_id, "case.nationality")
    opened = acts.open_birth_facts(by=request.actor, at=request.now, case=row)
    known = forms.initial(opened.facts) if opened else {}
    if opened:
        known |= {"mother_name": opened.mother_name, "mother_birth": opened.mother_birth}
    form = forms.BirthFacts(posted(request), initial=known)
    if form.is_bound and form.is_valid():
        problem = nationality.why_not(form.facts())
        try:
            if problem:
                raise acting.Refused(problem)
            acts.record_birth_facts(
                by=request.actor,
                at=request.now,
                case=row,
                facts=form.facts(),
                mother=form.names_of_mother(),
            )
            messages.success(request, _("Saved. The next steps are duties now."))
            return redirect("case_nationality", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {"case": row, "form": form, "states": forms.names(), "states_id": forms.STATES}
    code = 400 if form.is_bound else 200
    return render(request, "cases/nationality_facts.html", context, status=code)


@page("case.nationality", methods=("GET", "POST"))
def nationality_paper(request: Request, case_id: UUID) -> HttpResponse:
    """Make the paper in two languages: for the family, or for an authority it agreed to."""
    row = cases.find(request, case_id, "case.nationality")
    agreed = statements.recipients_agreed(row, request.now)
    own = row.language if row.language in statement.LANGUAGES else "en"
    form = forms.Paper(
        posted(request),
        agreed=[(str(word.id), word.recipient_name) for word in agreed],
        initial={"second_language": own, "agreed": ""},
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        chosen = next((word for word in agreed if str(word.id) == given["agreed"]), None)
        try:
            made = acts.print_nationality_paper(
                by=request.actor,
                at=request.now,
                case=row,
                languages=(given["language"], given["second_language"]),
                agreed=chosen,
            )
            return showing.file(made.pdf, "paper.pdf")
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {"case": row, "form": form}
    code = 400 if form.is_bound else 200
    return render(request, "cases/nationality_paper.html", context, status=code)


@page("case.nationality", methods=("GET", "POST"), held=True)
def nationality_notification(request: Request, case_id: UUID) -> HttpResponse:
    """Make the notification of the birth for a registry that the family agreed to."""
    row = cases.find(request, case_id, "case.nationality")
    agreed = statements.recipients_agreed(row, request.now)
    form = forms.Notification(
        posted(request),
        agreed=[(str(word.id), word.recipient_name) for word in agreed],
        initial=_known_birth(request, row) if agreed and request.method == "GET" else {},
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = acts.notify_birth(
                by=request.actor,
                at=request.now,
                case=row,
                agreed=next(word for word in agreed if str(word.id) == given["agreed"]),
                born_on=given["born_on"].isoformat(),
                place=Place(given["place"]),
                location=given["location"],
                office=given["office"],
            )
            both = {"create": made.create, "notify": made.notify}
            text = json.dumps(both, ensure_ascii=False, indent=2)
            return showing.file(text, "notification.json")
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {"case": row, "form": form, "agreed": agreed}
    code = 400 if form.is_bound else 200
    return render(request, "cases/nationality_notification.html", context, status=code)


def _known_birth(request: Request, row: Case) -> dict[str, Any]:
    person = reading.open_people(
        by=request.actor, at=request.now, cases=[row], purpose="notification"
    )[0]
    return {"born_on": str(person.get("birth") or "")}


# --- all children of the caseload ----------------------------------------------------------------
SORTS = (
    ("", gettext_noop("Highest risk first")),
    ("due", gettext_noop("Next due first")),
    ("newest", gettext_noop("Newest first")),
)


@page("case.read")
def children(request: Request) -> HttpResponse:
    """List the children of the caseload: who is at risk, what is missing, the next step.

    Facts are opened on request, for one page at a time, and that is on the record.
    """
    sort = request.GET.get("sort", "")
    sort = sort if sort in dict(SORTS) else ""
    rows = Case.objects.visible_to(request.actor.person, "case.read").open().filter(minor=True)
    if request.GET.get("whose") == "mine":
        rows = rows.filter(worker=request.actor.person)
    rows = rows.select_related("worker", "birth_facts")
    found = _page(request, rows, sort)
    opened = None
    if request.GET.get("open") and found.rows:
        opened = acts.open_children(by=request.actor, at=request.now, cases=found.rows)
    listed = _listed(request, found.rows, opened)
    query = request.GET.copy()
    query["open"] = "1"
    context = {
        "page": found,
        "rows": listed,
        "opened": opened is not None,
        "with_facts": query.urlencode(),
        "sorts": [{"code": c, "words": _(words), "now": c == sort} for c, words in SORTS],
        "mine": request.GET.get("whose") == "mine",
    }
    return render(request, "cases/children.html", context)


def _page(request: Request, rows: Any, sort: str) -> paging.Page[Case]:
    if sort == "due":
        return paging.page(request, rows.by_duty(paging.key(request)), lambda r: r.next_due_at)
    if sort == "newest":
        return paging.page(request, rows.newest(paging.key(request)), lambda r: r.opened_at)
    rank, _sign, last = request.GET.get("after", "").partition("_")
    after = None
    with contextlib.suppress(ValueError):
        after = (int(rank), UUID(last))
    found = list(birth_model.by_risk(rows, after)[: paging.SIZE + 1])
    onward = ""
    if len(found) > paging.SIZE:
        end: Any = found[paging.SIZE - 1]
        query = request.GET.copy()
        query["after"] = f"{end.risk_rank}_{end.pk}"
        onward = query.urlencode()
    return paging.Page(found[: paging.SIZE], onward, "after" not in request.GET)


def _listed(
    request: Request, rows: Sequence[Case], opened: dict[Any, acts.Opened] | None
) -> list[dict[str, Any]]:
    kinds = list(nationality_record.CODES)
    clocks = Clock.objects.running().filter(case__in=[r.pk for r in rows], kind__in=kinds)
    next_up: dict[UUID, Clock] = {}
    for each in clocks.order_by("-due_at", "-id"):
        next_up[each.case_id] = each
    leads = roles.scope(request.actor.role, "case.nationality") is roles.Scope.UNIT
    listed = []
    for row in rows:
        facts: BirthFacts | None = getattr(row, "birth_facts", None)
        clock = next_up.get(row.pk)
        told = opened.get(row.pk) if opened else None
        finding = nationality.decide(told.facts) if told and told.facts else None
        level = finding.level if finding else facts.level if facts else None
        listed.append(
            {
                "case": row,
                "level": _level(level) if level else None,
                "step": _(clock.label()) if clock else "",
                "clock": wording.clock(clock, request.now) if clock else None,
                "missing": [_(DOCUMENT_LABELS[d]) for d in finding.missing] if finding else [],
                "first": _first(finding) if finding else "",
                "mine": row.worker_id == request.actor.id,
                "may": row.worker_id == request.actor.id or leads,
            }
        )
    return listed


def _first(finding: nationality.Finding) -> str:
    """Return the first step in words; that nobody is to be contacted comes before all others."""
    return finding.steps[0].words if finding.steps else ""
