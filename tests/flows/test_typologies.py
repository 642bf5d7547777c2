"""Packs about money: the same in SQL and in Python, reasons with values, and nobody wronged."""

import random
from datetime import UTC, datetime, timedelta

import duckdb
import polars
import pytest

from manumit.flows import alerting, backtest, facts, listing, measures, typologies
from manumit.flows.actions import redflags
from manumit.flows.alerting import Part
from manumit.indicators import engine, pack, parts

PACKS = redflags.shipped()
ON = typologies.Ledger("US", "USD")
BEFORE = datetime(2026, 2, 3, tzinfo=UTC)


def some_facts(known, number, seed):
    """Rows of facts at random, many of them zero or unknown, around where packs draw lines."""
    pick = random.Random(seed)
    levels = [None, 0, 0, 1, 2, 3, 5, 8, 12, 30]
    shares = [None, 0.0, 0.3, 0.5, 0.8, 0.95, 1.0]
    rows = []
    for row in range(number):
        told = {
            name: pick.choice(
                shares if fact.unit == "share" else [0, 1] if fact.unit == "flag" else levels
            )
            for name, fact in known.items()
        }
        rows.append({"account": row, "period": 1, "shape": row} | told)
    return rows


def in_sql(one, rows, country):
    known = measures.known_facts(one)
    schema = dict.fromkeys(known, polars.Float64)
    key = ("shape",) if one.money.about == "shape" else ("account", "period")
    frame = polars.DataFrame(
        rows, schema={**dict.fromkeys(("account", "period", "shape"), polars.Int64), **schema}
    )
    with duckdb.connect() as db:
        db.register("frame", frame)
        db.execute("CREATE TABLE facts AS SELECT * FROM frame")
        pick, answer, find = typologies.statements(one, country, "facts", key)
        db.execute(pick)
        db.execute(answer)
        result = db.execute(find)
        names = [column[0] for column in result.description]
        told = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        return {row[key[0]]: row["outcome"] for row in told}


@pytest.mark.parametrize("name", sorted(PACKS))
def test_the_sql_of_a_pack_finds_what_the_engine_finds(name):
    one = PACKS[name]
    rows = some_facts(measures.known_facts(one), 300, name)
    told = in_sql(one, rows, "US")
    for row in rows:
        finding = engine.find(one, one.measured(row, "US"), engine.Context())
        expected = None if finding.outcome == "nothing-found" else finding.outcome
        assert told.get(row["account"]) == expected
    assert told
    assert len(told) < len(rows)


@pytest.mark.parametrize("name", sorted(PACKS))
def test_a_shipped_pack_fits_and_shows_what_speaks_against(name):
    one = PACKS[name]
    assert measures.problems(one, name) == ()
    assert any(each.against for each in one.dimensions)
    asked = [each for each in one.indicators if each.measure is None]
    assert name in {"finance-shapes", "finance-hawala"} or asked
    for each in one.indicators:
        for texts in (each.names, each.questions):
            assert set(texts.by_language) == set(parts.LANGUAGES)


def test_who_pays_for_a_release_is_a_possible_victim_and_nothing_else():
    payer = PACKS["finance-release-payer"]
    assert [each.code for each in payer.outcomes] == ["possible-victim", "nothing-found"]
    told = found("finance-release-payer", {"ransom_out_count": 1}, [cited(1, 5, came=False)])
    assert told.accounts == ((1, Part.POSSIBLE_VICTIM),)
    assert told.possible_victim
    collector = {"ransom_in_payers": 2, "corridor_out_count": 2}
    told = found("finance-release-payments", collector, [cited(1, 5), cited(1, 6, other=8)])
    assert dict(told.accounts) == {
        1: Part.COLLECTOR, 9: Part.POSSIBLE_VICTIM, 8: Part.POSSIBLE_VICTIM,
    }  # fmt: skip
    assert told.possible_victim


def cited(account, entry, other=9, came=True, period=1):
    at = datetime(2026, 2, 3) + timedelta(hours=entry)  # noqa: DTZ001
    return typologies.Cited(account, period, entry, other, came, at, 1000)


def found(name, told, entries, outcome=None):
    one = PACKS[name]
    finding = engine.find(one, one.measured(told, "US"), engine.Context())
    hit = {"account": 1, "period": 1, "outcome": outcome or finding.outcome} | told
    (alert,) = typologies.about_accounts(one, [hit], entries, ON)
    return alert


def test_an_alert_says_its_reasons_with_value_threshold_source_and_what_speaks_against():
    told = {
        "payers": 14, "quick_share": 0.95, "through_share": 0.9, "in_count": 20,
        "corridor_out_count": 2, "earlier_periods": 3, "turnover_spread": 0.1,
    }  # fmt: skip
    alert = found("finance-funnel", told, [cited(1, n) for n in (3, 1, 2)])
    assert (alert.typology, alert.outcome) == ("finance-funnel", "look-closer")
    assert alert.entries == (1, 2, 3)
    assert alert.amount_minor == 3000
    assert alert.first_at < alert.last_at
    said = {reason.sign: reason for reason in alert.reasons}
    assert said["payers"].value == "different accounts that paid in: 14"
    assert said["payers"].threshold == "payers >= 10"
    assert "95%" in said["quick"].value
    assert all(reason.source and reason.status for reason in alert.reasons)
    assert [reason.sign for reason in alert.against] == ["ag_steady"]
    without = found("finance-funnel", told | {"turnover_spread": 0.9}, [cited(1, 1)])
    assert alert.score < without.score < 1


def test_more_evidence_never_lowers_the_score():
    few = {"payers": 14, "corridor_out_count": 2, "cash_in_places": 3}
    more = few | {"device_accounts": 5, "below_count": 4}
    one = PACKS["finance-funnel"]
    assert typologies.weigh(one, few, ON).score < typologies.weigh(one, more, ON).score


def hits(*places):
    return [
        {"account": account, "period": period, "outcome": "look-closer", "payers": 12,
         "corridor_out_count": 3}
        for account, period in places
    ]  # fmt: skip


def test_one_ring_is_one_alert_and_overlapping_periods_are_told_once():
    one = PACKS["finance-funnel"]
    entries = [cited(1, 5), cited(2, 5), cited(3, 7), cited(1, 6, period=2), cited(1, 9, period=3)]
    told = typologies.about_accounts(one, hits((1, 1), (2, 1), (3, 1), (1, 2), (1, 3)), entries, ON)
    named = sorted(sorted(account for account, _ in each.accounts) for each in told)
    assert named == [[1], [1, 2], [3]]


def test_groups_stay_small_and_lists_are_cut_with_a_word():
    one = PACKS["finance-funnel"]
    many = [cited(account, 5) for account in range(60)]
    told = typologies.about_accounts(one, hits(*((a, 1) for a in range(60))), many, ON)
    assert max(len(each.accounts) for each in told) <= typologies.MOST_TOGETHER
    (alert,) = typologies.about_accounts(one, hits((1, 1)), [cited(1, n) for n in range(700)], ON)
    assert (len(alert.entries), alert.entry_count) == (500, 700)
    assert alert.cut


def shape(**told):
    return {
        "pattern": "cycle", "entries": [1, 2, 3], "accounts": [5, 6, 7],
        "parts": ["source", "middle", "middle"], "first_at": datetime(2026, 2, 1),  # noqa: DTZ001
        "last_at": datetime(2026, 2, 2), "ordered": 1.0, "kept": 0.9, "rarity": 0.9,  # noqa: DTZ001
        "amount_minor": 900, "score": 0.7, "evidence": 4.0, "cut": "",
    } | told  # fmt: skip


def test_a_shape_becomes_one_alert_with_its_parts():
    one = PACKS["finance-shapes"]
    row = typologies.shape_row(shape(), 1, None)
    assert set(row) == set(facts.SHAPE_FACTS)
    assert in_sql(one, [row | {"shape": 0, "account": 0, "period": 0}], "US") == {0: "look-first"}
    alert = typologies.about_shape(one, row | {"outcome": "look-first"}, shape(), ON)
    assert alert.accounts == ((5, Part.SOURCE), (6, Part.MIDDLE), (7, Part.MIDDLE))
    assert alert.score == 0.7
    assert [r.value for r in alert.reasons if r.sign == "sh_cycle"] == [
        "cycle; evidence of the shape against chance, in powers of ten: 4.00"
    ]
    own = typologies.shape_row(shape(), None, 3)
    assert in_sql(one, [own | {"shape": 0, "account": 0, "period": 0}], "US") == {}


def test_a_finding_that_grew_is_the_same_finding():
    alert = found("finance-funnel", hits((1, 1))[0], [cited(1, 1)], "look-closer")
    near = typologies.Known(frozenset({1}), alert.first_at - timedelta(days=1), alert.last_at)
    assert typologies.says_the_same(alert, near)
    other = typologies.Known(frozenset({1, 2, 3}), alert.first_at, alert.last_at)
    assert not typologies.says_the_same(alert, other)
    old = typologies.Known(frozenset({1}), BEFORE - timedelta(9), BEFORE - timedelta(8))
    assert not typologies.says_the_same(alert, old)


BAD = redflags.shipped_text("finance-hawala")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("hawala_both >= 2", "hawala_bith >= 2", 'no fact "hawala_bith"'),
        ("{ hawala_both = 4", "{ hawala_all = 4", 'no fact "hawala_all"'),
        ('about = "account"', 'about = "person"', '"person" is not known'),
        ('about = "account"', 'about = "account"\nholder = "suspect"', '"suspect" is no part'),
        ('"nothing-found"', '"nothing"', "nothing was found"),
    ],
)
def test_a_pack_that_names_what_is_not_measured_is_refused(old, new, says):
    one = pack.parse(BAD.replace(old, new), "bad.toml")
    told = [str(each) for each in measures.problems(one, "bad.toml")]
    assert any(says in each for each in told), told


def test_a_pack_about_people_is_none_of_this():
    assert measures.problems(pack.load_all()["urgent-needs"], "x") == ()


def test_a_trial_counts_what_is_there_and_what_mattered():
    alert = found("finance-funnel", hits((1, 1))[0], [cited(1, 1)], "look-closer")
    there = backtest.Earlier("x", frozenset({1}), alert.first_at, alert.last_at, mattered=True)
    away = backtest.Earlier("x", frozenset({2}), alert.first_at, alert.last_at, mattered=False)
    told = backtest.tried([alert], [there, away], BEFORE, BEFORE + timedelta(days=10), right=1)
    assert (told.found, told.a_day, told.known, told.fresh) == (1, 0.1, 1, 0)
    assert (told.decided, told.mattered, told.precision) == (1, 1, 1.0)
    fresh = backtest.tried([alert], [away], BEFORE, BEFORE)
    assert (fresh.known, fresh.fresh, fresh.days, fresh.precision) == (0, 1, 1.0, None)


def test_the_table_of_alerts_cannot_run_in_a_spreadsheet():
    alert = listing.Listed(
        3, "finance-funnel", 0.5, [(1, "holder"), (2, "source")], [7], [("a", "b")]
    )
    told = list(listing.rows([alert], {1: "=cmd()", 2: "EX-2"}, {7: "+ref"}))
    assert told[0] == ("A-3", "finance-funnel", "0.5000", "'=cmd()", "holder", "'+ref", "a (b)")
    assert told[1][3] == "EX-2"
    assert listing.text(told).splitlines()[0] == ",".join(listing.COLUMNS)


def test_a_shape_is_listed_by_its_pattern():
    patterns = ("cycle", "fan_in")
    assert listing.named("finance-shapes", ["fan-in; evidence: 4"], patterns) == (
        "finance-shapes:fan_in"
    )
    assert listing.named("finance-funnel", ["payers: 4"], patterns) == "finance-funnel"


def test_a_fingerprint_depends_on_who_and_what():
    alert = found("finance-funnel", hits((1, 1))[0], [cited(1, 1)], "look-closer")
    again = found("finance-funnel", hits((1, 1))[0], [cited(1, 1)], "look-closer")
    assert alert.fingerprint == again.fingerprint
    assert alert.fingerprint != alerting.Found(**{**vars(alert), "entries": (2,)}).fingerprint
