"""`manumit network import|export|mapping`: the bench with nothing set up, and a unit's register."""

import json

import pytest
from click.testing import CliRunner

from manumit.cli import account, flows_ground, ground, main
from manumit.network import models
from manumit.network.actions import importing
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

PERSON = {"id": "k1", "schema": "Person", "properties": {"name": ["Karim Example"], "wings": ["2"]}}


@pytest.fixture(autouse=True)
def _tables(monkeypatch):
    monkeypatch.setattr(flows_ground, "ready", ground.ready)  # the test's own tables are there


def _run(*said: object, code: int = 0):
    done = CliRunner().invoke(main, ["network", *map(str, said)])
    assert done.exit_code == code, done.output
    return done


def test_in_and_out_again(tmp_path):
    file, out = tmp_path / "in.json", tmp_path / "out.json"
    file.write_text(json.dumps(PERSON) + "\nnot json\n")
    answer = json.loads(_run("import", file, "--json").stdout)
    assert (answer["entities"], answer["faults"]) == (1, 1)
    assert answer["first_faults"][0]["line"] == 2
    assert answer["kept_apart"] == {"property Person.wings": 1}
    assert "here already" in _run("import", file).output
    _run("export", out, "--handling", "amber_strict")
    assert json.loads(out.read_text()) == PERSON
    assert out.stat().st_mode & 0o077 == 0
    _run("export", out)
    assert out.read_text() == ""  # nothing is as open as green
    assert "goes into no file" in _run("export", out, "--handling", "red", code=2).output


def test_what_is_no_file_of_entities_is_none_the_second_time(tmp_path):
    file = tmp_path / "in.json"
    file.write_text("<html>\n")
    for _ in range(2):
        assert "no entity in it" in _run("import", file, code=2).output


def test_broken_off_among_the_relations_it_goes_on(tmp_path, monkeypatch):
    file = tmp_path / "in.json"
    link = {
        "id": "u1",
        "schema": "UnknownLink",
        "properties": {"subject": ["k1"], "object": ["k2"]},
    }
    file.write_text("\n".join(map(json.dumps, (link, PERSON))))
    with monkeypatch.context() as patched:
        patched.setattr(importing, "finish", None)  # dies after the last batch
        assert CliRunner().invoke(main, ["network", "import", str(file)]).exit_code == 1
    answer = json.loads(_run("import", file, "--json").stdout)
    assert (answer["resumed_after_line"], answer["already_here"]) == (1, False)
    assert "here already" in _run("import", file).output


def test_a_table_comes_in_by_its_mapping(tmp_path):
    file, toml = tmp_path / "people.csv", tmp_path / "people.toml"
    file.write_text("Ref,Full name,Wings\n1,Karim Example,2\n")
    assert "Wings: not understood" in _run("mapping", file, "--out", toml).output
    _run("import", file, "--mapping", toml)
    assert models.Entity.objects.get().schema == "Person"
    file.write_text("Other,Name\n1,Karim Example\n")
    assert "no column of this name" in _run("import", file, "--mapping", toml, code=2).output
    toml.write_text("x = ")
    assert "no TOML" in _run("import", file, "--mapping", toml, code=2).output


def test_what_cannot_be_read_is_told(tmp_path):
    assert "Cure" in _run("import", tmp_path / "nothing.json", code=2).output
    file = tmp_path / "empty.json"
    file.write_text("")
    assert "no entity" in _run("import", file, code=2).output
    file.write_text(json.dumps(PERSON))
    assert "grade" in _run("import", file, "--grade", "Z9", code=2).output
    _run("mapping", file, code=1)


def test_a_units_register_leaves_with_recipient_purpose_and_basis(tmp_path, monkeypatch):
    by = standing.investigator()
    standing.register(by.unit, by)
    monkeypatch.setattr(account, "actor", lambda *_: by)
    file, out = tmp_path / "in.json", tmp_path / "out.json"
    file.write_text(json.dumps(PERSON))
    _run("import", file, "--as", by.user.username, "--handling", "green")
    said = _run("export", out, "--as", by.user.username, code=2)
    assert "--basis" in said.output
    assert not out.exists()
    _run(
        "export", out, "--as", by.user.username,
        "--to", "Example Partner", "--purpose", "joint inquiry", "--basis", "treaty",
    )  # fmt: skip
    assert json.loads(out.read_text()) == PERSON
