"""Open Referral HSDS 3.0 (Human Services Data Specification): out and in.

A service is written with its organisation, place, hours and languages in the standard's own
fields. What the standard has no field for (service type, who is served, how to refer) is written
as attributes with terms of our own taxonomy, so that nothing is lost when another instance reads
it back. Identifiers of nested rows are derived from the service's own, so that two exports of an
unchanged directory are equal byte for byte.

Specification: Open Referral, HSDS 3.0, CC BY-SA 4.0; nothing of its text is part of this file.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from manumit.directory import codes, opening
from manumit.directory.entry import (
    Entry,
    Hours,
    Problem,
    Reading,
    Rejected,
    problems,
    reject,
)

VERSION = "3.0"
TAXONOMY = "manumit-directory"
PROFILE = "https://docs.openreferral.org/en/3.0.1/hsds/"
BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OPENAPI = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json"
UNNAMED = "Not stated"
# Fields of an entry without a place of their own in the standard: entry field -> short list.
TERMS = {
    "needs": "needs",
    "access": "access",
    "groups": "groups",
    "documents": "documents",
    "referral_methods": "referral_methods",
    "nationalities": "",
    "nationalities_not": "",
}
SINGLE = {"sex": "", "coverage": "coverage", "frequency": "frequency", "next_step": "next_step"}
TEXTS = ("timezone", "place_precision", "answer_stated")


def child_id(owner: str, *path: object) -> str:
    """Return the identifier of a row that belongs to another: always the same for the same."""
    return str(uuid.uuid5(uuid.UUID(owner), "/".join(map(str, path))))


def service(
    entry: Entry,
    service_id: str,
    organisation_id: str,
    *,
    changed: datetime | None = None,
    active: bool = True,
) -> dict[str, Any]:
    """Return the fully nested service of the standard."""
    nested: dict[str, Any] = {
        **listed(entry, service_id, organisation_id, changed=changed, active=active),
        "schedules": _schedules(entry, service_id),
        "service_at_locations": _locations(entry, service_id),
        "languages": [
            {"id": child_id(service_id, "language", code), "name": code, "code": code}
            for code in entry.languages
        ],
        "attributes": _attributes(entry, service_id),
    }
    if entry.coverage:
        nested["service_areas"] = [
            {
                "id": child_id(service_id, "area"),
                "name": codes.label("coverage", entry.coverage),
                "description": codes.label("coverage", entry.coverage),
            }
        ]
    if entry.phone:
        nested["phones"] = [{"id": child_id(service_id, "phone"), "number": entry.phone}]
    if entry.documents:
        nested["required_documents"] = [
            {
                "id": child_id(service_id, "document", code),
                "document": codes.label("documents", code),
            }
            for code in entry.documents
        ]
    return nested


def listed(
    entry: Entry,
    service_id: str,
    organisation_id: str,
    *,
    changed: datetime | None = None,
    active: bool = True,
) -> dict[str, Any]:
    """Return the service as lists show it: its own fields and its organisation."""
    organisation = {
        "id": organisation_id,
        "name": entry.organisation,
        "description": entry.organisation,
        "website": entry.organisation_website,
    }
    flat: dict[str, Any] = {
        "id": service_id,
        "name": entry.name,
        "alternate_name": entry.name_i18n.get("ar", ""),
        "description": entry.description,
        "url": entry.website,
        "email": entry.email,
        "status": "active" if active else "inactive",
        "application_process": _how(entry),
        "eligibility_description": _whom(entry),
        "minimum_age": entry.minimum_age,
        "maximum_age": entry.maximum_age,
        "assured_date": _iso(entry.confirmed_on),
        "alert": " ".join(dict.fromkeys(note.text for note in entry.notes)),
        "last_modified": changed.isoformat() if changed else "",
    }
    kept = {name: value for name, value in flat.items() if value not in ("", None)}
    kept["organization"] = {name: value for name, value in organisation.items() if value}
    return kept


def term_id(name: str, value: str) -> str:
    """Return the identifier of one of our terms."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{TAXONOMY}/{name}:{value}"))


def page(
    contents: Sequence[Mapping[str, Any]], *, number: int, size: int, total: int
) -> dict[str, Any]:
    """Return one page of a list; `number` counts from 1, `size` is the most a page holds."""
    pages = max(1, -(-total // size))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": list(contents),
    }


def _iso(on: date | None) -> str:
    return on.isoformat() if on else ""


def _how(entry: Entry) -> str:
    steps = [codes.label("access", code) for code in entry.access]
    if not entry.takes_referrals:
        steps.append("No referrals")
    if entry.referral_methods:
        ways = ", ".join(codes.label("referral_methods", code) for code in entry.referral_methods)
        steps.append(f"Referral by: {ways}")
    return ". ".join(steps)


def _whom(entry: Entry) -> str:
    return ". ".join(codes.label("groups", code) for code in entry.groups)


def offset_hours(timezone: str, on: date | None) -> float | None:
    """Return the UTC offset of a zone in hours on a day; None when the zone is not known."""
    if not opening.zone_known(timezone):
        return None
    noon = datetime.combine(on or date(2025, 1, 1), time(12), ZoneInfo(timezone))
    shift = noon.utcoffset()
    return shift.total_seconds() / 3600 if shift is not None else None


def _schedules(entry: Entry, service_id: str) -> list[dict[str, Any]]:
    spans: dict[tuple[time | None, time | None], list[int]] = {}
    for span in entry.hours:
        spans.setdefault((span.opens, span.closes), []).append(span.weekday)
    if entry.always_open:
        spans = {(time(0), time(0)): list(range(7))}
    rows = []
    for number, ((opens, closes), days) in enumerate(spans.items()):
        row: dict[str, Any] = {
            "id": child_id(service_id, "schedule", number),
            "freq": "WEEKLY",
            "interval": 1,
            "byday": ",".join(BYDAY[day] for day in days),
            "opens_at": f"{opens:%H:%M}" if opens else None,
            "closes_at": f"{closes:%H:%M}" if closes else None,
            "timezone": offset_hours(entry.timezone, entry.confirmed_on or entry.stated_on),
            "valid_from": _iso(entry.starts_on) or None,
            "valid_to": _iso(entry.ends_on) or None,
            "description": "Day and night" if entry.always_open else None,
        }
        rows.append({name: value for name, value in row.items() if value is not None})
    return rows


def _locations(entry: Entry, service_id: str) -> list[dict[str, Any]]:
    if not entry.place and entry.latitude is None:
        return []
    where: dict[str, Any] = {
        "id": child_id(service_id, "location"),
        "location_type": "physical",
        "name": entry.place,
        "alternate_name": entry.place_i18n.get("ar", ""),
        "latitude": entry.latitude,
        "longitude": entry.longitude,
    }
    where = {name: value for name, value in where.items() if value not in ("", None)}
    if entry.country:
        where["addresses"] = [
            {
                "id": child_id(service_id, "address"),
                "address_1": entry.place or UNNAMED,
                "city": entry.place or UNNAMED,
                "state_province": UNNAMED,
                "postal_code": UNNAMED,
                "country": entry.country,
                "address_type": "physical",
            }
        ]
    return [{"id": child_id(service_id, "at"), "location": where}]


def _attributes(entry: Entry, service_id: str) -> list[dict[str, Any]]:
    """Return our terms: code "field:value", so that an import can read them back."""
    pairs = [
        (name, value, codes.label(words, value) if words else value)
        for name, words in TERMS.items()
        for value in getattr(entry, name)
    ]
    pairs += [
        (name, value, codes.label(words, value) if words else value)
        for name, words in SINGLE.items()
        if (value := getattr(entry, name))
    ]
    pairs += [(name, value, value) for name in TEXTS if (value := getattr(entry, name))]
    flags = ("always_open", "expired_documents", "takes_referrals")
    pairs += [(name, str(getattr(entry, name)).lower(), name) for name in flags]
    for name in ("answer_hours", "starts_on", "ends_on", "stated_on"):
        value = getattr(entry, name)
        if value is not None:
            pairs.append((name, str(value), name))
    return [_attribute(service_id, name, value, label) for name, value, label in pairs]


def _attribute(service_id: str, name: str, value: str, label: str) -> dict[str, Any]:
    return {
        "id": child_id(service_id, "attribute", name, value),
        "link_type": name,
        "link_entity": "service",
        "value": value,
        "taxonomy_term": {
            "id": term_id(name, value),
            "code": f"{name}:{value}",
            "name": label,
            "description": label,
            "taxonomy": TAXONOMY,
        },
    }


# ------------------------------------------------------------------------------------------ in


class _RowError(Exception):
    """A service of a file that cannot become an entry."""

    def __init__(self, field: str, reason: str, cure: str) -> None:
        super().__init__(reason)
        self.problem = Problem(field, reason, cure)


def rows(document: Any) -> list[Any] | None:
    """Return the services of a document (a page, a list, or one service); None if it has none."""
    if isinstance(document, Mapping) and isinstance(document.get("contents"), list):
        return list(document["contents"])
    if isinstance(document, list):
        return list(document)
    if isinstance(document, Mapping) and "status" in document and "name" in document:
        return [document]
    return None


def read(file: str, document: Any) -> Reading:
    """Return entries and rejected rows of an HSDS 3.0 document."""
    entries: list[tuple[int, Entry]] = []
    rejected: list[Rejected] = []
    seen: set[tuple[str, str]] = set()
    for line, row in enumerate(rows(document) or [], 1):
        raw = row if isinstance(row, Mapping) else {"value": row}
        try:
            made = _entry(row)
        except _RowError as bad:
            rejected.append(reject("hsds", file, line, bad.problem, raw))
            continue
        found = problems(made)
        if (made.source, made.source_id) in seen:
            found = [Problem("id", "This service is in the file twice.", "Remove one of the two.")]
        if found:
            ids = {"source": made.source, "source_id": made.source_id}
            rejected.append(reject("hsds", file, line, found[0], raw, **ids))
        else:
            seen.add((made.source, made.source_id))
            entries.append((line, made))
    return Reading("hsds", tuple(entries), tuple(rejected))


def _entry(row: Any) -> Entry:
    if not isinstance(row, Mapping):
        raise _RowError(
            "service", "The item is no service.", "Give an object with id, name, status."
        )
    for name in ("id", "name", "status"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise _RowError(name, f"The service has no {name}.", f"Give its {name} as text.")
    organisation = row.get("organization")
    if not isinstance(organisation, Mapping) or not str(organisation.get("name", "")).strip():
        raise _RowError(
            "organization", "The service has no organisation.", "Nest it, with at least a name."
        )
    where = _location(row)
    terms = _terms(row)
    made = Entry(
        source="hsds",
        source_id=row["id"],
        organisation=str(organisation["name"]).strip(),
        organisation_id=str(organisation.get("id", "")),
        organisation_website=str(organisation.get("website", "")),
        name=row["name"].strip(),
        name_i18n={"ar": text} if (text := _arabic(row.get("alternate_name"))) else {},
        needs=tuple(terms.get("needs", ())) or ("other",),
        description=str(row.get("description", "")),
        email=str(row.get("email", "")),
        website=str(row.get("url", "")),
        phone=_first(row.get("phones"), "number"),
        languages=_languages(row.get("languages")),
        minimum_age=_age(row, "minimum_age"),
        maximum_age=_age(row, "maximum_age"),
        confirmed_on=_date(row.get("assured_date"), "assured_date"),
        hours=_hours(row.get("schedules")),
        **where,
    )
    return _with_terms(made, terms)


def _arabic(text: Any) -> str:
    words = str(text or "")
    return words if any("؀" <= letter <= "ۿ" for letter in words) else ""


def _list(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def _first(value: Any, name: str) -> str:
    return next((str(item.get(name, "")) for item in _list(value)), "")


def _languages(value: Any) -> tuple[str, ...]:
    given = [str(item.get("code") or "").strip() for item in _list(value)]
    return tuple(dict.fromkeys(code for code in given if code))


def _age(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise _RowError(name, f"{value!r} is no age.", "Give whole years as a number.")
    return int(value)


def _date(value: Any, name: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise _RowError(name, f"{value!r} is no date.", "Write it as 2025-03-31.") from None


def _location(row: Mapping[str, Any]) -> dict[str, Any]:
    for link in _list(row.get("service_at_locations")):
        place = link.get("location")
        if not isinstance(place, Mapping):
            continue
        point: dict[str, Any] = {}
        for name in ("latitude", "longitude"):
            value = place.get(name)
            if value is not None and (
                isinstance(value, bool) or not isinstance(value, int | float)
            ):
                raise _RowError(
                    name, f"{value!r} is no {name}.", "Give decimal degrees as a number."
                )
            point[name] = float(value) if value is not None else None
        arabic = _arabic(place.get("alternate_name"))
        return {
            **point,
            "place": str(place.get("name", "")),
            "place_i18n": {"ar": arabic} if arabic else {},
            "country": _first(place.get("addresses"), "country"),
        }
    return {}


def _hours(value: Any) -> tuple[Hours, ...]:
    spans = []
    for row in _list(value):
        if row.get("freq") not in (None, "WEEKLY") or row.get("interval") not in (None, 1):
            continue
        opens, closes = (_time(row.get(name), name) for name in ("opens_at", "closes_at"))
        days = [day.strip() for day in str(row.get("byday", "")).split(",")]
        spans += [Hours(BYDAY.index(day), opens, closes) for day in days if day in BYDAY]
    return tuple(sorted(set(spans), key=lambda s: (s.weekday, s.opens or time(0))))


def _time(value: Any, name: str) -> time | None:
    if not value:
        return None
    try:
        return time.fromisoformat(str(value)).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        raise _RowError(name, f"{value!r} is no time.", "Write it as 08:30.") from None


def _terms(row: Mapping[str, Any]) -> dict[str, list[str]]:
    terms: dict[str, list[str]] = {}
    for item in _list(row.get("attributes")):
        term = item.get("taxonomy_term")
        if isinstance(term, Mapping) and term.get("taxonomy") == TAXONOMY:
            name, _, value = str(term.get("code", "")).partition(":")
            terms.setdefault(name, []).append(value)
    return terms


def _with_terms(made: Entry, terms: Mapping[str, list[str]]) -> Entry:
    """Return the entry with what our own terms say of it."""
    changes: dict[str, Any] = {n: tuple(terms[n]) for n in TERMS if n in terms and n != "needs"}
    changes |= {name: terms[name][0] for name in (*SINGLE, *TEXTS) if name in terms}
    for name in ("always_open", "expired_documents", "takes_referrals"):
        if name in terms:
            changes[name] = terms[name][0] == "true"
    for name in ("starts_on", "ends_on", "stated_on"):
        if name in terms:
            changes[name] = _date(terms[name][0], name)
    if "answer_hours" in terms:
        try:
            changes["answer_hours"] = float(terms["answer_hours"][0])
        except ValueError:
            raise _RowError("answer_hours", "It is no number.", "Give hours as a number.") from None
    if changes.get("always_open"):
        changes["hours"] = ()
    if made.hours and not changes.get("timezone"):
        changes["timezone"] = "Etc/UTC"
    return replace(made, **changes)
