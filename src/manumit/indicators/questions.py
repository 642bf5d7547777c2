"""Which question to ask next, and when to stop.

A question is worth asking only while its answer can change the outcome or the advice. That is
decided exactly from the counts: an unanswered indicator is *pivotal* when some answers to the other
open questions exist with which yes and no to this one lead to different results. Whoever stops when
nothing is pivotal has the finding that asking everything would give.

Order: the dimension whose result matters in most of the situations still possible comes first;
inside it strong signs come before medium, weak and unrated ones. A question answered "unknown" or
"declined" is not asked again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from manumit.indicators import answers, counting, parts

_Pair = tuple[counting.Levels, counting.Levels]


@dataclass(frozen=True, slots=True)
class _Stake:
    """What one dimension has at stake: in which share of situations, and which strengths."""

    share: float
    pivotal: frozenset[parts.Strength]


def next_question(
    pack: parts.Pack, given: Mapping[str, answers.Answer], context: answers.Context
) -> str | None:
    """Give the id of the most decisive unanswered indicator; None when the finding is settled."""
    return next(iter(undecided(pack, given, context)), None)


def next_dimension(
    pack: parts.Pack, given: Mapping[str, answers.Answer], context: answers.Context
) -> str | None:
    """Give the id of the dimension to ask about next; None when the finding is settled."""
    question = next_question(pack, given, context)
    return pack.by_id[question].dimension if question else None


def undecided(
    pack: parts.Pack,
    given: Mapping[str, answers.Answer],
    context: answers.Context,
    dimension: str | None = None,
) -> tuple[str, ...]:
    """Give the ids of questions that can still change the result, most decisive first.

    `dimension` keeps only the questions of one dimension, as a page of a screening shows them.
    """
    counted = counting.tally(pack, given, context)
    stakes = _stakes(pack, counted, counting.person(context))
    order = {each.id: at for at, each in enumerate(pack.dimensions)}
    found = [
        each
        for each in pack.indicators
        if dimension in (None, each.dimension)
        and each.id not in given
        and each.strength in stakes[order[each.dimension]].pivotal
        and each.applies(context)
    ]
    found.sort(
        key=lambda each: (
            -stakes[order[each.dimension]].share,
            order[each.dimension],
            parts.STRENGTHS.index(each.strength),
        )
    )
    return tuple(each.id for each in found)


def _stakes(pack: parts.Pack, counted: counting.Tally, who: counting.Person) -> list[_Stake]:
    reach = [tuple(each) for each in counting.within_reach(pack, counted)]
    return [_stake(pack, counted, who, reach, at) for at in range(len(pack.dimensions))]


def _stake(
    pack: parts.Pack,
    counted: counting.Tally,
    who: counting.Person,
    reach: list[tuple[counting.Levels, ...]],
    at: int,
) -> _Stake:
    """Hold one dimension's possible levels against every situation the others may end in."""
    steps = _steps(pack, pack.dimensions[at].id, counted.signs[at], counted.open[at])
    if not steps:
        return _Stake(0.0, frozenset())
    seen, differ = 0, 0
    pivotal: set[parts.Strength] = set()
    for others in product(*reach[:at], *reach[at + 1 :]):
        before, after = others[:at], others[at:]
        result = {
            level: counting.decide(pack, who, (*before, level, *after)) for level in reach[at]
        }
        seen += 1
        differ += len(set(result.values())) > 1
        for strength, pairs in steps.items():
            if any(result[low] != result[high] for low, high in pairs):
                pivotal.add(strength)
    return _Stake(differ / seen, frozenset(pivotal))


@lru_cache(maxsize=16384)
def _steps(
    pack: parts.Pack, dimension: str, have: parts.Counts, more: parts.Counts
) -> Mapping[parts.Strength, set[_Pair]]:
    """Give, by strength, the changes of level that one more sign of that strength can make."""
    steps: dict[parts.Strength, set[_Pair]] = {}
    for strength, left in zip(parts.STRENGTHS, more, strict=True):
        if left:
            one = counting.count([strength])
            for extra in _without_one(more, one):
                low = counting.levels(pack, dimension, counting.plus(have, extra))
                both = counting.plus(counting.plus(have, extra), one)
                high = counting.levels(pack, dimension, both)
                if low != high:
                    steps.setdefault(strength, set()).add((low, high))
    return steps


def _without_one(more: parts.Counts, one: parts.Counts) -> Iterator[parts.Counts]:
    return counting.up_to((more[0] - one[0], more[1] - one[1], more[2] - one[2], more[3] - one[3]))
