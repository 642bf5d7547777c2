"""A search in a process of its own: killed in the middle it loses nothing, and the next one goes on."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

MAPPING = """
id = "made-bank"
[columns]
at = "Date"
source = "From"
target = "To"
amount = "Amount"
[time]
formats = ["%Y-%m-%d %H:%M"]
zone = "UTC"
[constant]
currency = "USD"
"""


def run(home, *words):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MANUMIT_", "DJANGO_"))}
    program = "from manumit.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", program, "flows", *words, "--json"],
        env=kept | {"MANUMIT_DATA": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(process):
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    return json.loads(out)


def bank_file(path, rows=4000):
    """A year of everyday transfers, and an evening on which one account pays another fifteen times."""
    pick = random.Random(5)
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Date", "From", "To", "Amount"])
        begins = datetime(2025, 1, 1, tzinfo=UTC)
        for number in range(rows):
            at = begins + timedelta(minutes=number * 525_600 // rows)
            ends = pick.sample(range(300), 2)
            writer.writerow(
                [f"{at:%Y-%m-%d %H:%M}", *(f"EX-{e}" for e in ends), pick.randint(10, 900)]
            )
        for number in range(15):
            at = datetime(2025, 5, 4, 19, tzinfo=UTC) + timedelta(minutes=9 * number)
            writer.writerow([f"{at:%Y-%m-%d %H:%M}", "EX-7", "EX-8", 9000 + number])


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    home = tmp_path / "data"
    home.mkdir()
    bank_file(tmp_path / "bank.csv")
    (tmp_path / "bank.toml").write_text(MAPPING)
    told(run(home, "load", str(tmp_path / "bank.csv"), "--mapping", str(tmp_path / "bank.toml")))

    process = run(home, "scan")
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        made = list(home.glob("flows/*/derived/measured/2*.parquet"))
        if len(made) >= 4:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    before = {path: path.stat().st_mtime_ns for path in made}

    answer = told(run(home, "scan"))
    assert (answer["scan"], answer["state"]) == (1, "done")
    assert answer["alerts_new"] > 0
    assert any(each["typology"] == "finance-shapes" for each in answer["alerts"])
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert not list(home.glob("flows/*/derived/*/.*"))
    again = told(run(home, "scan"))
    assert (again["scan"], again["alerts_new"]) == (2, 0)
    assert again["alerts"] == answer["alerts"]
