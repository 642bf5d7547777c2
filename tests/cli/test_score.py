import csv
import json
import stat

import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from manumit.cli import score
from manumit.indicators import engine, pack

ADULT = pack.load_all()["delphi-labour-adult"]


def run(*arguments):
    return CliRunner().invoke(score.score, [str(each) for each in arguments])


@pytest.fixture
def answers(tmp_path):
    """Write answers for one person; give the file."""

    def write(content):
        file = tmp_path / "answers.json"
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        file.write_text(text, "utf-8")
        return file

    return write


ONE = {"context": {"age": 17}, "answers": {"ex_hours": "yes", "ex_hazard": "observed"}}


def test_one_person_in_json_is_the_finding_and_the_next_question(answers):
    result = run("delphi-labour-adult", answers(ONE), "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    given = {"ex_hours": engine.Answer.YES, "ex_hazard": engine.Answer.OBSERVED}
    finding = engine.find(ADULT, given, engine.Context(age=17))
    assert {key: told[key] for key in finding.as_dict()} == finding.as_dict()
    assert told["possible_victim"] is True
    assert told["next_question"] is None
    open_one = json.loads(run("delphi-labour-adult", answers({}), "--json").stdout)
    assert open_one["next_question"] == "ex_hours"
    assert open_one["next_question_text"].endswith("?")
    assert open_one["next_dimension"] == "exploitation"


def test_one_person_in_words(answers):
    result = run("delphi-labour-adult", answers({"ex_hours": "yes", "dr_job": "declined"}))
    assert result.exit_code == 0
    for words in ("Why:", "Excessive working days or hours (strong; source secondary)",
                  "Declined: dr_job", "Ask next:", "Would become"):  # fmt: skip
        assert words in result.stdout
    in_french = run("delphi-labour-adult", answers(ONE), "--lang", "fr").stdout
    assert "Victime possible" in in_french


def test_a_pack_may_be_a_file(answers, tmp_path):
    (source,) = (each for each in pack.files() if each.name == "urgent-needs.toml")
    (tmp_path / "own.toml").write_bytes(source.read_bytes())
    result = run(tmp_path / "own.toml", answers({"un_hurt": "yes"}), "--json")
    assert json.loads(result.stdout)["outcome"] == "urgent-now"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"answers": {"ex_hour": "yes"}}, ':3: ex_hour: the pack has no such indicator. Cure: Did '
         'you mean "ex_hours"?'),
        ({"answers": {"ex_hours": "maybe"}}, ":3: ex_hours: 'maybe' is not an answer. Cure: Use"),
        ({"answers": {"ex_hours": True}}, "True is not an answer"),
        ({"context": {"age": -3}, "answers": {}}, ":3: age: -3 is not an age. Cure: Give"),
        ({"context": {"age": "x"}, "answers": {}}, "context.age: 'x' is not a whole number"),
        ({"context": {"sex": "x"}, "answers": {}}, "context.sex: not a part of the context"),
        ({"answers": {}, "name": "x"}, ":3: name: not known. Cure:"),
        ({"answers": []}, "answers: not an object"),
        ({"context": [1], "answers": {}}, "context: not an object"),
        ("[]", ":1: not an object"),
        ('{\n"a": }', ":2: not JSON"),
        ('{\n"ex_hours": "yes",\n"ex_hours": "no"}', ':3: "ex_hours" is there twice. Cure: keep'),
        ("[" * 100_000, "answers.json"),
    ],
)  # fmt: skip
def test_bad_answers_end_with_2_and_name_line_key_and_cure(answers, content, said):
    file = answers(content)
    result = run("delphi-labour-adult", file)
    assert result.exit_code == 2
    assert said in result.stderr
    assert str(file) in result.stderr
    assert "Cure:" in result.stderr
    assert result.stdout == ""


def test_an_unknown_pack_and_a_missing_file_end_with_2(answers, tmp_path):
    result = run("delphi", answers({}))
    assert result.exit_code == 2
    assert "use one of conflict-context" in result.stderr
    assert run("urgent-needs", tmp_path / "none.json").exit_code == 2
    assert run("urgent-needs", tmp_path / "none.parquet", "--out", "x.csv").exit_code == 2
    assert run(tmp_path / "none.toml", answers({})).exit_code == 2
    assert run("urgent-needs", answers({}), "--out", "x.csv").exit_code == 2


# Bulk

ROWS = [
    {"id": "a", "age": 17, "tags": None, "ex_hours": "yes", "ex_salary": "yes", "dr_job": None},
    {"id": "b", "age": 30, "tags": None, "ex_hours": "yes", "ex_salary": "observed", "dr_job": "no"},
    {"id": "c", "age": None, "tags": "x; no_act", "ex_hours": "declined", "ex_salary": "unknown",
     "dr_job": None},
    {"id": "d", "age": 9, "tags": "no_act", "ex_hours": "yes", "ex_salary": "yes", "dr_job": None},
]  # fmt: skip
OUTCOMES = ["possible-victim", "exploited", "no-finding", "exploited-child"]


def as_parquet(path, rows):
    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


def as_csv(path, rows, delimiter=","):
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_bulk_gives_each_row_its_finding_in_order(tmp_path):
    file, out = as_parquet(tmp_path / "in.parquet", ROWS), tmp_path / "out.parquet"
    result = run("delphi-labour-adult", file, "--out", out, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["rows"] == 4
    assert told["outcomes"] == dict.fromkeys(sorted(OUTCOMES), 1)
    rows = parquet.read_table(out).to_pylist()
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert [row["outcome"] for row in rows] == OUTCOMES
    assert [row["possible_victim"] for row in rows] == [True, False, False, False]
    assert "child_protection" in rows[0]["advice"]
    assert (rows[2]["unknown"], rows[2]["declined"], rows[2]["unanswered"]) == (1, 1, 65)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_goes_in_and_out(tmp_path, delimiter):
    file = as_csv(tmp_path / "in.csv", ROWS, delimiter)
    out = tmp_path / "out.csv"
    assert run("delphi-labour-adult", file, "--out", out).exit_code == 0
    with out.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["outcome"] for row in rows] == OUTCOMES
    assert rows[0]["advice"].split(";")[0] == "protect"


def test_ages_as_decimals_tags_as_lists_and_minor_are_read(tmp_path):
    rows = [
        {"age": 17.0, "minor": None, "tags": ["no_act"], "ex_hours": "yes", "ex_salary": "yes"},
        {"age": None, "minor": True, "tags": [], "ex_hours": "yes", "ex_salary": "yes"},
        {"age": 40.0, "minor": False, "tags": None, "ex_hours": "yes", "ex_salary": "yes"},
    ]
    file, out = as_parquet(tmp_path / "in.parquet", rows), tmp_path / "out.parquet"
    assert run("delphi-labour-adult", file, "--out", out).exit_code == 0
    found = parquet.read_table(out).column("outcome").to_pylist()
    assert found == ["exploited-child", "possible-victim", "exploited"]


def spoiled(row, key, value):
    return [*ROWS[:row], ROWS[row] | {key: value}, *ROWS[row + 1 :]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (spoiled(2, "ex_hours", "Yes"), "{csv}:4: ex_hours: 'Yes' is not accepted. Cure: Use yes"),
        (spoiled(2, "ex_hours", " yes"), "{csv}:4: ex_hours: ' yes' is not accepted. Cure: Use yes"),
        (spoiled(1, "age", 200), "{csv}:3: age: '200' is not accepted. Cure: Give full years"),
        (spoiled(1, "age", 17.5), "age: '17.5' is not accepted"),
        (spoiled(1, "age", -1), "age: '-1' is not accepted"),
        ([row | {"ex_hour": "yes"} for row in ROWS], 'column ex_hour: is no indicator of the pack. '
         'Cure: Did you mean "ex_hours"?'),
        ([row | {"minor": "perhaps"} for row in ROWS], "minor: 'perhaps' is not accepted (4 such"),
        ([{"id": "a"}, {"id": "b"}], "no column is an indicator of the pack"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_one_wrong_value_refuses_the_file_and_writes_nothing(tmp_path, rows, said, kind):
    rows = [{key: each.get(key) for key in rows[1]} for each in rows]
    if kind == "csv":
        file = as_csv(tmp_path / "in.csv", rows)
    else:
        numbers = {type(row.get("age")) for row in rows} - {type(None)}
        if float in numbers:
            rows = [r | {"age": None if r["age"] is None else float(r["age"])} for r in rows]
        file = as_parquet(tmp_path / "in.parquet", rows)
        said = said.split(": ", 1)[-1] if said.startswith("{csv}") else said
    result = run("delphi-labour-adult", file, "--out", tmp_path / "out.parquet")
    assert result.exit_code == 2
    assert said.format(csv=file) in result.stderr
    assert "Cure:" in result.stderr
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize("content", [b"", b"not parquet at all", b"PAR1" + b"\0" * 50 + b"PAR1"])
def test_a_file_that_is_no_parquet_is_refused(tmp_path, content):
    file = tmp_path / "in.parquet"
    file.write_bytes(content)
    result = run("delphi-labour-adult", file, "--out", tmp_path / "out.parquet")
    assert result.exit_code == 2
    assert f"{file}: cannot be read" in result.stderr
    assert not (tmp_path / "out.parquet").exists()


def test_other_columns_are_carried_over_only_when_named(tmp_path):
    rows = [row | {"site": "gate 4"} for row in ROWS]
    file, out = as_parquet(tmp_path / "in.parquet", rows), tmp_path / "out.parquet"
    assert "--keep" in run("delphi-labour-adult", file, "--out", out).stderr
    assert run("delphi-labour-adult", file, "--out", out, "--keep", "site").exit_code == 0
    assert set(parquet.read_table(out).column("site").to_pylist()) == {"gate 4"}
    for keep, said in (("sight", "no such column"), ("ex_hours", "is an indicator")):
        result = run("delphi-labour-adult", file, "--out", out, "--replace", "--keep", keep)
        assert result.exit_code == 2
        assert said in result.stderr


def test_a_result_is_never_written_over_something(tmp_path):
    file, out = as_parquet(tmp_path / "in.parquet", ROWS), tmp_path / "out.parquet"
    out.write_bytes(b"precious")
    assert "already there" in run("delphi-labour-adult", file, "--out", out).stderr
    assert out.read_bytes() == b"precious"
    assert run("delphi-labour-adult", file, "--out", out, "--replace").exit_code == 0
    for wrong in (file, tmp_path / "out.xlsx", tmp_path / "none" / "out.csv", tmp_path):
        assert run("delphi-labour-adult", file, "--out", wrong, "--replace").exit_code == 2
    assert run("delphi-labour-adult", file).exit_code == 2
    assert run("delphi-labour-adult", tmp_path / "in.xlsx", "--out", out).exit_code == 2
    assert len(parquet.read_table(file)) == 4


def test_no_rows_are_no_fault(tmp_path):
    file, out = as_parquet(tmp_path / "in.parquet", ROWS), tmp_path / "out.parquet"
    parquet.write_table(parquet.read_table(file)[:0], file)
    result = run("delphi-labour-adult", file, "--out", out, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["rows"] == 0


def test_help_has_an_example():
    assert "manumit score delphi-labour-adult answers.parquet --out" in run("--help").stdout
