"""Run every benchmark in a quick size: `python benchmarks`. Each also runs by itself, in any size."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
QUICK: dict[str, tuple[str, ...]] = {
    "names.py": ("1000", "20000"),
    "questions_saved.py": ("--people", "200"),
    "rescore.py": ("--rows", "100000", "--sample", "2000"),
    "person.py": ("--rounds", "20"),
    "sameperson.py": ("--people", "5000", "--no-peers"),
    "resolve.py": ("--people", "20000", "--no-peers"),
    "screening.py": ("--decoys", "5000", "--no-peers"),
    "names_retrieval.py": ("--no-peers", "--every", "8"),
    "flows_accuracy.py": ("--rows", "20000", "--seeds", "301"),
    "flows_desk.py": ("--alerts", "5000"),
    "pages.py": ("--size", "1000", "--rounds", "20"),
    "flows_features.py": ("--rows", "50000", "--rounds", "1", "--no-peer"),
}


def main() -> int:
    failed = []
    for name, arguments in QUICK.items():
        if not (HERE / name).exists():
            continue
        print(f"\n== benchmarks/{name} {' '.join(arguments)}", flush=True)
        done = subprocess.run([sys.executable, HERE / name, *arguments, *sys.argv[1:]], check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"did not finish: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
