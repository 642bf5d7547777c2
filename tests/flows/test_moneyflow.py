"""What is drawn of an alert: nothing is lost without being counted."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.flows import moneyflow

BEGIN = datetime(2026, 5, 3, 8, 30, tzinfo=UTC)


def legs(pairs, amounts=None):
    return [
        moneyflow.Leg(n + 1, BEGIN + timedelta(hours=n), source, target, 100 + n, "USD")
        for n, (source, target) in enumerate(pairs)
    ]


account = st.one_of(st.none(), st.integers(1, 40))
pairs = st.lists(st.tuples(account, account).filter(lambda p: p != (None, None)), max_size=300)


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_every_transfer_is_drawn_or_counted(pairs):
    given_ = legs(pairs)
    flow = moneyflow.of_legs(given_, dict.fromkeys(range(1, 20), "middle"))
    between = [leg for leg in given_ if leg.source != leg.target]
    assert sum(arc.count for arc in flow.arcs) + flow.left_out == len(between)
    arrows = Counter(flow.arrow(leg) for leg in between)
    assert {n: arc.count for n, arc in enumerate(flow.arcs)} == {
        n: count for n, count in arrows.items() if n is not None
    }
    known = {box.id for box in flow.boxes}
    assert {end for arc in flow.arcs for end in (arc.source, arc.target)} <= known
    assert [arc.first_at for arc in flow.arcs] == sorted(arc.first_at for arc in flow.arcs)
    drawn = [account for box in flow.boxes for account in box.accounts]
    assert len(drawn) == len(set(drawn))
    if not flow.left_out:
        assert sum(arc.amount_minor for arc in flow.arcs) == sum(
            leg.amount_minor for leg in between
        )


def test_a_crowd_that_did_the_same_is_one_box_and_the_largest_stay():
    flow = moneyflow.of_legs(
        legs([(n, 900) for n in range(1, 50)]), {**dict.fromkeys(range(1, 50), "source"), 900: "x"}
    )
    crowd = next(box for box in flow.boxes if box.crowd)
    assert len(crowd.accounts) == 37
    assert 49 not in crowd.accounts  # the largest amount
    assert sum(arc.count for arc in flow.arcs) == 49
    assert len(flow.boxes) == 12 + 1 + 1


def test_possible_victims_are_never_folded_into_a_crowd_of_others():
    parts = {n: "possible_victim" if n == 7 else "source" for n in range(1, 50)}
    flow = moneyflow.of_legs(legs([(n, 900) for n in range(1, 50)]), parts)
    assert [box.accounts for box in flow.boxes if box.part == "possible_victim"] == [(7,)]


def test_two_currencies_are_two_arrows_and_cash_has_its_own_box():
    one = moneyflow.Leg(1, BEGIN, None, 5, 100, "USD")
    other = moneyflow.Leg(2, BEGIN, None, 5, 100, "IQD")
    flow = moneyflow.of_legs([one, other], {5: "holder"})
    assert {arc.currency for arc in flow.arcs} == {"USD", "IQD"}
    assert {box.id for box in flow.boxes} == {moneyflow.CASH_IN, 5}
    assert not any(box.outside for box in flow.boxes)


def test_what_does_not_fit_is_counted():
    crowded = [(a, b) for a in range(1, 41) for b in range(1, 41) if a != b]
    flow = moneyflow.of_legs(legs(crowded), {})
    assert flow.left_out == len(crowded) - sum(arc.count for arc in flow.arcs) > 0
    assert len(flow.boxes) <= moneyflow.MOST_BOXES
    assert all(box.outside for box in flow.boxes)
