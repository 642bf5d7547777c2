"""A child's nationality: facts written down, duties started, papers and notifications made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from manumit.cases import birth_notification as registry
from manumit.cases import (
    consent,
    nationality,
    nationality_paper,
    nationality_record,
    recipients,
)
from manumit.cases.actions import clocks, consents, disclosing, statements
from manumit.cases.models import BirthFacts, Case, Clock, Consent, Disclosure
from manumit.cases.models import birth as birth_model
from manumit.cases.nationality_facts import Facts
from manumit.core import fields, printing
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass

_CLASSES = frozenset({FieldClass.LEGAL, FieldClass.IDENTITY})
MOTHER: frozenset[str] = frozenset({"mother_name", "mother_birth"})
DONE = "tick_nationality_step"


@dataclass(frozen=True)
class Opened:
    """Facts of birth, opened for a page."""

    row: BirthFacts
    facts: Facts | None
    mother_name: str = ""
    mother_birth: str = ""


@acting.action("case.nationality")
def record_birth_facts(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    facts: Facts,
    mother: Mapping[str, str] | None = None,
) -> BirthFacts:
    """Write down or change the facts; each next step becomes a duty with a clock.

    `mother` by name of `MOTHER`; what tells who she is is kept only with consent to a record.
    """
    held = guard.hold(by, "case.nationality", case)
    if not held.is_open or held.erased_at is not None:
        raise acting.Refused("This case is closed. Reopen it first.")
    guard.refuse_if(nationality.why_not(facts))
    told = {name: (mother or {}).get(name) or None for name in MOTHER}
    if any(told.values()):
        said = consents.rules_for(held.subject_ids())
        guard.refuse_if(consent.may_keep_name(said, at.date(), held.subject()))
    finding = nationality.decide(facts)
    row = BirthFacts.objects.select_for_update(no_key=True).filter(case=held).first()
    new = row is None
    row = row or BirthFacts(id=fields.new_id(), case=held, seal_owner=held.id)
    row.by, row.at, row.rank = by.person, at, birth_model.RANK[finding.level]
    values: dict[str, Any] = {"facts": nationality_record.to_json(facts), **told}
    sealed.write(row, values, sealed.keys_of(by, held.id, _CLASSES))
    row.save(force_insert=new)
    _set_clocks(held, finding, at)
    return row


def _set_clocks(case: Case, finding: nationality.Finding, at: datetime) -> None:
    """Start the duties of the steps; stop those that are none any more. What was done stays done."""
    wanted = nationality_record.duties(finding.steps, case.identified_at, at)
    gone = set(nationality_record.CODES) - set(wanted)
    clocks.stop(case=case, act="record_birth_facts", at=at, kinds=gone)
    for kind, starts_at in wanted.items():
        again = nationality_record.CODES[kind] in nationality_record.FROM_LOOKING
        if again or not _done(case).filter(kind=kind).exists():
            clocks.start(case=case, kind=kind, starts_at=starts_at)


def _done(case: Case) -> Any:
    return Clock.objects.filter(case=case, stopped_by_act=DONE)


def done_kinds(case: Case) -> set[str]:
    """Return the duties of this case that somebody marked as done."""
    return set(_done(case).values_list("kind", flat=True))


@acting.action("case.nationality")
def tick_nationality_step(*, by: acting.Actor, at: datetime, case: Case, step: str) -> Case:
    """Mark one next step as done: its clock stops."""
    held = guard.hold(by, "case.nationality", case)
    kind = nationality_record.KINDS.get(step, "")
    if not kind or not clocks.stop(case=held, act=DONE, at=at, kinds=[kind]):
        raise acting.Refused("This step is not waiting.")
    return held


@guard.opening("case.nationality")
def open_birth_facts(
    *, by: acting.Actor, at: datetime, case: Case, purpose: str = "nationality"
) -> Opened | None:
    """Open the facts of one case; None when nothing is written."""
    case = guard.see(by, "case.nationality", case)
    row = BirthFacts.objects.filter(case=case).first()
    if row is None:
        return None
    opened = sealed.open_rows(by=by, at=at, purpose=purpose, rows=[row], classes=_CLASSES)[0]
    return _opened(row, opened)


@guard.opening("case.read")
def open_children(
    *, by: acting.Actor, at: datetime, cases: Sequence[Case], purpose: str = "children"
) -> dict[Any, Opened]:
    """Open the facts of many cases, by case; one opening on the record for all.

    Raises NotFound when one of them is out of reach. Opens nothing that tells who somebody is.
    """
    wanted = {case.pk for case in cases}
    if guard.visible(by, "case.read", Case).filter(pk__in=wanted).count() != len(wanted):
        raise acting.NotFound
    rows = list(BirthFacts.objects.filter(case__in=wanted))
    opened = sealed.open_rows(by=by, at=at, purpose=purpose, rows=rows, classes={FieldClass.LEGAL})
    pairs = zip(rows, opened, strict=True)
    return {row.case_id: _opened(row, values) for row, values in pairs}


def _opened(row: BirthFacts, values: Mapping[str, Any]) -> Opened:
    kept = values.get("facts")
    return Opened(
        row,
        nationality_record.from_json(kept) if kept else None,
        str(values.get("mother_name") or ""),
        str(values.get("mother_birth") or ""),
    )


def _facts(by: acting.Actor, case: Case) -> tuple[BirthFacts, Facts, dict[str, Any]]:
    """Read the facts inside an action that records itself."""
    row = BirthFacts.objects.filter(case=case).first()
    values = sealed.read(row, sealed.keys_of(by, case.id, _CLASSES)) if row else {}
    if row is None or not values.get("facts"):
        raise acting.Refused("Write down the facts of birth first.")
    return row, nationality_record.from_json(values["facts"]), values


@dataclass(frozen=True)
class Made:
    """A paper, kept nowhere; `disclosure` is None for one that the family takes itself."""

    pdf: bytes
    disclosure: Disclosure | None = None


@acting.action("case.nationality")
def print_nationality_paper(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    languages: tuple[str, str],
    agreed: Consent | None = None,
) -> Made:
    """Make the paper for the family itself, or for the authority of a yes that holds.

    It holds no name and nothing private of a parent. Raises Refused where it must not be shown.
    """
    held = guard.hold(by, "case.nationality", case)
    _row, facts, _values = _facts(by, held)
    implicated = held.guardian == consent.Guardian.IMPLICATED.value and agreed is None
    guard.refuse_if(
        nationality_paper.why_not(
            facts, languages, guardian_implicated=implicated, embassy=_embassy(agreed)
        )
    )
    given = None
    if agreed is not None:
        given = disclosing.note(
            by=by,
            at=at,
            case=held,
            purpose=consent.Purpose.SHARE_WITH_AUTHORITY,
            recipient=_whom(held, agreed),
            classes=[FieldClass.LEGAL],
            what="nationality",
            how="paper",
        )
    return Made(printing.pdf(nationality_paper.sides(facts, languages)), given)


def _embassy(agreed: Consent | None) -> bool:
    return agreed is not None and agreed.recipient_kind == recipients.Kind.EMBASSY.value


def _whom(case: Case, agreed: Consent) -> Any:
    if agreed.subject_id not in case.subject_ids():
        raise acting.NotFound
    return statements.whom_of(agreed)


@dataclass(frozen=True)
class Notification:
    """Both requests for the registry, and the row that says they were given."""

    disclosure: Disclosure
    create: dict[str, Any]
    notify: dict[str, Any]


@acting.action("case.nationality")
def notify_birth(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    agreed: Consent,
    born_on: str,
    place: registry.Place,
    location: str = "",
    office: str = "",
) -> Notification:
    """Make the notification of the birth for a registry that the family agreed to."""
    held = guard.hold(by, "case.nationality", case)
    row, facts, values = _facts(by, held)
    person = sealed.read(held, sealed.keys_of(by, held.id, [FieldClass.IDENTITY]))
    birth = registry.Birth(
        transaction_id=row.transaction_id,
        born_on=born_on,
        place=registry.Place(place),
        location=location,
        office=office,
        child_name=str(person.get("name") or ""),
        sex=str(person.get("sex") or ""),
        mother_name=str(values.get("mother_name") or ""),
        mother_birth=str(values.get("mother_birth") or ""),
    )
    guard.refuse_if(nationality_paper.why_not_send(facts, embassy=_embassy(agreed)))
    guard.refuse_if(registry.why_not(facts, birth))
    given = disclosing.note(
        by=by,
        at=at,
        case=held,
        purpose=consent.Purpose.SHARE_WITH_AUTHORITY,
        recipient=_whom(held, agreed),
        classes=[FieldClass.IDENTITY, FieldClass.LEGAL],
        what="birth notification",
        how="file",
    )
    return Notification(given, registry.create(birth), registry.notify(facts, birth))
