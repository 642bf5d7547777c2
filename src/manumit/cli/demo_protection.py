"""In the demo: what a made-up person was made to do, and a made-up child's facts of birth."""

from collections.abc import Generator
from datetime import datetime
from typing import Any

from manumit.cases import consent, recipients
from manumit.cases.actions import cases, compelled, consents, nationality
from manumit.cases.models import Case
from manumit.cases.nationality_facts import Document, Facts, Parent, Situation
from manumit.core.actions import acting

_YES = [True] * len(consent.QUESTIONS)


def play(
    person: dict[str, Any], case: Case, worker: acting.Actor, hours_ago: float
) -> Generator[float, datetime, None]:
    """Write down what the person's entry of the demo says (`compelled`, `birth`, `authority`)."""
    if not {"compelled", "birth", "authority"} & set(person):
        return
    at = yield hours_ago
    if "compelled" in person:
        compelled.write_compelled_act(
            by=worker, at=at, case=case, kind=person["compelled"], words=person.get("words", "")
        )
    if "birth" in person:
        born = person["birth"]
        held = cases.edit_person(by=worker, at=at, case=case, values={"birth": born["day"]})
        nationality.record_birth_facts(by=worker, at=at, case=held, facts=_facts(born))
    if "authority" in person:
        consents.give_consent(
            by=worker,
            at=at,
            subject=case,
            purpose=consent.Purpose.SHARE_WITH_AUTHORITY,
            given=True,
            questions=_YES,
            recipient=recipients.named("authority", person["authority"]),
            classes=["identity", "legal"],
        )


def _facts(born: dict[str, Any]) -> Facts:
    return Facts(
        born=born["state"],
        year=int(born["day"][:4]),
        mother=_parent(born["mother"]),
        father=_parent(born["father"]),
        registered=False,
        fled=frozenset(born["fled"]),
        documents=frozenset({Document.BIRTH_NOTIFICATION}),
    )


def _parent(said: str) -> Parent:
    """Read "SYR", "unknown" or "SYR armed-group"."""
    known = {situation.value: situation for situation in Situation}
    words = said.split()
    return Parent(
        tuple(word for word in words if word not in known),
        frozenset(known[word] for word in words if word in known),
    )
