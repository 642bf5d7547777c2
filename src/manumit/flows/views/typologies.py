"""Packs of red flags on the pages: which look at the ledger, their signs, trying and publishing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.flows import facts, measures, thresholds
from manumit.flows.actions import redflags
from manumit.flows.forms import redflags as forms
from manumit.flows.models import Ledger, Typology
from manumit.flows.views import ledger as shared
from manumit.indicators import measures as language
from manumit.indicators import pack, parts

Limits = Mapping[str, Any]


def _lang() -> str:
    return (get_language() or "en").split("-")[0]


@page("typology.try", methods=("GET", "POST"))
def typologies(request: Request) -> HttpResponse:
    """What looks at the unit's ledger, what waits to be tried, and what came newly."""
    found = shared.mine(request)
    if found is None:
        return render(
            request, "flows/ledger_none.html", {"may_open": showing.may(request, "ledger.open")}
        )
    if request.method == "POST":
        return _bring_in(request, found)
    rows = list(Typology.objects.filter(ledger=found).order_by("pack", "-version", "-at"))
    live = [_line(row) for row in rows if row.live]
    context = {
        "live": live,
        "waiting": [_line(row) for row in rows if not row.live],
        "shipped": [] if rows else [_shipped(one) for one in redflags.shipped().values()],
        "newer": [_shipped(one) for one in redflags.newer(found)],
    }
    return render(request, "flows/typologies.html", context)


def _bring_in(request: Request, found: Ledger) -> HttpResponse:
    chosen = request.POST.get("pack", "")
    if chosen not in {one.id for one in redflags.newer(found)}:
        return redirect("typologies")  # it was brought in meanwhile
    text = redflags.shipped_text(chosen)
    row = redflags.propose(by=request.actor, at=request.now, ledger=found, text=text)
    return redirect("typology", row.pk)


def _line(row: Typology) -> dict[str, Any]:
    one = pack.parse(row.text, f"{row.pack}.toml")
    return {
        "row": row,
        "title": one.title(_lang()),
        "signs": len(one.indicators),
        "status": STATUS[one.source_status](),
        "a_day": row.figures.get("a_day"),
    }


def _shipped(one: parts.Pack) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title(_lang()),
        "version": one.version,
        "signs": len(one.indicators),
        "status": STATUS[one.source_status](),
    }


STATUS = {
    parts.SourceStatus.VERIFIED: lambda: _("Read at the source"),
    parts.SourceStatus.SECONDARY: lambda: _("Read through others"),
    parts.SourceStatus.PENDING: lambda: _("Still to be checked"),
}


@page("typology.try", methods=("GET", "POST"))
def typology_new(request: Request) -> HttpResponse:
    """Bring a version of a pack; it looks at nothing before it is tried and published."""
    found = shared.mine(request)
    if found is None:
        raise acting.NotFound
    form = forms.GivePack(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        try:
            row = redflags.propose(
                by=request.actor, at=request.now, ledger=found, text=form.cleaned_data["pack"]
            )
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            return redirect("typology", row.pk)
    return showing.form_page(
        request,
        form,
        _("A new version of red flags"),
        (reverse("typologies"), _("Red flags")),
        intro=_("It is checked first. It makes alerts only after it was tried and published."),
        button=_("Check and keep it"),
    )


@page("typology.try", methods=("GET", "POST"))
def typology(request: Request, typology_id: UUID) -> HttpResponse:
    """One version: its signs with their sources, what a trial found, and the next step."""
    rows = Typology.objects.visible_to(request.actor.person, "typology.try")
    row = guard.one_of(rows.select_related("ledger", "published_by"), typology_id)
    if request.method == "POST":
        try:
            _do(request, row)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("typology", row.pk)
    one = pack.parse(row.text, f"{row.pack}.toml")
    lang = _lang()
    reported = thresholds.ground(row.ledger.country, row.ledger.currency)
    context = {
        "row": row,
        "title": one.title(lang),
        "note": one.note(lang),
        "groups": [_group(one, each, row.ledger.country, lang) for each in one.dimensions],
        "figures": row.figures,
        "outcomes": [
            (one.outcome(code).title(lang), count)
            for code, count in row.figures.get("outcomes", {}).items()
        ],
        "signs": [
            (one.by_id[sign].text(lang), count)
            for sign, count in row.figures.get("signs", {}).items()
        ],
        "no_threshold": reported.cash_minor is None and "below_count" in measures.used(one),
        "may_publish": showing.may(request, "typology.publish"),
        "why_not": redflags.why_not_publish(row),
    }
    return render(request, "flows/typology.html", context)


def _group(one: parts.Pack, dimension: parts.Dimension, country: str, lang: str) -> dict[str, Any]:
    limit = one.limits_in(country)
    return {
        "title": dimension.title(lang),
        "signs": [
            {
                "text": each.text(lang),
                "measured": _measured(one, each, limit) if each.measure else "",
                "strength": each.strength.value,
                "source": each.source,
                "status": STATUS[each.source_status](),
            }
            for each in one.indicators
            if each.dimension == dimension.id
        ],
    }


def _measured(one: parts.Pack, sign: parts.Indicator, limit: Limits) -> str:
    """Write a measure in words of the reader's language, with the facts as the manual calls them."""
    assert sign.measure is not None  # noqa: S101 (asked for only where there is one)
    return _told(sign.measure, measures.known_facts(one), limit)


def _told(node: language.Node, known: Mapping[str, facts.Fact], limit: Limits) -> str:
    if isinstance(node, language.Comparison):
        mark = {">=": "≥", "<=": "≤", "!=": "≠", "==": "="}.get(node.operator, node.operator)
        return f"{_side(node.left, known, limit)} {mark} {_side(node.right, known, limit)}"
    if isinstance(node, language.Not):
        return _("not (%(condition)s)") % {"condition": _told(node.part, known, limit)}
    word = _("and") if isinstance(node, language.All) else _("or")
    inner = [
        f"({_told(part, known, limit)})"
        if isinstance(part, language.Either)
        else _told(part, known, limit)
        for part in node.parts
    ]
    return f" {word} ".join(inner)


def _side(side: language.Operand, known: Mapping[str, facts.Fact], limit: Limits) -> str:
    if isinstance(side, language.Limit):
        return f"{limit[side.name]:g}"
    if not isinstance(side, language.Fact):
        return language.words(side)
    says = _(known[side.name].says)
    return says if side.factor == 1 else f"{side.factor:g} × {says}"


def _do(request: Request, row: Typology) -> None:
    by, at, act = request.actor, request.now, request.POST.get("act", "")
    if act == "publish":
        redflags.publish(by=by, at=at, typology=row)
    elif act == "withdraw":
        redflags.withdraw(by=by, at=at, typology=row)
    else:
        from manumit.flows.actions import trying  # loaded where a trial runs

        trying.try_version(by=by, at=at, typology=row)
