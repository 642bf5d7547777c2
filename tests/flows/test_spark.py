"""On Spark a ledger gives the same facts, shapes and alerts, row by row. Skipped without Java or pyspark.

`make spark` installs what it needs and runs it.
"""

import importlib.util
import shutil

import polars
import pytest
from polars.testing import assert_frame_equal

from flows import ledgers
from manumit.core.actions import acting
from manumit.flows import made, models, slices, thresholds
from manumit.flows.actions import derived, measuring, scanning

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java here (17 or newer)"),
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None, reason="no pyspark: make spark"
    ),
]

DAYS = 100  # four months, so that windows and facts reach over their edges


@pytest.fixture
def bench() -> models.Ledger:
    ledger = ledgers.bench()
    told = made.ledger(6_000, seed=3, days=DAYS)
    ledgers.add_frame(ledger, told.entries, told.accounts, told.labels)
    return ledger


def tables(shelf: derived.Shelf) -> dict[str, polars.DataFrame]:
    on = thresholds.ground(shelf.ledger.country, shelf.ledger.currency)
    answer = {}
    for one in shelf.months():
        answer[f"facts {one.name}"] = polars.read_parquet(measuring.measured_path(shelf, one, on))
        answer[f"shapes {one.name}"] = polars.read_parquet(measuring.shape_path(shelf, one))
    return answer


def alerts() -> list[tuple[object, ...]]:
    rows = models.Alert.objects.order_by("fingerprint")
    return [
        (a.fingerprint, a.typology, a.outcome, round(a.score, 9), a.accounts, a.entries, a.reasons)
        for a in rows
    ]


def scan(ledger: models.Ledger, elsewhere: scanning.Elsewhere | None = None) -> models.Scan:
    row = scanning.begin(by=acting.SYSTEM, at=ledgers.AT, ledger=ledger)
    return scanning.carry_out(
        by=acting.SYSTEM, scan=row, clock=lambda: ledgers.AT, elsewhere=elsewhere
    )


def test_the_same_facts_shapes_and_alerts_row_by_row(bench: models.Ledger) -> None:
    from manumit.flows.actions import onspark

    scan(bench)
    shelf = derived.Shelf(bench)
    here, found_here = tables(shelf), alerts()
    assert len(found_here) > 0
    assert sum(len(table) for name, table in here.items() if name.startswith("shapes")) > 0
    shutil.rmtree(shelf.home)
    models.AlertAccount.objects.all().delete()
    models.Alert.objects.all().delete()

    made_there: list[slices.Slice] = []

    def elsewhere(*told):  # type: ignore[no-untyped-def]
        cut = onspark.tables("local[2]")(*told)
        made_there.extend(
            one for one in told[1] if measuring.measured_path(told[0], one, told[2]).exists()
        )
        return cut

    scan(bench, elsewhere)
    assert made_there == derived.Shelf(bench).months()
    there = tables(derived.Shelf(bench))
    assert there.keys() == here.keys()
    for name, table in here.items():
        keys = ["account", "period"] if name.startswith("facts") else ["first_at", "pattern"]
        order = [column for column in keys if column in table.columns]
        assert_frame_equal(
            table.sort(*order, maintain_order=True),
            there[name].sort(*order, maintain_order=True),
            check_column_order=True,
            abs_tol=1e-9,
        )
    assert alerts() == found_here
