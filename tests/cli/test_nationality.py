"""`manumit nationality`: answers, refusals with cure, and the view that may be shown."""

import json

import pytest
from click.testing import CliRunner

from manumit.cli import nationality

USUAL = {"--born": "SYR", "--year": "2024", "--mother": "SYR", "--father": "unknown"}


def run(*more, **changed):
    given = USUAL | {f"--{name}": value for name, value in changed.items()}
    flat = [part for pair in given.items() for part in pair if pair[1] is not None]
    return CliRunner().invoke(nationality.nationality, [*flat, *more])


def test_the_usual_question_in_json():
    result = run("--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["nationality"] == "not determined"
    assert told["risk"]["level"] == "high"
    laws = told["laws"] + told["safeguards"]
    assert {one["law"]["mode"] for one in laws} == {"A01a", "A02a", "A02b", "A03a", "A03b"}
    for one in laws:
        assert one["law"]["year"] == 2024
        assert one["law"]["code"]
        assert "GLOBALCIT" in one["law"]["source"]
    assert told["documents"]["missing"]
    assert told["steps"][0]["code"] == "do-not-contact"


def test_names_and_several_words_are_understood():
    result = run(
        "--fled", "Syria", "--has", "birth-certificate", "--registered", "yes", "--json",
        born="Lebanon", father="SYR, IRQ + missing",
    )  # fmt: skip
    told = json.loads(result.stdout)
    assert told["born"]["state"] == "LBN"
    assert told["father"] == "SYR (Syria), IRQ (Iraq), missing"
    assert [paper["code"] for paper in told["documents"]["there"]] == ["birth-certificate"]
    assert told["do_not_contact"] == ["IRQ", "SYR"]


def test_a_person_reads_the_same():
    result = run("--fled", "none", born="LBN", mother="BDI")
    assert result.exit_code == 0
    for words in (
        "not determined",
        "A01b=1 (1 January 2024)",
        "they do NOT agree",
        "What to do next",
    ):
        assert words in result.stdout


@pytest.mark.parametrize(
    ("changed", "field", "cure"),
    [
        ({"born": "SIR"}, "--born", "SYR (Syria)"),
        ({"born": "qqqqqq"}, "--born", "ISO 3166"),
        ({"mother": "Syira"}, "--mother", "SYR (Syria)"),
        ({"father": "gone"}, "--father", "unknown"),
        ({"father": ""}, "--father", "unknown"),
        ({"mother": "stateless,SYR"}, "--mother", "keep one"),
        ({"father": "unknown,stateless"}, "--father", "keep one"),
        ({"year": "24"}, "--year", "four digits"),
        ({"year": "0999"}, "--year", "four digits"),
        ({"fled": "Atlantika"}, "--fled", "Cure"),
        ({"has": "passport"}, "--has", "birth-certificate"),
        ({"father-born": "SYR"}, "--father-born", "leave"),
    ],
)
def test_bad_input_ends_with_2_the_field_and_the_cure(changed, field, cure):
    result = run(**changed)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{field}:")
    assert cure in result.stderr
    assert result.stdout == ""


def test_none_and_a_state_exclude_each_other():
    result = run("--fled", "none", "--fled", "SYR")
    assert result.exit_code == 2
    assert "Cure" in result.stderr


def test_the_view_for_an_authority_holds_nothing_private():
    told = {
        run("--view", "authority", "--fled", "SYR", "--json", born="LBN", father=father).stdout
        for father in ("unknown", "armed-group", "SYR,armed-group", "missing", "SYR,unwilling")
    }
    assert len(told) == 1
    assert "armed" not in told.pop()
    plain = run("--view", "authority", "--fled", "SYR", born="LBN", father="armed-group")
    assert "details not available" in plain.stdout


def test_nothing_is_shown_to_a_state_that_was_fled():
    result = run("--view", "authority", "--fled", "SYR")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "fled" in result.stderr


def test_help_shows_an_example_and_asks_nothing_more():
    told = CliRunner().invoke(nationality.nationality, ["--help"]).stdout
    assert "manumit nationality --born SYR" in told
    assert "Never asked" in told
