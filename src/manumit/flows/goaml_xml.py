"""Reports as XML files: writing, reading back, and checking against a schema.

Nothing that comes with a file is followed: no entity, no DTD, no address on a network. What is read
may have been made by another system, in an older or newer version: what is not understood is named,
never silently lost.
"""

import importlib.resources
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from lxml import etree

from manumit.flows import goaml
from manumit.flows.goaml_profile import Profile

MOST_BYTES = 100_000_000
_DATE = "%Y-%m-%dT%H:%M:%S"
_MINE = "_my_client"
Node = Any  # lxml has no types of its own


class BadReport(ValueError):  # noqa: N818
    """The bytes are not a report; the text says why, with the line where there is one."""


# --- writing ---------------------------------------------------------------------------------


def write(report: goaml.Report, profile: Profile) -> bytes:
    """Return the report as a file. Call `goaml_check.faults` first: what it names is not mended."""
    root = etree.Element("report")
    _record(root, report, "report", profile)
    done: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return done


def _record(node: Node, record: Any, type_: str, profile: Profile, *, mine: bool = False) -> None:
    for element in goaml.elements(type(record)):
        value = getattr(record, element.attribute)
        if value in (None, "", ()) or not profile.has(type_, element.attribute, element.since):
            continue
        around = etree.SubElement(node, element.inside) if element.inside else node
        for one in value if element.many else (value,):
            _element(around, one, element, profile, mine=getattr(record, "my_client", mine))


def _element(node: Node, value: Any, element: goaml.Element, profile: Profile, mine: bool) -> None:
    if isinstance(value, goaml.Side):
        _side(node, value, element.name, profile)
    elif element.kind is goaml.Kind.SUBJECT:
        name = goaml.subject_name(value)
        made = etree.SubElement(node, f"{name}{_MINE if mine else ''}")
        _record(made, value, name, profile, mine=mine)
    elif element.kind is goaml.Kind.RECORD:
        type_ = {goaml.Director: "person", goaml.ReportParty: "report_party"}.get(
            type(value), type(value).__name__.lower()
        )
        _record(etree.SubElement(node, element.name), value, type_, profile, mine=mine)
    else:
        etree.SubElement(node, element.name).text = said(value, element.kind)


def _side(node: Node, side: goaml.Side, which: str, profile: Profile) -> None:
    made = etree.SubElement(node, f"t_{which}{_MINE if side.my_client else ''}")
    for name in ("funds_code", "funds_comment"):
        if getattr(side, name):
            etree.SubElement(made, f"{which}_{name}").text = getattr(side, name)
    if side.foreign_currency:
        inner = etree.SubElement(made, f"{which}_foreign_currency")
        _record(inner, side.foreign_currency, "foreign_currency", profile)
    if side.conductor:
        inner = etree.SubElement(made, "t_conductor")
        _record(inner, side.conductor, "person", profile, mine=side.my_client)
    if side.is_suspected is not None and profile.schema >= 5:
        flag = said(side.is_suspected, goaml.Kind.BOOLEAN)
        etree.SubElement(made, f"{which}_is_suspected").text = flag
    if side.subject is not None:
        name = goaml.subject_name(side.subject)
        inner = etree.SubElement(made, f"{which}_{name}")
        _record(inner, side.subject, name, profile, mine=side.my_client)
    if side.country:
        etree.SubElement(made, f"{which}_country").text = side.country


def said(value: Any, kind: goaml.Kind) -> str:
    """Return a value as it stands in the file."""
    if isinstance(value, datetime):
        return value.strftime(_DATE) if value.year >= 1000 else value.isoformat("T", "seconds")
    if kind is goaml.Kind.FLAG:
        return "1"  # a fixed value: "true" is refused by the schemas
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


# --- reading ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """A report that was read; what was not understood, and what could not be read, by place."""

    report: goaml.Report
    ignored: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


def _parser() -> Any:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def parse(data: bytes) -> Node:
    """Return the root of a file; raises BadReport."""
    if len(data) > MOST_BYTES:
        raise BadReport(f"the file has {len(data)} bytes; a report has {MOST_BYTES} at most")
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise BadReport(f"line {line}: not XML: {error}" if line else f"not XML: {error}") from None
    if root.getroottree().docinfo.doctype:
        raise BadReport("line 1: a document type is not taken in a report. Cure: remove it")
    return root


@dataclass
class _Notes:
    ignored: list[str]
    unreadable: list[str]


def read(data: bytes) -> Reading:
    """Read a report of any unit; raises BadReport when it is none at all."""
    root = parse(data)
    if _tag(root) != "report":
        raise BadReport(f'line {root.sourceline}: the file holds "{_tag(root)}", not a report')
    notes = _Notes([], [])
    report = _read(root, goaml.Report, notes)
    return Reading(report, tuple(notes.ignored), tuple(notes.unreadable))


def _tag(node: Node) -> str:
    return str(node.tag).rpartition("}")[2]


def _place(node: Node) -> str:
    return f"line {node.sourceline}: {node.getroottree().getpath(node)}"


def _read(node: Node, type_: type, notes: _Notes) -> Any:
    values: dict[str, Any] = {}
    seen: set[Node] = set()
    named: dict[str, list[Node]] = {}
    for child in node:
        named.setdefault(_tag(child), []).append(child)
    for element in goaml.elements(type_):
        if element.kind is goaml.Kind.SUBJECT:
            values |= _read_subject(node, notes, seen)
        elif element.kind is goaml.Kind.SIDE:
            values[element.attribute] = _read_side(node, element.name, notes, seen)
        else:
            found = list(_nodes(named, element, seen))
            if element.many:
                got = [_read_value(one, element, notes) for one in found]
                values[element.attribute] = tuple(v for v in got if v not in (None, ""))
            elif found:
                values[element.attribute] = _read_value(found[0], element, notes)
                notes.ignored += [_place(one) for one in found[1:]]
    notes.ignored += [_place(child) for child in node if child not in seen]
    return type_(**{name: value for name, value in values.items() if value is not None})


def _nodes(named: dict[str, list[Node]], element: goaml.Element, seen: set[Node]) -> Iterator[Node]:
    names = [f"{element.inside}/{element.name}" if element.inside else element.name, *element.also]
    for name in names:
        outer, _, inner = name.rpartition("/")
        for child in named.get(outer or inner, ()):
            seen.add(child)
            yield from (one for one in child if _tag(one) == inner) if outer else (child,)


def _read_value(node: Node, element: goaml.Element, notes: _Notes) -> Any:
    if element.kind is goaml.Kind.RECORD and element.type_:
        return _read(node, element.type_, notes)
    notes.ignored += [_place(child) for child in node]
    text = node.text or ""
    if element.kind is goaml.Kind.TEXT:
        return text
    try:
        return _plain(text.strip(), element.kind)
    except (ValueError, InvalidOperation):
        notes.unreadable.append(f"{_place(node)}: {text[:40]!r}")
        return None


_YES = {"1": True, "true": True, "0": False, "false": False}


def _plain(text: str, kind: goaml.Kind) -> Any:
    if kind is goaml.Kind.DATE:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=None)
    if kind is goaml.Kind.DECIMAL:
        number = Decimal(text)
        if not number.is_finite():
            raise ValueError(text)
        return number
    if kind is goaml.Kind.INTEGER:
        return int(text)
    if text.casefold() not in _YES:
        raise ValueError(text)
    return _YES[text.casefold()]


def _read_subject(node: Node, notes: _Notes, seen: set[Node]) -> dict[str, Any]:
    for child in node:
        name = _tag(child)
        type_ = goaml.SUBJECTS.get(name.removesuffix(_MINE))
        if type_ and child not in seen:
            seen.add(child)
            return {"subject": _read(child, type_, notes), "my_client": name.endswith(_MINE)}
    return {}


def _read_side(node: Node, which: str, notes: _Notes, seen: set[Node]) -> goaml.Side | None:
    for child in node:
        name = _tag(child)
        if name.removesuffix(_MINE) != f"t_{which}":
            continue
        seen.add(child)
        values: dict[str, Any] = {"my_client": name.endswith(_MINE)}
        for one in child:
            part = _tag(one).removeprefix(f"{which}_")
            if part in goaml.SUBJECTS:
                values["subject"] = _read(one, goaml.SUBJECTS[part], notes)
            elif part == "t_conductor":
                values["conductor"] = _read(one, goaml.Person, notes)
            elif part == "foreign_currency":
                values["foreign_currency"] = _read(one, goaml.ForeignCurrency, notes)
            elif part == "is_suspected":
                element = goaml.Element("is_suspected", "is_suspected", goaml.Kind.BOOLEAN)
                values["is_suspected"] = _read_value(one, element, notes)
            elif part in ("funds_code", "funds_comment", "country"):
                values[part] = one.text or ""
            else:
                notes.ignored.append(_place(one))
        return goaml.Side(**values)
    return None


# --- checking against a schema ---------------------------------------------------------------

# Schemas of units are written for engines in which ^ and $ mean the ends of a value. In XML Schema
# a pattern always holds for the whole value, and those two signs stand for themselves.
_PATTERN = "{http://www.w3.org/2001/XMLSchema}pattern"


def schema(data: bytes) -> Any:
    """Return a schema from the bytes of an XSD; raises BadReport when it is none."""
    try:
        root = etree.fromstring(data, _parser())
        for one in root.iter(_PATTERN):
            value = one.get("value", "")
            one.set("value", re.sub(r"(?<!\\)\$$", "", value.removeprefix("^")))
        return etree.XMLSchema(root)
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError, ValueError) as error:
        raise BadReport(f"the schema cannot be used: {error}") from None


@cache
def common() -> Any:
    """Return our own schema of what every unit's reports have in common."""
    home = importlib.resources.files("manumit.flows").joinpath("data/goaml/goaml-common.xsd")
    return schema(home.read_bytes())


def problems(data: bytes, against: Any) -> list[str]:
    """Return what a schema finds wrong with a file, each with its line; [] means valid."""
    root = parse(data)
    if against.validate(root):
        return []
    return [f"line {one.line}: {one.message}" for one in against.error_log][:50]
