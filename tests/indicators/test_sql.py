"""The SQL of a pack gives what the engine gives: for every pack, and for packs made at random."""

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators import packs_at_random as at_random
from manumit.indicators import engine, pack, sql

PACKS = pack.load_all()
# Packs about money are measured, not asked (tests/flows/test_typologies.py).
ASKED = sorted(name for name, one in PACKS.items() if one.kind is not pack.Kind.FINANCE)
DUCK = duckdb.connect()
SETTINGS = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def in_sql(one, rows, drop=frozenset()):
    """Run the query over (answers, context) rows, without the columns in `drop`."""
    columns = [each.id for each in one.indicators if each.id not in drop]
    table = {
        name: pa.array([answers.get(name) for answers, _ in rows], pa.string()) for name in columns
    }
    table["age"] = pa.array([context.age for _, context in rows], pa.int32())
    table["minor"] = pa.array([context.minor for _, context in rows], pa.bool_())
    table["tags"] = pa.array([sorted(c.tags) for _, c in rows], pa.list_(pa.string()))
    table["row"] = pa.array(range(len(rows)), pa.int32())
    DUCK.register("answers", pa.table(table))
    query = sql.score(one, table.keys(), keep=["row"])
    result = DUCK.sql(f"SELECT * FROM ({query}) ORDER BY row").to_arrow_table()
    assert tuple(result.column_names) == ("row", *sql.output_columns(one))
    return result.to_pylist()


def in_python(one, rows):
    found = []
    for index, (answers, context) in enumerate(rows):
        finding = engine.find(one, answers, context)
        row = {
            "row": index,
            "outcome": finding.outcome,
            "possible_victim": finding.possible_victim,
            "urgent": finding.urgent,
            "advice": [each.id for each in finding.advice],
            "unknown": len(finding.unknown),
            "declined": len(finding.declined),
            "unanswered": len(finding.unanswered),
        }
        for each in finding.dimensions:
            row[each.id] = each.positive
            for strength in ("strong", "medium", "weak", "unrated"):
                row[f"{each.id}_{strength}"] = getattr(each, strength)
        found.append(row)
    return found


@pytest.mark.parametrize("name", ASKED)
@SETTINGS
@given(data=st.data())
def test_every_pack_gives_the_same_in_sql(name, data):
    one = PACKS[name]
    rows = data.draw(st.lists(at_random.answered(one), min_size=1, max_size=8))
    assert in_sql(one, rows) == in_python(one, rows)


@settings(SETTINGS, max_examples=100)
@given(data=st.data())
def test_packs_made_at_random_give_the_same_in_sql(data):
    one = data.draw(at_random.packs())
    rows = data.draw(st.lists(at_random.answered(one), min_size=1, max_size=6))
    assert in_sql(one, rows) == in_python(one, rows)


@SETTINGS
@given(data=st.data())
def test_a_missing_column_is_a_question_not_asked(data):
    one = PACKS["delphi-labour-adult"]
    rows = data.draw(st.lists(at_random.answered(one), min_size=1, max_size=4))
    drop = data.draw(st.sets(st.sampled_from(sorted(one.by_id)), max_size=40))
    fewer = [
        ({key: value for key, value in answers.items() if key not in drop}, context)
        for answers, context in rows
    ]
    assert in_sql(one, rows, drop) == in_python(one, fewer)


def test_a_table_without_age_is_weighed_as_age_unknown():
    one = PACKS["delphi-labour-child"]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE answers AS SELECT 'yes' AS ex_hours, 'yes' AS ex_salary")
        query = sql.score(one, ["ex_hours", "ex_salary"])
        row = connection.execute(query).fetchone()
    assert row is not None
    assert row[0] == "possible-victim"
    assert row[-1] == 63


def test_names_from_outside_are_quoted():
    one = PACKS["urgent-needs"]
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE "a""b" AS SELECT \'x\' AS "c""; DROP", \'yes\' AS un_hurt')
        query = sql.score(one, ["un_hurt"], source='a"b', keep=['c"; DROP'])
        assert connection.execute(query).fetchone()[:2] == ("x", "urgent-now")


def test_the_comparison_would_notice_a_difference():
    one = PACKS["delphi-labour-adult"]
    rows = [({"ex_hours": engine.Answer.YES, "ex_salary": engine.Answer.YES}, engine.Context(30))]
    other = [({"ex_hours": engine.Answer.YES}, engine.Context(30))]
    assert in_sql(one, rows) != in_python(one, other)


def test_the_edges_of_age_are_the_same():
    one = PACKS["urgent-needs"]
    said = {"un_child_alone": engine.Answer.YES}
    rows = [
        (said, engine.Context(age=age, minor=minor))
        for age in (None, 0, 17, 18, 19)
        for minor in (None, True, False)
    ]
    assert in_sql(one, rows) == in_python(one, rows)
    assert len({row["outcome"] for row in in_sql(one, rows)}) == 2
