"""Records of a register are compared, what is found waits for people; decisions go out and come in."""

import functools
from datetime import timedelta

import pytest

import make
from manumit.core.actions import acting
from manumit.network import decisionfile, ftm, models
from manumit.network.actions import comparing, decided, importing, judging, registers
from manumit.network.clustering import Verdict
from manumit.network.models import ComparingState, Entity
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT


def people(by: acting.Actor) -> list[Entity]:
    register = registers.mine(by)
    told = [
        {"name": "Noureddine Exampleh", "birthDate": "1981-07-16", "nationality": "sy"},
        {"name": "Nuruddin Exampleh", "birthDate": "1981-07-16", "passportNumber": "P1234567"},
        {"name": "Amal Testova", "birthDate": "1990-01-05"},
        {"name": "Exampleh, Noureddin", "passportNumber": "P 123-4567"},
    ]
    return [standing.entity(register, by, **one) for one in told]


def run(by: acting.Actor) -> models.Comparing:
    row = comparing.begin(by=by, at=AT)
    return comparing.carry_out(by=by, comparing=row, clock=lambda: AT)


def pairs(by: acting.Actor) -> set[frozenset]:
    rows = comparing.waiting(registers.mine(by))
    return {frozenset((row.left_id, row.right_id)) for row in rows}


def test_who_may_be_one_is_proposed_with_what_made_it(by):
    one, other, third, fourth = people(by)
    standing.entity(registers.mine(by), by, schema="Organization", name="Noureddine Exampleh")
    done = run(by)
    assert done.state == ComparingState.DONE
    assert done.entities_read == done.entities_count == 5
    found = pairs(by)
    assert frozenset((one.pk, other.pk)) in found
    assert frozenset((other.pk, fourth.pk)) in found
    assert not any(third.pk in pair for pair in found)
    proposal = comparing.waiting(registers.mine(by)).get(
        left=min(one.pk, other.pk), right=max(one.pk, other.pk)
    )
    [words] = registers.read(by, proposal.register, [proposal])
    assert words["weights"]["birth"] == 10.0
    assert sum(words["weights"].values()) == pytest.approx(proposal.bits, abs=0.1)


def test_what_was_decided_is_not_asked_again(by):
    one, other, _third, fourth = people(by)
    run(by)
    made = judging.judge(
        by=by, at=AT, left=one, right=other, verdict=Verdict.NOT_SAME, reason="Two passports."
    )
    assert frozenset((one.pk, other.pk)) not in pairs(by)
    run(by)
    assert frozenset((one.pk, other.pk)) not in pairs(by)
    judging.undo(by=by, at=AT, judgement=made, reason="No.")
    judging.judge(by=by, at=AT, left=one, right=other, verdict=Verdict.SAME, reason="Seen.")
    judging.judge(by=by, at=AT, left=other, right=fourth, verdict=Verdict.SAME, reason="Seen.")
    run(by)
    assert not pairs(by)


def test_one_comparison_at_a_time_and_a_dead_one_gives_way(by):
    people(by)
    first = comparing.begin(by=by, at=AT)
    with pytest.raises(acting.Refused, match="being compared"):
        comparing.begin(by=by, at=AT + timedelta(minutes=1))
    second = comparing.begin(by=by, at=AT + timedelta(minutes=5))
    first.refresh_from_db()
    assert (first.state, second.number) == (ComparingState.FAILED, 2)


def test_without_keys_it_stops_and_says_so(by):
    people(by)
    row = comparing.begin(by=by, at=AT)
    locked = acting.Actor(user=by.user)
    done = comparing.carry_out(by=locked, comparing=row, clock=lambda: AT)
    assert done.state == ComparingState.FAILED
    assert done.said


def test_another_unit_sees_nothing_of_it(by):
    people(by)
    run(by)
    stranger = standing.investigator()
    standing.register(stranger.unit, stranger)
    assert not pairs(stranger)
    with pytest.raises(acting.NotFound):
        comparing.put(by=stranger, at=AT, comparing=models.Comparing.objects.get(), found=())


def test_decisions_go_out_and_hold_in_another_register(by):
    standing.register(None)
    names = ["Karim Example", "Kareem Exampel", "Karim Testov"]
    bench = registers.mine(acting.SYSTEM)
    ours = [standing.entity(bench, acting.SYSTEM, name=name) for name in names]
    first, second = ours[:2]
    judging.judge(
        by=acting.SYSTEM, at=AT, left=first, right=second, verdict=Verdict.SAME, reason="Seen."
    )
    data, count = decided.written(by=acting.SYSTEM, at=AT)
    assert count == 1
    [one] = decisionfile.read(data.decode().splitlines())
    assert {one.left, one.right} == {str(first.pk), str(second.pk)}
    assert (one.verdict, one.reason) == (Verdict.SAME, "Seen.")
    assert models.Sent.objects.get().what == models.What.JUDGEMENTS

    def take(*rows: decisionfile.Decision) -> dict[str, int]:
        told = decided.take(by=acting.SYSTEM, clock=lambda: AT, rows=rows)
        return {what: n for what, n in told.items() if n}

    assert take(one) == {"known": 1}
    other = decisionfile.Decision(one.left, one.right, Verdict.NOT_SAME)
    stranger = decisionfile.Decision(one.left, "from somewhere else", Verdict.SAME)
    assert take(other, stranger) == {"different": 1, "unknown": 1}
    judging.undo(by=acting.SYSTEM, at=AT, judgement=judging.of(first)[0], reason="To try.")
    assert take(one) == {"taken": 1}
    assert judging.also_known_as(first) == [second]


def test_an_identifier_that_two_files_use_means_neither_record(by):
    standing.register(None)
    for title in ("One", "Another"):
        rows = [ftm.Row(1, key, "Person", {"name": [key]}) for key in ("p1", f"{title}-2")]
        how = importing.How(title=title, digest=title)
        importing.bring(
            by=acting.SYSTEM, clock=lambda: AT, how=how, reader=functools.partial(iter, rows)
        )
    told = decided.take(
        by=acting.SYSTEM,
        clock=lambda: AT,
        rows=[
            decisionfile.Decision("p1", "One-2", Verdict.SAME),
            decisionfile.Decision("One-2", "Another-2", Verdict.SAME),
        ],
    )
    assert (told["unknown"], told["taken"]) == (1, 1)
    shared = [one for one in models.Entity.objects.all() if not judging.of(one)]
    judging.judge(
        by=acting.SYSTEM,
        at=AT,
        left=shared[0],
        right=shared[1],
        verdict=Verdict.SAME,
        reason="Seen.",
    )
    data, _ = decided.written(by=acting.SYSTEM, at=AT)
    written = list(decisionfile.read(data.decode().splitlines()))
    ours = {str(one.pk) for one in shared}
    said = {frozenset((one.left, one.right)) for one in written}
    assert said == {frozenset(("One-2", "Another-2")), frozenset(ours)}
    assert decided.take(by=acting.SYSTEM, clock=lambda: AT, rows=written)["known"] == 2


def test_a_unit_says_to_whom_its_decisions_go(by):
    with pytest.raises(acting.Refused):
        decided.written(by=by, at=AT)
    assert not models.Sent.objects.exists()
