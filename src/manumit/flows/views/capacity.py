"""The register of help between units, and the statistics that name nobody."""

import csv
import io
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
from manumit.directory import codes
from manumit.flows import capacity as rules
from manumit.flows import statistics
from manumit.flows.actions import capacities as acts
from manumit.flows.actions import moneystatistics
from manumit.flows.forms import capacity as forms
from manumit.flows.models import Capacity
from manumit.flows.views import wording

YEARS = 5
COLOURS = {
    rules.State.ASKED: "yellow",
    rules.State.MATCHED: "turquoise",
    rules.State.UNDER_WAY: "blue",
    rules.State.DONE: "green",
    rules.State.DECLINED: "grey",
}


def _find(capacity_id: UUID) -> Capacity:
    return guard.one_of(Capacity.objects.select_related("match"), capacity_id)


def _row(row: Capacity, request: Request) -> dict[str, Any]:
    state = rules.State(row.state)
    country = codes.COUNTRIES.get(row.country, {})
    return {
        "row": row,
        "kind": _(rules.KINDS[rules.Kind(row.kind)]),
        "topic": _(rules.TOPICS[rules.Topic(row.topic)]),
        "country": country.get(core_forms.language()) or country.get("en", ""),
        "state": _(rules.LABELS[state]),
        "colour": COLOURS[state],
        "next_on": core_forms.day(row.next_on) if row.next_on else "",
        "since": core_forms.day(row.since),
        "until": core_forms.day(row.until) if row.until else "",
        "late": rules.late(row.state, row.next_on, request.now.date()),
    }


@page("capacity.read")
def capacities(request: Request) -> HttpResponse:
    """List requests and offers: what is open with its next step first, what is over below."""
    rows = [_row(row, request) for row in acts.listed()]
    context = {
        "open": [one for one in rows if rules.State(one["row"].state) in rules.OPEN],
        "over": [one for one in rows if rules.State(one["row"].state) not in rules.OPEN],
        "may": showing.may(request, "capacity.write"),
    }
    return render(request, "flows/capacities.html", context)


@page("capacity.write", methods=("GET", "POST"), held=True)
def capacity_new(request: Request) -> HttpResponse:
    """Write down a request or an offer."""
    form = forms.Add(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.add(by=request.actor, at=request.now, **form.cleaned_data)
            messages.success(request, _("Written down."))
            return redirect("capacity", made.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    back = reverse("capacities"), _("Help between units")
    return showing.form_page(request, form, _("A request or an offer"), back)


@page("capacity.read", methods=("GET", "POST"), held=True)
def capacity(request: Request, capacity_id: UUID) -> HttpResponse:
    """Show one, what happened to it, and what comes next."""
    row = _find(capacity_id)
    others = Capacity.objects.filter(topic=row.topic, state=rules.State.ASKED.value)
    fitting = others.exclude(kind=row.kind).order_by("number")
    steps = {rules.State(row.state), *rules.TRANSITIONS[rules.State(row.state)]}
    form = forms.Move(
        posted(request),
        states=[(s.value, _(rules.LABELS[s])) for s in rules.State if s in steps],
        matches=[(str(one.id), f"{one} {one.body}") for one in fitting],
        initial={
            "state": row.state,
            "next_step": row.next_step,
            "next_on": row.next_on,
        },
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        chosen = given.pop("match", "")
        match = next((one for one in fitting if str(one.id) == chosen), None)
        try:
            acts.move(by=request.actor, at=request.now, capacity=row, match=match, **given)
            messages.success(request, _("Kept."))
            return redirect("capacity", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        **_row(row, request),
        "may": showing.may(request, "capacity.write"),
        "form": form,
        "steps": [
            {
                "state": _(rules.LABELS[rules.State(step.state)]),
                "note": step.note,
                "at": core_forms.instant(step.at),
                "by": step.by.display_name,
            }
            for step in row.steps.select_related("by").order_by("-at", "-id")
        ],
    }
    status = 400 if form.is_bound else 200
    return render(request, "flows/capacity.html", context, status=status)


def _counted(request: Request) -> tuple[forms.Count, statistics.Table, str, str]:
    years = [request.now.year - n for n in range(YEARS)]
    first = years[0] if request.now.month > 3 else years[1]
    form = forms.Count(request.GET or None, years=years, initial={"year": str(first)})
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    along = given.get("along") or moneystatistics.By.PERIOD.value
    what = given.get("what") or moneystatistics.What.FOUND.value
    table = moneystatistics.count(
        by=request.actor,
        at=request.now,
        year=int(given.get("year") or first),
        what=moneystatistics.What(what),
        along=moneystatistics.By(along),
    )
    return form, table, along, str(given.get("year") or first)


def _words(table: statistics.Table) -> dict[str, str]:
    words = {name: wording.typology(name) for name in table.rows}
    words |= {"": _("No country known"), statistics.OTHER: _("All others together")}
    for name in table.columns:
        if ">" in name:
            words[name] = name.replace(">", " → ")
    return words


@page("moneystats.read")
def money_statistics(request: Request) -> HttpResponse:
    """Show how often each pattern was found, by quarter or corridor; small counts are hidden."""
    form, table, along, _year = _counted(request)
    words = _words(table)
    context = {
        "form": form,
        "table": table,
        "head": [words.get(name, name) for name in table.columns],
        "rows": [
            {
                "title": words.get(name, name),
                "counts": [None if n is None else core_forms.number(n) for n in table.line(name)],
                "total": core_forms.number(table.row_totals[name]),
            }
            for name in table.rows
        ],
        "totals": [core_forms.number(table.column_totals[name]) for name in table.columns],
        "total": core_forms.number(table.total),
        "small": core_forms.number(statistics.SMALL),
        "query": request.GET.urlencode(),
        "corridors": along == moneystatistics.By.CORRIDOR.value,
    }
    return render(request, "flows/money_statistics.html", context)


@page("moneystats.read")
def money_statistics_file(request: Request) -> HttpResponse:
    """Give the same table as a CSV file."""
    _form, table, along, year = _counted(request)
    out = io.StringIO()
    writer = csv.writer(out)
    words = {**_words(table), "total": _("Total")}
    writer.writerows(statistics.lines(table, _("Pattern"), words))
    return showing.file(out.getvalue(), f"patterns-{year}-{along}.csv")
