"""Two names: may they be one person's (or one organisation's), how surely, and why.

Decides nothing about people: it proposes, with its reasons, and a person decides. The words of the
two names are folded inside their script (`names.fold`), paired one to one whatever their order, and
each pair is weighed by what can turn one spelling into the other (`wordlikeness`).

The score, 0 to 1, follows the worst pair more than the mean: one word that contradicts makes another
person, three that agree do not outvote it. It stays below 1 for the same spelling, the more so the
shorter the name: two people may share a name. `THRESHOLD` is fixed. Inside what is proposed a word
without any counterpart weighs more than one spelt otherwise; what is not proposed is ordered by the
letters that go together. Figures and what they were tuned on: docs/benchmarks.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Indel, JaroWinkler

from manumit.core import nameparts, names, wordlikeness

THRESHOLD = 0.5
_BELOW = 0.49  # what is not proposed is ordered below it
# What orders what is proposed: how likely it is, the letters of the whole names, and, taken off, each
# word without a counterpart (so many at the most).
_LEAST, _LIKELY, _WHOLE, _LONELY, _MOST_LONELY = 0.24, 0.55, 0.2, 0.03, 4.0
_WHOLE_BELOW = 0.4  # and what the whole names count in the order of what is not
_FIRST = 1.2  # the first word, a given name most often, tells more than the others
_GIVEN_UP = 0.3  # a pair below this is no pair at all
_SURE = 0.75  # such a pair is taken before a look at words written together
_in_any_order, _as_written = Indel.normalized_similarity, JaroWinkler.similarity
Why = wordlikeness.Why
Word = wordlikeness.Word


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: why, and the words of the first and of the second name that it is about."""

    why: Why
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()

    def __str__(self) -> str:
        one, other = " ".join(self.first), " ".join(self.second)
        if one and other:
            return f"{one} / {other}: {self.why}" if one != other else f"{one}: {self.why}"
        return f"{one or other}: {self.why}" if one or other else self.why.value.capitalize()


class Name(NamedTuple):  # not a dataclass, nor is a pair: of so many, they are made faster
    """A name, read once and compared often."""

    words: tuple[Word, ...]
    forms: frozenset[str]  # legal forms; a name with any is an organisation's
    body: bool  # an organisation's
    sons: frozenset[tuple[str, str]]  # (child, father) where the name says "bin"
    masses: list[float]  # what each word counts among the letters
    shape: str  # of all words
    ordered: str  # the same, in the order of the alphabet


@dataclass(frozen=True, slots=True)
class Comparison:
    """How likely two names are one, 0 to 1, the decision at `THRESHOLD`, and the reasons."""

    score: float
    first: Name
    second: Name
    pairs: tuple["Pair", ...] = ()
    also: tuple[Reason, ...] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return why, pair by pair; then the words that one side lacks; then what concerns the whole."""
        return (*_reasons(self), *self.also)

    @property
    def decision(self) -> bool:
        """Tell whether a person should look at the two."""
        return self.score >= THRESHOLD


class Pair(NamedTuple):
    """Words of one name (by number) held against words of the other."""

    likeness: float
    why: Why
    first: tuple[int, ...]
    second: tuple[int, ...]


def read(name: str, folded: list[str] | None = None) -> Name:
    """Read a name: fold it, put titles and legal forms aside, keep who is said to be whose child.

    folded: its `words`, where they are known already.
    """
    folded = words(name) if folded is None else folded
    kept, forms = nameparts.take_forms(folded, name)
    body = bool(forms) or not nameparts.BODIES.isdisjoint(kept)
    kept = _without(kept, nameparts.EMPTY if body else nameparts.TITLES)
    read = tuple(map(wordlikeness.word, kept))
    shapes = [one.shape for one in read]
    shape, ordered = " ".join(shapes), " ".join(sorted(shapes))
    return Name(read, forms, body, _sons(name), _masses(read), shape, ordered)


def _masses(words: tuple[Word, ...]) -> list[float]:
    masses = [one.mass for one in words]
    if masses:
        masses[0] *= _FIRST
    return masses


def words(name: str) -> list[str]:
    """Return the folded words of a name, compounds apart and initials together; titles stay."""
    return _runs(_apart(names.fold(name)))


_SON = re.compile(r"\s(?:b[ie]n|ibn|bint|بن|ابن|بنت)\s", re.IGNORECASE)
_OF_GOD = re.compile(r"(.{3,}?)[aeou]?ll?ah")
_OF_GOD_ARABIC = re.compile(r"(.{3,})الله")
_MERCIFUL = re.compile(r"(?:(abd)[aeiou]r?|(.{3,}?)[aeou]r)?(r[ae]hman)")
_LEFT_OF_ARTICLE = re.compile(r"(?<=..)[aeu]r$")
_GOD = nameparts.words("ullah ollah ulla")  # Khair Ullah
_FAITH = nameparts.words("eldin aldin eddin uddin aldeen eldeen deen dine eddine")
_MAY_BE_TWO = ("llah", "الله", "hman", "ulla")


def _apart(words: Sequence[str]) -> Sequence[str]:
    """Write compounds of God, of the faith and of the Merciful as two words: Esmatullah is عصمت الله."""
    for one in words:
        if one.endswith(_MAY_BE_TWO) or one in _FAITH:
            return _two_for_one(words)
    return words


def _two_for_one(words: Sequence[str]) -> list[str]:
    made: list[str] = []
    for one in words:
        if one in nameparts.TITLES:  # Mullah is no compound
            made.append(one)
        elif one in _FAITH:
            made.append("din")
        elif one in _GOD:
            made.append("allah")
        elif found := _OF_GOD.fullmatch(one) or _OF_GOD_ARABIC.fullmatch(one):
            made += [one] if one == "allah" else [found[1], "allah" if one.isascii() else "اله"]
        elif found := _MERCIFUL.fullmatch(one):
            if made and found[3] == one:  # Matiur Rehman is Mati-ur-Rehman
                made[-1] = _LEFT_OF_ARTICLE.sub("", made[-1])
            made += filter(None, found.groups())
        else:
            made.append(one)
    return made


def _without(words: list[str], less: frozenset[str]) -> list[str]:
    if less.isdisjoint(words):
        return words
    return [one for one in words if one not in less] or words


def _runs(words: Sequence[str]) -> list[str]:
    """Write single letters that stand together as one word: A.B.C. is abc."""
    made: list[str] = []
    run = ""
    for one in words:
        if len(one) == 1 and one.isascii():
            run += one
            continue
        if run:
            made.append(run)
            run = ""
        made.append(one)
    return [*made, run] if run else made


def _sons(name: str) -> frozenset[tuple[str, str]]:
    if not _SON.search(name):
        return frozenset()
    raw = name.casefold().split()
    return frozenset(
        (raw[at - 1], raw[at + 1]) for at in range(1, len(raw) - 1) if raw[at] in names.SON_OF
    )


def between(one: str, other: str) -> Comparison:
    """Compare two names as they were written."""
    return compare(read(one), read(other))


def compare(one: Name, other: Name) -> Comparison:
    """Compare two names that were read."""
    if not one.words or not other.words:
        return Comparison(0.0, one, other, also=(Reason(Why.NOTHING),))
    pairs = _pairs(one.words, other.words)
    also: list[Reason] = []
    likely, lonely = _likelihood(one, other, pairs)
    score = likely * _whole(one, other, pairs, also)
    score = _ordered(score, lonely, _in_common(one, other, pairs), _whole_alike(one, other))
    return Comparison(round(score, 4), one, other, tuple(pairs), tuple(also))


def _ordered(likely: float, lonely: float, common: float, whole: float) -> float:
    """Return the score: what is proposed and what is not are ordered each in its own way."""
    if likely < THRESHOLD:
        common = 0.94 * common + 0.12 * likely
        return _BELOW * (common + _WHOLE_BELOW * (whole - common))
    score = _LEAST + _LIKELY * likely + _WHOLE * whole
    return max(THRESHOLD, score - _LONELY * min(_MOST_LONELY, lonely))


def _whole_alike(one: Name, other: Name) -> float:
    """Return how alike the whole names are, 0 to 1: in any order, and as written, how they begin."""
    return (_in_any_order(one.ordered, other.ordered) + _as_written(one.shape, other.shape)) / 2.0


def _in_common(one: Name, other: Name, pairs: Sequence[Pair]) -> float:
    """Return the share of the letters that go together, 0 to 1: the mean of the two names.

    The worst pair, which decides, orders badly.
    """
    left = right = 0.0
    for pair in pairs:
        if pair.likeness > wordlikeness.GOOD:
            sure = 2.0 * pair.likeness - 1.0
            for n in pair.first:
                left += sure * one.masses[n]
            for n in pair.second:
                right += sure * other.masses[n]
    return (left / (sum(one.masses) or 1.0) + right / (sum(other.masses) or 1.0)) / 2.0


def _likelihood(one: Name, other: Name, pairs: Sequence[Pair]) -> tuple[float, float]:
    """Return what the pairs say, the worst most of all, and the weight of words without a pair."""
    mass = total = agreed = letters = 0.0
    least = 1.0
    left, right = [word.weight for word in one.words], [word.weight for word in other.words]
    for pair in pairs:
        weight = min(_take(left, pair.first), _take(right, pair.second))
        mass += weight
        total += weight * pair.likeness
        if pair.likeness >= wordlikeness.GOOD:
            agreed += weight
            said = 0
            for n in pair.first:
                said += len(one.words[n].sound)
            for n in pair.second:
                said += len(other.words[n].sound)
            letters += said / 2 * pair.likeness
        if pair.likeness < least and (weight >= 0.4 or pair.likeness < wordlikeness.GOOD):
            least = pair.likeness
    score = 0.35 * total / mass + 0.65 * least if mass else 0.0
    if least < wordlikeness.GOOD:
        score *= 0.8
    lacks, extra = sum(left), sum(right)
    if lacks and extra:  # each has a word that the other lacks
        score *= 0.45
    elif lacks or extra:
        score *= _for_missing(lacks + extra, agreed, body=one.body or other.body)
    # Two people may share a name: the shorter it is, the more do.
    return score * (1.0 - 0.3 / (1.0 + letters / 3.0)), lacks + extra


def _take(weights: list[float], numbers: tuple[int, ...]) -> float:
    taken = 0.0
    for n in numbers:
        taken += weights[n]
        weights[n] = 0.0
    return taken


def _whole(one: Name, other: Name, pairs: Sequence[Pair], also: list[Reason]) -> float:
    """Return what the two names as wholes leave of the score, and note why."""
    share = 1.0
    if one.sons and other.sons and _changed_places(one.sons - other.sons, other.sons - one.sons):
        share *= 0.5
        also.append(Reason(Why.FATHER))
    elif len(pairs) > 1 and _moved(pairs):
        share *= 0.99
        also.append(Reason(Why.ORDER))
    if len(one.words) == 1 and len(other.words) == 1:
        also.append(Reason(Why.ONE_WORD))
    if one.forms and other.forms and one.forms.isdisjoint(other.forms):
        share *= 0.95
        also.append(Reason(Why.FORMS, tuple(sorted(one.forms)), tuple(sorted(other.forms))))
    return share


def _changed_places(ones: frozenset[tuple[str, str]], others: frozenset[tuple[str, str]]) -> bool:
    return any((father, child) in others for child, father in ones)


def _for_missing(extra: float, agreed: float, *, body: bool) -> float:
    """Return what words that only one side has leave of the score."""
    if body:
        return 0.9 if extra < 0.4 else 0.5
    if agreed < 1.35:  # one full word, be it "servant of" somebody; of four it is too little
        return 0.55 if extra < 2.1 else 0.5
    return max(0.72, 1.0 - 0.07 * extra)


def _moved(pairs: Sequence[Pair]) -> bool:
    order = [
        pair.second[0]
        for pair in sorted(pairs, key=lambda p: p.first)
        if pair.likeness >= wordlikeness.GOOD
    ]
    return order != sorted(order)


def _pairs(first: Sequence[Word], second: Sequence[Word]) -> list[Pair]:
    """Pair words one to one: the same ones, then joined ones, then the nearest."""
    pairs: list[Pair] = []
    left, right = list(range(len(first))), list(range(len(second)))
    for n in tuple(left):
        for m in right:
            if first[n].text == second[m].text:
                pairs.append(Pair(1.0, Why.SAME, (n,), (m,)))
                left.remove(n)
                right.remove(m)
                break
    if not left or not right:
        return pairs
    found = [
        Pair(*wordlikeness.likeness(first[n], second[m]), (n,), (m,)) for n in left for m in right
    ]
    left, right = _choose([pair for pair in found if pair.likeness >= _SURE], left, right, pairs)
    if left and right:
        more = [each for each in found if each.likeness < _SURE]
        if len(left) + len(right) > 2:
            more += _joined(first, second, left, right)
        _choose(more, left, right, pairs)
    return pairs


def _choose(
    found: list[Pair], left: list[int], right: list[int], pairs: list[Pair]
) -> tuple[list[int], list[int]]:
    """Take the best pairs that share no word; return the words that are left."""
    found.sort(key=_order)
    free, others = set(left), set(right)
    for pair in found:
        if pair.likeness < _GIVEN_UP and (len(free) > 1 or len(others) > 1):
            continue
        if free.issuperset(pair.first) and others.issuperset(pair.second):
            free.difference_update(pair.first)
            others.difference_update(pair.second)
            pairs.append(pair)
    return sorted(free), sorted(others)


def _order(pair: Pair) -> tuple[float, int, int, int, tuple[int, ...], tuple[int, ...]]:
    """The likeliest first; of equals the one nearest its own place, whichever name comes first."""
    one, other = pair.first[0], pair.second[0]
    words = -len(pair.first) - len(pair.second)
    return -pair.likeness, words, abs(one - other), one + other, pair.first, pair.second


def _joined(
    first: Sequence[Word], second: Sequence[Word], left: list[int], right: list[int]
) -> Iterator[Pair]:
    """Yield words that stand together in one name and apart, or as initials, in the other."""
    for run, m, found in _runs_as_one(first, left, second, right):
        yield Pair(*found, run, (m,))
    for run, n, found in _runs_as_one(second, right, first, left):
        yield Pair(*found, (n,), run)


def _runs_as_one(
    parted: Sequence[Word], left: list[int], whole: Sequence[Word], right: list[int]
) -> Iterator[tuple[tuple[int, ...], int, tuple[float, Why]]]:
    for run in _neighbours(left):
        parts = [parted[n] for n in run]
        length = len("".join([part.text for part in parts]))
        script = parts[0].script
        for m in right:
            one = whole[m]
            # Most are no match by their length alone: `_as_one` would say so, more slowly.
            apart = length - len(one.text)
            if -3 < apart < 3 or len(one.text) == len(run) or one.script != script:
                found = _as_one(parts, one)
                if found:
                    yield run, m, found


def _neighbours(numbers: list[int]) -> list[tuple[int, ...]]:
    return [
        tuple(numbers[at : at + size])
        for size in (2, 3)
        for at in range(len(numbers) - size + 1)
        if numbers[at + size - 1] - numbers[at] == size - 1
    ]


def _as_one(parts: Sequence[Word], whole: Word) -> tuple[float, Why] | None:
    length = sum(len(part.text) for part in parts)
    if len(whole.text) == len(parts) <= 4 and length > len(parts):
        if all(part.text[0] == letter for part, letter in zip(parts, whole.text, strict=True)):
            return 0.72, Why.INITIAL
        return None
    sounds = sum(len(part.sound) for part in parts)
    if parts[0].script == whole.script:
        if abs(length - len(whole.text)) > 2:
            return None
    elif not 0.6 < sounds / (len(whole.sound) or 1) < 1.6:
        return None
    found, _why = wordlikeness.likeness(
        wordlikeness.word("".join(part.text for part in parts)), whole
    )
    return (found * 0.97, Why.JOINED) if found >= 0.6 else None


def _reasons(found: Comparison) -> Iterator[Reason]:
    one, other = found.first.words, found.second.words
    left, right = set(range(len(one))), set(range(len(other)))
    for pair in found.pairs:
        left.difference_update(pair.first)
        right.difference_update(pair.second)
        firsts = tuple(one[n].text for n in pair.first)
        yield Reason(pair.why, firsts, tuple(other[n].text for n in pair.second))
    for n in sorted(left):
        yield Reason(Why.MISSING, first=(one[n].text,))
    for n in sorted(right):
        yield Reason(Why.MISSING, second=(other[n].text,))
