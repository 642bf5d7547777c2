"""Leads: made from a sighting or by hand, followed up, their tasks, and what is entered from them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from manumit.core import models as core
from manumit.core.actions import acting, guard, sealed
from manumit.core.roles import Role
from manumit.network import claims, leads, models, sightings
from manumit.network.actions import claiming, entering, registers
from manumit.network.actions import sightings as reports
from manumit.network.models import Lead, LeadStep, Sighting, Task


@acting.action("lead.write")
def make_lead(
    *,
    by: acting.Actor,
    at: datetime,
    title: str,
    text: str = "",
    entity: models.Entity | None = None,
    inquiry: models.Inquiry | None = None,
) -> Lead:
    """Note something to follow up, about an entity or in an inquiry where there is one."""
    register = registers.mine(by)
    about = registers.hold(by, "lead.write", entity) if entity else None
    within = registers.hold(by, "lead.write", inquiry) if inquiry else None
    made = _lead(by, at, register, title, text)
    made.entity, made.inquiry = about, within
    made.save(force_insert=True)
    _step(by, at, made, leads.Act.MADE)
    return made


@acting.action("lead.write")
def take_up(*, by: acting.Actor, at: datetime, sighting: Sighting, title: str) -> Lead:
    """Make a lead of a sighting; whoever makes it follows it up."""
    row = guard.hold(by, "lead.write", sighting)
    if Lead.objects.filter(sighting=row).exists():
        raise acting.Refused("This report is followed up already.")
    made = _lead(by, at, registers.mine(by), title, "")
    made.sighting, made.held_by, made.state = row, by.person, leads.State.OPEN.value
    made.save(force_insert=True)
    reports.move(by=by, at=at, sighting=row, to=sightings.State.LEAD)
    _step(by, at, made, leads.Act.MADE)
    return made


def _lead(by: acting.Actor, at: datetime, register: models.Register, title: str, text: str) -> Lead:
    if not title.strip():
        raise acting.Refused("Give the lead a title that colleagues understand.")
    made = Lead(
        register=register,
        number=registers.next_number(register, Lead),
        state=leads.State.NEW.value,
        by=by.person,
        at=at,
        seal_owner=register.id,
    )
    words = {"title": title.strip(), "text": text.strip() or None}
    sealed.write(made, words, registers.keys(by, register))
    return made


def _step(by: acting.Actor, at: datetime, lead: Lead, act: leads.Act, text: str = "") -> LeadStep:
    made = LeadStep(
        register=lead.register,
        lead=lead,
        act=act.value,
        by=by.person,
        at=at,
        seal_owner=lead.register_id,
    )
    sealed.write(made, {"text": text.strip() or None}, registers.keys(by, lead.register))
    made.save(force_insert=True)
    return made


@acting.action("lead.write")
def act(
    *,
    by: acting.Actor,
    at: datetime,
    lead: Lead,
    what: leads.Act,
    text: str = "",
    outcome: str = "",
) -> Lead:
    """Take, pause, go on with, close or open again a lead. Closing says how it ended, and why."""
    row = registers.hold(by, "lead.write", lead)
    guard.refuse_if(leads.why_not(row.state, what))
    closes = what is leads.Act.CLOSE
    if closes and outcome not in set(leads.Outcome):
        raise acting.Refused("Say how the lead ended.")
    if (closes or what is leads.Act.WAIT) and not text.strip():
        raise acting.Refused("Say in a sentence why.")
    row.state = leads.MACHINE[leads.State(row.state)][what].value
    row.outcome = outcome if closes else ""
    if what in (leads.Act.TAKEN, leads.Act.REOPEN):
        row.held_by = by.person
    row.save(update_fields=["state", "outcome", "held_by"])
    if row.sighting is not None and closes:
        reports.move(by=by, at=at, sighting=row.sighting, to=sightings.State.CLOSED)
    if row.sighting is not None and what is leads.Act.REOPEN:
        reports.move(by=by, at=at, sighting=row.sighting, to=sightings.State.LEAD)
    _step(by, at, row, what, text)
    return row


@acting.action("lead.write")
def add_note(*, by: acting.Actor, at: datetime, lead: Lead, text: str) -> LeadStep:
    """Write down what was found out."""
    row = registers.hold(by, "lead.write", lead)
    if not text.strip():
        raise acting.Refused("Write the note first.")
    return _step(by, at, row, leads.Act.NOTE, text)


@acting.action("lead.write")
def hand_on(*, by: acting.Actor, at: datetime, lead: Lead, to: core.User) -> Lead:
    """Hand a lead to a colleague."""
    row = registers.hold(by, "lead.write", lead)
    if row.state == leads.State.CLOSED:
        guard.refuse_if(leads.why_not(row.state, leads.Act.TAKEN))
    if to not in colleagues(by):
        raise acting.Refused("Choose a colleague of your unit.")
    row.held_by = to
    row.save(update_fields=["held_by"])
    _step(by, at, row, leads.Act.HANDED)
    return row


def colleagues(by: acting.Actor) -> list[core.User]:
    """Return who can follow up a lead: the investigators of the unit."""
    rows = core.User.objects.filter(
        unit=by.unit, role=Role.INVESTIGATOR.value, is_active=True, admitted_at__isnull=False
    )
    return list(rows.order_by("display_name"))


@acting.action("lead.write")
def add_task(
    *,
    by: acting.Actor,
    at: datetime,
    lead: Lead,
    words: str,
    owner: core.User,
    due_on: date | None = None,
) -> Task:
    """Note what is to be done, by whom and by when."""
    row = registers.hold(by, "lead.write", lead)
    guard.refuse_if(leads.why_not_task(words, due_on, at.date()))
    if row.state == leads.State.CLOSED:
        guard.refuse_if(leads.why_not(row.state, leads.Act.TAKEN))
    if owner not in colleagues(by):
        raise acting.Refused("Choose a colleague of your unit.")
    made = Task(
        register=row.register,
        lead=row,
        owner=owner,
        due_on=due_on,
        by=by.person,
        at=at,
        seal_owner=row.register_id,
    )
    sealed.write(made, {"words": words.strip()}, registers.keys(by, row.register))
    made.save(force_insert=True)
    return made


@acting.action("lead.write")
def finish_task(*, by: acting.Actor, at: datetime, task: Task) -> Task:
    """Say that a task is done."""
    row = registers.hold(by, "lead.write", task)
    if row.done_at is not None:
        raise acting.Refused("This is done already.")
    row.done_by, row.done_at = by.person, at
    row.save(update_fields=["done_by", "done_at"])
    return row


@acting.action("network.write")
def enter_claim(
    *,
    by: acting.Actor,
    at: datetime,
    lead: Lead,
    schema: str,
    prop: str,
    value: str,
    reliability: str,
    credibility: str,
) -> models.Entity:
    """Enter what a lead says as a claim: about its entity, or about a new one that it then leads to.

    The source is the sighting, or the lead itself; it is protected, and the claim is a proposal.
    """
    row = registers.hold(by, "network.write", lead)
    report = row.sighting
    source = entering.add_source(
        by=by,
        at=at,
        kind=_kind(report),
        title=f"{row}: {_title(by, row)}"[:200],
        reference=f"sighting {report.id}" if report else f"lead {row.id}",
        reliability=reliability,
        on=report.at.date() if report else row.at.date(),
        protected=True,
    )
    given: dict[str, Any] = {"by": by, "at": at, "source": source, "credibility": credibility}
    if row.entity is None:
        row.entity = entering.add_entity(schema=schema, says={prop: [value.strip()]}, **given)
        row.save(update_fields=["entity"])
    else:
        claiming.add_claim(entity=row.entity, prop=prop, values=[value.strip()], **given)
    _step(by, at, row, leads.Act.CLAIMED)
    entity: models.Entity = row.entity
    return entity


def _kind(report: Sighting | None) -> str:
    if report is None:
        return models.SourceKind.OWN.value
    return {
        sightings.Way.OPEN.value: models.SourceKind.OPEN.value,
        sightings.Way.TIP.value: models.SourceKind.PERSON.value,
    }.get(report.way, models.SourceKind.REPORT.value)


def _title(by: acting.Actor, lead: Lead) -> str:
    (opened,) = registers.read(by, lead.register, [lead])
    return str(opened["title"])


@guard.opening("lead.read")
def open_rows(
    *, by: acting.Actor, at: datetime, rows: Sequence[Any], purpose: str
) -> list[dict[str, Any]]:
    """Open what leads, their steps and their tasks say, one dictionary a row."""
    return registers.opened(by, at, rows, purpose)


def of(entity: models.Entity) -> list[Lead]:
    """Return the leads about an entity, the latest first; no words are opened."""
    return list(entity.leads.order_by("-at"))


def tasks_of(by: acting.Actor) -> list[Task]:
    """Return what the actor has still to do, what is due first; no words are opened."""
    rows = Task.objects.visible_to(by.person, "lead.read").filter(owner=by.person, done_at=None)
    return sorted(
        rows.select_related("lead"), key=lambda t: (t.due_on is None, t.due_on or t.at.date(), t.at)
    )


def first_grades(report: Sighting | None) -> tuple[str, str]:
    """Return the grade that the form begins with; whoever enters the claim decides."""
    grade = sightings.GRADES[sightings.Way(report.way)] if report else "F"
    return grade, "3" if report and report.certainty == claims.Certainty.LIKELY else "6"
