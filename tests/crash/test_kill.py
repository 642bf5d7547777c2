"""Kill -9 in the midst of writing: nothing that was acknowledged is lost, and the record holds.

Writers use a real action that writes both databases. They are killed at random moments and at the
worst one, right after an acknowledgement; every time the databases are opened anew and checked.
"""

import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from meta import source
from postgres import server

pytestmark = pytest.mark.slow
KILLS_SQLITE, KILLS_POSTGRES = 100, 20


class Crew:
    """The forking process, and what it said."""

    def __init__(self, home: Path, **environ: str) -> None:
        self.home = home
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, str(source.ROOT / "tests" / "crash" / "writers.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=keep | environ | {
                "MANUMIT_DATA": str(home), "DJANGO_SETTINGS_MODULE": "manumit.web.settings",
                "MANUMIT_SECRET_KEY": "only-for-tests-" + "0123456789abcdefghijklmnopqrst" * 2,
                "MANUMIT_LOG_KEY": "22" * 32,
            },
        )  # fmt: skip
        self.said: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.acknowledged: list[str] = []
        self.broke: list[dict[str, Any]] = []
        self.until("ready")

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.put(json.loads(line))

    def ask(self, *words: str) -> int:
        """Start one of its works; returns the process number."""
        assert self.process.stdin
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return int(self.until("pid")["pid"])

    def until(self, word: str) -> dict[str, Any]:
        """Read what is said until a line has this word; acknowledgements are kept."""
        while True:
            line = self.said.get(timeout=120)
            if "ack" in line:
                self.acknowledged.append(line["ack"])
            if "broke" in line:
                self.broke.append(line)
            if word in line:
                return line

    def hear_for(self, seconds: float) -> None:
        """Collect acknowledgements for a while."""
        clock = threading.Event()
        timer = threading.Timer(seconds, clock.set)
        timer.start()
        while not clock.is_set():
            try:
                line = self.said.get(timeout=0.005)
            except queue.Empty:
                continue
            if "ack" in line:
                self.acknowledged.append(line["ack"])
            if "broke" in line:
                self.broke.append(line)
        timer.join()

    def check(self) -> dict[str, Any]:
        """Open the databases anew and judge them."""
        listed = self.home / "acknowledged"
        listed.write_text("\n".join(self.acknowledged))
        self.ask("check", str(listed))
        verdict = self.until("leaves")
        self.until("ended")
        return verdict

    def crash(self, work: str, chance: random.Random, kill: Callable[[int], None]) -> None:
        """Start a writer, wait for a random moment or for an acknowledgement, and kill."""
        pid = self.ask(work)
        if work == "early" or chance.random() < 0.5:
            self.until("ack")
        else:
            self.hear_for(chance.uniform(0.0, 0.25))
        kill(pid)
        self.until("ended")


def kill_writer(pid: int) -> None:
    with suppress(ProcessLookupError):  # it ended by itself when its server was killed
        os.kill(pid, signal.SIGKILL)


@contextmanager
def crew(home: Path, **environ: str) -> Iterator[Crew]:
    hired = Crew(home, **environ)
    try:
        yield hired
    finally:
        hired.process.kill()
        hired.process.wait()


def assert_whole(verdict: dict[str, Any]) -> None:
    """Nothing acknowledged is gone, nothing lacks its key or its leaf, the record holds."""
    for fault in ("missing", "without_key", "not_on_record", "problems"):
        assert verdict[fault] == [], (fault, verdict)


def test_sqlite_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(20161220)
    with crew(tmp_path) as hired:
        for _ in range(KILLS_SQLITE):
            hired.crash("write", chance, kill_writer)
            assert_whole(hired.check())
        verdict = hired.check()
        assert hired.broke == []
    print(f"{KILLS_SQLITE} kills, {len(hired.acknowledged)} acknowledged, none lost")
    assert verdict["vendor"] == "sqlite"
    assert len(hired.acknowledged) >= KILLS_SQLITE // 2
    assert verdict["leaves"] > len(hired.acknowledged)


@pytest.mark.postgres
@pytest.mark.skipif(server.programs() is None, reason=server.MISSING)
def test_postgres_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(20161221)
    with server.running(fsync=True) as running, crew(tmp_path, DATABASE_URL=running.url()) as hired:

        def kill_everything(pid: int) -> None:
            running.kill()
            kill_writer(pid)

        for _ in range(KILLS_POSTGRES):
            hired.crash("write", chance, kill_everything)
            running.start()
            assert_whole(hired.check())
        verdict = hired.check()
    print(f"{KILLS_POSTGRES} kills, {len(hired.acknowledged)} acknowledged, none lost")
    assert verdict["vendor"] == "postgresql"
    assert len(hired.acknowledged) >= KILLS_POSTGRES // 2


def test_an_acknowledgement_before_the_commit_is_caught(tmp_path: Path) -> None:
    chance = random.Random(1)
    with crew(tmp_path) as hired:
        for _ in range(3):
            hired.crash("early", chance, kill_writer)
        verdict = hired.check()
    assert verdict["missing"] == sorted(hired.acknowledged)
    assert len(verdict["missing"]) == 3
    with pytest.raises(AssertionError, match="missing"):
        assert_whole(verdict)
