"""What the rules of keeping need to know of cases, talks, letters and requests, read for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models

from manumit.cases import consent, deadlines, referral, retention, screening
from manumit.cases.models.case import Case, Note
from manumit.cases.models.clock import Clock
from manumit.cases.models.consent import Consent
from manumit.cases.models.referral import Referral
from manumit.cases.models.retention import EndedContent, Hold
from manumit.cases.models.screening import Screening
from manumit.cases.retention import Event, Facts, Kind
from manumit.core import traces
from manumit.core.models import TraceRequest

_CONSENTS = {
    consent.Purpose.STORE_RECORD.value: Event.RECORD_CONSENT_ENDED,
    consent.Purpose.CONTACT_ME.value: Event.CONTACT_CONSENT_ENDED,
}


def facts_of(cases: Sequence[Case], on: date) -> dict[UUID, Facts]:
    """Return the facts of each case; a fixed number of queries for any number of cases."""
    ids = [case.id for case in cases]
    holds: dict[UUID, date] = _latest(Hold.objects.standing(on).filter(case__in=ids), "until")
    notes: dict[UUID, datetime] = _latest(Note.objects.filter(case__in=ids), "at")
    states = [s.value for s in referral.OPEN]
    letters = _count(Referral.objects.filter(case__in=ids, state__in=states))
    duties = Clock.objects.running().filter(case__in=ids).exclude(kind__in=deadlines.NOT_A_DUTY)
    running, ended = _count(duties), _consents(cases, on)
    found = {}
    for case in cases:
        events = dict(ended.get(case.id, {}))
        if case.closed_at is not None:
            events[Event.CLOSED] = case.closed_at.date()
            noted = notes.get(case.id)
            last = max(case.closed_at, noted) if noted else case.closed_at
            events[Event.LAST_CONTACT] = last.date()
        found[case.id] = Facts(
            Kind.CASE,
            events,
            country=case.unit.organisation.country,
            minor=bool(case.minor),
            identified_on=case.identified_at.date(),
            held_until=holds.get(case.id),
            open_referrals=letters.get(case.id, 0),
            running_duties=running.get(case.id, 0),
        )
    return found


def _latest(rows: "models.QuerySet[Any]", column: str) -> dict[UUID, Any]:
    pairs = rows.order_by().values_list("case_id").annotate(last=models.Max(column))
    return dict(pairs)


def _count(rows: "models.QuerySet[Any]") -> dict[UUID, int]:
    return dict(rows.order_by().values_list("case_id").annotate(n=models.Count("pk")))


def _consents(cases: Sequence[Case], on: date) -> dict[UUID, dict[Event, date]]:
    """Return when the newest yes to a record or to contact ended, where it ended by time."""
    owner = {subject: case.id for case in cases for subject in case.subject_ids()}
    words = Consent.objects.filter(
        subject_id__in=list(owner), purpose__in=list(_CONSENTS), by_guardian=False
    )
    newest: dict[tuple[UUID, str], Consent] = {}
    for word in words.order_by("at", "id"):
        newest[owner[word.subject_id], word.purpose] = word
    found: dict[UUID, dict[Event, date]] = defaultdict(dict)
    for (case_id, purpose), word in newest.items():
        by_time = word.given and word.withdrawn_at is None and word.expires_on is not None
        if by_time and word.expires_on and word.expires_on < on:
            found[case_id][_CONSENTS[purpose]] = word.expires_on
    return found


def cases_to_look_at(on: date) -> "models.QuerySet[Case]":
    """Return cases of which something may end by a day: closed for long enough, or a yes has ended."""
    rules = retention.load()
    first = min(r.days for r in rules if r.of is Kind.CASE and r.event not in _CONSENTS.values())
    lapsed = Consent.objects.filter(
        purpose__in=list(_CONSENTS), given=True, withdrawn_at=None, expires_on__lt=on
    ).values("subject_id")
    wanted = (
        models.Q(closed_at__date__lt=on - timedelta(days=first))
        | models.Q(pk__in=lapsed)
        | models.Q(screening__in=lapsed)
    )
    rows = Case.objects.filter(wanted, erased_at=None)
    return rows.select_related("unit__organisation", "screening").order_by("id")


def ended(subjects: Iterable[UUID]) -> dict[UUID, dict[str, date]]:
    """Return which rules have ended something of each subject already, and on which day."""
    found: dict[UUID, dict[str, date]] = defaultdict(dict)
    for row in EndedContent.objects.filter(subject_id__in=list(subjects)):
        found[row.subject_id][row.rule] = row.at.date()
    return found


def talks_to_look_at(on: date) -> "models.QuerySet[Screening]":
    """Return talks after which no case opened, begun long enough ago, of which something is left."""
    days = min(r.days for r in retention.load() if r.of is Kind.TALK)
    gone = EndedContent.objects.filter(subject_id=models.OuterRef("pk"))
    rows = Screening.objects.filter(case=None, started_at__date__lt=on - timedelta(days=days))
    return rows.exclude(models.Exists(gone)).select_related("unit__organisation").order_by("id")


def facts_of_talk(talk: Screening) -> Facts:
    """Return the facts of a talk without a case; one that was never ended counts from its start."""
    unfinished = talk.state in {s.value for s in screening.UNFINISHED}
    ended = talk.started_at if unfinished or talk.finished_at is None else talk.finished_at
    events = {Event.ENDED: ended.date()}
    return Facts(Kind.TALK, events, country=talk.unit.organisation.country)


def letters_to_look_at(on: date) -> "models.QuerySet[Referral]":
    """Return letters that ended long enough ago and can still be read."""
    days = min(r.days for r in retention.load() if r.of is Kind.LETTER)
    rows = Referral.objects.filter(
        letter__isnull=False, ended_at__date__lt=on - timedelta(days=days)
    )
    return rows.select_related("unit__organisation", "case").order_by("id")


def facts_of_letter(row: Referral, on: date) -> Facts:
    """Return the facts of a letter; a hold on its case holds it too."""
    events = {Event.ENDED: row.ended_at.date()} if row.ended_at else {}
    held = Hold.objects.standing(on).filter(case=row.case_id).aggregate(last=models.Max("until"))
    return Facts(
        Kind.LETTER, events, country=row.unit.organisation.country, held_until=held["last"]
    )


def requests_to_look_at(on: date) -> "models.QuerySet[TraceRequest]":
    """Return questions of investigators that ended long enough ago and can still be read.

    One that was never answered counts from when it was asked; a released answer ends first.
    """
    last = on - timedelta(days=min(r.days for r in retention.load() if r.of is Kind.REQUEST))
    ended = models.Q(answered_at__date__lt=last) | models.Q(answered_at=None, at__date__lt=last)
    rows = TraceRequest.objects.filter(ended, kind__isnull=False)
    rows = rows.exclude(state=traces.State.RELEASED.value)
    return rows.select_related("to_unit__organisation").order_by("id")


def facts_of_request(row: TraceRequest, held_until: date | None) -> Facts:
    """Return the facts of a question; a hold on a case that its answer drew on holds it too."""
    events = {Event.ENDED: (row.answered_at or row.at).date()}
    country = row.to_unit.organisation.country
    return Facts(Kind.REQUEST, events, country=country, held_until=held_until)
