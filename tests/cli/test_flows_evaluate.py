"""`manumit flows evaluate`: figures from files and from a ledger, pictures, and what is not labelled."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from manumit import cli
from manumit.flows import evaluation, learning, made

DATA = made.ledger(8_000, 4, illicit=0.02)


@pytest.fixture
def payments(tmp_path: Path) -> Path:
    path = tmp_path / "Made_Trans.csv"
    path.write_text(made.amlworld_csv(DATA), encoding="utf-8")
    return path


@pytest.fixture
def patterns(tmp_path: Path) -> Path:
    path = tmp_path / "Made_Patterns.txt"
    path.write_text(made.amlworld_patterns(DATA), encoding="utf-8")
    return path


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli.main, ["flows", "evaluate", *map(str, words)])
    return done.exit_code, done.output


def test_files(payments: Path, patterns: Path, tmp_path: Path) -> None:
    picture = tmp_path / "curves.svg"
    code, said = run(payments, patterns, "--picture", picture, "--json")
    assert code == 0
    answer = json.loads(said)
    assert (answer["rows"], answer["refused"]) == (8_000, 0)
    assert answer["figures"]["labels_of"] == "entries"
    assert set(answer["figures"]["alerts"]["by_planted"]) == set(made.SHAPES)
    assert 0 < answer["f1_late"]["f1"] <= 1
    assert "hi_small" not in answer
    assert etree.fromstring(picture.read_bytes()).tag.endswith("svg")


def test_words(payments: Path, patterns: Path) -> None:
    code, said = run(payments, patterns)
    assert code == 0
    for words in ("8,000 entries", "1 a day", "Worth an alert", "planted cycle", "Last fifth"):
        assert words in said


def test_hi_small_is_known_by_its_digest(payments: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib

    monkeypatch.setattr(evaluation, "HI_SMALL", hashlib.sha256(payments.read_bytes()).hexdigest())
    code, said = run(payments, "--json")
    assert code == 0
    told = json.loads(said)["hi_small"]
    assert 0 <= told["ours"] <= 100
    assert max(row["f1"] for row in told["published"]) == 76.41


def test_nothing_labelled_is_said(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    lines = made.amlworld_csv(made.ledger(500, 1, illicit=0)).splitlines()
    path.write_text("\n".join(lines), encoding="utf-8")
    code, said = run(path)
    assert code == 1
    assert "Nothing is labelled" in said


def test_a_file_that_is_no_file(tmp_path: Path) -> None:
    code, said = run(tmp_path / "missing.csv")
    assert code == 2
    assert "Cure" in said
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"\x00\x01\x02\x03" * 100)
    assert run(broken)[0] == 2


def test_files_and_a_ledger_at_once(payments: Path) -> None:
    code, said = run(payments, "--as", "amal")
    assert code == 2
    assert "one of the two" in said


def test_learning_without_its_extra_says_the_cure(
    payments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "available", lambda: False)
    code, said = run(payments, "--learn")
    assert code == 2
    assert "manumit[learning]" in said


@pytest.mark.skipif(not learning.available(), reason="the extra `learning` is not installed")
def test_learning(payments: Path) -> None:
    code, said = run(payments, "--learn", "--json")
    assert code == 0
    learned = json.loads(said)["learned"]
    assert learned == {} or learned["right"] >= learning.FEWEST


SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "amlsim"


@pytest.mark.skipif(not SAMPLES.exists(), reason="the published samples are not on this machine")
@pytest.mark.parametrize("name", ["20K_cycle200", "20K_fanin200"])
def test_published_samples(name: str) -> None:
    code, said = run(SAMPLES / f"{name}.tgz", "--json")
    assert code == 0
    figures = json.loads(said)["figures"]
    first = figures["a_day"][0]
    assert first["precision"] > max(end["precision"] for end in figures["ends"].values()) + 0.3
    cycles = figures["patterns"]["cycle"]["ends"]
    if name == "20K_cycle200":
        # both ends of flows that are filtered by order and amount, or by nothing
        assert cycles["order"]["ranked"] > cycles["order"]["precision"] + 0.1
        assert cycles["order_and_amount"]["ranked"] >= cycles["order_and_amount"]["precision"]
    assert figures["alerts"]["precision"] > 0.6
    assert figures["alerts"]["accounts"]["recall"] > 0.5
