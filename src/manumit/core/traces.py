"""Traces: how those responsible could be found, compared across cases without saying whose they are.

A trace is a kind and a value (a telephone number, a plate). Two teams that wrote the same one differently
must get the same token, so each value is put into one form first. What is not certain to be one value
is refused and never guessed: a wrong "shared by five cases" would point at somebody. How few cases are
"none or too few" and how often somebody may ask is data (data/traces.toml). A withdrawal ends what
stood on the consent (Murad Code 2022, informed consent; UN IP2 2017: per use and per recipient).
"""

import functools
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from importlib import resources

from manumit.core import names
from manumit.core.reasons import say


class Kind(StrEnum):
    """What can be noted of those responsible."""

    PHONE = "phone"
    ONLINE = "online"
    EMAIL = "email"
    ACCOUNT = "account"
    PLATE = "plate"
    PLACE = "place"
    CALLED = "called"


LABELS: dict[Kind, str] = {
    Kind.PHONE: "A telephone number",
    Kind.ONLINE: "A name or page on the internet",
    Kind.EMAIL: "An e-mail address",
    Kind.ACCOUNT: "An account or wallet",
    Kind.PLATE: "The plate of a vehicle",
    Kind.PLACE: "A place or address",
    Kind.CALLED: "A name that was used",
}


class Basis(StrEnum):
    """On which ground somebody asks to be told more."""

    INQUIRY = "inquiry"
    ASSISTANCE = "assistance"
    COURT = "court"
    LISTING = "listing"


BASES: dict[Basis, str] = {
    Basis.INQUIRY: "An investigation of ours",
    Basis.ASSISTANCE: "Mutual legal assistance",
    Basis.COURT: "An order of a court",
    Basis.LISTING: "A proposal to a sanctions committee",
}


class State(StrEnum):
    """What has become of a request."""

    ASKED = "asked"
    RELEASED = "released"
    DECLINED = "declined"
    DROPPED = "dropped"  # by whoever asked
    TAKEN_BACK = "taken_back"  # by the team, or because a person changed their mind


STATES: dict[State, str] = {
    State.ASKED: "Waiting for an answer",
    State.RELEASED: "Answered",
    State.DECLINED: "Declined",
    State.DROPPED: "No longer asked",
    State.TAKEN_BACK: "Taken back",
}

AFTER: dict[State, frozenset[State]] = {
    State.ASKED: frozenset({State.RELEASED, State.DECLINED, State.DROPPED}),
    State.RELEASED: frozenset({State.TAKEN_BACK}),
}


@dataclass(frozen=True)
class Limits:
    """How few cases are too few, how often one may ask, how long answers are read and looks kept."""

    fewest_cases: int
    looks_an_hour: int
    answer_days: tuple[int, ...]  # steps, from the longest
    look_days: int


@functools.cache
def limits() -> Limits:
    """Return the limits of data/traces.toml."""
    file = resources.files("manumit.core").joinpath("data/traces.toml")
    raw = tomllib.loads(file.read_text("utf-8"))
    steps = tuple(sorted(raw["answer_days"], reverse=True))
    return Limits(raw["fewest_cases"], raw["looks_an_hour"], steps, raw["look_days"])


def normal(kind: Kind | str, value: str) -> str:
    """Return the one form of a value under which it is compared; "" when nothing is left."""
    text = unicodedata.normalize("NFKC", value).strip()
    return _FORMS[Kind(kind)](text)[:200]


def _phone(text: str) -> str:
    digits = "".join(str(unicodedata.digit(c)) for c in text if unicodedata.category(c) == "Nd")
    if text.startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def _plain(text: str) -> str:
    kept = (c for c in text.upper() if c.isalnum())
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in kept)


def _online(text: str) -> str:
    bare = text.casefold().partition("?")[0]
    for start in ("https://", "http://", "www.", "m.", "@"):
        bare = bare.removeprefix(start)
    return bare.rstrip("/").replace(" ", "")


def _words(text: str) -> str:
    return " ".join(sorted(names.fold(text)))


_FORMS: dict[Kind, Callable[[str], str]] = {
    Kind.PHONE: _phone,
    Kind.ONLINE: _online,
    Kind.EMAIL: lambda text: text.casefold().replace(" ", ""),
    Kind.ACCOUNT: _plain,
    Kind.PLATE: _plain,
    Kind.PLACE: _words,
    Kind.CALLED: _words,
}


def why_not_value(kind: str, value: str) -> str:
    """Say why this cannot be compared; "" when it can."""
    if kind not in set(Kind):
        return "Choose what it is from the list."
    form = normal(kind, value)
    if kind == Kind.PHONE:
        right = form.startswith("+") and 8 <= len(form) - 1 <= 15
        return "" if right else "Write the number with its country, such as +962 7 0000 0000."
    if kind == Kind.EMAIL and not ("@" in form and "." in form.rpartition("@")[2]):
        return "Write the whole e-mail address."
    if len(form) < (3 if kind in (Kind.PLATE, Kind.CALLED, Kind.ONLINE) else 5):
        return "This is too short to tell it from others. Write all that is known."
    return ""


def why_not_look(asked_this_hour: int, reason: str) -> str:
    """Say why somebody may not look now; "" when they may."""
    if len(reason.strip()) < 10:
        return "Say in a few words why you look. It goes on the record."
    most = limits().looks_an_hour
    if asked_this_hour >= most:
        return say("You have looked {most} times within an hour. Go on later.", most=most)
    return ""


def told(cases: int) -> int:
    """Return how many cases an asker is told of: 0 stands for none, and for too few to say."""
    return cases if cases >= limits().fewest_cases else 0


def why_not(state: State | str, then: State) -> str:
    """Say why a request cannot become this now; "" when it can."""
    if then in AFTER.get(State(state), frozenset()):
        return ""
    return "This request has been answered or is no longer asked."


def ends_on(on: date, yes_until: date) -> date | None:
    """Return the last day on which an answer given that day can be read; None where no step fits.

    It never outlasts the first yes that it stands on, and does not tell on which day that ends.
    """
    left = (yes_until - on).days
    fits = next((step for step in limits().answer_days if step <= left), None)
    return None if fits is None else on + timedelta(days=fits)


def look_ends_on(on: date) -> date:
    """Return until when it is kept that somebody looked that day."""
    return on + timedelta(days=limits().look_days)


def month(on: date) -> date:
    """Return the first day of the month: when in it something was noted is kept nowhere."""
    return on.replace(day=1)
