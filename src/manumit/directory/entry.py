"""One service as it stands in a file: the form that every reader fills and every writer takes.

Decides which entries may enter the directory. What cannot enter is not thrown away: it becomes a
`Rejected` with the file, the line, the field, the reason and the cure, so that a person can put
it right and try again. What is doubtful but usable enters with a `Note` that says so.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, time
from typing import Any

from manumit.directory import codes

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEXES = ("", "female", "male")
FREQUENCIES = tuple(codes.LISTS["frequency"])
AREAS = ("district", "governorate", "country")
# The most characters that the database keeps of a text; a test holds them equal to the columns.
LENGTHS = {
    "organisation": 200,
    "organisation_id": 200,
    "organisation_website": 200,
    "source_id": 200,
    "name": 300,
    "place": 200,
    "timezone": 60,
    "phone": 60,
    "email": 200,
    "website": 200,
    "answer_stated": 200,
}
MOST_HOURS = 8_784.0  # a year
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")


@dataclass(frozen=True)
class Hours:
    """One opening span on a weekday (Monday is 0). `None` stands for an unknown end."""

    weekday: int
    opens: time | None
    closes: time | None


@dataclass(frozen=True)
class Note:
    """A doubt about one field, kept beside the value for whoever relies on it."""

    field: str
    code: str
    text: str


@dataclass(frozen=True)
class Problem:
    """Why a value cannot stand, and what would put it right."""

    field: str
    reason: str
    cure: str


@dataclass(frozen=True)
class Rejected:
    """A row that did not enter. `line` counts from 1: a line of a table, an item of a list."""

    file: str
    line: int
    field: str
    reason: str
    cure: str
    raw: Mapping[str, Any]
    kind: str
    source: str = ""
    source_id: str = ""


@dataclass(frozen=True)
class Entry:
    """One service of one organisation at one place. Texts by language are keyed by BCP 47."""

    source: str
    source_id: str
    organisation: str
    name: str
    needs: tuple[str, ...]
    organisation_id: str = ""
    organisation_website: str = ""
    name_i18n: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    description_i18n: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    place_i18n: Mapping[str, str] = field(default_factory=dict)
    place_precision: str = "point"
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    coverage: str = ""
    timezone: str = ""
    hours: tuple[Hours, ...] = ()
    always_open: bool = False
    frequency: str = ""
    languages: tuple[str, ...] = ()
    sex: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    nationalities: tuple[str, ...] = ()
    nationalities_not: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    expired_documents: bool = False
    groups: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    takes_referrals: bool = True
    referral_methods: tuple[str, ...] = ()
    next_step: str = ""
    answer_hours: float | None = None
    answer_stated: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    stated_on: date | None = None
    confirmed_on: date | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a file gave: entries with their line, and the rows that could not become entries."""

    source: str
    entries: tuple[tuple[int, Entry], ...]
    rejected: tuple[Rejected, ...]


class Unreadable(Exception):  # noqa: N818 (it names the file, not a fault of ours)
    """A file that gives no rows at all; says where it breaks and how to put it right."""

    def __init__(self, file: str, line: int, reason: str, cure: str) -> None:
        super().__init__(f"{file}, line {line}: {reason} {cure}")
        self.file, self.line, self.reason, self.cure = file, line, reason, cure


def digest(entry: Entry) -> str:
    """Return the SHA-256 (hex) of an entry; equal entries have equal digests."""
    plain = asdict(entry)
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def with_note(entry: Entry, *notes: Note) -> Entry:
    """Return the entry with further notes."""
    return replace(entry, notes=(*entry.notes, *notes))


def for_the_public(entry: Entry) -> Entry:
    """Return the entry as strangers may see it.

    Where people hide from those who hurt them, the spot is not published: a safe place to stay
    loses its point and, where that names a spot rather than an area, its place.
    """
    if "safehouse" not in entry.needs or entry.place_precision in AREAS:
        return entry
    return replace(
        entry, latitude=None, longitude=None, place="", place_i18n={}, place_precision="area"
    )


def field_names() -> tuple[str, ...]:
    """Return the names of all fields of an entry, in order."""
    return tuple(f.name for f in fields(Entry))


def problems(entry: Entry) -> list[Problem]:
    """Return every reason why this entry may not enter the directory; empty when it may."""
    found = [*_required(entry), *_place(entry), *_choices(entry), *_ages(entry), *_opening(entry)]
    return [problem for problem in found if problem.reason]


def reject(
    kind: str, file: str, line: int, problem: Problem, raw: Mapping[str, Any], **ids: str
) -> Rejected:
    """Return the rejected row for a problem; `kind` names the reader that can try it again."""
    return Rejected(file, line, problem.field, problem.reason, problem.cure, raw, kind, **ids)


def _required(entry: Entry) -> list[Problem]:
    found = [
        Problem(name, f"The {label} is missing.", f"Give the {label}.")
        for name, label in (
            ("organisation", "organisation"),
            ("name", "name of the service"),
            ("source_id", "identifier"),
        )
        if not str(getattr(entry, name)).strip()
    ]
    if not entry.needs:
        found.append(
            Problem("needs", "The service meets no need.", f"Use one of: {', '.join(codes.NEEDS)}.")
        )
    return found + [
        Problem(name, f"The {name} is longer than {limit} characters.", "Shorten it.")
        for name, limit in LENGTHS.items()
        if len(getattr(entry, name)) > limit
    ]


def _place(entry: Entry) -> list[Problem]:
    found = []
    if (entry.latitude is None) != (entry.longitude is None):
        found.append(
            Problem("latitude", "One coordinate without the other.", "Give both or neither.")
        )
    for name, limit in (("latitude", 90), ("longitude", 180)):
        value = getattr(entry, name)
        if value is not None and not -limit <= value <= limit:
            found.append(
                Problem(
                    name,
                    f"{value} is no {name}.",
                    f"Give decimal degrees between -{limit} and {limit}; are the two swapped?",
                )
            )
    if entry.country and not _COUNTRY.match(entry.country):
        found.append(
            Problem(
                "country",
                f"{entry.country!r} is no country code.",
                "Use two capital letters of ISO 3166-1, for example JO.",
            )
        )
    return found


def _choices(entry: Entry) -> list[Problem]:
    found = []
    for name, given, allowed in (
        ("needs", entry.needs, codes.NEEDS),
        ("sex", (entry.sex,), SEXES),
        ("coverage", (entry.coverage,), ("", *codes.LISTS["coverage"])),
        ("frequency", (entry.frequency,), ("", *FREQUENCIES)),
        ("access", entry.access, codes.LISTS["access"]),
        ("groups", entry.groups, codes.LISTS["groups"]),
        ("documents", entry.documents, codes.LISTS["documents"]),
        ("referral_methods", entry.referral_methods, codes.LISTS["referral_methods"]),
        ("next_step", (entry.next_step,), ("", *codes.LISTS["next_step"])),
    ):
        wrong = [value for value in given if value not in allowed]
        if wrong:
            words = ", ".join(value for value in allowed if value)
            found.append(Problem(name, f"{wrong[0]!r} is not known.", f"Use one of: {words}."))
    found += [
        Problem(
            "languages",
            f"{language!r} is no language code.",
            "Use ISO 639 codes, for example ar, en, ckb.",
        )
        for language in (*entry.languages, *entry.name_i18n, *entry.description_i18n)
        if not _LANGUAGE.match(language)
    ]
    found += [
        Problem(
            "nationalities",
            f"{country!r} is no country code.",
            "Use two capital letters of ISO 3166-1, for example SY.",
        )
        for country in (*entry.nationalities, *entry.nationalities_not)
        if not _COUNTRY.match(country)
    ]
    return found


def _ages(entry: Entry) -> list[Problem]:
    if entry.answer_hours is not None and not 0 <= entry.answer_hours <= MOST_HOURS:
        return [Problem("answer_hours", "This is no answering time.", "Give hours as a number.")]
    low, high = entry.minimum_age, entry.maximum_age
    for name, value in (("minimum_age", low), ("maximum_age", high)):
        if value is not None and not 0 <= value <= 130:
            return [Problem(name, f"{value} is no age.", "Give whole years from 0 to 130.")]
    if low is not None and high is not None and low > high:
        return [Problem("minimum_age", "The lowest age is above the highest.", "Exchange the two.")]
    return []


def _opening(entry: Entry) -> list[Problem]:
    found = []
    if (entry.hours or entry.always_open) and not entry.timezone:
        found.append(
            Problem(
                "timezone",
                "There are opening hours without a time zone.",
                "Give the IANA name, for example Asia/Amman.",
            )
        )
    if any(not 0 <= span.weekday <= 6 for span in entry.hours):
        found.append(Problem("hours", "A weekday is not known.", f"Use: {', '.join(DAYS)}."))
    if entry.starts_on and entry.ends_on and entry.starts_on > entry.ends_on:
        found.append(Problem("ends_on", "It ends before it starts.", "Correct one of the dates."))
    return found
