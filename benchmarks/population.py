"""A whole instance with many fictional cases, sealed for real: made, checked and timed.

    python benchmarks/population.py --size 100000 --data DIR [--postgres] [--json]

Nine of ten cases belong to one large unit, so that what grows with a unit is seen; the others
belong to ordinary units of about 1,000 cases. Nine of a hundred are open. Every sealed column, key
wrap, name index and record leaf is what the product itself would have written; `--check` opens a
sample through the product's own code and verifies the whole record.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ground import instance, postgres

CHUNK = 2000  # cases in the hands of one process at a time
FACTS = "population.json"

_plan: Any = None
_folder: Path


def _make(ranks: range) -> tuple[Path, bytes, int]:
    from ground import people

    path = _folder / f"shard-{ranks.start}.db"
    hashes, still_open = people.make(_plan, ranks, path)
    return path, hashes, still_open


def build(size: int, data: Path, processes: int = 2) -> dict[str, Any]:
    """Fill a new instance on SQLite; `instance.begin` was called before. Returns what was made."""
    global _plan, _folder
    from django.db import connections

    import names
    from ground import house, people

    begun, now = time.perf_counter(), instance.now()
    instance.migrate()
    home = house.build(size, now - people.YEARS - timedelta(hours=1))
    spoken = [said[0] for _, said in names.people(size)]
    random.Random(2331).shuffle(spoken)
    from manumit.core import models
    from manumit.core.actions import upkeep

    _plan = people.Plan(
        home, people.answer_pool(), spoken, size, now, models.RecordHead.objects.get().size
    )
    frontier = bytes(models.RecordHead.objects.get().frontier)
    connections.close_all()
    _folder = Path(tempfile.mkdtemp(prefix="shards-", dir=data))
    prepared = time.perf_counter()
    still_open = _fill(data, size, frontier, processes)
    filled = time.perf_counter()
    _name_indexes(_plan, now)
    upkeep.refresh_statistics()  # as `manumit due` does every few minutes
    connections.close_all()
    shutil.rmtree(_folder)
    facts = {
        "size": size,
        "open": still_open,
        "large_unit": size - len(range(0, size, 10)),
        "made_at": now.isoformat(),
        "accounts": home.accounts,
        "names": spoken[:400],
        "prepare_s": round(prepared - begun, 1),
        "fill_s": round(filled - prepared, 1),
        "name_index_s": round(time.perf_counter() - filled, 1),
        "content_mb": round((data / "manumit.db").stat().st_size / 1e6),
        "keys_mb": round((data / "keys.db").stat().st_size / 1e6),
    }
    (data / FACTS).write_text(json.dumps(facts))
    return facts


def _fill(data: Path, size: int, frontier: bytes, processes: int) -> int:
    from ground import tables

    content, keys = tables.Load(data / "manumit.db"), tables.Load(data / "keys.db")
    ranks = [range(start, min(start + CHUNK, size)) for start in range(0, size, CHUNK)]
    still_open = done = 0
    tree = _Tree(frontier)
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for number, (path, hashes, found) in enumerate(pool.imap(_make, ranks)):
            content.merge(path)
            keys.merge(path)
            path.unlink()
            tree.extend(hashes)
            still_open += found
            done += len(ranks[number])
            if sys.stderr.isatty() or number % 25 == 24:
                print(f"{done:,} of {size:,} cases", file=sys.stderr, flush=True)
    content.file.execute(
        "UPDATE core_recordhead SET size = ?, frontier = ?", (tree.size, tree.to_bytes())
    )
    content.end()
    keys.end()
    return still_open


class _Tree:
    """The frontier of the record's tree, extended by many leaves at once."""

    def __init__(self, frontier: bytes) -> None:
        self.size = int.from_bytes(frontier[:8], "big")
        body = frontier[8:]
        self.peaks = [body[at : at + 32] for at in range(0, len(body), 32)]

    def extend(self, hashes: bytes) -> None:
        from manumit.core import merkle

        for at in range(0, len(hashes), 32):
            merged, rest = hashes[at : at + 32], self.size
            while rest & 1:
                merged = merkle.node_hash(self.peaks.pop(), merged)
                rest >>= 1
            self.peaks.append(merged)
            self.size += 1

    def to_bytes(self) -> bytes:
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)


def _name_indexes(plan: Any, now: Any) -> None:
    """Write each unit's sealed index as the product does when it gathers loose pieces into one."""
    import make
    from manumit.cases.models import Case
    from manumit.core import models, nameindex
    from manumit.core.actions import names

    by_unit: dict[Any, list[Any]] = {}
    ids = Case.objects.filter(with_name=True).values_list("reference", "id", "unit_id")
    found = {reference: (one, unit) for reference, one, unit in ids.iterator(chunk_size=20000)}
    from ground import people

    for rank, name in enumerate(plan.names):
        place = found.get(people._reference(rank))
        if place:
            by_unit.setdefault(place[1], []).append((place[0], [name]))
    for unit_id, entries in by_unit.items():
        unit = models.Unit.objects.get(pk=unit_id)
        first = unit.people.filter(admitted_at__isnull=False).earliest("admitted_at")
        names._gather(make.actor(first, now), unit, names._Opened(nameindex.build(entries), 1))


def check(data: Path) -> dict[str, Any]:
    """Open a sample through the product's own actions and verify the record; raises when wrong."""
    from django.db import connection

    import make
    from manumit.cases.actions import reading
    from manumit.cases.models import Case, Referral
    from manumit.core import models
    from manumit.core.actions import names, record

    facts, at = json.loads((data / FACTS).read_text()), instance.now()
    by = make.actor(models.User.objects.get(username=facts["accounts"]["worker"]), at)
    cases = list(Case.objects.filter(unit=by.unit, with_name=True).order_by("-opened_at")[:20])
    opened = reading.open_people(by=by, at=at, cases=cases, purpose="check")
    name = str(opened[0]["name"])
    assert any(hit.object_id == cases[0].id for hit in names.search(by=by, at=at, query=name)), name
    focal = make.actor(models.User.objects.get(username=facts["accounts"]["focal"]), at)
    waiting = Referral.objects.inbox(focal.unit).first()
    if waiting:
        assert reading.open_letter(by=focal, at=at, referral=waiting)["letter"]
    talk = next(case.screening for case in cases if case.screening_id)
    assert reading.open_screening(by=by, at=at, screening=talk).findings()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert not cursor.execute("PRAGMA foreign_key_check").fetchall(), "a row points nowhere"
    begun = time.perf_counter()
    verdict = record.verify()
    assert verdict.ok, verdict.problems
    return {"leaves": verdict.size, "verify_s": round(time.perf_counter() - begun, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--data", type=Path, help="keep the instance here; else it is thrown away")
    parser.add_argument("--postgres", action="store_true", help="copy it to PostgreSQL as well")
    parser.add_argument("--only-postgres", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help="open a sample, verify the record")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    data = chosen.data or Path(tempfile.mkdtemp(prefix="manumit-bench-"))
    try:
        facts = {} if chosen.only_postgres else _build(chosen, data)
        if chosen.postgres or chosen.only_postgres:
            facts |= fill_postgres(data)
    finally:
        if chosen.data is None:
            shutil.rmtree(data, ignore_errors=True)
    shown = {key: value for key, value in facts.items() if key not in {"names", "accounts"}}
    if chosen.json:
        print(json.dumps(shown | instance.machine()))
    else:
        for key, value in shown.items():
            print(f"{key:16} {value}")


def _build(chosen: argparse.Namespace, data: Path) -> dict[str, Any]:
    instance.begin(data)
    facts = build(chosen.size, data, chosen.processes)
    return facts | check(data) if chosen.check else facts


def fill_postgres(data: Path) -> dict[str, Any]:
    """Copy the content into a new PostgreSQL cluster under the data directory, in a new process."""
    import subprocess

    begun = time.perf_counter()
    with postgres.server(_cluster(data)) as url:
        subprocess.run(
            [
                sys.executable,
                __file__.replace("population.py", "ground/copying.py"),
                str(data),
                url,
            ],
            check=True,
        )
    return {"postgres_copy_s": round(time.perf_counter() - begun, 1)}


def _cluster(data: Path) -> Path:
    # Beside the data directory, which only its owner may enter and PostgreSQL has another owner.
    return data.with_name(f"{data.name}-postgres")


if __name__ == "__main__":
    main()
