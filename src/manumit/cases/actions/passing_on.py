"""What a colleague told a recipient in words or on paper, under a yes that stands: written down."""

from datetime import datetime

from manumit.cases import consent as rules
from manumit.cases.actions import denials, disclosing
from manumit.cases.models import Case, Consent, Disclosure, Referral
from manumit.core.actions import acting, guard


@acting.action("consent.give")
def note_passed_on(
    *, by: acting.Actor, at: datetime, consent: Consent, how: Disclosure.How | str = "spoken"
) -> Disclosure:
    """Write down that the recipient of a yes was told what it covers; refused when it ended.

    A letter to a service is its own disclosure, and a hand-over too.
    """
    held = guard.hold(by, "consent.give", consent)
    case = Case.objects.filter(pk=held.subject_id).first()
    if case is None or held.recipient_id is None:
        raise acting.NotFound
    if how not in {"spoken", "paper"}:
        raise acting.Refused("Say whether they were told in words or on paper.")
    if Referral.objects.filter(consent=held).exists():
        raise acting.Refused("The letter to this service is on the list already.")
    purpose = rules.Purpose(held.purpose)
    kinds = held.classes if held.classes is not None else sorted(rules.REACHES[purpose])
    return disclosing.note(
        by=by,
        at=at,
        case=case,
        purpose=purpose,
        recipient=denials.recipient_of_word(held),
        classes=[name for name in kinds if name not in rules.ENVELOPE],
        what="conversation" if how == "spoken" else "sheet",
        how=how,
    )
