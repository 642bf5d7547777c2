"""A load in a process of its own: killed in the middle it loses nothing, and no file ever holds a
plain identity, neither then nor afterwards."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars
import pytest

ROWS = 150_000
CANARY = "CANARY"
MAPPING = """
id = "made-bank"
[columns]
at = "Date"
source = "From"
source_name = "From name"
target = "To"
amount = "Amount"
text = "Text"
[time]
formats = ["%Y-%m-%d %H:%M"]
zone = "UTC"
[constant]
currency = "USD"
"""


def environment(home: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MANUMIT_", "DJANGO_"))}
    return kept | {"MANUMIT_DATA": str(home)}


def command(home: Path, file: Path, mapping: Path) -> subprocess.Popen[str]:
    words = ["flows", "load", str(file), "--mapping", str(mapping), "--json"]
    program = "from manumit.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    answer: dict[str, Any] = json.loads(out)["files"][0]
    return answer


def bank_file(path: Path, rows: int = ROWS) -> None:
    chance = random.Random(5)
    with path.open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["Date", "From", "From name", "To", "Amount", "Text"])
        for n in range(rows):
            source, target = chance.randrange(3000), chance.randrange(3000)
            at = f"2026-0{1 + n * 3 // rows}-{1 + n % 28:02} {n % 24:02}:{n % 60:02}"
            out.writerow(
                [at, f"{CANARY}A{source}", f"{CANARY} Example {source}", f"{CANARY}B{target}",
                 f"{n % 900 + 1}.50", f"{CANARY} for {n}"]
            )  # fmt: skip


def holds_canary(path: Path) -> bool:
    """Tell whether a file holds the planted word, in its bytes or in a column of a table."""
    if CANARY.encode() in path.read_bytes():
        return True
    if path.suffix != ".parquet":
        return False
    for column in polars.read_parquet(path, glob=False).iter_columns():
        if column.dtype == polars.String and column.str.contains(CANARY).any():
            return True
    return False


def files(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def entries(home: Path) -> polars.DataFrame:
    paths = sorted(home.glob("flows/*/entries/*/*.parquet"))
    return polars.read_parquet(paths, glob=False).sort("entry")


def batches_done(home: Path) -> int:
    return len(list(home.glob("flows/*/staging/*/*/done.json")))


@pytest.fixture
def bank(tmp_path: Path) -> tuple[Path, Path]:
    file, mapping = tmp_path / "bank.csv", tmp_path / "bank.toml"
    bank_file(file)
    mapping.write_text(MAPPING)
    return file, mapping


def test_a_killed_load_goes_on_and_no_file_names_anybody(
    tmp_path: Path, bank: tuple[Path, Path]
) -> None:
    home = tmp_path / "home"
    killed = command(home, *bank)
    until = time.monotonic() + 120
    while not batches_done(home) and killed.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert killed.returncode == -signal.SIGKILL
    finished = batches_done(home)
    assert finished
    kept = {path: path.stat().st_mtime_ns for path in home.glob("flows/*/staging/*/*/done.json")}
    assert [path for path in files(home) if holds_canary(path)] == []
    answer = told(command(home, *bank))
    assert (answer["load"], answer["state"]) == (1, "done")
    assert (answer["rows_read"], answer["rows_loaded"]) == (ROWS, ROWS)
    assert len(kept) == finished  # they were taken as they were: the number of the load is the same
    whole = entries(home)
    assert len(whole) == whole["entry"].n_unique() == ROWS
    assert whole["amount_minor"].sum() == sum(n % 900 * 100 + 150 for n in range(ROWS))
    assert whole["source"].n_unique() == 3000
    assert [path for path in files(home) if holds_canary(path)] == []
    assert list(home.glob("flows/*/staging/*")) == []
    again = told(command(home, *bank))
    assert again["already_loaded"]
    assert len(entries(home)) == ROWS


def test_neither_a_scan_nor_its_alerts_leave_a_name_behind(tmp_path: Path) -> None:
    home, file, mapping = tmp_path / "home", tmp_path / "bank.csv", tmp_path / "bank.toml"
    bank_file(file, 2000)
    with file.open("a") as stream:
        for n in range(60):  # many pay one within two days, who pays one at once
            stream.write(
                f"2026-03-2{n % 2} 10:{n},{CANARY}P{n},{CANARY} Payer,{CANARY}HUB,90.00,x\n"
            )
        stream.write(f"2026-03-22 12:00,{CANARY}HUB,{CANARY} Hub,{CANARY}END,5300.00,x\n")
    mapping.write_text(MAPPING)
    told(command(home, file, mapping))
    out = tmp_path / "alerts.csv"
    for words in (["flows", "scan"], ["flows", "alerts", "--out", str(out)]):
        program = "from manumit.cli import main; main()"
        subprocess.run([sys.executable, "-c", program, *words], env=environment(home), check=True)
    assert f"{CANARY}HUB" in out.read_text()  # on the bench an alert says the accounts of the file
    assert list(home.glob("flows/*/derived/**/*.parquet"))
    assert [path for path in files(home) if holds_canary(path)] == []
