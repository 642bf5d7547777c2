"""Words of a list made safe to read and compare, each change told.

Signs that show nothing (zero width, direction, control) are taken out of names: with them one name
looks like another, or a line reads backwards (Unicode Technical Report 36, 2 and 3). The joiners of
Persian, Kurdish and Indic writing stay between letters, where they belong. Letters of two alphabets
in one word are kept as they are and told, since lists hold such slips too.
"""

import re
import unicodedata

from manumit.network import listed

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_LOOK_ALIKE = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"))


def visible(text: str) -> str:
    """Return the text with every sign that shows nothing written as its number.

    >>> visible("a\\u202eb")
    'a[U+202E]b'
    """
    return re.sub(
        f"{_INVISIBLE.pattern}|{_JOINERS.pattern}", lambda m: f"[U+{ord(m[0]):04X}]", text
    )


def clean(text: str) -> str:
    """Return the text composed (NFC), on one line, without signs that show nothing."""
    kept = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(_without_loose_joiners(kept).split())


def _without_loose_joiners(text: str) -> str:
    """Keep a joiner between two letters of a writing that joins; elsewhere it only hides."""

    def judge(met: re.Match[str]) -> str:
        before, after = text[met.start() - 1 : met.start()], text[met.end() : met.end() + 1]
        joins = all(one and ord(one) >= 0x0600 and one.isalpha() for one in (before, after))
        return met[0] if joins or (before and unicodedata.category(before) == "Mn") else ""

    return _JOINERS.sub(judge, text)


def mixed(text: str) -> str:
    """Return the first word that mixes alphabets which look alike; "" where none does.

    >>> mixed("Example Pers\\u043en"), mixed("Example Person")
    ('Persоn', '')
    """
    for word in text.split():
        if word.isascii():
            continue
        scripts = {unicodedata.name(sign, "").split(" ")[0] for sign in word if sign.isalpha()}
        if len(scripts & _LOOK_ALIKE) > 1:
            return word
    return ""


def name(text: str, field: str, repairs: list[listed.Repair]) -> str:
    """Return a name made safe; what was taken out of it or looks odd is noted."""
    now = clean(text)
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if now != plain:
        repairs.append(listed.Repair(field, visible(plain), now, "signs that show nothing in it"))
    if mixed(now):
        repairs.append(listed.Repair(field, now, now, "letters of two alphabets in one word"))
    return now
