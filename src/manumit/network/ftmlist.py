"""Lists as FollowTheMoney entities, one JSON object a line, as OpenSanctions publishes them.

Layout: followthemoney.tech (id, schema, properties) and opensanctions.org/docs (caption, datasets,
referents, target, first_seen, last_seen), nested or flat. Listed is whoever is a target, or anybody
where the file does not say who is. What hangs on them (sanctions, papers, addresses) becomes words of
the entry. Nothing is loaded whole: a line is read and judged, and a line without end is refused.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import IO, Any

from manumit.network import listclean, listed

MOST_LINE = 8 * 1024 * 1024  # bytes; the longest known entity has a tenth of it
_PEOPLE = frozenset(("Person",))
_BODIES = frozenset(
    (
        "Organization", "Company", "LegalEntity", "PublicBody", "Vessel", "Airplane", "Vehicle",
        "Security", "CryptoWallet", "Asset",
    )
)  # fmt: skip
# What hangs on an entry, and the property by which it says on whom.
_HANGS = {
    "Sanction": "entity",
    "Identification": "holder",
    "Passport": "holder",
    "Address": "things",
}
_STYLES = {
    "name": listed.Style.GOOD,
    "alias": listed.Style.ALIAS,
    "previousName": listed.Style.ALIAS,
    "weakAlias": listed.Style.LOW,
}
_BIRTH = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_CURE = "Fetch the list again; it may be cut off."


def read(stream: IO[bytes]) -> listed.Watchlist:
    """Read the whole list; raises listed.Unreadable for what is not one."""
    entries: list[dict[str, Any]] = []
    hanging: dict[str, list[dict[str, Any]]] = defaultdict(list)
    datasets: set[str] | None = None
    seen: list[str] = []
    others = 0
    for one in _lines(stream):
        if one["schema"] in _HANGS:
            for owner in _texts(one["properties"], _HANGS[one["schema"]]):
                hanging[owner].append(one)
        elif one["schema"] in _PEOPLE | _BODIES and one.get("target") is not False:
            entries.append(one)
            own = set(_strings(one.get("datasets")))
            datasets = own if datasets is None else datasets & own
            seen += _strings([one.get("last_seen")])
        else:
            others += 1
    return listed.Watchlist(
        dated=max(seen, default=""),
        entries=tuple(_entry(one, hanging.get(one["id"], [])) for one in entries),
        called=next(iter(datasets), "") if datasets and len(datasets) == 1 else "",
        others=others,
    )


def _lines(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    number = 0
    while raw := stream.readline(MOST_LINE + 1):
        number += 1
        if len(raw) > MOST_LINE:
            raise listed.Unreadable(
                number, "The line is longer than 8 MB.", "Give one entity a line (JSON lines)."
            )
        if raw.strip(b" \t\r\n\xef\xbb\xbf"):
            yield _object(raw, number)


def _object(raw: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
        if b"\\u" in raw:  # a lone half of a pair is no character, and nothing can store it
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise listed.Unreadable(number, "The line is not whole JSON in UTF-8.", _CURE) from error
    if not isinstance(found, dict):
        raise listed.Unreadable(number, "The line is no JSON object.", "Give one entity a line.")
    lacking = [key for key in ("id", "schema") if not isinstance(found.get(key), str)]
    if lacking or not isinstance(found.get("properties"), dict):
        what = ", ".join(lacking) or "properties"
        raise listed.Unreadable(
            number,
            f"The entity has no {what}.",
            "Give FollowTheMoney entities, each with id, schema and properties.",
        )
    return found


def _entry(one: Mapping[str, Any], hanging: list[dict[str, Any]]) -> listed.Listed:
    repairs: list[listed.Repair] = []
    said: Mapping[str, Any] = one["properties"]
    names = _names(one, said, repairs)
    if not names:
        repairs.append(listed.Repair("name", "", "", "the entry has no name"))
    fields = {_field(name): _values(values) for name, values in said.items()}
    for thing in hanging:
        name = _field(thing["schema"])
        fields[name] = (*fields.get(name, ()), _line(thing["properties"]))
    for extra in ("referents", "datasets", "topics"):
        if values := _strings(one.get(extra)):
            fields[extra] = tuple(listclean.clean(value) for value in values)
    reference = listclean.name(one["id"], "reference", repairs)
    fields |= {"reference": (reference,), "schema": (one["schema"],)}
    if names:
        fields["name"] = tuple(called.text for called in names if called.style in _FULL)
    nationalities = next(
        filter(None, (_texts(said, n) for n in ("nationality", "citizenship", "country"))), []
    )
    return listed.Listed(
        reference=reference,
        kind=_kind(one["schema"], said),
        programme=_programme(said, hanging),
        names=names,
        births=tuple(dict.fromkeys(_births(said, repairs))),
        nationalities=tuple(dict.fromkeys(nationalities)),
        fields={name: tuple(dict.fromkeys(v)) for name, v in fields.items() if any(v)},
        repairs=tuple(repairs),
    )


_FULL = frozenset((listed.Style.PRIMARY, listed.Style.GOOD))


def _kind(schema: str, said: Mapping[str, Any]) -> listed.Kind:
    """A legal entity may be a person: one that was born is."""
    born = schema == "LegalEntity" and bool(said.get("birthDate") or said.get("firstName"))
    return listed.Kind.PERSON if schema in _PEOPLE or born else listed.Kind.ENTITY


def _names(
    one: Mapping[str, Any], said: Mapping[str, Any], repairs: list[listed.Repair]
) -> tuple[listed.Called, ...]:
    found: dict[str, listed.Style] = {}
    for prop, style in _STYLES.items():
        for text in _texts(said, prop):
            if name := listclean.name(text, prop, repairs):
                found.setdefault(name, style)
    caption = listclean.clean(str(one.get("caption") or ""))
    if not found:
        parts = [text for p in ("firstName", "fatherName", "lastName") for text in _texts(said, p)]
        caption = caption or listclean.clean(" ".join(parts))
        found |= {caption: listed.Style.PRIMARY} if caption else {}
    first = caption if caption in found else next(iter(found), "")
    rest = [listed.Called(text, style) for text, style in found.items() if text != first]
    return (listed.Called(first, listed.Style.PRIMARY), *rest) if first else ()


def _births(said: Mapping[str, Any], repairs: list[listed.Repair]) -> Iterator[str]:
    for text in _texts(said, "birthDate"):
        if not _BIRTH.fullmatch(text):
            repairs.append(listed.Repair("birth_date", text, text, "not a day"))
        yield text


def _programme(said: Mapping[str, Any], hanging: list[dict[str, Any]]) -> str:
    places = [said, *(thing["properties"] for thing in hanging)]
    places += [
        nested["properties"]
        for values in said.values()
        for nested in (values if isinstance(values, list) else ())
        if isinstance(nested, dict) and isinstance(nested.get("properties"), dict)
    ]
    for prop in ("program", "programId"):
        for place in places:
            if found := _texts(place, prop):
                return listclean.clean(found[0])
    return ""


def _field(name: str) -> str:
    """birthDate → birth_date."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()[:60]


def _strings(values: Any) -> list[str]:
    return [v for v in values if isinstance(v, str) and v] if isinstance(values, list) else []


def _texts(said: Mapping[str, Any], prop: str) -> list[str]:
    values = said.get(prop)
    if isinstance(values, str):
        values = [values]
    return [text for text in (listed_text.strip() for listed_text in _strings(values)) if text]


def _values(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        values = [values]
    return tuple(text for text in map(_value, values) if text)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inner = value.get("properties")
        return (
            _line(inner) if isinstance(inner, dict) else listclean.clean(str(value.get("id", "")))
        )
    return listclean.clean(str(value)) if isinstance(value, str | int | float) else ""


def _line(said: Mapping[str, Any]) -> str:
    """One line of words of a thing that hangs on an entry; whom it hangs on is plain."""
    told = (
        f"{_field(name).replace('_', ' ')}: {', '.join(_values(values))}"
        for name, values in said.items()
        if name not in _HANGS.values() and _values(values)
    )
    return "; ".join(told)
