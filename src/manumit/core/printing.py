"""Papers: pages of plain parts as PDF, in any script and direction, made in memory alone.

What goes in is text, never markup: a name that looks like a command stays a name. Nothing touches
the disk on the way, and the PDF says neither when nor by whom it was made unless its text does.
"""

import importlib.resources
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "ur", "he", "ps", "ku-Arab", "sd", "ug"})
SIZES = frozenset({"a4", "a6"})

Part = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """One language of a paper; it begins on a page of its own."""

    language: str
    title: str
    parts: Sequence[Part]


def heading(text: str) -> Part:
    """Return a heading of the second level."""
    return {"kind": "heading", "text": text}


def text(words: str) -> Part:
    """Return a paragraph."""
    return {"kind": "text", "text": words}


def small(words: str) -> Part:
    """Return a paragraph in small print: sources, notes."""
    return {"kind": "small", "text": words}


def items(words: Sequence[str]) -> Part:
    """Return a list."""
    return {"kind": "list", "items": list(words)}


def rows(pairs: Sequence[tuple[str, str]]) -> Part:
    """Return a table of what and its value."""
    return {"kind": "rows", "rows": [list(pair) for pair in pairs]}


def lines(labels: Sequence[str]) -> Part:
    """Return lines to write on by hand, each with its label below."""
    return {"kind": "lines", "items": list(labels)}


def picture(svg: str, says: str, width_cm: float = 4) -> Part:
    """Return a picture and what it says to those who cannot see it."""
    return {"kind": "picture", "svg": svg, "text": says, "cm": width_cm}


def pdf(sides: Sequence[Side], *, footer: str = "", size: str = "a4") -> bytes:
    """Return the paper as tagged PDF; ValueError when it has no side or an unknown size."""
    if not sides or size not in SIZES:
        raise ValueError("a paper needs at least one side, and a size of " + ", ".join(SIZES))
    paper = {
        "size": size,
        "footer": footer,
        "pages": [
            {
                "language": side.language.split("-")[0],
                "rtl": side.language in RIGHT_TO_LEFT,
                "title": side.title,
                "parts": list(side.parts),
            }
            for side in sides
        ],
    }
    import typst  # 7 MB: loaded where a paper is printed

    done: bytes = typst.compile(
        _template(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(paper)},
        format="pdf",
        pdf_standards="ua-1",  # readable by a screen reader
    )
    return done


@cache
def _template() -> bytes:
    return importlib.resources.files("manumit.core").joinpath("data/paper.typ").read_bytes()


@cache
def _fonts() -> Any:  # typst types this list by what the template is
    return [
        str(importlib.resources.files(package).joinpath("files"))
        for package in ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic")
    ]
