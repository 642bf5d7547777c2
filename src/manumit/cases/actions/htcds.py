"""Sheets of the case data standard coming in: looked at first, loaded whole, twice without effect.

A row is known again by the identifier that it carries, or by all it says, as a keyed hash that lies
with the sealed record and not with the person: so a sheet that is loaded again finds out that
somebody was erased here or took consent back, and leaves them alone. Where the sheet itself rests
meanwhile: `casesheets`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from manumit.cases import consent, htcds, htcds_case, htcds_table, needs, status
from manumit.cases.actions import clocks, consents, opening
from manumit.cases.models import Case, HtcdsRecord
from manumit.cases.models import case as case_model
from manumit.core import fields
from manumit.core.actions import acting, guard, names, sealed
from manumit.core.reasons import say
from manumit.core.sealing import FieldClass

RECORD_KIND, PERSON_KIND = "case sheet row", "case sheet person"
CLASSES = case_model.CLASSES | {FieldClass.SCREENING}
PROBLEM = htcds_table.Problem
PURPOSE = "import of a case sheet"
AT_ONCE = 50
_SEALED: tuple[str, ...] = ("name", "birth", "sex", "nationality", "place", "contact")


class Outcome(StrEnum):
    """What becomes of a row."""

    MAKE = "made"
    CHANGE = "changed"
    SAME = "same"
    LEFT = "left"
    REJECTED = "refused"


@dataclass(frozen=True)
class Planned:
    """One row and what becomes of it; `fields` names what a change touches, never values."""

    line: int
    outcome: Outcome
    record: htcds.Record
    key: str = ""
    reasons: tuple[htcds_table.Problem, ...] = ()
    fields: tuple[str, ...] = ()
    moved: Mapping[str, str] | None = None
    case: Case | None = None
    row: HtcdsRecord | None = None
    unnamed: str = ""  # why who it is stays out; "" when it comes in
    ours: Mapping[str, htcds.Value] | None = None  # what was coded here since


@dataclass(frozen=True)
class Plan:
    """All that a sheet would do."""

    reading: htcds_table.Reading
    rows: tuple[Planned, ...]
    told: bool

    def counts(self) -> dict[str, int]:
        """Return how many rows meet which end."""
        said = [row.outcome for row in self.rows]
        return {each.value: said.count(each) for each in Outcome}

    def parts(self) -> list["Plan"]:
        """Return what is to be written in parts, each of which is loaded whole or not at all.

        A long sheet in one piece would keep everybody else from writing.
        """
        ends = (Outcome.MAKE, Outcome.CHANGE)
        rows = [row for row in self.rows if row.outcome in ends]
        cut = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
        return [replace(self, rows=tuple(part)) for part in cut] or [replace(self, rows=())]

    def rejected(self) -> list[list[str]]:
        """Return the sheet of rows that did not come in, with reasons and cures."""
        ends = (Outcome.REJECTED, Outcome.LEFT)
        told = {row.line: row.reasons for row in self.rows if row.outcome in ends}
        return htcds_table.rejected(self.reading, told)


# --- looking -------------------------------------------------------------------------------------


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _key(record: htcds.Record, sender: str) -> str:
    """Return what a row is known by: sender and identifier, or sender and all that it says."""
    if record.record_id:
        return _digest("id", sender, record.record_id)
    said = json.dumps(htcds.documents(record), sort_keys=True, ensure_ascii=False)
    return _digest("row", sender, said)


def _person_key(record: htcds.Record) -> str:
    said = htcds_case.facts(record)
    if not said["name"] or not said["birth"]:
        return ""
    return _digest("person", htcds.fold(said["name"]), said["birth"])


@guard.opening("case.import")
def plan(
    *,
    by: acting.Actor,
    at: datetime,
    reading: htcds_table.Reading,
    sender: str = "",
    told: bool = False,
) -> Plan:
    """Say what becomes of each row; opens what is known of the same people, on the record."""
    first = [_first_look(row, sender, told, at) for row in reading.rows]
    known = _known(by, at, first)
    persons = _persons(by, at, [each for each in first if each.key and each.key not in known])
    documents = _documents(by, at, known)
    rows = [_second_look(each, known, persons, documents) for each in first]
    return Plan(reading, tuple(rows), told)


def _first_look(row: htcds_table.Row, sender: str, told: bool, at: datetime) -> Planned:
    found = [PROBLEM(*each) for each in htcds_case.problems(row.record, at.date())]
    reasons = (*row.problems, *found)
    if reasons:
        return Planned(row.line, Outcome.REJECTED, row.record, reasons=reasons)
    unnamed = htcds_case.why_not_named(row.record, told)
    record = htcds_case.without_naming(row.record) if unnamed else row.record
    return Planned(
        row.line, Outcome.MAKE, record, key=_key(row.record, sender.strip()), unnamed=unnamed
    )


@dataclass(frozen=True)
class _Target:
    case: Case | None  # None: it is with another team now
    row: HtcdsRecord | None = None


def _known(by: acting.Actor, at: datetime, looked: Sequence[Planned]) -> dict[str, _Target]:
    """Return the case of each row that is here already, by the row's key."""
    wanted = [each.key for each in looked if each.key]
    found = names.find_identifiers(by=by, at=at, kind=RECORD_KIND, values=wanted)
    rows = guard.visible(by, "case.import", HtcdsRecord).select_related("case__unit")
    by_id = rows.in_bulk([ids[0] for ids in found.values()])
    known = {key: _target(by_id.get(ids[0])) for key, ids in found.items()}
    said = {each.record.record_id: each.key for each in looked if each.key not in known}
    cases = guard.visible(by, "case.import", Case).filter(reference__in=list(said))
    for case in cases.select_related("unit", "htcds"):
        known[said[case.reference]] = _Target(case, getattr(case, "htcds", None))
    return known


def _target(row: HtcdsRecord | None) -> _Target:
    return _Target(None) if row is None else _Target(row.case, row)


def _persons(by: acting.Actor, at: datetime, looked: Sequence[Planned]) -> dict[str, str]:
    """Return the reference of the case that has the same name and day of birth, by that key.

    Asked only for rows without an identifier: those that carry one are told apart by it.
    """
    keys = {
        key for each in looked if not each.record.record_id and (key := _person_key(each.record))
    }
    if not keys:
        return {}
    found = names.find_identifiers(by=by, at=at, kind=PERSON_KIND, values=sorted(keys))
    rows = HtcdsRecord.objects.select_related("case").in_bulk([i[0] for i in found.values()])
    return {key: rows[ids[0]].case.reference for key, ids in found.items() if ids[0] in rows}


def _documents(
    by: acting.Actor, at: datetime, known: Mapping[str, _Target]
) -> dict[UUID, "Opened"]:
    """Open what is here of these cases: the row as it came, and what the case says now."""
    targets = [
        (each.case, each.row)
        for each in known.values()
        if each.case is not None and each.case.erased_at is None
    ]
    rows: list[Case | HtcdsRecord] = [row or case for case, row in targets]
    rows += [case for case, _ in targets]
    opened = open_what_may(by=by, at=at, purpose=PURPOSE, rows=rows)
    half, found = len(targets), {}
    for (case, row), kept, person in zip(targets, opened[:half], opened[half:], strict=True):
        found[case.id] = of_opened(case, kept if row else {}, person)
    return found


def open_what_may(
    *, by: acting.Actor, at: datetime, purpose: str, rows: Sequence[Case | HtcdsRecord]
) -> list[dict[str, Any]]:
    """Open cases and their rows; answers whose key did not come along with a case stay closed."""
    owners = {row.seal_owner for row in rows if isinstance(row, HtcdsRecord) and row.screening}
    held = by.keys().keys(owners, [FieldClass.SCREENING])
    for row in rows:
        if isinstance(row, HtcdsRecord) and (row.seal_owner, FieldClass.SCREENING) not in held:
            row.screening = None  # in memory: the row is only read
    return sealed.open_rows(by=by, at=at, purpose=purpose, rows=rows, classes=CLASSES)


@dataclass(frozen=True)
class Opened:
    """What is here of one person: the row as it came, what was coded since, what the case says."""

    record: htcds.Record
    ours: dict[str, htcds.Value]
    facts: dict[str, str]

    def whole(self) -> htcds.Record:
        """Return the row as it stands now."""
        return htcds.with_ours(htcds_case.overlay(self.record, self.facts), self.ours)


def of_opened(case: Case, kept: Mapping[str, Any], person: Mapping[str, Any]) -> Opened:
    """Return what opened columns of a case and of its row say."""
    return Opened(htcds.from_documents(kept), htcds.ours_of(kept), facts_of(case, person))


@guard.opening("case.read")
def open_record(
    *, by: acting.Actor, at: datetime, case: Case, purpose: str = "case work"
) -> Opened:
    """Open all that is known of a person in the words of the standard."""
    held = guard.see(by, "case.read", case)
    row = HtcdsRecord.objects.filter(case=held).first()
    rows: list[Any] = [held, *([row] if row else [])]
    opened = open_what_may(by=by, at=at, purpose=purpose, rows=rows)
    return of_opened(held, opened[1] if row else {}, opened[0])


def facts_of(case: Case, person: Mapping[str, Any]) -> dict[str, str]:
    """Return what an opened case says of the things that a row says too."""
    said = {name: str(person.get(name) or "") for name in _SEALED}
    return said | {
        "language": case.language,
        "trafficking_status": case.trafficking_status,
        "case_status": case.case_status,
    }


def _second_look(
    row: Planned,
    known: Mapping[str, _Target],
    persons: Mapping[str, str],
    documents: Mapping[UUID, Opened],
) -> Planned:
    if row.outcome is Outcome.REJECTED:
        return row
    target = known.get(row.key)
    if target is None:
        twin = "" if row.record.record_id else persons.get(_person_key(row.record), "")
        return _held_back(row, twin) if twin else row
    row = replace(row, case=target.case, row=target.row)
    left = _why_left(row, target)
    if left or target.case is None:
        why = left or ("The case of this person is with another team now.", "Ask them.")
        return replace(row, outcome=Outcome.LEFT, reasons=(PROBLEM("record_id", *why),))
    here = documents[target.case.id]
    row = replace(row, ours=here.ours)
    touched = htcds_case.differences(here.record, row.record)
    if not touched:
        return replace(row, outcome=Outcome.SAME)
    moved, both = htcds_case.clashes(here.record, row.record, here.facts, here.ours)
    if both:
        cure = say(
            "Decide it on case {reference}, then write the same here.",
            reference=target.case.reference,
        )
        told = tuple(PROBLEM(name, "It was changed here and in the sheet.", cure) for name in both)
        return replace(row, outcome=Outcome.REJECTED, reasons=told)
    return replace(row, outcome=Outcome.CHANGE, fields=touched, moved=moved)


def _held_back(row: Planned, reference: str) -> Planned:
    reason = say(
        "Somebody with this name and day of birth is here already, as case {reference}.",
        reference=reference,
    )
    cure = say(
        "Write {reference} into record_id to change that case, or any new number to open another.",
        reference=reference,
    )
    return replace(row, outcome=Outcome.REJECTED, reasons=(PROBLEM("record_id", reason, cure),))


def _why_left(row: Planned, target: _Target) -> tuple[str, str] | None:
    if target.case is None:
        return None
    if target.case.erased_at is not None:
        return "This person was erased here.", "Do not load the row again."
    if target.row is None or not target.row.named:
        return None
    if row.unnamed:
        return (
            "The person agreed before; this sheet says otherwise.",
            "If they took it back, withdraw the consent on the case.",
        )
    words = consents.rules_for(target.case.subject_ids())
    yes = consent.newest(words, consent.Purpose.STORE_RECORD, "", by_guardian=False)
    if yes is not None and (yes.withdrawn_at or not yes.given):
        return "The person took their consent back here.", "Ask them again on the case first."
    return None


# --- loading -------------------------------------------------------------------------------------


@acting.action("case.import")
def load(*, by: acting.Actor, at: datetime, planned: Plan) -> dict[str, int]:
    """Write everything a plan (or one of its parts) says, or nothing; returns rows by their end.

    Raises Refused when the same rows came in since the plan was made.
    """
    new = [row for row in planned.rows if row.outcome is Outcome.MAKE]
    keys = [row.key for row in new]
    if names.find_identifiers(by=by, at=at, kind=RECORD_KIND, values=keys):
        raise acting.Refused("This sheet was loaded meanwhile. Look at it again.")
    made: list[tuple[UUID, str, str]] = []
    for row in new:
        case = make_case(by=by, at=at, row=row, told=planned.told)
        made += _known_by(case, row)
    for row in planned.rows:
        if row.outcome is Outcome.CHANGE and row.case is not None:
            case = change_case(by=by, at=at, case=row.case, row=row, told=planned.told)
            made += _known_by(case, row)
    names.remember_identifiers(by=by, unit=by.unit, said=made)
    return planned.counts()


@acting.action("case.import")
def make_case(*, by: acting.Actor, at: datetime, row: Planned, told: bool) -> Case:
    """Open the case of one row in the unit of who loads it; nobody works on it yet."""
    said = htcds_case.facts(row.record)
    minor = htcds_case.minor(row.record, at.date())
    since = datetime.combine(htcds_case.identified_on(row.record, at.date()), time.min, tzinfo=UTC)
    case = Case(
        id=fields.new_id(),
        unit=by.unit,
        trafficking_status=said["trafficking_status"],
        language=said["language"],
        minor=minor,
        identified_at=min(since, at) if since.date() < at.date() else at,
    )
    values = {name: said[name] for name in _SEALED if said[name]}
    wanted = needs.checklist((), minor=bool(minor))
    case = opening.write_case(by=by, at=at, case=case, values=values, wanted=wanted)
    if not row.unnamed:
        _write_consent(by, at, case, row.record, told)
    _move_status(at, case, said["case_status"])
    made = HtcdsRecord(id=fields.new_id(), case=case, by=by.person, at=at, seal_owner=case.id)
    _seal(by, at, made, row)
    made.save(force_insert=True)
    return case


def _write_consent(
    by: acting.Actor, at: datetime, case: Case, record: htcds.Record, told: bool
) -> None:
    """Write the yes to a record with the seven answers, as the sheet or who loads it says."""
    consents.write_consent(
        by=by,
        at=at,
        subject=case,
        purpose=consent.Purpose.STORE_RECORD,
        given=True,
        questions=htcds_case.told(record, told),
        language=case.language or "en",
        recipient=None,
        by_guardian=False,
        interpreter_used=False,
    )


def _seal(by: acting.Actor, at: datetime, row: HtcdsRecord, planned: Planned) -> None:
    said = planned.record.values
    ours = {n: v for n, v in (planned.ours or {}).items() if said.get(n) != (v or None)}
    _write(by, at, row, planned.record, ours)
    row.named = not planned.unnamed


def _write(
    by: acting.Actor,
    at: datetime,
    row: HtcdsRecord,
    record: htcds.Record,
    ours: Mapping[str, htcds.Value],
) -> None:
    keys = sealed.keys_of(by, row.case_id, case_model.CLASSES)
    held = by.keys().keys([row.case_id], [FieldClass.SCREENING])
    if row.screening is not None and not held:
        raise acting.Refused("Answers that were given before are closed to your team.")
    keys |= {c: key for (_, c), key in held.items()} or sealed.create_keys(
        by=by, at=at, object_id=row.case_id, classes=[FieldClass.SCREENING], units=[row.case.unit]
    )
    documents = htcds.documents(record, ours)
    sealed.write(row, {name: documents.get(name) for name in htcds.DOCUMENTS}, keys)
    row.version = htcds.load().version


def _known_by(case: Case, planned: Planned) -> list[tuple[UUID, str, str]]:
    """Return what a row is found by: it lies with the sealed record, so erasing does not forget it."""
    row = HtcdsRecord.objects.only("id").get(case=case)
    person = _person_key(planned.record)
    said = [(row.id, RECORD_KIND, planned.key)]
    return [*said, (row.id, PERSON_KIND, person)] if person else said


def _move_status(at: datetime, case: Case, said: str) -> None:
    """Take over the status of the sheet; a closed case stays closed, its clocks stop."""
    if said == case.case_status or not case.is_open:
        return
    case.case_status = said
    if not case.is_open:
        moved = said == status.CaseStatus.CLOSED_REFERRED.value
        case.closed_at = at
        case.close_reason = (
            needs.CloseReason.HANDED_OVER if moved else needs.CloseReason.OTHER
        ).value
        case.save()
        clocks.stop(case=case, act="close_case", at=at)
    else:
        case.save()


@acting.action("case.import")
def change_case(*, by: acting.Actor, at: datetime, case: Case, row: Planned, told: bool) -> Case:
    """Write what a later sheet says of one person."""
    held = guard.hold(by, "case.import", case)
    moved = dict(row.moved or {})
    kept = HtcdsRecord.objects.filter(case=held).first()
    fresh = kept is None or not kept.named
    if not row.unnamed and fresh:
        _write_consent(by, at, held, row.record, told)
    given: dict[str, Any] = {n: moved[n] or None for n in _SEALED if n in moved}
    keys = sealed.keys_of(by, held.id, case_model.CLASSES)
    sealed.write(held, given, keys)
    held.with_name = held.name is not None
    held.language = moved.get("language") or held.language
    if moved.get("trafficking_status") and not held.trafficking_status:
        held.trafficking_status = moved["trafficking_status"]
    if held.minor is None:
        held.minor = htcds_case.minor(row.record, at.date())
    held.save()
    if {"name", "contact"} & set(given):
        names.forget(by=by, at=at, unit=held.unit, object_id=held.id)
        opening.remember_names(by=by, at=at, case=held, values=sealed.read(held, keys))
    if "case_status" in moved:
        _move_status(at, held, moved["case_status"])
    record = kept or HtcdsRecord(
        id=fields.new_id(), case=held, by=by.person, at=at, seal_owner=held.id
    )
    record.changed_at = at
    _seal(by, at, record, row)
    record.save()
    return held


@acting.action("case.edit")
def code_case(
    *, by: acting.Actor, at: datetime, case: Case, values: Mapping[str, htcds.Value]
) -> HtcdsRecord:
    """Write coded facts of a person; "" or () takes one away. Beside the row as it came."""
    held = guard.hold(by, "case.edit", case)
    known = {each.name for each in htcds_case.codable()}
    if set(values) - known:
        raise ValueError(f"not coded here: {sorted(set(values) - known)}")
    row = HtcdsRecord.objects.filter(case=held).first()
    if row is None:
        row = HtcdsRecord(id=fields.new_id(), case=held, by=by.person, at=at, seal_owner=held.id)
        row.named = held.with_name
    keys = by.keys().keys([held.id], CLASSES)
    kept = sealed.read(row, {c: key for (_, c), key in keys.items()})
    record = htcds.from_documents(kept)
    both = htcds.ours_of(kept) | dict(values)
    ours = {n: v for n, v in both.items() if record.values.get(n) != (v or None)}
    row.changed_at = at
    _write(by, at, row, record, ours)
    row.save()
    return row
