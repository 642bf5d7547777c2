"""The life of a claim is one table; certainty takes a second person; handling decides who reads."""

from itertools import product
from uuid import uuid4

import pytest

from manumit.network import claims
from manumit.network.claims import Act, Certainty, Handling, State


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_an_act_fits_or_says_why_not(state, act):
    fits = act in claims.TRANSITIONS[state]
    assert (claims.why_not(state, act) == "") is fits
    if fits:
        assert claims.after(state, act) is not state


def test_nothing_leads_back_from_withdrawn():
    assert claims.TRANSITIONS[State.WITHDRAWN] == {}


def test_whoever_entered_it_never_confirms():
    me, you = uuid4(), uuid4()
    given = {"by": me, "accepted": True}
    assert claims.why_not_certain(Certainty.CONFIRMED, entered_by=[you, me], **given)
    assert claims.why_not_certain(Certainty.CONFIRMED, entered_by=[you], **given) == ""
    assert claims.why_not_certain(Certainty.LIKELY, entered_by=[me], **given) == ""
    assert claims.why_not_certain(Certainty.LIKELY, by=me, entered_by=[you], accepted=False)


def test_what_is_handled_more_strictly_stays():
    for place, asked in enumerate(claims.OPENNESS):
        going = [h for h in Handling if not claims.why_not_leave(h, asked)]
        assert going == list(claims.OPENNESS[place:])
    me, you = uuid4(), uuid4()
    assert claims.hidden(Handling.RED, you, me)
    assert not claims.hidden(Handling.RED, me, me)
    assert not claims.hidden(Handling.AMBER_STRICT, you, me)


def test_grades_are_of_the_scheme():
    assert claims.why_not_grade("B", "2") == ""
    for reliability, credibility in (("G", "2"), ("B", "7"), ("b", "2"), ("", "")):
        assert claims.why_not_grade(reliability, credibility)
