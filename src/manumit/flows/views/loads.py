"""A file into the ledger: give it, say how it is read, see it come in, see what was not taken."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.flows.actions import background, ledgers, names, takingout
from manumit.flows.forms import ledger as forms
from manumit.flows.models import Load, SavedMapping, State
from manumit.flows.takingout import Why
from manumit.flows.views import ledger as shared

SHOWN = 200


@page("ledger.load", methods=("GET", "POST"), held=True)
def load_new(request: Request) -> HttpResponse:
    """Give a file; it is sealed at once, and nothing is loaded yet."""
    found = ledgers.mine(request.actor)
    form = forms.GiveFile(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        from manumit.flows.actions import bringing  # loaded where a file is read

        name, data = form.cleaned_data["file"]
        try:
            load = bringing.give(
                by=request.actor, at=request.now, ledger=found, name=name, data=data
            )
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            done = load.state == State.DONE
            return redirect("load" if done else "load_reading", load.id)
    context = {"form": form}
    return render(request, "flows/load_new.html", context, status=400 if form.is_bound else 200)


def _find(request: Request, load_id: UUID, permission: str = "ledger.read") -> Load:
    rows = Load.objects.visible_to(request.actor.person, permission)
    return guard.one_of(
        rows.select_related("ledger", "by", "out_asked_by", "out_agreed_by"), load_id
    )


@page("ledger.load", methods=("GET", "POST"), held=True)
def load_reading(request: Request, load_id: UUID) -> HttpResponse:
    """Say how a file is read: confirm what was found out, or which column is what."""
    from manumit.flows.actions import bringing  # loaded where a file is read

    load = _find(request, load_id, "ledger.load")
    if load.state not in {State.WAITING, State.FAILED}:
        return redirect("load", load.id)
    glance = bringing.glance(by=request.actor, at=request.now, load=load)
    saved = SavedMapping.objects.filter(ledger=load.ledger).order_by("name")
    choices = [(str(each.id), each.name) for each in saved]
    known = bool(glance.layout)
    form = (
        None
        if known
        else forms.HowToRead(
            posted(request),
            headers=glance.headers,
            saved=choices,
            initial=bringing.asked_of(glance.proposed),
        )
    )
    problem = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _start(request, load, form, glance)
            return redirect("load", load.id)
        except acting.Refused as refusal:
            if form is not None:
                showing.refused(form, refusal)
            else:
                problem = refusal.reason
    context = {
        "load": load,
        "form": form,
        "glance": glance,
        "sample": [[*row] for row in glance.sample[:5]],
        "problem": problem,
    }
    bad = request.method == "POST"
    return render(request, "flows/load_reading.html", context, status=400 if bad else 200)


def _start(request: Request, load: Load, form: Any, glance: Any) -> None:
    from manumit.flows.actions import bringing

    by, at = request.actor, request.now
    key = ledgers.key_of(by=by, ledger=load.ledger)
    text = ""
    if form is not None:
        told = form.cleaned_data
        kept = (
            SavedMapping.objects.filter(ledger=load.ledger, pk=told["saved"]).first()
            if told.get("saved")
            else None
        )
        text = kept.text if kept else bringing.mapping_of(told, glance.proposed)
        if told["name"] and not kept:
            ledgers.save_mapping(by=by, at=at, ledger=load.ledger, name=told["name"], text=text)
    bringing.agree(by=by, at=at, load=load, mapped=text, time_zone=load.ledger.time_zone)
    background.start("load", str(load.id), secret=key)


@page("ledger.read", methods=("GET", "POST"))
def load(request: Request, load_id: UUID) -> HttpResponse:
    """One load: how far it is, or what came of it."""
    found = _find(request, load_id)
    if request.method == "POST":
        try:
            _again(request, found)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("load", found.id)
    from manumit.flows.readers import reasons  # sentences of the readers

    dead = background.interrupted(found, request.now)
    rejected = [
        {"count": count, "text": [_(text) for text in reasons.REASONS.get(code, (code,))]}
        for code, count in sorted(found.rejected.items(), key=lambda item: -item[1])
    ]
    notes = [
        {"count": count, "text": _(reasons.NOTES.get(code, code))}
        for code, count in sorted(found.notes.items())
    ]
    share = min(99, found.size_read * 100 // found.size) if found.size else None
    context = {
        "load": found,
        "state": shared.state_of(found, request),
        "running": found.state == State.RUNNING and not dead,
        "waiting": found.state == State.WAITING,
        "interrupted": found.state == State.RUNNING and dead,
        "share": share,
        "rejected": rejected,
        "notes": notes,
        "may_load": showing.may(request, "ledger.load"),
        "may_forget": found.state == State.WAITING or dead,
        **_taking_out(request, found),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, f"flows/{'_load_state' if part else 'load'}.html", context)


def _taking_out(request: Request, found: Load) -> dict[str, Any]:
    """Return what the page says about taking a load out: asked for, agreed to, why not, or the form."""
    may = showing.may(request, "ledger.take_out") and found.state == State.DONE
    return {
        "out_form": forms.TakeOut() if may and found.out_asked_by_id is None else None,
        "out_why_not": takingout.why_not(found) if may else "",
        "out_mine": found.out_asked_by_id == request.actor.id,
        "may_take_out": may,
        "too_old": found.state == State.DONE and found.kept_too_long(request.now),
    }


def _again(request: Request, found: Load) -> None:
    """Take up a load that was interrupted, forget a file that is not in, take out one that is."""
    act, by, at = request.POST.get("act"), request.actor, request.now
    if act == "take_out":
        form = forms.TakeOut(request.POST)
        if not form.is_valid():
            raise acting.Refused("Choose why it is taken out.")
        takingout.ask(by=by, at=at, load=found, why=Why(form.cleaned_data["why"]))
        return
    if act in {"leave", "agree"}:
        (takingout.leave if act == "leave" else takingout.agree)(by=by, at=at, load=found)
        return
    if act == "forget":
        from manumit.flows.actions import bringing

        bringing.forget(by=request.actor, at=request.now, load=found)
        return
    key = ledgers.key_of(by=request.actor, ledger=found.ledger)
    if found.state == State.RUNNING and background.interrupted(found, request.now):
        background.start("load", str(found.id), secret=key)


@page("ledger.load")
def load_rejected(request: Request, load_id: UUID) -> HttpResponse:
    """Rows that were not taken, as they stood: opened on the record; `?as=xlsx` as a workbook."""
    found = _find(request, load_id, "ledger.load")
    workbook = request.GET.get("as") == "xlsx"
    rows = names.open_rejected(
        by=request.actor,
        at=request.now,
        load=found,
        purpose="rows that were not taken",
        most=100_000 if workbook else SHOWN,
    )
    from manumit.flows.readers import reasons

    for row in rows:
        row["why"] = _(reasons.REASONS.get(row["reason"], (row["reason"],))[0])
        row["field"] = _(reasons.FIELDS.get(row["field"], row["field"]))
    if workbook:
        return _workbook(found, rows)
    context = {"load": found, "rows": rows, "more": max(found.rows_rejected - len(rows), 0)}
    return render(request, "flows/load_rejected.html", context)


def _workbook(found: Load, rows: list[dict[str, Any]]) -> HttpResponse:
    from manumit.core import workbook  # loaded where a workbook is written

    head = [_("Line"), _("Field"), _("What is wrong"), _("What to do"), _("The row")]
    lines = [
        [str(row["line"]), row["field"], row["why"], row["cure"], row["raw"] or ""] for row in rows
    ]
    return showing.file(workbook.of("Rows", [head, *lines]), f"rows-not-taken-{found.number}.xlsx")
