"""The settings refuse to load without a secret, and hold what was promised about the databases."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connections

GOOD = {
    "MANUMIT_SECRET_KEY": "only-for-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "MANUMIT_LOG_KEY": "11" * 32,
}


def load(tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "from manumit.web import settings as s; print(s.DATABASES)"],
        env=kept | {"MANUMIT_DATA": str(tmp_path / "data")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_they_load_with_the_two_secrets_and_make_a_private_directory(tmp_path):
    done = load(tmp_path, **GOOD)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"MANUMIT_SECRET_KEY": ""}, "MANUMIT_SECRET_KEY is not set. Make one with"),
        ({"MANUMIT_SECRET_KEY": "secret"}, "too short"),
        ({"MANUMIT_LOG_KEY": ""}, "MANUMIT_LOG_KEY must be 64 hexadecimal digits. Make one with"),
        ({"MANUMIT_HOSTS": "*"}, "MANUMIT_HOSTS"),
        ({"MANUMIT_HTTPS": "0", "MANUMIT_HOSTS": "a.example"}, "TLS proxy"),
        ({"MANUMIT_DEBUG": "maybe"}, "MANUMIT_DEBUG must be 0 or 1"),
        ({"DATABASE_URL": "sqlite:///x.db"}, "DATABASE_URL is for PostgreSQL"),
        ({"DATABASE_URL": "nonsense://u:hidden-word@h/n"}, "DATABASE_URL cannot be read"),
    ],
)
def test_what_is_missing_or_wrong_is_named_with_the_cure(tmp_path, change, said):
    done = load(tmp_path, **(GOOD | change))
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert said in last
    assert "hidden-word" not in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path):
    path = tmp_path / "secret"
    path.write_text(GOOD["MANUMIT_SECRET_KEY"] + "\n")
    rest = {"MANUMIT_SECRET_KEY_FILE": str(path), "MANUMIT_LOG_KEY": GOOD["MANUMIT_LOG_KEY"]}
    assert load(tmp_path, **rest).returncode == 0


def test_postgresql_holds_content_and_keys_stay_in_a_file_of_their_own(tmp_path):
    done = load(tmp_path, **GOOD, DATABASE_URL="postgres://u:p@db.example/manumit")
    assert "django.db.backends.postgresql" in done.stdout
    assert "keys.db" in done.stdout


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize("alias", ["default", "keys"])
def test_sqlite_is_set_for_power_cuts_and_erasure(alias):
    connection = connections[alias]
    if connection.vendor != "sqlite":
        pytest.skip("this database is not SQLite")
    wanted = {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "temp_store": 2}
    with connection.cursor() as cursor:
        for name, value in wanted.items():
            assert cursor.execute(f"PRAGMA {name}").fetchone()[0] == value, name
    assert connection.transaction_mode == "IMMEDIATE"


def test_what_may_not_reach_the_disk_does_not():
    assert settings.MESSAGE_STORAGE.endswith("CookieStorage")
    assert all("Memory" in handler for handler in settings.FILE_UPLOAD_HANDLERS)
    assert settings.LOGGING["loggers"]["django.db.backends"]["level"] == "CRITICAL"
