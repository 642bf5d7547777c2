"""Taking a load out of a ledger again: when it may be, for what reason, and by whom.

Two people agree, because evidence could be made to disappear this way. Loads go last in, first out
where a later one counted rows as known: those rows stand in the ledger through the earlier load alone.
"""

from enum import StrEnum
from uuid import UUID

from manumit.core.reasons import say


class Why(StrEnum):
    """Why a load is taken out. A choice and not free words: nothing of a person is written here."""

    WRONG_FILE = "wrong_file"
    WRONG_READING = "wrong_reading"
    NOT_ALLOWED = "not_allowed"
    KEPT_TOO_LONG = "kept_too_long"
    CORRECTED = "corrected"


WHY_LABELS: dict[Why, str] = {
    Why.WRONG_FILE: "It is the wrong file",
    Why.WRONG_READING: "It was read in the wrong way",
    Why.NOT_ALLOWED: "We may not hold it",
    Why.KEPT_TOO_LONG: "It was kept as long as it may be",
    Why.CORRECTED: "The bank has sent a corrected file",
}


def why_not(*, done: bool, later: int | None, busy: bool) -> str:
    """Return why a load cannot be taken out; "" when it can.

    `later`: the number of a later load that counted rows as known; `busy`: a search or another load
    is at work.
    """
    if not done:
        return say("Only what is in the ledger can be taken out of it.")
    if later is not None:
        return say(
            "Load {later} has rows that were in the ledger before it. Take that one out first.",
            later=later,
        )
    if busy:
        return say("Something is being loaded or searched just now. Try again when it is done.")
    return ""


def why_not_confirm(*, asked_by: UUID | None, user: UUID) -> str:
    """Return why this person cannot agree to taking a load out; "" when they can."""
    if asked_by is None:
        return say("Nobody has asked for this to be taken out.")
    if asked_by == user:
        return say("A second person has to agree: you asked for it yourself.")
    return ""
