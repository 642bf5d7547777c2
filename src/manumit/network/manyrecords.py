"""Many records of people as arrays, so that a million of them can be held against each other.

Taken in one by one, in the order of the file: words of the names by number, the parts of the date of
birth, nationality, place and identifiers (documents, telephones) by number. What is not understood
says nothing. In memory only.
"""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from manumit.core import birthdate, nameparts, names, samename

Array = NDArray[Any]

WORDS = 6  # of a name, and of all names of a record together; further ones are left out
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_SHORTEST_IDENTIFIER = 5
_NONE = [-1] * WORDS
_WORKING_ON_OTHERS = names.SON_OF | {"al", "el", "ul", "il"}


def _alone(token: str) -> bool:
    """Tell whether a word of a name is read the same, whatever stands beside it."""
    return token.isalpha() and len(token) > 1 and token.lower() not in _WORKING_ON_OTHERS


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was read; everything but `id` may be missing."""

    id: str
    names: tuple[str, ...] = ()
    birth: str = ""
    nationality: str = ""
    place: str = ""
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Records:
    """Records as arrays.

    words (n, up to 6) int32: words of the names, -1 for none, each once; texts: those words, folded;
    bones: the consonants of each word by number. year (n) int16, month and day (n) int8, 0 when
    unknown; about (n) bool: the year may be off. nationality (n) int16 and place (n) int32 by number,
    0 when unknown. owners, identifiers: which record has which identifier, by number.
    """

    words: Array
    texts: list[str]
    bones: Array
    year: Array
    month: Array
    day: Array
    about: Array
    nationality: Array
    place: Array
    owners: Array
    identifiers: Array

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.words)


class Gathering:
    """Takes records in, one after the other."""

    def __init__(self) -> None:
        self._of_word: dict[str, int] = {}
        self._words = array("i")
        self._births = array("h")
        self._countries: dict[str, int] = {"": 0}
        self._nationality = array("h")
        self._places: dict[tuple[str, ...], int] = {(): 0}
        # What was read once: the same words, dates and places come again and again.
        self._of_token: dict[str, tuple[int, ...]] = {}
        self._of_birth: dict[str, tuple[int, int, int, int]] = {}
        self._of_place: dict[str, int] = {"": 0}
        self._place = array("i")
        self._known: dict[str, int] = {}
        self._owners = array("i")
        self._identifiers = array("i")
        self.count = 0

    def add(self, record: Record) -> None:
        """Add a record."""
        self._words.extend(self._numbers(record.names))
        self._births.extend(self._born(record.birth, record.nationality))
        self._nationality.append(
            self._countries.setdefault(record.nationality, len(self._countries))
        )
        self._place.append(self._where(record.place))
        for value in record.identifiers:
            plain = names.identifier(value)
            if len(plain) >= _SHORTEST_IDENTIFIER:
                self._owners.append(self.count)
                self._identifiers.append(self._known.setdefault(plain, len(self._known)))
        self.count += 1

    def _numbers(self, called: Sequence[str]) -> list[int]:
        found: list[int] = []
        for name in called:
            tokens = name.split()
            # Plain words are read one by one; where words work on each other, the name as a whole.
            plain = name.isascii() and all(map(_alone, tokens))
            for text in tokens if plain else (name,):
                known = self._of_token.get(text)
                if known is None:
                    known = tuple(
                        self._of_word.setdefault(word, len(self._of_word))
                        for word in samename.words(text)
                        if len(word) > 1
                        and word not in nameparts.TITLES
                        and word not in nameparts.SMALL
                    )
                    if plain:
                        self._of_token[text] = known
                found += known
        if len(found) > 1:
            found = list(dict.fromkeys(found))
        return (found + _NONE)[:WORDS]

    def _born(self, text: str, country: str) -> tuple[int, int, int, int]:
        known = self._of_birth.get(text)
        if known is None:
            # Only other calendars need to know the country.
            plain = not text or ("18" <= text < "21" and _ISO.fullmatch(text))
            key = text if plain else f"{text}|{country}"
            known = self._of_birth.get(key)
            if known is None:
                known = self._of_birth[key] = _birth(text, country)
        return known

    def _where(self, text: str) -> int:
        known = self._of_place.get(text)
        if known is None:
            where = names.fold(text)
            known = self._places.setdefault(where, len(self._places))
            self._of_place[text] = known
        return known

    def records(self) -> Records:
        """Return everybody as arrays."""
        texts = list(self._of_word)
        numbers: dict[str, int] = {}
        # Not the cached function: every word is another one.
        bones = [
            numbers.setdefault(names.skeleton.__wrapped__(text), len(numbers)) for text in texts
        ]
        births = np.asarray(self._births, np.int16).reshape(-1, 4)
        words = np.asarray(self._words, np.int32).reshape(-1, WORDS)
        widest = max(1, int((words >= 0).sum(axis=1).max(initial=0)))
        return Records(
            words=words[:, :widest].copy(),
            texts=texts,
            bones=np.asarray(bones, np.int32),
            year=births[:, 0].copy(),
            month=births[:, 1].astype(np.int8),
            day=births[:, 2].astype(np.int8),
            about=births[:, 3] > 0,
            nationality=np.asarray(self._nationality, np.int16),
            place=np.asarray(self._place, np.int32),
            owners=np.asarray(self._owners, np.int32),
            identifiers=np.asarray(self._identifiers, np.int32),
        )


def _birth(text: str, country: str) -> tuple[int, int, int, int]:
    """Return year, month, day (0 when unknown) and 1 where the year may be off."""
    if not text:
        return 0, 0, 0, 0
    plain = _ISO.fullmatch(text)
    if plain and 1800 <= int(plain[1]) < 2100:
        return _exact(int(plain[1]), int(plain[2] or 0), int(plain[3] or 0))
    readings = birthdate.read(text, country)
    if not readings:
        return 0, 0, 0, 0
    first, last = readings[0].first, readings[0].last
    about = int(readings[0].about)
    if readings[0].exact:
        return (*_exact(first.year, first.month, first.day)[:3], about)
    month = first.month if (first.year, first.month) == (last.year, last.month) else 0
    return first.year, month if first != last else 0, 0, about


def _exact(year: int, month: int, day: int) -> tuple[int, int, int, int]:
    """Return a date; 1 January stands for somebody who knew only the year."""
    if not 1 <= month <= 12 or not 0 <= day <= 31 or (month, day) == (1, 1):
        return year, 0, 0, 0
    return year, month, day, 0
