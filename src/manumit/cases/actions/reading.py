"""Opening what is sealed, for a page: who may, then the record, then the key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from manumit.assessments import actions as assessments
from manumit.assessments.models import Assessment
from manumit.cases import profiles
from manumit.cases.actions import recalling, referrals, screenings
from manumit.cases.models import Case, Denial, Need, Note, Referral, Screening
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass
from manumit.indicators import engine, pack


@dataclass(frozen=True)
class OpenedTalk:
    """A screening opened for its page: the person, the answers by pack, what is observed."""

    person: dict[str, Any]
    answers: dict[str, dict[str, str]]
    context: engine.Context
    packs: tuple[str, ...]

    def findings(self) -> dict[str, engine.Finding]:
        """Return what each pack that was asked says so far, in the profile's order."""
        known = pack.load_all()
        return {
            name: assessments.weigh(known[name], self.answers[name], self.context)
            for name in self.packs
            if name in self.answers
        }


@guard.opening("screening.read")
def open_screening(
    *, by: acting.Actor, at: datetime, screening: Screening, purpose: str = "screening"
) -> OpenedTalk:
    """Open the person and all answers of a talk; one opening on the record."""
    screening = guard.see(by, "screening.read", screening)
    rows = list(Assessment.objects.about([screening.id]))
    classes = {FieldClass.IDENTITY, FieldClass.CONTACT, FieldClass.SCREENING}
    opened = sealed.open_rows(
        by=by, at=at, purpose=purpose, rows=[screening, *rows], classes=classes
    )
    person = opened[0]
    given = {
        row.pack_id: dict(values.get("answers") or {})
        for row, values in zip(rows, opened[1:], strict=True)
    }
    return OpenedTalk(
        person=person,
        answers=given,
        context=screenings.context_of(screening, person),
        packs=profiles.packs_for(screening.profile, screening.minor, screening.added_packs),
    )


@guard.opening("case.read")
def open_people(
    *, by: acting.Actor, at: datetime, cases: Sequence[Case], purpose: str
) -> list[dict[str, Any]]:
    """Open identity and contact of cases, in their order; one opening on the record for all.

    Raises NotFound when one of them is out of reach.
    """
    wanted = {case.pk for case in cases}
    seen = guard.visible(by, "case.read", Case).filter(pk__in=wanted).count()
    if seen != len(wanted):
        raise acting.NotFound
    classes = {FieldClass.IDENTITY, FieldClass.CONTACT}
    return sealed.open_rows(by=by, at=at, purpose=purpose, rows=list(cases), classes=classes)


@guard.opening("case.read")
def open_case(
    *, by: acting.Actor, at: datetime, case: Case, purpose: str = "case work"
) -> dict[str, Any]:
    """Open everything sealed on the case itself. Keys that wait to be made new are made first."""
    case = guard.see(by, "case.read", case)
    if recalling.waiting(case) and recalling.renew_waiting_keys(by=by, at=at, case=case):
        case.refresh_from_db()
    classes = {FieldClass.IDENTITY, FieldClass.CONTACT, FieldClass.LEGAL}
    return sealed.open_rows(by=by, at=at, purpose=purpose, rows=[case], classes=classes)[0]


@guard.opening("case.read")
def open_denials(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    denials: Sequence[Denial],
    purpose: str = "who is never told",
) -> list[str]:
    """Open the names of who is never to be told, in their order; "" where none is sealed."""
    guard.see(by, "case.read", case)
    named = [row for row in denials if row.name is not None]
    if any(row.case_id != case.id for row in named):
        raise acting.NotFound
    classes = {FieldClass.PLAN}
    opened = sealed.open_rows(by=by, at=at, purpose=purpose, rows=named, classes=classes)
    said = {
        row.id: str(values.get("name") or "") for row, values in zip(named, opened, strict=True)
    }
    return [said.get(row.id, "") for row in denials]


@guard.opening("case.read")
def open_details(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    needs: Iterable[Need] = (),
    notes: Iterable[Note] = (),
    purpose: str = "case work",
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Open needs and notes of one case; returns the opened needs and the opened notes."""
    guard.see(by, "case.read", case)
    need_rows, note_rows = list(needs), list(notes)
    rows: list[Need | Note] = [*need_rows, *note_rows]
    if any(row.case_id != case.id for row in rows):
        raise acting.NotFound
    classes = {FieldClass.PLAN, FieldClass.MEDICAL, FieldClass.LEGAL}
    opened = sealed.open_rows(by=by, at=at, purpose=purpose, rows=rows, classes=classes)
    return opened[: len(need_rows)], opened[len(need_rows) :]


@guard.opening("referral.read")
def open_letter(
    *, by: acting.Actor, at: datetime, referral: Referral, purpose: str = "referral"
) -> dict[str, Any]:
    """Open the letter and its messages; the recipient's first opening is noted."""
    referral = guard.see(by, "referral.read", referral)
    opened = sealed.open_rows(
        by=by, at=at, purpose=purpose, rows=[referral], classes={FieldClass.REFERRAL}
    )[0]
    if referral.first_read_at is None and referral.to_unit_id == by.person.unit_id:
        referrals.mark_read(by=by, at=at, referral=referral)
    return opened
