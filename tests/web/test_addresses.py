import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.web import addresses


@pytest.mark.parametrize("page", ["/", "/cases", "/cases/new", "/services/template.csv", "/hsds/"])
def test_a_page_of_ours_is_kept_without_its_query(page):
    assert addresses.own(page) == page
    assert addresses.own(page + "?q=Amal+Example#there") == page


@pytest.mark.parametrize(
    "target",
    ["", "cases", "//evil.example", "/\\evil.example", "/../x", "/%09/x", "/a//b", "https://x", "/é", "/" + "a" * 300],
)  # fmt: skip
def test_anything_else_is_none(target):
    assert addresses.own(target) == ""


@given(st.text(alphabet="/\\.:?#@%aE \t\r\n\x00é"))
def test_what_is_kept_cannot_lead_away(target):
    page = addresses.own(target)
    assert page == "" or (page[0] == "/" and page[1:2] not in {"/", "\\"} and page.isprintable())
