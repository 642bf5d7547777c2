"""An instance in a directory of its own: settings from the environment, databases migrated."""

import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
for folder in ("src", "tests", "benchmarks"):
    if str(REPOSITORY / folder) not in sys.path:
        sys.path.insert(0, str(REPOSITORY / folder))


def begin(data: Path, database_url: str = "", *, https: bool = True) -> None:
    """Set Django up on this data directory; the two secrets are made once and kept there."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = {
        "MANUMIT_SECRET_KEY": secrets.token_urlsafe(64),
        "MANUMIT_LOG_KEY": secrets.token_hex(32),
    }
    for name, value in made.items():
        kept = data / name.lower()
        if not kept.exists():
            kept.write_text(value)
            kept.chmod(0o600)
        os.environ.pop(name, None)
        os.environ[f"{name}_FILE"] = str(kept)
    os.environ["MANUMIT_DATA"] = str(data)
    os.environ["MANUMIT_HOSTS"] = "testserver,localhost,127.0.0.1"
    os.environ["MANUMIT_HTTPS"] = "1" if https else "0"
    os.environ["MANUMIT_DEBUG"] = "0"
    os.environ.pop("DATABASE_URL_FILE", None)
    os.environ["DATABASE_URL"] = database_url
    os.environ["DJANGO_SETTINGS_MODULE"] = "manumit.web.settings"
    import django

    django.setup()


def migrate() -> None:
    """Create the tables in both databases."""
    from django.core.management import call_command

    for database in ("default", "keys"):
        call_command("migrate", database=database, verbosity=0)


def now() -> datetime:
    """Return the instant, in UTC."""
    return datetime.now(UTC)


def machine() -> dict[str, object]:
    """Say on what this was measured."""
    import platform
    import sqlite3

    import psutil

    model = (
        next(
            (
                line.split(":", 1)[1].strip()
                for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")
            ),
            platform.processor(),
        )
        if Path("/proc/cpuinfo").exists()
        else platform.processor()
    )
    return {
        "on": now().date().isoformat(),
        "processor": model,
        "processors": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
