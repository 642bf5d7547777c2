"""The same tests on a real PostgreSQL: every act, and the lists that ask the most of a database."""

import os
import subprocess
import sys

import pytest

from meta import source
from postgres import server

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.skipif(server.programs() is None, reason=server.MISSING),
]
# Pages beyond these ask nothing of the database that their actions do not.
CASES = [
    str(path.relative_to(source.ROOT))
    for pattern in (
        "test_actions_*.py",
        "test_views_cases.py",
        "test_views_day.py",
        "test_plans.py",
    )
    for path in sorted((source.ROOT / "tests" / "cases").glob(pattern))
]
ACTIONS = [
    str(path.relative_to(source.ROOT))
    for package in ("flows", "network")
    for path in sorted((source.ROOT / "tests" / package).glob("test_actions_*.py"))
]
PLACES = ("tests/core", "tests/assessments", "tests/directory", *CASES, *ACTIONS)


def test_what_holds_on_sqlite_holds_on_postgres() -> None:
    with server.running() as running:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *PLACES, "-m", "django_db and not browser and not sqlite",
             "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"],
            cwd=source.ROOT, capture_output=True, text=True, check=False,
            env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
            | {"DATABASE_URL": running.url()},
        )  # fmt: skip
    print(done.stdout[-6000:], done.stderr[-2000:])
    assert done.returncode == 0
    assert " passed" in done.stdout
