"""`manumit flows load`: counts that add up, refusals that name the cure, a unit's own ledger."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import LazySettings

import make
from flows import ledgers
from manumit.cli import flows_ground, ground, main
from manumit.core import models as core
from manumit.flows import models
from manumit.flows.actions import store

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
HERE = Path(__file__).resolve()
AMLSIM = HERE.parents[3] / "shared" / "data" / "amlsim" / "20K_fanin200.tgz"
ROWS = "Date,From,To,Sum\n2026-01-02,EX1,EX2,5.00\n2026-01-03,EX2,EX3,six\n"
MAPPING = """
id = "made-bank"
[columns]
at = "Date"
source = "From"
target = "To"
amount = "Sum"
[time]
formats = ["%Y-%m-%d"]
[constant]
currency = "EUR"
"""


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MANUMIT_DATA = tmp_path / "data"
    monkeypatch.setattr(flows_ground, "ready", ground.ready)


@pytest.fixture
def bank(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "bank.csv").write_text(ROWS)
    (tmp_path / "bank.toml").write_text(MAPPING)
    return str(tmp_path / "bank.csv"), str(tmp_path / "bank.toml")


def load(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["flows", "load", *words], input=typed)


def test_every_row_is_counted_and_the_second_time_changes_nothing(bank: tuple[str, str]) -> None:
    file, mapping = bank
    result = load(file, "--mapping", mapping, "--json")
    assert result.exit_code == 0, result.output
    first = json.loads(result.stdout)["files"][0]
    counts = ("rows_read", "rows_loaded", "rows_known", "rows_rejected")
    assert [first[name] for name in counts] == [2, 1, 0, 1]
    assert first["rejected"] == {"amount_bad": 1}
    assert "already loaded" in load(file, "--mapping", mapping).output
    assert models.Ledger.objects.get().unit is None
    assert models.Load.objects.count() == 1


def test_words_say_what_was_not_taken(bank: tuple[str, str]) -> None:
    said = load(bank[0], "--mapping", bank[1]).output
    assert "rows read 2: loaded 1, known before 0, not taken 1" in said
    assert "1 × The amount is no number" in said


def test_refusals_name_the_file_and_the_cure(bank: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('id = "x"\n[columns]\nwhat = "Date"\n')
    for words, told in (
        ((str(tmp_path / "none.csv"),), "Cure: name a file"),
        ((bank[0],), "mapping"),
        ((bank[0], "--mapping", str(tmp_path / "bad.toml")), "--mapping"),
        ((bank[0], "--mapping", str(tmp_path / "none.toml")), "--mapping"),
        ((bank[0], "--mapping", bank[1], "--currency", "ABC"), "--currency ABC"),
        ((bank[0], "--mapping", bank[1], "--time-zone", "Mars"), "--time-zone Mars"),
    ):
        result = load(*words)
        assert result.exit_code == 2, words
        assert told in result.output, words
    assert models.Load.objects.count() == 0


def test_a_units_ledger_needs_its_person(bank: tuple[str, str]) -> None:
    home = ledgers.bureau()
    words = (*bank[:1], "--mapping", bank[1], "--as", home.analyst.username)
    assert load(*words, typed="a wrong passphrase\n").exit_code == 2
    result = load(*words, typed=make.PASSPHRASE + "\n")
    assert result.exit_code == 0, result.output
    assert len(store.entries(home.ledger).collect()) == 1
    assert models.Load.objects.get().by == home.analyst
    assert core.Leaf.objects.filter(act="ledger.load", by=home.analyst.id).exists()


def test_the_amlsim_sample_comes_in_whole() -> None:
    if not AMLSIM.exists():
        pytest.skip("the AMLSim samples are not on this machine")
    answer = json.loads(load(str(AMLSIM), "--json").stdout)["files"][0]
    assert (answer["rows_loaded"], answer["accounts"]) == (118_250, 20_000)
    ledger = models.Ledger.objects.get()
    assert store.entries(ledger).collect()["entry"].n_unique() == 118_250
    assert len(store.accounts(ledger)) == 20_000
    assert store.labels(ledger).collect()["account"].n_unique() == 954
