"""What a service is told about a person: field by field, with the reason why it goes or stays.

A field goes only when the kind of help needs it, the person consented to this recipient for this
kind of content, did not hold it back, and it is known. Answers of a screening, observations and
notes never go, whoever asks: a service helps, it does not examine (Murad Code; GBVIMS guidance
against sharing whole intake forms, domain practice; source status: secondary).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from manumit.cases import consent, needs, recipients
from manumit.core.reasons import low, say


@dataclass(frozen=True)
class Field:
    """Something that could be told: its words, and the sealed class it stands in ("" for none)."""

    name: str
    label: str
    field_class: str


@dataclass(frozen=True)
class FieldDecision:
    """Whether a field goes to the service, and why, or why not."""

    field: str
    label: str
    goes: bool
    reason: str


FIELDS: tuple[Field, ...] = (
    Field("name", "Name", "identity"),
    Field("also_called", "Other names", "identity"),
    Field("age", "Age", "identity"),
    Field("birth", "Date of birth", "identity"),
    Field("sex", "Sex", "identity"),
    Field("nationality", "Nationality", "identity"),
    Field("language", "Language", ""),
    Field("interpreter_needed", "Interpreter needed", ""),
    Field("contact", "Way to make contact", "contact"),
    Field("safe_contact", "How to make contact safely", "contact"),
    Field("place", "Where the person is", "contact"),
    Field("need", "Help needed", ""),
    Field("urgency", "How soon", ""),
    Field("need_detail", "About this need", "plan"),
    Field("health", "Urgent condition", "medical"),
    Field("child_alone", "Child without an adult", ""),
    Field("trafficking_status", "What happened to the person", "screening"),
    Field("screening_answers", "Answers of the screening", "screening"),
    Field("observations", "Observations of the officer", "screening"),
    Field("notes", "Notes of the case team", "plan"),
)
BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}

NEVER: frozenset[str] = frozenset(
    {"trafficking_status", "screening_answers", "observations", "notes"}
)
# coded facts every service gets, because nobody can answer without them
_ALWAYS: frozenset[str] = frozenset({"need", "urgency"})


@dataclass(frozen=True)
class Ask:
    """One letter to be written: the need, the recipient, what is known, what was agreed."""

    need: str
    recipient: recipients.Recipient | str
    known: frozenset[str]
    consents: Sequence[consent.Consent]
    on: date
    subject: consent.Subject = consent.ADULT
    withheld: frozenset[str] = frozenset()
    denials: Sequence[consent.Denial] = ()


def decide(ask: Ask) -> list[FieldDecision]:
    """Return the decision on every field there is, in the order of the letter."""
    held_back = ask.withheld | consent.withheld(
        ask.consents, recipients.of(ask.recipient).id, ask.on
    )
    kind = needs.kind(ask.need)
    return [_decide(field, ask, kind, held_back) for field in FIELDS]


def _decide(field: Field, ask: Ask, kind: needs.Kind, held_back: frozenset[str]) -> FieldDecision:
    reason = _why_not(field, ask, kind, held_back)
    if reason:
        return FieldDecision(field.name, field.label, False, reason)
    why = (
        "Every service needs this to answer."
        if field.name in _ALWAYS
        else say("Needed for: {need}. The person agreed.", need=low(kind.label))
    )
    return FieldDecision(field.name, field.label, True, why)


def _why_not(field: Field, ask: Ask, kind: needs.Kind, held_back: frozenset[str]) -> str:
    if field.name in NEVER:
        return "Never leaves with a referral."
    if field.name not in _ALWAYS and field.name not in kind.letter:
        return say("Not needed for: {need}.", need=low(kind.label))
    if field.name in held_back:
        return "The person does not want this service to know it."
    purpose = consent.Purpose.SHARE_WITH_SERVICE
    reason = consent.why_not(
        ask.consents,
        purpose,
        ask.recipient,
        field.field_class,
        ask.on,
        subject=ask.subject,
        denials=ask.denials,
    )
    if reason:
        return reason
    return "" if field.name in ask.known else "Not known, or the person did not say."


def letter(values: Mapping[str, object], decisions: Sequence[FieldDecision]) -> dict[str, object]:
    """Return what goes, by field; nothing that was not decided to go can be in it."""
    goes = {decision.field for decision in decisions if decision.goes}
    return {name: value for name, value in values.items() if name in goes}


def offered(need: str) -> tuple[Field, ...]:
    """Return the fields a person can be asked to hold back for this kind of help."""
    wanted = set(needs.kind(need).letter) - _ALWAYS
    return tuple(field for field in FIELDS if field.name in wanted)
