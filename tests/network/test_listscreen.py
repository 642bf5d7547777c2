"""Who on a list somebody may be."""

import io

import pytest

from manumit.network import countries, listscreen, unlist
from network import lists


@pytest.fixture(scope="module")
def index():
    people = [
        lists.person("XXi.1", "Examplar", "Testovitch", lists.nationality("Iraq")),
        lists.person("XXi.2", "Fictiva", "Imaginari Noname", day="1965-05-06"),
        lists.person(
            "XXi.3",
            "Nobody",
            "Invented",
            "<NAME_ORIGINAL_SCRIPT>سلمان المثال</NAME_ORIGINAL_SCRIPT>",
        ),
    ]
    return listscreen.Index(unlist.read(io.BytesIO(lists.xml(*people))).entries)


def first(index, *asked):
    return index.ask(listscreen.Asked("1", *asked))[0]


@pytest.mark.parametrize(
    ("name", "birth", "nationality", "reference"),
    [
        ("Examplar Testovitch", "1970-02-03", "IRQ", "XXi.1"),
        ("TESTOVITCH Examplar", "03/02/1970", "Iraq", "XXi.1"),
        ("Exampler Testovich", "1970", "IQ", "XXi.1"),
        ("Fictiva Noname", "1965-05-06", "", "XXi.2"),
        ("سلمان المثال", "1970-02-03", "", "XXi.3"),
    ],
)
def test_spellings_orders_scripts(index, name, birth, nationality, reference):
    hit = first(index, name, birth, nationality)
    assert (hit.entry.reference, hit.decision) == (reference, True)


def test_reasons_and_what_speaks_against(index):
    same = first(index, "Examplar Testovitch", "1970-02-03", "IQ")
    other = first(index, "Examplar Testovitch", "1941", "Sweden")
    assert other.score < same.score < 1
    assert "born on the same day" in " ".join(same.reasons)
    assert sum("-" in reason.split("bits")[0] for reason in other.reasons) == 2


def test_somebody_else_is_nobody(index):
    hits = index.ask(listscreen.Asked("1", "Quite Different", "1990-01-01", "Mali"))
    assert not any(hit.decision for hit in hits)


def test_odd_names(index):
    for name in ("-", "‮‏", "a" * 5000, "1 2 3"):
        assert not any(hit.decision for hit in index.ask(listscreen.Asked("1", name)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("IRQ", "IQ"), ("iq", "IQ"), ("Iraq", "IQ"), ("Iran (Islamic Republic of)", "IR"),
        ("Yemeni", "YE"), ("العراق", "IQ"), ("Democratic People's Republic of Korea", "KP"),
        ("Indonesia (as at Dec. 2003)", "ID"), ("na", ""), ("", ""), ("Nowhere", ""),
        ("Syrian Arab Republic", "SY"), ("Russian Federation", "RU"), ("Trinidad and Tobago", "TT"),
        ("Saint Kitts and Nevis", "KN"), ("The Netherlands", "NL"),
    ],
)  # fmt: skip
def test_countries(text, code):
    assert countries.code(text) == code
