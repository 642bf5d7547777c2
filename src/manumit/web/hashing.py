"""Passphrase hashes, and the queue in front of them.

Argon2id with 64 MiB and 3 passes (security design, "Unlock cost"). At most two derivations run at
once on a machine, across all worker processes: eight at a time would take the server down.
"""

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from django.contrib.auth.hashers import Argon2PasswordHasher

SLOTS = 2
WAIT_SECONDS = 8.0


class Argon2(Argon2PasswordHasher):
    """Argon2id, 64 MiB, 3 passes, one lane."""

    memory_cost = 65_536
    time_cost = 3
    parallelism = 1


class Busy(Exception):  # noqa: N818 (a state, not a fault)
    """Both places are taken and stayed so; the person should try again in a moment."""


@contextmanager
def slot(directory: Path, *, wait: float = WAIT_SECONDS) -> Iterator[int]:
    """Hold one of the two places for a derivation; raises Busy after `wait` seconds.

    The places are file locks, so they hold across processes and are freed when one dies.
    """
    directory.mkdir(mode=0o700, exist_ok=True)
    deadline = time.monotonic() + wait
    handles = [(directory / f"passphrase-{number}").open("a") for number in range(SLOTS)]
    try:
        number = _take(handles, deadline)
        yield number
    finally:
        for handle in handles:
            handle.close()


def _take(handles: Sequence[TextIO], deadline: float) -> int:
    while True:
        for number, handle in enumerate(handles):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            return number
        if time.monotonic() >= deadline:
            raise Busy
        time.sleep(0.05)
