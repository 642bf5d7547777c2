"""`manumit serve` starts where it is safe, and names the cure where it is not."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from click.testing import CliRunner

from manumit.cli import serve

SAFE = {"bind": "127.0.0.1:8000", "debug": False, "https": False, "built": True}
SECRETS = {
    "MANUMIT_SECRET_KEY": "only-for-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "MANUMIT_LOG_KEY": "11" * 32,
    "MANUMIT_HTTPS": "0",
}


@pytest.mark.parametrize(
    "bind", ["127.0.0.1:8000", "[::1]:8000", "localhost:80", "unix:/run/manumit.sock"]
)
def test_this_machine_alone_may_be_served_without_tls(bind):
    assert serve.why_not(**(SAFE | {"bind": bind})) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"debug": True}, "MANUMIT_DEBUG"),
        ({"built": False}, "npm run build"),
        ({"bind": "0.0.0.0:8000"}, "in the clear"),
        ({"bind": ":8000"}, "in the clear"),
        ({"bind": "gate.example:8000"}, "in the clear"),
    ],
)
def test_what_is_not_safe_is_refused_with_the_cure(change, said):
    assert said in serve.why_not(**(SAFE | change))


def test_with_tls_in_front_any_address_may_be_bound():
    assert serve.why_not(**(SAFE | {"bind": "0.0.0.0:8000", "https": True})) == ""


def test_no_request_is_written_down():
    options = serve.options(bind="127.0.0.1:1", workers=2, threads=4)
    assert options["accesslog"] is None
    assert options["umask"] == 0o077


def test_help_has_an_example():
    assert "Example: manumit serve" in CliRunner().invoke(serve.serve, ["--help"]).output


def run(tmp_path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "from manumit.cli import main; main()", *arguments],
        env=kept | SECRETS | {"MANUMIT_DATA": str(tmp_path / "data")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_secret_or_missing_tables_end_with_two_and_the_cure(tmp_path):
    done = run(tmp_path, "serve", "--check", MANUMIT_SECRET_KEY="")
    assert done.returncode == 2
    assert "MANUMIT_SECRET_KEY is not set" in done.stderr
    done = run(tmp_path, "serve", "--check")
    assert done.returncode == 2
    assert "manumit init" in done.stderr


@pytest.mark.slow
def test_it_serves_pages_and_static_files_and_stops(tmp_path):
    assert run(tmp_path, "init", "--without-account").returncode == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from manumit.cli import main; main()",
            *("serve", "--bind", f"127.0.0.1:{port}", "--workers", "1"),
        ],
        env=kept | SECRETS | {"MANUMIT_DATA": str(tmp_path / "data")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        page = answer(server, f"http://127.0.0.1:{port}/sign-in")
        text = page.read().decode()
        assert "Sign in" in text
        style = text.split('rel="stylesheet" href="')[1].split('"')[0]
        sheet = answer(server, f"http://127.0.0.1:{port}{style}")
        assert "immutable" in sheet.headers["Cache-Control"]
        assert "Noto Sans" in sheet.read().decode()
    finally:
        server.terminate()
        server.wait(20)
    for name in ("manumit.db", "keys.db"):
        assert (tmp_path / "data" / name).stat().st_mode & 0o077 == 0


def answer(server: subprocess.Popen[bytes], address: str):
    """Return the answer, waiting until the server is up."""
    for _ in range(150):
        assert server.poll() is None, server.stderr.read() if server.stderr else ""
        try:
            return urllib.request.urlopen(address, timeout=10)
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not come up")
