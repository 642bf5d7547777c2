"""Two words of names: may one have been written for the other, how surely, and why.

The script decides how: in one script with vowels, letters apart are counted as typed and on their
sound (ou and u, ch and sh, w and v), a vowel for a vowel counting half; in one script without
vowels there is less room for them; across scripts consonant skeletons and the likeness of the
romanised words count, never surer than `ACROSS`, because romanisation only proposes.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from manumit.core import nameparts, names

ACROSS = 0.93
GOOD = 0.5  # from here on it is proposed
_LETTERS_APART = (0.4, 0.4, 0.5, 1.05, 1.4, 2.0, 2.1, 2.2, 2.4, 2.5)  # by length; later 2.6
_SOUNDS = (
    ("sch", "sh"), ("tch", "sh"), ("ch", "sh"), ("ph", "f"), ("kh", "h"), ("gh", "g"), ("dh", "d"),
    ("th", "t"), ("ck", "k"), ("qu", "k"), ("dj", "j"), ("dz", "z"), ("zh", "j"), ("ts", "s"),
    ("tz", "s"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("x", "ks"),
)  # fmt: skip
_ONE_SOUND = str.maketrans({"w": "v", "y": "i", "q": "k", "c": "k", "z": "s"})
_VOWELS = str.maketrans(dict.fromkeys("eiou", "a"))
# What romanisations of Arabic, Turkish and Kurdish mix up beyond the classes of a skeleton: q, g and
# k (Qasim, Gasim), Turkish c for j, and d for z (ذ ض ظ).
_COARSE = str.maketrans({"z": "d", "k": "j", "S": "j"})
SYLLABLES = frozenset(("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO", "YI"))
_VOICE = str.maketrans({"p": "b", "t": "d", "k": "g", **dict.fromkeys("aeioushfmnlrvx", "")})
VOICED = 0.66  # two systems of romanising Korean differ in this, and dictation in many languages
NO_VOWELS = frozenset(("ARABIC", "HEBREW", "SYRIAC", "THAANA", "NKO"))


class Why(StrEnum):
    """Why two words are held to be one, or why a name is more or less likely the other."""

    SAME = "the same word"
    SOUND = "written in another way, sounding alike"
    SLIP = "one slip apart"
    NEAR = "two slips apart"
    ACROSS = "romanised alike"
    INITIAL = "an initial"
    JOINED = "written together in one, apart in the other"
    DIFFERENT = "different"
    MISSING = "missing in the other name"
    ORDER = "the same words in another order"
    FATHER = "father and child change places"
    ONE_WORD = "only one word to compare"
    FORMS = "different legal forms"
    NOTHING = "nothing to compare"


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word with the forms it is compared by."""

    text: str
    script: str
    sound: str
    shape: str  # the sound with one vowel for all
    weight: float
    mass: float  # letters of the sound, by its weight

    @property
    def initial(self) -> bool:
        """Tell whether it can only be an initial."""
        return len(self.text) == 1 and self.script not in SYLLABLES


@lru_cache(maxsize=1 << 16)
def word(text: str) -> Word:
    """Return a folded word with its forms."""
    script = names.script_of(text[:1])
    latin = text if script == "LATIN" and text.isascii() else names.romanise(text)
    sound = "s" + latin[1:] if latin[:1] == "x" else latin
    for written, one in _SOUNDS:
        if written in sound:
            sound = sound.replace(written, one)
    sound = _undoubled(sound.translate(_ONE_SOUND))
    weight = 0.3 if text in nameparts.SMALL else 1.0
    if len(text) == 1 and script not in SYLLABLES:
        weight = 0.4
    return Word(text, script, sound, sound.translate(_VOWELS), weight, len(sound) * weight)


def _undoubled(text: str) -> str:
    last, kept = "", []
    for letter in text:
        if letter != last:
            kept.append(letter)
        last = letter
    return "".join(kept)


def likeness(one: Word, other: Word) -> tuple[float, Why]:
    """Return how likely two words are one name, 0 to 1 (0.5 and more: it is proposed), and why."""
    if one.text == other.text:
        return 1.0, Why.SAME
    if one.initial or other.initial:
        return _initial(one, other)
    if one.script != other.script:
        return _across(one.text, other.text)
    if one.script in SYLLABLES:
        return 0.0, Why.DIFFERENT
    if one.script in NO_VOWELS:
        return _typed(one, other)
    return _sounded(one, other)


def _initial(one: Word, other: Word) -> tuple[float, Why]:
    if one.text[0] == other.text[0] or (one.sound[:1] and one.sound[:1] == other.sound[:1]):
        return (0.72 if len(one.text) != len(other.text) else 0.9), Why.INITIAL
    return 0.0, Why.DIFFERENT


def room(length: int) -> float:
    """Return how many letters apart leave two words of such a length as likely as not."""
    return _LETTERS_APART[length] if length < len(_LETTERS_APART) else 2.6


def _sounded(one: Word, other: Word) -> tuple[float, Why]:
    found = _by_letters(one, other)
    return (VOICED, Why.SOUND) if found[0] < VOICED and voiced(one, other) else found


def _by_letters(one: Word, other: Word) -> tuple[float, Why]:
    length = max(len(one.text), len(other.text))
    free = room(length)
    if abs(len(one.text) - len(other.text)) > 4:
        return 0.0, Why.DIFFERENT
    apart = float(OSA.distance(one.text, other.text, score_cutoff=4))
    heard = OSA.distance(one.sound, other.sound, score_cutoff=4)
    shape = OSA.distance(one.shape, other.shape, score_cutoff=4)
    sound = (heard + shape) / 2 + 0.3
    nearest = min(apart, sound)
    if nearest > 2 * free:
        return 0.0, Why.DIFFERENT
    if nearest < 1:
        why = Why.SOUND if sound < apart else Why.SLIP
    else:
        why = Why.SLIP if nearest < 1.5 else Why.NEAR if nearest <= 2.3 else Why.DIFFERENT
    found = max(0.0, 1.0 - 0.5 * nearest / free)
    if one.text[0] != other.text[0] and one.sound[:1] != other.sound[:1]:
        found *= 0.97
    return found, why if found >= GOOD else Why.DIFFERENT


def voiced(one: Word, other: Word) -> bool:
    """Tell whether only the first sound differs, and by voice alone: Jo and Cho, Gim and Kim."""
    if one.sound[:1] == other.sound[:1] or one.sound[-1:] != other.sound[-1:]:
        return False
    first, rest = onset(one)
    second, others = onset(other)
    return bool(first) and first == second and rest == others


def onset(one: Word) -> tuple[str, str]:
    """Return the class of the first consonant, voiced or not ("" for others), and the rest."""
    if one.text.startswith("ch"):
        return "j", one.sound[2:]
    return one.sound[:1].translate(_VOICE), one.sound[1:]


def _typed(one: Word, other: Word) -> tuple[float, Why]:
    length = max(len(one.text), len(other.text))
    apart = OSA.distance(one.text, other.text, score_cutoff=2)
    room = 0.5 if length < 3 else 0.9 if length < 4 else 1.4 if length < 6 else 2.0
    found = max(0.0, 1.0 - 0.5 * apart / room)
    if found < GOOD:
        return found, Why.DIFFERENT
    return found, Why.SLIP if apart == 1 else Why.NEAR


@lru_cache(maxsize=1 << 16)
def _across(one: str, other: str) -> tuple[float, Why]:
    """Weigh two words of different scripts: skeletons first, then the romanised outline."""
    bones, others = names.skeleton(one), names.skeleton(other)
    left, right = names.outline(one), names.outline(other)
    near = 1.0 - OSA.normalized_distance(left, right)
    long = min(len(bones), len(others)) >= 3
    if bones == others:
        found = (0.66 if long else 0.5) + (ACROSS - (0.66 if long else 0.5)) * near
    elif bones.translate(_COARSE) == others.translate(_COARSE):
        found = (0.58 if long else 0.42) + 0.3 * near
    elif len(bones) > 1 < len(others) and OSA.distance(bones, others, score_cutoff=1) <= 1:
        found = (0.3 if long else 0.24) + 0.4 * near
    else:
        found = 0.55 * near
    return found, Why.ACROSS if found >= GOOD else Why.DIFFERENT
