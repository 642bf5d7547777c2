"""Two at once: of many who answer one referral exactly one does, and a withdrawal always wins.

Each race runs in a process and a data directory of its own, on the product's own settings.
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


def race(name, rounds, home, **environ):
    keep = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    settings = {
        "MANUMIT_DATA": str(home),
        "DJANGO_SETTINGS_MODULE": "manumit.web.settings",
        "MANUMIT_SECRET_KEY": "only-for-tests-" + "0123456789abcdefghijklmnopqrst" * 2,
        "MANUMIT_LOG_KEY": "33" * 32,
    }
    done = subprocess.run(
        [sys.executable, str(RACES), name, str(rounds)],
        capture_output=True,
        text=True,
        env=keep | settings | environ,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def postgres():
    if server.programs() is None:
        pytest.skip(server.MISSING)
    with server.running() as running:
        yield running


def test_of_eight_answers_at_once_one_counts(tmp_path):
    found = race("accept", 40, tmp_path)
    assert found == {"rounds": 40, "errors": [], "double": 0, "stuck": 0, "record_ok": True}


def test_the_control_answers_twice(tmp_path):
    """Without lock and compare-and-set the same race goes wrong: the test above can see it."""
    assert race("naive", 4, tmp_path)["double"] > 0


def test_a_withdrawal_beats_a_sending_at_the_same_instant(tmp_path):
    found = race("withdraw", 15, tmp_path)
    assert found["errors"] == []
    assert (found["keys_left"], found["alive"]) == (0, 0)
    assert found["record_ok"]


def test_of_eight_who_take_a_case_one_has_it(tmp_path):
    found = race("take", 5, tmp_path)
    assert (found["errors"], found["double"]) == ([], 0)


def test_eight_handed_over_at_once_are_all_found(tmp_path):
    found = race("hand_over", 3, tmp_path)
    assert (found["errors"], found["lost"], found["unfindable"]) == ([], 0, 0)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("name", "rounds"), [("accept", 15), ("withdraw", 8), ("take", 3), ("hand_over", 2)]
)
def test_the_same_on_postgres(name, rounds, tmp_path, postgres):
    database = f"race_{name}"
    subprocess.run(
        [f"{postgres.bin}/createdb", "-h", str(postgres.home), "-U", server.USER, database],
        check=True,
    )
    found = race(name, rounds, tmp_path, DATABASE_URL=postgres.url(database))
    assert found["errors"] == []
    assert found["record_ok"]
    wrong = {"double", "stuck", "keys_left", "alive", "lost", "unfindable"} & set(found)
    assert {key: found[key] for key in wrong} == dict.fromkeys(wrong, 0)
