"""The person's own paper. It is no disclosure: what it says is theirs, and it goes to them alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from manumit.cases import consent, receipt
from manumit.cases.actions import consents
from manumit.cases.models import Case
from manumit.core import printing
from manumit.core.actions import acting, guard

NOT_THE_GUARDIAN = "No adult is asked or told for this person. The paper is for the person alone."


@dataclass(frozen=True)
class Receipt:
    """The paper, made in memory."""

    pdf: bytes = field(repr=False)


def words_for(case: Case, *, guardian: bool = False) -> list[consent.Consent]:
    """Return the words that stand on a paper: the person's own, or those of a guardian.

    Raises Refused for a guardian who is not to be told: implicated, absent or not asked about.
    """
    if guardian and not case.subject().needs_guardian():
        raise acting.Refused(NOT_THE_GUARDIAN)
    said = consents.rules_for(case.subject_ids())
    return [word for word in said if word.by_guardian is guardian]


@acting.action("consent.give")
def print_receipt(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    names: Mapping[str, str],
    guardian: bool = False,
) -> Receipt:
    """Make the paper in the person's language; `names` are neutral names by recipient."""
    held = guard.hold(by, "consent.give", case)
    texts, on = receipt.of(held.language), at.date()
    found = receipt.lines(words_for(held, guardian=guardian), texts, on, names)
    if not found:
        raise acting.Refused("The person has not been asked anything yet.")
    code = "" if guardian else held.reference
    return Receipt(printing.pdf([receipt.side(found, texts, on, code)], size="a6"))
