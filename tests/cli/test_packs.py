import json

import pytest
from click.testing import CliRunner

from manumit.cli import packs
from manumit.indicators import pack


def run(*arguments):
    return CliRunner().invoke(packs.check_packs, [str(each) for each in arguments])


@pytest.fixture
def shipped(tmp_path):
    """A copy of one shipped pack that a test may spoil."""
    (source,) = (each for each in pack.files() if each.name == "urgent-needs.toml")
    copy = tmp_path / "urgent-needs.toml"
    copy.write_bytes(source.read_bytes())
    return copy


def test_the_shipped_packs_are_sound():
    result = run()
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 19
    assert "delphi-labour-adult 2026-01-15: sound, 67 indicators" in result.stdout


def test_json_says_what_was_checked():
    result = run("--json")
    told = json.loads(result.stdout)
    assert told["ok"] is True
    assert {each["id"]: each["source_status"] for each in told["packs"]}[
        "urgent-needs"
    ] == "pending"
    assert all(each["examples"] >= 4 and each["faults"] == [] for each in told["packs"])


def test_a_bad_pack_ends_with_2_and_names_line_key_and_cure(shipped):
    text = shipped.read_text("utf-8").replace('when = "basic"', 'when = "basics"', 1)
    shipped.write_text(text, "utf-8")
    line = text[: text.index('when = "basics"')].count("\n") + 1
    result = run(shipped)
    assert result.exit_code == 2
    assert f"{shipped}:{line}: outcomes[2].when" in result.stderr
    assert 'Cure: Did you mean "basic"?' in result.stderr
    told = json.loads(run(shipped, "--json").stdout)
    assert told["ok"] is False
    assert told["packs"][0]["faults"][0]["line"] == line


def test_an_example_that_does_not_come_out_ends_with_2(shipped):
    text = shipped.read_text("utf-8").replace('outcome = "needs-today"', 'outcome = "urgent-now"')
    shipped.write_text(text + '\n[[examples]]\ntitle = "x"\nyes = ["un_basic"]\n'
                       'outcome = "needs-today"\n', "utf-8")  # fmt: skip
    result = run(shipped)
    assert result.exit_code == 2
    assert 'gives "needs-today", not "urgent-now"' in result.stderr


def test_a_folder_is_checked_whole_and_a_name_used_twice_is_a_fault(shipped):
    (shipped.parent / "copy.toml").write_bytes(shipped.read_bytes())
    result = run(shipped.parent)
    assert result.exit_code == 2
    assert "urgent-needs is also the id of" in result.stderr


def test_nothing_to_check_is_bad_input(tmp_path):
    assert run(tmp_path).exit_code == 2
    assert run(tmp_path / "none.toml").exit_code == 2


def test_help_has_an_example():
    assert "Examples: manumit check packs" in run("--help").stdout
