"""In the demo: what a made-up person told once, who may read it, and who is never told."""

from collections.abc import Generator
from datetime import datetime
from typing import Any

from manumit.cases import consent, recipients
from manumit.cases.actions import accounts, denials
from manumit.cases.models import Account, Case
from manumit.core.actions import acting

_YES = [True] * len(consent.QUESTIONS)


def play(
    person: dict[str, Any], case: Case, worker: acting.Actor, lawyer: acting.Actor, hours_ago: float
) -> Generator[float, datetime, None]:
    """Write down what the entry of the demo says (`told`, `asked_by_police`, `never`, `legal`)."""
    if "told" not in person:
        return
    at = yield hours_ago
    accounts.note_telling(
        by=worker,
        at=at,
        case=case,
        kind="elsewhere",
        times=int(person.get("asked_by_police", 1)),
        elsewhere=recipients.Kind.POLICE,
    )
    account = accounts.record_account(
        by=worker,
        at=at,
        case=case,
        texts={"words": person["told"], "place": "Example room 2", "asked_by": "Karim Caseworker"},
        language=person["language"],
        why_again="wants_to",
    )
    for who in person.get("never", ()):
        denials.deny_recipient(
            by=worker, at=at, case=case, recipient=recipients.named(recipients.Kind.FAMILY, who)
        )
    at = yield hours_ago - 0.01
    yield from _legal(person, case, worker, lawyer, account, at, hours_ago)


def _legal(
    person: dict[str, Any],
    case: Case,
    worker: acting.Actor,
    lawyer: acting.Actor,
    account: Account,
    at: datetime,
    hours_ago: float,
) -> Generator[float, datetime, None]:
    """The legal aid team asks for the account; where the entry says so, the person agrees."""
    if "legal" not in person:
        return
    asked = accounts.request_account(by=lawyer, at=at, code=case.reference, wanted_for="legal_aid")
    if person["legal"] != "given":
        return
    at = yield hours_ago - 0.02
    accounts.answer_request(
        by=worker,
        at=at,
        request=asked,
        give=True,
        accounts=[account],
        questions=_YES,
        language=person["language"],
    )
    at = yield hours_ago - 0.03
    accounts.open_given_account(by=lawyer, at=at, account=account)
