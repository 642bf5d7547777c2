"""`manumit watchlist`."""

import json

import pytest
from click.testing import CliRunner

from manumit import cli
from network import lists


@pytest.fixture
def files(tmp_path):
    (tmp_path / "old.xml").write_bytes(lists.xml(lists.person("XXi.1"), lists.person("XXi.2")))
    (tmp_path / "new.xml").write_bytes(
        lists.xml(lists.person("XXi.2", more=lists.alias("Also Called")), lists.person("XXi.3"))
    )
    (tmp_path / "people.csv").write_text(
        "id,name,birth_date,nationality\n1,Example Person,1970-02-03,\n2,Nobody Known,,\n"
    )
    return tmp_path


def run(*words):
    return CliRunner().invoke(cli.main, ["watchlist", *map(str, words)])


def test_diff(files):
    result = run("diff", files / "old.xml", files / "new.xml", "--json")
    answer = json.loads(result.stdout)
    assert [one["reference"] for one in answer["added"]] == ["XXi.3"]
    assert [one["reference"] for one in answer["removed"]] == ["XXi.1"]
    assert [(one["reference"], [*one["fields"]]) for one in answer["amended"]] == [
        ("XXi.2", ["aliases"])
    ]
    assert (
        "1 amended\n  XXi.2  Example Person (aliases)"
        in run("diff", files / "old.xml", files / "new.xml").stdout
    )


def test_screen(files):
    result = run("screen", files / "people.csv", "--list", files / "new.xml", "--json")
    one, other = json.loads(result.stdout)["people"]
    assert one["id"] == "1"
    assert {"reference", "score", "decision", "reasons"} <= one["hits"][0].keys()
    assert [*map(bool, (one["hits"][0]["decision"], one["hits"][0]["reasons"]))] == [True, True]
    assert not any(hit["decision"] for hit in other["hits"])
    assert "2: nobody" in run("screen", files / "people.csv", "--list", files / "new.xml").stdout


@pytest.mark.django_db(databases=["default", "keys"])
def test_import(files):
    first = json.loads(run("import", files / "old.xml", "--json").stdout)
    again = json.loads(run("import", files / "old.xml", "--json").stdout)
    assert (first["entries"], first["already_here"], again["already_here"]) == (2, False, True)
    assert first["version"] == again["version"]
    later = (files / "new.xml").read_bytes().replace(b"2026-01-01T", b"2026-03-01T")
    (files / "new.xml").write_bytes(later)
    answer = json.loads(run("import", files / "new.xml", "--json").stdout)
    assert answer["since"] == {
        "dated": "2026-01-01T00:00:00+00:00", "added": 1, "removed": 1, "amended": 1,
    }  # fmt: skip
    assert run("import", files / "people.csv").exit_code == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name\nA\n", "no column id"),
        ("id,name\n,A\n", "line 2: no id"),
        ("id,name\n7,\n", "line 2: no name"),
    ],
)
def test_a_bad_file_of_people(files, text, words):
    (files / "bad.csv").write_text(text)
    result = run("screen", files / "bad.csv", "--list", files / "new.xml")
    assert (result.exit_code, words in result.stderr, "Cure" in result.stderr) == (2, True, True)


def test_a_bad_list(files):
    (files / "bad.xml").write_text("<no/>")
    for path in (files / "bad.xml", files / "none.xml"):
        result = run("diff", files / "old.xml", path)
        assert (result.exit_code, "Cure" in result.stderr) == (2, True)
