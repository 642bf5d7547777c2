import json
from pathlib import Path

from click.testing import CliRunner

from manumit import cli
from manumit.flows import mapping

STATEMENT = (
    "Buchungstag;Konto;Gegenkonto;Betrag;Währung\n"
    "25.01.2026;A-1;B-2;-1.250,00;EUR\n26.01.2026;A-1;B-3;7,50;EUR\n"
)


def _run(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(cli.main, ["flows", "mapping", *words])
    return answer.exit_code, answer.output


def test_a_mapping_is_proposed_that_can_be_used(tmp_path: Path) -> None:
    file, out = tmp_path / "january.csv", tmp_path / "bank.toml"
    file.write_text(STATEMENT, encoding="utf-8")
    code, text = _run(str(file), "--out", str(out))
    assert code == 0
    assert "amount: The heading “Betrag”" in text
    made = mapping.read(out.read_text(encoding="utf-8"))
    assert (made.id, made.style, made.decimal) == ("january", "signed", ",")
    assert "1.250" not in text  # no row is shown


def test_what_only_a_person_knows_is_told(tmp_path: Path) -> None:
    file = tmp_path / "january.csv"
    file.write_text("Date,Amount\n25/01/2026,-5\n", encoding="utf-8")
    code, text = _run(str(file), "--json")
    answer = json.loads(text)
    assert code == 1
    assert answer["missing"].startswith("columns.account: It is not said whose statement this is.")
    assert answer["proposed"] == {"at": ["Date"], "amount": ["Amount"]}
    assert len(answer["doubts"]) == 2


def test_a_known_layout_needs_none(tmp_path: Path) -> None:
    file = tmp_path / "x.sta"
    file.write_text(":20:X\n:25:A-1\n", encoding="utf-8")
    assert _run(str(file)) == (0, f"{file}: known as mt940; no mapping is needed.\n")


def test_a_file_that_cannot_be_read_names_line_and_cure(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"")
    code, text = _run(str(file))
    assert (code, text) == (2, f"{file}, line 1: The file is empty. Export it again.\n")
    code, text = _run(str(tmp_path / "none.csv"))
    assert (code, "Cure: name a file" in text) == (2, True)
