""" "Never tell them": written down, in force at once, and taken back by the person alone."""

from datetime import datetime
from uuid import UUID

from manumit.cases import consent as rules
from manumit.cases import recipients, referral
from manumit.cases.actions import consents, disclosing
from manumit.cases.models import Case, Consent, Denial, Referral
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.models import Organisation, Unit
from manumit.core.sealing import FieldClass
from manumit.directory.models import Service


@acting.action("consent.give")
def deny_recipient(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    recipient: disclosing.Whom = None,
    kind: recipients.Kind | str = recipients.Kind.OTHER,
    language: str = "",
) -> Denial:
    """Write down who is never to be told: a recipient, or without one a whole kind of bodies.

    What they have is taken back at once, as if the person had withdrawn each consent to them.
    """
    held = guard.hold(by, "consent.give", case)
    whom = disclosing.recipient_of(recipient) if recipient else recipients.NOBODY
    kind = whom.kind if whom.id else recipients.Kind(kind)
    if not whom.id and kind not in recipients.WHOLE_KIND:
        raise acting.Refused("Say who it is: a service, an organisation, or a name.")
    by_name = isinstance(recipient, recipients.Recipient)
    row = Denial(
        id=fields.new_id(),
        case=held,
        kind=kind.value,
        recipient_id=UUID(whom.id) if whom.id and not by_name else None,
        recipient_name=whom.name if whom.id and not by_name else "",
        by_name=by_name,
        language=language or held.language,
        written_by=by.person,
        at=at,
        seal_owner=held.id,
    )
    if _known(held, row, whom, by):
        raise acting.Refused("This is written down already.")
    if by_name:
        keys = sealed.keys_of(by, held.id, [FieldClass.PLAN])
        sealed.write(row, {"name": whom.name}, keys)
    row.save(force_insert=True)
    _take_effect(by, at, held, row.rule(whom.name if by_name else ""))
    return row


def _known(case: Case, row: Denial, whom: recipients.Recipient, by: acting.Actor) -> bool:
    said = disclosing.words(case, by).denials
    new = row.rule(whom.name if row.by_name else "")
    same = (new.recipient, new.kind, new.by_name, new.name)
    return any(
        (d.recipient, d.kind, d.by_name, d.name) == same for d in said if d.taken_back_at is None
    )


def _take_effect(by: acting.Actor, at: datetime, case: Case, denial: rules.Denial) -> None:
    """Withdraw every standing yes to who is denied, and every referral to them that is open."""
    words = Consent.objects.about(case.subject_ids()).filter(
        given=True, withdrawn_at=None, recipient_id__isnull=False
    )
    for word in words:
        if denial.meets(recipient_of_word(word)):
            consents.withdraw_consent(by=by, at=at, consent=word)
    going_on = [state.value for state in referral.OPEN]
    asked = Referral.objects.filter(case=case, state__in=going_on)
    for row in asked.select_related("service__organisation"):
        if denial.meets(disclosing.recipient_of(row.service)):
            consents.withdraw_referral(by=by, at=at, referral=row)


def recipient_of_word(word: Consent) -> recipients.Recipient:
    """Return to whom a consent was given, with what it is part of."""
    key = word.recipient_id
    for rows in (
        Service.objects.select_related("organisation"),
        Organisation.objects.all(),
        Unit.objects.select_related("organisation"),
    ):
        row = rows.filter(pk=key).first() if key else None
        if row is not None:
            return disclosing.recipient_of(row)
    kind = recipients.Kind(word.recipient_kind or recipients.Kind.OTHER)
    return recipients.Recipient(str(word.recipient_id), word.recipient_name, kind)


@acting.action("consent.give")
def take_back_denial(*, by: acting.Actor, at: datetime, denial: Denial) -> Denial:
    """The person takes a denial back. Nothing is shared by this: they are asked anew."""
    held = guard.hold(by, "consent.give", denial)
    if held.taken_back_at is not None:
        raise acting.Refused("This was taken back already.")
    held.taken_back_at, held.taken_back_by = at, by.person
    held.save(update_fields=["taken_back_at", "taken_back_by"])
    return held
