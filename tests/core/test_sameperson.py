"""Two people: signs for and against in bits; a contradiction is always named."""

from datetime import date

import pytest

from manumit.core import likelypairs, sameperson
from manumit.core.sameperson import Sign

ON = date(2026, 11, 22)


def compare(one, other, common=None):
    return sameperson.compare(sameperson.read(one, ON), sameperson.read(other, ON), common)


def signs(found):
    return {reason.sign for reason in found.reasons}


ALL = {
    "name": "Amal Hassan Example",
    "birth": "1990-05-06",
    "sex": "female",
    "nationality": "SY",
    "mother": "Mariam",
    "father": "Hassan",
    "place": "Example Camp",
    "contact": "+962 0000 111",
}


def test_everything_the_same():
    found = compare(ALL, ALL | {"name": "أمل حسن اكسامبل", "contact": "00962 0000 111"})
    assert found.likely
    assert found.score < 1
    assert not found.contradictions
    assert {Sign.NAMES_ALIKE, Sign.BIRTH, Sign.MOTHER_SAME, Sign.CONTACT_SAME} <= signs(found)


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        ({"sex": "male"}, Sign.SEX_DIFFERS),
        ({"birth": "1961"}, Sign.BIRTH),
        ({"mother": "Khadija"}, Sign.MOTHER_DIFFERS),
        ({"father": "Omar"}, Sign.FATHER_DIFFERS),
        ({"nationality": "IQ"}, Sign.NATIONALITY_DIFFERS),
        ({"name": "Mariam Omar Other"}, Sign.NAMES_DIFFER),
    ],
)
def test_a_contradiction_is_named_and_takes_away(change, sign):
    found = compare(ALL, ALL | change)
    assert sign in {reason.sign for reason in found.contradictions}
    assert sum(reason.bits for reason in found.reasons) < sum(
        reason.bits for reason in compare(ALL, ALL).reasons
    )


def test_nothing_known_says_nothing():
    found = compare({}, {})
    assert not found.possible
    assert signs(found) == {Sign.NO_NAME}


def test_the_family_name_first_and_other_names_are_the_same_name():
    other = {"name": "Someone", "also_called": "Example Amal Hassan, Nobody"}
    assert Sign.NAMES_SAME in signs(compare({"name": "Amal Hassan Example"}, other))


def test_the_father_in_the_name():
    found = compare({"name": "Amal Example", "father": "Hassan"}, {"name": "Amal Hassan Example"})
    assert Sign.FATHER_IN_NAME in signs(found)


def test_a_rare_name_tells_more_than_a_common_one():
    common = sameperson.Commonness(10_000, {"mhmd": 900, "al": 500})
    rare = compare({"name": "Zubaydeen Qarqash"}, {"name": "Zubaydeen Qarqash"}, common)
    usual = compare({"name": "Mohammed Ali"}, {"name": "Mohammed Ali"}, common)
    assert rare.score > usual.score
    assert not usual.likely


def test_the_more_people_the_more_a_pair_must_show():
    few, many = sameperson.Commonness(2_000, {}), sameperson.Commonness(1_000_000, {})
    assert few.prior_bits < many.prior_bits


def people():
    made = [
        {
            "name": f"Person{n} Fictional{n % 97} Family{chr(97 + n % 26)}",
            "birth": str(1950 + n % 60),
        }
        for n in range(300)
    ]
    twins = [
        {"name": "Amal Hassan Example", "birth": "1990-05-06", "sex": "female"},
        {"name": "أمل حسن اكسامبل", "birth": "1990", "sex": "female"},
        {"name": "Rezan Sherzad", "birth": "1988-02-03"},
        {"name": "RezanSherzad", "birth": "1988-02-03"},
        {"name": "Tesfa Gebre Example", "birth": "1971"},
        {"name": "Example Tesfa Gebra", "birth": "1971-03-09"},
    ]
    return [sameperson.read(values, ON) for values in (*made, *twins)]


def test_the_pairs_among_many():
    everybody = people()
    found = {
        (each.one, each.other)
        for each in likelypairs.proposals(likelypairs.gather(everybody), everybody)
        if each.likeness.likely
    }
    assert {(300, 301), (302, 303), (304, 305)} <= found
    assert len(found) <= 8


def test_nothing_is_lost_by_the_short_list():
    """The obvious twin: everybody compared with everybody, on a small number."""
    everybody = people()[-40:]
    gathered = likelypairs.gather(everybody)
    common = gathered.commonness()
    slow = {
        (one, other)
        for one in range(len(everybody))
        for other in range(one + 1, len(everybody))
        if sameperson.compare(everybody[one], everybody[other], common).likely
    }
    fast = {(e.one, e.other) for e in likelypairs.proposals(gathered, everybody)}
    assert slow <= fast


def test_nobody_is_nobody():
    assert list(likelypairs.proposals(likelypairs.gather([]), [])) == []
    alone = [sameperson.Person()]
    assert list(likelypairs.proposals(likelypairs.gather(alone), alone)) == []
