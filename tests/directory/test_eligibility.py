import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.directory import eligibility
from manumit.directory.eligibility import Eligibility, Person

WOMAN = Person(age=30, sex="female", nationality="SY", registration=frozenset({"unhcr_asc"}))


@pytest.mark.parametrize(
    ("service", "words"),
    [
        (Eligibility(sex="male"), "men and boys"),
        (Eligibility(maximum_age=17), "0 to 17"),
        (Eligibility(minimum_age=60), "From age 60"),
        (Eligibility(nationalities=("JO",)), "Jordan"),
        (Eligibility(nationalities_not=("SY", "JO")), "Syria"),
        (Eligibility(documents=("unhcr_asc", "moi_card")), "Ministry of Interior"),
    ],
)
def test_a_known_fact_refuses_with_its_reason(service: Eligibility, words: str) -> None:
    assert words in eligibility.why_not(service, WOMAN)
    unknown = eligibility.answer(service, Person())
    assert unknown.why_not == ""
    assert any(words in ask for ask in unknown.to_ask)


@pytest.mark.parametrize(
    "service",
    [
        Eligibility(),
        Eligibility(sex="female", minimum_age=30, maximum_age=30),
        Eligibility(nationalities=("SY", "IQ")),
        Eligibility(nationalities_not=("JO",)),
        Eligibility(documents=("unhcr_asc",)),
        Eligibility(groups=("open_to_all",)),
    ],
)
def test_a_fitting_service_asks_nothing(service: Eligibility) -> None:
    assert eligibility.answer(service, WOMAN) == eligibility.Answer("", ())


def test_expired_papers_count_only_where_they_are_taken() -> None:
    expired = Person(registration=frozenset({"unhcr_asc_expired"}))
    taken = Eligibility(documents=("unhcr_asc",), expired_documents=True)
    assert eligibility.why_not(taken, expired) == ""
    assert eligibility.why_not(Eligibility(documents=("unhcr_asc",)), expired)


def test_having_no_papers_is_known_and_not_knowing_is_not() -> None:
    service = Eligibility(documents=("unhcr_asc",))
    assert eligibility.why_not(service, Person(registration=frozenset()))
    assert not eligibility.why_not(service, Person(registration=None))


def test_priority_groups_are_a_question_and_no_refusal() -> None:
    answer = eligibility.answer(Eligibility(groups=("serious_medical",)), WOMAN)
    assert answer.why_not == ""
    assert "serious medical" in answer.to_ask[0]


services = st.builds(
    Eligibility,
    sex=st.sampled_from(["", "female", "male"]),
    minimum_age=st.none() | st.integers(0, 60),
    maximum_age=st.none() | st.integers(60, 120),
    nationalities=st.sampled_from([(), ("SY",), ("JO", "IQ")]),
    documents=st.sampled_from([(), ("unhcr_asc",)]),
    groups=st.sampled_from([(), ("disability",)]),
)


@given(service=services)
def test_nothing_unknown_is_held_against_a_person(service: Eligibility) -> None:
    assert eligibility.why_not(service, Person()) == ""
