"""How a foreign text is shown so that it cannot deceive: names, captions, sources.

A name from a file may carry marks that turn the reading direction, letters without width, or letters
of two scripts that look alike. Marks that steer are shown as what they are, the text stands in an
isolate of its own, and mixed scripts are said. After Unicode UAX 9 (isolates), UTS 39 (mixed
scripts, 5.1) and UTR 36.
"""

import unicodedata
from functools import lru_cache

FIRST_STRONG, POP = "\u2068", "\u2069"
MOST = 300  # characters of a caption

# Joiners are part of how Persian, Sorani and many Indic names are written: they stay between letters.
_JOINERS = frozenset("\u200c\u200d")
_LOOKALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def steering(text: str) -> list[str]:
    """Return the characters of a text that are not seen and change what is: controls, marks, tags."""
    return [c for n, c in enumerate(text) if _steers(text, n)]


def _steers(text: str, place: int) -> bool:
    letter = text[place]
    if letter in _JOINERS:
        around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
        return len(around) < 2 or not all(unicodedata.category(c)[0] in "LM" for c in around)
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@lru_cache(maxsize=65_536)
def plainly(text: str) -> str:
    """Return a text with steering characters made visible as [U+202E], cut where it is endless."""
    out = []
    for place, letter in enumerate(text[:MOST]):
        if letter in "\t\n\r":
            out.append(" ")
        elif _steers(text, place):
            out.append(f"[U+{ord(letter):04X}]")
        else:
            out.append(letter)
    return "".join(out).strip() + ("…" if len(text) > MOST else "")


def safely(text: str) -> str:
    """Return a text for a page or a list: plain, and in an isolate so that it turns nothing around it."""
    return f"{FIRST_STRONG}{plainly(text)}{POP}" if text else ""


def scripts(text: str) -> frozenset[str]:
    """Return the scripts with look-alike letters that a text is written in."""
    found = set()
    for letter in text:
        if unicodedata.category(letter)[0] == "L":
            name = unicodedata.name(letter, "").split(" ")[0]
            if name in _LOOKALIKE:
                found.add(name)
    return frozenset(found)


def warnings(text: str) -> list[str]:
    """Return what is odd about a text, in words: hidden characters, one word in two scripts."""
    odd = []
    if steering(text):
        odd.append("It holds characters that are not seen.")
    if any(len(scripts(word)) > 1 for word in text.split()):
        odd.append("One word is written in two scripts that look alike.")
    return odd
