"""Leads: the list, one lead with its whole history, tasks, and what is entered from it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core import models as core
from manumit.core import roles
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.network import claims, models, schemata, sightings
from manumit.network import leads as rules
from manumit.network.actions import leads as acts
from manumit.network.actions import opening, registers
from manumit.network.actions import sightings as reports
from manumit.network.forms import leads as forms
from manumit.network.models import around
from manumit.network.views import marks
from manumit.network.views import sightings as sighting_pages

PURPOSE = "leads"
PER_PAGE = 50
COLOURS = {
    rules.State.NEW.value: "blue",
    rules.State.OPEN.value: "light-blue",
    rules.State.WAITING.value: "yellow",
    rules.State.CLOSED.value: "grey",
}
_USUAL = ("name", "alias", "number", "phone", "registrationNumber", "address", "country",
          "nationality", "birthDate", "description", "notes")  # fmt: skip


def label(state: str) -> str:
    """Return what a state is called."""
    return _(rules.LABELS[rules.State(state)])


def titles(request: Request, rows: list[models.Lead]) -> list[str]:
    """Open the titles of leads."""
    opened = acts.open_rows(by=request.actor, at=request.now, rows=rows, purpose=PURPOSE)
    return [str(one["title"]) for one in opened]


@page("lead.read")
def leads(request: Request) -> HttpResponse:
    """List the leads of the unit by where they stand, and what I have to do."""
    try:
        registers.mine(request.actor)
    except acting.Refused as refusal:
        context: dict[str, Any] = {"why_none": core_forms.said(refusal.reason)}
        return render(request, "network/leads.html", context)
    me = request.actor.person
    mine = models.Lead.objects.visible_to(me, "lead.read")
    state = request.GET.get("state", "")
    state = state if state in set(rules.State) else ""
    found = mine.filter(state=state) if state else mine.exclude(state=rules.State.CLOSED)
    found = found.select_related("held_by").order_by("-at", "-id")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    listed = list(shown)
    context = {
        "page": shown,
        "query": f"state={state}&",
        "rows": [
            {"lead": lead, "title": title, "state": label(lead.state),
             "colour": COLOURS[lead.state],
             "holder": holder(lead, me)}
            for lead, title in zip(listed, titles(request, listed), strict=True)
        ],
        "tabs": [
            {"state": "", "label": _("Not closed"), "here": not state},
            *({"state": s.value, "label": label(s), "here": s == state} for s in rules.State),
        ],
        "marked": marks.marked(request, [one.entity_id for one in listed if one.entity_id]),
        "tasks": tasks(request),
        "unread": reports.waiting(request.actor),
    }  # fmt: skip
    return render(request, "network/leads.html", context)


def tasks(request: Request) -> list[dict[str, Any]]:
    """Open what the reader has to do, for `network/_my_tasks.html`; [] without a register."""
    found = acts.tasks_of(request.actor)
    opened = acts.open_rows(by=request.actor, at=request.now, rows=found, purpose=PURPOSE)
    today = request.now.date()
    return [
        {"task": task, "words": words["words"],
         "late": task.due_on is not None and task.due_on < today}
        for task, words in zip(found, opened, strict=True)
    ]  # fmt: skip


def holder(lead: models.Lead, me: core.User) -> str:
    """Return who follows a lead up, in words."""
    if lead.held_by_id == me.id:
        return _("You")
    return lead.held_by.display_name if lead.held_by else ""


@page("lead.write", methods=("GET", "POST"), held=True)
def lead_new(request: Request) -> HttpResponse:
    """Ask what is to be found out, about an entity or in an inquiry."""
    form = forms.Lead(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.make_lead(
                by=request.actor,
                at=request.now,
                title=form.cleaned_data["title"],
                text=form.cleaned_data["text"],
                entity=_asked(request, models.Entity, "entity"),
                inquiry=_asked(request, models.Inquiry, "inquiry"),
            )
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            return redirect("lead", made.id)
    return showing.form_page(request, form, _("A new lead"), ("/leads", _("Leads")))


def _asked(request: Request, table: Any, name: str) -> Any:
    """Return what the address names; None where it names nothing that is the reader's."""
    try:
        wanted = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    if around.unseen([wanted], request.actor.id):
        return None
    return table.objects.visible_to(request.actor.person, "lead.read").filter(pk=wanted).first()


def find(request: Request, lead_id: UUID) -> models.Lead:
    """Return a lead of the reader's own unit; raises NotFound."""
    mine = models.Lead.objects.visible_to(request.actor.person, "lead.read")
    found = mine.select_related("held_by", "sighting__by__unit", "entity", "inquiry", "register")
    return guard.one_of(found, lead_id)


@page("lead.read", methods=("GET", "POST"), held=True)
def lead(request: Request, lead_id: UUID) -> HttpResponse:
    """Show a lead: what is known, tasks, its whole history, and what can be done next."""
    row = find(request, lead_id)
    if request.method == "POST":
        try:
            return _act(request, row, request.POST.get("act", ""))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
            return redirect("lead", row.id)
    steps = list(row.steps.select_related("by").order_by("at", "id"))
    todo = list(row.tasks.select_related("owner", "done_by").order_by("done_at", "due_on", "at"))
    opened = acts.open_rows(
        by=request.actor, at=request.now, rows=[row, *steps, *todo], purpose=PURPOSE
    )
    said, told = opened[0], opened[1:]
    people = acts.colleagues(request.actor)
    state = rules.State(row.state)
    me = request.actor.person
    context = {
        "lead": row,
        "title": said["title"],
        "text": said.get("text") or "",
        "state": label(state),
        "colour": COLOURS[state],
        "outcome": _(rules.OUTCOMES[rules.Outcome(row.outcome)]) if row.outcome else "",
        "holder": holder(row, me),
        "entity_label": _label(request, row),
        "marked": marks.marked(request, [row.entity_id] if row.entity_id else []),
        "seen": _seen(request, row),
        "tasks": [
            {"task": task, "words": one["words"],
             "late": not task.done_at and task.due_on and task.due_on < request.now.date()}
            for task, one in zip(todo, told[len(steps):], strict=True)
        ],
        "history": [
            {"title": _(rules.ACTS[rules.Act(step.act)]), "at": step.at,
             "who": step.by.display_name, "text": one.get("text") or ""}
            for step, one in reversed(list(zip(steps, told, strict=False)))
        ],
        "closed": state is rules.State.CLOSED,
        "acts": [act.value for act in rules.MACHINE[state]],
        "mine": row.held_by_id == me.id,
        "note_form": forms.Note(),
        "wait_form": forms.Wait(),
        "close_form": forms.Close(auto_id="close_%s"),
        "task_form": forms.Task(people=people, initial={"owner": str(me.id)}),
        "hand_form": forms.Colleague(people=[one for one in people if one.pk != row.held_by_id]),
    }  # fmt: skip
    return render(request, "network/lead.html", context)


def _label(request: Request, row: models.Lead) -> str:
    if row.entity is None:
        return ""
    return opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=[row.entity])[
        row.entity.id
    ]


def _seen(request: Request, row: models.Lead) -> list[tuple[str, str]]:
    if row.sighting is None:
        return []
    (said,) = reports.open_sightings(
        by=request.actor, at=request.now, rows=[row.sighting], purpose=PURPOSE
    )
    return sighting_pages.facts(row.sighting, said)


def _act(request: Request, row: models.Lead, act: str) -> HttpResponse:
    given: dict[str, Any] = {"by": request.actor, "at": request.now, "lead": row}
    people = acts.colleagues(request.actor)
    if act == "note":
        note = _clean(forms.Note(request.POST))
        acts.add_note(**given, text=note.get("text", ""))
    elif act == "task":
        task = _clean(forms.Task(request.POST, people=people))
        owner = next((one for one in people if str(one.pk) == task.get("owner")), None)
        acts.add_task(
            **given,
            words=task.get("words", ""),
            owner=owner or request.actor.person,
            due_on=task.get("due_on"),
        )
    elif act == "done":
        acts.finish_task(by=request.actor, at=request.now, task=_task(request, row))
    elif act == "hand":
        chosen = _clean(forms.Colleague(request.POST, people=people))
        to = next((one for one in people if str(one.pk) == chosen.get("to")), None)
        if to is None:
            raise acting.Refused("Choose a colleague of your unit.")
        acts.hand_on(**given, to=to)
    elif act in set(rules.Act):
        text, outcome = request.POST.get("text", ""), request.POST.get("outcome", "")
        acts.act(**given, what=rules.Act(act), text=text[:5000], outcome=outcome)
    messages.success(request, _("Saved."))
    return redirect("lead", row.id)


def _clean(form: Any) -> dict[str, Any]:
    """Return what was given and is well; the action says what lacks."""
    form.is_valid()
    return dict(form.cleaned_data)


def _task(request: Request, row: models.Lead) -> models.Task:
    return guard.one_of(row.tasks.all(), request.POST.get("task", ""))


@page("lead.write", methods=("GET", "POST"), held=True)
def lead_claim(request: Request, lead_id: UUID) -> HttpResponse:
    """Ask what the lead says as a claim, and how it is graded."""
    row = find(request, lead_id)
    if reason := roles.why_not(request.actor.role, "network.write"):
        raise acting.Refused(reason)
    subject, words = _subject(request, row)
    grades = acts.first_grades(row.sighting)
    start = {
        "schema": sightings.SCHEMATA[subject][0],
        "value": words if row.entity is None else "",
        "reliability": grades[0],
        "credibility": grades[1],
    }
    form = forms.Claim(
        posted(request),
        initial=start,
        schemata=[] if row.entity else _schemata(),
        props=_props(row.entity.schema) if row.entity else [],
        grades=(
            [(grade, f"{grade}: {_(text)}") for grade, text in claims.RELIABILITY.items()],
            [(grade, f"{grade}: {_(text)}") for grade, text in claims.CREDIBILITY.items()],
        ),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        schema = row.entity.schema if row.entity else given["schema"]
        try:
            acts.enter_claim(
                by=request.actor,
                at=request.now,
                lead=row,
                schema=schema,
                prop=given["prop"] if row.entity else _main(schema),
                value=given["value"],
                reliability=given["reliability"],
                credibility=given["credibility"],
            )
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            messages.success(request, _("Entered as a proposal. A colleague can accept it."))
            return redirect("lead", row.id)
    intro = _("It becomes a proposal in the register, with this lead as its protected source.")
    back = (f"/leads/{row.id}", str(row))
    return showing.form_page(request, form, _("Enter as a claim"), back, intro=intro)


def _subject(request: Request, row: models.Lead) -> tuple[sightings.Subject, str]:
    if row.sighting is None:
        return sightings.Subject.PERSON, ""
    (said,) = reports.open_sightings(
        by=request.actor, at=request.now, rows=[row.sighting], purpose=PURPOSE
    )
    return sightings.Subject(said["subject"]), str(said["words"])


def _schemata() -> list[tuple[str, str]]:
    named = dict(sightings.SCHEMATA.values())
    return [(name, _(schemata.schema(name).label)) for name in named]


def _main(schema: str) -> str:
    return dict(sightings.SCHEMATA.values()).get(schema, "name")


def _props(schema: str) -> list[tuple[str, str]]:
    props = schemata.schema(schema).props
    return [(name, _(props[name].label)) for name in _USUAL if name in props]
