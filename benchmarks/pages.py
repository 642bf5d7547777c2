"""Server time of the main pages by number of cases, on SQLite and PostgreSQL.

    python benchmarks/pages.py [--size 1000 100000 1000000] [--database sqlite postgres]
                               [--instances DIR] [--rounds 60] [--profile PAGE] [--json]

Every page is asked through all middleware by a person who has signed in, with keys as locked as
they are at the beginning of each request; what is measured is the whole request inside the server
process: wall time, CPU time, queries, bytes of the answer. PostgreSQL's own CPU time is in the wall
time only. Each size and database runs in a process of its own, so that the memory is its own.
Cases that are asked for are drawn at random, open and closed, old and new.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ground import instance, postgres

SEED = 2331


@dataclass(frozen=True)
class Ask:
    """One request: the address, and what is posted where it is no GET."""

    path: str
    post: dict[str, Any] | None = None


@dataclass(frozen=True)
class Page:
    """A page: who asks for it, and a source of different requests."""

    label: str
    who: str
    asks: Callable[[random.Random], Iterator[Ask]]
    shows: str  # in nine of ten answers at least, or the page did not do its work


def _address(name: str, *args: Any, **query: Any) -> str:
    from urllib.parse import urlencode

    from django.urls import reverse

    return reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")


def _always(name: str, **query: Any) -> Callable[[random.Random], Iterator[Ask]]:
    def asks(_dice: random.Random) -> Iterator[Ask]:
        while True:
            yield Ask(_address(name, **query))

    return asks


def _sample(rows: Any, column: str, dice: random.Random, count: int = 400) -> list[Any]:
    """Draw rows at random without reading the table: the first ones after random identifiers."""
    from uuid import UUID

    found = []
    for _ in range(count):
        start = UUID(int=dice.getrandbits(128))
        found += rows.filter(id__gte=start).order_by("id").values_list(column, flat=True)[:1]
    return found or list(rows.values_list(column, flat=True)[:count])


def _cases(dice: random.Random) -> Iterator[Ask]:
    from manumit.cases.models import Case

    half = _sample(Case.objects.filter(unit=_unit("worker")), "id", dice, 100)
    half += Case.objects.open().filter(unit=_unit("worker")).values_list("id", flat=True)[:100]
    while True:
        yield Ask(_address("case", dice.choice(half)))


def _opened_cases(dice: random.Random) -> Iterator[Ask]:
    for ask in _cases(dice):
        yield Ask(f"{ask.path}?open=1")


def _offers(dice: random.Random) -> Iterator[Ask]:
    from manumit.cases.models import Need

    rows = Need.objects.filter(case__unit=_unit("worker"), status="open")
    rows = rows.filter(case__worker__username=_facts["accounts"]["worker"])
    found = list(rows.values_list("case_id", "id")[:100])
    while True:
        place = f"Example Town {dice.randrange(97)}"
        yield Ask(_address("refer", *dice.choice(found), near=place))


def _referrals(dice: random.Random) -> Iterator[Ask]:
    from manumit.cases.models import Referral

    rows = Referral.objects.filter(to_unit=_unit("focal"), state__in=["sent", "accepted"])
    found = list(rows.values_list("id", flat=True)[:200])
    while True:
        yield Ask(_address("referral", dice.choice(found)))


def _names(dice: random.Random) -> Iterator[Ask]:
    """Search for names that are there, some of them with a slip or in part."""
    while True:
        parts = dice.choice(_facts["names"]).split()
        longest = max(parts, key=len)
        kind = dice.randrange(4)
        query = " ".join(parts)
        if kind == 1:
            query = " ".join(reversed(parts))
        elif kind == 2 and len(longest) > 3:
            query = query.replace(longest, longest[:2] + longest[3:])
        elif kind == 3:
            query = parts[0]
        yield Ask(_address("case_search"), {"q": query})


def _screenings(dice: random.Random) -> Iterator[Ask]:
    from manumit.cases import interview, profiles
    from manumit.cases.models import Screening
    from manumit.indicators import engine, pack

    known = pack.load_all()
    packs = [known[name] for name in profiles.packs_for("gate", minor=False)]
    context = engine.Context(age=30, minor=False, tags=frozenset())
    themes = [theme.id for theme in interview.themes(packs, context)]
    talks = list(Screening.objects.filter(state="started").values_list("id", flat=True))
    while True:
        yield Ask(_address("screening_ask", dice.choice(talks), dice.choice(themes)))


def _services(dice: random.Random) -> Iterator[Ask]:
    while True:
        latitude, longitude = 32 + dice.gauss(0, 0.5), 36 + dice.gauss(0, 0.5)
        need = dice.choice(("health_medical", "legal_assistance", "safehouse", "food"))
        near = {"latitude": f"{latitude:.3f}", "longitude": f"{longitude:.3f}"}
        yield Ask(_address("services", need=need, **near))


def _record(dice: random.Random) -> Iterator[Ask]:
    """The newest entries, those of an act, of a person, of a case, of a day, and refusals."""
    from datetime import timedelta

    from manumit.cases.models import Case

    some = _sample(Case.objects.all(), "id", dice, 60)
    while True:
        day = (instance.now() - timedelta(days=dice.randint(1, 1700))).date()
        filters: tuple[dict[str, Any], ...] = (
            {},
            {"act": "case.take"},
            {"person": _facts["accounts"]["worker"]},
            {"thing": dice.choice(some)},
            {"day": day},
            {"outcome": "refused"},
        )
        yield Ask(_address("record", **dice.choice(filters)))


def _lists(dice: random.Random) -> Iterator[Ask]:
    """The first page, a page from the middle, one's own cases, the newest, the urgent, the closed."""
    from manumit.cases.models import Case

    rows = Case.objects.open().filter(unit=_unit("worker"))
    middle = [(due, one) for due, one in rows.values_list("next_due_at", "id")[:50]]
    while True:
        due, one = dice.choice(middle)
        queries: tuple[dict[str, Any], ...] = (
            {},
            {"after": f"{due.isoformat()}_{one}"},
            {"whose": "mine"},
            {"sort": "newest"},
            {"state": "urgent"},
            {"state": "closed"},
        )
        yield Ask(_address("cases", **dice.choice(queries)))


PAGES: tuple[Page, ...] = (
    Page("my duties", "worker", _always("duties"), 'href="/cases/'),
    Page("case list", "worker", _lists, 'href="/cases/'),
    Page("case list with names", "worker", _always("cases", names=1), 'href="/cases/'),
    Page("case page", "worker", _cases, "/status"),
    Page("case page, opened", "worker", _opened_cases, "Example camp"),
    Page("name search", "worker", _names, 'href="/cases/'),
    Page("refer: offers", "worker", _offers, "Example service"),
    Page("inbox", "focal", _always("inbox"), 'href="/referrals/'),
    Page("referral page", "focal", _referrals, "Example camp"),
    Page("board", "supervisor", _always("board"), "late=1"),
    Page("board, ordinary unit", "ordinary_supervisor", _always("board"), "late=1"),
    Page("services search", "worker", _services, "Example service"),
    Page("record browser", "auditor", _record, "record"),
    Page("screening page", "officer", _screenings, 'type="radio"'),
)

_facts: dict[str, Any] = {}


def _user(who: str) -> Any:
    from manumit.core import models

    return models.User.objects.select_related("unit").get(username=_facts["accounts"][who])


def _unit(who: str) -> Any:
    return _user(who).unit


def _begin_talks() -> None:
    """Let the officer be in the middle of a few screenings."""
    import make
    from manumit.cases.actions import consents, screenings

    by = make.actor(_user("officer"), instance.now())
    for number in range(6):
        talk = screenings.start_screening(by=by, at=instance.now(), language="en")
        for purpose in ("interview", "store_record"):
            consents.give_consent(
                by=by, at=instance.now(), subject=talk, purpose=purpose, given=True,
                questions=[True] * 7, language="en",
            )  # fmt: skip
        screenings.record_person(
            by=by, at=instance.now(), screening=talk, minor=False,
            values={"name": f"Test Person {number}", "age": 30},
        )  # fmt: skip


def measure(data: Path, rounds: int, only: str = "", profile: str = "") -> dict[str, Any]:
    """Measure every page of one instance; `instance.begin` was called before."""
    import psutil

    _facts.update(json.loads((data / "population.json").read_text()))
    _begin_talks()
    before = psutil.Process().memory_info().rss
    found = {}
    for page in PAGES:
        if not only or page.label == only:
            found[page.label] = _measure(page, rounds, profile)
    memory = psutil.Process().memory_info()
    return {
        "size": _facts["size"],
        "open_cases": _facts["open"],
        "rss_before_mb": round(before / 1e6),
        "rss_after_mb": round(memory.rss / 1e6),
        "peak_rss_mb": round(_peak_kb() / 1e3),
        "pages": found,
    }


def _peak_kb() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _measure(page: Page, rounds: int, profile: str) -> dict[str, Any]:
    from signed_in import client_for

    client = client_for(_user(page.who), now=instance.now())
    dice = random.Random(SEED)
    source = page.asks(dice)
    first = _one(client, next(source))
    for _ in range(4):
        _one(client, next(source))
    if profile:
        return _profiled(client, source, rounds, profile)
    asked = [next(source) for _ in range(rounds)]
    times = [_one(client, ask, page.shows) for ask in asked]
    shown = sum(t["shown"] for t in times) / rounds
    if shown < 0.9:
        raise RuntimeError(f"{page.label}: {page.shows} is in {shown:.0%} of the answers only")
    return {
        "wall_ms_p50": round(statistics.median(t["wall"] for t in times), 1),
        "wall_ms_p95": _p95([t["wall"] for t in times]),
        "cpu_ms_p50": round(statistics.median(t["cpu"] for t in times), 1),
        "cpu_ms_p95": _p95([t["cpu"] for t in times]),
        "first_ms": round(first["wall"], 1),
        "queries": _queries(client, next(source)),
        "kb": round(max(t["bytes"] for t in times) / 1024, 1),
    }


def _p95(values: list[float]) -> float:
    return round(sorted(values)[min(len(values) - 1, int(len(values) * 0.95))], 1)


def _ask(client: Any, ask: Ask) -> Any:
    if ask.post is None:
        return client.get(ask.path, secure=True)
    return client.post(ask.path, ask.post, secure=True)


def _one(client: Any, ask: Ask, shows: str = "") -> dict[str, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    answer = _ask(client, ask)
    size = len(answer.content)
    spent = {
        "cpu": (time.process_time() - cpu) * 1000,
        "wall": (time.perf_counter() - wall) * 1000,
        "bytes": size,
        "shown": shows.encode() in answer.content,
    }
    if answer.status_code != 200:
        raise RuntimeError(f"{ask.path} answered {answer.status_code}")
    return spent


def _queries(client: Any, ask: Ask) -> int:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with (
        CaptureQueriesContext(connections["default"]) as content,
        CaptureQueriesContext(connections["keys"]) as keys,
    ):
        _ask(client, ask)
    return len(content) + len(keys)


def _profiled(client: Any, source: Iterator[Ask], rounds: int, lines: str) -> dict[str, Any]:
    import cProfile
    import pstats

    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connections["default"]) as content:
        _ask(client, next(source))
    slow = sorted(content.captured_queries, key=lambda q: -float(q["time"]))[:6]
    for query in slow:
        print(query["time"], query["sql"][:600], file=sys.stderr)
    profile = cProfile.Profile()
    for _ in range(rounds):
        ask = next(source)
        profile.enable()
        _ask(client, ask)
        profile.disable()
    pstats.Stats(profile, stream=sys.stderr).sort_stats("cumtime").print_stats(int(lines))
    return {}


def run(data: Path, url: str, rounds: int) -> dict[str, Any]:
    """Measure one instance in a process of its own."""
    command = [sys.executable, __file__, "--one", str(data), "--url", url, "--rounds", str(rounds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def show(found: dict[str, Any]) -> None:
    """Print one instance's table."""
    print(f"\n{found['size']:,} cases on {found['database']}, peak {found['peak_rss_mb']} MB")
    print(f"{'page':22} {'wall p50':>9} {'p95':>7} {'CPU p50':>8} {'p95':>7} {'first':>8} "
          f"{'queries':>8} {'KB':>6}")  # fmt: skip
    for label, row in found["pages"].items():
        print(
            f"{label:22} {row['wall_ms_p50']:9} {row['wall_ms_p95']:7} {row['cpu_ms_p50']:8} "
            f"{row['cpu_ms_p95']:7} {row['first_ms']:8} {row['queries']:8} {row['kb']:6}"
        )


def table(lines: list[str]) -> str:
    """Return JSON lines of several instances as one Markdown table for each database."""
    found = sorted((json.loads(line) for line in lines if line.startswith("{")), key=_size)
    text = ""
    for database in dict.fromkeys(one["database"] for one in found):
        ours = [one for one in found if one["database"] == database]
        head = ["page", *(f"{one['size']:,}" for one in ours), "queries", "KB"]
        rows = [head, ["---"] * len(head)]
        for label, last in ours[-1]["pages"].items():
            cells = [_cell(one["pages"][label]) for one in ours]
            rows.append([label, *cells, str(last["queries"]), f"{last['kb']:.0f}"])
        memory = [f"{one['peak_rss_mb']} MB" for one in ours]
        rows.append(["peak memory of the process", *memory, "", ""])
        text += f"\n{database}\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return text


def _size(found: dict[str, Any]) -> int:
    return int(found["size"])


def _cell(row: dict[str, float]) -> str:
    return (
        f"{row['cpu_ms_p50']:.0f} / {row['cpu_ms_p95']:.0f} · "
        f"{row['wall_ms_p50']:.0f} / {row['wall_ms_p95']:.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, nargs="*", default=[1000])
    parser.add_argument("--database", nargs="*", default=["sqlite", "postgres"])
    parser.add_argument("--instances", type=Path, help="keep the instances here and use them again")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--only", default="", help="one page by its label")
    parser.add_argument("--profile", default="", metavar="LINES", help="print a profile instead")
    parser.add_argument("--table", type=Path, help="print JSON lines of earlier runs as Markdown")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.table:
        print(table(chosen.table.read_text().splitlines()))
        return
    if chosen.one:
        instance.begin(chosen.one, chosen.url)
        print(json.dumps(measure(chosen.one, chosen.rounds, chosen.only, chosen.profile)))
        return
    if chosen.instances:
        _all(chosen, chosen.instances)
    else:
        with tempfile.TemporaryDirectory(prefix="manumit-bench-") as folder:
            Path(folder).chmod(0o711)  # PostgreSQL runs as another user
            _all(chosen, Path(folder))


def _all(chosen: argparse.Namespace, folder: Path) -> None:
    for size in chosen.size:
        data = folder / f"cases-{size}"
        _made(data, size, "postgres" in chosen.database)
        for database in chosen.database:
            if database == "postgres":
                with postgres.server(data.with_name(f"{data.name}-postgres")) as url:
                    found = run(data, url, chosen.rounds)
            else:
                found = run(data, "", chosen.rounds)
            found |= {"database": database, "machine": instance.machine()}
            print(json.dumps(found), flush=True) if chosen.json else show(found)


def _made(data: Path, size: int, with_postgres: bool) -> None:
    """Make the instance when it is not there yet."""
    population = Path(__file__).with_name("population.py")
    command = [sys.executable, population, "--size", str(size), "--data", data, "--json"]
    if not (data / "population.json").exists():
        subprocess.run(command, check=True, stdout=sys.stderr)
    if with_postgres and not data.with_name(f"{data.name}-postgres").exists():
        subprocess.run([*command, "--only-postgres"], check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
