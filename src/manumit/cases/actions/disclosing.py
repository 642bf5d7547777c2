"""The one door through which anything about a person leaves the team that helps.

Letters, keys for another unit, papers, files, exports: each asks `why_not` here, which asks
`consent.why_not`, and leaves a row that says what went to whom, for what, under which yes. A
meta-test (tests/meta/test_disclosure.py) finds ways out that do not.

    disclosing.why_not(case, purpose, recipient, field_class, on)      a reason, "" means yes
    disclosing.require(by=…, at=…, case=…, purpose=…, recipient=…, classes=…)   raises Refused
    disclosing.note(…, what="statement", how="paper")     require, then write down that it left
    disclosing.share(…, object_id=…, to_unit=…)           require, then give keys until the yes ends
    disclosing.words_of(cases)                            the same for many cases in three queries
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from manumit.cases import consent, recipients
from manumit.cases.models import Case, Consent, Denial, Disclosure
from manumit.core.actions import acting, guard, sealed
from manumit.core.models import Organisation, Unit
from manumit.core.sealing import FieldClass
from manumit.directory.models import Service

Whom = recipients.Recipient | Service | Organisation | Unit | None

_KINDS = {
    "LawEnforcement": recipients.Kind.POLICE,
    "ImmigrationService": recipients.Kind.AUTHORITY,
    "CentralGovernmentOrganisation": recipients.Kind.AUTHORITY,
    "LocalGovernmentOrganisation": recipients.Kind.AUTHORITY,
}
UNREAD = "The person named somebody who must never be told. Open the case first, to compare."


def recipient_of(whom: Whom) -> recipients.Recipient:
    """Return a service, organisation or unit as a recipient; what is one already stays."""
    if isinstance(whom, recipients.Recipient):
        return whom
    if whom is None:
        return recipients.NOBODY
    if isinstance(whom, Organisation):
        return recipients.Recipient(
            str(whom.id),
            whom.name,
            _KINDS.get(whom.kind, recipients.Kind.ORGANISATION),
            also_called=tuple(whom.name_i18n.values()),
        )
    body = recipient_of(whom.organisation)
    kind = recipients.Kind.SERVICE if isinstance(whom, Service) else recipients.Kind.UNIT
    parts = {body.id} | (
        {str(whom.unit_id)} if isinstance(whom, Service) and whom.unit_id else set()
    )
    return recipients.Recipient(
        str(whom.id),
        f"{whom.name}, {whom.organisation.name}",
        kind if body.kind is recipients.Kind.ORGANISATION else body.kind,
        frozenset(parts),
        (whom.name, whom.organisation.name, *body.also_called),
    )


@dataclass(frozen=True)
class Words:
    """All that one person said about who may know what, as the rules see it."""

    consents: Sequence[consent.Consent]
    denials: Sequence[consent.Denial]
    subject: consent.Subject

    def why_not(
        self, purpose: consent.Purpose | str, recipient: Whom, field_class: str, on: date
    ) -> str:
        """Say why a class may not go to a recipient for a purpose; "" when it may."""
        whom = recipient_of(recipient)
        reason = consent.why_not(
            self.consents,
            purpose,
            whom,
            field_class,
            on,
            subject=self.subject,
            denials=self.denials,
        )
        if reason or not whom.by_name:
            return reason
        unread = (d.by_name and not d.name and d.taken_back_at is None for d in self.denials)
        return UNREAD if any(unread) else ""


def words(case: Case, by: acting.Actor | None = None) -> Words:
    """Return what the person said; with `by`, names that were denied are opened to compare."""
    return words_of([case], by)[case.id]


def words_of(cases: Sequence[Case], by: acting.Actor | None = None) -> dict[UUID, Words]:
    """Return what each person said, by case."""
    owners = {subject: case.id for case in cases for subject in case.subject_ids()}
    said: dict[UUID, list[consent.Consent]] = {case.id: [] for case in cases}
    for word in Consent.objects.about(owners):
        said[owners[word.subject_id]].append(word.rule())
    denied: dict[UUID, list[consent.Denial]] = {case.id: [] for case in cases}
    rows = list(Denial.objects.about(said))
    names = _denied_names(rows, by)
    for row in rows:
        denied[row.case_id].append(row.rule(names.get(row.id, "")))
    return {c.id: Words(said[c.id], denied[c.id], c.subject()) for c in cases}


def _denied_names(rows: Iterable[Denial], by: acting.Actor | None) -> dict[UUID, str]:
    """Open the names that were denied, to compare them; none where the actor holds no key.

    Inside an action its own leaf tells of it; for a page the opening is recorded first.
    """
    wanted = [row for row in rows if row.by_name and row.taken_back_at is None]
    wanted = [row for row in wanted if row.name is not None]
    if not wanted or by is None or by.keyring is None:
        return {}
    if sealed.inside_action():
        return _read_names(wanted, by)
    why, classes = "compare with who is never told", {FieldClass.PLAN}
    try:
        opened = sealed.open_rows(
            by=by, at=by.keyring.at, purpose=why, rows=wanted, classes=classes
        )
    except acting.Refused:
        return {}
    pairs = zip(wanted, opened, strict=True)
    return {row.id: str(values.get("name") or "") for row, values in pairs}


def _read_names(rows: Iterable[Denial], by: acting.Actor) -> dict[UUID, str]:
    rows = list(rows)
    held = by.keys().keys({row.seal_owner for row in rows}, [FieldClass.PLAN])
    names = {}
    for row in rows:
        key = held.get((row.seal_owner, FieldClass.PLAN))
        if key is not None:
            names[row.id] = str(sealed.read(row, {FieldClass.PLAN: key}).get("name") or "")
    return names


def why_not(
    case: Case,
    purpose: consent.Purpose | str,
    recipient: Whom,
    field_class: str,
    on: date,
    by: acting.Actor | None = None,
) -> str:
    """Say why this class of a case may not go to this recipient for this purpose; "" when it may.

    `field_class` "" is for coded facts. `by` (who holds keys) is needed for a recipient that is
    known by its name alone, when the person denied somebody by name.
    """
    return words(case, by).why_not(purpose, recipient, field_class, on)


def why_denied(case: Case, recipient: Whom, by: acting.Actor | None = None) -> str:
    """Say that the person never wants this recipient told; "" when they did not say so."""
    return consent.why_denied(words(case, by).denials, recipient_of(recipient))


def allowed(
    case: Case,
    purpose: consent.Purpose | str,
    recipient: Whom,
    classes: Iterable[str],
    on: date,
    by: acting.Actor | None = None,
) -> Mapping[str, str]:
    """Return the reason for each class, "" where it may go."""
    said = words(case, by)
    return {name: said.why_not(purpose, recipient, name, on) for name in ["", *classes]}


def require(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    purpose: consent.Purpose | str,
    recipient: Whom,
    classes: Iterable[FieldClass | str],
) -> None:
    """Raise Refused with the first reason why one of these classes may not go."""
    wanted = [str(name) for name in classes] or [""]
    for reason in allowed(case, purpose, recipient, wanted, at.date(), by).values():
        guard.refuse_if(reason)


def note(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    purpose: consent.Purpose | str,
    recipient: Whom,
    classes: Iterable[FieldClass | str],
    what: str,
    how: str = "file",
    object_id: UUID | None = None,
) -> Disclosure:
    """Write down, inside an action, that something leaves as a paper, a file or in words.

    `what` is a word for the thing ("statement", "htcds"), `how` one of `Disclosure.How`. Raises
    Refused when it may not leave.
    """
    wanted = sorted({str(name) for name in classes} - {""})
    require(by=by, at=at, case=case, purpose=purpose, recipient=recipient, classes=wanted)
    row = _row(by, at, case, purpose, recipient, wanted, what=what, how=how)
    row.object_id = object_id
    row.save(force_insert=True)
    return row


def share(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    purpose: consent.Purpose | str,
    recipient: Whom,
    classes: Iterable[FieldClass],
    object_id: UUID,
    to_unit: Unit,
    what: str,
    carries: Iterable[str] = (),
) -> Disclosure:
    """Give another unit the keys of an object's classes until the person's yes ends.

    Inside an action, by somebody who holds the keys. `carries` names classes whose content was
    copied into the object (a letter carries the name). Raises Refused when it may not leave.
    """
    wanted = [FieldClass(name) for name in classes]
    told = sorted({*map(str, wanted), *carries} - {""})
    require(by=by, at=at, case=case, purpose=purpose, recipient=recipient, classes=told)
    row = _row(by, at, case, purpose, recipient, told, what=what, how="key")
    row.object_id, row.to_unit = object_id, to_unit
    row.save(force_insert=True)
    sealed.share_keys(
        by=by,
        at=at,
        object_id=object_id,
        classes=wanted,
        to_unit=to_unit,
        expires_at=row.expires_at,
    )
    return row


def _row(
    by: acting.Actor,
    at: datetime,
    case: Case,
    purpose: consent.Purpose | str,
    recipient: Whom,
    classes: list[str],
    *,
    what: str,
    how: str,
) -> Disclosure:
    whom = recipient_of(recipient)
    standing = standing_yeses(case, purpose, whom, at.date())
    return Disclosure(
        case=case,
        consent=next((word for word in standing if not word.by_guardian), None),
        purpose=consent.Purpose(purpose).value,
        recipient_id=UUID(whom.id) if whom.id else None,
        recipient_name=whom.name,
        recipient_kind=whom.kind.value,
        classes=classes,
        what=what,
        how=how,
        by=by.user,
        at=at,
        expires_at=_end_of(standing, purpose),
    )


def _end_of(standing: Iterable[Consent], purpose: consent.Purpose | str) -> datetime | None:
    """A case that was handed over stays where it is; everything else ends with the yes."""
    if consent.Purpose(purpose) is consent.Purpose.HAND_OVER:
        return None
    return min(filter(None, map(end_of, standing)), default=None)


def standing_yeses(
    case: Case, purpose: consent.Purpose | str, recipient: Whom, on: date
) -> list[Consent]:
    """Return the yeses that hold on the day for this purpose and recipient; a child's have two."""
    whom = recipient_of(recipient)
    rows = Consent.objects.about(case.subject_ids()).filter(
        purpose=consent.Purpose(purpose).value,
        recipient_id=UUID(whom.id) if whom.id else None,
        given=True,
    )
    newest: dict[bool, Consent] = {}
    for row in rows:
        if row.rule().stands(on) and (not row.by_guardian or case.subject().needs_guardian()):
            newest.setdefault(row.by_guardian, row)
    return list(newest.values())


def end_of(row: Consent) -> datetime | None:
    """Return the instant at which grants under this consent end."""
    return None if row.expires_on is None else end_of_day(row.expires_on)


def end_of_day(on: date) -> datetime:
    """Return the last instant of a day, in the time of the record."""
    return datetime.combine(on, time.max, tzinfo=UTC)
