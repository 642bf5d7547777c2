"""What is measured about transfers: speed and memory, next to snapml's Graph Feature Preprocessor.

    python benchmarks/flows_features.py [--first 300000] [--dense] [--parity 50000]
    python benchmarks/flows_features.py --no-peer --rows 5000000 --threads --increment 20

Made transfers with the density of AMLworld HI-Small (flows/made.py). Every measurement is a process of
its own; ours and the peer's take turns on the same rows, and a ratio is of medians of CPU time in one
run. Ours includes sorting the transfers into lists, not compiling (once per machine). The peer runs
single-threaded in batches of 128, in an environment of its own (requirements/bench-flows.txt, made once
under .make/flows); it streams, and writes most counts as one-hot columns: 230 of them here. Ours reads a
sorted slice and writes the same information as plain columns and sparse sizes. `--parity` compares row
by row with its batches of one (ties of hop cycles: tests/flows/kernel_twins.py). `dense`: the same
number of transfers among a fifth of the accounts.
"""

import argparse
import dataclasses
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import numpy

from flows import kernel_twins
from manumit.flows import graph, made
from manumit.flows.kernels import (
    any_order,
    dwell,
    fan,
    hop_cycles,
    lists,
    measured,
    measures,
    moments,
    scatter_gather,
    temporal_cycles,
)
from manumit.flows.windows import DAY, HOUR, MINUTES

ROOT = Path(__file__).resolve().parents[1]
PEER = ROOT / ".make" / "flows"
GROUPS = (
    "fan and degree", "moments", "scatter-gather", "temporal cycles", "hop-limited cycles",
    "paper configuration",
)  # fmt: skip
ALONE = ("scatter-gather in order", "dwell", "all measures", "all measures by slices")


def own(group: str, t: graph.Transfers) -> measured.Measured:
    """Measure one group as a scan would; the group named like the peer's holds what the peer's does."""
    if group.startswith("all measures"):
        return measures.measure(t, MINUTES)
    known = lists.of(t)
    one = {
        "fan and degree": lambda: fan.measure(t, DAY, 0, known),
        "moments": lambda: moments.measure(t, DAY, 0, known),
        "scatter-gather": lambda: any_order.measure(t, 6 * HOUR, 0, known),
        "scatter-gather in order": lambda: scatter_gather.measure(t, 6 * HOUR, 0, known),
        "temporal cycles": lambda: temporal_cycles.measure(t, DAY, 0, known),
        "hop-limited cycles": lambda: hop_cycles.measure(t, DAY, 0, known),
        "dwell": lambda: dwell.measure(t, DAY, 0, known),
    }
    if group in one:
        return one[group]()
    return measured.joined([one[name]() for name in GROUPS[:-1]])


def loaded(path: Path, rows: int = 0) -> graph.Transfers:
    with numpy.load(path) as file:
        t = graph.Transfers(**{name: file[name] for name in file.files}, precision=1)
    return measures.part(t, measures.Slice(0, 0, rows))[0] if rows else t


def make(path: Path, rows: int, dense: bool = False) -> None:
    told = made.ledger(rows, 7, accounts=rows // 50 if dense else None)
    t = graph.of_frame(told.entries)
    names = [f.name for f in dataclasses.fields(t) if f.name != "precision"]
    numpy.savez(path, **{name: getattr(t, name) for name in names})


def repeat(path: Path, times: int) -> None:
    """Let the same ten days come again and again: a long history of the same accounts."""
    t = loaded(path)
    shift = numpy.repeat(numpy.arange(times) * 10 * DAY, len(t))
    columns = {n: numpy.tile(getattr(t, n), times) for n in ("source", "target", "amount")}
    at = numpy.tile(t.at, times) + shift
    numpy.savez(path, **columns, at=at, entry=numpy.arange(len(at)), accounts=t.accounts)


def keep(path: Path, rows: int) -> None:
    """Keep the first rows alone: ours and the peer's read the same."""
    t = loaded(path, rows)
    names = [f.name for f in dataclasses.fields(t) if f.name != "precision"]
    numpy.savez(path, **{name: getattr(t, name) for name in names})


def peak_bytes() -> int:
    """Return the most memory this process held; since it began, not since it was forked."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def one_of_ours(path: Path, group: str) -> dict[str, Any]:
    t = loaded(path)
    own(group, measures.part(t, measures.Slice(0, 0, min(len(t), 2000)))[0])  # compiled
    begun = time.process_time()
    if (
        group == "all measures by slices"
    ):  # of two days; whoever asks writes each down and lets it go
        parts = (told.cut for _, told in measures.by_slices(t, MINUTES))
    else:
        parts = iter([own(group, t).cut])
    cut = sum(len(each.row) for cuts in parts for each in cuts)
    used = time.process_time() - begun
    peak = peak_bytes()
    return {"rows": len(t), "cpu_s": round(used, 4), "peak_mb": round(peak / 1e6), "cut": cut}


def in_child(*arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "--one", *map(str, arguments)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def peer(where: Path, *arguments: object) -> dict[str, Any]:
    script = ROOT / "benchmarks" / "ground" / "flows_gfp.py"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [where / "bin" / "python", script, *map(str, arguments)],
        check=True, capture_output=True, text=True, env=clean,
    )  # fmt: skip
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def environment(wanted: Path) -> Path | None:
    """Return the peer's environment, made when it is not there; None when it cannot be made."""
    if (wanted / "ready").exists():
        return wanted
    install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
    try:
        subprocess.run([sys.executable, "-m", "venv", wanted], check=True)
        pins = ROOT / "requirements" / "bench-flows.txt"
        subprocess.run([wanted / "bin" / "python", *install, pins], check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        print(f"The peer cannot be installed ({problem}); ours alone.", file=sys.stderr)
        return None
    (wanted / "ready").touch()
    return wanted


def rate(runs: list[dict[str, Any]]) -> float:
    return statistics.median(run["rows"] / run["cpu_s"] for run in runs)


def compare(path: Path, where: Path | None, asked: argparse.Namespace, label: str) -> None:
    groups = asked.groups or (GROUPS if where else GROUPS + ALONE)
    ours: dict[str, list[dict[str, Any]]] = {group: [] for group in groups}
    theirs: dict[str, list[dict[str, Any]]] = {group: [] for group in groups}
    for _ in range(asked.rounds):
        for group in groups:
            ours[group].append(in_child(path, group))
            if where and group in GROUPS:
                theirs[group].append(
                    peer(where, "time", path, group, "--batch", 128, "--seconds", asked.seconds)
                )
    for group in groups:
        line = {
            "data": label,
            "rows": ours[group][0]["rows"],
            "rows_per_cpu_s": round(rate(ours[group])),
            "peak_mb": max(run["peak_mb"] for run in ours[group]),
            "cut": ours[group][0]["cut"],
        }
        if theirs[group]:
            line |= {
                "peer_rows": theirs[group][0]["rows"],
                "peer_rows_per_cpu_s": round(rate(theirs[group])),
                "peer_peak_mb": max(run["peak_mb"] for run in theirs[group]),
                "ratio": round(rate(ours[group]) / rate(theirs[group]), 1),
            }
        say(group, line, asked.json)


def spread(values: Any) -> Any:
    answer = numpy.zeros((len(values), 29), int)
    rows = numpy.flatnonzero(values > 1)
    answer[rows, numpy.minimum(values[rows], 30) - 2] = 1
    return answer


def hops(t: graph.Transfers) -> tuple[Any, int]:
    """Count hop cycles with ties let in as the peer does; how many rows the slow way was asked for."""
    without, every = (
        hop_cycles.measure(t, DAY, ties=ties).sizes["hop_cycle"].table(len(t), 2, 10)
        for ties in (False, True)
    )
    tied, asked = kernel_twins.peers_ties(t), numpy.flatnonzero((without != every).any(1))
    for row in asked.tolist():
        found = kernel_twins.hop_cycle(t, row, DAY, 10, tied(row))
        without[row] = [found[legs] for legs in range(2, 11)]
    return without, len(asked)


def answered(t: graph.Transfers, where: Path, folder: Path) -> dict[str, Any]:
    """Return the peer's columns for these transfers, one at a time."""
    some, out = folder / "parity.npz", folder / "answers.npz"
    numpy.savez(some, source=t.source, target=t.target, at=t.at, amount=t.amount)
    peer(where, "rows", some, out, "--batch", 1, "--second")
    with numpy.load(out) as file:
        return {name: file[name] for name in file.files}


def parity(path: Path, where: Path, rows: int, folder: Path) -> dict[str, Any]:
    """Compare with the peer's batches of one: how many rows differ, of how many with a figure."""
    t = loaded(path, rows)
    told = answered(t, where, folder)
    around = fan.measure(t, DAY).columns
    cycles = temporal_cycles.measure(t, DAY, ties=False).sizes["temporal_cycle"]
    sizes = {"temp-cycle": cycles.table(rows, 2, 30)}
    sizes["lc-cycle"], slow = hops(t)
    for name in ("fan", "degree"):
        mine = [spread(around[f"target_{name}_in"]), spread(around[f"source_{name}_out"])]
        sizes[name] = numpy.hstack(mine)
    others = numpy.flatnonzero(t.source != t.target)
    columns = {n: getattr(t, n)[others] for n in ("source", "target", "at", "amount", "entry")}
    t = dataclasses.replace(t, **columns)  # it takes transfers to oneself for legs
    told["scatter-gather"] = answered(t, where, folder)["scatter-gather"]
    gathered = any_order.measure(t, 6 * HOUR).sizes["any_order"]
    sizes["scatter-gather"] = gathered.table(len(t), 2, 30)
    return {
        name: f"{int((mine != told[name]).any(1).sum())} of {len(mine)} rows differ, "
        f"{int(told[name].any(1).sum())} have a figure"
        for name, mine in sizes.items()
    } | {"rows whose ties were settled as the peer does": slow}


def threads(path: Path) -> dict[str, Any]:
    """Measure slices of two days, by one worker and by two."""
    t = loaded(path)
    back = measures.looks_back(MINUTES)
    work = [measures.part(t, one) for one in measures.slices(t, 2 * DAY, back)]

    def run(part: tuple[graph.Transfers, int]) -> int:
        return len(measures.measure(part[0], MINUTES, part[1]).columns)

    run(measures.part(t, measures.Slice(0, 0, 2000)))
    answer = {}
    for workers in (1, 2, 1, 2):
        begun, cpu = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(run, work))
        answer[f"{workers} threads"] = (
            f"{time.perf_counter() - begun:.2f} s, {time.process_time() - cpu:.2f} CPU-s"
        )
    answer["load"] = os.getloadavg()[0]
    return answer


def increment(path: Path, new_days: int = 10) -> dict[str, Any]:
    """Measure the last days of a long history, with the one window before them that they look at."""
    t = loaded(path)
    since = int(numpy.searchsorted(t.at, int(t.at[-1]) // DAY * DAY - (new_days - 1) * DAY))
    seen = int(numpy.searchsorted(t.at, int(t.at[since]) - measures.looks_back(MINUTES)))
    own("all measures", measures.part(t, measures.Slice(0, 0, 2000))[0])
    begun = time.process_time()
    taken, own_from = measures.part(t, measures.Slice(seen, since, len(t)))
    measures.measure(taken, MINUTES, own_from)
    used = time.process_time() - begun
    return {
        "old rows": since,
        "new rows": len(t) - since,
        "rows looked at": len(taken),
        "cpu_s": round(used, 2),
        "new rows per cpu_s": round((len(t) - since) / used),
    }


def say(name: str, told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"measure": name, **told}), flush=True)
    else:
        print(f"{name:26} " + " · ".join(f"{k} {v}" for k, v in told.items()), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="made")
    parser.add_argument("--first", type=int, default=0, help="of them, beside the peer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60, help="at most, for the peer's runs")
    parser.add_argument("--groups", nargs="*", help="these alone")
    parser.add_argument("--dense", action="store_true", help="also among a fifth of the accounts")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--parity", type=int, default=0, metavar="ROWS")
    parser.add_argument("--threads", action="store_true")
    parser.add_argument("--increment", type=int, default=0, metavar="MILLIONS of old rows")
    parser.add_argument("--peer", type=Path, default=PEER)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one_of_ours(Path(asked.one[0]), asked.one[1])))
        return
    where = None if asked.no_peer else environment(asked.peer)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label in ("HI-Small density", "dense") if asked.dense else ("HI-Small density",):
            path = folder / f"{label.split()[0]}.npz"
            make(path, asked.rows, label == "dense")
            if asked.first:
                keep(path, asked.first)
            compare(path, where, asked, label)
        sparse = folder / "HI-Small.npz"
        if asked.parity and where:
            rows = min(asked.parity, asked.rows)
            for path in sorted(folder.glob("[Hd]*.npz")):
                say(f"parity, {path.stem}", parity(path, where, rows, folder), asked.json)
        if asked.threads:
            say("two cores", threads(sparse), asked.json)
        if asked.increment:
            make(folder / "long.npz", 1_000_000)
            repeat(folder / "long.npz", asked.increment + 1)
            say("new on old", increment(folder / "long.npz"), asked.json)


if __name__ == "__main__":
    main()
