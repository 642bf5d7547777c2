"""Reports: the list, one report with what it lacks and where it stands, handing over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.forms import said
from manumit.core.views import Request, leaving, page, posted, showing
from manumit.flows import goaml, goaml_check, goaml_profile, reporting
from manumit.flows.actions import profiles
from manumit.flows.actions import reports as acts
from manumit.flows.forms import report as forms
from manumit.flows.models import Alert, MoneyCase, Report
from manumit.flows.views import wording

LISTED = 100
SHOWN = 4  # accounts named beside what they all lack
PARTS = {
    goaml_check.Where.REPORT: "report_about",
    goaml_check.Where.REPORTER: "report_reporter",
    goaml_check.Where.LOCATION: "report_location",
    goaml_check.Where.TRANSACTION: "report_transactions",
    goaml_check.Where.ACCOUNT: "report_accounts",
}


def find(request: Request, report_id: UUID, permission: str = "report.read") -> Report:
    """Return a report of the actor's unit; raises NotFound."""
    rows = Report.objects.visible_to(request.actor.person, permission)
    return guard.one_of(rows.select_related("ledger", "alert", "case"), report_id)


@page("report.read")
def reports(request: Request) -> HttpResponse:
    """List the unit's reports, what waits for a second person first."""
    rows = Report.objects.visible_to(request.actor.person, "report.read")
    rows = rows.defer("known", "answers", "narrative", "file", "remark").select_related("by")
    listed = leaving.waiting_first(rows.order_by("-at")[:LISTED])
    context = {"rows": [{"row": row, **_stands(row)} for row in listed]}
    return render(request, "flows/reports.html", context)


def _stands(row: Report) -> dict[str, Any]:
    state = reporting.State(row.state)
    return {
        "state": _(reporting.LABELS[state]),
        "colour": leaving.COLOURS[state],
        "on": row.alert or row.case,
        "at": core_forms.instant(row.at),
    }


@page("report.write", methods=("GET", "POST"))
def alert_report(request: Request, alert_id: UUID) -> HttpResponse:
    """Begin a report on an alert."""
    rows = Alert.objects.visible_to(request.actor.person, "report.write")
    row = guard.one_of(rows, alert_id)
    return _begin(request, row)


@page("report.write", methods=("GET", "POST"))
def money_case_report(request: Request, moneycase_id: UUID) -> HttpResponse:
    """Begin a report on a case."""
    rows = MoneyCase.objects.visible_to(request.actor.person, "report.write")
    row = guard.one_of(rows, moneycase_id)
    return _begin(request, row)


def _begin(request: Request, row: Alert | MoneyCase) -> HttpResponse:
    known = [(one.id, _profile_words(one)) for one in _profiles().values()]
    initial = {"language": "fr" if core_forms.language() == "fr" else "en"}
    form = forms.Begin(posted(request), profiles=known, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.begin(
                by=request.actor,
                at=request.now,
                profile=form.cleaned_data["profile"],
                language=form.cleaned_data["language"],
                alert=row if isinstance(row, Alert) else None,
                case=row if isinstance(row, MoneyCase) else None,
            )
            return redirect("report", made.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    name = "alert" if isinstance(row, Alert) else "money_case"
    intro = _(
        "Names and account numbers are opened for the report; that goes on the record. Nothing"
        " leaves before a second person has approved it."
    )
    back = reverse(name, args=[row.id]), f"{row}"
    return showing.form_page(
        request, form, _("Write a report"), back, intro=intro, button=_("Begin")
    )


def _profiles() -> Any:
    try:
        return profiles.all_()
    except goaml_profile.BadProfile as problem:
        raise acting.Refused(str(problem)) from problem


def _profile_words(one: goaml_profile.Profile) -> str:
    return f"{one.name} ({_('example')})" if one.example else one.name


@page("report.read", methods=("GET", "POST"), held=True)
def report(request: Request, report_id: UUID) -> HttpResponse:
    """Show a report, what it lacks, where it stands; propose, approve, send back."""
    row = find(request, report_id)
    back = forms.SendBack(request.POST if request.POST.get("act") == "send_back" else None)
    if request.method == "POST":
        try:
            _act(request, row, back)
            return redirect("report", row.id)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
            return redirect("report", row.id)
    opened = acts.open_report(by=request.actor, at=request.now, report=row)
    profile = profiles.get(row.profile)
    examined = acts.examine(
        known=opened.known,
        answers=opened.answers,
        text=opened.text,
        profile=profile,
        on=row.proposed_at or request.now,
    )
    writing = row.state == reporting.State.DRAFT
    gone = acts.open_disclosures(by=request.actor, at=request.now, report=row)
    context = {
        "report": row,
        "thing": row.alert or row.case,
        **_stands(row),
        "profile": profile,
        "profile_name": _profile_words(profile),
        "writing": writing,
        "missing": missing(row, examined) if writing else [],
        "whole": examined.whole,
        "tasks": _tasks(row, examined, opened),
        "text": opened.text,
        "remark": opened.remark,
        "files": [{"name": name, "size": f"{one.size:,}"} for one, name in opened.files],
        "victims": len(opened.known.victims),
        "movements": _movements(examined.report),
        "more_movements": max(len(examined.report.transactions) - LISTED, 0),
        "parties": _parties(examined.report),
        "send_back": back,
        "mine": row.proposed_by_id == request.actor.id and row.four_eyes,
        "disclosures": [_disclosed(one, told, profile) for one, told in gone],
    }
    return render(request, "flows/report.html", context)


def _act(request: Request, row: Report, back: forms.SendBack) -> None:
    give: dict[str, Any] = {"by": request.actor, "at": request.now, "report": row}
    act = request.POST.get("act", "")
    if act == "propose":
        acts.propose_report(**give)
        messages.success(request, _("Proposed. A second person reads it now."))
    elif act == "approve":
        acts.approve_report(**give)
        messages.success(request, _("Approved. It can be handed over."))
    elif act == "send_back" and back.is_valid():
        acts.send_back(**give, remark=back.cleaned_data["remark"])
    elif act == "reopen":
        acts.reopen_report(**give)
    elif act == "withdraw":
        acts.withdraw_report(**give)


def missing(row: Report, examined: acts.Examined) -> list[dict[str, Any]]:
    """Return all that is wrong, by the page that mends it."""
    groups: dict[goaml_check.Where, list[str]] = {}
    things: dict[tuple[goaml_check.Where, str], list[str]] = {}
    for fault in examined.faults:
        things.setdefault((fault.where, said(fault.says)), []).append(fault.thing)
    for (where, words), whose in things.items():
        named = [f"\u2068{thing}\u2069" for thing in whose if thing]
        if where is goaml_check.Where.ACCOUNT and named:
            words = f"{words} {', '.join(named[:SHOWN])}"
        if len(named) > (SHOWN if where is goaml_check.Where.ACCOUNT else 1):
            words = f"{words} ({core_forms.number(len(named))})"
        groups.setdefault(where, []).append(words)
    for problem in examined.problems:
        table = problem.place.split(".")[0].replace("accounts", "account")
        if table in set(goaml_check.Where):
            words = f"{problem.place}: {said(problem.says)}"
            groups.setdefault(goaml_check.Where(table), []).append(words)
    found: list[dict[str, Any]] = [
        {
            "title": _(goaml_check.WHERE[where]),
            "url": reverse(PARTS[where], args=[row.id]),
            "says": groups[where],
        }
        for where in goaml_check.Where
        if where in groups
    ]
    if examined.schema:
        found.append({"title": _("The unit's schema says"), "url": "", "says": examined.schema})
    return found


def _tasks(row: Report, examined: acts.Examined, opened: acts.Opened) -> list[dict[str, Any]]:
    lacking = [fault.where for fault in examined.faults]
    writing = row.state == reporting.State.DRAFT
    made = []
    for where, name in PARTS.items():
        count = lacking.count(where)
        status = _("to mend: %(n)s") % {"n": core_forms.number(count)} if count else _("Complete")
        made.append(_task(_(goaml_check.WHERE[where]), name, row, status, bool(count), writing))
    words = _("Written") if opened.text else _("Empty")
    made.append(_task(_("Narrative"), "report_narrative", row, words, not opened.text, writing))
    files = core_forms.number(len(opened.files))
    made.append(_task(_("Files that go with it"), "report_files", row, files, False, writing))
    return made


def _task(
    title: str, name: str, row: Report, status: str, lacks: bool, writing: bool
) -> dict[str, Any]:
    url = reverse(name, args=[row.id]) if writing else ""
    return {
        "title": title,
        "url": url,
        "status": status,
        "status_colour": "yellow" if lacks else "",
    }


def _who(side: Any) -> str:
    subject = side.subject if side else None
    if isinstance(subject, goaml.Account):
        return subject.account
    if isinstance(subject, goaml.Entity):
        return subject.name
    return f"{subject.first_name} {subject.last_name}" if subject else ""


def _movements(whole: goaml.Report) -> list[dict[str, str]]:
    rows = []
    for one in whole.transactions[:LISTED]:
        amount = "" if one.amount_local is None else f"{one.amount_local:,f} {whole.currency}"
        source, target = _who(one.source), _who(one.target)
        if one.parties:
            source, target = ", ".join(f"{_who(p)} ({p.role})" for p in one.parties), ""
        rows.append(
            {
                "number": one.number,
                "at": wording.short(_aware(one.on)) if one.on else "",
                "amount": core_forms.number(amount),
                "source": source,
                "target": target,
            }
        )
    return rows


def _aware(at: Any) -> Any:
    return timezone.make_aware(at)


def _parties(whole: goaml.Report) -> list[dict[str, str]]:
    parties = whole.activity.parties if whole.activity else ()
    return [{"who": _who(one), "role": one.role, "reason": one.reason} for one in parties]


def _disclosed(one: Any, told: dict[str, Any], profile: goaml_profile.Profile) -> dict[str, Any]:
    return {
        "recipient": told.get("recipient", ""),
        "basis": said(profile.legal_bases.get(one.basis, one.basis)),
        "at": core_forms.instant(one.at),
        "digest": leaving.fingerprint(one.digest),
        "reply": _(reporting.REPLIES[reporting.Reply(one.reply)]) if one.reply else "",
        "reply_text": told.get("reply_text") or "",
    }


@page("report.export", methods=("GET", "POST"), held=True)
def report_hand_over(request: Request, report_id: UUID) -> HttpResponse:
    """Hand an approved report over: to whom, on which legal basis."""
    row = find(request, report_id, "report.export")
    form = forms.HandOver(posted(request), profile=profiles.get(row.profile))
    if request.method == "POST" and form.is_valid():
        try:
            acts.hand_over(
                by=request.actor, at=request.now, report=row,
                recipient=form.cleaned_data["recipient"], basis=form.cleaned_data["basis"],
            )  # fmt: skip
            messages.success(request, _("Written down. Download the file and send it."))
            return redirect("report", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    intro = _("Who received it and on which basis is kept with the report and goes on the record.")
    return showing.form_page(
        request, form, _("Hand over"), back_to(row), intro=intro, button=_("Hand over")
    )


@page("report.export", methods=("POST",))
def report_download(request: Request, report_id: UUID) -> HttpResponse:
    """Give out the file that was handed over."""
    row = find(request, report_id, "report.export")
    try:
        done = acts.download(by=request.actor, at=request.now, report=row)
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
        return redirect("report", row.id)
    return showing.file(done.content, done.name)


@page("report.write", methods=("GET", "POST"), held=True)
def report_reply(request: Request, report_id: UUID) -> HttpResponse:
    """Write down what the unit answered."""
    row = find(request, report_id, "report.write")
    form = forms.Reply(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            acts.record_reply(by=request.actor, at=request.now, report=row, **form.cleaned_data)
            return redirect("report", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    return showing.form_page(request, form, _("The unit's answer"), back_to(row))


def back_to(row: Report) -> tuple[str, str]:
    """Return the way back to a report."""
    return reverse("report", args=[row.id]), f"{_('Report')} {row}"
