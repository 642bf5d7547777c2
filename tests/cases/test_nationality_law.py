"""The extract: what it holds, the published figures, and how a State is found by what was typed."""

import subprocess
import sys

import pytest

from manumit.cases import nationality_law as law
from meta import source

SHARED = source.ROOT.parent / "shared" / "data"
TABLE = SHARED / "citizenship" / "globalcit-v3.1-country-year.csv"
PLACES = SHARED / "geo" / "country-codes.csv"


def having(mode, *, year=2024, codes=None):
    read = {state: law.read(state, mode, year).code for state in law.states()}
    return {s for s, code in read.items() if (code in codes if codes else code not in ("0", "NA"))}


def test_figures_of_2024():
    assert len(having("A03a")) == 139  # rules for children who were found
    assert len(having("A03b")) == 93  # rules for children otherwise stateless
    assert len(having("A01a", codes={"0", "1", "2", "3", "4", "5", "6"})) == 191


def test_states_where_only_fathers_pass_it_on_abroad_in_2024():
    assert having("A01b", codes={"4"}) == {
        "ARE",
        "BHR",
        "BHS",
        "IRN",
        "IRQ",
        "JOR",
        "KIR",
        "KWT",
        "LBN",
        "LBY",
        "MRT",
        "MYS",
        "NPL",
        "OMN",
        "QAT",
        "SAU",
        "SDN",
        "SOM",
        "SWZ",
        "SYR",
    }


def test_the_second_source_has_24_states_and_four_more():
    listed = set(law.sources()["second"]["says_no"])
    assert len(listed) == 24
    assert listed - having("A01b", codes={"4"}) == {"BRB", "BRN", "BDI", "TGO"}
    assert having("A01b", codes={"4"}) < listed


def test_every_code_of_the_table_has_words_source_and_status():
    for state in law.states():
        for mode in law.MODES:
            for year in range(*law.years()):
                code = law.read(state, mode, year).code
                assert law.words(mode, code) != law.UNREAD, (state, mode, code)
                assert code == law.NOT_CODED or law.limit(mode, code)
    for entry in law.codes()["code"]:
        assert entry["status"] in ("verified", "secondary", "pending")
        assert entry["read_in"]


def test_a_state_that_the_table_does_not_code_stays_not_coded():
    for state in ("MDV", "PSE", "SUN", "ESH"):
        reading = law.read(state, "A02a", 2024)
        assert reading.code == law.NOT_CODED
        assert law.words("A02a", reading.code) == "the table does not say"
        assert law.limit("A02a", reading.code) == ""


def test_years_outside_are_never_exact():
    assert law.years() == (2020, 2024)
    for year, nearest in ((1961, 2020), (2019, 2020), (2026, 2024)):
        reading = law.read("SYR", "A01a", year)
        assert (reading.exact, reading.year) == (False, nearest)
    assert law.read("SYR", "A01a", 2024).exact
    assert law.read("SYR", "A01a", 2024).later == ""


@pytest.mark.parametrize(
    ("typed", "state"),
    [("SYR", "SYR"), ("sy", "SYR"), (" Syria ", "SYR"), ("state of palestine", "PSE"), ("XXX", "")],
)
def test_a_state_is_found_by_code_or_name(typed, state):
    assert law.find(typed) == state


def test_the_nearest_state_is_suggested():
    assert law.suggest("Syira") == "SYR (Syria)"
    assert "SYR (Syria)" in law.suggest("SIR")
    assert law.suggest("qqqqqqqq") == ""


def test_no_two_states_share_a_spelling():
    for state in law.states().values():
        spellings = [s for s in (state.iso3, state.iso2, state.name) if s not in ("", "NA")]
        assert {law.find(spelling) for spelling in spellings} == {state.iso3}
    assert law.find("NA") == ""  # Namibia's code, and how people write "not available"


def test_the_extract_is_what_the_originals_give():
    if not TABLE.exists() or not PLACES.exists():
        pytest.skip("the original tables are not on this machine")
    script = source.ROOT / "benchmarks" / "citizenship_extract.py"
    done = subprocess.run(
        [sys.executable, script, TABLE, PLACES, "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
