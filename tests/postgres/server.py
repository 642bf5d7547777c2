"""A real PostgreSQL server in a directory of its own, for as long as a test needs it.

PostgreSQL refuses to run as root; then it runs as `postgres` or `nobody`. It listens on a Unix
socket in its own directory and on no network address.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psutil

USER = "manumit"
MISSING = "no PostgreSQL programs here (Debian: apt install postgresql)"


def programs() -> Path | None:
    """Return the directory of initdb and postgres; None where they are not installed."""
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (found / "initdb").exists() and (found / "postgres").exists():
            return found
    initdb = shutil.which("initdb")
    if initdb and shutil.which("postgres"):
        return Path(initdb).resolve().parent
    return None


def _other_user() -> str | None:
    """Return who runs the server when we are root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _runs(member: psutil.Process) -> bool:
    try:
        return member.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Server:
    """One cluster; `fsync` off for tests that never pull the plug."""

    def __init__(self, home: Path, *, fsync: bool = False) -> None:
        self.home, self.fsync, self.user = home, fsync, _other_user()
        self.bin = programs()
        self.process: subprocess.Popen[bytes] | None = None
        home.chmod(0o755)
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(home, entry.pw_uid, entry.pw_gid)
        self._run("initdb", "--pgdata", "data", "--username", USER, "--auth", "trust",
                  "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")  # fmt: skip

    def url(self, database: str = "postgres") -> str:
        """Return the DATABASE_URL of a database."""
        return f"postgres://{USER}@{quote(str(self.home), safe='')}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [f"{self.bin}/{program}", *arguments],
            cwd=self.home, user=self.user, capture_output=True, text=True, check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")

    def start(self) -> None:
        """Start, recovering from a crash if there was one; returns when it answers."""
        switch = "on" if self.fsync else "off"
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [f"{self.bin}/postgres", "-D", "data", "-k", str(self.home), "-h", "",
                 "-c", f"fsync={switch}", "-c", f"full_page_writes={switch}",
                 "-c", "max_connections=60", "-c", "shared_buffers=64MB", "-c", "recovery_init_sync_method=syncfs"],
                cwd=self.home, user=self.user, stdout=log, stderr=log,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            )  # fmt: skip
        for _ in range(600):
            if self.process.poll() is not None:
                break
            answers = subprocess.run(
                [f"{self.bin}/pg_isready", "-q", "-h", str(self.home), "-U", USER], check=False
            )
            if answers.returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError(f"postgres did not start:\n{(self.home / 'log').read_text()[-2000:]}")

    def kill(self) -> None:
        """Kill every process of the server at once, as a crash would."""
        assert self.process
        family = [*psutil.Process(self.process.pid).children(recursive=True)]
        for member in (psutil.Process(self.process.pid), *family):
            try:
                member.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        self.process.wait()
        while any(_runs(member) for member in family):
            time.sleep(0.005)
        # What a crash of the machine would take along too; the next start refuses otherwise.
        (self.home / "data" / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """End the server, if it runs."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()


@contextmanager
def running(*, fsync: bool = False) -> Iterator[Server]:
    """Run a new server in a short-named directory (a socket's path has few characters)."""
    home = Path(tempfile.mkdtemp(prefix="manumit-pg-"))
    server = None
    try:
        server = Server(home, fsync=fsync)
        server.start()
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(home, ignore_errors=True)
