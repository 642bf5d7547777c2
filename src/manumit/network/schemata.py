"""What claims can be about: FollowTheMoney's schemata, and a few of our own, as data.

Names, types and relations are FollowTheMoney's (data/ftm.json, taken from the package as facts);
places of captivity, legs of routes, armed units and who had which part are ours (additions.toml,
roles.toml). What a file says that has no place in the model is kept under `kept`, never dropped.
Why the package itself is not used: docs/decisions/0029.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from manumit.core.reasons import say

KEPT = "kept"  # "property=value" that a file said and the model does not know
UNSORTED = "Unsorted"
MOST = 65_000  # characters of one value

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])([T ]\d{2}(:\d{2}){0,2}\S*)?)?)?")
_URL = re.compile(r"(https?|ftp)://\S+")
_NUMBER = re.compile(r"[+-]?\d[\d, ]*(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Prop:
    """One property: its words, its type (FtM's, or code, role, yesno), and what it points at."""

    name: str
    label: str
    type: str
    range: str = ""
    matchable: bool = False
    hidden: bool = False
    most: int = 1024
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """Which two properties a relation joins, and the words between them."""

    source: str
    target: str
    label: str
    directed: bool


@dataclass(frozen=True, slots=True)
class Schema:
    """A kind of entity with all that it takes over from more general kinds."""

    name: str
    label: str
    plural: str
    kinds: frozenset[str]  # itself and everything it is a kind of
    caption: tuple[str, ...]
    featured: tuple[str, ...]
    required: tuple[str, ...]
    matchable: bool
    abstract: bool
    edge: Edge | None
    props: Mapping[str, Prop]
    refs: frozenset[str]  # properties whose values are other entities


class Unknown(KeyError):  # noqa: N818 (an answer)
    """No such schema."""


def _file(name: str) -> str:
    return resources.files("manumit.network").joinpath("data").joinpath(name).read_text("utf-8")


@cache
def _raw() -> Mapping[str, Mapping[str, Any]]:
    ours = tomllib.loads(_file("additions.toml"))
    raw: dict[str, dict[str, Any]] = json.loads(_file("ftm.json"))["schemata"] | ours["schemata"]
    for name, added in ours["properties"].items():
        raw[name] = raw[name] | {"properties": raw[name].get("properties", {}) | added}
    return raw


@cache
def _values(name: str) -> Mapping[str, str]:
    found = json.loads(_file("ftm.json"))[name]
    return found if isinstance(found, dict) else dict.fromkeys(found, "")


@cache
def roles() -> Mapping[str, str]:
    """Return the codes for the part somebody had, with their words."""
    return {one["code"]: one["label"] for one in tomllib.loads(_file("roles.toml"))["codes"]}


@cache
def positions() -> Mapping[str, str]:
    """Return the codes for how one stands to another, with their words."""
    return {one["code"]: one["label"] for one in tomllib.loads(_file("roles.toml"))["positions"]}


@cache
def _role_words() -> Mapping[str, str]:
    known = {code.lower(): code for code in (*roles(), *positions())}
    for one in tomllib.loads(_file("roles.toml"))["positions"]:
        known |= dict.fromkeys((one["label"].lower(), *one.get("also", ())), one["code"])
    return known


def role_code(word: str) -> str:
    """Return the code that a word for a role means, "" for any other word: it stays sealed."""
    return _role_words().get(word.strip().lower(), "")


@cache
def topics() -> Mapping[str, str]:
    """Return FollowTheMoney's topics with their words."""
    return _values("topics")


@cache
def find(name: str) -> Schema | None:
    """Return a schema by its name; None where there is none."""
    raw = _raw().get(name)
    if raw is None:
        return None
    parents = [found for parent in raw["extends"] if (found := find(parent))]
    props: dict[str, Prop] = {}
    for parent in parents:
        props |= parent.props
    props |= {n: _prop(n, each) for n, each in raw.get("properties", {}).items()}
    edge = raw.get("edge")
    return Schema(
        name=name,
        label=raw["label"],
        plural=raw["plural"],
        kinds=frozenset({name}).union(*(p.kinds for p in parents)),
        caption=_taken(raw, parents, "caption"),
        featured=_taken(raw, parents, "featured"),
        required=_taken(raw, parents, "required"),
        matchable=bool(raw.get("matchable")),
        abstract=bool(raw.get("abstract")),
        edge=Edge(**edge) if edge else next((p.edge for p in parents if p.edge), None),
        props=props,
        refs=frozenset(n for n, each in props.items() if each.type == "entity"),
    )


def _taken(raw: Mapping[str, Any], parents: Sequence[Schema], what: str) -> tuple[str, ...]:
    own = tuple(raw.get(what, ()))
    return own or next((getattr(p, what) for p in parents if getattr(p, what)), ())


def _prop(name: str, raw: Mapping[str, Any]) -> Prop:
    return Prop(
        name=name,
        label=raw["label"],
        type=raw.get("type", "string"),
        range=raw.get("range", ""),
        matchable=bool(raw.get("matchable")),
        hidden=bool(raw.get("hidden")),
        most=raw.get("max", 1024),
        codes=tuple(raw.get("codes", ())),
    )


def schema(name: str) -> Schema:
    """Return a schema by its name; raises Unknown."""
    found = find(name)
    if found is None:
        raise Unknown(name)
    return found


def every() -> Iterator[Schema]:
    """Return all schemata, by name."""
    return (schema(name) for name in sorted(_raw()))


def is_a(name: str, kind: str) -> bool:
    """Tell whether a schema is of a more general kind (or that kind itself)."""
    found = find(name)
    return found is not None and kind in found.kinds


def prop(schema_name: str, name: str) -> Prop | None:
    """Return a property of a schema, its own or taken over; None where it has none of this name."""
    found = find(schema_name)
    return found.props.get(name) if found else None


def edge(name: str) -> Edge | None:
    """Return what a relation joins; None for anything that is no relation."""
    found = find(name)
    return found.edge if found else None


def caption(name: str, says: Mapping[str, Sequence[str]]) -> str:
    """Return what an entity is called: the first value of the first property the schema names."""
    found = find(name)
    wanted = found.caption if found else ()
    for each in (*wanted, "name"):
        if each == "lastName":
            parts = [says[n][0] for n in ("firstName", "secondName", "lastName") if says.get(n)]
            if parts:
                return " ".join(parts)
        elif values := says.get(each):
            return values[0]
    return ""


def why_not_value(one: Prop, value: str) -> str:
    """Return why a value does not fit a property; "" when it fits."""
    if not value.strip():
        return say("“{what}” is empty.", what=say(one.label))
    if len(value) > max(one.most, 1024):
        return say("“{what}” is too long.", what=say(one.label))
    return "" if _fits(one, value.strip()) else _cure(one)


def _fits(one: Prop, value: str) -> bool:
    match one.type:
        case "date":
            return bool(_DATE.fullmatch(value))
        case "country":
            return value in _values("countries")
        case "gender":
            return value in _values("genders")
        case "topic":
            return value in topics()
        case "url":
            return bool(_URL.fullmatch(value))
        case "number":
            return bool(_NUMBER.fullmatch(value))
        case "role":
            return value in roles()
        case "code":
            return value in one.codes
        case "yesno":
            return value in ("true", "false")
        case _:
            return True


_CURES = {
    "date": "Write “{what}” as 2015, 2015-03 or 2015-03-04.",
    "country": "Write “{what}” as the two letters of ISO 3166, such as iq.",
    "url": "Write “{what}” as an address that begins with https://.",
    "number": "Write “{what}” as a number, such as 12.5.",
}


def _cure(one: Prop) -> str:
    told = _CURES.get(one.type, "“{what}” takes one of the values of its list.")
    return say(told, what=say(one.label))
