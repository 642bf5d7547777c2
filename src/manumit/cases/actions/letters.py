"""The letter of a referral: what is known, what may go, and the sealed text itself."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from manumit.cases import consent, minimise, needs
from manumit.cases.actions import disclosing
from manumit.cases.models import Case, Need, Referral
from manumit.core.actions import acting
from manumit.core.sealing import FieldClass
from manumit.directory.models import Service


def preview(
    *,
    case: Case,
    need: Need,
    service: Service,
    on: date,
    withheld: Sequence[str] = (),
    by: acting.Actor | None = None,
) -> list[minimise.FieldDecision]:
    """Return what would go if the person agrees now, field by field; nothing to who is denied."""
    whom = disclosing.recipient_of(service)
    yes = [
        consent.Consent(
            purpose=consent.Purpose.SHARE_WITH_SERVICE,
            given=True,
            at=case.opened_at,
            recipient=whom.id,
            by_guardian=by_guardian,
        )
        for by_guardian in (False, True)
    ]
    subject = case.subject()
    if subject.guardian_unknown():
        subject = consent.Subject(minor=True, guardian=consent.Guardian.ABSENT)
    return minimise.decide(
        minimise.Ask(
            need=need.kind,
            recipient=whom,
            known=known_fields(case, need),
            consents=yes,
            on=on,
            subject=subject,
            withheld=frozenset(withheld),
            denials=disclosing.words(case, by).denials,
        )
    )


def decisions(
    referral: Referral, on: date, by: acting.Actor | None = None
) -> list[minimise.FieldDecision]:
    """Return what goes with a referral, by the consents that stand on the day."""
    case = referral.case
    said = disclosing.words(case, by)
    return minimise.decide(
        minimise.Ask(
            need=referral.need.kind,
            recipient=disclosing.recipient_of(referral.service),
            known=known_fields(case, referral.need),
            consents=said.consents,
            on=on,
            subject=said.subject,
            denials=said.denials,
        )
    )


_CASE_COLUMNS = (
    "name",
    "also_called",
    "age",
    "birth",
    "sex",
    "nationality",
    "contact",
    "safe_contact",
    "place",
)


def known_fields(case: Case, need: Need) -> frozenset[str]:
    """Return which fields have a value, without opening one."""
    columns = {name for name in _CASE_COLUMNS if getattr(case, name) is not None}
    facts = {
        "need": True,
        "urgency": True,
        "language": bool(case.language),
        "interpreter_needed": _interpreter_needed(case) is not None,
        "need_detail": need.detail is not None,
        "health": need.health is not None,
        "child_alone": _child_alone(case) is not None,
    }
    return frozenset(columns | {name for name, known in facts.items() if known})


def values(
    case: Case, need: Need, person: Mapping[str, Any], about: Mapping[str, Any]
) -> dict[str, Any]:
    """Return every value a letter could carry; `minimise.letter` takes those that go.

    `person` and `about` are the opened columns of the case and of the need.
    """
    facts = {
        "need": needs.label(need.kind),
        "urgency": need.get_urgency_display(),
        "language": case.language or None,
        "interpreter_needed": _interpreter_needed(case),
        "need_detail": about.get("detail"),
        "health": about.get("health"),
        "child_alone": _child_alone(case),
    }
    told = {name: person.get(name) for name in _CASE_COLUMNS} | facts
    return {name: value for name, value in told.items() if value is not None}


def _interpreter_needed(case: Case) -> bool | None:
    return case.screening.interpreter_used if case.screening else None


def _child_alone(case: Case) -> bool | None:
    if not case.minor or not case.guardian:
        return None
    return case.guardian != consent.Guardian.PRESENT.value


LETTER_CLASSES = (FieldClass.REFERRAL,)
