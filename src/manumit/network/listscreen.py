"""Which listed people somebody may be: proposals with reasons, the likeliest first; people decide.

The names that share the rarest words with the asked one (`shortlist`) are compared in any script
(`core.samename`); names, births and nationality are weighed in bits for and against
(`listevidence`). The score is a probability: of all entries that may be meant, and of somebody who is
not listed at all, how likely is this one? Two entries that fit equally well share it, so that one
better fit leaves little to its namesakes. It never reaches 1. The index is in memory.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from manumit.core import birthdate, names, samename
from manumit.network import countries, listed, listevidence, shortlist

THRESHOLD = 0.25  # fixed: to miss somebody costs more than a look; figures in docs/benchmarks.md
_AT_LEAST = 5  # names compared, whatever they may reach
_LOOSE = 1.25  # what a name may reach, as a share of the bits of the words that it shares
_HOPELESS = 10.0  # bits behind the best: a thousandth of its score
_NOBODY = 0.0  # bits: somebody asked about is as likely listed as not, before anything is known
_FEWEST = 4000  # people: among fewer a coincidence is held to be as likely as among these
_MOST = 0.99  # of one entry, when nothing else fits


@dataclass(frozen=True)
class Asked:
    """Who is looked for."""

    id: str
    name: str
    birth: str = ""
    nationality: str = ""


@dataclass(frozen=True)
class Hit:
    """A proposal. `score` 0 to 1 is a probability; `decision`: a person should look at it."""

    entry: listed.Listed
    name: str
    score: float
    decision: bool
    reasons: tuple[str, ...]
    bits: float  # for, less what any two people have against them; orders what rounds to the same


@dataclass(frozen=True)
class _Name:
    entry: int
    text: str
    read: samename.Name
    titles: frozenset[str]


@dataclass(frozen=True)
class _Weighed:
    bits: float
    name: _Name
    found: samename.Comparison
    evidence: tuple[listevidence.Evidence, ...]


class Index:
    """The people of one or more lists, made ready to be asked."""

    def __init__(
        self, entries: Iterable[listed.Listed], kind: listed.Kind = listed.Kind.PERSON
    ) -> None:
        self.entries = [e for e in entries if e.kind is kind]
        self._names: list[_Name] = []
        self._births: list[tuple[listevidence.Day, ...]] = []
        self._nations: list[frozenset[str]] = []
        self._short = shortlist.Shortlist()
        having: Counter[str] = Counter()
        for number, entry in enumerate(self.entries):
            having.update(self._add(number, entry))
        self._short.ready()
        self._rare = listevidence.Rarity(len(self.entries), having)
        self._common = Counter(nation for nations in self._nations for nation in nations)
        self._nobody = math.log2(max(_FEWEST, len(self.entries))) + _NOBODY

    def _add(self, number: int, entry: listed.Listed) -> set[str]:
        """Keep an entry; return the consonants of its words."""
        births = tuple(
            day for text in entry.births for day in listevidence.days(birthdate.read(text))
        )
        nations = frozenset(filter(None, map(countries.code, entry.nationalities)))
        self._births.append(births)
        self._nations.append(nations)
        years = {day.year for day in births}
        bones: set[str] = set()
        for called in entry.names:
            words = samename.words(called.text)
            self._names.append(
                _Name(
                    number,
                    called.text,
                    samename.read(called.text, words),
                    listevidence.titles(words),
                )
            )
            self._short.add(words, years, nations)
            bones.update(map(names.skeleton, words))
        return bones

    def ask(self, asked: Asked, most: int = 5) -> list[Hit]:
        """Return the likeliest people, at most so many, however unlikely; `decision` tells them apart."""
        nation = countries.code(asked.nationality)
        births = listevidence.days(birthdate.read(asked.birth, nation))
        best: dict[int, _Weighed] = {}
        for one in self._weigh(asked.name, births, nation):
            number = one.name.entry
            if number not in best or one.bits > best[number].bits:
                best[number] = one
        whole = math.exp2(self._nobody) + sum(math.exp2(one.bits) for one in best.values())
        return [
            self._hit(one, _MOST * math.exp2(one.bits) / whole)
            for one in heapq.nlargest(most, best.values(), key=lambda one: one.bits)
        ]

    def _weigh(
        self, text: str, births: Sequence[listevidence.Day], nation: str
    ) -> Iterator[_Weighed]:
        """Weigh the names worth it, those first that may reach most; give up when none can count."""
        words = samename.words(text)
        read, titles = samename.read(text, words), listevidence.titles(words)
        share = self._common[nation] / max(1, len(self.entries))
        best = -math.inf
        for done, (most, place, beside) in enumerate(self._worth(words, births, nation, share)):
            if done >= _AT_LEAST and most < best - _HOPELESS:
                return
            name = self._names[place]
            found = samename.compare(read, name.read)
            bits = listevidence.name(found, self._rare)
            if titles and name.titles:
                bits += listevidence.shared_titles(titles, name.titles, self._rare)
            whole = bits + sum(sign.bits for sign in beside)
            best = max(best, whole)
            yield _Weighed(whole, name, found, (listevidence.Evidence(bits, "name"), *beside))

    def _worth(
        self, words: Sequence[str], births: Sequence[listevidence.Day], nation: str, share: float
    ) -> list[tuple[float, int, tuple[listevidence.Evidence, ...]]]:
        """Return the short list with what is known beside the name; those that may reach most first."""
        years = [day.year for day in births[:1]]
        found = []
        for place, told in self._short.near(words, years, nation):
            entry = self._names[place].entry
            signs = (
                listevidence.births(births, self._births[entry]),
                listevidence.nationality(nation, self._nations[entry], share),
            )
            beside = tuple(sign for sign in signs if sign)
            most = _LOOSE * told + sum(sign.bits for sign in beside)
            found.append((most, place, beside))
        found.sort(key=lambda one: -one[0])
        return found

    def _hit(self, one: _Weighed, score: float) -> Hit:
        name, *others = map(str, one.evidence)
        reasons = (f"{name}: " + "; ".join(map(str, one.found.reasons)), *others)
        entry, bits = self.entries[one.name.entry], one.bits - self._nobody
        rounded = round(score, 6)
        return Hit(entry, one.name.text, rounded, rounded >= THRESHOLD, reasons, bits)


def screen(
    index: Index, people: Sequence[Asked], most: int = 5
) -> Iterator[tuple[Asked, list[Hit]]]:
    """Ask for each of many people."""
    for asked in people:
        yield asked, index.ask(asked, most)
