"""Are these two the same? What to look at, two records beside each other, and what was decided."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.core import birthdate, names, samename, sameperson
from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.network import claims, likerecords, models, schemata
from manumit.network.actions import comparing, judging, opening, registers
from manumit.network.clustering import Verdict
from manumit.network.forms import same as forms
from manumit.network.models import around
from manumit.network.views import charting, marks

PURPOSE = "same or not"
PER_PAGE = 25
MOST_VALUES = 12  # of one side, in one row
COLOURS = {"running": "blue", "done": "green", "failed": "orange"}
VERDICT_COLOURS = {"same": "green", "not_same": "purple", "unsure": "yellow"}
_WEIGHTS = {
    "names": gettext_noop("The names"),
    "birth": gettext_noop("The date of birth"),
    "nationality": gettext_noop("The nationality"),
    "place": gettext_noop("The place"),
    "identifiers": gettext_noop("A document or telephone"),
}


@page("network.judge", methods=("GET", "POST"))
def same(request: Request) -> HttpResponse:
    """List who may be one, the likeliest first; compare all records anew."""
    try:
        register = registers.mine(request.actor)
    except acting.Refused as refusal:
        context: dict[str, Any] = {"why_none": core_forms.said(refusal.reason)}
        return render(request, "network/same.html", context)
    if request.method == "POST":
        secret = request.COOKIES.get(settings.MANUMIT_UNLOCK_COOKIE, "")
        try:
            request.actor.keys()
            comparing.start(by=request.actor, at=request.now, secret=secret)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("same")
    if request.headers.get("HX-Request") == "true":
        return render(request, "network/_comparing.html", _progress(request, register))
    shown = Paginator(comparing.waiting(register), PER_PAGE).get_page(request.GET.get("page"))
    second = list(
        models.Judgement.objects.waiting()
        .filter(register=register)
        .select_related("left", "right", "by")
        .order_by("at")[:PER_PAGE]
    )
    decided = list(
        models.Judgement.objects.standing()
        .filter(register=register)
        .select_related("left", "right", "by")
        .order_by("-at")[:PER_PAGE]
    )
    second, decided = _there(request, second), _there(request, decided)
    pairs: list[models.Proposal | models.Judgement] = [*shown, *second, *decided]
    called = labels(request, [end for pair in pairs for end in (pair.left, pair.right)])
    context = _progress(request, register) | {
        "marked": marks.marked(request, called),
        "page": shown,
        "query": "",
        "rows": [_pair(one, called) | {"likely": likely(one.bits)} for one in shown],
        "second": [_pair(one, called) | {"mine": one.by_id == request.actor.id} for one in second],
        "decided": [_pair(one, called) for one in decided],
    }
    return render(request, "network/same.html", context)


def _there(request: Request, rows: list[models.Judgement]) -> list[models.Judgement]:
    """Keep judgements of two records that are both there for the reader."""
    ends = {end for row in rows for end in (row.left_id, row.right_id)}
    hidden = around.unseen(ends, request.actor.id)
    return [row for row in rows if not hidden & {row.left_id, row.right_id}]


def labels(request: Request, entities: Iterable[models.Entity]) -> dict[UUID, str]:
    """Return what entities are called; "No name" where nothing is known."""
    every = list({one.pk: one for one in entities}.values())
    found = opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=every)
    return {one: name or _("No name") for one, name in found.items()}


def _pair(row: models.Proposal | models.Judgement, called: dict[UUID, str]) -> dict[str, Any]:
    told = {"row": row, "left": called[row.left_id], "right": called[row.right_id]}
    if isinstance(row, models.Judgement):
        told["verdict"] = _(row.get_verdict_display())
        told["colour"] = VERDICT_COLOURS[row.verdict]
    return told


def _progress(request: Request, register: models.Register) -> dict[str, Any]:
    last = comparing.last(register)
    if last is None:
        return {"last": None}
    dead = comparing.interrupted(last, request.now)
    text = _("Interrupted") if dead else _(last.get_state_display())
    return {
        "last": last,
        "running": last.state == models.ComparingState.RUNNING and not dead,
        "state": {"text": text, "colour": "orange" if dead else COLOURS[last.state]},
        "share": min(99, last.entities_read * 100 // (last.entities_count or 1)),
    }


@page("network.judge", methods=("GET", "POST"), held=True)
def same_pair(request: Request, entity_id: UUID, beside_id: UUID) -> HttpResponse:
    """Show two records beside each other, what agrees and what does not, and take a decision."""
    left, right = charting.entity(request, entity_id), charting.entity(request, beside_id)
    standing = judging.about(left, right)
    if standing is not None:
        return redirect("same_judgement", standing.pk)
    form = forms.Decide(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = judging.judge(
                by=request.actor,
                at=request.now,
                left=left,
                right=right,
                verdict=Verdict(form.cleaned_data["verdict"]),
                reason=form.cleaned_data["reason"],
            )
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            messages.success(request, _said(made))
            return redirect("same")
    context = _beside(request, left, right) | {
        "form": form,
        "why_not": core_forms.said(judging.why_not_judge(left, right)),
        "needs_two": judging.weighs([left, right]),
    }
    return render(request, "network/same_pair.html", context, status=400 if form.errors else 200)


def _said(made: models.Judgement) -> str:
    if made.needs_two:
        return _("Your decision is kept. It counts when a colleague agrees.")
    return _("Your decision is kept.")


def _beside(request: Request, left: models.Entity, right: models.Entity) -> dict[str, Any]:
    """Return two records row by row, with the sources behind each value and what weighs how much."""
    at: dict[str, Any] = {"by": request.actor, "at": request.now, "purpose": PURPOSE}
    seen = opening.seen(**at, entities=[left, right])
    wanted = {said.source for one in seen.values() for said in one.said}
    sources = list(models.Source.objects.filter(pk__in=wanted, register=left.register))
    titles = opening.sources(**at, sources=sources)
    called = labels(request, [left, right])
    one, other = seen[left.pk], seen[right.pk]
    return {
        "left": left,
        "right": right,
        "marked": marks.marked(request, called),
        "left_name": called[left.pk],
        "right_name": called[right.pk],
        "sides": [
            {
                "name": _label(left, right, prop),
                "ours": _values(one, prop, titles),
                "theirs": _values(other, prop, titles),
                "agree": _agree(one, other, prop),
            }
            for prop in _props(one, other)
        ],
        "weights": _weights(request, left, right),
        "words": _words(one, other),
    }


def _props(one: claims.Seen, other: claims.Seen) -> list[str]:
    said = list(dict.fromkeys(s.prop for each in (one, other) for s in each.said))
    order = {prop: place for place, prop in enumerate(likerecords.COMPARED)}
    return sorted(said, key=lambda prop: order.get(prop, len(order)))


def _label(left: models.Entity, right: models.Entity, prop: str) -> str:
    found = schemata.prop(left.schema, prop) or schemata.prop(right.schema, prop)
    return _(found.label) if found else prop


def _values(
    seen: claims.Seen, prop: str, titles: dict[UUID, dict[str, str]]
) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for said in seen.said:
        if said.prop != prop or said.state is claims.State.WITHDRAWN:
            continue
        value = found.setdefault(said.value, {"value": said.value, "sources": [], "state": ""})
        title = titles.get(said.source, {}).get("title") or _("A source")
        grade = f"{title} ({said.reliability}{said.credibility})"
        if grade not in value["sources"]:
            value["sources"].append(grade)
        if said.state is not claims.State.ACCEPTED:
            value["state"] = _(STATES[said.state])
    return list(found.values())[:MOST_VALUES]


STATES = {
    claims.State.PROPOSED: gettext_noop("Proposed"),
    claims.State.CONTESTED: gettext_noop("Contested"),
}


def _agree(one: claims.Seen, other: claims.Seen, prop: str) -> str:
    """Return whether what the two sides say agrees, is alike, or differs; "" where one says nothing."""
    ours, theirs = one.values(prop)[:MOST_VALUES], other.values(prop)[:MOST_VALUES]
    if not ours or not theirs:
        return ""
    if {_plain(prop, v) for v in ours} & {_plain(prop, v) for v in theirs}:
        return "agree"
    return "alike" if any(_alike(prop, a, b) for a in ours for b in theirs) else "differ"


def _plain(prop: str, value: str) -> str:
    return names.identifier(value) if prop in likerecords.IDENTIFIERS else value.casefold()


def _alike(prop: str, one: str, other: str) -> bool:
    if prop in likerecords.NAMES:
        return samename.between(one, other).decision
    if prop in likerecords.BORN:
        agreement = birthdate.agreement(birthdate.read(one), birthdate.read(other))
        return sameperson.BIRTH_BITS[agreement] > 0
    return False


def likely(bits: float) -> str:
    """Return how likely bits make it; what a program reckons is never certain."""
    return f"{min(0.99, sameperson.probability(bits)):.0%}"


def _weights(request: Request, left: models.Entity, right: models.Entity) -> dict[str, Any] | None:
    """Return what the last comparison weighed, part by part; None where it did not propose the two."""
    row, told = comparing.weights(
        by=request.actor, at=request.now, purpose=PURPOSE, left=left, right=right
    )
    if row is None:
        return None
    parts = [
        {"what": _(words), "bits": f"{told[what]:+.1f}", "for_it": told[what] > 0}
        for what, words in _WEIGHTS.items()
        if told.get(what)
    ]
    return {
        "parts": parts,
        "needed": f"{-told.get('number', 0.0):.1f}",
        "likely": likely(row.bits),
        "together": row.together,
    }


def _words(one: claims.Seen, other: claims.Seen) -> list[dict[str, str]]:
    """Return why the two names that are most alike are so, word by word."""
    ours, theirs = (
        [v for prop in likerecords.NAMES for v in each.values(prop)][:MOST_VALUES]
        for each in (one, other)
    )
    every = [samename.between(a, b) for a in ours for b in theirs]
    if not every:
        return []
    best = max(every, key=lambda found: found.score)
    return [
        {
            "words": " / ".join(filter(None, (" ".join(r.first), " ".join(r.second)))),
            "why": _(r.why),
        }
        for r in best.reasons
    ]


@page("network.judge", methods=("GET", "POST"), held=True)
def same_judgement(request: Request, judgement_id: UUID) -> HttpResponse:
    """Show a decision; a second person agrees, and anybody of the unit takes it back, with a reason."""
    mine = models.Judgement.objects.visible_to(request.actor.person, "network.judge")
    rows = mine.select_related("left", "right", "by", "second_by", "undone_by", "register")
    row = guard.one_of(rows, judgement_id)
    if not _there(request, [row]):
        raise acting.NotFound
    act = request.POST.get("act", "")
    sent = posted(request)
    agree = forms.Reason(sent if act == "agree" else None, prefix="agree")
    back = forms.Reason(sent if act == "back" else None, prefix="back")
    form = {"agree": agree, "back": back}.get(act)
    if form is not None and form.is_valid():
        verb = judging.confirm if act == "agree" else judging.undo
        try:
            verb(by=request.actor, at=request.now, judgement=row, reason=form.cleaned_data["why"])
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            done = _("You agreed. It counts from now on.")
            messages.success(request, done if act == "agree" else _("It was taken back."))
            return redirect("same_judgement", row.pk)
    context = _beside(request, row.left, row.right) | {
        "row": row,
        "verdict": _(row.get_verdict_display()),
        "colour": VERDICT_COLOURS[row.verdict],
        "said": judging.reasons(
            by=request.actor, at=request.now, purpose=PURPOSE, judgements=[row]
        )[row.pk],
        "waits": not row.undone_at and row.needs_two and not row.second_by_id,
        "agree": None if judging.why_not_confirm(row, request.actor) else agree,
        "mine": row.by_id == request.actor.id,
        "back": None if row.undone_at else back,
        "identity": judging.identity_of(row.left),
        "form": form,
    }
    bad = form is not None and bool(form.errors)
    return render(request, "network/same_judgement.html", context, status=400 if bad else 200)


@page("network.read")
def identity(request: Request, identity_id: UUID) -> HttpResponse:
    """Show the records that people hold to be one, who decided so, and what to look at."""
    mine = models.Identity.objects.visible_to(request.actor.person, "network.read")
    found = guard.one_of(mine.select_related("register"), identity_id)
    everybody = judging.members(found)
    hidden = around.unseen([one.pk for one in everybody], request.actor.id)
    members = [one for one in everybody if one.pk not in hidden]
    rows = models.Membership.objects.filter(identity=found, ended_at__isnull=False)
    past = [row.entity for row in rows.select_related("entity")]
    gone = around.unseen([one.pk for one in past if one.gone_at is None], request.actor.id)
    past = [one for one in past if one.pk not in gone]
    ids = [one.pk for one in members]
    judgements = list(
        models.Judgement.objects.standing()
        .filter(register=found.register, left__in=ids, right__in=ids)
        .select_related("left", "right", "by", "second_by")
        .order_by("at")
    )
    called = labels(request, [*members, *past])
    flags = _flags(request, found.register, ids)
    context = {
        "identity": found,
        "members": [
            {"entity": one, "name": called[one.pk], "kind": charting.kind(one.schema)}
            for one in members
        ],
        "past": [{"entity": one, "name": called[one.pk]} for one in past if one.pk not in ids],
        "judgements": [_pair(one, called) for one in judgements],
        "flags": flags,
        "marked": marks.marked(request, {*called, *(s["id"] for f in flags for s in f["path"])}),
    }
    return render(request, "network/identity.html", context)


def _flags(
    request: Request, register: models.Register, ids: Sequence[UUID]
) -> list[dict[str, Any]]:
    if not ids:
        return []
    found = judging.cluster_of(register, ids[0]).flags
    hidden = around.unseen({one for flag in found for one in flag.path}, request.actor.id)
    flags = [flag for flag in found if not hidden & set(flag.path)]
    wanted = models.Entity.objects.filter(pk__in={one for flag in flags for one in flag.path})
    called = labels(request, list(wanted)) if flags else {}
    return [
        {"why": _(flag.why.value), "path": [{"id": one, "name": called[one]} for one in flag.path]}
        for flag in flags
    ]
