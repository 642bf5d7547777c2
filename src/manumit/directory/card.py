"""A small card of addresses to carry: neutral, so that whoever finds it learns nothing.

It says who can be called, where and when; not what for, not for whom, and not where it comes from
(source: safety guidance on materials for people at risk; status: secondary).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from manumit.core import pictures, printing

MOST = 6
LTR, END = "\u2066", "\u2069"


@dataclass(frozen=True)
class Address:
    """One place that helps. Empty texts are left out."""

    who: str
    place: str = ""
    phone: str = ""
    opening: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Words:
    """The fixed words of the card in its language."""

    language: str
    title: str
    picture: str


def lines(address: Address) -> list[str]:
    """Return what stands under the name of an address."""
    phone = f"{LTR}{address.phone}{END}" if address.phone else ""
    return [text for text in (address.place, phone, address.opening, address.warning) if text]


def paper(addresses: Sequence[Address], words: Words, link: str) -> bytes:
    """Return the card as PDF of the size A6: at most six addresses, and a picture of the link."""
    rows = [(each.who, "\n".join(lines(each))) for each in addresses[:MOST]]
    parts = [printing.rows(rows), printing.picture(pictures.square(link), words.picture)]
    return printing.pdf([printing.Side(words.language, words.title, parts)], size="a6")
