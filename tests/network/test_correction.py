"""Corrections: where something went, and what the notice says."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from manumit.network import correction
from manumit.network.correction import State

# a busy machine is slow at making examples
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(st.lists(st.uuids(), max_size=40), st.lists(st.uuids(), max_size=5), st.data())
def test_what_is_packed_is_found_and_nothing_else(ids, strangers, data):
    run = correction.packed(ids)
    assert set(correction.unpacked(run)) == set(ids)
    assert len(run) == 16 * len(set(ids))
    wanted = data.draw(st.lists(st.sampled_from(ids), max_size=3)) if ids else []
    assert correction.holds(run, wanted) is bool(wanted)
    assert correction.holds(run, strangers) is bool(set(strangers) & set(ids))


@UNHURRIED
@given(st.lists(st.tuples(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9))), max_size=6))
def test_a_wrong_claim_follows_the_claim_and_a_wrong_person_everything_on_them(rows):
    from uuid import UUID

    gone = [
        correction.Gone(
            UUID(int=n),
            correction.packed(UUID(int=100 + c) for c in claims),
            correction.packed(UUID(int=200 + e) for e in entities),
        )
        for n, (claims, entities) in enumerate(rows)
    ]
    give = {"claims": [UUID(int=103)], "entities": [UUID(int=203)]}
    by_claim = correction.went(gone, **give, whole=False)
    everything = correction.went(gone, **give, whole=True)
    assert by_claim == [UUID(int=n) for n, (claims, _) in enumerate(rows) if 3 in claims]
    assert everything == [UUID(int=n) for n, (c, e) in enumerate(rows) if 3 in c or 3 in e]


def test_a_correction_says_what_was_wrong_and_is_done_when_all_are_told():
    give = {"wrong": "person", "what": "Another man of this name.", "right": "Not known so far."}
    assert correction.why_not_begin(**give) == ""
    for name in give:
        assert correction.why_not_begin(**(give | {name: ""}))
    assert "1 notices" in correction.why_not_close([State.SENT, State.TO_SEND])
    assert correction.why_not_close([State.SENT, "answered"]) == ""
    assert correction.why_not_close([]) == ""


def test_a_notice_goes_one_way():
    assert correction.why_not_move("to_send", State.SENT) == ""
    assert correction.why_not_move("sent", State.ANSWERED) == ""
    assert "Still to be sent" in correction.why_not_move("to_send", State.ANSWERED)
    assert correction.why_not_move("answered", State.SENT)


@pytest.mark.parametrize("language", [*correction.LANGUAGES, "ckb"])
def test_the_letter_says_who_what_and_what_to_do(language):
    values = {name: f"<{name}>" for name in ("recipient", "office", "reference", "sent_on", "on")}
    said = correction.letter(language, what="The age {right}.", right="It is 40.", **values)
    assert "The age {right}." in said  # what a person wrote is never read as a place
    assert "It is 40." in said
    assert all(value in said for value in values.values())
    assert correction.title(language)
