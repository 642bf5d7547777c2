"""What the Graph Feature Preprocessor of snapml makes of the same transfers. Runs in its own environment.

    GFP/bin/python benchmarks/ground/flows_gfp.py time TRANSFERS.npz GROUP --batch 128 [--seconds 60]
    GFP/bin/python benchmarks/ground/flows_gfp.py rows TRANSFERS.npz OUT.npz [--batch 1]

It imports nothing of the product. TRANSFERS.npz: source, target, at (seconds), amount. Windows as in the
paper (arXiv 2402.08593): 24 hours, scatter-gather 6 hours, cycles of at most ten legs; `--second` adds
the one second to fan and degree that its open edge leaves out.
"""

import argparse
import json
import time
from typing import Any

import numpy
from snapml import GraphFeaturePreprocessor

DAY = 86_400
SIZES = list(range(2, 31))
GROUPS: dict[str, tuple[str, ...]] = {
    "fan and degree": ("fan", "degree"),
    "moments": ("vertex_stats",),
    "scatter-gather": ("scatter-gather",),
    "temporal cycles": ("temp-cycle",),
    "hop-limited cycles": ("lc-cycle",),
    "paper configuration": (
        "fan", "degree", "scatter-gather", "temp-cycle", "lc-cycle", "vertex_stats",
    ),
}  # fmt: skip
WIDTH = {"fan": 58, "degree": 58, "scatter-gather": 29, "temp-cycle": 29, "lc-cycle": 9}


def preprocessor(
    patterns: tuple[str, ...], day: int = DAY, short: int = DAY // 4, extra: int = 0
) -> Any:
    asked: dict[str, Any] = {"num_threads": 1, "time_window": day + extra}
    for name in ("fan", "degree", "scatter-gather", "temp-cycle", "lc-cycle", "vertex_stats"):
        asked[name] = name in patterns
        asked[f"{name}_tw"] = day
        if name != "vertex_stats":
            asked[f"{name}_bins"] = SIZES if name != "lc-cycle" else list(range(2, 11))
    asked["fan_tw"] = asked["degree_tw"] = day + extra
    asked["scatter-gather_tw"] = short
    asked["lc-cycle_len"] = 10
    asked["vertex_stats_cols"] = [4, 3]  # amount and time, as in the paper
    asked["vertex_stats_feats"] = [0, 1, 2, 3, 4, 8, 9, 10]
    made = GraphFeaturePreprocessor()
    made.set_params(asked)
    return made


def table(path: str) -> Any:
    with numpy.load(path) as file:
        at = file["at"] - file["at"][0]
        columns = [numpy.arange(len(at)), file["source"], file["target"], at, file["amount"]]
    return numpy.ascontiguousarray(numpy.column_stack(columns), dtype=float)


def timed(path: str, group: str, batch: int, seconds: float) -> dict[str, Any]:
    rows = table(path)
    made = preprocessor(GROUPS[group])
    began_cpu, began, done = time.process_time(), time.perf_counter(), 0
    while done < len(rows) and time.perf_counter() - began < seconds:
        made.transform(rows[done : done + batch])
        done += len(rows[done : done + batch])
    used = time.process_time() - began_cpu
    with open("/proc/self/status", encoding="ascii") as status:
        peak = int(status.read().split("VmHWM:")[1].split()[0]) * 1024
    return {"rows": done, "cpu_s": round(used, 4), "peak_mb": round(peak / 1e6)}


def written(path: str, out: str, batch: int, day: int, short: int, extra: int) -> dict[str, Any]:
    """Write its columns: histograms by pattern, then moments, one line per transfer."""
    rows = table(path)
    made = preprocessor(GROUPS["paper configuration"], day, short, extra)
    parts = [made.transform(rows[i : i + batch]) for i in range(0, len(rows), batch)]
    told = numpy.vstack(parts)[:, 5:]
    answer, first = {}, 0
    for name, width in WIDTH.items():
        answer[name] = told[:, first : first + width].astype(numpy.uint16)
        first += width
    answer["vertex_stats"] = told[:, first:]
    numpy.savez_compressed(out, **answer)
    return {"rows": len(rows), "columns": told.shape[1]}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("time", "rows"))
    parser.add_argument("transfers")
    parser.add_argument("more", help="group or output file")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--day", type=int, default=DAY)
    parser.add_argument("--short", type=int, default=DAY // 4)
    parser.add_argument("--second", action="store_true")
    asked = parser.parse_args()
    if asked.what == "time":
        told = timed(asked.transfers, asked.more, asked.batch, asked.seconds)
    else:
        told = written(
            asked.transfers, asked.more, asked.batch, asked.day, asked.short, int(asked.second)
        )
    print(json.dumps(told))


if __name__ == "__main__":
    main()
