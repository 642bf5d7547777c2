"""The notification for a registry: its shape, and what must never stand in it.

The schema below is written from the request schema of event notifications in OpenCRVS's country
configuration (`NotificationRequestSchema`, opencrvs/opencrvs-countryconfig), from the birth form of the
same repository (fields of mother and father) and from its collection "Event Notification" v1.9; read in
November 2026, MPL 2.0. Unlike the original it refuses a field that it does not know.
"""

import json
import re
import uuid

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.cases import birth_notification as registry
from manumit.cases import nationality, nationality_facts, nationality_law, nationality_steps
from manumit.cases.nationality_facts import Facts, Parent, Situation

NAME = {
    "type": "object",
    "required": ["firstname", "surname"],
    "additionalProperties": False,
    "properties": {
        "firstname": {"type": "string", "minLength": 1},
        "middlename": {"type": "string"},
        "surname": {"type": "string"},
    },
}
DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
STATE = {"type": "string", "pattern": "^[A-Z]{3}$"}
UUID = {"type": "string", "format": "uuid", "pattern": "^[0-9a-f-]{36}$"}
CREATE = {
    "type": "object",
    "required": ["type", "transactionId", "dateOfEvent"],
    "additionalProperties": False,
    "properties": {
        "type": {"const": "birth"},
        "transactionId": UUID,
        "dateOfEvent": {
            "type": "object",
            "required": ["fieldId"],
            "additionalProperties": False,
            "properties": {"fieldId": {"const": "child.dob"}},
        },
    },
}
NOTIFY = {
    "type": "object",
    "required": ["eventId", "transactionId", "createdAtLocation", "declaration"],
    "additionalProperties": False,
    "properties": {
        "eventId": {"type": "string"},
        "transactionId": UUID,
        "createdAtLocation": {"type": "string"},
        "declaration": {
            "type": "object",
            "required": ["child.dob"],
            "additionalProperties": False,
            "properties": {
                "child.name": NAME,
                "child.gender": {"enum": ["female", "male", "unknown"]},
                "child.dob": DATE,
                "child.placeOfBirth": {"enum": ["HEALTH_FACILITY", "PRIVATE_HOME", "OTHER"]},
                "child.birthLocationId": {"type": "string"},
                "mother.detailsNotAvailable": {"const": True},
                "mother.reason": {"type": "string"},
                "mother.name": NAME,
                "mother.dob": DATE,
                "mother.dobUnknown": {"const": True},
                "mother.nationality": STATE,
                "mother.idType": {"const": "NONE"},
                "father.detailsNotAvailable": {"const": True},
                "father.reason": {"type": "string"},
            },
            "dependentRequired": {
                "father.detailsNotAvailable": ["father.reason"],
                "mother.detailsNotAvailable": ["mother.reason"],
            },
        },
        "annotation": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"review.comment": {"type": "string"}},
        },
    },
}

STATES = sorted(nationality_law.states())
SITUATIONS = sorted(set(Situation) - {Situation.NOT_GIVEN})
parents = st.builds(
    Parent,
    st.lists(st.sampled_from(STATES), max_size=2, unique=True).map(tuple),
    st.frozensets(st.sampled_from(SITUATIONS)),
    st.sampled_from(["", *STATES]),
)
anything = st.builds(
    Facts,
    st.sampled_from(STATES),
    st.just(2024),
    parents,
    parents,
    st.sampled_from([True, False, None]),
    st.sampled_from([False, None]),
    st.none() | st.frozensets(st.sampled_from(STATES), max_size=2),
)


def birth(**changed):
    given = {
        "transaction_id": uuid.UUID(int=7),
        "born_on": "2024-03-01",
        "place": registry.Place.HEALTH_FACILITY,
        "location": "clinic-1",
        "child_name": "Amal Example",
        "sex": "female",
        "mother_name": "Dana Example",
    }
    return registry.Birth(**given | changed)


def facts(**changed):
    given = {
        "born": "LBN", "year": 2024, "mother": Parent(("SYR",)), "father": Parent(("SYR",)),
        "fled": frozenset({"SYR"}),
    }  # fmt: skip
    return Facts(**given | changed)


def valid(made):
    jsonschema.Draft202012Validator(NOTIFY).validate(made)
    return made


def test_both_requests_have_the_shape_of_the_registry():
    jsonschema.Draft202012Validator(CREATE).validate(registry.create(birth()))
    made = valid(registry.notify(facts(), birth()))
    assert made["declaration"]["child.birthLocationId"] == "clinic-1"
    assert made["declaration"]["mother.nationality"] == "SYR"
    assert made["declaration"]["mother.idType"] == "NONE"


def test_the_schema_refuses_what_it_does_not_know():
    made = registry.notify(facts(), birth())
    made["declaration"]["child.nationality"] = "SYR"
    with pytest.raises(jsonschema.ValidationError):
        valid(made)


@pytest.mark.parametrize("born", STATES)
def test_for_every_state_of_birth_the_nationality_stays_open(born):
    made = valid(registry.notify(facts(born=born, fled=frozenset()), birth()))
    assert "not determined" in made["annotation"]["review.comment"]
    assert not [key for key in made["declaration"] if key.startswith("child.nat")]
    assert "father" not in json.dumps(made["declaration"])


@settings(max_examples=150, deadline=None)
@given(anything)
def test_any_child_gives_a_valid_message_or_a_reason(child):
    if nationality.why_not(child):
        return
    why = registry.why_not(child, birth())
    if why:
        with pytest.raises(ValueError, match=re.escape(why)):
            registry.notify(child, birth())
        return
    assert child.born not in nationality_steps.not_to_contact(child)
    valid(registry.notify(child, birth()))


PRIVATE = [Parent(("SYR",), frozenset({s})) for s in sorted(nationality_facts.PRIVATE)]


@pytest.mark.parametrize("father", PRIVATE, ids=nationality_facts.parent_words)
def test_a_father_of_whom_something_is_known_and_an_unknown_one_are_the_same(father):
    unknown = Parent(situations=frozenset({Situation.UNKNOWN}))
    one = registry.notify(facts(father=father), birth())
    assert one == registry.notify(facts(father=unknown), birth())
    assert one["declaration"]["father.detailsNotAvailable"] is True
    assert one["declaration"]["father.reason"] == registry.NOT_AVAILABLE


def test_nothing_of_flight_or_marriage_changes_the_message():
    one = registry.notify(facts(), birth())
    for other in (facts(fled=frozenset({"SYR", "IRQ"})), facts(married=True), facts(married=False)):
        assert registry.notify(other, birth()) == one


@pytest.mark.parametrize(
    ("changed", "about", "word"),
    [
        ({"born": "SYR"}, {}, "fled"),
        ({"born": "SYR", "fled": None}, {}, "Cure"),
        ({"registered": True}, {}, "registered already"),
        ({}, {"born_on": "2024"}, "day of birth"),
        ({}, {"born_on": "20240301"}, "day of birth"),
        ({}, {"born_on": "2023-03-01"}, "do not agree"),
    ],
)
def test_what_is_refused_and_why(changed, about, word):
    assert word in registry.why_not(facts(**changed), birth(**about))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Amal Example", ("Amal", "Example")),
        ("Amal bint Example", ("Amal bint", "Example")),
        ("Amal", ("Amal", "")),
    ],
)
def test_names_are_split_as_the_registry_wants_them(name, parts):
    assert registry.split(name) == {"firstname": parts[0], "surname": parts[1]}


def test_unknown_parents_and_missing_days_are_said_so():
    unknown = Parent(situations=frozenset({Situation.UNKNOWN}))
    told = valid(registry.notify(facts(mother=unknown, father=unknown), birth()))["declaration"]
    assert told["mother.detailsNotAvailable"] is True
    assert "mother.name" not in told
    told = valid(registry.notify(facts(), birth(mother_birth="1999-01-02")))["declaration"]
    assert told["mother.dob"] == "1999-01-02"
    assert "mother.dobUnknown" not in told
    assert registry.notify(facts(), birth())["declaration"]["mother.dobUnknown"] is True
