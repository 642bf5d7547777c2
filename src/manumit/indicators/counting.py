"""Signs per dimension and strength, and which results are still within reach.

An answer matters only through the counts of its dimension, and the counts only through the rules
they meet (*levels*). So the future of a half-answered pack is small: for each dimension the few
levels that more signs could bring, and their combinations. Everything the engine says about "what
would change it" and "what to ask next" is read off these, exactly, without trying answers out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from manumit.indicators import answers, parts, rule

NONE: parts.Counts = (0, 0, 0, 0)
_INDEX = {strength: index for index, strength in enumerate(parts.STRENGTHS)}

Levels = tuple[bool, ...]
"""For one dimension: which of its rules are met, in the order of `Pack.levels`."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts per dimension, in the pack's order: signs, not yet asked, asked without an answer."""

    signs: tuple[parts.Counts, ...]
    open: tuple[parts.Counts, ...]
    silent: tuple[parts.Counts, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """What conditions may ask about the person: child, adult or unknown, and the tags."""

    minor: bool | None
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules give: the outcome's code and the advice that follows."""

    outcome: str
    advice: tuple[str, ...]


def person(context: answers.Context) -> Person:
    """Give the part of a context that conditions can see."""
    return Person(context.is_minor, context.tags)


def count(strengths: Iterable[parts.Strength]) -> parts.Counts:
    """Count by strength."""
    found = [0, 0, 0, 0]
    for strength in strengths:
        found[_INDEX[strength]] += 1
    return found[0], found[1], found[2], found[3]


def plus(one: parts.Counts, other: parts.Counts) -> parts.Counts:
    """Add two counts."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]


def tally(pack: parts.Pack, given: Mapping[str, answers.Answer], context: answers.Context) -> Tally:
    """Count the answers of one person; indicators that do not fit the person are left out."""
    place = {each.id: index for index, each in enumerate(pack.dimensions)}
    signs = [[0, 0, 0, 0] for _ in pack.dimensions]
    unasked = [[0, 0, 0, 0] for _ in pack.dimensions]
    silent = [[0, 0, 0, 0] for _ in pack.dimensions]
    for each in pack.indicators:
        if not each.applies(context):
            continue
        answer = given.get(each.id)
        at, weight = place[each.dimension], _INDEX[each.strength]
        if answer is None:
            unasked[at][weight] += 1
        elif answer in answers.SIGNS:
            signs[at][weight] += 1
        elif answer is not answers.Answer.NO:
            silent[at][weight] += 1
    return Tally(_frozen(signs), _frozen(unasked), _frozen(silent))


def _frozen(counts: list[list[int]]) -> tuple[parts.Counts, ...]:
    return tuple((c[0], c[1], c[2], c[3]) for c in counts)


def levels(pack: parts.Pack, dimension: str, counts: parts.Counts) -> Levels:
    """Say which of a dimension's rules these counts meet."""
    return tuple(pack.rules[name].clause(counts) is not None for name in pack.levels[dimension])


def up_to(most: parts.Counts) -> Iterator[parts.Counts]:
    """Walk over all counts from none to `most`, fewest signs first."""
    every = product(*(range(each + 1) for each in most))
    yield from sorted(((c[0], c[1], c[2], c[3]) for c in every), key=sum)


@lru_cache(maxsize=16384)
def levels_within_reach(
    pack: parts.Pack, dimension: str, have: parts.Counts, more: parts.Counts
) -> Mapping[Levels, parts.Counts]:
    """Give the levels that any part of `more` signs can bring, each with the fewest signs for it."""
    found: dict[Levels, parts.Counts] = {}
    for extra in up_to(more):
        found.setdefault(levels(pack, dimension, plus(have, extra)), extra)
    return found


@lru_cache(maxsize=65536)
def decide(pack: parts.Pack, who: Person, combination: tuple[Levels, ...]) -> Decision:
    """Apply the pack's outcomes and advice to one combination of levels, in dimension order."""
    met = {
        (dimension.id, name): value
        for dimension, values in zip(pack.dimensions, combination, strict=True)
        for name, value in zip(pack.levels[dimension.id], values, strict=True)
    }
    own = {dimension.id: dimension.rule for dimension in pack.dimensions}
    facts = {
        "always": True,
        "minor": who.minor is True,
        "adult": who.minor is False,
        "age_unknown": who.minor is None,
    }

    def truth(atom: rule.Atom) -> bool:
        if atom.name == "tag":
            return atom.detail in who.tags
        if atom.name in facts:
            return facts[atom.name]
        return met[atom.name, atom.detail or own[atom.name]]

    outcome = next(each.code for each in pack.outcomes if rule.holds(each.when, truth))
    advice = tuple(
        each.id
        for each in pack.advice
        if outcome in each.outcomes or (each.when is not None and rule.holds(each.when, truth))
    )
    return Decision(outcome, advice)


def now(pack: parts.Pack, counted: Tally) -> tuple[Levels, ...]:
    """Give the levels that the signs so far meet."""
    return tuple(
        levels(pack, dimension.id, signs)
        for dimension, signs in zip(pack.dimensions, counted.signs, strict=True)
    )


def within_reach(
    pack: parts.Pack, counted: Tally, *, asked_again: bool = False
) -> list[Mapping[Levels, parts.Counts]]:
    """Give per dimension the levels open questions can bring.

    `asked_again` also counts the questions answered "unknown" or "declined" as open.
    """
    return [
        levels_within_reach(pack, dimension.id, have, plus(more, quiet) if asked_again else more)
        for dimension, have, more, quiet in zip(
            pack.dimensions, counted.signs, counted.open, counted.silent, strict=True
        )
    ]
