"""Tell once: how often a person was asked, and what to say before they are asked again.

Repeated, unnecessary interviews are the harm that survivors name first (Murad Code: use what was
told before, do not ask again without need; IP2, 2017, on multiple interviews; source status:
secondary). Nobody is stopped here: the person may want to tell, or something is missing. Whoever
asks again says why, and that stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """How somebody was asked."""

    SCREENING = "screening"
    ACCOUNT = "account"
    INTERVIEW = "interview"
    ELSEWHERE = "elsewhere"


LABELS: dict[Kind, str] = {
    Kind.SCREENING: "First talk (screening)",
    Kind.ACCOUNT: "Told what happened",
    Kind.INTERVIEW: "Another talk here",
    Kind.ELSEWHERE: "Told elsewhere",
}


class Why(StrEnum):
    """Why a person is asked again although they told before."""

    WANTS_TO = "wants_to"
    MISSING = "missing"
    MEDICAL = "medical"
    LEGAL = "legal"
    NO_ANSWER = "no_answer"


WHY_LABELS: dict[Why, str] = {
    Why.WANTS_TO: "The person wants to tell it",
    Why.MISSING: "Something is missing: only that is asked",
    Why.MEDICAL: "A doctor has to ask for the treatment",
    Why.LEGAL: "A court or authority has to hear the person itself",
    Why.NO_ANSWER: "The account was asked for, and there was no answer in time",
}


class For(StrEnum):
    """What an account that another team has is asked for."""

    HELP = "help"
    LEGAL_AID = "legal_aid"
    HEALTH = "health"
    CHILD = "child"


FOR_LABELS: dict[For, str] = {
    For.HELP: "To help the person without asking again",
    For.LEGAL_AID: "For their lawyer",
    For.HEALTH: "For their treatment",
    For.CHILD: "To decide what is best for a child",
}


class No(StrEnum):
    """Why an account is not given."""

    PERSON_SAID_NO = "person_said_no"
    NOT_REACHED = "not_reached"
    NOT_SAFE = "not_safe"
    NO_ACCOUNT = "no_account"


NO_LABELS: dict[No, str] = {
    No.PERSON_SAID_NO: "The person does not want it",
    No.NOT_REACHED: "The person could not be asked",
    No.NOT_SAFE: "It would not be safe",
    No.NO_ACCOUNT: "There is no account that would help",
}


class Request(StrEnum):
    """Where a request for an account stands."""

    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


REQUEST_LABELS: dict[Request, str] = {
    Request.WAITING: "Waits for an answer",
    Request.GIVEN: "Given",
    Request.REFUSED: "Not given",
    Request.TAKEN_BACK: "The person took it back",
}


@dataclass(frozen=True)
class Asked:
    """One time, or several of one kind, that the person was asked: by whom, when."""

    kind: Kind
    by: str
    at: datetime | None = None
    times: int = 1


@dataclass(frozen=True)
class Told:
    """All that is known of how often a person was asked, and whether an account exists."""

    asked: tuple[Asked, ...] = ()
    accounts: int = 0

    @property
    def times(self) -> int:
        """Return how many times in all."""
        return sum(each.times for each in self.asked)

    @property
    def by(self) -> tuple[str, ...]:
        """Return who asked, each once, in the order of the first time."""
        return tuple(dict.fromkeys(each.by for each in self.asked if each.by))


def in_order(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Return what was asked in the order of time; what has no day goes first."""
    return tuple(sorted(asked, key=lambda a: (a.at is not None, a.at and a.at.timestamp(), a.by)))


def warn(told: Told) -> bool:
    """Tell whether a page has to say so before the person is asked again."""
    return told.times > 0


def why_not_ask(told: Told, why: Why | str) -> str:
    """Say why nobody may start to ask now; "" when they may. A first time needs no reason."""
    if not warn(told) or why in set(Why):
        return ""
    if told.accounts:
        return "The person told this before. Read that account, or say why you have to ask again."
    return "The person was asked before. Say why you have to ask again."


def why_not_answer(state: Request | str, *, give: bool, reason: str) -> str:
    """Say why a request cannot be answered like this; "" when it can."""
    if Request(state) is not Request.WAITING:
        return "This request was answered already."
    if not give and reason not in set(No):
        return "Choose from the list why it is not given."
    return ""
