"""Sightings: who or what was seen, where, when, by which way it was learnt, how surely.

Nothing in a sighting names somebody who may have been exploited: the product cannot know such names
here (the wall between the stores), so what is asked is structured, and whoever reports says so once.
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from manumit.core.reasons import say


class Subject(StrEnum):
    """Who or what was seen."""

    PERSON = "person"
    GROUP = "group"
    VEHICLE = "vehicle"
    PHONE = "phone"
    PLACE = "place"
    OTHER = "other"


class Way(StrEnum):
    """How it was learnt."""

    OWN = "own"
    TIP = "tip"
    SCREENING = "screening"
    BORDER = "border"
    OPEN = "open"


class Precision(StrEnum):
    """How exactly the time is known."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    UNKNOWN = "unknown"


class State(StrEnum):
    """What became of it; all that whoever reported it is told."""

    SENT = "sent"
    READ = "read"
    LEAD = "lead"
    CLOSED = "closed"


SUBJECTS = {
    Subject.PERSON: "A person who may be responsible",
    Subject.GROUP: "A group or organisation",
    Subject.VEHICLE: "A vehicle or boat",
    Subject.PHONE: "A telephone, account or address online",
    Subject.PLACE: "A place",
    Subject.OTHER: "Something else",
}
# What is entered when a sighting becomes a claim about something new: its kind, and the property.
SCHEMATA = {
    Subject.PERSON: ("Person", "name"),
    Subject.GROUP: ("Organization", "name"),
    Subject.VEHICLE: ("Vehicle", "registrationNumber"),
    Subject.PHONE: ("Telephone", "number"),
    Subject.PLACE: ("Site", "name"),
    Subject.OTHER: ("Unsorted", "name"),
}
WAYS = {
    Way.OWN: "I saw it myself",
    Way.TIP: "Somebody told me",
    Way.SCREENING: "It came up in an interview",
    Way.BORDER: "At a border or check point",
    Way.OPEN: "Published, or on the internet",
}
PRECISIONS = {
    Precision.HOUR: "To the hour",
    Precision.DAY: "That day",
    Precision.WEEK: "Within about a week",
    Precision.MONTH: "Within about a month",
    Precision.UNKNOWN: "Not known",
}
STATES = {
    State.SENT: "Sent",
    State.READ: "Read",
    State.LEAD: "Being followed up",
    State.CLOSED: "Closed",
}
NEXT: dict[State, frozenset[State]] = {
    State.SENT: frozenset({State.READ, State.LEAD, State.CLOSED}),
    State.READ: frozenset({State.LEAD, State.CLOSED}),
    State.LEAD: frozenset({State.CLOSED}),
    State.CLOSED: frozenset({State.LEAD}),
}
# The reliability that a source of this way begins with, A-F; whoever enters the claim can say another.
GRADES = {Way.OWN: "B", Way.TIP: "F", Way.SCREENING: "F", Way.BORDER: "B", Way.OPEN: "F"}
MOST_BYTES = 20_000_000
_AHEAD = timedelta(minutes=10)  # a telephone's clock may run ahead
_POINT = re.compile(r"\s*(-?\d{1,2}(?:[.,]\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*")
# What a captured page may be, and how such a file begins.
KINDS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
}
ENDINGS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "text/html": "html",
}
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def why_not_move(state: str, to: State) -> str:
    """Say why a report cannot come to stand so; "" when it can."""
    if to in NEXT[State(state)]:
        return ""
    return say("The report does not stand where this can be done.")


def why_not_time(seen: datetime | None, now: datetime) -> str:
    """Say why something cannot have been seen then; "" when it can."""
    if seen is not None and seen > now + _AHEAD:
        return say("This lies in the future. Give the time at which it was seen.")
    return ""


def point(text: str) -> tuple[float, float] | None:
    """Read latitude and longitude, as a map or a telephone gives them; None for no such point.

    >>> point("36.2021, 37.1343"), point("91, 0")
    ((36.2021, 37.1343), None)
    """
    met = _POINT.fullmatch(text)
    if met is None:
        return None
    latitude, longitude = (float(part.replace(",", ".")) for part in met.groups())
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def kind_of(content: bytes) -> str:
    """Return what a captured page is by its bytes; "" for what is not taken."""
    for kind, starts in KINDS.items():
        if content.startswith(starts):
            return kind
    return "text/html" if _HTML.search(content[:4096]) else ""


def why_not_page(content: bytes) -> str:
    """Say why a file is not taken as a captured page; "" when it is."""
    if not content:
        return say("The file is empty.")
    if len(content) > MOST_BYTES:
        return say("The file is larger than 20 MB.")
    if not kind_of(content):
        return say("Give the page as PDF, PNG, JPEG or HTML.")
    return ""
