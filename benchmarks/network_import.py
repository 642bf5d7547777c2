"""Import and export of made entities and relations on the bench: rows per CPU-second, and memory.

    python benchmarks/network_import.py --entities 100000 --relations 500000

The million of the issue: --entities 1000000 --relations 5000000. Everything happens in a directory
of its own, which is removed. Figures of a run stand in docs/benchmarks.md with date and machine.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIRST = ("Karim", "Amal", "Oksana", "Test", "Nadia", "Juan", "Femi", "Lan")
KINDS = ("Membership", "Associate", "Ownership", "UnknownLink")
ENDS = {
    "Membership": ("member", "organization"),
    "Associate": ("person", "associate"),
    "Ownership": ("owner", "asset"),
    "UnknownLink": ("subject", "object"),
}


def made(path: Path, entities: int, relations: int, seed: int) -> None:
    """Write a file of fictional people, groups and what joins them."""
    draw = random.Random(seed)
    groups = max(entities // 20, 1)
    with path.open("w", encoding="utf-8") as out:
        for number in range(relations):  # before what they join, which is the harder order
            kind = draw.choice(KINDS)
            tail, head = ENDS[kind]
            ends = {tail: [f"e{draw.randrange(entities)}"], head: [f"e{draw.randrange(groups)}"]}
            says = ends | {"startDate": [f"20{draw.randrange(10, 26)}-0{draw.randrange(1, 10)}"]}
            out.write(json.dumps({"id": f"r{number}", "schema": kind, "properties": says}) + "\n")
        for number in range(entities):
            schema = "Company" if number < groups else "Person"
            name = f"{draw.choice(FIRST)} Example {number}"
            says = {"name": [name], "country": ["iq"], "alias": [f"E {number}", f"Testov {number}"]}
            if schema == "Person":
                says |= {"birthDate": [str(draw.randrange(1950, 2005))]}
            out.write(json.dumps({"id": f"e{number}", "schema": schema, "properties": says}) + "\n")


def _run(*arguments: str) -> dict[str, float]:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([str(Path(sys.executable).with_name("manumit")), *arguments], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": time.monotonic() - begun, "cpu": cpu, "mb": after.ru_maxrss / 1024}


def main() -> None:
    """Make a file, bring it in, bring it in again, write it out."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--entities", type=int, default=100_000)
    asked.add_argument("--relations", type=int, default=500_000)
    asked.add_argument("--seed", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["MANUMIT_DATA"] = home
        file, out = Path(home) / "made.ftm.json", Path(home) / "out.ftm.json"
        made(file, given.entities, given.relations, given.seed)
        rows = given.entities + given.relations
        print(f"{rows:,} rows, {file.stat().st_size / 1e6:.0f} MB")
        for what, arguments in (
            ("import", ("network", "import", str(file))),
            ("the same again", ("network", "import", str(file))),
            ("export", ("network", "export", str(out), "--handling", "amber_strict")),
        ):
            found = _run(*arguments)
            print(
                f"{what}: {found['seconds']:.1f} s, {found['cpu']:.1f} CPU-s, "
                f"{rows / found['cpu']:,.0f} rows a CPU-second, {found['mb']:.0f} MB at most so far"
            )
        size = sum(p.stat().st_size for p in Path(home).glob("*.db*"))
        print(f"database: {size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
