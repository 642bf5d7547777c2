"""What a service is told: only what need, consent and the person allow."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import consent, minimise, needs

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ALL = frozenset(minimise.BY_NAME)
YES = consent.Consent(consent.Purpose.SHARE_WITH_SERVICE, given=True, at=AT, recipient="s")


def decide(need, consents=(YES,), known=ALL, withheld=frozenset()):
    ask = minimise.Ask(need, "s", known, list(consents), AT.date(), withheld=withheld)
    return {d.field: d for d in minimise.decide(ask)}


def goes(*args, **kwargs):
    return {name for name, d in decide(*args, **kwargs).items() if d.goes}


def test_legal_advice_gets_name_language_and_contact_and_no_health():
    told = goes("legal")
    assert {"name", "language", "contact"} <= told
    assert not {"health", "sex", "place"} & told


def test_medical_care_gets_age_sex_and_the_urgent_condition():
    assert {"age", "sex", "health"} <= goes("medical")


@pytest.mark.parametrize("need", list(needs.load().kinds))
def test_nobody_gets_answers_observations_or_notes(need):
    assert not goes(need) & minimise.NEVER


def test_without_consent_nothing_sealed_and_nothing_coded_goes():
    assert goes("medical", consents=()) == set()


def test_a_name_held_back_does_not_go_and_the_reason_says_so():
    held = decide("legal", withheld=frozenset({"name"}))["name"]
    assert not held.goes
    assert "does not want" in held.reason
    by_word = consent.Consent(
        consent.Purpose.SHARE_WITH_SERVICE, True, AT, "s", withheld=frozenset({"name"})
    )
    assert not decide("legal", consents=[by_word])["name"].goes


def test_what_is_not_known_is_not_sent():
    assert "Not known" in decide("medical", known=frozenset({"need"}))["age"].reason


def test_every_decision_has_a_reason():
    for need in needs.load().kinds:
        assert all(d.reason for d in decide(need).values())


@given(
    st.sampled_from(sorted(needs.load().kinds)),
    st.sets(st.sampled_from(sorted(ALL))),
    st.sets(st.sampled_from(sorted(ALL))),
    st.booleans(),
)
def test_a_letter_never_carries_what_was_not_decided_to_go(need, known, withheld, agreed):
    ask = minimise.Ask(
        need,
        "s",
        frozenset(known),
        [YES] if agreed else [],
        AT.date(),
        withheld=frozenset(withheld),
    )
    chosen = minimise.decide(ask)
    letter = minimise.letter(dict.fromkeys(ALL, "canary"), chosen)
    allowed = set(needs.kind(need).letter) | {"need", "urgency"}
    assert set(letter) <= (known & allowed) - withheld - minimise.NEVER
    assert agreed or not letter


def test_fields_of_every_letter_exist():
    for kind in needs.load().kinds.values():
        assert set(kind.letter) <= ALL
        assert not set(kind.letter) & minimise.NEVER
        assert {f.name for f in minimise.offered(kind.kind)} <= set(kind.letter)
