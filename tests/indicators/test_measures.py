"""Measures: what can be written, and that Python and SQL say the same about the same facts."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.indicators import checking, measures, pack, parts, sql

LIMITS = {"few": 3, "half": 0.5, "none": None}
DUCK = duckdb.connect()

sides = st.one_of(
    st.sampled_from(["a", "b", "c", "limit:few", "limit:half", "limit:none", "2 * a", "0.5 * b"]),
    st.integers(0, 6).map(str),
    st.sampled_from(["0.5", "2.25"]),
)
single = st.tuples(sides, st.sampled_from(measures.OPERATORS), sides).map(" ".join)
written = st.recursive(
    single,
    lambda inner: (
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(lambda t: f"({''.join(t)})")
        | inner.map(lambda text: f"not ({text})")
    ),
    max_leaves=6,
)
values = st.none() | st.integers(0, 6) | st.sampled_from([0.5, 2.25])


@settings(max_examples=150, deadline=None)
@given(text=written, a=values, b=values, c=values)
def test_python_and_sql_say_the_same(text, a, b, c):
    node = measures.parse(text)
    numbers = ", ".join(
        f"CAST({'NULL' if value is None else value} AS DOUBLE) AS {name}"
        for name, value in (("a", a), ("b", b), ("c", c))
    )
    said = DUCK.execute(f"SELECT {measures.sql(node, LIMITS)} FROM (SELECT {numbers})").fetchone()
    assert said == (measures.holds(node, {"a": a, "b": b, "c": c}, LIMITS),)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", "empty"),
        ("a", "column 1"),
        ("a >=", "too early"),
        ("a >= 1 b", "column 8"),
        ("(a >= 1", "column 1"),
        ("a >= -1", "column 6"),
        ("tag:x >= 1", "column 1"),
        ("limit >= 1", "column 1"),
        ("2 * 3 >= 1", "column 5"),
        ("a and b", "column 1"),
        ("not " * 30 + "a > 1", "20"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text, column):
    with pytest.raises(measures.BadMeasure, match=column):
        measures.parse(text)


MEASURED = """\
id = "finance-two"
version = 2026-01-15
title.en = "Two"
kind = "finance"
source = "s"
[sources.s]
title = "Made for a test"
status = "pending"
[money]
payers = "possible_victim"
[limits.payers]
default = 10
AE = 5
source = "s"
[rules.both]
any_of = [{ any = 2 }]
source = "s"
[[dimensions]]
id = "signs"
title.en = "Signs"
rule = "both"
[[indicators]]
id = "many"
dimension = "signs"
strength = "medium"
name.en = "Many"
question.en = "Are there many?"
measure = "payers >= limit:payers"
source = "s"
[[indicators]]
id = "told"
dimension = "signs"
strength = "medium"
name.en = "Told"
question.en = "Did somebody say so?"
source = "s"
[[outcomes]]
code = "look-closer"
title.en = "Look closer"
when = "signs"
source = "s"
[[outcomes]]
code = "nothing-found"
title.en = "Nothing"
when = "always"
source = "s"
[[examples]]
title = "Five payers are many there"
facts = { payers = 5 }
country = "AE"
yes = ["told"]
outcome = "look-closer"
[[examples]]
title = "Elsewhere they are not"
facts = { payers = 5 }
yes = ["told"]
outcome = "nothing-found"
"""


def test_examples_by_facts_come_out_with_the_limits_of_their_country():
    one = pack.parse(MEASURED, "two.toml")
    assert checking.problems(one) == ()
    assert one.money.payers == "possible_victim"
    wrong = pack.parse(MEASURED.replace("payers = 5 }\ncountry", "payers = 4 }\ncountry"), "w")
    assert "gives" in checking.problems(wrong)[0]


def test_a_question_without_a_measure_stays_open_and_an_unknown_fact_is_said():
    one = pack.parse(MEASURED, "two.toml")
    assert one.measured({}) == {"many": "unknown"}
    assert one.measured({"payers": 12}) == {"many": "yes"}
    query = sql.measured(one, "AE", keep=["account"])
    DUCK.execute("CREATE OR REPLACE TABLE facts AS SELECT 7 AS account, 6 AS payers")
    assert DUCK.execute(query).fetchall() == [(7, "yes")]


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("limit:payers", "limit:payees", "indicators[1].measure", "no limit"),
        ("payers >= limit", "payers => limit", "indicators[1].measure", "column"),
        ('kind = "finance"', 'kind = "screening"', "indicators[1].measure", "measured"),
        ("AE = 5", "AE = -5", "limits.payers.AE", "range"),
        ("payers >= limit:payers", "payers >= 3", "limits.payers", "no measure"),
    ],
)
def test_bad_measures_are_refused(old, new, key, says):
    with pytest.raises(pack.BadPack) as bad:
        pack.parse(MEASURED.replace(old, new, 1), "bad.toml")
    told = {each.key: each for each in (bad.value, *bad.value.others)}
    assert says in told[key].problem
    assert told[key].line


def test_limits_of_a_pack_by_country():
    one = pack.parse(MEASURED, "two.toml")
    assert (one.limits_in("AE"), one.limits_in("")) == ({"payers": 5}, {"payers": 10})
    assert one.limits["payers"].source_status is parts.SourceStatus.PENDING
