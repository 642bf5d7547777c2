"""What one person costs: being written down, and the server's start, in CPU time and memory.

    python benchmarks/person.py [--size 1000] [--rounds 60] [--json]

Bars, measured on a peer of this field (Bayanat, source in docs/benchmarks.md): a person created
with history and audit 51 CPU-ms; a server start 11.7 CPU-seconds and 368 MB per worker. Here a
person is sealed (a key per class of content, wrapped to the unit), put on the record, entered in
the sealed name index, and gets needs and running clocks. CPU time includes SQLite's own, which runs
in the process; the wait for the disk is in the wall time only.
"""

import argparse
import functools
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import psutil

from ground import instance

STARTS = 5


def spent(doing: Callable[[], Any]) -> tuple[float, float]:
    """Return CPU and wall milliseconds of one call."""
    cpu, wall = time.process_time(), time.perf_counter()
    doing()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def summary(times: list[tuple[float, float]]) -> dict[str, float]:
    """Return median and 95th percentile of CPU and wall time in milliseconds."""
    found = {}
    for name, values in (("cpu", [t[0] for t in times]), ("wall", [t[1] for t in times])):
        found[f"{name}_ms_p50"] = round(statistics.median(values), 1)
        found[f"{name}_ms_p95"] = round(sorted(values)[int(len(values) * 0.95)], 1)
    return found


def create(size: int, rounds: int) -> dict[str, Any]:
    """Write people down in an instance that has `size` cases already, by the product's actions."""
    data = Path(tempfile.mkdtemp(prefix="manumit-bench-"))
    try:
        instance.begin(data)
        import population

        facts = population.build(size, data)
        return {
            "cases_before": size,
            "by_a_case_worker": summary(_by_worker(facts, rounds)),
            "at_the_gate": summary(_at_the_gate(facts, rounds)),
        }
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _actor(facts: dict[str, Any], who: str) -> Any:
    """Return the account with a keyring as empty as at the beginning of every request."""
    import make
    from manumit.core import models

    return make.actor(models.User.objects.get(username=facts["accounts"][who]), instance.now())


NAMES = ("Amal Example", "سلمى مثال", "Karim Example", "Fatima Example Omar")
VALUES = {
    "age": 31, "sex": "female", "nationality": "SY", "place": "Example camp, sector 4",
    "contact": "+999 5550100", "safe_contact": "Ask for the teacher",
}  # fmt: skip


def _consent(by: Any, subject: Any, purpose: str) -> None:
    from manumit.cases.actions import consents

    consents.give_consent(
        by=by, at=instance.now(), subject=subject, purpose=purpose, given=True,
        questions=[True] * 7, language="en",
    )  # fmt: skip


def _by_worker(facts: dict[str, Any], rounds: int) -> list[tuple[float, float]]:
    """A case worker opens a case, records the consent and writes the person down: three acts."""
    from manumit.cases.actions import cases

    def one(number: int) -> None:
        by = _actor(facts, "worker")
        case = cases.open_case(by=by, at=instance.now(), language="en", minor=False)
        _consent(by, case, "store_record")
        name = NAMES[number % len(NAMES)]
        cases.edit_person(by=by, at=instance.now(), case=case, values={"name": name, **VALUES})

    return _timed(one, rounds)


def _at_the_gate(facts: dict[str, Any], rounds: int) -> list[tuple[float, float]]:
    """An officer screens a person, who becomes a case of another unit: seven acts, 8 HPKE wraps."""
    from manumit.cases.actions import screenings

    def one(number: int) -> None:
        by = _actor(facts, "officer")
        talk = screenings.start_screening(by=by, at=instance.now(), language="en")
        _consent(by, talk, "interview")
        _consent(by, talk, "store_record")
        name = NAMES[number % len(NAMES)]
        screenings.record_person(
            by=by, at=instance.now(), screening=talk, values={"name": name, **VALUES}, minor=False
        )
        for pack_id, answers in ANSWERS.items():
            screenings.answer(
                by=by, at=instance.now(), screening=talk, pack_id=pack_id, answers=answers
            )
        screenings.finish_screening(by=by, at=instance.now(), screening=talk, officer_asks=True)

    return _timed(one, rounds)


def _timed(one: Callable[[int], None], rounds: int) -> list[tuple[float, float]]:
    for number in range(3):
        one(number)
    return [spent(functools.partial(one, number)) for number in range(rounds)]


ANSWERS: dict[str, dict[str, str]] = {"urgent-needs": {}, "delphi-labour-adult": {}}


def _choose_answers() -> None:
    from manumit.indicators import pack

    for name, answers in ANSWERS.items():
        for place, each in enumerate(pack.load_all()[name].indicators[:8]):
            answers[each.id] = "yes" if place % 3 == 0 else "no"


def starts(rounds: int = STARTS) -> dict[str, Any]:
    """Start `manumit serve` until its first answer; CPU seconds and memory of all its processes."""
    data = Path(tempfile.mkdtemp(prefix="manumit-bench-"))
    try:
        subprocess.run(
            [sys.executable, __file__, "--prepare", str(data)], check=True, capture_output=True
        )
        found = [_start(data) for _ in range(rounds)]
    finally:
        shutil.rmtree(data, ignore_errors=True)
    return {name: round(statistics.median(one[name] for one in found), 2) for name in found[0]} | {
        "rounds": rounds
    }


def _start(data: Path) -> dict[str, float]:
    import os

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MANUMIT_")} | {
        "MANUMIT_DATA": str(data), "MANUMIT_HTTPS": "0",
        "MANUMIT_SECRET_KEY_FILE": str(data / "manumit_secret_key"),
        "MANUMIT_LOG_KEY_FILE": str(data / "manumit_log_key"),
    }  # fmt: skip
    environment.pop("DATABASE_URL", None)
    program = Path(sys.executable).with_name("manumit")
    begun = time.perf_counter()
    process = psutil.Popen(
        [program, "serve", "--bind", f"127.0.0.1:{port}", "--workers", "1"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for_answer(f"http://127.0.0.1:{port}/alive", process)
        took = time.perf_counter() - begun
        family = [process, *process.children(recursive=True)]
        cpu = [sum(one.cpu_times()[:2]) for one in family]
        memory = [one.memory_info().rss / 1e6 for one in family]
        full = [one.memory_full_info() for one in family]
        unique = [one.uss / 1e6 for one in full]
        shared = [one.pss / 1e6 for one in full]  # what is shared, counted once in all
    finally:
        process.terminate()
        process.wait(30)
    return {
        "processes": len(family), "cpu_s": sum(cpu), "wall_s": took,
        "largest_rss_mb": max(memory), "sum_rss_mb": sum(memory), "sum_own_mb": sum(unique),
        "together_mb": sum(shared),
    }  # fmt: skip


def _wait_for_answer(address: str, process: Any) -> None:
    for _ in range(3000):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        if process.poll() is not None:
            raise RuntimeError("the server stopped at once; run `manumit serve` to see why")
        time.sleep(0.01)
    raise RuntimeError("the server did not answer within 30 seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1000, help="cases there are already")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.prepare:
        instance.begin(chosen.prepare)
        instance.migrate()
        return
    found = {"start": starts()}
    _choose_answers()
    found["create"] = create(chosen.size, chosen.rounds)
    print(json.dumps(found | {"machine": instance.machine()}, indent=None if chosen.json else 2))


if __name__ == "__main__":
    main()
