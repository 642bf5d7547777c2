"""Precision and recall of shapes on published and on made data, and the calibration of scores.

    python benchmarks/flows_accuracy.py [--rows 200000] [--seeds 301,302] [--shared DIR] [--json]
    python benchmarks/flows_accuracy.py --speed 1000000
    python benchmarks/flows_accuracy.py --calibrate src/manumit/flows/data/calibration.toml

Published: the two AMLSim samples (labels of accounts). Made: flows/made.py (labels of transfers). The
ranking is held against both ends: everything in order with its amounts kept (a filter), and everything
that has the shape, unranked. `--calibrate` fits scores on made data of SEEDS_FIT and writes them down;
the seeds of the other figures are never among them, and neither are the AMLSim samples.
"""

import argparse
import dataclasses
import itertools
import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy
import polars

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from manumit.flows import evaluation, graph, made, ranking, trial, windows
from manumit.flows.patterns import finding
from manumit.flows.readers import how, reading

ROOT = Path(__file__).resolve().parents[1]
SEEDS_FIT = (101, 102, 103, 104, 105, 106)
FIT_ROWS = (30_000, 60_000, 120_000)  # ledgers of several sizes and densities
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def published(path: Path) -> tuple[trial.Tables, trial.Tried, float]:
    with path.open("rb") as stream:
        tables = trial.tables(reading.read(stream, path.name, how.Reading(now=NOW)))
    begun = time.process_time()
    tried = trial.run(tables.entries, tables.labels, tables.accounts)
    return tables, tried, time.process_time() - begun


def shown(name: str, tried: trial.Tried, seconds: float) -> None:
    said = tried.figures
    print(f"\n== {name}: {said['findings']} shapes, {seconds:.1f} CPU-s")
    for label, part in (("all shapes", said), *said["patterns"].items()):
        if not part.get("a_day"):
            continue
        row = "  ".join(f"{a['precision']:.2f}/{a['recall']:.2f}" for a in part["a_day"])
        print(f"{label:15} P/R at {', '.join(str(n) for n in evaluation.A_DAY)} a day: {row}")
        ends = {
            k: f"{v['precision']:.2f} → {v['ranked']:.2f} of {v['findings']}"
            for k, v in part["ends"].items()
        }
        print(f"{'':15} filter → the ranking's best so many: {ends}")
    alerts = said["alerts"]
    print(
        f"worth an alert: {alerts['findings']}, precision {alerts['precision']:.2f}, "
        f"{said['labels_of']} {alerts[said['labels_of']]}"
    )
    for pattern, row in alerts["by_finding"].items():
        print(f"   found as {pattern:15} {row['findings']:5}  precision {row['precision']:.2f}")
    for pattern, row in alerts["by_planted"].items():
        print(
            f"   planted  {pattern:15} {row['instances']:5}  recall    {row['recall']:.2f}"
            f"  {row['found_as']}"
        )
    if "f1_late" in said:
        print(f"   last 20 % of the time: {said['f1_late']}")


def by_window(tables: trial.Tables) -> None:
    """Show cycles by window: in order, of any order, and the best of the ranking as many as in order."""
    for days in (10, 20, 40):
        chosen = dataclasses.replace(windows.DAYS, pattern=days * windows.DAY)
        tried = trial.run(tables.entries, tables.labels, tables.accounts, chosen)
        part = tried.figures["patterns"].get("cycle")
        if part:
            said = {
                name: f"{end['findings']} at {end['precision']:.2f}, ranked {end['ranked']:.2f}"
                for name, end in part["ends"].items()
            }
            print(
                f"   cycles, window {days} steps: {said}, recall {part['accounts']['recall']:.2f}"
            )


def speed(rows: int) -> None:
    """Find and rank every shape, with members, three times; CPU seconds, first of compiled code."""
    trial.run(*_made(2_000, 1))
    data = made.ledger(rows, 7)
    transfers = graph.of_frame(data.entries)
    taken = []
    for _ in range(3):
        begun = time.process_time()
        found = finding.find(transfers, windows.MINUTES)
        ranking.score(found.frame, data.accounts.height)
        taken.append(time.process_time() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{rows:,} transfers, {found.frame.height:,} shapes with members: CPU-s "
        f"{', '.join(f'{t:.1f}' for t in taken)}; {rows / sorted(taken)[1]:,.0f} rows a CPU-second "
        f"(median), peak {peak} MB"
    )


def _made(rows: int, seed: int) -> tuple[polars.DataFrame, polars.DataFrame, int]:
    data = made.ledger(rows, seed)
    return data.entries, data.labels, data.accounts.height


def reliability(ranked: polars.DataFrame, right: numpy.ndarray) -> list[dict[str, Any]]:
    scores = ranked["score"].to_numpy()
    edges = (0.0, 0.05, 0.2, 0.5, 0.8, 1.01)
    rows = []
    for low, high in itertools.pairwise(edges):
        some = (scores >= low) & (scores < high)
        if some.any():
            rows.append(
                {
                    "findings": int(some.sum()),
                    "said": round(float(scores[some].mean()), 3),
                    "came_true": round(float(right[some].mean()), 3),
                }
            )
    return rows


def fitted() -> ranking.Calibration:
    evidence, right = [], []
    for place, seed in enumerate(SEEDS_FIT):
        data = made.ledger(FIT_ROWS[place % len(FIT_ROWS)], seed, days=(10, 30)[place % 2])
        tried = trial.run(data.entries, data.labels, data.accounts.height)
        known = evaluation.truth(data.labels)
        assert known is not None
        evidence.append(tried.ranked["evidence"].to_numpy())
        right.append(evaluation.right(tried.ranked, known))
    return ranking.calibrate(numpy.concatenate(evidence), numpy.concatenate(right), "", knots=200)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=200_000)
    options.add_argument("--seeds", default="301,302")
    options.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    options.add_argument("--calibrate", type=Path)
    options.add_argument("--speed", type=int, default=0, help="only this: rows to find shapes in")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    if given.speed:
        speed(given.speed)
        return 0
    if given.calibrate:
        fit = fitted()
        seeds = ", ".join(map(str, SEEDS_FIT))
        given.calibrate.write_text(
            "# Evidence (powers of ten) and the share of shapes that came true at it; straight between.\n"
            "# Made by: python benchmarks/flows_accuracy.py --calibrate <this file>\n"
            f'source = "made data (flows/made.py), seeds {seeds}; isotonic regression; never on AMLSim"\n'
            f"evidence = {list(fit.evidence)}\nshare = {list(fit.share)}\n",
            encoding="utf-8",
        )
        return 0
    answers: dict[str, Any] = {}
    for path in sorted(given.shared.glob("data/amlsim/*.tgz")):
        tables, tried, seconds = published(path)
        known = evaluation.truth(tables.labels)
        assert known is not None
        answers[path.name] = tried.figures | {
            "reliability": reliability(tried.ranked, evaluation.right(tried.ranked, known))
        }
        shown(path.name, tried, seconds)
        by_window(tables)
        print("   score said / came true:", answers[path.name]["reliability"])
    for seed in map(int, given.seeds.split(",")):
        data = made.ledger(given.rows, seed)
        begun = time.process_time()
        tried = trial.run(data.entries, data.labels, data.accounts.height)
        shown(f"made, seed {seed}, {given.rows} rows", tried, time.process_time() - begun)
        known = evaluation.truth(data.labels)
        assert known is not None
        good = evaluation.right(tried.ranked, known)
        answers[f"made-{seed}"] = tried.figures | {"reliability": reliability(tried.ranked, good)}
        print("   score said / came true:", answers[f"made-{seed}"]["reliability"])
        print("   what was no shape but looked like one:", confused(tried.ranked, good, data.alike))
    if given.json:
        print(json.dumps(answers))
    return 0


def confused(
    ranked: polars.DataFrame, good: numpy.ndarray, alike: polars.DataFrame
) -> dict[str, int]:
    """Say what the findings worth an alert that were wrong were made of."""
    wrong = ranked.filter(~polars.Series(good) & (polars.col("score") >= ranking.WORTH))
    rows = wrong.select("entries").with_row_index("finding").explode("entries")
    told = rows.join(alike, left_on="entries", right_on="entry", how="left").with_columns(
        polars.col("pattern").fill_null("everyday traffic")
    )
    most = (
        told.group_by("finding", "pattern")
        .len()
        .sort("len", "pattern", descending=True)
        .group_by("finding")
        .first()
    )
    return dict(most["pattern"].value_counts(sort=True).iter_rows())


if __name__ == "__main__":
    sys.exit(main())
