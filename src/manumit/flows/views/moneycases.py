"""The pages of cases that join alerts."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, showing
from manumit.flows import desk
from manumit.flows.actions import desk as acts
from manumit.flows.actions import moneycases, opening
from manumit.flows.forms import desk as forms
from manumit.flows.models import Alert, MoneyCase
from manumit.flows.views import alerts, looking, story, wording

PURPOSE = "case of the money"
MOST = 100  # cases in the list


def find(request: Request, case_id: UUID, permission: str = "moneycase.read") -> MoneyCase:
    """Return a case of the reader's own unit; raises NotFound."""
    rows = MoneyCase.objects.visible_to(request.actor.person, permission)
    return guard.one_of(rows.select_related("ledger", "held_by"), case_id)


def titles(request: Request, rows: list[MoneyCase]) -> list[str]:
    """Open the titles of cases, on the record; "" where the keys are locked."""
    if not rows:
        return []
    opened = opening.open_written(
        by=request.actor, at=request.now, ledger=rows[0].ledger, rows=rows, purpose=PURPOSE
    )
    return [str(one.get("title") or "") for one in opened]


@page("moneycase.read")
def money_cases(request: Request) -> HttpResponse:
    """List the cases of the unit, those that are worked on first."""
    me = request.actor.person
    rows = MoneyCase.objects.visible_to(me, "moneycase.read").select_related("held_by", "ledger")
    listed = sorted(rows.order_by("-at")[:MOST], key=lambda c: c.stage == desk.Stage.CLOSED)
    joined = Alert.objects.filter(case__in=listed).values_list("case", "possible_victim")
    counts = Counter(case for case, _victim in joined)
    victims = {case for case, victim in joined if victim}
    context = {
        "rows": [
            {
                "case": case,
                "title": title,
                "stage": wording.stage(case.stage),
                "colour": wording.COLOURS[case.stage],
                "alerts": core_forms.number(counts[case.id]),
                "holder": _("You")
                if case.held_by_id == me.id
                else case.held_by.display_name
                if case.held_by
                else "",
                "victim": case.id in victims,
            }
            for case, title in zip(listed, titles(request, listed), strict=True)
        ]
    }
    return render(request, "flows/money_cases.html", context)


@page("moneycase.read", methods=("GET", "POST"), held=True)
def money_case(request: Request, moneycase_id: UUID) -> HttpResponse:
    """Show a case: its alerts, one picture and one timeline of all of them, what was decided."""
    row = find(request, moneycase_id)
    if request.method == "POST":
        try:
            return _act(request, row, request.POST.get("act", ""))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
            return redirect("money_case", row.id)
    me = request.actor.person
    joined = list(row.alerts.select_related("held_by").order_by("number"))
    decisions = list(row.decisions.select_related("by", "answered_by").order_by("-at"))
    notes = list(row.notes.select_related("by").order_by("-at"))
    decided, notes_said = looking.written(request, row.ledger, decisions, notes, PURPOSE)
    holds = row.held_by_id == me.id
    grows = holds and desk.Stage(row.stage) in moneycases.GROWS
    leads = showing.may(request, "alert.assign")
    given = (holds or leads) and not desk.why_not(row.stage, desk.Act.ASSIGN)
    context: dict[str, Any] = {
        "case": row,
        "title": titles(request, [row])[0],
        "stage": wording.stage(row.stage),
        "colour": wording.COLOURS[row.stage],
        "decided": wording.choice(row.decided),
        "holder": _("You") if holds else row.held_by.display_name if row.held_by else "",
        "victim": any(alert.possible_victim for alert in joined),
        "alerts": [wording.row(alert, row.ledger.currency, me.id) for alert in joined],
        "decisions": decided,
        "waiting": next((one for one in decided if one.waiting), None),
        "notes": notes_said,
        "note_form": forms.Note(),
        "join_form": forms.Number() if grows else None,
        "hand_form": forms.Colleague(people=acts.colleagues(row.ledger)) if given else None,
        "grows": grows,
        "may_decide": holds and not desk.why_not(row.stage, desk.Act.PROPOSE),
        "reports": list(row.reports.order_by("at")),
        "may_report": row.stage == desk.Stage.REPORT,
        "may_take_up": not desk.why_not(row.stage, desk.Act.TAKE_UP),
        "history": story.of_objects([row.id, *(one.id for one in decisions)]),
    }
    if joined:
        seen = looking.look(request, row.ledger, joined, PURPOSE)
        here = reverse("money_case_picture", args=[row.id])
        context |= looking.context(request, seen, picture_url=here, zoom=0)
        context["facts"] = looking.compared(row.ledger, seen, joined)
    return render(request, "flows/money_case.html", context)


@page("moneycase.read")
def money_case_picture(request: Request, moneycase_id: UUID) -> HttpResponse:
    """Show the picture of all alerts of a case large, with steps further."""
    row = find(request, moneycase_id)
    joined = list(row.alerts.order_by("number"))
    if not joined:
        raise acting.NotFound
    seen = looking.look(request, row.ledger, joined, PURPOSE)
    here = reverse("money_case_picture", args=[row.id])
    context = {
        "title": titles(request, [row])[0] or str(row),
        "back": reverse("money_case", args=[row.id]),
        "back_label": str(row),
        **looking.context(request, seen, picture_url=here),
    }
    return render(request, "flows/alert_picture.html", context)


@page("alert.decide", methods=("GET", "POST"), held=True)
def money_case_decide(request: Request, moneycase_id: UUID) -> HttpResponse:
    """Ask what is to happen with a case, and why."""
    row = find(request, moneycase_id, "alert.decide")
    back = reverse("money_case", args=[row.id])
    return alerts.decide_page(request, row, case=row, back=back, back_label=str(row))


def _act(request: Request, row: MoneyCase, act: str) -> HttpResponse:
    given: dict[str, Any] = {"by": request.actor, "at": request.now, "case": row}
    if act == "note":
        note = forms.Note(request.POST)
        acts.add_note(**given, text=note.cleaned_data["text"] if note.is_valid() else "")
    elif act == "join":
        moneycases.join_alert(**given, alert=_by_number(request, row))
        messages.success(request, _("The alert is in the case now."))
    elif act == "split":
        moneycases.split_alert(**given, alert=_joined(request, row))
        messages.success(request, _("The alert is on its own again."))
    elif act == "hand":
        chosen = forms.Colleague(request.POST, people=acts.colleagues(row.ledger))
        if chosen.is_valid():
            moneycases.hand_case(**given, to=chosen.cleaned_data["to"])
            messages.success(request, _("Your colleague has it now."))
        else:
            messages.error(request, _("Choose a colleague."))
    elif act == "take":
        moneycases.take_up_case(**given)
        messages.success(request, _("It is yours now."))
    elif act == "title":
        title = forms.Title(request.POST)
        moneycases.name_case(**given, title=title.cleaned_data["title"] if title.is_valid() else "")
    return redirect("money_case", row.id)


def _by_number(request: Request, row: MoneyCase) -> Alert:
    form = forms.Number(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else 0
    found = Alert.objects.filter(ledger=row.ledger, number=min(number, 2**31 - 1)).first()
    if found is None:
        raise acting.Refused("There is no alert of this number.")
    return found


def _joined(request: Request, row: MoneyCase) -> Alert:
    return guard.one_of(row.alerts.all(), request.POST.get("alert", ""))
