"""The Security Council's consolidated list (XML), read as it is: dirty values are repaired with a note.

Layout: scsanctions.un.org, `CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL` and `ENTITIES/ENTITY`. Seen in
real lists: blanks around references and names, days with a time zone behind them (2015-07-01-04:00),
a resolution's number where a list's name belongs (data/un_list_types.toml), empty blocks, GENDER in
two spellings. A document type declaration is refused: the list has none, and one can make a small
file grow without end.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import IO, Any

from lxml import etree

from manumit.network import listclean, listed

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"\d{4}")
_DAY_WITH_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T+\-Z].*)")
_NOTHING = "na"  # in small letters; the name Na is written with a capital
_BLOCKS = ("INDIVIDUALS", "ENTITIES")
_STYLES = {"good": listed.Style.GOOD, "low": listed.Style.LOW}
_PARTS_OF_NAME = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
# The list's tags: what they are called here. Those with parts become one line of words each.
_FIELDS = {
    "NAME_ORIGINAL_SCRIPT": "original_script",
    "INDIVIDUAL_ALIAS": "aliases",
    "ENTITY_ALIAS": "aliases",
    "GENDER": "gender",
    "TITLE": "titles",
    "DESIGNATION": "designations",
    "NATIONALITY": "nationalities",
    "NATIONALITY2": "nationalities",
    "INDIVIDUAL_DATE_OF_BIRTH": "dates_of_birth",
    "INDIVIDUAL_PLACE_OF_BIRTH": "places_of_birth",
    "INDIVIDUAL_ADDRESS": "addresses",
    "ENTITY_ADDRESS": "addresses",
    "INDIVIDUAL_DOCUMENT": "documents",
    "UN_LIST_TYPE": "list",
    "LIST_TYPE": "kind_of_list",
    "LISTED_ON": "listed_on",
    "LAST_DAY_UPDATED": "updated_on",
    "SUBMITTED_BY": "submitted_by",
    "SUBMITTED_ON": "submitted_on",
    "COMMENTS1": "comments",
    "VERSIONNUM": "version",
    "DATAID": "data_id",
    "REFERENCE_NUMBER": "reference",
}
_EACH_VALUE = frozenset(("TITLE", "DESIGNATION", "NATIONALITY", "LAST_DAY_UPDATED", "LIST_TYPE"))
_NO_CONTENT = frozenset(("SORT_KEY", "SORT_KEY_LAST_MOD"))


def read(stream: IO[bytes]) -> listed.Watchlist:
    """Read the whole list; raises listed.Unreadable for what is not one."""
    entries: list[listed.Listed] = []
    dated = ""
    try:
        walk = etree.iterparse(
            stream,
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
        )
        root: Any = None
        blocks = set()
        for event, element in walk:
            if root is None:
                root = element
                _check_root(root)
                dated = root.get("dateGenerated", "")
            blocks.add(element.tag)
            if event == "end" and element.tag in ("INDIVIDUAL", "ENTITY"):
                entries.append(_entry(element))
                element.clear()
    except etree.XMLSyntaxError as error:
        line = getattr(error, "lineno", 0) or 0
        raise listed.Unreadable(
            line, f"The XML is broken: {error.msg}.", "Fetch the list again; it may be cut off."
        ) from error
    without = tuple(block for block in _BLOCKS if block not in blocks)
    return listed.Watchlist(dated, tuple(entries), called=listed.UN, without=without)


def _check_root(root: Any) -> None:
    if root.getroottree().docinfo.doctype:
        raise listed.Unreadable(
            1,
            "The file declares a document type, which the list never does.",
            "Fetch the list from the United Nations again; do not use this file.",
        )
    if root.tag != "CONSOLIDATED_LIST":
        raise listed.Unreadable(
            root.sourceline or 1,
            f"The file begins with <{root.tag}>, not with <CONSOLIDATED_LIST>.",
            "Give the consolidated list of the Security Council in XML.",
        )


def _entry(element: Any) -> listed.Listed:
    repairs: list[listed.Repair] = []
    found: dict[str, list[str]] = {}
    names = list(_names(element, repairs))
    births: list[str] = []
    if names:
        found["name"] = [names[0].text]
    for part in element:
        tag = part.tag
        if not isinstance(tag, str) or tag in _PARTS_OF_NAME or tag in _NO_CONTENT:
            continue
        name = _FIELDS.get(tag, tag.lower())
        for value in _values(part):
            found.setdefault(name, []).append(_repaired(name, value, repairs))
        if tag == "INDIVIDUAL_DATE_OF_BIRTH":
            births += _birth(part)
        if tag in ("INDIVIDUAL_ALIAS", "ENTITY_ALIAS"):
            births += [text for text in (_text(part, "DATE_OF_BIRTH"),) if text]
    raw = element.findtext("REFERENCE_NUMBER") or ""
    reference = " ".join(raw.split())
    if raw != reference:
        repairs.append(listed.Repair("reference", raw, reference, "blanks around it"))
    if not reference:
        reference = f"no reference ({_text(element, 'DATAID') or element.sourceline})"
        repairs.append(listed.Repair("reference", "", reference, "the entry has none"))
    if not names:
        repairs.append(listed.Repair("name", "", "", "the entry has no name"))
    found["reference"] = [reference]
    return listed.Listed(
        reference=reference,
        kind=listed.Kind.PERSON if element.tag == "INDIVIDUAL" else listed.Kind.ENTITY,
        programme=next(iter(found.get("list", ())), ""),
        names=tuple(names),
        births=tuple(dict.fromkeys(births)),
        nationalities=tuple(dict.fromkeys(found.get("nationalities", ()))),
        fields={name: tuple(dict.fromkeys(values)) for name, values in found.items()},
        repairs=tuple(repairs),
    )


def _clean(text: str | None) -> str:
    return listclean.clean(text or "")


def _text(element: Any, tag: str) -> str:
    return _clean(element.findtext(tag))


def _called(element: Any, tag: str, repairs: list[listed.Repair]) -> str:
    return listclean.name(element.findtext(tag) or "", tag.lower(), repairs)


def _names(element: Any, repairs: list[listed.Repair]) -> Iterator[listed.Called]:
    parts = [_called(element, tag, repairs) for tag in _PARTS_OF_NAME]
    if _NOTHING in parts[1:]:
        why = "“na” stands for not available"
        repairs.append(listed.Repair("name", " ".join(filter(None, parts)), _known(parts), why))
    whole = _known(parts)
    if whole:
        yield listed.Called(whole, listed.Style.PRIMARY)
    if original := _called(element, "NAME_ORIGINAL_SCRIPT", repairs):
        yield listed.Called(original, listed.Style.ORIGINAL)
    for alias in element.iter("INDIVIDUAL_ALIAS", "ENTITY_ALIAS"):
        if text := _called(alias, "ALIAS_NAME", repairs):
            style = _STYLES.get(_text(alias, "QUALITY").lower(), listed.Style.ALIAS)
            yield listed.Called(text, style)


def _known(parts: list[str]) -> str:
    first, *others = parts
    return " ".join(part for part in (first, *(p for p in others if p != _NOTHING)) if part)


def _values(part: Any) -> Iterator[str]:
    """Give the values of one tag: each VALUE on its own, a block with parts as one line."""
    if not len(part):
        text = _clean(part.text)
        if text:
            yield text
    elif part.tag in _EACH_VALUE:
        yield from filter(None, (_clean(value.text) for value in part))
    elif part.tag not in ("INDIVIDUAL_ALIAS", "ENTITY_ALIAS") or _text(part, "ALIAS_NAME"):
        # An alias that has a quality and no name is an empty block.
        line = "; ".join(
            f"{child.tag.lower().replace('_', ' ')}: {text}"
            for child in part
            if isinstance(child.tag, str) and (text := _clean(child.text))
        )
        if line:
            yield line


def _repaired(name: str, value: str, repairs: list[listed.Repair]) -> str:
    now, why = value, ""
    if name in ("listed_on", "updated_on", "submitted_on") and not _DAY.fullmatch(value):
        day = _DAY_WITH_ZONE.fullmatch(value)
        now = day[1] if day else value
        why = "a day with a time zone behind it" if day else "not a day"
    elif name == "list" and value.isdigit():
        now = _lists().get(value, value)
        why = "the number of a resolution where the name of a list belongs"
        why += "" if now != value else "; kept as it is"
    elif name == "gender" and value != value.capitalize():
        now, why = value.capitalize(), "another spelling"
    if why:
        repairs.append(listed.Repair(name, value, now, why))
    return now


@cache
def _lists() -> dict[str, str]:
    """Return the names of lists by the number that was written in their place."""
    file = resources.files("manumit.network").joinpath("data/un_list_types.toml")
    return {one["written"]: one["name"] for one in tomllib.loads(file.read_text("utf-8"))["list"]}


def _birth(part: Any) -> Iterator[str]:
    about = "about " if _text(part, "TYPE_OF_DATE").upper().startswith("APPROX") else ""
    for tag in ("DATE", "YEAR"):
        if text := _text(part, tag):
            yield about + text
    first, last = _text(part, "FROM_YEAR"), _text(part, "TO_YEAR")
    if _YEAR.fullmatch(first) and _YEAR.fullmatch(last) and int(last) - int(first) <= 15:
        yield from (str(year) for year in range(int(first), int(last) + 1))
