"""A notification of a birth for a civil registry, as OpenCRVS takes it (events API, event "birth").

A notification is not a registration: the registrar completes it. The registry's form has no field for a
child's nationality, so that it must not be taken from the State or the parents: the annotation says "not
determined". What is sent is decided from `nationality_facts.for_authority`: a father of whom anything
private is known and one of whom nothing is known make the same message.

Shape: OpenCRVS country configuration, request schema of event notifications and the collection "Event
Notification" v1.9 (read November 2026; MPL 2.0, facts only).
"""

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from manumit.cases import nationality_facts, nationality_steps
from manumit.cases.nationality_facts import Document, Facts, Situation

COMMENT = (
    "Nationality of the child: not determined. Please do not enter the nationality of the parents or "
    "of this State; only a State can confirm one."
)
NOT_AVAILABLE = "Details not available."


class Place(StrEnum):
    """Where a child was born, as OpenCRVS codes it."""

    HEALTH_FACILITY = "HEALTH_FACILITY"
    PRIVATE_HOME = "PRIVATE_HOME"
    OTHER = "OTHER"


PLACE_LABELS: dict[Place, str] = {
    Place.HEALTH_FACILITY: "In a clinic or hospital",
    Place.PRIVATE_HOME: "In a home",
    Place.OTHER: "Elsewhere",
}
SEXES = {"female": "female", "male": "male"}


@dataclass(frozen=True)
class Birth:
    """What is told beside the facts. Names come as they are kept, whole."""

    transaction_id: UUID
    born_on: str  # a full date, ISO 8601
    place: Place
    location: str = ""  # the registry's own identifier of the clinic
    office: str = ""  # the registry's own identifier of the place that sends
    child_name: str = ""
    sex: str = ""
    mother_name: str = ""
    mother_birth: str = ""


def why_not(facts: Facts, birth: Birth) -> str:
    """Say why the notification may not be made; "" when it may."""
    refused = nationality_steps.why_not_show(facts)
    if refused:
        return refused
    if facts.registered:
        return "The birth is registered already."
    if not _is_date(birth.born_on):
        return "A registry needs the day of birth: year, month, day."
    if int(birth.born_on[:4]) != facts.year:
        return "The day of birth and the year in the facts of birth do not agree. Mend one of them."
    return ""


def _is_date(text: str) -> bool:
    try:
        return len(datetime.date.fromisoformat(text).isoformat()) == len(text)
    except ValueError:
        return False


def split(name: str) -> dict[str, str]:
    """Return a name as the registry's two parts: the last word is the family name there."""
    first, _, last = name.strip().rpartition(" ")
    return {"firstname": first or last, "surname": last if first else ""}


def create(birth: Birth) -> dict[str, Any]:
    """Return the first request: it opens an event, whose id the second one needs."""
    return {
        "type": "birth",
        "transactionId": str(birth.transaction_id),
        "dateOfEvent": {"fieldId": "child.dob"},
    }


def notify(facts: Facts, birth: Birth, event_id: str = "") -> dict[str, Any]:
    """Return the second request; raises ValueError when it may not be made (`why_not`)."""
    problem = why_not(facts, birth)
    if problem:
        raise ValueError(problem)
    shown = nationality_facts.for_authority(facts)
    told: dict[str, Any] = {"child.dob": birth.born_on, "child.placeOfBirth": birth.place.value}
    if birth.child_name:
        told["child.name"] = split(birth.child_name)
    if birth.sex in SEXES:
        told["child.gender"] = SEXES[birth.sex]
    if birth.location and birth.place is Place.HEALTH_FACILITY:
        told["child.birthLocationId"] = birth.location
    told |= _mother(shown, birth) | _father(shown)
    made: dict[str, Any] = {
        "eventId": event_id,
        "transactionId": str(birth.transaction_id),
        "createdAtLocation": birth.office,
        "declaration": told,
        "annotation": {"review.comment": COMMENT},
    }
    return made


def _mother(shown: Facts, birth: Birth) -> dict[str, Any]:
    if shown.mother.unknown or Situation.NOT_GIVEN in shown.mother.situations:
        return {"mother.detailsNotAvailable": True, "mother.reason": NOT_AVAILABLE}
    told: dict[str, Any] = {}
    if birth.mother_name:
        told["mother.name"] = split(birth.mother_name)
    if _is_date(birth.mother_birth):
        told["mother.dob"] = birth.mother_birth
    else:
        told["mother.dobUnknown"] = True
    if len(shown.mother.nationalities) == 1:
        told["mother.nationality"] = shown.mother.nationalities[0]
    if Document.MOTHER_NATIONALITY not in shown.documents:
        told["mother.idType"] = "NONE"
    return told


def _father(shown: Facts) -> dict[str, Any]:
    if shown.father.unknown or Situation.NOT_GIVEN in shown.father.situations:
        return {"father.detailsNotAvailable": True, "father.reason": NOT_AVAILABLE}
    return {}  # known and nothing private: the registrar asks the family
