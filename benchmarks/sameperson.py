"""Same person? Precision, recall, time and memory, next to Splink and nomenklatura in the same run.

    python benchmarks/sameperson.py [--people 100000] [--scale 1000000] [--shared DIR] [--no-peers]

Three parts. Pairs of names: the labelled file name-pairs.csv, at the fixed threshold, whole and in two
halves (by a hash of the pair); names of the UN list in their original script against all Latin ones.
People: a made set (benchmarks/ground/likeness.py) with known truth, found in bulk, by kind of noise.
Scale: the same at other sizes, ours alone. The peers run in an environment of their own
(requirements/bench-peers.txt, made once under .make/peers). Each run is a process of its own.

What was tuned on what: thresholds and weights on the tuning half of name-pairs.csv, on the UN lists of
2022 and on made sets of 20,000 and 100,000 people, with the same seed. The rules were written after
reading the whole of name-pairs.csv, so its held-out half is held out from the numbers only.
"""

import argparse
import collections
import csv
import dataclasses
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from ground import likeness
from manumit.core import likelypairs, samename, sameperson

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
PEERS = ROOT / ".make" / "peers"
ON = date(2026, 1, 1)


def half(one: str, other: str) -> str:
    digest = hashlib.sha256(f"{one}|{other}".encode()).digest()
    return "tuning half" if digest[0] % 2 == 0 else "held-out half"


def f1(found: list[bool], true: list[bool]) -> dict[str, float]:
    hit = sum(f and t for f, t in zip(found, true, strict=True))
    precision, recall = hit / max(1, sum(found)), hit / max(1, sum(true))
    whole = 2 * hit / max(1, sum(found) + sum(true))
    return {"P": round(precision, 3), "R": round(recall, 3), "F1": round(whole, 3)}


def pairs(path: Path, peers: Path | None) -> list[dict[str, Any]]:
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    true = [row["is_match"] == "true" for row in rows]
    scored = {"manumit": ([samename.between(r["name1"], r["name2"]).score for r in rows], 0.5)}
    speed: dict[str, Any] = {"manumit": _speed(rows)}
    if peers:
        told = json.loads(_peer(peers, "names", str(path)))
        for name, one in told.items():
            # logic-v2 raises an alert from 0.7 on; the same for the other.
            scored[f"nomenklatura {name}"] = (one.pop("scores"), 0.7)
            speed[f"nomenklatura {name}"] = one
    sets = {
        "all": rows,
        "tuning half": [r for r in rows if half(r["name1"], r["name2"]) == "tuning half"],
        "held-out half": [r for r in rows if half(r["name1"], r["name2"]) == "held-out half"],
        "people": [r for r in rows if r["schema"] == "Person"],
        "strong labels": [r for r in rows if r["quality"] == "STRONG"],
    }
    places = {id(row): n for n, row in enumerate(rows)}
    answers = []
    for name, (scores, threshold) in scored.items():
        line: dict[str, Any] = {"matcher": name, "threshold": threshold, **speed[name]}
        for label, some in sets.items():
            at = [places[id(row)] for row in some]
            line[label] = f1([scores[n] >= threshold for n in at], [true[n] for n in at])
        best = max(f1([s >= t / 100 for s in scores], true)["F1"] for t in range(5, 100))
        answers.append(line | {"best F1 in hindsight": best})
    return answers


def _speed(rows: list[dict[str, str]]) -> dict[str, int]:
    begun = time.process_time()
    for _ in range(10):
        for row in rows:
            samename.between(row["name1"], row["name2"])
    anew = time.process_time() - begun
    read = [(samename.read(row["name1"]), samename.read(row["name2"])) for row in rows]
    begun = time.process_time()
    for _ in range(10):
        for one, other in read:
            samename.compare(one, other)
    kept = time.process_time() - begun
    return {
        "pairs_per_cpu_s_read_anew": round(10 * len(rows) / anew),
        "pairs_per_cpu_s": round(10 * len(rows) / kept),
    }


def original_script(path: Path) -> dict[str, Any]:
    """Rank every Latin name of the list against each name in its original script."""
    pool, asked = [], []
    for entry in ElementTree.parse(path).iter("INDIVIDUAL"):
        parts = [
            (entry.findtext(f"{n}_NAME") or "").strip()
            for n in ("FIRST", "SECOND", "THIRD", "FOURTH")
        ]
        pool.append(samename.read(" ".join(filter(None, parts))))
        original = (entry.findtext("NAME_ORIGINAL_SCRIPT") or "").strip()
        if original:
            asked.append((original, len(pool) - 1))
    first = within = false = 0.0
    begun = time.process_time()
    for text, meant in asked:
        name = samename.read(text)
        scores = [samename.compare(name, one).score for one in pool]
        better = sum(score > scores[meant] for score in scores)
        first += (better == 0) / sum(score == scores[meant] for score in scores)
        within += scores[meant] >= samename.THRESHOLD
        false += sum(s >= samename.THRESHOLD for n, s in enumerate(scores) if n != meant)
    spent = time.process_time() - begun
    return {
        "list": path.name,
        "queries": len(asked),
        "names": len(pool),
        "first": round(first / len(asked), 3),
        "found at the threshold": round(within / len(asked), 3),
        "false at the threshold, per query": round(false / len(asked), 2),
        "pairs_per_cpu_s": round(len(asked) * len(pool) / spent),
    }


def people(count: int, words: Path, folder: Path) -> dict[str, Any]:
    """Find pairs among the made people; leaves the people and the pairs in the folder."""
    records = list(likeness.Maker(words).records(count))
    truth = _truth(records)
    _write(folder / "people.csv", records)
    begun = time.process_time(), time.perf_counter()
    everybody = [
        sameperson.read({n: getattr(r, n) for n in (
            "name", "birth", "age", "sex", "nationality", "mother", "place")}, ON)
        for r in records
    ]  # fmt: skip
    gathered = likelypairs.gather(everybody)
    looked_at = [(int(one), int(other)) for one, other in likelypairs.pairs(gathered).tolist()]
    blocking = time.process_time() - begun[0]
    common = gathered.commonness()
    scored = [
        (pair, sameperson.compare(everybody[pair[0]], everybody[pair[1]], common).score)
        for pair in looked_at
    ]
    spent, wall = time.process_time() - begun[0], time.perf_counter() - begun[1]
    with (folder / "pairs.csv").open("w", newline="") as file:
        csv.writer(file).writerows(sorted(set(looked_at) | set(truth)))
    return {
        "what": "manumit",
        "people": count,
        "true pairs": len(truth),
        "pairs looked at": len(looked_at),
        "true pairs among them": round(len(set(looked_at) & set(truth)) / len(truth), 4),
        "cpu_s": round(spent, 1),
        "of it, until the pairs are known": round(blocking, 1),
        "wall_s": round(wall, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6),
        **_quality(scored, truth, (0.5,)),
    }


def _truth(records: list[likeness.Record]) -> dict[tuple[int, int], str]:
    where = collections.defaultdict(list)
    for number, record in enumerate(records):
        where[record.person].append(number)
    both = [(v[0], v[1]) for v in where.values() if len(v) == 2]
    return {pair: records[pair[0]].kind or records[pair[1]].kind for pair in both}


def _quality(
    scored: list[tuple[tuple[int, int], float]],
    truth: dict[tuple[int, int], str],
    thresholds: tuple[float, ...],
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for threshold in thresholds:
        found = {pair for pair, score in scored if score >= threshold}
        told[f"at {threshold}"] = _f1_of_sets(found, truth)
    best = max(
        (_f1_of_sets({p for p, s in scored if s >= t}, truth)["F1"], t)
        for t in (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 0.999)
    )
    found = {pair for pair, score in scored if score >= thresholds[0]}
    kinds = collections.Counter(truth.values())
    hits = collections.Counter(truth[pair] for pair in found if pair in truth)
    told["best F1 in hindsight"] = {"F1": best[0], "at": best[1]}
    told["recall by kind"] = {k: round(hits[k] / kinds[k], 3) for k in likeness.KINDS if kinds[k]}
    return told


def _f1_of_sets(found: set[tuple[int, int]], truth: dict[tuple[int, int], str]) -> dict[str, float]:
    hit = sum(pair in truth for pair in found)
    precision, recall = hit / max(1, len(found)), hit / len(truth)
    whole = 2 * hit / (len(found) + len(truth))
    return {"P": round(precision, 3), "R": round(recall, 3), "F1": round(whole, 3)}


def _write(path: Path, records: list[likeness.Record]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in dataclasses.fields(likeness.Record)])
        writer.writerows(dataclasses.astuple(record) for record in records)


def peers_on_people(peers: Path, folder: Path, count: int, words: Path) -> list[dict[str, Any]]:
    truth = _truth(list(likeness.Maker(words).records(count)))
    answers = []
    for name, arguments, thresholds in (
        ("splink", [str(folder / "people.csv")], (0.5, 0.95)),
        ("nomenklatura", [str(folder / "people.csv"), str(folder / "pairs.csv")], (0.7,)),
    ):
        out = folder / f"{name}.csv"
        told = json.loads(_peer(peers, name, *arguments, str(out)))
        with out.open(newline="") as file:
            scored = [
                ((min(int(a), int(b)), max(int(a), int(b))), float(s))
                for a, b, s in csv.reader(file)
            ]
        answers.append(
            {"what": name, "people": count, **told, **_quality(scored, truth, thresholds)}
        )
    return answers


def _peer(peers: Path, *arguments: str) -> str:
    script = ROOT / "benchmarks" / "ground" / "peers.py"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [peers / "bin" / "python", script, *arguments], check=True, capture_output=True, text=True,
        env=clean,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]


def environment(wanted: Path) -> Path | None:
    """Return the peers' environment, made when it is not there; None when it cannot be made."""
    if (wanted / "ready").exists():
        return wanted
    pinned = ROOT / "requirements" / "bench-peers.txt"
    install = ["-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", pinned]
    try:
        subprocess.run([sys.executable, "-m", "venv", wanted], check=True)
        subprocess.run([wanted / "bin" / "python", *install], check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        print(f"The peers cannot be installed ({problem}); ours alone.", file=sys.stderr)
        return None
    (wanted / "ready").touch()
    return wanted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000, help="beside the peers")
    parser.add_argument("--scale", type=int, nargs="*", default=[], help="ours alone")
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--peers", type=Path, default=PEERS)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    names = chosen.shared / "data" / "names"
    words = names / "arabic-latin-wikidata.tsv"
    if chosen.one:
        print(json.dumps(people(chosen.one, words, chosen.folder), ensure_ascii=False))
        return
    peers = None if chosen.no_peers else environment(chosen.peers)
    if (names / "name-pairs.csv").exists():
        for line in pairs(names / "name-pairs.csv", peers):
            _say("names", line, chosen.json)
        for path in sorted((chosen.shared / "data" / "un-list").glob("*.xml")):
            _say("original script", original_script(path), chosen.json)
    else:
        print(f"No labelled names in {names}; that part is left out.", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        for count in (chosen.people, *chosen.scale):
            command = [sys.executable, __file__, "--one", str(count), "--folder", folder,
                       "--shared", str(chosen.shared)]  # fmt: skip
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            _say("people", json.loads(done.stdout), chosen.json)
            if peers and count == chosen.people:
                for line in peers_on_people(peers, Path(folder), count, words):
                    _say("people", line, chosen.json)


def _say(part: str, told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"part": part, **told}, ensure_ascii=False), flush=True)
        return
    print(f"\n{part}")
    for key, value in told.items():
        print(f"  {key:36} {value}", flush=True)


if __name__ == "__main__":
    main()
