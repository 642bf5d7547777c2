"""Long work in a process of its own, so that a page may be left: started, and known by its beats."""

import base64
import os
import subprocess
import sys
from datetime import datetime, timedelta

from django.conf import settings

from manumit.flows import models

_MAIN = "from manumit.cli import main; main()"
QUIET = timedelta(minutes=2)  # without a sign of life for so long, the work is taken as interrupted


def start(*words: str, secret: bytes) -> None:
    """Run `manumit flows work WORDS` in a session of its own; the secret goes by its input alone.

    Where a page runs under tests the settings are handed on by their module's name.
    """
    environment = dict(os.environ)
    environment.setdefault("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE)
    child = subprocess.Popen(
        [sys.executable, "-c", _MAIN, "flows", "work", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    if child.stdin:
        with child.stdin as stream:
            stream.write(base64.b64encode(secret) + b"\n")


def interrupted(work: models.Load | models.Scan, at: datetime) -> bool:
    """Tell whether work that should run gives no sign of life."""
    running = work.state in {models.State.RUNNING, models.State.WAITING}
    return running and at - work.seen_at > QUIET
