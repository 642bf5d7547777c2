"""Names: when two spellings may be one name.

One person's name is written in several scripts and in each script in several ways: محمد, Mohammed,
Muhamad, Мухаммед. Three forms of a name word lead from the surest to the loosest comparison:

- `fold`: the same letters, whatever the keyboard, the vowel signs and the article;
- `outline`: the word in Latin letters without its weakest vowels, to measure how near two are;
- `skeleton`: its consonants alone, in classes that the usual romanisations mix up. Words with
  different skeletons are not compared across scripts at all.

A match is a reason to look, never a decision that two people are one. Phonetic codes made for
English miss these names, which is why there is none here.
"""

import re
import unicodedata
from functools import lru_cache

import icu

_LATIN = icu.Transliterator.createInstance("Any-Latin; Lower; NFC")
_ASCII = icu.Transliterator.createInstance("Latin-ASCII")
# Letters that scholars write with one sign and everybody else with two: ж, ч, ш and their like.
_TWO_LETTERS = str.maketrans({"ž": "zh", "č": "ch", "š": "sh", "ŝ": "sh", "ǧ": "j"})
# What is longer is no name, and comparing it would cost time that others need.
_LONGEST_NAME = 400
_LONGEST_WORD = 40

_ABJADS = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

# Letters that stand for one another inside a script. Arabic, Farsi, Kurdish and Urdu keyboards
# give different codes for the same written letter; after NFD the hamza carriers are bare already.
_SAME: dict[str, str] = {
    "ٱ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ې": "ي", "ێ": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك",
    "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ۆ": "و", "ۇ": "و", "ۋ": "و", "ڕ": "ر", "ڵ": "ل", "ں": "ن", "ۍ": "ي", "ګ": "گ",
    "ء": "", "ـ": "",
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "e",
    "ǝ": "e",
}  # fmt: skip
# Signs that are part of a word and say nothing about who is meant: D'Arc and Darc, ʿAlī and Ali.
_SILENT = frozenset("'’‘`´ʼʻʿʾ′״׳\"")
_KURDISH_E = "ە"


class _Letters(dict[int, str | None]):
    """What each character becomes, worked out once."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        category = unicodedata.category(character)
        result: str | None = " "
        if character == _KURDISH_E:
            result = character  # decided by its place in the word
        elif character in _SAME:
            result = _SAME[character]
        elif character in _SILENT or category == "Cf" or unicodedata.combining(character) >= 10:
            # Accents and Arabic or Hebrew vowel signs go. The vowel signs of Indic scripts have
            # class 0 and the virama 9: they are letters of the name and stay.
            result = None
        elif category == "Nd":
            result = str(unicodedata.digit(character))
        elif category[0] in "LM":
            result = character
        self[code] = result
        return result


_LETTERS = _Letters()
_INITIAL_CARRIER = re.compile(r"(?<!\w)ئ")
_INNER_E = re.compile(r"ە(?=\w)")
_DOUBLED_VOWEL = re.compile(r"([اوي])\1+")
_LATIN_ARTICLE = re.compile(
    r"(?<![^\W\d_])(?<!\w['’‘`´ʼʻʿ′])(?:(?:al|el|ul|il)[-\s]+|[aeu](?:[rszntd]|sh|dh|th)-)(?=\w)",
    re.IGNORECASE,
)
_SERVANT_LATIN = re.compile(r"abd(?:[aeiou](?:l|([rsnzdt])(?=\1)))(?P<rest>.{3,})")
_SERVANT_ARABIC = re.compile(r"عبد(?P<rest>ال.{2,})")
_OF_THE_FAITH = re.compile(r"(?P<first>.{3,}?)?[aeiou]dd[iey]+ne?")
_ALLAH = {"الله": "اله", "لله": "اله", "lah": "allah", "llah": "allah"}
# Names whose first two letters look like the article and are not.
_NO_ARTICLE = frozenset(("الياس", "الهام", "الطاف", "الماس", "الفت", "الينا", "الين", "البرت"))
SON_OF = frozenset(("bin", "ibn", "ben", "bint", "بن", "ابن", "بنت"))


def fold(name: str) -> tuple[str, ...]:
    """Return the words of a name, folded inside their script, in the order written.

    A name is read up to 400 characters and a word up to 40. The article, "son of" and "daughter of"
    go; "servant of" compounds are two words, as عبد الرحمن, Abdulrahman and Abd ar-Rahman are.
    """
    text = unicodedata.normalize("NFKC", name[:_LONGEST_NAME]).casefold()
    text = text.replace("ه\u200c", _KURDISH_E)  # how older Kurdish keyboards write that vowel
    if not text.isascii():
        text = _INITIAL_CARRIER.sub("ا", text)
    text = _LATIN_ARTICLE.sub("", text)
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).translate(_LETTERS))
    words: list[str] = []
    for raw in text.split():
        words.extend(_words(raw[:_LONGEST_WORD]))
    kept = [word for place, word in enumerate(words) if place == 0 or word not in SON_OF]
    return tuple(kept)


@lru_cache(maxsize=1 << 16)
def _words(raw: str) -> tuple[str, ...]:
    word = raw
    if _ABJADS.search(word):
        word = _INNER_E.sub("", word).replace(_KURDISH_E, "ه")
        word = _DOUBLED_VOWEL.sub(r"\1", word)
    servant = _SERVANT_LATIN.fullmatch(word) or _SERVANT_ARABIC.fullmatch(word)
    if servant:
        first = "عبد" if word.startswith("ع") else "abd"
        return first, _bare(servant["rest"])
    faith = _OF_THE_FAITH.fullmatch(word)
    if faith:  # Salahuddin, Salah Eddine: صلاح الدين
        return (faith["first"], "din") if faith["first"] else ("din",)
    if word in ("abdul", "abdel", "abdal", "abdol", "abdur", "abdus"):
        return ("abd",)
    bare = _bare(word)
    return (bare,) if bare else ()


def _bare(word: str) -> str:
    if word in _ALLAH:
        return _ALLAH[word]
    if word.startswith("ال") and len(word) >= 5 and word not in _NO_ARTICLE:
        return word[2:]
    return word


@lru_cache(maxsize=1 << 16)
def romanise(token: str) -> str:
    """Return a word in lower-case Latin letters and digits only (ICU)."""
    latin = token.lower() if token.isascii() else _latin(token)
    return "".join(c for c in latin if c.isascii() and c.isalnum())


def _latin(token: str) -> str:
    spread = str(_LATIN.transliterate(token)).translate(_TWO_LETTERS)
    return str(_ASCII.transliterate(spread))


# Consonants by class: S is sh and ch; j is j, g and gh; k is k and q; h is h and kh, which Turkish
# and Russian do not tell apart.
_ARABIC_CLASSES = {
    letter: kind
    for kind, letters in {
        "b": "بپ", "t": "تطثټٹ", "j": "جغگژڠږ", "S": "چشښ", "h": "حخه", "k": "قك", "d": "دذضډڈ",
        "r": "رړڑ", "z": "زظځ", "s": "سصڅ", "f": "فڤ", "l": "ل", "m": "م", "n": "نڼ",
    }.items()
    for letter in letters
}  # fmt: skip
_LATIN_CLASSES = {
    "tch": "S", "tsh": "S", "sch": "S", "sh": "S", "ch": "S",
    "dzh": "j", "dz": "j", "dj": "j", "zh": "j", "gh": "j", "j": "j", "g": "j",
    "kh": "h", "ck": "k", "qu": "k", "q": "k", "k": "k", "c": "k",
    "ph": "f", "f": "f", "v": "f", "th": "t", "t": "t", "dh": "d", "d": "d",
    "bh": "b", "b": "b", "p": "b", "h": "h", "x": "ks", "z": "z", "s": "s",
    "l": "l", "m": "m", "n": "n", "r": "r",
}  # fmt: skip
_LATIN_SOUND = re.compile("|".join(sorted(_LATIN_CLASSES, key=len, reverse=True)) + "|.")
_DOUBLED = re.compile(r"(.)\1+")
_SOFT_C = re.compile(r"c(?=[eiy])")
_FRENCH_W = re.compile(r"^ou(?=[aeiy])")
_SOFT_V = re.compile(r"(?<=.)v(?=[aeiouy])")  # Davud and Dawud, پروین and Parvin
_SHORT_FORMS = {"md": "mohammed", "mohd": "mohammed", "muhd": "mohammed"}


@lru_cache(maxsize=1 << 16)
def skeleton(token: str) -> str:
    """Return the consonant classes of a folded word; one leading `a` stands for any first vowel.

    Vowels, inner w and y, a final h and the difference of final d and t are dropped: these are
    what romanisations and dictation disagree on. Empty only for a word without letters.
    """
    if _ABJADS.match(token):
        first, bones = _arabic_bones(token)
    else:
        first, bones = _latin_bones(_SHORT_FORMS.get(token, token))
    bones = bones.removesuffix("h") or bones
    if bones.endswith("t"):
        bones = bones[:-1] + "d"
    return first + bones


def _arabic_bones(token: str) -> tuple[str, str]:
    kinds = [_ARABIC_CLASSES.get(letter) for letter in token]
    if not any(kinds) and not set(token) & set("اعوي"):
        return _latin_bones(romanise(token))  # another right-to-left script, such as Hebrew
    first = {"و": "w", "ي": "y"}.get(token[0], "a" if kinds[0] is None else "")
    return first, "".join(kind for kind in kinds if kind)


def _latin_bones(token: str) -> tuple[str, str]:
    word = _FRENCH_W.sub("w", _DOUBLED.sub(r"\1", romanise(token)))
    first = ""
    if word[:1] in ("v", "w", "y"):
        first, word = word[0].replace("v", "w"), word[1:]
    elif word[:1] and word[0] in "aeiou0123456789":
        first = word[0] if word[0].isdigit() else "a"
    if word.startswith("x"):
        word = "kh" + word[1:]  # Kurdish: Xalid is Khalid
    word = _SOFT_V.sub("", _SOFT_C.sub("s", word))
    return first, "".join(_LATIN_CLASSES.get(sound, "") for sound in _LATIN_SOUND.findall(word))


_STRONG_VOWELS = str.maketrans(
    {"y": "i", "w": "u", "o": "u", "v": "u", "a": "", "e": "", "q": "k", "c": "k"}
)
_ONE_WAY = (("ou", "u"), ("oo", "u"), ("ee", "i"), ("ch", "sh"), ("dj", "j"), ("dz", "j"))


@lru_cache(maxsize=1 << 16)
def outline(token: str) -> str:
    """Return a folded word in Latin letters with only the vowels that most scripts write."""
    latin = romanise(_SHORT_FORMS.get(token, token))
    for written, same in _ONE_WAY:
        latin = latin.replace(written, same)
    latin = _DOUBLED.sub(r"\1", latin.translate(_STRONG_VOWELS))
    return latin.removesuffix("h") or romanise(token)


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """Return the script of a letter by its Unicode name: LATIN, ARABIC, CJK; "" when it has none."""
    return unicodedata.name(letter, "").partition(" ")[0]


def same_script(one: str, other: str) -> bool:
    """Say whether two words are written in one script, going by their first letters."""
    return script_of(one[:1] or " ") == script_of(other[:1] or " ")


def identifier(value: str) -> str:
    """Return an exact identifier (phone, passport) without the ways it can be typed.

    Letters are folded, digits of every script become 0 to 9, all else goes; a leading + and a
    leading 00 both go, so that one phone number has one form.
    """
    text = unicodedata.normalize("NFKC", value).casefold()
    plain = "".join(
        str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c
        for c in text
        if c.isalnum()
    )
    return plain[2:] if plain.startswith("00") and plain.isdigit() else plain
