"""`manumit due` from the outside."""

import json

import pytest
from click.testing import CliRunner

from casework import World
from manumit.cases.models import Referral
from manumit.cli import due, ground, main

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def run(monkeypatch):
    def at(when, *arguments):
        monkeypatch.setattr(ground, "now", lambda: when)
        return CliRunner().invoke(due.due, list(arguments))

    return at


def test_it_does_what_is_due_and_says_so(run):
    from casework import after

    row = World().sent()
    done = run(after(hours=2), "--json")
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert figures["no_answer"] == 1
    assert Referral.objects.get(pk=row.pk).state == "no_answer"
    again = run(after(hours=2))
    assert "without an answer in time: 0" in again.output
    assert "Record signed" in again.output


def test_help_shows_an_example():
    shown = CliRunner().invoke(main, ["due", "--help"])
    assert shown.exit_code == 0
    assert "manumit due --json" in shown.output
