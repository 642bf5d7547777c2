"""A real server with the demo in it, and a real browser in front of it."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from browser import driving

ROOT = Path(__file__).parents[2]
SERVICES = ROOT.parent / "shared" / "data" / "services"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(home, *more):
    start = "from manumit.cli import main; main()"
    command = [sys.executable, "-c", start, "demo", "--json", "--data", str(home), *more]
    return [*command, "--services", str(SERVICES)] if SERVICES.is_dir() else command


def _environ():
    left_out = ("MANUMIT_", "DJANGO_", "DATABASE_URL")
    return {k: v for k, v in os.environ.items() if not k.startswith(left_out)}


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Make the demo once for all files and all workers; return where it lies."""
    if (
        not (ROOT / "src/manumit/web/static/build/manifest.json").exists()
        or not driving.AXE.exists()
    ):
        pytest.skip("the pages are not built: run `npm ci && npm run build`, or `make browser`")
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    home = base / "made-demo"
    with (base / "made-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be making it
        if not home.exists():
            begun = base / "making-demo"
            command = _command(begun, "--no-serve")
            done = subprocess.run(
                command, env=_environ(), cwd=ROOT, capture_output=True, text=True, check=False
            )
            if done.returncode:
                pytest.fail(f"the demo was not made: {done.stderr[-2000:]}")
            begun.rename(home)
    return home


@pytest.fixture(scope="module")  # what one file's people do must not meet another file's
def server(tmp_path_factory, made):
    """Run `manumit demo` as a person would, on loopback; return what it printed."""
    home = tmp_path_factory.mktemp("browser")
    port = _free_port()
    shutil.copytree(made, home / "demo")
    command = _command(home / "demo", "--bind", f"127.0.0.1:{port}")
    out, err = home / "out.json", home / "err.txt"
    with out.open("wb") as told, err.open("wb") as trouble:
        process = subprocess.Popen(command, stdout=told, stderr=trouble, env=_environ(), cwd=ROOT)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            if process.poll() is not None:
                pytest.fail(f"the demo ended: {err.read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(f"{address}/alive", timeout=2) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                time.sleep(0.3)
        else:
            pytest.fail(f"the demo did not start: {err.read_text()[-2000:]}")
        yield {**json.loads(out.read_text() or "{}"), "address": address, "data": home / "demo"}
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def chromium():
    """Start the system's Chromium; its event loop must end before another file's tests begin."""
    sync_api = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on the PATH: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def people(server, chromium):
    """Return a maker of people who sit before a browser; all are sent home at the end."""
    house = driving.House(server, chromium)
    yield house
    house.close()
