"""One million answered screenings, weighed anew: a pack's SQL against the Python engine.

Run: python benchmarks/rescore.py [--rows 1000000] [--sample 20000] [--pack delphi-labour-adult]

Both run in this run, each in a process of its own, on the same Parquet file of fictional answers
(made from a fixed seed). SQL is `manumit score … --out …` on all rows: reading, checking every
value, weighing, writing. The engine weighs a sample, because it would take long on all of them: its
rows per second are those of the sample, its time for all rows is calculated. It is timed twice:
outcome and advice alone (`engine.decide`, what the SQL gives) and the whole finding (`engine.find`).
The outcomes of the sample are compared; a difference ends the run with exit code 1. Memory is the
peak resident size of each process.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from manumit.cli import bulk
from manumit.indicators import engine, pack

WORDS = ["yes", "no", "unknown", "declined", "observed", None]
SHARES = [0.15, 0.55, 0.08, 0.05, 0.05, 0.12]


def make(path, one, rows, seed=1):
    """Write answered screenings of fictional people, 100,000 rows at a time."""
    source = np.random.default_rng(seed)
    names = pa.array(WORDS)
    writer = None
    for start in range(0, rows, 100_000):
        size = min(100_000, rows - start)
        columns = {"id": pa.array(np.arange(start, start + size))}
        ages = source.integers(8, 60, size)
        columns["age"] = pa.array(ages, pa.int32(), mask=source.random(size) < 0.1)
        for indicator in one.by_id:
            columns[indicator] = names.take(pa.array(source.choice(6, size, p=SHARES)))
        table = pa.table(columns)
        writer = writer or parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()


def peak_mb():
    """Give this process's own peak; ru_maxrss would carry over that of the process that began it."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return round(int(lines["VmHWM"].split()[0]) / 1024)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def in_sql(path, out, name, results):
    one = pack.load_all()[name]
    before = peak_mb()
    started, cpu = time.perf_counter(), time.process_time()
    told = bulk.score(one, Path(path), Path(out))
    results.put({"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu, "before_mb": before, "mb": peak_mb(),
                 "outcomes": told["outcomes"]})  # fmt: skip


def in_python(path, name, sample, whole, results):
    one = pack.load_all()[name]
    before = peak_mb()
    batch = next(parquet.ParquetFile(path).iter_batches(batch_size=sample))
    started, cpu = time.perf_counter(), time.process_time()
    outcomes = []
    for row in batch.to_pylist():
        context = engine.Context(age=row["age"])
        answers = {key: engine.Answer(row[key]) for key in one.by_id if row[key] is not None}
        weigh = engine.find if whole else engine.decide
        outcomes.append(weigh(one, answers, context).outcome)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    results.put(
        {"seconds": seconds, "cpu": cpu, "before_mb": before, "mb": peak_mb(), "outcomes": outcomes}
    )


def apart(work, *arguments):
    """Run in a fresh process, so that its peak memory is its own."""
    fresh = multiprocessing.get_context("spawn")
    results = fresh.Queue()
    process = fresh.Process(target=work, args=(*arguments, results))
    process.start()
    result = results.get(timeout=3600)
    process.join()
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=20_000)
    parser.add_argument("--pack", default="delphi-labour-adult")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    one = pack.load_all()[asked.pack]
    sample = min(asked.sample, asked.rows)
    with tempfile.TemporaryDirectory() as folder:
        path, out = f"{folder}/answers.parquet", f"{folder}/found.parquet"
        make(path, one, asked.rows)
        size_mb = round(os.path.getsize(path) / 1e6)
        sql = apart(in_sql, path, out, one.id)
        light = apart(in_python, path, one.id, sample, False)
        whole = apart(in_python, path, one.id, min(sample, 5_000), True)
        found = next(parquet.ParquetFile(out).iter_batches(batch_size=sample, columns=["outcome"]))
    same = found.column("outcome").to_pylist() == light["outcomes"]
    same = same and light["outcomes"][: len(whole["outcomes"])] == whole["outcomes"]
    rates = {
        "SQL (whole command)": (asked.rows, sql),
        "engine.decide": (sample, light),
        "engine.find": (len(whole["outcomes"]), whole),
    }
    report = {
        "pack": one.id,
        "rows": asked.rows,
        "file_mb": size_mb,
        "machine": f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}",
        "same_outcomes": same,
        "sql_outcomes": sql["outcomes"],
        "ways": {
            way: {
                "measured_rows": rows,
                "seconds": round(result["seconds"], 2),
                "cpu_seconds": round(result["cpu"], 2),
                "rows_per_second": round(rows / result["seconds"]),
                "rows_per_cpu_second": round(rows / result["cpu"]),
                "seconds_for_all_rows": round(asked.rows * result["seconds"] / rows, 1),
                "peak_mb": result["mb"],
                "peak_before_mb": result["before_mb"],
            }
            for way, (rows, result) in rates.items()
        },
    }
    fast = report["ways"]["SQL (whole command)"]["rows_per_second"]
    report["sql_times_faster_than_decide"] = round(
        fast / report["ways"]["engine.decide"]["rows_per_second"]
    )
    print(json.dumps(report, indent=2))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
