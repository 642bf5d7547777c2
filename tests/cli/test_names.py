"""`manumit names compare`: a list with reasons; bad input is named by its line, with the cure."""

import csv
import json

import pytest
from click.testing import CliRunner

from manumit.cli import main

PAIRS = "name1,name2\nAmal Example,أمل اكسامبل\nAmal Example,Omar Other\n"


def run(tmp_path, text, *more):
    path = tmp_path / "pairs.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(main, ["names", "compare", str(path), *more])


def test_a_list_with_score_decision_and_reasons(tmp_path):
    result = run(tmp_path, PAIRS, "--json")
    assert result.exit_code == 0, result.output
    first, second = json.loads(result.stdout)
    assert set(first) == {"name1", "name2", "score", "decision", "reasons"}
    assert first["decision"] is True
    assert 0.5 <= first["score"] < 1
    assert any("romanised alike" in reason for reason in first["reasons"])
    assert second["decision"] is False
    assert second["name2"] == "Omar Other"


def test_columns_in_any_order_and_other_separators(tmp_path):
    text = "\ufeffid;Name2;name1\n1;Amal Example;AMAL EXAMPLE\n\n"
    (only,) = json.loads(run(tmp_path, text, "--json").stdout)
    assert (only["name1"], only["decision"]) == ("AMAL EXAMPLE", True)


def test_a_file_is_written_that_no_spreadsheet_runs(tmp_path):
    out = tmp_path / "out.csv"
    text = 'name1,name2\n"=1+1 Example","Example, Amal"\n'
    result = run(tmp_path, text, "--out", str(out))
    assert result.exit_code == 0
    assert "1 pairs" in result.stdout
    (row,) = csv.DictReader(out.open(encoding="utf-8"))
    assert row["name1"] == "'=1+1 Example"
    assert row["decision"] in {"true", "false"}
    assert row["reasons"]


def test_what_steers_the_screen_is_shown_as_what_it_is(tmp_path):
    out = run(tmp_path, "name1,name2\n\u202eAmal\x1b[31m,Amal\n").stdout
    assert "[U+202E]Amal[U+001B][31m | Amal" in out


@pytest.mark.parametrize(
    ("text", "where", "cure"),
    [
        ("one,two\nA,B\n", "line 1: no column name1 and no column name2", "name1,name2"),
        ("name1\nA\n", "line 1: no column name2", "name1,name2"),
        ("name1,name2\nA,B\nonly one\n", "line 3", "both names"),
        ('name1,name2\n"A"x,B\n', "line 2", "quotation mark"),
        ("name1,name2\nTestov, Karim,B\n", "line 2: more cells", "quotation marks"),
        ("name1,name2\nA,B\n\u00e9,x\n".encode("latin-1"), "line 3: not UTF-8", "UTF-8"),
        ("", "line 1", "name1,name2"),
    ],
)
def test_bad_input_says_where_and_how_to_mend_it(tmp_path, text, where, cure):
    result = run(tmp_path, text, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert where in result.stderr
    assert cure in result.stderr.split("Cure:")[1]


def test_a_file_that_is_not_there(tmp_path):
    result = CliRunner().invoke(main, ["names", "compare", str(tmp_path / "no.csv")])
    assert result.exit_code == 2
    assert "Cure:" in result.stderr
