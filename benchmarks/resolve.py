"""Who is one person, among a made million of nine name cultures: ours and Splink, in the same run.

    python benchmarks/resolve.py [--people 100000] [--no-peers] [--json]

The people are made (benchmarks/ground/cultures.py, seed 7); the truth is known. Ours is the command
`manumit network resolve`, with its fixed threshold of even odds: it was not chosen on this set. Splink
runs with its usual threshold of 0.95, in an environment of its own (see sameperson.py). Each engine is a
process of its own; pairs count as found when they are in one cluster.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import sameperson
from ground import cultures

ROOT = Path(__file__).resolve().parents[1]
_OURS = """
import json, resource, sys, time
from click.testing import CliRunner
from manumit import cli
begun = time.process_time(), time.perf_counter()
done = CliRunner().invoke(cli.main, ["network", "resolve", sys.argv[1], "--out", sys.argv[2], "--json"])
assert done.exit_code == 0, done.output
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"cpu_s": round(time.process_time() - begun[0], 1),
    "wall_s": round(time.perf_counter() - begun[1], 1), "peak_mb": round(peak / 1e6)}))
"""


def write(path: Path, count: int) -> list[int]:
    """Write the made people; return the truth by row."""
    truth = []
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "name", "birth_date", "nationality", "place"])
        for number, row in enumerate(cultures.Maker().rows(count)):
            writer.writerow([number, row.name, row.birth_date, row.nationality, row.place])
            truth.append(row.person)
    return truth


def quality(clusters: Iterable[tuple[int, object]], truth: list[int]) -> dict[str, Any]:
    """Return precision and recall over pairs in one cluster, and the largest cluster that is false."""
    together: dict[object, list[int]] = {}
    for row, cluster in clusters:
        together.setdefault(cluster, []).append(truth[row])
    said = hit = largest = largest_false = 0
    for people in together.values():
        counts = Counter(people)
        said += len(people) * (len(people) - 1) // 2
        hit += sum(n * (n - 1) // 2 for n in counts.values())
        largest = max(largest, len(people))
        if len(counts) > 1:
            largest_false = max(largest_false, len(people))
    true = sum(n * (n - 1) // 2 for n in Counter(truth).values())
    return {
        "P": round(hit / max(1, said), 3),
        "R": round(hit / max(1, true), 3),
        "cluster F1": round(2 * hit / max(1, said + true), 3),
        "largest": largest,
        "largest false": largest_false,
    }


def _read(path: Path) -> Iterable[tuple[int, object]]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        for row in rows:
            yield int(row[0]), row[1]


def _run(command: list[Any]) -> dict[str, Any]:
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000, help="records")
    parser.add_argument("--peers", type=Path, default=sameperson.PEERS)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        people, out = Path(folder, "people.csv"), Path(folder, "clusters.csv")
        truth = write(people, chosen.people)
        told = _run([sys.executable, "-c", _OURS, people, out])
        _say(chosen, "manumit network resolve", told | quality(_read(out), truth))
        peers = None if chosen.no_peers else sameperson.environment(chosen.peers)
        if peers:
            script = ROOT / "benchmarks" / "ground" / "splinked.py"
            told = _run([peers / "bin" / "python", script, people, out, Path(folder, "pairs.csv")])
            _say(chosen, "splink at 0.95", told | quality(_read(out), truth))


def _say(chosen: argparse.Namespace, what: str, told: dict[str, Any]) -> None:
    line = {"what": what, "records": chosen.people, **told}
    print(json.dumps(line) if chosen.json else "  ".join(f"{k} {v}" for k, v in line.items()))


if __name__ == "__main__":
    main()
