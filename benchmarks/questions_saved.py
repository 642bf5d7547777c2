"""How many questions does asking the most decisive one first save, without changing a finding?

Run: python benchmarks/questions_saved.py [--people 300] [--seed 1] [--json]

For each pack three ways are counted on the same people: asking everything that fits the person;
asking in the pack's order and skipping what can no longer matter; asking as the engine proposes.
People: the pack's worked examples, and random ones who say yes to each question with probability
0.5, 0.2 and 0.05. Every interview's outcome and advice are compared with those of asking
everything; a difference ends the run with exit code 1.
"""

import argparse
import json
import random
import statistics
import sys
import time

from manumit.indicators import engine, pack, questions
from manumit.indicators.engine import Answer, Context


def interview(one, truth, context, in_pack_order):
    """Ask until nothing can matter; give what was said, and the CPU seconds of each step."""
    said, took = {}, []
    while True:
        started = time.process_time()
        left = questions.undecided(one, said, context)
        took.append(time.process_time() - started)
        if not left:
            return said, took
        question = next(q for q in one.by_id if q in left) if in_pack_order else left[0]
        said[question] = truth[question]


def examples(one):
    for each in one.examples:
        yield dict.fromkeys(one.by_id, Answer.NO) | dict(each.answers), each.context


def at_random(one, people, share, seed):
    source = random.Random(f"{seed} {one.id} {share}")
    for _ in range(people):
        truth = {q: Answer.YES if source.random() < share else Answer.NO for q in one.by_id}
        yield truth, Context(age=source.randint(10, 50))


def measure(one, people):
    """Count questions in the three ways over some people."""
    counts, times, differ = {"all": [], "pack order": [], "decisive first": []}, [], 0
    for truth, context in people:
        counts["all"].append(len(one.applicable(context)))
        expected = engine.decide(one, truth, context)
        for name in ("pack order", "decisive first"):
            said, took = interview(one, truth, context, name == "pack order")
            counts[name].append(len(said))
            times += took
            differ += engine.decide(one, said, context) != expected
    means = {name: round(statistics.mean(values), 1) for name, values in counts.items()}
    return means | {
        "saved_percent": round(100 - 100 * means["decisive first"] / means["all"]),
        "most": max(counts["decisive first"]),
        "step_cpu_ms": round(1000 * statistics.median(times), 2),
        "slowest_cpu_ms": round(1000 * max(times), 1),
        "different_findings": differ,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = []
    for one in pack.load_all().values():
        sets = {"worked examples": list(examples(one))}
        for share in (0.5, 0.2, 0.05):
            sets[f"random, {share:.0%} yes"] = list(at_random(one, asked.people, share, asked.seed))
        rows += [{"pack": one.id, "people": n} | measure(one, p) for n, p in sets.items()]
    if asked.json:
        print(json.dumps(rows, indent=2))
    else:
        names = list(rows[0])
        print("| " + " | ".join(names) + " |\n|" + "---|" * len(names))
        for row in rows:
            print("| " + " | ".join(str(row[name]) for name in names) + " |")
    return 1 if any(row["different_findings"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
