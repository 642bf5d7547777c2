"""Facts equal their slow twin on random entries; what the data cannot tell is not known."""

# ruff: noqa: DTZ001 (tables hold UTC without saying so)

import random
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import polars
import pytest

from flows import facts_twin
from manumit.flows import entry, facts, kinds, slices, thresholds
from manumit.flows.facts import compared, ground, steps

ON = thresholds.ground("US", "USD")
ONE = slices.named("2026-02")
NO_SHAPES = polars.DataFrame(
    schema={
        "last_at": polars.Datetime("us"),
        "accounts": polars.List(polars.Int64),
        "pattern": polars.String,
        "score": polars.Float64,
    }
)
NO_ACCOUNTS = polars.DataFrame(schema=entry.ACCOUNT_COLUMNS)


def some_entries(seed, count=260):
    """Entries around a month that use every column, few accounts so that things meet."""
    pick = random.Random(seed)
    rows = []
    for number in range(count):
        at = datetime(2026, 1, 10) + timedelta(minutes=pick.randrange(60 * 24 * 55))
        kind = pick.choice([*kinds.Kind, "transfer", "transfer", "cash_in", "cash_out", "hawala"])
        amount = pick.choice([10_000, 50_000, 650_000, 800_000, 999_999, 1_000_000, 3, 0, 123_457])
        source, target = pick.randrange(1, 8), pick.randrange(1, 8)
        rows.append(
            {
                "entry": number,
                "at": at,
                "precision": 1,
                "local_minute": pick.choice([None, (at.hour * 60 + at.minute + 180) % 1440]),
                "source": None if kind == "cash_in" else source,
                "target": None if kind == "cash_out" else target,
                "amount_minor": amount,
                "currency": "USD",
                "base_minor": pick.choice([amount, amount, None]),
                "rate": "",
                "kind": str(kind),
                "purpose": str(pick.choice([*kinds.Purpose, "wages", "lodging", "ransom"])),
                "country_from": pick.choice(["", "US", "IQ", "DE", "SY"]),
                "country_to": pick.choice(["US", "IQ", "DE", "SY"]),
                "place": pick.choice([None, 100, 101, 102]),
                "mcc": pick.choice([None, 7011, 4121, 4511, 7297, 5912, 7311, 8062, 3600, 3100]),
                "device": pick.choice([None, 900, 901, 902]),
            }
        )
    return rows


def in_sql(rows, on=ON, accounts=NO_ACCOUNTS, earlier=None, shapes=NO_SHAPES, one=ONE):
    entries = polars.DataFrame(rows, schema=entry.COLUMNS)
    with duckdb.connect() as db:
        for name, frame in (("entries", entries), ("accounts", accounts), ("shapes", shapes)):
            db.register("frame", frame)
            db.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
        for _, statement in facts.prepared(one, on):
            db.execute(statement)
        told = db.execute(ground.available())
        known = dict(zip([c[0] for c in told.description], told.fetchone(), strict=True))
        for _, statement in facts.run_order(on, known):
            db.execute(statement)
        columns = ", ".join(compared.REMEMBERED)
        if earlier is None:
            db.execute(f"CREATE TABLE earlier AS SELECT {columns} FROM now WHERE false")
        else:
            db.register("frame", earlier)
            db.execute(f"CREATE TABLE earlier AS SELECT {columns} FROM frame")
        result = db.execute(facts.account_facts())
        names = [column[0] for column in result.description]
        return {
            (row["account"], row["period"]): row
            for row in (dict(zip(names, each, strict=True)) for each in result.fetchall())
        }


@pytest.mark.parametrize("seed", range(4))
def test_facts_equal_their_twin(seed):
    rows = some_entries(seed)
    told = in_sql(rows)
    twins = facts_twin.sides(rows, ONE)
    assert set(told) == set(twins)
    for place, mine in twins.items():
        expected = facts_twin.facts(mine, twins, place[1], ON)
        assert set(expected) == set(facts.MEASURED)
        for name, value in expected.items():
            assert told[place][name] == pytest.approx(value, rel=1e-9), (place, name)


def test_every_fact_is_a_column_and_says_what_it_is():
    told = next(iter(in_sql(some_entries(1)).values()))
    assert set(told) == {"account", "period", *facts.FACTS}
    for fact in (*facts.FACTS.values(), *facts.SHAPE_FACTS.values()):
        assert fact.says
        assert fact.absent in (0, None)


def test_every_step_says_what_it_measures_and_from_which_source():
    for step in steps.STEPS.values():
        first, _, rest = step.says.partition("\n")
        assert first.endswith(".")
        assert len(rest.split()) >= 8, step.name


def bare(number, **told):
    return {
        "entry": number, "at": datetime(2026, 2, 3, 10), "precision": 3, "local_minute": None,
        "source": 1, "target": 2, "amount_minor": 500, "currency": "XXX", "base_minor": None,
        "rate": "", "kind": "transfer", "purpose": "", "country_from": "", "country_to": "",
        "place": None, "mcc": None, "device": None,
    } | told  # fmt: skip


def test_what_the_data_cannot_tell_is_unknown_and_never_no():
    row = in_sql([bare(1), bare(2, source=2, target=3)])[2, ONE.first_bin]
    assert (row["in_count"], row["out_count"], row["payers"]) == (1, 1, 1)
    for name in ("cash_in_count", "below_count", "night_share", "weekend_share", "places",
                 "device_accounts", "lodging_count", "wage_in_count", "abroad_out_count",
                 "hawala_count", "income_times", "address_accounts", "turnover_rise"):  # fmt: skip
        assert row[name] is None, name
    assert row["shape_cycle"] == 0
    assert row["earlier_periods"] == 0


def test_without_a_threshold_in_the_currency_nothing_is_said_about_structuring():
    rows = [bare(1, kind="cash_in", source=None, base_minor=900_000)]
    assert in_sql(rows)[2, ONE.first_bin]["below_count"] == 1
    other = thresholds.ground("US", "JOD")
    assert other.cash_minor is None
    assert in_sql(rows, other)[2, ONE.first_bin]["below_count"] is None


def test_a_burst_of_half_a_month_lies_whole_in_one_period():
    days = [datetime(2026, 1, 25) + timedelta(days=day) for day in range(14)]
    rows = [bare(n, at=at, source=10 + n) for n, at in enumerate(days)]
    told = in_sql(rows)
    assert told[2, ONE.first_bin]["payers"] == 14
    assert told[2, ONE.first_bin + 1]["payers"] == 7


def test_the_past_the_peers_the_account_and_its_shapes():
    period = ONE.first_bin
    rows = [bare(n, source=100 + n, target=200 + n, amount_minor=1000 * n) for n in range(1, 31)]
    accounts = polars.DataFrame(
        [
            {"account": 200 + n, "kind": "business", "country": "US", "address": 7, "phone": None,
             "holder": n % 2, "opened_on": datetime(2026, 1, 1).date(), "income_minor": 500}
            for n in range(1, 31)
        ],
        schema=entry.ACCOUNT_COLUMNS,
    )  # fmt: skip
    past = [(period - 2, 1000), (period - 4, 3000), (period - 1, 9), (period - 8, 9)]
    earlier = polars.DataFrame(
        [
            {"period": when, "account": 230, "in_minor": value, "out_minor": 0, "in_count": 1,
             "out_count": 0, "payers": 1}
            for when, value in past
        ]
    )  # fmt: skip
    shapes = polars.DataFrame(
        [
            {"last_at": datetime(2026, 2, 2), "accounts": [230, 231], "pattern": "cycle",
             "score": score}
            for score in (0.2, 0.7)
        ],
        schema=NO_SHAPES.schema,
    )  # fmt: skip
    row = in_sql(rows, accounts=accounts, earlier=earlier, shapes=shapes)[230, period]
    assert (row["earlier_periods"], row["turnover_rise"]) == (2, 30_000 / 2000)
    assert row["turnover_spread"] == pytest.approx(1 - 1000 / 30_000)
    assert row["turnover_peer_rank"] == 1
    assert (row["address_accounts"], row["phone_accounts"], row["holder_accounts"]) == (
        30,
        None,
        15,
    )
    assert (row["age_days"], row["income_times"], row["is_business"]) == (45, 60, 1)
    assert (row["shape_cycle"], row["shape_fan_in"]) == (0.7, 0)


def test_thresholds_have_a_source_and_a_status_each():
    for country, each in thresholds.reported().items():
        assert country == "default" or len(country) == 2
        assert each.source
        assert each.status in {"verified", "secondary", "pending"}
    assert thresholds.ground("DE", "EUR").cash_minor == 1_000_000
    assert thresholds.ground("JP", "JPY").cash_minor is None
    assert "SY" in ON.corridor


def test_the_manual_lists_every_fact():
    manual = (Path(__file__).parents[2] / "docs" / "packs.md").read_text("utf-8")
    for name, fact in {**facts.FACTS, **facts.SHAPE_FACTS}.items():
        assert f"| `{name}` | {fact.says} | {fact.unit} |" in manual
