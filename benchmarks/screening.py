"""Screening 50,000 people of a watchlist: who is found, who is wrongly found, and how fast.

    python benchmarks/screening.py [--decoys 50000] [--levels mild harsh] [--seed 2331] [--no-peers] [--json]

The people of the consolidated list among made decoys, asked for as somebody may have written them
down (name, birth, nationality; benchmarks/ground/treated.py says how they are altered, at two levels),
and 1,000 people who are not on it. Only the primary name is kept of each listed person, so that aliases
do not help. Told: how often the right one is first; recall and wrong proposals a query at the fixed
threshold, and at .04 wrong ones a query (that threshold is read off the set, for both alike); negatives
with any proposal; CPU time. Halves are by a hash of the reference: misses were looked at and numbers
chosen on the tuning half, on the list of 2022, with the seed 2331; another seed makes other decoys and
other slips. In the same run, on the same people: nomenklatura's blocker with logic-v2, whose alert
threshold is 0.7.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import sameperson as runner
from ground import treated
from manumit.network import countries, listed, listscreen, unlist

NEGATIVES = 1000
MATCHED = 0.04  # wrong proposals a query
Answers = dict[str, list[tuple[float, str]]]  # by query: (score, reference), the best first


def people(shared: Path, year: str) -> list[listed.Listed]:
    """Return the people of one list, each with the primary name alone."""
    path = next((shared / "data" / "un-list").glob(f"*{year}*.xml"))
    with path.open("rb") as stream:
        return [
            listed.Listed(e.reference, e.kind, "", e.names[:1], e.births, e.nationalities)
            for e in unlist.read(stream).entries
            if e.kind is listed.Kind.PERSON and e.names
        ]


def ours(
    entries: list[listed.Listed], asked: dict[str, list[listscreen.Asked]]
) -> tuple[Answers, dict[str, Any]]:
    begun = time.process_time()
    index = listscreen.Index(entries)
    told: dict[str, Any] = {"index cpu_s": round(time.process_time() - begun, 2)}
    answers = {}
    begun = time.process_time()
    for group, queries in asked.items():
        for query, hits in listscreen.screen(index, queries):
            answers[f"{group}:{query.id}"] = [(hit.score, hit.entry.reference) for hit in hits]
    spent = time.process_time() - begun
    told["queries_per_cpu_s"] = round(sum(map(len, asked.values())) / spent)
    return answers, told


def theirs(
    peers: Path, entries: list[listed.Listed], asked: dict[str, list[listscreen.Asked]]
) -> tuple[Answers, dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "set.jsonl"
        with given.open("w", encoding="utf-8") as file:
            for line in _lines(entries, asked):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        script = Path(__file__).parent / "ground" / "peer_screening.py"
        done = subprocess.run(
            [peers / "bin" / "python", script, given], check=True, capture_output=True, text=True
        )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    cpu = found["cpu_s"]
    queries = sum(map(len, asked.values()))
    told = {
        "index cpu_s": f"{cpu['load']} + {cpu['index']}",
        "queries_per_cpu_s": round(queries / (cpu["candidates"] + cpu["scores"])),
        "candidates a query": round(found["pairs"] / queries, 1),
    }
    return {key: [(s, r) for s, r in value] for key, value in found["answers"].items()}, told


def _lines(
    entries: list[listed.Listed], asked: dict[str, list[listscreen.Asked]]
) -> Iterable[dict[str, Any]]:
    for entry in entries:
        yield {
            "of": "list", "id": entry.reference.replace(" ", "_"), "name": [entry.name],
            "birth": [birth.removeprefix("about ") for birth in entry.births],
            "nation": [c.lower() for c in map(countries.code, entry.nationalities) if c],
        }  # fmt: skip
    for group, queries in asked.items():
        for one in queries:
            code = countries.code(one.nationality)
            yield {
                "of": group, "id": f"{group}:{one.id}", "name": [one.name],
                "birth": [one.birth] if one.birth else [], "nation": [code.lower()] if code else [],
            }  # fmt: skip


def quality(
    answers: Answers, group: str, queries: list[listscreen.Asked], threshold: float
) -> dict[str, float]:
    first = found = wrong = 0
    points = []
    for one in queries:
        hits = answers.get(f"{group}:{one.id}", [])
        meant = one.id.replace(" ", "_")
        first += bool(hits) and hits[0][1].replace(" ", "_") == meant
        for score, reference in hits:
            right = reference.replace(" ", "_") == meant
            points.append((score, right))
            found += right and score >= threshold
            wrong += not right and score >= threshold
    count = len(queries)
    return {
        "queries": count,
        "recall@1": round(first / count, 4),
        "recall at the threshold": round(found / count, 4),
        "wrong a query at the threshold": round(wrong / count, 4),
        f"recall at {MATCHED} wrong a query": round(_matched(points, count) / count, 4),
    }


def _matched(points: list[tuple[float, bool]], count: int) -> int:
    """Count the right ones at the threshold that lets so many wrong ones through; ties go together."""
    best = right = wrong = 0
    points.sort(reverse=True)
    for place, (score, good) in enumerate(points):
        right += good
        wrong += not good
        last = place + 1 == len(points) or points[place + 1][0] < score
        if last and wrong <= MATCHED * count:
            best = right
    return best


def say(
    matcher: str, answers: Answers, told: dict[str, Any], asked: dict[str, Any], threshold: float,
    *, as_json: bool,
) -> None:  # fmt: skip
    for group, queries in asked.items():
        line = {"matcher": matcher, "threshold": threshold}
        if group == "negatives":
            hits = [answers.get(f"{group}:{one.id}", []) for one in queries]
            wrong = sum(bool(h) and h[0][0] >= threshold for h in hits)
            line |= {"queries": len(queries), "with a proposal": wrong}
        else:
            line |= quality(answers, group, queries, threshold)
            for side in ("tuning half", "held-out half"):
                some = [one for one in queries if treated.half(one.id) == side]
                line[side] = quality(answers, group, some, threshold)
        runner._say(group, line | told, as_json)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decoys", type=int, default=50_000)
    parser.add_argument("--levels", nargs="+", default=list(treated.LEVELS))
    parser.add_argument("--seed", type=int, default=2331)
    parser.add_argument("--list", default="2022", help="the year of the list")
    parser.add_argument("--shared", type=Path, default=runner.SHARED)
    parser.add_argument("--peers", type=Path, default=runner.PEERS)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args()
    names = chosen.shared / "data" / "names"
    if not names.exists():
        print(f"No names in {names}; nothing to measure.", file=sys.stderr)
        return
    known = people(chosen.shared, chosen.list)
    maker = treated.Maker(
        known, names / "arabic-latin-wikidata.tsv", names / "name-pairs.csv", chosen.seed
    )
    entries = [*known, *maker.decoys(chosen.decoys)]
    asked = {
        level: [maker.treated(entry, treated.LEVELS[level]) for entry in known]
        for level in chosen.levels
    }
    asked["negatives"] = list(maker.negatives(NEGATIVES))
    answers, told = ours(entries, asked)
    say("manumit", answers, told, asked, listscreen.THRESHOLD, as_json=chosen.json)
    peers = None if chosen.no_peers else runner.environment(chosen.peers)
    if peers:
        answers, told = theirs(peers, entries, asked)
        say("nomenklatura logic-v2", answers, told, asked, 0.7, as_json=chosen.json)


if __name__ == "__main__":
    main()
