"""Hits: which of our entities may be on a list; two columns, the reasons, and a decision."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.network import hits as rules
from manumit.network import listed, models
from manumit.network.actions import hits as acts
from manumit.network.actions import opening, registers
from manumit.network.forms import hits as forms
from manumit.network.views import marks, saying

PURPOSE = "hits"
PER_PAGE = 50
MOST_VALUES = 30  # of one side, in one row
COLOURS = {
    rules.State.PROPOSED.value: "blue",
    rules.State.SECOND.value: "yellow",
    rules.State.SAME.value: "red",
    rules.State.NOT_SAME.value: "grey",
    rules.State.UNSURE.value: "purple",
    rules.State.SUPERSEDED.value: "grey",
}
TABS = (
    rules.State.PROPOSED,
    rules.State.SECOND,
    rules.State.UNSURE,
    rules.State.SAME,
    rules.State.NOT_SAME,
)
_BITS = re.compile(r"(?P<about>.+?) (?P<bits>[+-]\d+(\.\d+)?) bits(: (?P<more>.*))?", re.DOTALL)
_WEIGHTS = (
    (8.0, gettext_noop("speaks strongly for it")),
    (3.0, gettext_noop("speaks for it")),
    (0.0, gettext_noop("says little")),
    (-5.0, gettext_noop("speaks against it")),
    (float("-inf"), gettext_noop("speaks strongly against it")),
)


def label(state: str) -> str:
    """Return what a state is called."""
    return _(rules.LABELS[rules.State(state)])


def run(request: Request) -> None:
    """Hold what changed against each other, and say what came of it."""
    try:
        done = acts.rescreen(by=request.actor, at=request.now, most=acts.AT_ONCE)
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
        return
    messages.success(
        request,
        ngettext(
            "Looked at %(n)s entity; new proposals: %(new)s.",
            "Looked at %(n)s entities; new proposals: %(new)s.",
            done.entities,
        )
        % {"n": core_forms.number(done.entities), "new": core_forms.number(done.new)},
    )


@page("hit.read", methods=("GET", "POST"))
def hits(request: Request) -> HttpResponse:
    """List the proposals; hold what changed against the lists."""
    if request.method == "POST":
        run(request)
        return redirect("hits")
    try:
        register = registers.mine(request.actor)
    except acting.Refused as refusal:
        context: dict[str, Any] = {"why_none": core_forms.said(refusal.reason)}
        return render(request, "network/hits.html", context)
    state = request.GET.get("state", "")
    state = state if state in set(rules.State) else rules.State.PROPOSED.value
    mine = models.Hit.objects.visible_to(request.actor.person, "hit.read")
    counts = dict(mine.values_list("state").annotate(n=Count("id")))
    found = mine.filter(state=state, register=register).select_related("entity")
    shown = Paginator(found.order_by("-score", "at", "id"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    to_do = acts.to_do(register)
    context = {
        "page": shown,
        "rows": rows(request, list(shown)),
        "marked": marks.marked(request, [hit.entity_id for hit in shown]),
        "query": f"state={state}&",
        "to_do": to_do,
        "too_many": to_do > acts.AT_ONCE,
        "most": acts.AT_ONCE,
        "lists": models.newest(),
        "tabs": [
            {"state": one.value, "label": label(one), "count": counts.get(one.value, 0),
             "here": one.value == state}
            for one in TABS
        ],
    }  # fmt: skip
    return render(request, "network/hits.html", context)


def rows(request: Request, found: list[models.Hit]) -> list[dict[str, Any]]:
    """Open what hits say, for a list."""
    told = acts.open_hits(by=request.actor, at=request.now, rows=found, purpose=PURPOSE)
    entities = [hit.entity for hit in found]
    names = opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=entities)
    return [
        {
            "hit": hit,
            "ours": names.get(hit.entity_id) or words["found"]["ours"],
            "found": words["found"],
            "state": label(hit.state),
            "colour": COLOURS[hit.state],
        }
        for hit, words in zip(found, told, strict=True)
    ]


def find(request: Request, hit_id: UUID) -> models.Hit:
    """Return a hit of the reader's own unit; raises NotFound."""
    mine = models.Hit.objects.visible_to(request.actor.person, "hit.read")
    found = mine.select_related("entity", "decided_by", "second_by", "register", "earlier")
    return guard.one_of(found, hit_id)


@page("hit.read", methods=("GET", "POST"), held=True)
def hit(request: Request, hit_id: UUID) -> HttpResponse:
    """Show ours and theirs beside each other, why it is proposed, and take a decision."""
    row = find(request, hit_id)
    form = forms.Decide(posted(request))
    if request.method == "POST" and form.is_valid():
        answer = rules.Answer(form.cleaned_data["answer"])
        reason = form.cleaned_data["reason"]
        given: dict[str, Any] = {"by": request.actor, "at": request.now, "hit": row}
        try:
            done = acts.decide(**given, answer=answer, reason=reason)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            messages.success(request, label(done.state))
            return redirect("hit", row.id)
    whole = [one for one in (row, row.earlier) if one is not None]
    (told, *before) = acts.open_hits(by=request.actor, at=request.now, rows=whole, purpose=PURPOSE)
    entry, there = acts.entry_now(told["found"])
    seen = opening.seen(by=request.actor, at=request.now, purpose=PURPOSE, entities=[row.entity])
    names = opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=[row.entity])
    ours = acts.said(seen[row.entity_id])
    me = request.actor.id
    context = {
        "hit": row,
        "found": told["found"],
        "reason": told.get("reason") or "",
        "answer": told.get("answer") or "",
        "title": names.get(row.entity_id) or told["found"]["ours"],
        "state": label(row.state),
        "colour": COLOURS[row.state],
        "entry": entry,
        "there": there,
        "victim": bool(marks.marked(request, [row.entity_id])),
        "sides": list(_sides(ours, entry.read() if entry else None)),
        "reasons": [weighed(reason) for reason in told["found"]["reasons"]],
        "changed": list(told["found"].get("changed", {}).items()),
        "earlier": row.earlier,
        "earlier_label": label(row.earlier.state) if row.earlier else "",
        "earlier_reason": (before[0].get("reason") or "") if before else "",
        "form": form if rules.NEXT[rules.State(row.state)] else None,
        "waits_for_other": row.state == rules.State.SECOND and row.decided_by_id == me,
        "second": row.state == rules.State.SECOND,
    }
    return render(request, "network/hit.html", context, status=400 if form.errors else 200)


def weighed(reason: str) -> dict[str, str]:
    """Return a reason with how much it says in words; bits are for those who measure."""
    met = _BITS.fullmatch(reason)
    if met is None:
        return {"about": reason, "weight": "", "more": ""}
    bits = float(met["bits"])
    weight = next(words for least, words in _WEIGHTS if bits >= least)
    return {"about": _(met["about"]).capitalize(), "weight": _(weight), "more": met["more"] or ""}


def _sides(
    ours: dict[str, tuple[str, ...]], entry: listed.Listed | None
) -> Iterable[dict[str, Any]]:
    """Give what both say, row by row; a row that neither fills is left out."""
    theirs = entry.fields if entry else {}

    def of(said: Any, *props: str) -> list[str]:
        return [value for prop in props for value in said.get(prop, ())]

    called = acts.names_of(entry) if entry else []
    table = (
        (_("Names"), of(ours, "name", "alias", "previousName", "weakAlias"), called),
        (_("Born"), of(ours, "birthDate"), list(entry.births) if entry else []),
        (_("Place of birth"), of(ours, "birthPlace"),
         of(theirs, "places_of_birth", "birth_place")),
        (_("Nationality"), list(map(saying.country, of(ours, "nationality", "citizenship", "country"))),
         list(entry.nationalities) if entry else []),
        (_("Sex"), of(ours, "gender"), of(theirs, "gender")),
        (_("Papers"), of(ours, "passportNumber", "idNumber", "registrationNumber"),
         of(theirs, "documents", "identifiers", "passport", "identification", "id_number")),
        (_("Addresses"), of(ours, "address"), of(theirs, "addresses", "address")),
        (_("Functions"), of(ours, "position", "title"),
         of(theirs, "designations", "titles", "position")),
    )  # fmt: skip
    for name, one, other in table:
        if one or other:
            yield {
                "name": name,
                "ours": one[:MOST_VALUES],
                "theirs": other[:MOST_VALUES],
                "more": max(0, len(other) - MOST_VALUES),
            }
