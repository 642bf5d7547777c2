"""People of the consolidated list as somebody in the field might have written them down, and decoys.

A made set, from a seed. Decoys: half of them put together from the words of the list itself (their
own places: a first word stays a first word), which makes namesakes of the listed; half from Latin
spellings of Wikidata and of the labelled pairs. Their years and nationalities follow the list's.
Negatives are made the same way and are not on the list.

Treatment of a listed person, by level (`LEVELS`): the shares of names with a slip of the pen in one
word (a letter left out, added, changed, two changed about), in a transliteration habit (u/ou, ee/i,
kh/h, doubled letters, y/i, q/k, w/v), of names of three words and more with a middle one left out,
and of names with the last word first; the shares of birth dates that keep the year alone, have day
and month changed about, another day, or a year more or less; and how often a nationality is told.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from manumit.network import listed, listscreen


@dataclass(frozen=True)
class Level:
    """Shares, 0 to 1."""

    slip: float
    habit: float
    dropped: float
    moved: float
    year_only: float
    swapped: float
    other_day: float
    other_year: float
    nationality: float = 0.9


LEVELS = {
    "mild": Level(0.12, 0.08, 0.08, 0.10, 0.08, 0.04, 0.04, 0.04),
    "harsh": Level(0.50, 0.20, 0.30, 0.20, 0.15, 0.05, 0.10, 0.08),
}
HABITS = (
    ("ou", "u"), ("u", "ou"), ("ee", "i"), ("i", "ee"), ("kh", "h"), ("y", "i"), ("q", "k"),
    ("w", "v"), ("mm", "m"), ("ss", "s"), ("ll", "l"), ("ah", "a"), ("o", "u"), ("e", "a"),
    ("dh", "d"), ("gh", "g"), ("j", "dj"), ("sh", "ch"),
)  # fmt: skip


def half(reference: str) -> str:
    """Tell to which half somebody belongs."""
    first = hashlib.sha256(reference.encode()).digest()[0]
    return "tuning half" if first % 2 == 0 else "held-out half"


class Maker:
    """Makes names, decoys, negatives and treated people from one seed."""

    def __init__(
        self, people: Sequence[listed.Listed], words: Path, pairs: Path, seed: int
    ) -> None:
        self.dice = random.Random(seed)
        names = [e.name.split() for e in people if e.name]
        self.by_place = {
            "first": [n[0] for n in names],
            "middle": [w for n in names for w in n[1:-1]],
            "last": [n[-1] for n in names if len(n) > 1],
        }
        self.words = [*_wikidata(words), *_words_of_pairs(pairs)]
        self.years = [int(b[-4:] if b.startswith("about") else b[:4]) for e in people
                      for b in e.births[:1]]  # fmt: skip
        self.nations = [n for e in people for n in e.nationalities[:1]]
        self.taken = {" ".join(sorted(n)).lower() for n in names}

    def name(self) -> str:
        """Return a name that nobody listed has."""
        while True:
            count = self.dice.choice((2, 3, 3, 4))
            if self.dice.random() < 0.5:
                middle = self.dice.choices(self.by_place["middle"], k=count - 2)
                words = [
                    self.dice.choice(self.by_place["first"]),
                    *middle,
                    self.dice.choice(self.by_place["last"]),
                ]
            else:
                words = self.dice.choices(self.words, k=count)
            if " ".join(sorted(words)).lower() not in self.taken:
                return " ".join(words).title()

    def birth(self) -> str:
        """Return a day of birth, near in years to those of the list."""
        year = self.dice.choice(self.years) + self.dice.randint(-3, 3)
        return date(year, self.dice.randint(1, 12), self.dice.randint(1, 28)).isoformat()

    def decoys(self, count: int) -> Iterator[listed.Listed]:
        """Give so many people who look like entries of the list."""
        for number in range(count):
            name = listed.Called(self.name(), listed.Style.PRIMARY)
            nation = self.dice.choice(self.nations)
            yield listed.Listed(
                f"D{number}", listed.Kind.PERSON, "", (name,), (self.birth(),), (nation,)
            )

    def negatives(self, count: int) -> Iterator[listscreen.Asked]:
        """Give so many people to ask for who are not on the list."""
        for number in range(count):
            nation = self.dice.choice(self.nations)
            yield listscreen.Asked(f"N{number}", self.name(), self.birth(), nation)

    def treated(self, entry: listed.Listed, level: Level) -> listscreen.Asked:
        """Write somebody down."""
        words = entry.name.split()
        if len(words) > 2 and self.chance(level.dropped):
            words.pop(self.dice.randrange(1, len(words) - 1))
        if len(words) > 1 and self.chance(level.moved):
            words = [words[-1], *words[:-1]]
        if self.chance(level.slip):
            at = self.dice.randrange(len(words))
            words[at] = self._slip(words[at])
        if self.chance(level.habit):
            words = self._habit(words)
        birth = self._birth(entry.births[0], level) if entry.births else ""
        told = entry.nationalities and self.chance(level.nationality)
        nation = self.dice.choice(entry.nationalities) if told else ""
        return listscreen.Asked(entry.reference, " ".join(words), birth, nation)

    def chance(self, share: float) -> bool:
        """Draw whether something of this share happens."""
        return self.dice.random() < share

    def _slip(self, word: str) -> str:
        if len(word) < 4:
            return word
        at = self.dice.randint(1, len(word) - 2)
        kind = self.dice.randrange(4)
        if kind == 0:
            return word[:at] + word[at + 1 :]
        if kind == 1:
            return word[:at] + self.dice.choice("aeiouhnrl") + word[at:]
        if kind == 2:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return word[:at] + self.dice.choice("aeioumnrs") + word[at + 1 :]

    def _habit(self, words: list[str]) -> list[str]:
        text = " ".join(words).lower()
        fits = [(a, b) for a, b in HABITS if a in text]
        for written, now in self.dice.sample(fits, min(2, len(fits))):
            text = text.replace(written, now)
        return text.split()

    def _birth(self, text: str, level: Level) -> str:
        text = text.replace("about ", "")
        if len(text) < 10:
            return text
        born = date.fromisoformat(text[:10])
        drawn = self.dice.random() - level.year_only
        if drawn < 0:
            return str(born.year)
        drawn -= level.swapped
        if drawn < 0 and born.day <= 12:
            return f"{born.year}-{born.day:02}-{born.month:02}"
        drawn -= level.other_day
        if drawn < 0:
            return born.replace(day=self.dice.randint(1, 28)).isoformat()
        drawn -= level.other_year
        if drawn < 0:
            year = born.year + self.dice.choice((-1, 1))
            return born.replace(year=year, day=min(28, born.day)).isoformat()
        return born.isoformat()


def _wikidata(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8").splitlines():
        latin, _arabic, _count = line.split("\t")
        word = latin.replace(" ", "")
        if word.isascii() and 3 <= len(word) <= 10:
            yield word


def _words_of_pairs(path: Path) -> Iterator[str]:
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["schema"] == "Person":
                yield from (w for w in row["name1"].split() if w.isascii() and len(w) > 2)
