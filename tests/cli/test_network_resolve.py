"""`manumit network resolve` and `manumit network judgements`."""

import csv
import json

import pytest
from click.testing import CliRunner

import make
from manumit import cli
from manumit.core.actions import acting
from manumit.network import models
from manumit.network.actions import entering
from network import standing_register as standing

PEOPLE = """id,given_name,surname,date of birth,nationality
a,Noureddine,Exampleh,1981-07-16,sy
b,Nuruddin,Exampleh,1981-07-16,
c,Amal,Testova,1990-01-05,sy
"""


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


def run(*words):
    return CliRunner().invoke(cli.main, ["network", *map(str, words)])


def test_a_file(people, tmp_path):
    answer = json.loads(run("resolve", people, "--json").stdout)
    assert answer["groups"] == [["a", "b"]]
    assert (answer["records"], answer["clusters"], answer["largest"]) == (3, 2, 2)
    out = tmp_path / "clusters.csv"
    assert "1 clusters of several" in run("resolve", people, "--out", out).stdout
    rows = list(csv.DictReader(out.open()))
    assert [(row["id"], row["cluster"], row["records"]) for row in rows] == [
        ("a", "a", "2"),
        ("b", "a", "2"),
        ("c", "c", "1"),
    ]


def test_what_people_decided_holds(people, tmp_path):
    decided = tmp_path / "decided.jsonl"
    lines = [("a", "b", "not_same"), ("b", "c", "same"), ("c", "nobody here", "same")]
    decided.write_text(
        "\n".join(json.dumps({"left": a, "right": b, "verdict": v}) for a, b, v in lines)
    )
    answer = json.loads(run("resolve", people, "--judgements", decided, "--json").stdout)
    assert answer["groups"] == [["b", "c"]]


def test_bad_input_says_line_and_cure(people, tmp_path):
    people.write_text("id,name\n1,Amal\n1,Karim\n")
    result = run("resolve", people)
    assert result.exit_code == 2
    assert "line 3" in result.stderr
    assert "Cure:" in result.stderr
    decided = tmp_path / "decided.jsonl"
    decided.write_text("{}\n")
    people.write_text(PEOPLE)
    result = run("resolve", people, "--judgements", decided)
    assert result.exit_code == 2
    assert "line 1" in result.stderr
    assert run("resolve", tmp_path / "none.csv").exit_code == 2
    assert run("judgements").exit_code == 2
    assert run("resolve", "--out", tmp_path / "x.csv").exit_code == 2


@pytest.mark.django_db(databases=["default", "keys"])
def test_the_bench(tmp_path):
    assert run("resolve").exit_code == 2
    bench = entering.open_register(by=acting.SYSTEM, at=make.AT)
    for name in ("Noureddine Exampleh", "Nuruddin Exampleh", "Amal Testova"):
        standing.entity(bench, acting.SYSTEM, name=name, birthDate="1981-07-16")
    answer = json.loads(run("resolve", "--json").stdout)
    assert (answer["state"], answer["records"], answer["proposals"]) == ("done", 3, 1)
    [pair] = answer["pairs"]
    called = {str(one.pk): one for one in models.Entity.objects.all()}
    assert {pair["left"], pair["right"]} < called.keys()
    assert f"{pair['left']}, {pair['right']}: +" in run("resolve").stdout
    out = tmp_path / "decided.jsonl"
    assert json.loads(run("judgements", "--out", out).stdout)["written"] == 0
    assert json.loads(run("judgements", "--take", out).stdout)["taken"] == 0
