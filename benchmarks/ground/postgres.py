"""A real PostgreSQL server in a directory of its own, started from the installed binaries."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Absent(Exception):  # noqa: N818
    """There is no PostgreSQL on this machine."""


def binaries() -> Path:
    """Return the directory of the newest installed server; raises Absent."""
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3])
    )
    if not found:
        raise Absent("no postgres binary on PATH or in /usr/lib/postgresql: apt install postgresql")
    return found[-1].parent


def _other_user() -> dict[str, int]:
    """PostgreSQL refuses to run as root; it runs as its own user then, or as nobody."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid}
    raise Absent("PostgreSQL does not run as root and there is no other user")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(home: Path | None = None) -> Iterator[str]:
    """Run a server for the length of the block; gives a DATABASE_URL. `home` is kept, else removed.

    The server's own settings are its defaults but for the size of the write-ahead log and the
    memory for building indexes, which only the bulk load feels.
    """
    programs, who = binaries(), _other_user()
    place = home or Path(tempfile.mkdtemp(prefix="manumit-bench-pg-"))
    place.mkdir(parents=True, exist_ok=True)
    if who:
        os.chown(place, who["user"], who["group"])
    cluster, port = place / "cluster", _free_port()
    common = {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **who}
    if not cluster.exists():
        subprocess.run(
            [programs / "initdb", "-D", cluster, "-U", "manumit", "-A", "trust", "-E", "UTF8",
             "--no-locale"],
            check=True, **common,
        )  # fmt: skip
    options = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": place,
        "max_wal_size": "8GB", "maintenance_work_mem": "512MB",
    }  # fmt: skip
    command = [programs / "postgres", "-D", cluster]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    common["stderr"] = subprocess.DEVNULL
    process = subprocess.Popen(command, **common)
    try:
        _wait(programs, port, process)
        ask = [programs / "psql", "-h", "127.0.0.1", "-p", str(port), "-U", "manumit", "postgres"]
        known = subprocess.run(
            [*ask, "-tAc", "select 1 from pg_database where datname = 'manumit'"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        if not known.strip():
            subprocess.run([*ask, "-qc", "create database manumit"], check=True)
        yield f"postgres://manumit@127.0.0.1:{port}/manumit"
    finally:
        process.terminate()
        try:
            process.wait(120)
        except subprocess.TimeoutExpired:
            process.kill()
        if home is None:
            shutil.rmtree(place, ignore_errors=True)


def _wait(programs: Path, port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        ready = subprocess.run(
            [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False
        )
        if ready.returncode == 0:
            return
        if process.poll() is not None:
            raise RuntimeError("the PostgreSQL server stopped at once")
        time.sleep(0.1)
    raise RuntimeError("the PostgreSQL server did not answer within a minute")
