"""`manumit flows report`: a valid file, or every missing element and nothing written."""

import json
import tomllib
from datetime import timedelta

import pytest
from click.testing import CliRunner

from flows import alerts_made, ledgers, test_actions_reports
from manumit.cli import account, flows_ground, flows_report
from manumit.flows import goaml_profile, goaml_xml
from manumit.flows.actions import reports

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FILL = """
[report]
rentity_id = 12
[reporting_person]
first_name = "Test"
last_name = "Person"
[transaction]
location = "Example town"
[account]
institution_name = "Example Bank"
swift = "EXAMJOAX"
account_name = "Example"
[accounts."EX-100".person]
first_name = "Test"
last_name = "Receiver"
"""


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, monkeypatch):
    settings.MANUMIT_DATA = tmp_path
    monkeypatch.setattr(flows_ground, "ready", lambda: None)  # the test's own tables are there


def run(*args):
    return CliRunner().invoke(flows_report.report, [str(a) for a in args])


@pytest.fixture
def bench():
    home = ledgers.bench()
    pairs = [(f"EX-{n}", "EX-100") for n in range(1, 4)]
    rows = [
        {"source": s, "target": t, "at": alerts_made.BEGIN + timedelta(hours=n)}
        for n, (s, t) in enumerate(pairs)
    ]
    load = ledgers.add(home, rows)
    accounts = [[ledgers.pseudonym(home, name), "source"] for name in ("EX-1", "EX-2", "EX-3")]
    accounts.append([ledgers.pseudonym(home, "EX-100"), "collector"])
    first = load.number * 10**9 + 1
    bureau = ledgers.Bureau(None, None, None, None, None, home)
    return alerts_made.store(
        bureau,
        accounts=accounts,
        entries=[first, first + 1, first + 2],
        last_at=alerts_made.BEGIN + timedelta(hours=3),
    )


@pytest.mark.parametrize("profile", list(goaml_profile.examples()))
def test_two_units_get_two_valid_files_from_one_alert(bench, tmp_path, profile):
    fill, out = tmp_path / "fill.toml", tmp_path / "report.xml"
    fill.write_text(FILL)
    done = run(bench, "--profile", profile, "--fill", fill, "--out", out, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["alert"] == str(bench)
    assert out.stat().st_mode & 0o777 == 0o600
    data = out.read_bytes()
    assert goaml_xml.problems(data, goaml_xml.common()) == []
    report = goaml_xml.read(data).report
    assert report.entity_reference == str(bench)
    assert report.transactions[0].source.subject.account == "EX-1"


def test_what_is_missing_is_named_with_its_place_and_nothing_is_written(bench, tmp_path):
    out = tmp_path / "report.xml"
    done = run(bench.number, "--profile", "example-5", "--out", out)
    assert done.exit_code == 2
    assert "[report] rentity_id: Missing: Number of the reporting body at the unit." in done.output
    assert '[accounts."EX-1"] institution_code: Missing: one of' in done.output
    assert "Nothing was written. Cure:" in done.output
    assert not out.exists()
    said = run(bench, "--profile", "example-5", "--out", out, "--json")
    assert json.loads(said.stdout)["written"] is None
    assert said.exit_code == 2


def test_a_file_to_fill_in_is_written_and_is_enough_once_it_is_filled_in(bench, tmp_path):
    blank, out = tmp_path / "answers.toml", tmp_path / "report.xml"
    done = run(bench, "--profile", "example-4", "--blank", blank, "--out", out)
    assert (done.exit_code, f"--fill {blank}" in done.output) == (2, True)
    said = tomllib.loads(blank.read_text())
    assert said["account"] == {"institution_name": "", "swift": ""}  # once, for all accounts
    filled = blank.read_text()
    for key, value in (
        ("rentity_id", "12"), ("swift", "EXAMJOAX"), ("institution_name", "Example Bank"),
        ("location", "Example town"), ("first_name", "Test"), ("last_name", "Person"),
    ):  # fmt: skip
        filled = filled.replace(f'{key} = ""', f'{key} = "{value}"')
    blank.write_text(filled)
    done = run(bench, "--profile", "example-4", "--fill", blank, "--out", out)
    assert done.exit_code == 0, done.output


def test_bad_input_is_named_with_its_cure(bench, tmp_path):
    fill, out = tmp_path / "fill.toml", tmp_path / "report.xml"
    fill.write_text("[report\n")
    for args, part in [
        ((bench, "--profile", "nobody", "--out", out), "one of example-4, example-5"),
        (("A-999", "--profile", "example-4", "--out", out), "no such alert"),
        (("x", "--profile", "example-4", "--out", out), "no such alert"),
        ((bench, "--profile", "example-4", "--fill", fill, "--out", out), "not TOML"),
        ((bench, "--profile", "example-4", "--fill", tmp_path / "no", "--out", out), "--fill"),
        ((bench, "--profile", tmp_path / "no.toml", "--out", out), "no.toml"),
    ]:
        done = run(*args)
        assert done.exit_code == 2
        assert part in done.output
    fill.write_text("[nonsense]\nx = 1\n" + FILL)
    done = run(bench, "--profile", "example-4", "--fill", fill, "--out", out)
    assert "[nonsense] : No table has this name" in done.output
    assert not out.exists()


def test_from_a_units_ledger_only_with_two_people_a_recipient_and_a_basis(tmp_path, monkeypatch):
    home = ledgers.bureau()
    alert = test_actions_reports.to_report(home)
    monkeypatch.setattr(account, "actor", lambda *_: home.analyst_actor)
    fill, out = tmp_path / "fill.toml", tmp_path / "report.xml"
    fill.write_text(FILL)
    args = (alert, "--profile", "example-5", "--fill", fill, "--out", out, "--as", "analyst")
    done = run(*args)
    assert (done.exit_code, "waits for a second person" in done.output) == (1, True)
    row = alert.reports.get()
    reports.approve_report(by=home.head_actor, at=ledgers.AT, report=row)
    done = run(*args)
    assert done.exit_code == 2
    assert "recipient" in done.output
    done = run(*args, "--recipient", "Example Unit", "--basis", "duty")
    assert done.exit_code == 0, done.output
    assert goaml_xml.read(out.read_bytes()).report.rentity_id == 12
