"""What the peers make of the same pairs and the same people. Runs in their own environment.

    PEERS/bin/python benchmarks/ground/peers.py names PAIRS.csv
    PEERS/bin/python benchmarks/ground/peers.py splink PEOPLE.csv FOUND.csv
    PEERS/bin/python benchmarks/ground/peers.py nomenklatura PEOPLE.csv PAIRS.csv FOUND.csv

It imports nothing of the product. nomenklatura scores by logic-v2, the matcher that its makers
recommend, with its defaults. Splink is given what a careful user would give it: names romanised by
ICU and parted into first and last, the year, and six blocking rules; trained without labels.
"""

import csv
import json
import sys
import time
from typing import Any

import icu
import psutil

_LATIN = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII; Lower")


def _rows(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _birth(row: dict[str, str]) -> str:
    """Return the date or year of birth; from the age where there is no other."""
    return row["birth"] or (str(2026 - int(row["age"])) if row["age"] else "")


def _used(begun: float) -> dict[str, float]:
    info = psutil.Process().memory_info()
    peak = getattr(info, "peak_wset", 0)
    if not peak:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"cpu_s": round(time.process_time() - begun, 1), "peak_mb": round(peak / 1e6)}


def names(pairs: str) -> dict[str, Any]:
    """Score the labelled pairs: the scores in order, and how many pairs a second of CPU."""
    from followthemoney.proxy import EntityProxy
    from nomenklatura.matching import ScoringConfig, get_algorithm

    rows = _rows(pairs)

    def entity(number: int, schema: str, name: str) -> Any:
        return EntityProxy.from_dict(
            {"id": f"{number}", "schema": schema, "properties": {"name": [name]}}
        )

    told = {}
    for algorithm in ("logic-v2", "name-based"):
        matcher: Any = get_algorithm(algorithm)
        config = ScoringConfig.defaults()
        made = [
            (entity(n, r["schema"], r["name1"]), entity(-n - 1, r["schema"], r["name2"]))
            for n, r in enumerate(rows)
        ]
        scores = [matcher.compare(a, b, config).score for a, b in made]  # warm
        begun = time.process_time()
        for n, row in enumerate(rows):
            a, b = (
                entity(n, row["schema"], row["name1"]),
                entity(-n - 1, row["schema"], row["name2"]),
            )
            matcher.compare(a, b, config)
        fresh = time.process_time() - begun
        begun = time.process_time()
        for a, b in made:
            matcher.compare(a, b, config)
        kept = time.process_time() - begun
        told[algorithm] = {
            "scores": scores,
            "pairs_per_cpu_s_read_anew": round(len(rows) / fresh),
            "pairs_per_cpu_s": round(len(rows) / kept),
        }
    return told


def splink(people: str, out: str) -> dict[str, Any]:
    """Find pairs among the people; writes (one, other, score), rows by number."""
    import pyarrow as pa
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink.comparison_library import (
        DateOfBirthComparison,
        ExactMatch,
        ForenameSurnameComparison,
        JaroWinklerAtThresholds,
    )

    begun = time.process_time()
    columns: dict[str, list[Any]] = {name: [] for name in (
        "unique_id", "first", "last", "birth", "year", "sex", "nationality", "mother", "place")}  # fmt: skip
    for number, row in enumerate(_rows(people)):
        words = _LATIN.transliterate(row["name"]).replace("'", "").split()
        known = _birth(row)
        birth = known + "-01-01"[len(known) - 4 :] if len(known) in (4, 10) else None
        made = (
            number, words[0], words[-1] if len(words) > 1 else None, birth, known[:4] or None,
            row["sex"], row["nationality"], _LATIN.transliterate(row["mother"]) or None, row["place"] or None,
        )  # fmt: skip
        for name, value in zip(columns, made, strict=True):
            columns[name].append(value)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            ForenameSurnameComparison("first", "last"),
            DateOfBirthComparison("birth", input_is_string=True),
            ExactMatch("sex"),
            ExactMatch("nationality"),
            JaroWinklerAtThresholds("mother", [0.85]),
            ExactMatch("place"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first", "last"),
            block_on("first", "year"),
            block_on("last", "year"),
            block_on("birth"),
            block_on("substr(first,1,3)", "substr(last,1,3)", "nationality"),
            block_on("last", "mother"),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    api = DuckDBAPI()
    table = api.register(pa.table(columns)) if hasattr(api, "register") else pa.table(columns)
    try:
        linker = Linker(table, settings)
    except TypeError:
        linker = Linker(table, settings, db_api=api)
    rules = [block_on("first", "last")]
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first", "last", "birth")], recall=0.5
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=2331)
    linker.training.estimate_parameters_using_expectation_maximisation(rules[0])
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth"))
    found = linker.inference.predict(threshold_match_probability=0.01)
    rows = found.as_record_list()
    used = _used(begun)
    with open(out, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in rows:
            score = row["match_probability"]
            writer.writerow([row["unique_id_l"], row["unique_id_r"], round(score, 6)])
    return {"pairs": len(rows), **used}


def nomenklatura(people: str, pairs: str, out: str) -> dict[str, Any]:
    """Score given pairs of people (rows by number); writes (one, other, score)."""
    from followthemoney.proxy import EntityProxy
    from nomenklatura.matching import ScoringConfig, get_algorithm

    matcher: Any = get_algorithm("logic-v2")
    config = ScoringConfig.defaults()
    made = []
    for number, row in enumerate(_rows(people)):
        given = {
            "name": [row["name"]],
            "birthDate": [_birth(row)] if _birth(row) else [],
            "gender": [row["sex"]],
            "nationality": [row["nationality"].lower()],
            "motherName": [row["mother"]] if row["mother"] else [],
        }
        made.append(
            EntityProxy.from_dict({"id": f"{number}", "schema": "Person", "properties": given})
        )
    begun = time.process_time()
    count = 0
    with open(pairs, encoding="utf-8", newline="") as file:
        given_pairs = list(csv.reader(file))
    with open(out, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for one, other in given_pairs:
            score = matcher.compare(made[int(one)], made[int(other)], config).score
            writer.writerow([one, other, score])
            count += 1
    return {"pairs": count, **_used(begun)}


if __name__ == "__main__":
    print(
        json.dumps(
            {"names": names, "splink": splink, "nomenklatura": nomenklatura}[sys.argv[1]](
                *sys.argv[2:]
            )
        )
    )
