"""What ends when, why something may not be erased yet, and who must agree.

Each kind of sealed content is kept for a purpose, from an event on, for a number of days; then its
key is destroyed. The rules are data (data/retention.toml), dated and sourced. A child's content that
a grown person may need is kept until some years after they come of age. A legal hold stops all of it:
two people, a reason, a last day, and no renewal without two people again. A person who asks for
erasure is answered within 30 days, backups included (Regulation (EU) 2016/679, art. 12(3) and 17;
source status: secondary). Every answer here is a reason; "" means yes.
"""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from importlib import resources
from typing import Any

from manumit.core import backupkeys
from manumit.core.reasons import say
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass


class Event(StrEnum):
    """What a rule counts from."""

    CLOSED = "closed"
    LAST_CONTACT = "last_contact"
    ENDED = "ended"
    RECORD_CONSENT_ENDED = "record_consent_ended"
    CONTACT_CONSENT_ENDED = "contact_consent_ended"


class Kind(StrEnum):
    """What a rule is about."""

    CASE = "case"
    TALK = "talk"
    LETTER = "letter"
    REQUEST = "request"


class HoldReason(StrEnum):
    """Why something must not be erased for a while."""

    COURT = "court"
    PROCEEDINGS = "proceedings"
    MISSING_PERSON = "missing_person"
    COMPLAINT = "complaint"


HOLD_LABELS: dict[HoldReason, str] = {
    HoldReason.COURT: "A court or law asks for it",
    HoldReason.PROCEEDINGS: "The person's own claim is still open",
    HoldReason.MISSING_PERSON: "Somebody is looked for",
    HoldReason.COMPLAINT: "A complaint about our work is open",
}
EVENT_LABELS: dict[Event, str] = {
    Event.CLOSED: "after the case was closed",
    Event.LAST_CONTACT: "after the last contact",
    Event.ENDED: "after it ended",
    Event.RECORD_CONSENT_ENDED: "after the yes to a record ended",
    Event.CONTACT_CONSENT_ENDED: "after the yes to being contacted ended",
}
CONSENT_EVENTS = frozenset({Event.RECORD_CONSENT_ENDED, Event.CONTACT_CONSENT_ENDED})
ADULT_YEARS = 18
LONGEST_HOLD_DAYS = 365
SHORTEST_REASON = 15  # characters
SOON_DAYS = 30  # what the data-protection officer is shown ahead
_STATUSES = {"verified", "secondary", "pending"}


class BadRetention(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names entry, key and cure."""


@dataclass(frozen=True)
class Rule:
    """How long one kind of content is kept, for what, from which event on."""

    id: str
    of: Kind
    field_class: str  # "" for all of it
    purpose: str
    event: Event
    days: int
    child_days: int  # after coming of age; 0: children have no rule of their own
    valid_from: date
    source: str
    source_status: str
    country: str = ""


@dataclass(frozen=True)
class Facts:
    """What the rules need to know of a case, a talk, a letter or a request. None: it has not happened."""

    kind: Kind
    events: dict[Event, date]
    country: str = ""
    minor: bool = False
    identified_on: date | None = None
    adult_on: date | None = None
    held_until: date | None = None
    open_referrals: int = 0
    running_duties: int = 0


@dataclass(frozen=True)
class End:
    """When one kind of content ends, and by which rule."""

    field_class: str
    on: date
    rule: Rule


_KEYS: dict[str, type] = {
    "id": str,
    "of": str,
    "field_class": str,
    "purpose": str,
    "event": str,
    "days": int,
    "child_days": int,
    "from": date,
    "source": str,
    "source_status": str,
}


def parse(text: str) -> tuple[Rule, ...]:
    """Read the data file; raises BadRetention that names entry, key and cure."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRetention(f"retention.toml: {error}. Mend the line that is named.") from error
    rules = tuple(_rule(number, entry) for number, entry in enumerate(raw.get("rule", []), 1))
    seen = [(r.id, r.country, r.valid_from) for r in rules]
    twice = next((s for s in seen if seen.count(s) > 1), None)
    if twice:
        raise BadRetention(f"retention.toml: “{twice[0]}” stands there twice for one day.")
    return rules


def _rule(number: int, entry: dict[str, Any]) -> Rule:
    place = f"retention.toml, rule {number} ({entry.get('id', '?')})"
    for key, kind in _KEYS.items():
        if not isinstance(entry.get(key), kind):
            raise BadRetention(f"{place}: “{key}” must be a {kind.__name__}.")
    if entry["source_status"] not in _STATUSES:
        raise BadRetention(f"{place}: “source_status” must be one of {sorted(_STATUSES)}.")
    if entry["days"] <= 0 or entry["child_days"] < 0:
        raise BadRetention(f"{place}: “days” must be more than 0, “child_days” not less.")
    told = dict(entry) | {"valid_from": entry["from"]}
    del told["from"]
    try:
        told |= {"of": Kind(entry["of"]), "event": Event(entry["event"])}
        return Rule(**told)
    except (ValueError, TypeError) as error:
        raise BadRetention(f"{place}: {error}. See the entries above it.") from error


@functools.cache
def load() -> tuple[Rule, ...]:
    """Return the rules that come with the product."""
    return parse(
        resources.files("manumit.cases").joinpath("data/retention.toml").read_text("utf-8")
    )


def rules_for(
    kind: Kind, country: str, on: date, known: Iterable[Rule] | None = None
) -> list[Rule]:
    """Return the one version of each rule that is in force; a country's own goes before."""
    chosen: dict[str, Rule] = {}
    for rule in load() if known is None else known:
        if rule.of is not kind or rule.valid_from > on or rule.country not in ("", country):
            continue
        old = chosen.get(rule.id)
        if old is None or (rule.country, rule.valid_from) > (old.country, old.valid_from):
            chosen[rule.id] = rule
    return list(chosen.values())


def adult_on(facts: Facts) -> date | None:
    """Return when a child comes of age; where the birthday is not known, the latest it can be.

    Ages are sealed and time runs without keys, so a child whose day is not written down counts as
    born on the day they were identified.
    """
    if not facts.minor:
        return None
    if facts.adult_on or facts.identified_on is None:
        return facts.adult_on
    year = facts.identified_on.year + ADULT_YEARS
    if (facts.identified_on.month, facts.identified_on.day) == (2, 29):
        return date(year, 3, 1)
    return facts.identified_on.replace(year=year)


def ends(facts: Facts, on: date, known: Iterable[Rule] | None = None) -> list[End]:
    """Return when each kind of content ends, the next first; what has no event yet is left out.

    Of several rules for one kind the first counts, and a child's years count inside their rule. What
    a yes that ended takes along is an end of its own: it empties what tells who somebody is.
    """
    found: dict[tuple[str, bool], End] = {}
    for rule in rules_for(facts.kind, facts.country, on, known):
        event = facts.events.get(rule.event)
        if event is None:
            continue
        last = event + timedelta(days=rule.days)
        grown = adult_on(facts)
        if grown and rule.child_days:
            last = max(last, grown + timedelta(days=rule.child_days))
        place = (rule.field_class, rule.event in CONSENT_EVENTS)
        if place not in found or last < found[place].on:
            found[place] = End(rule.field_class, last, rule)
    return sorted(found.values(), key=lambda e: (e.on, e.field_class))


def due(facts: Facts, on: date, known: Iterable[Rule] | None = None) -> list[End]:
    """Return what must be erased on a day: its last day has passed and nothing speaks against it."""
    return [
        end
        for end in ends(facts, on, known)
        if end.on < on and not why_not_erase(facts, on, by_consent=end.rule.event in CONSENT_EVENTS)
    ]


def new_ends(
    facts: Facts, gone: Mapping[str, date], on: date, known: Iterable[Rule] | None = None
) -> list[End]:
    """Return what is due and was not ended yet; `gone` says on which day a rule was last applied.

    Legal content waits for the rest: a decision stands there together with who decided it. So it
    is returned only when nothing else is left.
    """
    new = [e for e in due(facts, on, known) if not _was_done(e, gone)]
    if nothing_left(facts, gone, new, on, known):
        return new
    return [e for e in new if e.field_class != FieldClass.LEGAL]


def nothing_left(
    facts: Facts,
    gone: Mapping[str, date],
    new: Iterable[End],
    on: date,
    known: Iterable[Rule] | None = None,
) -> bool:
    """Tell whether, with these ends, all that the rules keep of a closed case is gone."""
    if Event.CLOSED not in facts.events:
        return False
    now = {end.rule.id for end in new}
    return all(e.rule.id in now or _was_done(e, gone) for e in ends(facts, on, known))


def _was_done(end: End, gone: Mapping[str, date]) -> bool:
    return end.rule.id in gone and gone[end.rule.id] >= end.on


def why_not_erase(facts: Facts, on: date, *, asked: bool = False, by_consent: bool = False) -> str:
    """Say why content may not be erased; "" when it may.

    A person's own word (`asked`, or a consent that ended) waits for nothing but a legal hold: open
    referrals are withdrawn and duties end with it.
    """
    if facts.held_until and facts.held_until >= on:
        return say("A legal hold stands until {day}.", day=facts.held_until)
    if asked or by_consent:
        return ""
    if facts.kind is Kind.CASE and Event.CLOSED not in facts.events:
        return "The case is open. It is kept as long as help goes on."
    if facts.open_referrals:
        return say(
            "{count} referral(s) are still open. End or withdraw them first.",
            count=facts.open_referrals,
        )
    if facts.running_duties:
        return say(
            "{count} duty or duties still run. Do them or close the case first.",
            count=facts.running_duties,
        )
    return ""


def why_not_two(first: object, second: object, roles: Iterable[Role]) -> str:
    """Say why two people may not decide this together; "" when they may.

    Two accounts, never one twice, and the data-protection officer is one of them.
    """
    if first == second:
        return "You asked for this yourself. Somebody else has to confirm it."
    if Role.DATA_PROTECTION_OFFICER not in set(roles):
        return "One of the two must be the data-protection officer."
    return ""


def why_not_hold(reason: HoldReason | str, text: str, until: date, on: date) -> str:
    """Say why a legal hold may not be proposed like this; "" when it may."""
    if reason not in set(HoldReason):
        return "Choose why this must not be erased."
    if len(text.strip()) < SHORTEST_REASON:
        return say("Write the reason in full (at least {count} characters).", count=SHORTEST_REASON)
    if until <= on:
        return "A hold ends on a day to come."
    if until > on + timedelta(days=LONGEST_HOLD_DAYS):
        return say(
            "A hold lasts {count} days at most. "
            "If it is needed longer, two people decide again before it ends.",
            count=LONGEST_HOLD_DAYS,
        )
    return ""


def decide_by(asked_on: date) -> date:
    """Return by when two people must have decided on a request to erase."""
    return asked_on + timedelta(days=backupkeys.DECIDE_DAYS)


def promised_by(asked_on: date) -> date:
    """Return by when nothing may open any more, backups included."""
    return asked_on + timedelta(days=backupkeys.PROMISE_DAYS)


def gone_from_backups_on(erased_on: date) -> date:
    """Return the day from which no backup opens that was made before an erasure."""
    return backupkeys.ends_on(backupkeys.week_of(erased_on))
