"""The pages of a screening: language, consent, the person, one theme a page, the finding."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.cases import consent, interview, languages, profiles, screening
from manumit.cases.actions import consents, reading, screenings
from manumit.cases.forms import screening as forms
from manumit.cases.models import Consent, Screening
from manumit.cases.views import asking_again, same, wording
from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.forms import said
from manumit.core.views import Request, page, posted, showing
from manumit.indicators import engine, pack

CONSENT, PERSON, FINDING = "consent", "person", "finding"


def _talk(request: Request, talk_id: UUID, permission: str = "screening.conduct") -> Screening:
    rows = Screening.objects.visible_to(request.actor.person, permission)
    return guard.one_of(rows.select_related("unit", "handed_to"), talk_id)


def _elsewhere(talk: Screening) -> HttpResponse | None:
    """Return where to go when the talk is not one that goes on now."""
    if talk.state == screening.State.PAUSED:
        return redirect("screening_start")
    if talk.state != screening.State.STARTED:
        return redirect("screening_finding", talk.id)
    return None


def _packs(talk: Screening) -> list[pack.Pack]:
    known = pack.load_all()
    asked = profiles.packs_for(talk.profile, talk.minor, talk.added_packs)
    return [known[name] for name in asked]


def _given(opened: reading.OpenedTalk) -> interview.Given:
    return {
        name: {each: engine.Answer(value) for each, value in answers.items()}
        for name, answers in opened.answers.items()
    }


def _why_not_ask(request: Request, talk: Screening) -> str:
    return consent.why_not(
        consents.rules_for([talk.id]),
        consent.Purpose.INTERVIEW,
        "",
        "screening",
        request.now.date(),
        subject=talk.subject(),
    )


def _onward(request: Request, talk: Screening, after: str) -> str:
    """Return the address of the page that follows `after`."""
    if after in {"", None}:
        return reverse("screening_consent", args=[talk.id])
    if after == CONSENT:
        return reverse("screening_person", args=[talk.id])
    opened = reading.open_screening(by=request.actor, at=request.now, screening=talk)
    theme = interview.following(
        after if after != PERSON else "",
        _packs(talk),
        _given(opened),
        opened.context,
        not _why_not_ask(request, talk),
    )
    if theme is None or after == FINDING:
        return reverse("screening_finding", args=[talk.id])
    return reverse("screening_ask", args=[talk.id, theme.id])


def _next(request: Request, talk: Screening, after: str) -> HttpResponse:
    """Go on, or put the talk down when the other button was pressed."""
    if request.POST.get("then") == "pause":
        screenings.pause_screening(by=request.actor, at=request.now, screening=talk, step=after)
        messages.success(request, _("Everything is saved. You can go on whenever you like."))
        return redirect("screening_start")
    return redirect(_onward(request, talk, after))


def _show(
    request: Request, name: str, talk: Screening | None, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    spoken = talk.language if talk else ""
    context |= {
        "talk": talk,
        "spoken": spoken,
        "spoken_name": languages.name(spoken),
        "spoken_direction": languages.direction(spoken),
    }
    return render(request, f"cases/{name}.html", context, status=status)


@page("screening.conduct", methods=("GET", "POST"), held=True)
def screening_start(request: Request) -> HttpResponse:
    """Begin a talk, or go on with one that was put down."""
    form = forms.Start(posted(request), now=request.now)
    known = before = None
    if request.method == "POST" and form.is_valid():
        known, before = asking_again.before_a_talk(request, form.cleaned_data["reference"])
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if given and (not before or given["why_again"]):
        talk = screenings.start_screening(
            by=request.actor,
            at=request.now,
            language=given["language"],
            identified_at=given["met_at"],
        )
        screenings.record_person(
            by=request.actor,
            at=request.now,
            screening=talk,
            values={},
            minor=form.minor,
            guardian=given["guardian"],
        )
        asking_again.note_talk(request, known, talk, given["why_again"])
        return redirect("screening_consent", talk.id)
    unfinished = Screening.objects.unfinished(request.actor.person)[:20]
    rows = [(talk, languages.name(talk.language)) for talk in unfinished]
    status = 400 if form.is_bound and not before else 200
    context = {"form": form, "unfinished": rows, "before": before}
    return _show(request, "screening_start", None, context, status)


@page("screening.conduct", methods=("POST",))
def screening_resume(request: Request, talk_id: UUID) -> HttpResponse:
    """Go on where the talk was put down."""
    talk = _talk(request, talk_id)
    if talk.state == screening.State.PAUSED:
        talk = screenings.resume_screening(by=request.actor, at=request.now, screening=talk)
    return _elsewhere(talk) or redirect(_onward(request, talk, talk.step))


@page("screening.conduct", methods=("GET", "POST"), held=True)
def screening_consent(request: Request, talk_id: UUID) -> HttpResponse:
    """Ask for each purpose on its own, in the person's language, before anything else."""
    talk = _talk(request, talk_id)
    away = _elsewhere(talk)
    if away:
        return away
    guardian = talk.subject().needs_guardian()
    initial = _said_before(talk)
    form = forms.Consents(
        posted(request),
        language=talk.language,
        own=core_forms.language(),
        guardian=guardian,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        _write_consents(request, talk, form)
        return _next(request, talk, CONSENT)
    status = 400 if form.is_bound else 200
    return _show(request, "screening_consent", talk, {"form": form}, status)


def _said_before(talk: Screening) -> dict[str, Any]:
    said: dict[str, Any] = {"interpreter": "yes" if talk.interpreter_used else "no"}
    for row in Consent.objects.about([talk.id]).order_by("at", "id"):
        prefix = "guardian_" if row.by_guardian else ""
        said[prefix + row.purpose] = "yes" if row.given else "no"
        if row.given:
            said["told"] = list(consent.QUESTIONS[1:])
    return said


def _write_consents(request: Request, talk: Screening, form: forms.Consents) -> None:
    interpreter = form.cleaned_data["interpreter"] == "yes"
    before = _said_before(talk)
    for purpose, given, by_guardian in form.words():
        name = f"guardian_{purpose.value}" if by_guardian else purpose.value
        if before.get(name) == ("yes" if given else "no"):
            continue  # said before and not changed: the word stands from when it was given
        consents.give_consent(
            by=request.actor,
            at=request.now,
            subject=talk,
            purpose=purpose,
            given=given,
            questions=form.questions(),
            language=form.texts.language,
            by_guardian=by_guardian,
            interpreter_used=interpreter,
        )
    names = {"interpreter_name": form.cleaned_data["interpreter_name"]}
    screenings.record_person(
        by=request.actor,
        at=request.now,
        screening=talk,
        values=names if names["interpreter_name"] else {},
        minor=talk.minor,
        guardian=talk.guardian,
        interpreter_used=interpreter,
        step=CONSENT,
    )


@page("screening.conduct", methods=("GET", "POST"), held=True)
def screening_person(request: Request, talk_id: UUID) -> HttpResponse:
    """Write down who the person is, as far as they want, with or without a name."""
    talk = _talk(request, talk_id)
    away = _elsewhere(talk)
    if away:
        return away
    told = consents.rules_for([talk.id])
    why_no_name = consent.may_keep_name(told, request.now.date(), talk.subject())
    opened = reading.open_screening(by=request.actor, at=request.now, screening=talk)
    form = forms.Person(
        posted(request),
        may_name=not why_no_name,
        minor=talk.minor,
        initial=opened.person | {"guardian": talk.guardian},
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = screenings.record_person(
                by=request.actor,
                at=request.now,
                screening=talk,
                values=form.values(),
                minor=talk.minor,
                guardian=form.cleaned_data["guardian"],
                step=PERSON,
            )
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            if saved.subject().needs_guardian() and not talk.subject().needs_guardian():
                text = _("The person is under 18. Ask the adult who looks after the child too.")
                messages.info(request, text)
                return redirect("screening_consent", talk.id)
            if request.POST.get("then") != "pause" and same.look_for_talk(request, saved):
                return redirect("screening_known", talk.id)
            return _next(request, saved, PERSON)
    status = 400 if form.is_bound else 200
    context = {"form": form, "why_no_name": said(why_no_name)}
    return _show(request, "screening_person", talk, context, status)


@page("screening.conduct", methods=("GET", "POST"), held=True)
def screening_ask(request: Request, talk_id: UUID, theme_id: str) -> HttpResponse:
    """Ask the questions of one theme that can still change the finding."""
    talk = _talk(request, talk_id)
    away = _elsewhere(talk)
    if away:
        return away
    opened = reading.open_screening(by=request.actor, at=request.now, screening=talk)
    packs = _packs(talk)
    order = interview.themes(packs, opened.context)
    theme = next((each for each in order if each.id == theme_id), None)
    if theme is None:
        raise acting.NotFound
    may_ask = not _why_not_ask(request, talk)
    by_id = {known.id: known for known in packs}
    shown = interview.page(theme, by_id, _given(opened), opened.context, may_ask)
    form = forms.Ask(
        posted(request), shown=shown, language=talk.language, own=core_forms.language()
    )
    if request.method == "POST" and form.is_valid():
        _write_answers(request, talk, theme, form)
        return _next(request, talk, theme.id)
    context = {
        "form": form,
        "theme": theme,
        "title": theme.titles.text(core_forms.language()),
        "place": [each.id for each in order].index(theme.id) + 1,
        "places": len(order),
        "may_ask": may_ask,
        "notes": _notes(theme, by_id),
    }
    return _show(request, "screening_ask", talk, context, 400 if form.is_bound else 200)


def _notes(theme: interview.Theme, by_id: dict[str, pack.Pack]) -> list[str]:
    names = dict.fromkeys(name for name, _dimension in theme.pairs)
    notes = [by_id[name].note(core_forms.language()) for name in names]
    return [note for note in notes if note]


def _write_answers(
    request: Request, talk: Screening, theme: interview.Theme, form: forms.Ask
) -> None:
    answers = form.answers()
    for pack_id in dict.fromkeys(name for name, _dimension in theme.pairs):
        screenings.answer(
            by=request.actor,
            at=request.now,
            screening=talk,
            pack_id=pack_id,
            answers=answers.get(pack_id, {}),
            step=theme.id,
        )


@page("screening.read", methods=("GET", "POST"), held=True)
def screening_finding(request: Request, talk_id: UUID) -> HttpResponse:
    """Show what the answers say and why; end the talk and hand over."""
    talk = _talk(request, talk_id, "screening.read")
    if talk.state == screening.State.PAUSED:
        return redirect("screening_start")
    mine = talk.officer_id == request.actor.id
    going_on = talk.state == screening.State.STARTED and mine
    opened = reading.open_screening(by=request.actor, at=request.now, screening=talk)
    initial = {
        "observations": opened.person.get("observations", ""),
        "officer_asks": talk.officer_asks,
    }
    form = forms.Finish(posted(request), initial=initial)
    if request.method == "POST" and going_on and form.is_valid():
        return _end(request, talk, form)
    context = {
        "form": form,
        "going_on": going_on,
        "person_said": opened.person,
        **wording.findings(opened, may_ask=not _why_not_ask(request, talk)),
        "themes": [
            (theme.id, theme.titles.text(core_forms.language()))
            for theme in interview.themes(_packs(talk), opened.context)
        ],
        "optional": _optional(talk) if going_on else [],
        "opens_case": _opens_case(opened),
        "hands_to": talk.handed_to or talk.unit.receiving_unit(),
        "case": wording.case_of(request, talk),
    }
    return _show(request, "screening_finding", talk, context)


def _opens_case(opened: reading.OpenedTalk) -> bool:
    said = profiles.overall(opened.findings())
    return said.possible_victim or said.urgent


def _optional(talk: Screening) -> list[tuple[str, str]]:
    known = pack.load_all()
    asked = set(profiles.packs_for(talk.profile, talk.minor, _all_optional(talk)))
    return [(p, known[p].title(core_forms.language())) for p in _all_optional(talk) if p in asked]


def _all_optional(talk: Screening) -> Sequence[str]:
    return [step.pack for step in profiles.load()[talk.profile].steps if step.optional]


def _end(request: Request, talk: Screening, form: forms.Finish) -> HttpResponse:
    given = form.cleaned_data
    screenings.observe(by=request.actor, at=request.now, screening=talk, text=given["observations"])
    if request.POST.get("then") == "pause":
        return _next(request, talk, FINDING)
    screenings.finish_screening(
        by=request.actor, at=request.now, screening=talk, officer_asks=given["officer_asks"]
    )
    return redirect("screening_done", talk.id)


@page("screening.conduct", methods=("GET", "POST"))
def screening_more(request: Request, talk_id: UUID) -> HttpResponse:
    """Add an optional set of questions, or take it out."""
    talk = _talk(request, talk_id)
    away = _elsewhere(talk)
    if away:
        return away
    form = forms.More(
        posted(request), optional=_optional(talk), initial={"added": talk.added_packs}
    )
    if request.method == "POST" and form.is_valid():
        saved = screenings.choose_packs(
            by=request.actor, at=request.now, screening=talk, added=form.cleaned_data["added"]
        )
        return redirect(_onward(request, saved, PERSON))
    status = 400 if form.is_bound else 200
    return _show(request, "screening_more", talk, {"form": form}, status)


@page("screening.conduct", methods=("GET", "POST"), held=True)
def screening_stop(request: Request, talk_id: UUID) -> HttpResponse:
    """End a talk because the person wants to; help is offered all the same."""
    talk = _talk(request, talk_id)
    if talk.state not in {state.value for state in screening.UNFINISHED}:
        return redirect("screening_finding", talk.id)
    form = forms.Stop(posted(request))
    if request.method == "POST" and form.is_valid():
        screenings.stop_screening(
            by=request.actor, at=request.now, screening=talk, note=form.cleaned_data["note"]
        )
        messages.success(request, _("The talk has ended. Nothing more will be asked."))
        return redirect("screening_done", talk.id)
    return _show(request, "screening_stop", talk, {"form": form})


@page("screening.conduct")
def screening_done(request: Request, talk_id: UUID) -> HttpResponse:
    """Say what happens now: the reference of the case, who takes over, what to tell the person."""
    talk = _talk(request, talk_id)
    if talk.state in {state.value for state in screening.UNFINISHED}:
        return redirect("screening_start")
    context = {"case": getattr(talk, "case", None), "services": reverse("services")}
    return _show(request, "screening_done", talk, context)
