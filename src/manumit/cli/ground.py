"""What every command stands on: the settings, the clock, and how to say no."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

HOME = "~/.local/share/manumit"
LOCK = ".setting-up"  # in the data directory; empty, held while it is set up for the first time


@contextlib.contextmanager
def setting_up(home: Path | None = None) -> Iterator[None]:
    """Hold the data directory for a first set-up: another command that begins one waits.

    `home`: else MANUMIT_DATA, else the usual place. It goes with the process, however that ends. Not
    to be held twice in one process.
    """
    home = home or Path(os.environ.get("MANUMIT_DATA") or HOME).expanduser()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo(f"Another command is setting up {home}. Waiting …", err=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def ready() -> None:
    """Load the settings and the models; a missing secret ends with exit code 2 and the cure."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "manumit.web.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as problem:
        fail(str(problem))


def ready_with_tables() -> None:
    """Load the settings and make sure that the databases have today's tables."""
    ready()
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            fail(
                f"The database '{alias}' has no tables yet, or old ones. "
                "Cure: manumit init (it keeps what is there)."
            )


def fail(text: str, code: int = 2) -> NoReturn:
    """Say what is wrong on the error stream and stop."""
    click.echo(text, err=True)
    raise SystemExit(code)


def line_not_utf8(path: Path) -> int:
    """Return the first line of a file that is not UTF-8; 1 where all are."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.decode(errors="replace").encode() != line:
                return number
    return 1


def now() -> datetime:
    """Return the time; commands read the clock here and hand it down."""
    return datetime.now(UTC)


def tell(answer: dict[str, Any], as_json: bool, text: str) -> None:
    """Print the answer, for a machine or for a person."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else text)
