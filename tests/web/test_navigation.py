import pytest

from manumit.core import roles
from manumit.web import context, navigation

ALL = frozenset(link.url_name for link in navigation.LINKS) | {"security"}


@pytest.mark.parametrize("role", roles.PEOPLE)
def test_every_role_has_a_first_page_that_it_may_open(role):
    name = navigation.home(role, ALL)
    allowed = {link.url_name for link in navigation.links(role, ALL)} | {"security"}
    assert name in allowed


@pytest.mark.parametrize("role", roles.PEOPLE)
def test_a_page_that_does_not_exist_yet_is_passed_over(role):
    assert navigation.home(role, frozenset({"security"})) == "security"
    assert navigation.links(role, frozenset()) == ()


def test_no_page_at_all_is_an_error():
    with pytest.raises(LookupError):
        navigation.home(roles.Role.AUDITOR, frozenset())


def test_the_administrator_sees_no_link_to_cases():
    names = {link.url_name for link in navigation.links(roles.Role.ADMINISTRATOR, ALL)}
    assert names == {"accounts", "services"}


def test_every_link_names_a_permission_of_the_table():
    for link in navigation.LINKS:
        assert link.permission in roles.PERMISSIONS


def test_every_link_is_routed():
    missing = {link.url_name for link in navigation.LINKS} - context.routed()
    assert missing == set()
