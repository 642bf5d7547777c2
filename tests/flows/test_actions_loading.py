"""Loading: pseudonyms in the open, names sealed, twice the same as once, and nothing half."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars
import pytest
from django.conf import LazySettings

from flows import ledgers as builders
from manumit.core import models as core_models
from manumit.core.actions import acting
from manumit.flows import batch, money, tables
from manumit.flows.actions import ledgers, loading, names, store

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = builders.AT


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.MANUMIT_DATA = tmp_path


def _entries(home: builders.Bureau) -> polars.DataFrame:
    return store.entries(home.ledger).collect()


def test_a_row_becomes_pseudonyms_and_can_be_opened_on_the_record() -> None:
    home = builders.bureau()
    told = {"source": "GB 12 EX", "target": "FR99", "text": "rent", "source_name": "Amal Example"}
    load = builders.add(home, [told])
    assert (load.state, load.rows_read, load.rows_loaded) == ("done", 1, 1)
    rows = _entries(home)
    assert rows["source"].to_list() == [builders.pseudonym(home, "gb12ex")]
    assert rows["entry"].to_list() == [1_000_000_001]
    before = core_models.Leaf.objects.filter(act="open").count()
    by = home.analyst_actor
    opened = names.open_accounts(
        by=by, at=AT, ledger=home.ledger, accounts=rows["source"], purpose="test"
    )
    assert list(opened.values()) == [{"identifier": "GB 12 EX", "name": "Amal Example"}]
    texts = names.open_entries(
        by=by, at=AT, ledger=home.ledger, entries=rows["entry"], purpose="test"
    )
    assert texts == {1_000_000_001: {"text": "rent", "source_name": "Amal Example"}}
    assert core_models.Leaf.objects.filter(act="open").count() == before + 2


def test_another_unit_opens_nothing() -> None:
    home, other = builders.bureau(), builders.bureau()
    builders.add(home, [{}])
    with pytest.raises(acting.Refused):
        names.open_accounts(
            by=other.analyst_actor, at=AT, ledger=home.ledger, accounts=[1], purpose="test"
        )
    with pytest.raises(acting.Refused):
        ledgers.key_of(by=other.analyst_actor, ledger=home.ledger)


def test_the_same_rows_in_another_file_are_known() -> None:
    home = builders.bureau()
    rows: list[dict[str, Any]] = [{"text": "one"}, {}, {}, {"reference": "R-1"}]
    rows[2] = builders.row(1)  # says the same as the second: a second entry all the same
    assert builders.add(home, rows).rows_loaded == 4
    again = builders.add(home, [*rows, {"text": "new"}])
    assert (again.rows_known, again.rows_loaded) == (4, 1)
    assert len(_entries(home)) == 5


def test_the_same_bytes_are_brought_in_once() -> None:
    home = builders.bureau()
    first = builders.add_batches(home, [builders.told([{}])], digest="a" * 64)
    second = builders.add_batches(home, [builders.told([{}, {}])], digest="a" * 64)
    assert first == second
    assert len(_entries(home)) == 1


def test_a_reference_that_says_something_else_is_not_taken() -> None:
    home = builders.bureau()
    builders.add(home, [{"reference": "R-1", "amount_minor": 500}])
    load = builders.add(
        home,
        [
            {"reference": "R-1", "amount_minor": 900},
            {"reference": "R-2"},
            {"reference": "r-2", "amount_minor": 7},
        ],
    )
    assert (load.rows_read, load.rows_loaded, load.rejected) == (3, 1, {"duplicate_reference": 2})
    told = names.open_rejected(by=home.analyst_actor, at=AT, load=load, purpose="test")
    assert [(row["line"], row["field"]) for row in told] == [(2, "reference"), (4, "reference")]


def test_rejected_rows_are_kept_with_their_line_and_sealed() -> None:
    home = builders.bureau()
    bad = batch.Rejected(7, "amount", "amount_bad", "Correct it.", "Amal Example;twelve")
    load = builders.add(home, [{}], rejected=[bad])
    assert (load.rows_read, load.rows_loaded, load.rejected) == (2, 1, {"amount_bad": 1})
    told = names.open_rejected(by=home.analyst_actor, at=AT, load=load, purpose="test")
    row = {"line": 7, "field": "amount", "reason": "amount_bad", "cure": "Correct it."}
    assert told == [row | {"raw": "Amal Example;twelve"}]


def test_labels_of_a_second_file_reach_the_entries_of_the_first() -> None:
    home = builders.bureau()
    builders.add(home, [{}, {}])
    told = builders.row(1, label_pattern="cycle", label_instance="3")
    load = builders.add(home, [told], accounts=[{"account_id": "EX-1001", "label_pattern": ""}])
    assert load.rows_known == 1
    labels = store.labels(home.ledger).collect().sort("entry", nulls_last=True).rows()
    account = builders.pseudonym(home, "EX-1001")
    assert labels == [(1_000_000_002, None, "cycle", "3"), (None, account, "", "")]


def test_accounts_are_linked_to_their_holders_and_shared_telephones() -> None:
    home = builders.bureau()
    first = {"account_id": "A-1", "name": "Amal Example", "holder_id": "P-9", "phone": "0791 2"}
    builders.add(home, [], accounts=[first, {"account_id": "A-2", "phone": "07912"}])
    builders.add(home, [], accounts=[{"account_id": "A-2", "kind": "business", "holder_id": "P-9"}])
    told = store.accounts(home.ledger).sort("kind")
    assert told["phone"].n_unique() == 1
    assert told["holder"].n_unique() == 1
    assert told["kind"].to_list() == ["", "business"]
    with store.connect(home.ledger) as connection:
        columns = ", ".join(told.columns)
        rows = connection.execute(f"SELECT {columns} FROM accounts ORDER BY kind").fetchall()
    assert rows == told.rows()
    opened = names.open_accounts(
        by=home.analyst_actor,
        at=AT,
        ledger=home.ledger,
        accounts=[*told["account"], *told["phone"], *told["holder"]],
        purpose="test",
    )
    assert sorted(each["identifier"] for each in opened.values()) == [
        "0791 2",
        "A-1",
        "A-2",
        "P-9",
    ]


def test_amounts_come_into_the_ledgers_currency_where_a_rate_is_known() -> None:
    home = builders.bureau()
    table = "currency,since,worth,source\nEUR,2026-03-01,1.1,Example\nEUR,2026-03-02,1.2,Example\n"
    ledgers.settle(
        by=home.head_actor,
        at=AT,
        ledger=home.ledger,
        country="JO",
        time_zone="Asia/Amman",
        four_eyes=True,
        rates=table,
    )
    home.ledger.refresh_from_db()
    day = datetime(2026, 3, 2, 9, tzinfo=UTC)
    rows = [
        {"amount_minor": 100, "currency": "USD"},
        {"amount_minor": 100, "currency": "EUR"},
        {"amount_minor": 100, "currency": "EUR", "at": day},
        {"amount_minor": 100, "currency": "EUR", "base_minor": 111, "rate": "file"},
        {"amount_minor": 100, "currency": "KWD"},
    ]
    builders.add(home, rows)
    told = _entries(home).sort("entry").select("base_minor", "rate").rows()
    assert told == [
        (100, ""),
        (110, "Example (2026-03-01)"),
        (120, "Example (2026-03-02)"),
        (111, "file"),
        (None, ""),
    ]


def test_a_file_that_breaks_off_leaves_nothing() -> None:
    home = builders.bureau()

    def broken() -> Any:
        yield builders.told([{"source_name": "Amal Example"}])
        raise batch.Unreadable(3, "file", "cut", "Export it again.")

    load = loading.begin(
        by=home.analyst_actor, at=AT, ledger=home.ledger, source=loading.Source("b" * 64, "made")
    )
    key = ledgers.key_of(by=home.analyst_actor, ledger=home.ledger)
    done = loading.work(by=home.analyst_actor, load=load, key=key, batches=broken, clock=lambda: AT)
    assert done.state == "failed"
    assert "Export it again." in done.said
    assert len(_entries(home)) == 0
    left = [path for path in store.folder(home.ledger).rglob("*") if path.is_file()]
    assert [path.name for path in left] == ["lock"]


def test_an_interrupted_load_goes_on_after_its_last_batch() -> None:
    home = builders.bureau()
    batches = [
        builders.told([{"text": f"{n}"} for n in range(start, start + 3)]) for start in (0, 3, 6)
    ]
    asked = []

    def until(stop: int) -> Any:
        for number, each in enumerate(batches):
            if number == stop:
                raise KeyboardInterrupt
            asked.append(number)
            yield each

    source = loading.Source("c" * 64, "made")
    by = home.analyst_actor
    key = ledgers.key_of(by=by, ledger=home.ledger)
    load = loading.begin(by=by, at=AT, ledger=home.ledger, source=source)
    with pytest.raises(KeyboardInterrupt):
        loading.work(by=by, load=load, key=key, batches=lambda: until(2), clock=lambda: AT)
    assert len(_entries(home)) == 0
    load = loading.begin(by=by, at=AT, ledger=home.ledger, source=source)
    done = loading.work(by=by, load=load, key=key, batches=lambda: until(9), clock=lambda: AT)
    assert (done.state, done.rows_read, done.rows_loaded) == ("done", 9, 9)
    texts = names.open_entries(
        by=by, at=AT, ledger=home.ledger, entries=_entries(home)["entry"], purpose="test"
    )
    assert sorted(each["text"] for each in texts.values()) == sorted(str(n) for n in range(9))


def test_entries_are_found_by_time_and_month() -> None:
    home = builders.bureau()
    days = [datetime(2026, month, 15, tzinfo=UTC) for month in (1, 2, 3)]
    builders.add(home, [{"at": day} for day in days])
    assert list(store.entry_files(home.ledger)) == ["2026-01", "2026-02", "2026-03"]
    found = store.entries(home.ledger, since=days[1], until=days[2]).collect()
    assert found["at"].to_list() == [days[1].replace(tzinfo=None)]
    with store.connect(home.ledger) as connection:
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (3,)


def test_only_the_heads_unit_and_the_analyst_load() -> None:
    home, other = builders.bureau(), builders.bureau()
    source = loading.Source("d" * 64, "made")
    with pytest.raises(acting.NotFound):
        loading.begin(by=other.analyst_actor, at=AT, ledger=home.ledger, source=source)
    with pytest.raises(acting.Refused):
        ledgers.open_ledger(by=home.analyst_actor, at=AT)
    with pytest.raises(acting.Refused):
        ledgers.open_ledger(by=home.head_actor, at=AT)


def test_a_large_load_number_still_tells_load_and_row() -> None:
    assert divmod(7 * tables.PER_LOAD + 15, tables.PER_LOAD) == (7, 15)
    assert money.plain(-1234567, "KWD") == "-1,234.567 KWD"
