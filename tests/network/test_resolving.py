"""Many records: the same pairs however the work is parted, dates as people read them, clusters exact."""

import itertools
import random
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.core import birthdate, nameparts, samename, sameperson
from manumit.network import clustering, manypairs, resolving
from manumit.network.manyrecords import Record

GIVEN = ["Amal", "Ahmed", "Layla", "Yusuf", "Karim", "Mina", "Bekele", "Petrov", "Zana", "Huda"]
FAMILY = ["Testov", "Exampleh", "Mustafa", "Okafora", "Quispe", "Rahmani", "Lindqvist", "Baraka"]


def crowd(count: int, seed: int = 3) -> list[Record]:
    dice = random.Random(seed)
    made = []
    for number in range(count):
        words = [dice.choice(GIVEN), dice.choice(GIVEN), dice.choice(FAMILY)]
        born = f"{dice.randrange(1950, 2005)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        made.append(Record(f"p{number}", (" ".join(words),), born, dice.choice(["IQ", "SY"])))
        if number % 5 == 0:
            turned = (" ".join([words[2], *words[:2]]).replace("ou", "u"),)
            made.append(Record(f"p{number}b", turned, born, made[-1].nationality))
    return made


def same(one: Record, other: Record, *more: Record) -> bool:
    found = resolving.resolve(resolving.gather([*crowd(300), *more, one, other]))
    return bool(found.cluster[-1] == found.cluster[-2])


def test_the_same_person_written_in_another_order_is_found() -> None:
    people = crowd(300)
    found = resolving.resolve(resolving.gather(people))
    groups = {tuple(people[row].id for row in group) for group in found.groups()}
    expected = {(f"p{n}", f"p{n}b") for n in range(0, 300, 5)}
    assert len(groups & expected) > 0.95 * len(expected)
    assert len(groups - expected) <= 3


def test_a_slip_and_another_spelling_are_found() -> None:
    born = "1981-07-16"
    assert same(
        Record("a", ("Noureddine Exampleh",), born, "SY"), Record("b", ("Nuruddin Exampeh",), born)
    )


def test_a_namesake_of_another_age_is_somebody_else() -> None:
    assert not same(
        Record("a", ("Ahmed Yusuf Mustafa",), "1961-03-16", "SY"),
        Record("b", ("Ahmed Yusuf Mustafa",), "1988-11-02", "SY"),
    )


def test_a_number_that_two_share_counts() -> None:
    one = Record("a", ("Zana Quispe",), "", "IQ", identifiers=("P 12-3456",))
    other = Record("b", ("Zana Quisper",), "", "IQ", identifiers=("P123456",))
    assert same(one, other)
    assert not same(
        Record("a", ("Zana Quispe",), "", "IQ"), Record("b", ("Zana Quisper",), "", "IQ")
    )


def test_who_has_no_name_is_compared_with_nobody() -> None:
    assert not same(Record("a", (), "1981-07-16", "SY"), Record("b", (), "1981-07-16", "SY"))


@pytest.mark.parametrize("parts", [1, 3])
def test_the_same_pairs_in_any_number_of_parts(parts: int) -> None:
    records = resolving.gather(crowd(400))
    whole, parted = manypairs.pairs(records, 8), manypairs.pairs(records, parts)
    assert len(whole.both) > 80
    assert np.array_equal(whole.both, parted.both)
    assert np.array_equal(whole.bits, parted.bits)


dates = st.one_of(
    st.just(""),
    st.dates(min_value=date(1950, 1, 1))
    .filter(lambda d: d.year < 2010)
    .map(lambda d: d.isoformat()),
    st.integers(1950, 2009).map(str),
    st.sampled_from(["1981-03-09", "1981-09-03", "1981-03-21", "1982-03-09", "1918-03-09"]),
)


@given(dates, dates)
@settings(max_examples=150, deadline=None)
def test_dates_say_what_they_say_one_by_one(one: str, other: str) -> None:
    records = resolving.gather([Record("a", birth=one), Record("b", birth=other)])
    found = birthdate.agreement(birthdate.read(one), birthdate.read(other))
    says = manypairs.births(records, np.asarray([0]), np.asarray([1]))
    assert says.tolist() == [sameperson.BIRTH_BITS[found]]


ROWS = list(itertools.combinations(range(9), 2))
scores = st.dictionaries(st.sampled_from(ROWS), st.integers(-8, 12), max_size=14)
decisions = st.dictionaries(
    st.sampled_from(ROWS), st.sampled_from(list(clustering.Verdict)), max_size=4
)


@given(scores, decisions)
@settings(max_examples=100, deadline=None)
def test_clusters_are_those_of_clustering(
    scored: dict[tuple[int, int], int], decided: dict[tuple[int, int], clustering.Verdict]
) -> None:
    made = clustering.judgements((a, b, v) for (a, b), v in decided.items())
    both = np.asarray(sorted(scored), np.int32).reshape(-1, 2)
    bits = np.asarray([scored[pair] for pair in sorted(scored)], np.float32)
    found = resolving.clusters(9, manypairs.Pairs(both, bits), made)
    exact = clustering.cluster([(a, b, float(s)) for (a, b), s in scored.items()], made)
    assert [tuple(g) for g in found.groups()] == [g for g in exact.clusters if len(g) > 1]
    assert found.flags == exact.flags


def test_nobody_at_all() -> None:
    found = resolving.resolve(resolving.gather([]))
    assert found.groups() == []
    assert resolving.resolve(resolving.gather([Record("a", ("Amal Example",))])).groups() == []


def test_what_made_a_score_adds_up_to_it() -> None:
    records = resolving.gather(crowd(200))
    found = manypairs.pairs(records)
    parts = manypairs.accounts(records, manypairs.telling(records), found)
    assert len(parts) == len(found.bits) > 20
    assert np.allclose([sum(each.values()) for each in parts], found.bits, atol=0.05)


def test_names_are_read_as_ever_however_they_are_parted() -> None:
    names = [
        "Noureddine al Exampleh", "Abd al-Rahman Testov", "Karim bin Amal", "A. B. Example",
        "Haji Karim abu Testov", "Abdulrahman Salahuddin", "Esmatullah Testova", "Ben Karim",
        "karim KARIM Testov", "O'Example Test-Person",
    ]  # fmt: skip
    records = resolving.gather([Record(str(n), (name,)) for n, name in enumerate(names)])
    found = [[records.texts[w] for w in row if w >= 0] for row in records.words.tolist()]
    small = nameparts.SMALL | nameparts.TITLES
    assert found == [
        list(dict.fromkeys(w for w in samename.words(n) if len(w) > 1 and w not in small))
        for n in names
    ]
