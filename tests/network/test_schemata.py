"""The model is FollowTheMoney's with a few additions, whole, and values fit their types."""

import pytest

from manumit.network import schemata


def test_every_schema_is_whole():
    for found in schemata.every():
        assert "kept" in found.props or found.abstract, found.name
        assert set(found.caption) <= set(found.props), found.name
        assert set(found.required) <= set(found.props), found.name
        if found.edge:
            assert {found.edge.source, found.edge.target} <= set(found.props), found.name
        for one in found.props.values():
            assert (one.type == "entity") == bool(one.range), (found.name, one.name)
            assert not one.range or schemata.find(one.range), (found.name, one.name)


def test_additions_leave_what_is_there_as_it_is():
    assert schemata.is_a("Site", "Address")
    assert schemata.is_a("ArmedUnit", "LegalEntity")
    assert schemata.edge("Ownership") == schemata.Edge("owner", "asset", "owns", directed=True)
    assert schemata.edge("Person") is None
    assert len(schemata.roles()) == 15


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("birthDate", ("1980", "1980-02", "1980-02-29"), ("80", "1980-13", "in spring", "")),
        ("nationality", ("iq", "ss"), ("Iraq", "zz9")),
        ("gender", ("female",), ("F",)),
        ("topics", ("crime.traffick.human",), ("crime.nothing",)),
        ("sourceUrl", ("https://example.org/1",), ("example", "javascript:alert(1)")),
        ("possibleVictim", ("true",), ("yes",)),
    ],
)
def test_values_fit_or_are_told(name, good, bad):
    one = schemata.prop("Person", name)
    assert one
    assert [schemata.why_not_value(one, value) for value in good] == [""] * len(good)
    assert all(schemata.why_not_value(one, value) for value in bad)


def test_a_caption_is_the_first_that_is_known():
    assert (
        schemata.caption("Person", {"alias": ["K"], "name": ["Karim Example"]}) == "Karim Example"
    )
    parts = {"firstName": ["Karim"], "lastName": ["Example"]}
    assert schemata.caption("Person", parts) == "Karim Example"
    assert schemata.caption("Person", {}) == ""


def test_a_role_is_a_code_or_nothing():
    assert schemata.role_code("Commander-in-Chief") == "commander"
    assert schemata.role_code("transporter") == "Transporter"
    assert schemata.role_code("who sold the boat") == ""
