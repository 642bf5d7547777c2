"""A screening from the first word to the case it opens."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from manumit.assessments import actions as assessments
from manumit.assessments.models import Assessment
from manumit.cases import consent, profiles
from manumit.cases import screening as rules
from manumit.cases.actions import consents, opening
from manumit.cases.models import Case, Consent, Screening
from manumit.cases.models import screening as screening_model
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass
from manumit.indicators import engine, pack
from manumit.indicators.answers import ADULT_AT

PERSON: frozenset[str] = frozenset(
    {
        "name",
        "also_called",
        "age",
        "birth",
        "sex",
        "nationality",
        "place",
        "contact",
        "safe_contact",
        "interpreter_name",
    }
)
# Asked before and without consent to an interview: nobody needs permission to offer first aid.
TRIAGE = "urgent-needs"


@acting.action("screening.conduct")
def start_screening(
    *,
    by: acting.Actor,
    at: datetime,
    language: str,
    identified_at: datetime | None = None,
    interpreter_used: bool = False,
    profile: str = "gate",
) -> Screening:
    """Begin a talk. The clock of everything owed starts at `identified_at`."""
    seen = identified_at or at
    if seen > at:
        raise acting.Refused("The person cannot have been identified in the future.")
    if profile not in profiles.load():
        raise acting.Refused("There is no such way to screen.")
    talk = Screening(
        id=fields.new_id(),
        unit=by.unit,
        officer=by.person,
        language=language,
        interpreter_used=interpreter_used,
        profile=profile,
        identified_at=seen,
        started_at=at,
    )
    talk.seal_owner = talk.id
    sealed.create_keys(
        by=by, at=at, object_id=talk.id, classes=screening_model.CLASSES, units=[by.unit]
    )
    talk.save(force_insert=True)
    return talk


def _hold(by: acting.Actor, talk: Screening, act: rules.Act) -> Screening:
    held = guard.hold(by, "screening.conduct", talk)
    guard.refuse_if(rules.why_not(held.state, act))
    return held


def _keys(by: acting.Actor, talk: Screening) -> dict[FieldClass, bytes]:
    return sealed.keys_of(by, talk.id, screening_model.CLASSES)


@acting.action("screening.conduct")
def record_person(
    *,
    by: acting.Actor,
    at: datetime,
    screening: Screening,
    values: Mapping[str, Any],
    minor: bool | None = None,
    guardian: consent.Guardian | str = "",
    interpreter_used: bool | None = None,
    language: str = "",
    step: str = "",
) -> Screening:
    """Write down who the person is, as far as they want.

    `values` by name of `PERSON`; None or "" empties one. What tells who somebody is needs consent
    to keep a record; age, sex, nationality and place do not.
    """
    held = _hold(by, screening, rules.Act.ANSWER)
    unknown = set(values) - PERSON
    if unknown:
        raise ValueError(f"not fields of a person: {sorted(unknown)}")
    given = {name: value if value not in ("", [], None) else None for name, value in values.items()}
    held.minor = _minor(minor, given.get("age"))
    held.guardian = consent.Guardian(guardian).value if guardian else ""
    if any(given.get(name) is not None for name in consents.NAMING):
        told = consents.rules_for([held.id])
        guard.refuse_if(consent.may_keep_name(told, at.date(), held.subject()))
    if interpreter_used is not None:
        held.interpreter_used = interpreter_used
    held.language = language or held.language
    held.step = step or held.step
    sealed.write(held, given, _keys(by, held))
    held.with_name = held.name is not None
    held.save()
    return held


def _minor(minor: bool | None, age: Any) -> bool | None:
    if isinstance(age, int) and not isinstance(age, bool):
        return age < ADULT_AT
    return minor


@acting.action("screening.conduct")
def answer(
    *,
    by: acting.Actor,
    at: datetime,
    screening: Screening,
    pack_id: str,
    answers: Mapping[str, str],
    step: str = "",
) -> Assessment:
    """Write down answers to one pack ("" takes one back). Each page saves; nothing is lost.

    Without consent to the interview only what the officer sees, and the urgent needs.
    """
    held = _hold(by, screening, rules.Act.ANSWER)
    if pack_id not in profiles.packs_for(held.profile, held.minor, held.added_packs):
        raise acting.Refused("This set of questions is not part of this talk.")
    asked = {name: given for name, given in answers.items() if given not in ("", "observed")}
    if asked and pack_id != TRIAGE:
        told = consents.rules_for([held.id])
        guard.refuse_if(
            consent.why_not(
                told,
                consent.Purpose.INTERVIEW,
                "",
                FieldClass.SCREENING,
                at.date(),
                subject=held.subject(),
            )
        )
    known, keys = pack.load_all()[pack_id], _keys(by, held)
    begun = assessments.begin(
        by=by, at=at, subject_id=held.id, unit=held.unit, known=known, keys=keys
    )
    if step:
        held.step = step
        held.save(update_fields=["step"])
    return assessments.write_answers(
        by=by, at=at, assessment=begun, known=known, new=answers, keys=keys
    )


@acting.action("screening.conduct")
def observe(*, by: acting.Actor, at: datetime, screening: Screening, text: str) -> Screening:
    """Write down what the officer saw, apart from what the person said."""
    del at
    held = _hold(by, screening, rules.Act.ANSWER)
    sealed.write(held, {"observations": text.strip() or None}, _keys(by, held))
    held.save()
    return held


@acting.action("screening.conduct")
def choose_packs(
    *, by: acting.Actor, at: datetime, screening: Screening, added: Sequence[str]
) -> Screening:
    """Add optional sets of questions to this talk, or take them out again."""
    del at
    held = _hold(by, screening, rules.Act.ANSWER)
    optional = {s.pack for s in profiles.load()[held.profile].steps if s.optional}
    if not set(added) <= optional:
        raise acting.Refused("Choose from the additional sets of questions.")
    held.added_packs = sorted(set(added))
    held.save(update_fields=["added_packs"])
    return held


@acting.action("screening.conduct")
def pause_screening(
    *, by: acting.Actor, at: datetime, screening: Screening, step: str = ""
) -> Screening:
    """Put a talk down; it can be taken up where it was left."""
    held = _hold(by, screening, rules.Act.PAUSE)
    held.state, held.paused_at, held.step = _after(held, rules.Act.PAUSE), at, step or held.step
    held.save(update_fields=["state", "paused_at", "step"])
    return held


@acting.action("screening.conduct")
def resume_screening(*, by: acting.Actor, at: datetime, screening: Screening) -> Screening:
    """Take a talk up again."""
    del at
    held = _hold(by, screening, rules.Act.RESUME)
    held.state, held.paused_at = _after(held, rules.Act.RESUME), None
    held.save(update_fields=["state", "paused_at"])
    return held


@acting.action("screening.conduct")
def stop_screening(
    *, by: acting.Actor, at: datetime, screening: Screening, note: str = ""
) -> Screening:
    """End a talk because the person wants it. Help is offered all the same."""
    held = _hold(by, screening, rules.Act.STOP)
    sealed.write(held, {"stop_note": note.strip() or None}, _keys(by, held))
    held.state, held.finished_at = _after(held, rules.Act.STOP), at
    held.outcome = rules.Outcome.STOPPED.value
    held.save()
    return held


@acting.action("screening.conduct")
def finish_screening(
    *, by: acting.Actor, at: datetime, screening: Screening, officer_asks: bool = False
) -> Case | None:
    """End a talk with a finding; open a case in the unit that takes over when there is a ground.

    Grounds: a pack says possible victim, a need is urgent, or the officer asks. The case's keys are
    wrapped to the receiving unit alone, the keys of the talk are shared with it, and the clocks
    start at identification. Returns the case, or None when there is no ground for one.
    """
    held = _hold(by, screening, rules.Act.FINISH)
    keys = _keys(by, held)
    person = sealed.read(held, keys)
    findings = _settle(by, at, held, keys, person)
    said = profiles.overall(findings)
    result = rules.outcome(
        possible_victim=said.possible_victim, urgent=said.urgent, officer_asks=officer_asks
    )
    held.state, held.finished_at = _after(held, rules.Act.FINISH), at
    held.outcome, held.officer_asks = result.value, officer_asks
    if not rules.opens_case(result):
        held.save()
        return None
    receiving = held.unit.receiving_unit()
    if receiving.id != held.unit_id:
        sealed.share_keys(
            by=by, at=at, object_id=held.id, classes=screening_model.CLASSES, to_unit=receiving
        )
        held.handed_to = receiving
    if (TRIAGE, "un_child_unsafe_carer") in said.signs:
        held.guardian = consent.Guardian.IMPLICATED.value
    held.save()
    Consent.objects.filter(subject_id=held.id).update(unit=receiving)
    return opening.from_screening(by=by, at=at, talk=held, unit=receiving, person=person, said=said)


def _settle(
    by: acting.Actor,
    at: datetime,
    talk: Screening,
    keys: dict[FieldClass, bytes],
    person: Mapping[str, Any],
) -> dict[str, engine.Finding]:
    known, context = pack.load_all(), context_of(talk, person)
    asked = profiles.packs_for(talk.profile, talk.minor, talk.added_packs)
    findings = {}
    for row in Assessment.objects.about([talk.id]):
        if row.pack_id in asked and row.pack_id in known:
            findings[row.pack_id] = assessments.settle(
                by=by, at=at, assessment=row, known=known[row.pack_id], context=context, keys=keys
            )
    return findings


def context_of(talk: Screening, person: Mapping[str, Any]) -> engine.Context:
    """Return what the engine must know of the person; a doubtful age is a child's."""
    age = person.get("age")
    return engine.Context(
        age=age if isinstance(age, int) and not isinstance(age, bool) else None,
        minor=profiles.treated_as_child(talk.minor),
        tags=frozenset(),
    )


def _after(talk: Screening, act: rules.Act) -> str:
    return rules.after(talk.state, act).value
