"""A pack and one person's answers give a finding: what, why, what is missing, what would change it.

The rules come from the pack. A finding never says that somebody is a victim; it says at most that
the person may be one, and shows each reason with its source. "Unknown" and "declined" are no sign,
and they are shown, because an open question is not a no.
"""

from collections.abc import Mapping
from itertools import product

from manumit.indicators import counting, parts
from manumit.indicators.answers import SIGNS
from manumit.indicators.answers import Answer as Answer
from manumit.indicators.answers import BadAnswers as BadAnswers
from manumit.indicators.answers import Context as Context
from manumit.indicators.answers import read as read
from manumit.indicators.finding import Change as Change
from manumit.indicators.finding import DimensionFinding as DimensionFinding
from manumit.indicators.finding import Finding as Finding
from manumit.indicators.finding import Reason as Reason


def find(pack: parts.Pack, answers: Mapping[str, Answer], context: Context) -> Finding:
    """Weigh one person's answers; raises BadAnswers for an indicator the pack does not have."""
    checked = read(answers, tuple(pack.by_id))
    counted = counting.tally(pack, checked, context)
    who = counting.person(context)
    levels = counting.now(pack, counted)
    decision = counting.decide(pack, who, levels)
    outcome = pack.outcome(decision.outcome)
    fitting = pack.applicable(context)
    fits = {each.id for each in fitting}
    by_id = {each.id: each for each in pack.advice}
    return Finding(
        pack=pack.id,
        version=pack.version,
        digest=pack.digest,
        outcome=outcome.code,
        titles=outcome.titles,
        possible_victim=outcome.possible_victim,
        urgent=outcome.urgent,
        source=outcome.source,
        source_status=outcome.source_status,
        better_pack=pack.why_not(context),
        dimensions=_dimensions(pack, counted, levels, who),
        reasons=_reasons(pack, fitting, checked),
        rests_on=_rests_on(pack, fitting, checked, counted, who),
        unknown=_with(fitting, checked, Answer.UNKNOWN),
        declined=_with(fitting, checked, Answer.DECLINED),
        unanswered=tuple(each.id for each in fitting if each.id not in checked),
        set_aside=tuple(each.id for each in pack.indicators if each.id in checked.keys() - fits),
        would_change=_changes(pack, fitting, checked, counted, context),
        settled=is_settled(pack, counted, who),
        advice=tuple(by_id[each] for each in decision.advice),
    )


def decide(pack: parts.Pack, answers: Mapping[str, Answer], context: Context) -> counting.Decision:
    """Give the outcome and advice alone, fast, for checked answers."""
    counted = counting.tally(pack, answers, context)
    return counting.decide(pack, counting.person(context), counting.now(pack, counted))


def is_settled(pack: parts.Pack, counted: counting.Tally, who: counting.Person) -> bool:
    """Say whether no unanswered question can change the outcome or the advice."""
    reach = counting.within_reach(pack, counted)
    decisions = (counting.decide(pack, who, each) for each in product(*reach))
    first = next(decisions)
    return all(each == first for each in decisions)


def _with(
    fitting: tuple[parts.Indicator, ...], given: Mapping[str, Answer], answer: Answer
) -> tuple[str, ...]:
    return tuple(each.id for each in fitting if given.get(each.id) is answer)


def _dimensions(
    pack: parts.Pack,
    counted: counting.Tally,
    levels: tuple[counting.Levels, ...],
    who: counting.Person,
) -> tuple[DimensionFinding, ...]:
    outcome = counting.decide(pack, who, levels).outcome
    found = []
    for index, (dimension, signs) in enumerate(zip(pack.dimensions, counted.signs, strict=True)):
        clause = pack.rules[dimension.rule].clause(signs)
        without = list(levels)
        without[index] = counting.levels(pack, dimension.id, counting.NONE)
        found.append(
            DimensionFinding(
                id=dimension.id,
                positive=clause is not None,
                strong=signs[0],
                medium=signs[1],
                weak=signs[2],
                unrated=signs[3],
                rule=str(clause) if clause else "",
                decisive=counting.decide(pack, who, tuple(without)).outcome != outcome,
                titles=dimension.titles,
            )
        )
    return tuple(found)


def _reasons(
    pack: parts.Pack, fitting: tuple[parts.Indicator, ...], given: Mapping[str, Answer]
) -> tuple[Reason, ...]:
    order = {each.id: index for index, each in enumerate(pack.dimensions)}
    signs = [each for each in fitting if given.get(each.id) in SIGNS]
    signs.sort(key=lambda each: (order[each.dimension], parts.STRENGTHS.index(each.strength)))
    return tuple(
        Reason(
            indicator=each.id,
            dimension=each.dimension,
            strength=each.strength,
            observed=given[each.id] is Answer.OBSERVED,
            source=each.source,
            source_status=each.source_status,
            text=each.names,
        )
        for each in signs
    )


def _rests_on(
    pack: parts.Pack,
    fitting: tuple[parts.Indicator, ...],
    given: Mapping[str, Answer],
    counted: counting.Tally,
    who: counting.Person,
) -> tuple[str, ...]:
    """Name the signs of which each alone, taken back, would change the outcome."""
    levels = counting.now(pack, counted)
    outcome = counting.decide(pack, who, levels).outcome
    place = {each.id: index for index, each in enumerate(pack.dimensions)}
    changes: dict[tuple[str, parts.Strength], bool] = {}
    for each in fitting:
        key = (each.dimension, each.strength)
        if given.get(each.id) not in SIGNS or key in changes:
            continue
        at = place[each.dimension]
        one = counting.count([each.strength])
        have = counted.signs[at]
        fewer = (have[0] - one[0], have[1] - one[1], have[2] - one[2], have[3] - one[3])
        without = (*levels[:at], counting.levels(pack, each.dimension, fewer), *levels[at + 1 :])
        changes[key] = counting.decide(pack, who, without).outcome != outcome
    return tuple(
        each.id
        for each in fitting
        if given.get(each.id) in SIGNS and changes[each.dimension, each.strength]
    )


def _changes(
    pack: parts.Pack,
    fitting: tuple[parts.Indicator, ...],
    given: Mapping[str, Answer],
    counted: counting.Tally,
    context: Context,
) -> tuple[Change, ...]:
    who = counting.person(context)
    levels = counting.now(pack, counted)
    outcome = counting.decide(pack, who, levels).outcome
    reach = counting.within_reach(pack, counted, asked_again=True)
    cheapest: dict[str, tuple[int, tuple[parts.Counts, ...]]] = {}
    for combination in product(*reach):
        other = counting.decide(pack, who, combination).outcome
        needs = tuple(reach[at][level] for at, level in enumerate(combination))
        price = sum(map(sum, needs))
        if other != outcome and price < cheapest.get(other, (price + 1, ()))[0]:
            cheapest[other] = (price, needs)
    codes = [each.code for each in pack.outcomes if each.code in cheapest]
    found = [Change(_pick(pack, fitting, given, cheapest[code][1]), code) for code in codes]
    if who.minor is None:
        child = Context(minor=True, tags=context.tags)
        as_child = decide(pack, given, child).outcome
        if as_child != outcome:
            found.append(Change((), as_child, if_minor=True))
    return tuple(found)


def _pick(
    pack: parts.Pack,
    fitting: tuple[parts.Indicator, ...],
    given: Mapping[str, Answer],
    needs: tuple[parts.Counts, ...],
) -> tuple[str, ...]:
    """Name indicators that would bring these counts: never asked ones before silent ones."""
    chosen: list[str] = []
    for dimension, need in zip(pack.dimensions, needs, strict=True):
        for strength, wanted in zip(parts.STRENGTHS, need, strict=True):
            free = [
                each.id
                for each in fitting
                if each.dimension == dimension.id
                and each.strength is strength
                and given.get(each.id) not in SIGNS
                and given.get(each.id) is not Answer.NO
            ]
            chosen += sorted(free, key=lambda each: each in given)[:wanted]
    return tuple(chosen)
