"""Unfolding, ways and groups in a made register, beside networkx and rustworkx in the same run.

    python benchmarks/network_graph.py --entities 100000 --relations 500000

The million of the issue: --entities 1000000 --relations 5000000. Rows are written straight into the
tables of an instance in a directory of its own, which is removed: entities, relations and one claim
for each, so that what the asker may see is looked up as in life. The peers hold the whole network in
memory and look nothing up; they run where they are installed (requirements/bench-peers.txt).
"""

import argparse
import importlib.util
import os
import resource
import secrets
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from typing import Any

import numpy

GROUP = 50  # entities that know each other
INSIDE, HUBS = 0.7, 0.05  # of the relations: inside a group; to one entity in a thousand


def ends(entities: int, relations: int, seed: int) -> tuple[Any, Any]:
    """Draw who is related to whom: groups, strangers, and hubs that thousands share."""
    draw = numpy.random.default_rng(seed)
    tails = draw.integers(0, entities, relations)
    heads = draw.integers(0, entities, relations)
    kind = draw.random(relations)
    near = numpy.minimum(tails // GROUP * GROUP + draw.integers(0, GROUP, relations), entities - 1)
    hubs = draw.integers(0, max(entities // 1000, 1), relations) * 1000 % entities
    heads = numpy.where(kind < INSIDE, near, numpy.where(kind > 1 - HUBS, hubs, heads))
    return tails, numpy.where(heads == tails, (heads + 1) % entities, heads)


def _hex(number: int) -> str:
    return f"{number:032x}"


def fill(tails: Any, heads: Any, entities: int) -> uuid.UUID:
    """Write the rows; return the account that asks."""
    from django.db import connection

    at = "2026-11-22 09:00:00"
    me, organisation, unit, register, source = (_hex(1 << 100 | n) for n in range(5))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("PRAGMA synchronous=OFF")
        del organisation
        _insert(cursor, "network_register", ("id", "unit_id", "at"), [(register, unit, at)])
        entity = ("id", "register_id", "schema", "tail_id", "head_id", "role", "since", "until",
                  "certainty", "at", "seal_owner", "seal_version")  # fmt: skip
        people = (
            (_hex(n + 1), register, "Person", None, None, "", "", "", 1, at, register, 1)
            for n in range(entities)
        )
        _insert(cursor, "network_entity", entity, people)
        joined = (
            (_hex(1 << 64 | n), register, "UnknownLink", _hex(int(t) + 1), _hex(int(h) + 1), "",
             f"20{10 + n % 16}", "", n % 3 + 1, at, register, 1)
            for n, (t, h) in enumerate(zip(tails, heads, strict=True))
        )  # fmt: skip
        _insert(cursor, "network_entity", entity, joined)
        claim = ("id", "register_id", "entity_id", "source_id", "reliability", "credibility",
                 "handling", "state", "by_id", "at", "seal_owner", "seal_version")  # fmt: skip
        said = (
            (_hex(1 << 80 | n), register, one, source, "B", "2",
             "red" if n % 50 == 0 else "amber", "accepted", me if n % 100 else _hex(7), at,
             register, 1)
            for n, one in enumerate(
                [*map(_hex, range(1, entities + 1)), *(_hex(1 << 64 | n) for n in range(len(tails)))]
            )
        )  # fmt: skip
        _insert(cursor, "network_claim", claim, said)
    return uuid.UUID(me)


def _insert(cursor: Any, table: str, columns: tuple[str, ...], rows: Any) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    places = ", ".join(["?"] * len(columns))
    cursor.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)
    cursor.connection.commit()


def timed(what: str, ask: Callable[[Any], Any], asked: Any) -> list[Any]:
    """Run one question after the other; print the middle and the slow end, CPU and wall time."""
    cpu, wall, answers = [], [], []
    for one in asked:
        begun, worked = time.perf_counter(), time.process_time()
        answers.append(ask(one))
        cpu.append((time.process_time() - worked) * 1000)
        wall.append((time.perf_counter() - begun) * 1000)
    told = []
    for name, took in (("CPU", cpu), ("wall", wall)):
        cuts = statistics.quantiles(took, n=20)
        told.append(f"{name} p50 {cuts[9]:.2f} ms, p95 {cuts[18]:.2f} ms")
    print(f"{what}: {'; '.join(told)}")
    return answers


def ours(entities: int, me: uuid.UUID, pairs: list[tuple[int, int]], questions: int) -> None:
    """Unfold entities, find ways, reckon groups."""
    from manumit.network import communities, graphs
    from manumit.network.models import Entity, around

    draw = numpy.random.default_rng(11)
    some = [uuid.UUID(int=int(n) + 1) for n in draw.integers(0, entities, questions)]
    timed("Manumit, unfold", lambda one: around.edges_at([one], asker=me), some)
    hubs = [uuid.UUID(int=n * 1000 + 1) for n in range(min(max(entities // 1000, 2), 100))]
    timed("Manumit, unfold a hub", lambda one: around.edges_at([one], asker=me), hubs)

    def way(pair: tuple[int, int]) -> tuple[bool, bool, int]:
        start, end = (uuid.UUID(int=n + 1) for n in pair)
        found = around.between(start, end, asker=me)
        path = graphs.best_path(found.graph, start, end) if found.met else None
        return path is not None, found.whole, found.read

    ways = timed("Manumit, way", way, pairs)
    print(
        f"  found {sum(met for met, _w, _r in ways)} of {len(ways)}, ended by the budget "
        f"{sum(not whole for _m, whole, _r in ways)}, relations read p50 "
        f"{statistics.median(read for _m, _w, read in ways):,.0f}"
    )
    communities.grouped(4, numpy.array([0, 1]), numpy.array([1, 2]))
    begun, cpu = time.perf_counter(), time.process_time()
    rows = Entity.objects.exclude(tail=None).order_by().values_list("tail", "head")
    ends_ = numpy.array([(t.int - 1, h.int - 1) for t, h in rows.iterator(50_000)])
    read = time.perf_counter() - begun
    labels = communities.grouped(entities, ends_[:, 0], ends_[:, 1])
    quality = communities.modularity(entities, ends_[:, 0], ends_[:, 1], labels)
    print(
        f"Manumit, groups: read {read:.1f} s, reckoned {time.perf_counter() - begun - read:.1f} s "
        f"({time.process_time() - cpu:.1f} CPU-s together), {len(numpy.unique(labels)):,} groups, "
        f"modularity {quality:.3f}"
    )


def networkx_(tails: Any, heads: Any, pairs: list[tuple[int, int]], groups: bool) -> None:
    """Ask the same of networkx, which has no bar on what may be seen."""
    import networkx

    begun = time.perf_counter()
    graph = networkx.Graph(zip(tails.tolist(), heads.tolist(), strict=True))
    print(f"networkx: built in memory in {time.perf_counter() - begun:.1f} s")

    def way(pair: tuple[int, int]) -> int:
        try:
            return len(networkx.bidirectional_shortest_path(graph, *pair))
        except networkx.NetworkXException:
            return 0

    timed("networkx, way", way, pairs)
    if groups:
        begun = time.perf_counter()
        found = networkx.community.louvain_communities(graph, seed=1)
        quality = networkx.community.modularity(graph, found)
        print(
            f"networkx, groups: {time.perf_counter() - begun:.1f} s, {len(found):,} groups, "
            f"modularity {quality:.3f}"
        )


def rustworkx_(tails: Any, heads: Any, pairs: list[tuple[int, int]], entities: int) -> None:
    """Ask the same of rustworkx."""
    import rustworkx

    begun = time.perf_counter()
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(entities))
    graph.add_edges_from_no_data(list(zip(tails.tolist(), heads.tolist(), strict=True)))
    print(f"rustworkx: built in memory in {time.perf_counter() - begun:.1f} s")
    timed("rustworkx, way", lambda p: rustworkx.dijkstra_shortest_paths(graph, *p), pairs)


def main() -> None:
    """Make a register, ask, and ask the peers."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--entities", type=int, default=100_000)
    asked.add_argument("--relations", type=int, default=500_000)
    asked.add_argument("--questions", type=int, default=300)
    asked.add_argument("--seed", type=int, default=5)
    asked.add_argument("--peer-groups", action="store_true", help="networkx' groups too (minutes)")
    given = asked.parse_args()
    tails, heads = ends(given.entities, given.relations, given.seed)
    draw = numpy.random.default_rng(3)
    pairs = [
        (int(a), int(b))
        for a, b in draw.integers(0, given.entities, (max(given.questions // 3, 20), 2))
        if a != b
    ]
    with tempfile.TemporaryDirectory() as home:
        os.environ["MANUMIT_DATA"] = home
        for name in ("MANUMIT_SECRET_KEY", "MANUMIT_LOG_KEY"):
            os.environ.setdefault(name, secrets.token_hex(32))
        os.environ["DJANGO_SETTINGS_MODULE"] = "manumit.web.settings"
        import django
        from django.core.management import call_command

        django.setup()
        for alias in ("default", "keys"):
            call_command("migrate", database=alias, verbosity=0)
        begun = time.perf_counter()
        me = fill(tails, heads, given.entities)
        size = os.path.getsize(os.path.join(home, "manumit.db")) / 1e6
        print(
            f"{given.entities:,} entities, {given.relations:,} relations, as many claims: "
            f"{size:,.0f} MB, written in {time.perf_counter() - begun:.0f} s"
        )
        ours(given.entities, me, pairs, given.questions)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Manumit: {most:.0f} MB at most")
    for peer, ask in (
        ("networkx", lambda: networkx_(tails, heads, pairs, given.peer_groups)),
        ("rustworkx", lambda: rustworkx_(tails, heads, pairs, given.entities)),
    ):
        if importlib.util.find_spec(peer):
            ask()
        else:
            print(f"{peer} is not installed")


if __name__ == "__main__":
    main()
