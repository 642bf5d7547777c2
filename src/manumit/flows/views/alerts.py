"""The pages of one alert: what it says, what speaks against it, its picture, and what to do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.flows import alerting, desk
from manumit.flows.actions import deciding, moneycases, papers
from manumit.flows.actions import desk as acts
from manumit.flows.forms import desk as forms
from manumit.flows.models import Alert, MoneyCase
from manumit.flows.views import drawing, looking, story, wording

PURPOSE = "alert"


def find(request: Request, alert_id: UUID, permission: str = "alert.read") -> Alert:
    """Return an alert of the reader's own unit; raises NotFound."""
    rows = Alert.objects.visible_to(request.actor.person, permission)
    return guard.one_of(rows.select_related("ledger", "held_by", "case", "scan"), alert_id)


@page("alert.read", methods=("GET", "POST"), held=True)
def alert(request: Request, alert_id: UUID) -> HttpResponse:
    """Show one alert: why, what speaks against it, who and what, and what was decided."""
    row = find(request, alert_id)
    if request.method == "POST":
        try:
            return _act(request, row, request.POST.get("act", ""))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
            return redirect("alert", row.id)
    me = request.actor.person
    seen = looking.look(request, row.ledger, [row], PURPOSE)
    decisions = list(row.decisions.select_related("by", "answered_by").order_by("-at"))
    notes = list(row.notes.select_related("by").order_by("-at"))
    decided, notes_said = looking.written(request, row.ledger, decisions, notes, PURPOSE)
    context = {
        "shown": wording.row(row, row.ledger.currency, me.id),
        "alert": row,
        "reasons": wording.signs(row.typology, row.reasons),
        "against": wording.signs(row.typology, row.against),
        "first": wording.short(row.first_at),
        "last": wording.short(row.last_at),
        "decisions": decided,
        "waiting": next((one for one in decided if one.waiting), None),
        "notes": notes_said,
        "note_form": forms.Note(),
        "facts": looking.compared(row.ledger, seen, [row]),
        "reports": list(row.reports.order_by("at")),
        "may_report": row.stage == desk.Stage.REPORT,
        "linked": looking.linked(row, row.ledger, me.id),
        "history": story.of_objects([row.id, *(one.id for one in decisions)]),
        **looking.context(
            request, seen, picture_url=reverse("alert_picture", args=[row.id]), zoom=0
        ),
        **_possible(request, row),
    }
    return render(request, "flows/alert.html", context)


def _possible(request: Request, row: Alert) -> dict[str, Any]:
    """Return what this person may do with the alert now."""
    me = request.actor.person
    holds = row.held_by_id == me.id
    leads = showing.may(request, "alert.assign")
    stage = desk.Stage(row.stage)
    to_join = MoneyCase.objects.filter(ledger=row.ledger, held_by=me)
    to_join = to_join.filter(stage__in=[s.value for s in moneycases.GROWS]).order_by("-number")
    can_join = not desk.why_not(stage, desk.Act.JOIN) and (holds or row.held_by_id is None)
    return {
        "may_take": stage is desk.Stage.NEW,
        "may_take_up": not desk.why_not(stage, desk.Act.TAKE_UP),
        "may_decide": holds and not desk.why_not(stage, desk.Act.PROPOSE),
        "may_give_back": (holds or leads) and not desk.why_not(stage, desk.Act.GIVE_BACK),
        "assign": forms.Colleague(people=acts.colleagues(row.ledger))
        if leads and not desk.why_not(stage, desk.Act.ASSIGN)
        else None,
        "case_form": forms.Title() if can_join else None,
        "cases": list(to_join[:20]) if can_join else [],
        "holds": holds,
    }


def _act(request: Request, row: Alert, act: str) -> HttpResponse:
    given: dict[str, Any] = {"by": request.actor, "at": request.now, "alert": row}
    if act == "take":
        acts.take_alert(**given)
        messages.success(request, _("It is yours now."))
    elif act == "give_back":
        acts.give_back(**given)
        messages.success(request, _("It is back in the queue."))
        return redirect("alerts")
    elif act == "note":
        form = forms.Note(request.POST)
        acts.add_note(**given, text=form.cleaned_data["text"] if form.is_valid() else "")
    elif act == "assign":
        chosen = forms.Colleague(request.POST, people=acts.colleagues(row.ledger))
        if chosen.is_valid():
            acts.assign_alert(**given, to=chosen.cleaned_data["to"])
            messages.success(request, _("Your colleague has it now."))
        else:
            messages.error(request, _("Choose a colleague."))
    elif act == "open_case":
        title = forms.Title(request.POST)
        made = moneycases.open_case(
            **given, title=title.cleaned_data["title"] if title.is_valid() else ""
        )
        return redirect("money_case", made.id)
    elif act == "join":
        case = _case(request, row)
        moneycases.join_alert(**given, case=case)
        return redirect("money_case", case.id)
    return redirect("alert", row.id)


def _case(request: Request, row: Alert) -> MoneyCase:
    mine = MoneyCase.objects.filter(ledger=row.ledger, held_by=request.actor.person)
    wanted = request.POST.get("case", "")
    found = next((case for case in mine if str(case.id) == wanted), None)
    if found is None:
        raise acting.Refused("Choose one of your cases.")
    return found


@page("alert.decide", methods=("GET", "POST"), held=True)
def alert_decide(request: Request, alert_id: UUID) -> HttpResponse:
    """Ask what is to happen with an alert, and why."""
    row = find(request, alert_id, "alert.decide")
    return decide_page(
        request, row, alert=row, back=reverse("alert", args=[row.id]), back_label=str(row)
    )


def decide_page(
    request: Request, row: Alert | MoneyCase, *, back: str, back_label: str, **about: Any
) -> HttpResponse:
    """Ask for a decision about an alert or a case; `about` names it for the action."""
    parts = deciding.parts_of([row] if isinstance(row, Alert) else row.alerts.all())
    victim = alerting.Part.POSSIBLE_VICTIM.value
    listed = [
        (str(account), f"{desk.code(account)} ({wording.part(part)})")
        for account, part in parts.items()
        if part != victim
    ]
    form = forms.Decide(posted(request), accounts=listed[:100])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = deciding.decide(
                by=request.actor,
                at=request.now,
                choice=given["choice"],
                reason=given["reason"],
                victims=[int(one) for one in given.get("victims", [])],
                **about,
            )
            messages.success(
                request,
                _("Proposed. A second person confirms it.") if made.four_eyes else _("Decided."),
            )
            return redirect(back)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "form": form,
        "row": row,
        "back": back,
        "back_label": back_label,
        "hints": [
            (_(desk.CHOICE_LABELS[choice]), _(hint)) for choice, hint in desk.CHOICE_HINTS.items()
        ],
        "victims": sum(1 for part in parts.values() if part == victim),
        "four_eyes": row.ledger.four_eyes,
    }
    return render(request, "flows/alert_decide.html", context, status=400 if form.is_bound else 200)


@page("alert.read")
def alert_picture(request: Request, alert_id: UUID) -> HttpResponse:
    """Show the picture large, with steps further, and as a table."""
    row = find(request, alert_id)
    seen = looking.look(request, row.ledger, [row], PURPOSE)
    here = reverse("alert_picture", args=[row.id])
    context = {
        "alert": row,
        "title": wording.typology(row.typology),
        "back": reverse("alert", args=[row.id]),
        "back_label": str(row),
        "print_url": reverse("alert_print", args=[row.id]),
        **looking.context(request, seen, picture_url=here),
    }
    return render(request, "flows/alert_picture.html", context)


@page("alert.read")
def alert_print(request: Request, alert_id: UUID) -> HttpResponse:
    """Give the picture and its table as a paper."""
    row = find(request, alert_id)
    seen = looking.look(request, row.ledger, [row], "print")
    shown = drawing.draw(request, seen.all, seen.parts, seen.opened, zoom=100)
    lines = drawing.lines(seen.all, seen.parts, seen.opened, seen.texts, drawn=seen.all)
    paper = papers.print_picture(
        by=request.actor,
        at=request.now,
        alert=row,
        paper=papers.Paper(
            language=core_forms.language(),
            title=f"{row}: {wording.typology(row.typology)}",
            says=shown.says,
            svg=str(shown.svg) if seen.all else "",
            size=(shown.width, shown.height),
            signs=[
                (one.text, " · ".join(filter(None, (one.value, one.threshold, one.source))))
                for one in wording.signs(row.typology, row.reasons)
            ],
            against=[
                (one.text, " · ".join(filter(None, (one.value, one.source))))
                for one in wording.signs(row.typology, row.against)
            ],
            lines=[
                (
                    f"{one.arrow or '–'} · {one.when}",
                    f"{one.source} → {one.target}: {one.amount} {one.how}",
                )
                for one in lines
            ],
            headings=(_("Why"), _("What speaks against it"), _("Transfers")),
            small=_(
                "A machine found this and decided nothing. Nobody in it is guilty because of it;"
                " whoever may be a victim is helped first."
            ),
            footer=f"Manumit {row}",
        ),
    )
    return showing.file(paper, f"{row}.pdf", inline=True)


@page("alert.read")
def alert_help(request: Request, alert_id: UUID) -> HttpResponse:
    """Say what to do when somebody in an alert may be a victim."""
    row = find(request, alert_id)
    return render(request, "flows/alert_help.html", {"alert": row})
