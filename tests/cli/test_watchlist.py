"""`manumit watchlist`."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

import make
from manumit import cli
from manumit.cli import flows_ground, ground
from network import lists, standing_register


@pytest.fixture(autouse=True)
def _tables(monkeypatch):
    monkeypatch.setattr(flows_ground, "ready", ground.ready)  # the test's own tables are there


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
        ('id,name\n1,"Karim\n2,Omar\n', "line 3: unexpected end"),
        ("id,name,birth_date\n1,Testov, Karim,1980\n", "line 2: more cells"),
        ("id,name\n1,\udce9\n", "line 2: not UTF-8"),
    ],
)
def test_a_bad_file_of_people(files, text, words):
    (files / "bad.csv").write_bytes(text.encode(errors="surrogateescape"))
    result = run("screen", files / "bad.csv", "--list", files / "new.xml")
    assert (result.exit_code, words in result.stderr, "Cure" in result.stderr) == (2, True, True)


def test_what_steers_the_screen_is_shown_as_what_it_is(files):
    (files / "odd.csv").write_text("id,name\n\u202e1,Example Person\n")
    out = run("screen", files / "odd.csv", "--list", files / "new.xml").stdout
    assert "[U+202E]1: 2 to look at" in out


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_block_that_is_missing_is_told(files):
    whole = (files / "old.xml").read_bytes()
    (files / "part.xml").write_bytes(whole.replace(b"<ENTITIES></ENTITIES>", b""))
    assert json.loads(run("import", files / "part.xml", "--json").stdout)["without"] == ["ENTITIES"]
    assert "has no" not in run("import", files / "old.xml").stdout
    assert "The file has no ENTITIES" in run("import", files / "part.xml").stdout


def test_on_a_machine_where_nothing_was_set_up(files):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MANUMIT_", "DJANGO_"))}
    words = "from manumit.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", words, "watchlist", "import", files / "old.xml"],
        env=kept | {"MANUMIT_DATA": str(files / "home")}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, "is kept: 2 entries" in done.stdout) == (0, True), done.stderr


def test_a_bad_list(files):
    (files / "bad.xml").write_text("<no/>")
    for path in (files / "bad.xml", files / "none.xml"):
        result = run("diff", files / "old.xml", path)
        assert (result.exit_code, "Cure" in result.stderr) == (2, True)


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_list_that_does_not_say_its_name_is_given_one(files):
    (files / "list.csv").write_text("id,name\n1,Example Person\n")
    refused = run("import", files / "list.csv")
    assert refused.exit_code == 2
    assert "--name" in refused.stderr
    answer = json.loads(run("import", files / "list.csv", "--name", "Ours", "--json").stdout)
    assert (answer["list"], answer["since"]) == ("Ours", None)


def test_lists_of_other_layouts_are_compared_and_screened(files):
    line = '{"id": "%s", "schema": "Person", "properties": {"name": ["%s"], "birthDate": ["%s"]}}\n'
    for name, day in (("old", "1970"), ("new", "1970-02-03")):
        (files / f"{name}.json").write_text(line % ("x", "Example Person", day))
    told = json.loads(run("diff", files / "old.json", files / "new.json", "--json").stdout)
    assert [*told["amended"][0]["fields"]] == ["birth_date"]
    found = json.loads(
        run("screen", files / "people.csv", "--list", files / "new.json", "--json").stdout
    )
    assert found["people"][0]["hits"][0]["reference"] == "x"


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_register_is_held_against_the_lists_again(files):
    by = standing_register.investigator()
    register = standing_register.register(by.unit, by)
    standing_register.entity(register, by, name="Example Person", birthDate="1970-02-03")
    (files / "one.xml").write_bytes(lists.xml(lists.person("XXi.1")))
    run("import", files / "one.xml")
    words = ["rescreen", "--as", by.person.username, "--json"]
    result = CliRunner().invoke(cli.main, ["watchlist", *words], input=f"{make.PASSPHRASE}\n")
    assert json.loads(result.stdout) == {"entities": 1, "compared": 1, "new": 1}
    nobody = CliRunner().invoke(cli.main, ["watchlist", "rescreen"], input="x\n")
    assert nobody.exit_code == 2
