"""Splink on a CSV of people, as a careful user sets it up. Runs in its own environment, alone.

    PEERS/bin/python benchmarks/ground/splinked.py PEOPLE.csv CLUSTERS.csv PAIRS.csv

Names parted into first and last, joint comparison with term frequencies, date of birth at several
levels, nationality, place; six blocking rules; trained without labels; clusters at Splink's usual 0.95
(connected components). It imports nothing of the product.
"""

import json
import resource
import sys
import time
from typing import Any


def main(people: str, out: str, pairs_out: str) -> dict[str, Any]:
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink.comparison_library import (
        DateOfBirthComparison,
        ExactMatch,
        ForenameSurnameComparison,
    )

    begun = time.process_time()
    table = duckdb.sql(
        f"""SELECT CAST(id AS BIGINT) AS unique_id, lower(string_split(name, ' ')[1]) AS first,
        lower(nullif(string_split(name, ' ')[-1], name)) AS last,
        CASE length(birth_date) WHEN 10 THEN birth_date WHEN 4 THEN birth_date || '-01-01' END AS birth,
        nullif(birth_date[1:4], '') AS year, nullif(nationality, '') AS nationality,
        nullif(place, '') AS place FROM read_csv('{people}', header=true, all_varchar=true)"""
    ).to_arrow_table()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            ForenameSurnameComparison("first", "last"),
            DateOfBirthComparison("birth", input_is_string=True),
            ExactMatch("nationality"),
            ExactMatch("place"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first", "last"),
            block_on("last", "year"),
            block_on("first", "birth"),
            block_on("last", "birth"),
            block_on("substr(first,1,3)", "substr(last,1,3)", "year"),
            block_on("first", "year", "nationality"),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    api = DuckDBAPI()
    held = api.register(table) if hasattr(api, "register") else table
    try:
        linker = Linker(held, settings)
    except TypeError:
        linker = Linker(held, settings, db_api=api)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first", "last", "birth")], recall=0.5
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=7)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("first", "last"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth"))
    found = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        found, threshold_match_probability=0.95
    )
    used = {
        "cpu_s": round(time.process_time() - begun, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6),
    }
    clusters.as_duckdbpyrelation().select("unique_id, cluster_id").write_csv(out)
    rows = found.as_duckdbpyrelation().select("unique_id_l, unique_id_r, match_probability")
    rows.write_csv(pairs_out)
    return used


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
