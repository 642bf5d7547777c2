"""Two at once: of many who answer one referral exactly one does, and a withdrawal always wins.

The races of one database run in a process and a data directory of their own, on the product's own
settings, each in a world of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from postgres import server

pytestmark = pytest.mark.slow
RACES = Path(__file__).with_name("races.py")


ON_SQLITE = {"accept": 40, "naive": 4, "withdraw": 15, "take": 5, "hand_over": 3}
ON_POSTGRES = {"accept": 15, "withdraw": 8, "take": 3, "hand_over": 2}


def races(rounds, home, **environ):
    """Run these races, each so many rounds; returns what each one found."""
    keep = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    settings = {
        "MANUMIT_DATA": str(home),
        "DJANGO_SETTINGS_MODULE": "manumit.web.settings",
        "MANUMIT_SECRET_KEY": "only-for-tests-" + "0123456789abcdefghijklmnopqrst" * 2,
        "MANUMIT_LOG_KEY": "33" * 32,
    }
    done = subprocess.run(
        [sys.executable, str(RACES), *(f"{name}={count}" for name, count in rounds.items())],
        capture_output=True,
        text=True,
        env=keep | settings | environ,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory):
    return races(ON_SQLITE, tmp_path_factory.mktemp("races"))


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    if server.programs() is None:
        pytest.skip(server.MISSING)
    home = tmp_path_factory.mktemp("races-postgres")
    with server.running() as running:
        yield races(ON_POSTGRES, home, DATABASE_URL=running.url())


def test_of_eight_answers_at_once_one_counts(sqlite):
    found = sqlite["accept"]
    assert found == {"rounds": 40, "errors": [], "double": 0, "stuck": 0, "record_ok": True}


def test_the_control_answers_twice(sqlite):
    """Without lock and compare-and-set the same race goes wrong: the test above can see it."""
    assert sqlite["naive"]["double"] > 0


def test_a_withdrawal_beats_a_sending_at_the_same_instant(sqlite):
    found = sqlite["withdraw"]
    assert found["errors"] == []
    assert (found["keys_left"], found["alive"]) == (0, 0)
    assert found["record_ok"]


def test_of_eight_who_take_a_case_one_has_it(sqlite):
    assert (sqlite["take"]["errors"], sqlite["take"]["double"]) == ([], 0)


def test_eight_handed_over_at_once_are_all_found(sqlite):
    found = sqlite["hand_over"]
    assert (found["errors"], found["lost"], found["unfindable"]) == ([], 0, 0)


@pytest.mark.postgres
@pytest.mark.parametrize("name", ON_POSTGRES)
def test_the_same_on_postgres(name, postgres):
    found = postgres[name]
    assert found["errors"] == []
    assert found["record_ok"]
    wrong = {"double", "stuck", "keys_left", "alive", "lost", "unfindable"} & set(found)
    assert {key: found[key] for key in wrong} == dict.fromkeys(wrong, 0)
