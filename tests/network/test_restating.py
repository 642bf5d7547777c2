"""A source that speaks again changes what it changed, and nothing that people decided."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from manumit.network import restating
from manumit.network.claims import State


def told(says, state=State.ACCEPTED, *, ended=False, by_hand=False, this_run=False):
    return restating.Told(uuid4(), says, state, ended, by_hand, this_run)


_says = st.dictionaries(
    st.sampled_from(["name", "alias", "country"]),
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True),
    max_size=3,
)


@given(_says)
def test_the_same_again_changes_nothing(says):
    change = restating.compare(says, [told(says)])
    assert change == restating.Change([], None)


def test_a_relation_that_says_nothing_stands_as_long_as_it_is_named():
    assert restating.compare({}, []).says == {}
    assert restating.compare({}, [told({})]) == restating.Change([], None)
    role = told({"role": ["Boss"]})
    change = restating.compare({}, [role])
    assert (change.over, change.says) == ([role.claim], {})
    for state, ended in ((State.WITHDRAWN, True), (State.CONTESTED, False)):
        decided = told({}, state, ended=ended, by_hand=True)
        assert restating.compare({}, [decided]) == restating.Change([], None)


@given(_says, _says)
def test_what_stands_afterwards_is_what_is_said_now(now, before):
    old = told(before)
    change = restating.compare(now, [old])
    standing = (
        change.says if change.says is not None else ({} if old.claim in change.over else before)
    )
    assert {p: set(v) for p, v in standing.items()} == {p: set(v) for p, v in now.items()}


def test_what_a_person_contested_or_withdrew_stays_so():
    part = told({"alias": ["K"]}, State.CONTESTED, by_hand=True)
    whole = told({"name": ["Karim"]}, by_hand=True)
    assert restating.compare({"name": ["Karim"], "alias": ["K"]}, [part, whole]).over == []
    gone = told({"alias": ["K"]}, State.WITHDRAWN, ended=True, by_hand=True)
    assert restating.compare({"name": ["Karim"], "alias": ["K"]}, [gone, whole]).says is None
    anew = restating.compare({"name": ["Karim"], "alias": ["L"]}, [gone, whole])
    assert anew.says == {"alias": ["L"]}


def test_more_in_the_same_file_is_added():
    change = restating.compare({"alias": ["L"]}, [told({"alias": ["K"]}, this_run=True)])
    assert sorted(change.says["alias"]) == ["K", "L"]
