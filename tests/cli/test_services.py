import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from manumit.cli import main
from manumit.core import models as core
from manumit.directory import models, table
from manumit.directory.entry import Entry

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
HERE = Path(__file__).resolve()
EXTRACT = HERE.parents[1] / "data" / "services"
PAIR = [str(EXTRACT / f"extract-{language}.json") for language in ("en", "ar")]
WHOLE = [
    HERE.parents[3] / "shared" / "data" / "services" / f"jordan-services-{language}.json"
    for language in ("en", "ar")
]
ROW = Entry(
    source="table",
    source_id="a",
    organisation="Example Organisation",
    name="Example advice",
    needs=("legal_assistance",),
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def told(*arguments: str) -> dict[str, object]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    made: dict[str, object] = json.loads(result.stdout)
    return made


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.csv"
    path.write_text(table.write([ROW, replace(ROW, source_id="b", country="Jordan")]), "utf-8")
    return path


def test_all_562_real_services_come_in_and_the_second_time_changes_nothing() -> None:
    if not all(path.exists() for path in WHOLE):
        pytest.skip("the service files of Jordan are not on this machine")
    first = told("import", "services", *map(str, WHOLE))
    assert (first["created"], first["rejected"], first["rows"]) == (562, 0, [])
    again = told("import", "services", *map(str, WHOLE))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 562)


def test_a_dry_run_says_what_would_happen_and_writes_nothing(sheet: Path) -> None:
    leaves = core.Leaf.objects.count()
    answer = told("import", "services", str(sheet), "--dry-run")
    assert (answer["created"], answer["rejected"], answer["dry_run"]) == (1, 1, True)
    assert not models.Service.objects.exists()
    assert core.Leaf.objects.count() == leaves
    assert "Nothing written." in run("import", "services", str(sheet), "--dry-run").output


def test_a_rejected_row_is_named_with_file_line_field_reason_and_cure(sheet: Path) -> None:
    output = run("import", "services", str(sheet)).output
    assert "1 new" in output
    assert "sheet.csv, line 3: country: 'Jordan' is no country code." in output
    assert "for example JO" in output
    assert models.RejectedRow.objects.get().line == 3


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("bad.json", b'[\n{"a": 1\n', "bad.json, line 3"),
        ("bad.csv", b"name\nx\n", "Start from the template."),
        ("ar.json", Path(PAIR[1]).read_bytes(), "Give the English file with it."),
    ],
)
def test_bad_input_ends_with_2_and_the_cure(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    result = run("import", "services", str(path))
    assert result.exit_code == 2
    assert words in result.stderr
    assert not models.ImportRun.objects.exists()


def test_a_missing_file_ends_with_2() -> None:
    result = run("import", "services", "no-such-file.csv")
    assert result.exit_code == 2
    assert "no-such-file.csv" in result.stderr


def test_export_and_import_again(tmp_path: Path) -> None:
    count = told("import", "services", *PAIR)["created"]
    out = tmp_path / "out.json"
    assert told("export", "hsds", str(out)) == {"file": str(out), "services": count}
    first = out.read_bytes()
    document = json.loads(first)
    assert document["total_items"] == count
    assert not list(tmp_path.glob("*.part"))
    again = told("import", "services", str(out))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, count)
    told("export", "hsds", str(out))
    assert out.read_bytes() == first


def test_export_to_where_nothing_can_be_written_ends_with_2(tmp_path: Path) -> None:
    result = run("export", "hsds", str(tmp_path / "no" / "out.json"))
    assert result.exit_code == 2
    assert "Cure:" in result.stderr


def test_the_bundled_directory_comes_in() -> None:
    with resources.as_file(
        resources.files("manumit.directory").joinpath("data", "example_services.csv")
    ) as path:
        assert told("import", "services", str(path))["created"] == 26


@pytest.mark.parametrize("words", [("import", "services"), ("export", "hsds")])
def test_help_shows_an_example(words: tuple[str, str]) -> None:
    assert f"Example: manumit {' '.join(words)}" in " ".join(run(*words, "--help").output.split())
