"""The pages of a plan: how needs stand, the safety plan, goals; and State support."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.cases import needs
from manumit.cases import plan as rules
from manumit.cases.actions import entitlements, plans
from manumit.cases.forms import entitlement as entitlement_forms
from manumit.cases.forms import plan as forms
from manumit.cases.models import Case, Goal, Look, Need, Step
from manumit.cases.views import cases, state_support
from manumit.core import printing, roles
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing

_CHANGE_COLOURS = {
    rules.Change.FIRST: "grey",
    rules.Change.BETTER: "green",
    rules.Change.SAME: "blue",
    rules.Change.WORSE: "red",
}


def form_page(
    request: Request,
    row: Case,
    form: Any,
    title: str,
    back: tuple[str, str],
    *,
    intro: str = "",
    button: str = "",
) -> HttpResponse:
    """Show one form about a case; `back` is an address and its words."""
    context = {
        "case": row,
        "form": form,
        "title": title,
        "intro": intro,
        "button": button or _("Save"),
        "back_url": back[0],
        "back_label": back[1],
    }
    return render(request, "cases/plan_form.html", context, status=400 if form.is_bound else 200)


def may(request: Request, row: Case, permission: str) -> bool:
    """Tell whether a button makes sense here; the action decides for itself."""
    user, place = request.actor.person, row.place_in_house()
    holds = {roles.Scope.UNIT} if user.unit_id in place.units else set()
    if holds and place.owner == user.id:
        holds.add(roles.Scope.OWN)
    return roles.reaches(roles.scope(request.actor.role, permission), frozenset(holds))


def _back(row: Case) -> tuple[str, str]:
    return reverse("plan", args=[row.id]), _("Back to the plan")


@page("case.read")
def plan(request: Request, case_id: UUID) -> HttpResponse:
    """Show a person's plan; opening it is on the record."""
    row = cases.find(request, case_id)
    opened = plans.open_plan(by=request.actor, at=request.now, case=row)
    need_rows = list(Need.objects.checklist(row))
    context = {
        "case": row,
        "may": may(request, row, "case.plan") and row.is_open,
        "needs": [_need(row, need, opened) for need in need_rows],
        "safety": _safety(opened),
        "goals": [_goal(goal, opened) for goal in opened.goals],
        "today": request.now.date(),
    }
    return render(request, "cases/plan.html", context)


def _need(row: Case, need: Need, opened: plans.OpenedPlan) -> dict[str, Any]:
    looks = [look for look in opened.looks if look.need_id == need.id]
    change = rules.change([_look(look) for look in looks]) if looks else None
    return {
        "title": _(needs.label(need.kind)),
        "url": reverse("plan_look", args=[row.id, need.id]),
        "last": looks[-1] if looks else None,
        "words": opened.words[looks[-1].id] if looks else {},
        "change": _(rules.CHANGE_LABELS[change]) if change else "",
        "colour": _CHANGE_COLOURS[change] if change else "",
        "history": [{"look": look, "words": opened.words[look.id]} for look in looks[-2::-1]],
    }


def _look(row: Look) -> rules.Look:
    return rules.Look(row.on, rules.Level(row.level))


def _safety(opened: plans.OpenedPlan) -> dict[str, Any] | None:
    if opened.safety is None:
        return None
    words = opened.words[opened.safety.id].get("said") or {}
    rows = [(_(label), words[part]) for part, label in rules.SAFETY.items() if words.get(part)]
    return {"row": opened.safety, "rows": rows}


def _goal(goal: Goal, opened: plans.OpenedPlan) -> dict[str, Any]:
    steps = [step for step in opened.steps if step.goal_id == goal.id]
    done, of = rules.progress(step.done_at is not None for step in steps)
    return {
        "row": goal,
        "words": opened.words[goal.id].get("words", ""),
        "steps": [{"row": s, "words": opened.words[s.id].get("words", "")} for s in steps],
        "done": done,
        "of": of,
    }


@page("case.plan", methods=("GET", "POST"), held=True)
def plan_look(request: Request, case_id: UUID, need_id: UUID) -> HttpResponse:
    """Write down how a need stands now."""
    row = cases.find(request, case_id, "case.plan")
    need = guard.one_of(Need.objects.filter(case=row), need_id)
    form = forms.Look(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            plans.look_at_need(
                by=request.actor,
                at=request.now,
                case=row,
                need=need,
                level=given["level"],
                on=given["on"] or request.now.date(),
                wish=given["wish"],
                seen=given["seen"],
            )
            messages.success(request, _("Written down. What was written before stays."))
            return redirect("plan", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    return form_page(request, row, form, _(needs.label(need.kind)), _back(row))


@page("case.plan", methods=("GET", "POST"), held=True)
def plan_safety(request: Request, case_id: UUID) -> HttpResponse:
    """Write the safety plan, or say that it still holds."""
    row = cases.find(request, case_id, "case.plan")
    if request.POST.get("act") == "still":
        try:
            plans.still_safe(by=request.actor, at=request.now, case=row)
            messages.success(request, _("The plan holds. You are asked again in time."))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("plan", row.id)
    known = _known_safety(request, row)
    form = forms.Safety(posted(request), initial=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            plans.keep_safe(
                by=request.actor,
                at=request.now,
                case=row,
                said=form.said(),
                card_wanted=given["card_wanted"],
                card=given["card"],
            )
            messages.success(request, _("The safety plan is kept."))
            return redirect("plan", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    intro = _(
        "Think it through together. Nothing has to be filled in that the person does not want."
    )
    return form_page(request, row, form, _("Safety plan"), _back(row), intro=intro)


def _known_safety(request: Request, row: Case) -> dict[str, Any]:
    opened = plans.open_plan(by=request.actor, at=request.now, case=row)
    if opened.safety is None:
        return {}
    words = opened.words[opened.safety.id]
    card = {"card": words.get("card"), "card_wanted": opened.safety.card_wanted}
    return dict(words.get("said") or {}) | card


@page("case.plan")
def plan_card(request: Request, case_id: UUID) -> HttpResponse:
    """Print the neutral card that the person wants: their own lines under a head that tells nothing."""
    row = cases.find(request, case_id, "case.plan")
    try:
        lines = plans.open_card(by=request.actor, at=request.now, case=row)
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
        return redirect("plan_safety", row.id)
    language = row.language or "en"
    side = printing.Side(language, rules.card_title(language), [printing.items(lines)])
    return showing.file(printing.pdf([side], size="a6"), "card.pdf", inline=True)


@page("case.plan", methods=("GET", "POST"), held=True)
def goal_new(request: Request, case_id: UUID) -> HttpResponse:
    """Write down what the person wants to reach."""
    row = cases.find(request, case_id, "case.plan")
    form = forms.Goal(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = plans.set_goal(by=request.actor, at=request.now, case=row, **form.cleaned_data)
            return redirect("goal", row.id, made.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    return form_page(request, row, form, _("A new goal"), _back(row))


@page("case.plan", methods=("GET", "POST"), held=True)
def goal(request: Request, case_id: UUID, goal_id: UUID) -> HttpResponse:
    """Show one goal: add a step, say that one is done, or that the goal has ended."""
    row = cases.find(request, case_id, "case.plan")
    wanted = guard.one_of(Goal.objects.filter(case=row), goal_id)
    act = request.POST.get("act", "")
    form = forms.Step(request.POST if act == "step" else None)
    if request.method == "POST":
        try:
            if _goal_act(request, row, wanted, act, form):
                return redirect("goal", row.id, wanted.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal) if form.is_bound else showing.say_no(request, refusal)
    opened = plans.open_plan(by=request.actor, at=request.now, case=row)
    shown = next(_goal(one, opened) for one in opened.goals if one.id == wanted.id)
    context = {"case": row, "goal": shown, "form": form, "open": row.is_open}
    return render(request, "cases/goal.html", context, status=400 if form.is_bound else 200)


def _goal_act(request: Request, row: Case, wanted: Goal, act: str, form: forms.Step) -> bool:
    doing: dict[str, Any] = {"by": request.actor, "at": request.now, "case": row}
    if act == "step" and form.is_valid():
        plans.add_step(**doing, goal=wanted, **form.cleaned_data)
        return True
    if act == "done":
        plans.do_step(**doing, step=_step(wanted, request.POST.get("step", "")))
        return True
    if act in set(rules.GoalState):
        plans.move_goal(**doing, goal=wanted, state=act)
        return True
    return False


def _step(wanted: Goal, text: str) -> Step:
    return guard.one_of(Step.objects.filter(goal=wanted), text)


# --- State support -------------------------------------------------------------------------------
@page("case.entitlement", methods=("GET", "POST"), held=True)
def case_support(request: Request, case_id: UUID) -> HttpResponse:
    """Say which State support the person may ask for, with reasons and what is missing."""
    row = cases.find(request, case_id, "case.entitlement")
    told = entitlements.open_entitlement(by=request.actor, at=request.now, case=row)
    known = dict(told.facts) if told else {}
    known["nationality"] = (known.get("nationality") or [""])[0]
    form = entitlement_forms.Facts(posted(request), initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            entitlements.write_facts(by=request.actor, at=request.now, case=row, facts=form.facts())
            return redirect("case_support", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {"case": row, "form": form, "support": state_support.in_words(told)}
    bad = form.is_bound
    return render(request, "cases/case_support.html", context, status=400 if bad else 200)
