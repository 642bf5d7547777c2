"""Pairs within blocks of one key, against the obvious way."""

from collections import defaultdict
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.core import blocks

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=40)


def obvious(keys, years, most, divide):
    found = set()
    by_key = defaultdict(list)
    for row, key in enumerate(keys):
        by_key[key].append(row)
    for rows in by_key.values():
        if len(rows) <= most:
            found |= set(combinations(rows, 2))
        elif divide:
            by_year = defaultdict(list)
            for row in rows:
                if years[row]:
                    by_year[years[row]].append(row)
                    by_year[years[row] + 1].append(row)
            for near in by_year.values():
                if len(near) <= most:
                    found |= set(combinations(sorted(near), 2))
    return found


@settings(deadline=None)
@given(ROWS, st.integers(2, 6), st.booleans())
def test_all_pairs_of_small_blocks_and_those_a_year_apart_of_large_ones(told, most, divide):
    keys = np.array([key for key, _ in told], np.uint64)
    years = np.array([year + 1990 if year else 0 for _, year in told], np.int64)
    rows = np.arange(len(told), dtype=np.int32)
    ones, others = blocks.together(rows, keys, years, most, divide=divide)
    pairs = {tuple(sorted(pair)) for pair in zip(ones.tolist(), others.tolist(), strict=True)}
    assert pairs == obvious(keys.tolist(), years.tolist(), most, divide)
