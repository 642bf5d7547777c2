"""Names of the consolidated list by the name alone: original script, and aliases, against all Latin ones.

    python benchmarks/names_retrieval.py [--list 2023] [--shared DIR] [--no-peers] [--peer-queries 60] [--json]
    python benchmarks/names_retrieval.py --list 2022 --kinds "all good aliases" [--seed 2018] [--sample 260]

Each query is ranked against the primary names of all people of the list; ties share the first place.
Told: how often the right one is first; how many right ones are found when so many wrong ones a query
are let through (the threshold is then read off the set itself, for every matcher alike). Halves are by
a hash of the reference; rules and numbers were looked at on the tuning half only. Beside ours, in the
same run: romanisation by ICU with Jaro-Winkler, and nomenklatura's logic-v2 on a sample of the queries
(it is slow), in its own environment (see sameperson.py), ours on the same sample.

Good aliases are asked twice over: at most two of a person, and all of them. Of all, the order of what
is proposed was tuned on the tuning half of the list of 2022 alone; the other half was only measured.
The sample for logic-v2 is then drawn from the held-out half by a seed.
"""

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import numpy as np
from rapidfuzz.distance import JaroWinkler

import sameperson as runner
from ground import treated
from manumit.core import names, samename
from manumit.network import listed, unlist

ALLOWED = (0.05, 0.2, 1.0)
ALL_ALIASES = "all good aliases"
Asked = tuple[str, int, str]  # text, number of the right one, half


def sets(path: Path) -> tuple[list[str], dict[str, list[Asked]]]:
    """Return the pool of Latin names, and the queries by what they are."""
    with path.open("rb") as stream:
        entries = [e for e in unlist.read(stream).entries if e.kind is listed.Kind.PERSON]
    pool = [entry.name for entry in entries]
    asked: dict[str, list[Asked]] = {"original script": [], "good aliases": [], ALL_ALIASES: []}
    for number, entry in enumerate(entries):
        side = treated.half(entry.reference)
        aliases = 0
        for called in entry.names:
            if called.style is listed.Style.ORIGINAL:
                asked["original script"].append((called.text, number, side))
            elif called.style is listed.Style.GOOD:
                asked[ALL_ALIASES].append((called.text, number, side))
                if aliases < 2:  # no more of one person
                    asked["good aliases"].append((called.text, number, side))
                aliases += 1
    return pool, asked


def sample(kind: str, asked: list[Asked], chosen: argparse.Namespace) -> list[Asked]:
    """Return the queries that the slow peer is asked too."""
    if kind != ALL_ALIASES:
        return asked[:: max(1, len(asked) // chosen.peer_queries)]
    held_out = [one for one in asked if one[2] == "held-out half"]
    return random.Random(chosen.seed).sample(held_out, min(chosen.sample, len(held_out)))


def quality(rows: Sequence[Sequence[float]], meant: Sequence[int]) -> dict[str, float]:
    """Return recall at the first place, and recall by wrong ones let through a query."""
    first = 0.0
    right, wrong = [], []
    for row, number in zip(rows, meant, strict=True):
        scores = np.asarray(row)
        if not (scores > scores[number]).any():
            first += 1 / float((scores == scores[number]).sum())
        right.append(scores[number])
        wrong.append(np.delete(scores, number))
    others = np.sort(np.concatenate(wrong))[::-1]
    told = {"recall@1": round(first / len(meant), 3)}
    for share in ALLOWED:
        place = min(len(others) - 1, int(share * len(meant)))
        told[f"recall at {share} wrong a query"] = round(
            float((np.asarray(right) > others[place]).mean()), 3
        )
    return told


def ours(pool: list[str]) -> Callable[[str], list[float]]:
    read = [samename.read(name) for name in pool]

    def score(text: str) -> list[float]:
        one = samename.read(text)
        return [samename.compare(one, other).score for other in read]

    return score


def romanised(pool: list[str]) -> Callable[[str], list[float]]:
    """What a careful programmer does in an hour: ICU to Latin, then Jaro-Winkler."""

    def latin(text: str) -> str:
        return " ".join(map(names.romanise, text.split()))

    read = [latin(name) for name in pool]

    def score(text: str) -> list[float]:
        one = latin(text)
        return [JaroWinkler.similarity(one, other) for other in read]

    return score


def measure(
    score: Callable[[str], list[float]], asked: list[Asked], size: int
) -> tuple[dict[str, Any], list[list[float]]]:
    begun = time.process_time()
    rows = [score(text) for text, _, _ in asked]
    spent = time.process_time() - begun
    told: dict[str, Any] = {"queries": len(asked), "names": size}
    told |= quality(rows, [number for _, number, _ in asked])
    for side in ("tuning half", "held-out half"):
        some = [n for n, one in enumerate(asked) if one[2] == side]
        if some:
            told[side] = quality([rows[n] for n in some], [asked[n][1] for n in some])
    told["pairs_per_cpu_s"] = round(len(asked) * size / spent)
    return told, rows


def peer(where: Path, pool: list[str], asked: list[Asked]) -> dict[str, Any]:
    """Ask nomenklatura's matcher the same."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "pairs.csv"
        with given.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["schema", "name1", "name2"])
            writer.writerows(["Person", text, name] for text, _, _ in asked for name in pool)
        script = Path(__file__).parent / "ground" / "peer_screening.py"
        done = subprocess.run(
            [where / "bin" / "python", script, "--pairs", given],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        found = json.loads(done.stdout.strip().splitlines()[-1])
    scores = np.array(found["scores"]).reshape(len(asked), len(pool))
    told = {"queries": len(asked), "names": len(pool)}
    return told | quality(scores, [n for _, n, _ in asked]) | {"pairs_per_cpu_s": found["speed"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", default="2023", help="the year of the list; all: every one")
    parser.add_argument(
        "--kinds",
        nargs="+",
        default=["original script", "good aliases"],
        help=f"any of them, and {ALL_ALIASES!r}",
    )
    parser.add_argument("--every", type=int, default=1, help="ask only every so-manyth query")
    parser.add_argument("--shared", type=Path, default=runner.SHARED)
    parser.add_argument("--peers", type=Path, default=runner.PEERS)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peer-queries", type=int, default=60, help="of each kind")
    parser.add_argument("--sample", type=int, default=260, help=f"of the held-out {ALL_ALIASES}")
    parser.add_argument("--seed", type=int, default=2018, help="that draws this sample")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args()
    wanted = "*.xml" if chosen.list == "all" else f"*{chosen.list}*.xml"
    lists = sorted((chosen.shared / "data" / "un-list").glob(wanted))
    if not lists:
        print(f"No lists in {chosen.shared}/data/un-list; nothing to measure.", file=sys.stderr)
        return
    peers = None if chosen.no_peers else runner.environment(chosen.peers)
    for path in lists:
        pool, kinds = sets(path)
        for kind in chosen.kinds:
            asked = kinds[kind][:: chosen.every]
            for name, made in (("manumit", ours), ("ICU and Jaro-Winkler", romanised)):
                told, _ = measure(made(pool), asked, len(pool))
                runner._say(f"{path.name}: {kind}", {"matcher": name, **told}, chosen.json)
            if peers and path == lists[-1]:
                some = sample(kind, asked, chosen)
                told, _ = measure(ours(pool), some, len(pool))
                told = {key: value for key, value in told.items() if "half" not in key}
                runner._say(f"{kind}, a sample", {"matcher": "manumit", **told}, chosen.json)
                theirs = {"matcher": "nomenklatura logic-v2", **peer(peers, pool, some)}
                runner._say(f"{kind}, a sample", theirs, chosen.json)


if __name__ == "__main__":
    main()
