"""The pages about who may be known already: one person, two side by side, everybody of the unit."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from manumit.cases import consent, samepeople, screening
from manumit.cases.actions import cases as case_acts
from manumit.cases.actions import consents, reading
from manumit.cases.actions import samepeople as acts
from manumit.cases.forms import parts
from manumit.cases.forms import same as forms
from manumit.cases.models import Case, SamePerson, Screening
from manumit.cases.views import timeline
from manumit.core import birthdate, roles, samename, sameperson
from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.forms import said
from manumit.core.views import Request, page, posted, showing
from manumit.directory import eligibility

_SHOWN = 50  # pairs on one page
_W, _A, _V = samename.Why, birthdate.Agreement, samepeople.Verdict
# The words of the pure rules, here so that they are collected for translation.
WORDS = (
    gettext_noop("The names are the same"),
    gettext_noop("The names are alike"),
    gettext_noop("The names are different"),
    gettext_noop("One of them has no name written down"),
    gettext_noop("Date of birth or age"),
    gettext_noop("The mothers' names are alike"),
    gettext_noop("The mothers' names are different"),
    gettext_noop("The fathers' names are alike"),
    gettext_noop("The fathers' names are different"),
    gettext_noop("The father's name stands in the other's name"),
    gettext_noop("The same sex"),
    gettext_noop("Different sex written down"),
    gettext_noop("The same nationality"),
    gettext_noop("Different nationalities"),
    gettext_noop("The same place"),
    gettext_noop("The same telephone or way to be reached"),
    gettext_noop("born on the same day"),
    gettext_noop("born on the same day, read by another calendar"),
    gettext_noop("the same day with day and month changed"),
    gettext_noop("born in the same month"),
    gettext_noop("born in the same year"),
    gettext_noop("born a year apart at the most"),
    gettext_noop("years of birth with two digits changed"),
    gettext_noop("the ages go together"),
    gettext_noop("years of birth far apart"),
    gettext_noop("different years of birth"),
    gettext_noop("the same word"),
    gettext_noop("written in another way, sounding alike"),
    gettext_noop("one slip apart"),
    gettext_noop("two slips apart"),
    gettext_noop("romanised alike"),
    gettext_noop("an initial"),
    gettext_noop("written together in one, apart in the other"),
    gettext_noop("different"),
    gettext_noop("missing in the other name"),
    gettext_noop("the same words in another order"),
    gettext_noop("father and child change places"),
    gettext_noop("only one word to compare"),
    gettext_noop("Not decided"),
    gettext_noop("The same person"),
    gettext_noop("Two people"),
    gettext_noop("Not sure yet"),
    gettext_noop("Brought together by a person"),
    gettext_noop("Possible"),
    gettext_noop("Likely"),
)
_COLOURS = {_V.NONE: "grey", _V.SAME: "green", _V.DIFFERENT: "purple", _V.UNSURE: "yellow"}
ROWS = (
    ("name", gettext_noop("Name")),
    ("also_called", gettext_noop("Other names or spellings")),
    ("birth", gettext_noop("Date of birth")),
    ("age", gettext_noop("Age in years")),
    ("mother", gettext_noop("Name of the mother")),
    ("father", gettext_noop("Name of the father")),
    ("sex", gettext_noop("Sex")),
    ("nationality", gettext_noop("Nationality")),
    ("place", gettext_noop("Where the person is now")),
    ("contact", gettext_noop("A way to reach the person")),
)


def find(request: Request, case_id: UUID, permission: str) -> Case:
    """Return a case of this account's unit that it may use; raises NotFound."""
    rows = Case.objects.visible_to(request.actor.person, permission)
    return guard.one_of(rows.select_related("unit", "worker", "screening"), case_id)


def may_look(request: Request) -> bool:
    """Tell whether this account may look for people of its unit, and holds the keys to."""
    return not roles.why_not(request.actor.role, "case.search") and bool(request.actor.keyring)


def known_already(request: Request, case: Case) -> bool:
    """Tell whether somebody likely is known already, and say so kindly on the next page."""
    if not may_look(request):
        return False
    found = acts.look_for(by=request.actor, at=request.now, case=case)
    if not any(one.likeness.likely and samepeople.proposes(one.verdict) for one in found):
        return False
    messages.info(request, _("We may know this person already. Please look before you go on."))
    return True


@page("case.search", methods=("GET", "POST"), held=True)
def case_same(request: Request, case_id: UUID) -> HttpResponse:
    """List who in the unit may be the person of this case, and what was decided before."""
    row = find(request, case_id, "case.search")
    form = forms.Other(posted(request))
    if request.method == "POST" and form.is_valid():
        rows = Case.objects.visible_to(request.actor.person, "case.search")
        other = rows.filter(reference=form.cleaned_data["other"], unit=row.unit_id).first()
        if other is not None and other.pk != row.pk:
            return redirect("case_same_as", row.id, other.id)
        form.add_error("other", _("Your unit has no other case with this reference."))
    found = acts.look_for(by=request.actor, at=request.now, case=row)
    pairs = list(SamePerson.objects.of_case(row).exclude(verdict=_V.NONE.value))
    context = {
        "case": row,
        "found": [_known(one, row) for one in found if samepeople.proposes(one.verdict)],
        "may_compare": _may_judge(request, row),
        "linked": [_case(other, row) for other in acts.linked(row)],
        "decided": [_pair(pair, row) for pair in pairs if pair.verdict != _V.SAME.value],
        "form": form,
    }
    return render(request, "cases/case_same.html", context, status=400 if form.is_bound else 200)


def _may_judge(request: Request, case: Case) -> bool:
    whole_unit = roles.scope(request.actor.role, "case.same") is roles.Scope.UNIT
    return whole_unit or case.worker_id == request.actor.id


def _known(one: acts.Known, case: Case | None) -> dict[str, Any]:
    reasons = one.likeness.reasons
    return {
        "case": one.case,
        "url": reverse("case_same_as", args=[case.id, one.case.id]) if case else "",
        "likely": one.likeness.likely,
        "verdict": one.verdict,
        "name": next((r.words for r in reasons if r.compared), ""),
        "speaks_for": [_sign(r) for r in reasons if r.bits > 0],
        "against": [_sign(r) for r in reasons if r.bits < 0],
    }


def _sign(reason: sameperson.Reason) -> str:
    if reason.agreement is not None:
        text = _(reason.agreement.value)
        return text[:1].upper() + text[1:]
    return _(reason.sign.value)


def _case(other: Case, case: Case) -> dict[str, Any]:
    return {
        "case": other,
        "url": reverse("case_same_as", args=[case.id, other.id]),
        "worker": other.worker.display_name if other.worker else _("Nobody yet"),
    }


def _pair(pair: SamePerson, case: Case) -> dict[str, Any]:
    verdict = _V(pair.verdict)
    words = {"words": _(samepeople.VERDICTS[verdict]), "colour": _COLOURS[verdict]}
    return {**_case(pair.opposite(case.id), case), **words, "at": pair.decided_at}


@page("case.same", methods=("GET", "POST"), held=True)
def case_same_as(request: Request, case_id: UUID, other_id: UUID) -> HttpResponse:
    """Show two cases side by side, with every reason, and write down what somebody decides."""
    row = find(request, case_id, "case.same")
    other = find(request, other_id, "case.search")
    acts.both(request.actor, "case.same", row, other)
    if row.pk == other.pk:
        raise acting.NotFound
    back = request.POST.get("act") == "undo"
    form = forms.Judge(request.POST if request.method == "POST" and not back else None)
    undo = forms.Undo(request.POST if back else None)
    if _judged(request, row, other, form, undo):
        return redirect("case_same_as", row.id, other.id)
    compared = acts.hold_together(by=request.actor, at=request.now, case=row, other=other)
    told = acts.open_verdicts(by=request.actor, at=request.now, case=row, other=other)
    standing = _V(told[0][0].verdict) if told else _V.NONE
    linked = standing is _V.SAME
    context = {
        "case": row,
        "other": other,
        "form": form,
        "undo": undo,
        "rows": _side_by_side(compared),
        "likely": compared.likeness.likely,
        "possible": compared.likeness.possible,
        "speaks_for": [_told(r) for r in compared.likeness.reasons if r.bits > 0],
        "against": [_told(r) for r in compared.likeness.reasons if r.bits < 0],
        "linked": linked,
        "standing": _(samepeople.VERDICTS[standing]) if told else "",
        "colour": _COLOURS[standing],
        "decided": standing is not _V.NONE,
        "history": [
            {"verdict": _(samepeople.VERDICTS[_V(v.verdict)]), "by": v.by, "at": v.at, "why": why}
            for v, why in told
        ],
        "timeline": timeline.of_objects(_ids(row) | _ids(other)) if linked else [],
        "whole": True,
    }
    bad = form.is_bound or undo.is_bound
    return render(request, "cases/case_same_as.html", context, status=400 if bad else 200)


def _ids(case: Case) -> set[UUID]:
    needs, letters = (
        case.needs.values_list("id", flat=True),
        case.referrals.values_list("id", flat=True),
    )
    return {*case.subject_ids(), *needs, *letters}


def _judged(request: Request, row: Case, other: Case, form: forms.Judge, undo: forms.Undo) -> bool:
    chosen: Any = undo if undo.is_bound else form
    if not chosen.is_bound or not chosen.is_valid():
        return False
    given = chosen.cleaned_data
    try:
        acts.judge(
            by=request.actor,
            at=request.now,
            case=row,
            other=other,
            verdict=given.get("verdict", _V.NONE.value),
            reason=given.get("reason") or given.get("back", ""),
        )
    except acting.Refused as refusal:
        showing.refused(chosen, refusal)
        return False
    messages.success(request, _("It is written down. You can change it at any time."))
    return True


def _told(reason: sameperson.Reason) -> dict[str, Any]:
    parts_of_it = [
        {
            "words": " / ".join(filter(None, (" ".join(p.first), " ".join(p.second)))),
            "why": _(p.why.value),
        }
        for p in reason.parts
    ]
    return {"text": _sign(reason), "words": reason.words, "parts": parts_of_it}


def _side_by_side(compared: acts.Compared) -> list[dict[str, Any]]:
    rows = []
    for name, label in ROWS:
        one, other = (_value(name, side.get(name)) for side in (compared.one, compared.other))
        if one or other:
            rows.append({"label": _(label), "one": one, "other": other})
    return rows


def _value(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name == "nationality":
        return str(eligibility.country(str(value), core_forms.language()))
    if name == "sex":
        return str(dict(parts.SEX).get(str(value), value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@page("case.search", methods=("GET", "POST"))
def duplicates(request: Request) -> HttpResponse:
    """List pairs of the unit that may be one person; look through everybody on request."""
    actor = request.actor
    if request.method == "POST":
        look = acts.look_through(by=actor, at=request.now)
        text = ngettext(
            "%(people)d names were looked through: %(found)d new pair.",
            "%(people)d names were looked through: %(found)d new pairs.",
            look.found,
        )
        messages.success(request, text % {"people": look.people, "found": look.found})
        return redirect("duplicates")
    waiting = SamePerson.objects.visible_to(actor.person, "case.search").to_look_at(actor.unit)
    pairs = list(waiting.select_related("case__worker", "other__worker")[: _SHOWN + 1])
    opened = _names(request, pairs[:_SHOWN]) if request.GET.get("names") else {}
    context = {
        "rows": [_waiting(pair, actor, opened) for pair in pairs[:_SHOWN]],
        "more": len(pairs) > _SHOWN,
        "opened": bool(opened),
    }
    return render(request, "cases/duplicates.html", context)


def _waiting(pair: SamePerson, actor: acting.Actor, opened: dict[UUID, str]) -> dict[str, Any]:
    whole_unit = roles.scope(actor.role, "case.same") is roles.Scope.UNIT
    first = pair.case if whole_unit or pair.case.worker_id == actor.id else pair.other
    able = whole_unit or first.worker_id == actor.id
    second = pair.opposite(first.id)
    return {
        "first": first,
        "second": second,
        "names": [opened[c.id] for c in (first, second) if c.id in opened],
        "url": reverse("case_same_as", args=[first.id, second.id]) if able else "",
        "level": _(samepeople.LEVELS[samepeople.Level(pair.level)]),
        "likely": pair.level == samepeople.Level.LIKELY,
        "unsure": pair.verdict == _V.UNSURE.value,
    }


def _names(request: Request, pairs: list[SamePerson]) -> dict[UUID, str]:
    rows = {case.id: case for pair in pairs for case in (pair.case, pair.other)}
    listed = list(rows.values())
    opened = reading.open_people(
        by=request.actor, at=request.now, cases=listed, purpose="people who may be one"
    )
    return {
        row.id: str(person.get("name") or _("No name"))
        for row, person in zip(listed, opened, strict=True)
    }


@page("screening.conduct")
def screening_known(request: Request, talk_id: UUID) -> HttpResponse:
    """Say that the person of a talk may be known already, before the talk goes on."""
    rows = Screening.objects.visible_to(request.actor.person, "screening.conduct")
    talk = guard.one_of(rows.select_related("unit"), talk_id)
    if talk.state != screening.State.STARTED:
        return redirect("screening_finding", talk.id)
    found = look_for_talk(request, talk)
    context = {"talk": talk, "found": [_known(one, None) for one in found]}
    return render(request, "cases/screening_known.html", context)


def look_for_talk(request: Request, talk: Screening) -> list[acts.Known]:
    """Return who is likely known already, for a talk of somebody who may look for people."""
    if not may_look(request):
        return []
    opened = reading.open_screening(by=request.actor, at=request.now, screening=talk)
    found = acts.look_for_values(
        by=request.actor,
        at=request.now,
        values=opened.person,
        on=talk.identified_at.date(),
        talk_id=talk.id,
    )
    return [one for one in found if one.likeness.likely]


@page("case.edit", methods=("GET", "POST"), held=True)
def case_marks(request: Request, case_id: UUID) -> HttpResponse:
    """Write down the date of birth and the parents' names, which tell people of one name apart."""
    row = find(request, case_id, "case.edit")
    told = consents.rules_for(row.subject_ids())
    why = consent.may_keep_name(told, request.now.date(), row.subject())
    known = reading.open_case(by=request.actor, at=request.now, case=row)
    known |= acts.open_parents(by=request.actor, at=request.now, case=row)
    form = forms.Marks(posted(request), may_name=not why, initial=known)
    if request.method == "POST" and not why and form.is_valid():
        given = form.cleaned_data
        try:
            case_acts.edit_person(
                by=request.actor, at=request.now, case=row, values={"birth": given["birth"]}
            )
            acts.write_parents(
                by=request.actor,
                at=request.now,
                case=row,
                mother=given["mother"],
                father=given["father"],
            )
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("case_same" if known_already(request, row) else "case", row.id)
    context = {
        "case": row,
        "form": form,
        "title": _("Date of birth and parents"),
        "intro": f"{_('No name is kept:')} {said(why)}" if why else "",
        "button": _("Save"),
    }
    return render(request, "cases/case_form.html", context, status=400 if form.is_bound else 200)
