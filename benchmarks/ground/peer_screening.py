"""Screening as the peers do it: nomenklatura's blocker and its matcher logic-v2. Own environment.

    PEERS/bin/python benchmarks/ground/peer_screening.py SET.jsonl
    PEERS/bin/python benchmarks/ground/peer_screening.py --pairs PAIRS.csv

SET.jsonl: a line an entity: {"id", "of": "list" or a query's set, "name": [...], "birth": [...], "nation": [...]}.
Answers in JSON, on the last line: for each query the scored candidates, the best first, and the CPU
time of each step. It imports nothing of the product. Defaults everywhere; nationalities are given as
ISO codes, dates as ISO dates, which is what its makers ask for. --pairs: logic-v2 on names alone.
"""

import csv
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from followthemoney import Dataset, StatementEntity
from followthemoney.proxy import EntityProxy
from nomenklatura.matching import ScoringConfig, get_algorithm


def screen(path: str) -> dict[str, Any]:
    """Index the list, find candidates for the queries, score them."""
    from nomenklatura.blocker.index import Index
    from nomenklatura.resolver import Linker
    from nomenklatura.store.memory import MemoryStore

    spent = {}
    begun = time.process_time()
    dataset = Dataset.make({"name": "listed", "title": "Listed"})
    store: Any = MemoryStore(dataset, Linker({}))
    queries: list[Any] = []
    groups = {}
    with open(path, encoding="utf-8") as file, store.writer() as writer:
        for line in file:
            one = json.loads(line)
            given = {"name": one["name"], "birthDate": one["birth"], "nationality": one["nation"]}
            entity = StatementEntity.from_data(
                dataset, {"id": one["id"], "schema": "Person", "properties": given}
            )
            if one["of"] == "list":
                writer.add_entity(entity)
            else:
                queries.append(entity)
                groups[one["id"]] = one["of"]
    spent["load"] = time.process_time() - begun
    begun = time.process_time()
    view = store.default_view()
    with tempfile.TemporaryDirectory() as folder:
        index: Any = Index(view, Path(folder))
        index.build()
        spent["index"] = time.process_time() - begun
        begun = time.process_time()
        candidates = {str(found): matches for found, matches in index.match_entities(queries)}
        spent["candidates"] = time.process_time() - begun
        begun = time.process_time()
        matcher: Any = get_algorithm("logic-v2")
        config = ScoringConfig.defaults()
        answers = {}
        pairs = 0
        for query in queries:
            found = []
            for identifier, _weight in candidates.get(query.id, ()):
                other = view.get_entity(str(identifier))
                found.append((matcher.compare(query, other, config).score, str(identifier)))
                pairs += 1
            found.sort(reverse=True)
            answers[query.id] = found[:5]
        spent["scores"] = time.process_time() - begun
    return {"answers": answers, "pairs": pairs, "cpu_s": {k: round(v, 2) for k, v in spent.items()}}


def pairs(path: str) -> dict[str, Any]:
    """Score names alone; the entity of a name is made once."""
    matcher: Any = get_algorithm("logic-v2")
    config = ScoringConfig.defaults()
    made: dict[str, Any] = {}

    def entity(name: str) -> Any:
        if name not in made:
            given = {"id": f"e{len(made)}", "schema": "Person", "properties": {"name": [name]}}
            made[name] = EntityProxy.from_dict(given)
        return made[name]

    with open(path, encoding="utf-8", newline="") as file:
        rows = [(entity(r["name1"]), entity(r["name2"])) for r in csv.DictReader(file)]
    begun = time.process_time()
    scores = [round(float(matcher.compare(one, other, config).score), 6) for one, other in rows]
    return {"scores": scores, "speed": round(len(rows) / (time.process_time() - begun))}


if __name__ == "__main__":
    asked = sys.argv[1:]
    print(json.dumps(pairs(asked[1]) if asked[0] == "--pairs" else screen(asked[0])))
