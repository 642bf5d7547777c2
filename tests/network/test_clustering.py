"""Clusters: against a slow, obvious twin; what people decided holds, and can be undone."""

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.network import clustering
from manumit.network.clustering import Judgements, Verdict, Why

PAIRS = list(itertools.combinations(range(8), 2))
# Whole numbers: their sums are exact, so that the twin meets the same ties.
scored = st.dictionaries(st.sampled_from(PAIRS), st.integers(-8, 12).map(float), max_size=20)
decisions = st.dictionaries(st.sampled_from(PAIRS), st.sampled_from(list(Verdict)), max_size=6)


def made(decided: dict[tuple[int, int], Verdict]) -> Judgements[int]:
    return clustering.judgements((one, other, v) for (one, other), v in decided.items())


def run(
    scores: dict[tuple[int, int], float], decided: dict[tuple[int, int], Verdict]
) -> clustering.Clustering[int]:
    return clustering.cluster([(a, b, s) for (a, b), s in scores.items()], made(decided))


def twin(
    scores: dict[tuple[int, int], float], decided: dict[tuple[int, int], Verdict]
) -> list[tuple[int, ...]]:
    """Look at every two groups again after every step."""
    groups = [{one} for pair in (*scores, *decided) for one in pair]
    groups = [set(one) for one in {frozenset(group) for group in groups}]

    def verdicts(left: set[int], right: set[int]) -> set[Verdict]:
        both = [(min(a, b), max(a, b)) for a in left for b in right]
        return {decided[pair] for pair in both if pair in decided}

    def joined(do: set[int], other: set[int]) -> None:
        groups.remove(do)
        groups.remove(other)
        groups.append(do | other)

    while found := [
        (a, b) for a, b in itertools.combinations(groups, 2) if Verdict.SAME in verdicts(a, b)
    ]:
        joined(*found[0])
    torn = [group for group in groups if Verdict.NOT_SAME in verdicts(group, group)]
    for group in torn:
        groups.remove(group)
        groups.extend({one} for one in group)
    untouchable = set().union(*torn) if torn else set()

    def mean(left: set[int], right: set[int]) -> float:
        both = [(min(a, b), max(a, b)) for a in left for b in right]
        if verdicts(left, right) - {Verdict.SAME} or (left | right) & untouchable:
            return -99.0
        return sum(scores.get(pair, clustering.MISSING) for pair in both) / len(both)

    while True:
        offers = sorted(
            (-mean(a, b), *sorted((min(a), min(b)))) for a, b in itertools.combinations(groups, 2)
        )
        if not offers or -offers[0][0] <= clustering.STOP:
            return sorted(tuple(sorted(group)) for group in groups)
        _mean, one, other = offers[0]
        joined(
            next(group for group in groups if min(group) == one),
            next(group for group in groups if min(group) == other),
        )


@given(scored, decisions)
@settings(max_examples=150, deadline=None)
def test_the_same_as_looking_at_everything_again(
    scores: dict[tuple[int, int], float], decided: dict[tuple[int, int], Verdict]
) -> None:
    assert list(run(scores, decided).clusters) == twin(scores, decided)


@given(scored, decisions, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_input_changes_nothing(
    scores: dict[tuple[int, int], float],
    decided: dict[tuple[int, int], Verdict],
    dice: random.Random,
) -> None:
    mixed = [(b, a, s) if dice.random() < 0.5 else (a, b, s) for (a, b), s in scores.items()]
    dice.shuffle(mixed)
    turned = clustering.judgements((b, a, v) for (a, b), v in reversed(decided.items()))
    assert clustering.cluster(mixed, turned) == run(scores, decided)


@given(scored, decisions)
@settings(max_examples=60, deadline=None)
def test_what_people_decided_holds_where_they_agree(
    scores: dict[tuple[int, int], float], decided: dict[tuple[int, int], Verdict]
) -> None:
    found = run(scores, decided)
    where = {one: n for n, group in enumerate(found.clusters) for one in group}
    torn = {one for flag in found.flags for one in flag.members if flag.why is Why.CONTRADICTION}
    for (one, other), verdict in decided.items():
        if verdict is Verdict.NOT_SAME:
            assert where[one] != where[other]
        if verdict is Verdict.SAME and one not in torn:
            assert where[one] == where[other]


@given(scored, decisions, st.sampled_from(PAIRS), st.sampled_from(list(Verdict)))
@settings(max_examples=60, deadline=None)
def test_a_judgement_that_is_undone_leaves_nothing_behind(
    scores: dict[tuple[int, int], float],
    decided: dict[tuple[int, int], Verdict],
    pair: tuple[int, int],
    verdict: Verdict,
) -> None:
    before = run(scores, decided)
    more = decided | {pair: verdict}
    run(scores, more)
    del more[pair]
    if pair not in decided:
        assert run(scores, more) == before


def test_a_chain_of_single_likenesses_is_no_person() -> None:
    chain = {(n, n + 1): 3.0 for n in range(7)}
    assert max(map(len, run(chain, {}).clusters)) == 2


def test_a_contradiction_names_its_chain_and_joins_nobody() -> None:
    found = run(
        {(0, 5): 9.0},
        {
            (0, 1): Verdict.SAME,
            (1, 2): Verdict.SAME,
            (2, 3): Verdict.SAME,
            (0, 3): Verdict.NOT_SAME,
        },
    )
    assert found.flags == (clustering.Flag(Why.CONTRADICTION, (0, 1, 2, 3), (0, 1, 2, 3)),)
    assert found.clusters == ((0,), (1,), (2,), (3,), (5,))


def test_a_large_cluster_is_flagged_with_its_longest_chain() -> None:
    decided = {(n, n + 1): Verdict.SAME for n in range(16)}
    [flag] = run({}, decided).flags
    assert flag.why is Why.MANY
    assert len(flag.members) == 17
    assert {flag.path[0], flag.path[-1]} == {0, 16}
    assert not run({}, {pair: v for pair, v in decided.items() if pair[1] < 15}).flags


def test_a_cycle_of_same_is_one_person() -> None:
    decided = {(0, 1): Verdict.SAME, (1, 2): Verdict.SAME, (0, 2): Verdict.SAME}
    assert run({}, decided) == clustering.Clustering(((0, 1, 2),), ())


def test_unsure_keeps_the_machine_out_but_not_people() -> None:
    sure = {(0, 1): 20.0}
    assert run(sure, {}).clusters == ((0, 1),)
    assert run(sure, {(0, 1): Verdict.UNSURE}).clusters == ((0,), (1,))
    both = {(0, 1): Verdict.UNSURE, (0, 2): Verdict.SAME, (1, 2): Verdict.SAME}
    assert run(sure, both).clusters == ((0, 1, 2),)
    assert run({(2, 3): 9.0, (0, 3): 9.0, (1, 3): 9.0}, both).clusters == ((0, 1, 2, 3),)


def test_identities_stay_with_most_of_their_members() -> None:
    before = {100: [1, 2, 3], 101: [4, 5]}
    assert clustering.identities(before, [[1, 2, 3, 4, 5]]) == [100]
    assert clustering.identities(before, [[1], [2, 3], [4, 5]]) == [None, 100, 101]
    assert clustering.identities(before, [[4], [5]]) == [101, None]
    assert clustering.identities({}, [[1, 2]]) == [None]


groups = st.lists(st.integers(0, 3), min_size=8, max_size=8).map(
    lambda labels: [
        [n for n, label in enumerate(labels) if label == each] for each in sorted(set(labels))
    ]
)


@given(groups, groups)
@settings(max_examples=60, deadline=None)
def test_no_identity_is_given_twice_nor_to_strangers(
    before: list[list[int]], now: list[list[int]]
) -> None:
    had = {100 + n: group for n, group in enumerate(before)}
    kept = clustering.identities(had, now)
    given_out = [one for one in kept if one is not None]
    assert len(given_out) == len(set(given_out))
    for group, identity in zip(now, kept, strict=True):
        assert identity is None or set(group) & set(had[identity])
    assert clustering.identities(had, before) == list(had)
