"""The report of fairness: by nationality and by script of the name, from protected counts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.actions import acting
from manumit.core.views import Request, page, showing
from manumit.network import fairness as rules
from manumit.network import models
from manumit.network.actions import fairness as acts
from manumit.network.views import saying

UNITS = 20  # latest runs of as many units


@page("fairness.read", methods=("GET", "POST"))
def fairness(request: Request) -> HttpResponse:
    """Show the latest counts of each unit; an investigator counts anew."""
    may_count = showing.may(request, "network.write")
    if request.method == "POST":
        try:
            acts.run(by=request.actor, at=request.now)
            messages.success(request, _("Counted anew."))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("fairness")
    rows = models.FairnessRun.objects.visible_to(request.actor.person, "fairness.read")
    latest: dict[Any, models.FairnessRun] = {}
    for row in rows.select_related("register__unit").order_by("-at")[: UNITS * 20]:
        latest.setdefault(row.register_id, row)
    context = {
        "runs": [_run(row) for row in list(latest.values())[:UNITS]],
        "may_count": may_count,
        "to_do": [_(one) for one in rules.TO_DO],
        "least": core_forms.number(rules.LEAST_COUNT),
        "group": core_forms.number(rules.LEAST_GROUP),
    }
    return render(request, "network/fairness.html", context)


def _run(row: models.FairnessRun) -> dict[str, Any]:
    whole = acts.of_plain(row.counts["whole"])
    return {
        "unit": row.register.unit,
        "at": core_forms.instant(row.at),
        "people": _figure(whole.people),
        "few": whole.people is None,
        "tables": []
        if whole.people is None
        else [
            {
                "title": f"{_(rules.MEASURES[measure])}: {_(rules.GROUPS[by])}",
                "found": _figure(whole.found[measure]),
                "rows": [_row(one) for one in _skews(row, by, measure, whole)],
            }
            for measure in rules.Measure
            for by in rules.By
        ],
    }


def _skews(
    row: models.FairnessRun, by: rules.By, measure: rules.Measure, whole: rules.Counted
) -> list[rules.Skew]:
    counted = [acts.of_plain(one) for one in row.counts["by"][by.value]]
    return rules.skews(counted, measure, whole)


def _row(one: rules.Skew) -> dict[str, Any]:
    ratio = ""
    if one.ratio is not None and one.low is not None and one.high is not None:
        bits = (core_forms.number(f"{n:.1f}") for n in (one.ratio, one.low, one.high))
        ratio = _("%(ratio)s times (between %(low)s and %(high)s)") % dict(
            zip(("ratio", "low", "high"), bits, strict=True)
        )
    rate = "" if one.rate is None else core_forms.number(f"{100 * one.rate:.0f} %")
    return {
        "group": _group(one.group),
        "people": _figure(one.people),
        "found": _figure(one.found),
        "rate": rate or "–",
        "ratio": ratio or _("too few to say"),
        "stands_out": one.stands_out,
    }


def _group(code: str) -> str:
    if code == rules.UNKNOWN:
        return _("Not known")
    named = saying.country(code)
    return code.capitalize() if named == code else named


def _figure(count: int | None) -> str:
    if count is None:
        return _("under %(least)s, or hidden") % {"least": core_forms.number(rules.LEAST_COUNT)}
    return core_forms.number(count)
