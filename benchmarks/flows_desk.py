"""Server time of the analyst's desk with many alerts: the queue in each order, deep pages, one alert.

    python benchmarks/flows_desk.py [--alerts 100000] [--rounds 20] [--json]

Every page is asked through all middleware by an analyst who has signed in; what is measured is CPU time
of the whole request inside the server process. Alerts are made with the reasons, entries and accounts
that real ones have (about 2 kB each) and put down as a scan does, on SQLite. One alert in forty may be a victim's; 200 accounts are
hubs that many alerts share. Taking the next alert writes to the record like every act.
"""

import argparse
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ground import instance

SEED = 2331
TYPOLOGIES = [f"finance-example-{n}" for n in range(12)]
STAGES = ["new"] * 80 + ["closed"] * 12 + ["watched"] * 5 + ["joined"] * 3


def made(count: int, dice: random.Random) -> list[Any]:
    """Return findings as a scan hands them over."""
    from flows import alerts_made
    from manumit.flows import alerting

    sign = alerting.Reason(
        sign="many_payers",
        value="different accounts that paid in: 14",
        threshold="payers >= 10",
        strength="strong",
        source="Example publication on money and exploitation (2018), read through others",
        status="secondary",
    )
    found = []
    for number in range(count):
        hub = dice.randrange(200)
        accounts = [hub, *(dice.randrange(10**6, 10**18) for _ in range(5))]
        found.append(
            alerting.Found(
                typology=dice.choice(TYPOLOGIES),
                outcome="look-closer",
                score=round(dice.random(), 6),
                accounts=tuple((account, alerting.Part.SOURCE) for account in accounts),
                entries=tuple(10**9 + dice.randrange(10**7) for _ in range(20)),
                reasons=(sign,) * 4,
                against=(sign,),
                first_at=alerts_made.BEGIN,
                last_at=alerts_made.BEGIN + timedelta(minutes=dice.randrange(500_000)),
                amount_minor=dice.randrange(10**8),
                possible_victim=number % 40 == 0,
                entry_count=20,
            )
        )
    return found


def make(home: Any, count: int, dice: random.Random) -> tuple[float, float]:
    """Store alerts as a scan does; returns CPU seconds of storing, and of the same scan once more.

    Then some of them are moved on, as people would have done by then.
    """
    from flows import alerts_made
    from manumit.core.actions import acting
    from manumit.flows import models
    from manumit.flows.actions import found, moneycases

    first = alerts_made.store(home)
    case = moneycases.open_case(
        by=home.analyst_actor, at=alerts_made.BEGIN, alert=first, title="Example"
    )
    findings = made(count, dice)
    took = []
    for expected in (count, 0):
        begun = time.process_time()
        new = found.put_down(
            by=acting.SYSTEM,
            clock=instance.now,
            ledger=home.ledger,
            scan=first.scan,
            found=findings,
        )
        took.append(time.process_time() - begun)
        assert abs(new - expected) <= count // 100, new
    rows = list(models.Alert.objects.exclude(pk=first.pk).only("id"))
    for row in rows:
        row.stage = dice.choice(STAGES)
        row.case = case if row.stage == "joined" else None
    models.Alert.objects.bulk_update(rows, ["stage", "case"], batch_size=500)
    return took[0], took[1]


def asks(dice: random.Random) -> dict[str, list[str]]:
    """Return the addresses of each kind of page, several of each so that none is asked twice."""
    from manumit.flows import models

    middle = [round(0.2 + 0.6 * dice.random(), 4) for _ in range(60)]
    ids = list(models.Alert.objects.order_by("fingerprint").values_list("id", flat=True)[:200])
    chosen = dice.sample(ids, 60)
    return {
        "queue, first page": ["/money?stage=new"] * 60,
        "queue, page in the middle": [f"/money?stage=new&after=0_{one}_1" for one in middle],
        "queue, largest first": ["/money?stage=new&sort=largest"] * 60,
        "queue, latest first, deep": [
            f"/money?stage=new&sort=newest&after=2026-05-{1 + n % 28:02}T00:00:00%2B00:00_1"
            for n in range(60)
        ],
        "one pattern": [f"/money?stage=new&typology={t}" for t in TYPOLOGIES * 5],
        "pattern, score and amount": [
            f"/money?stage=new&typology={t}&score=90&amount=900000" for t in TYPOLOGIES * 5
        ],
        "all stages": ["/money?stage=all"] * 60,
        "closed": ["/money?stage=closed"] * 60,
        "one alert": [f"/money/alerts/{one}" for one in chosen],
    }


def measure(count: int, rounds: int) -> dict[str, Any]:
    """Return CPU milliseconds of each page: median and slowest."""
    import signed_in
    from flows import ledgers
    from manumit.core.actions import tables, upkeep
    from manumit.flows.actions import desk

    tables.ready()
    dice = random.Random(SEED)
    home = ledgers.bureau()
    stored, again = make(home, count, dice)
    upkeep.refresh_statistics()
    client = signed_in.client_for(home.analyst)
    found: dict[str, Any] = {}
    for label, addresses in asks(dice).items():
        client.get(addresses[-1], secure=True)  # warm
        took = []
        for address in addresses[:rounds]:
            begun = time.process_time()
            answer = client.get(address, secure=True)
            took.append((time.process_time() - begun) * 1000)
            assert answer.status_code == 200, (address, answer.status_code)
        found[label] = took
    took = []
    for _ in range(rounds):
        begun = time.process_time()
        desk.take_next(by=home.analyst_actor, at=instance.now(), ledger=home.ledger)
        took.append((time.process_time() - begun) * 1000)
        home.ledger.refresh_from_db()
    found["take the next one (the act alone)"] = took
    return {
        "alerts": count,
        "stored_cpu_seconds": round(stored, 1),
        "stored_again_cpu_seconds": round(again, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "cpu_ms": {
            label: {"median": round(statistics.median(some), 1), "slowest": round(max(some), 1)}
            for label, some in found.items()
        },
        "machine": instance.machine(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        instance.begin(Path(folder))
        said = measure(given.alerts, min(given.rounds, 24))
    if given.json:
        print(json.dumps(said))
        return
    print(
        f"{said['alerts']:,} alerts, put down by one scan in {said['stored_cpu_seconds']} CPU-s, found "
        f"again by the next in {said['stored_again_cpu_seconds']}; peak {said['peak_mb']} MB"
    )
    for label, took in said["cpu_ms"].items():
        print(f"{label:36} {took['median']:8.1f} ms   slowest {took['slowest']:8.1f} ms")


if __name__ == "__main__":
    main()
