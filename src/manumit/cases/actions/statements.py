"""Writing a statement for authorities: with the person's yes to this authority, and on the record."""

from dataclasses import dataclass
from datetime import datetime

from manumit.cases import consent, recipients, statement, status
from manumit.cases.actions import disclosing
from manumit.cases.models import Case, Consent, Disclosure
from manumit.core import printing
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass


@dataclass(frozen=True)
class Paper:
    """The paper, kept nowhere, and the row that says it was given."""

    disclosure: Disclosure
    pdf: bytes


def recipients_agreed(case: Case, on: datetime) -> list[Consent]:
    """Return the yeses to authorities that hold on the day, the newest first, each once."""
    rows = Consent.objects.about(case.subject_ids()).filter(
        purpose=consent.Purpose.SHARE_WITH_AUTHORITY.value, given=True, by_guardian=False
    )
    standing = [row for row in rows if row.rule().stands(on.date())]
    return list({row.recipient_id: row for row in reversed(standing)}.values())[::-1]


def whom_of(agreed: Consent) -> recipients.Recipient:
    """Return the authority that a yes names."""
    kind = recipients.Kind(agreed.recipient_kind or recipients.Kind.AUTHORITY.value)
    return recipients.Recipient(str(agreed.recipient_id), agreed.recipient_name, kind)


@acting.action("case.statement")
def write_statement(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    agreed: Consent,
    state: str,
    languages: tuple[str, str],
    with_name: bool = False,
) -> Paper:
    """Write a statement for the authority of a yes that holds. Nothing of what happened is in it."""
    held = guard.hold(by, "case.statement", case)
    if agreed.subject_id not in held.subject_ids():
        raise acting.NotFound
    guard.refuse_if(
        statement.why_not(
            trafficking=held.trafficking_status,
            protected=held.non_punishment,
            erased=held.erased_at is not None,
            state=state,
            languages=languages,
        )
    )
    whom = whom_of(agreed)
    classes = [FieldClass.IDENTITY.value] if with_name else []
    given = disclosing.note(
        by=by,
        at=at,
        case=held,
        purpose=consent.Purpose.SHARE_WITH_AUTHORITY,
        recipient=whom,
        classes=classes,
        what="statement",
        how="paper",
    )
    name = ""
    if with_name:
        opened = sealed.read(held, sealed.keys_of(by, held.id, [FieldClass.IDENTITY]))
        name = str(opened.get("name") or "")
    wanted = statement.Wanted(
        state=state,
        languages=languages,
        reference=held.reference,
        on=at.date(),
        organisation=f"{held.unit.organisation.name}, {held.unit.name}",
        authority=whom.name,
        recognised=held.trafficking_status == status.Trafficking.ACTUAL.value,
        minor=bool(held.minor),
        name=name,
    )
    return Paper(given, printing.pdf(statement.sides(wanted)))
