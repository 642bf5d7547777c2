"""Reading the entries that an alert cites, and what an account did one step further.

Pseudonyms alone: no key is needed, and who is behind an account is opened elsewhere (`names`). The
table engine is loaded where it is used.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from manumit.flows import moneyflow, slices
from manumit.flows.models import Alert, Ledger

if TYPE_CHECKING:
    import polars

MOST_ENTRIES = 2000  # of a case with many alerts
AROUND = timedelta(days=30)  # one step further: this long before and after
MOST_STEPS = 40  # transfers of one account that are shown
_COLUMNS = (
    *("entry", "at", "source", "target", "amount_minor", "currency", "kind", "purpose"),
    *("country_from", "country_to", "precision"),
)


@dataclass(frozen=True)
class Further:
    """What one account did around the time of an alert: the largest, and how many there are."""

    account: int
    legs: tuple[moneyflow.Leg, ...]
    all: int


def legs_of(ledger: Ledger, alerts: Sequence[Alert]) -> list[moneyflow.Leg]:
    """Return the entries that alerts cite, in order of time, MOST_ENTRIES at most."""
    wanted = list(dict.fromkeys(entry for alert in alerts for entry in alert.entries))
    if not wanted:
        return []
    import polars

    from manumit.flows.actions import store  # the table engine: loaded where entries are read

    since = min(alert.first_at for alert in alerts)
    until = max(alert.last_at for alert in alerts) + timedelta(seconds=1)
    table = store.entries(ledger, since, until)
    found = table.filter(polars.col("entry").is_in(wanted[:MOST_ENTRIES]))
    return _legs(found.select(_COLUMNS).sort("at", "entry").collect())


def one_step(
    ledger: Ledger, account: int, first_at: datetime, last_at: datetime, known: Iterable[int]
) -> Further:
    """Return what an account gave and got around a time, without the entries already known."""
    import polars

    from manumit.flows.actions import store  # the table engine: loaded where entries are read

    table = store.entries(ledger, first_at - AROUND, last_at + AROUND)
    touches = (polars.col("source") == account) | (polars.col("target") == account)
    rows = table.filter(touches & ~polars.col("entry").is_in(list(known)))
    whole = rows.select(_COLUMNS).sort("amount_minor", "entry", descending=[True, False]).collect()
    return Further(account, tuple(_legs(whole.head(MOST_STEPS).sort("at", "entry"))), len(whole))


def _legs(rows: "polars.DataFrame") -> list[moneyflow.Leg]:
    return [
        moneyflow.Leg(**{**row, "at": row["at"].replace(tzinfo=UTC)})
        for row in rows.iter_rows(named=True)
    ]


@dataclass(frozen=True)
class Compared:
    """What was measured about accounts in one month, beside the middle of all accounts."""

    since: datetime
    until: datetime
    accounts: dict[int, dict[str, float | None]]
    middle: dict[str, float | None]
    all: int  # accounts measured


def facts_of(
    ledger: Ledger, accounts: Sequence[int], at: datetime, wanted: Sequence[str]
) -> Compared | None:
    """Return facts of accounts in the last period that a search measured in the month of `at`."""
    import polars

    from manumit.flows.actions import derived  # the table engine: loaded where facts are read

    path = derived.Shelf(ledger).newest("facts", slices.of(at))
    if path is None:
        return None
    table = polars.scan_parquet(path, glob=False)
    there = set(table.collect_schema().names())
    names = [name for name in wanted if name in there]
    mine = table.filter(polars.col("account").is_in(list(accounts))).select(
        "period", "account", *names
    )
    rows = mine.collect()
    if not len(rows) or not names:
        return None
    period = int(rows["period"].max())  # type: ignore[arg-type]
    whole = table.filter(polars.col("period") == period)
    middle = whole.select(polars.col(*names).cast(polars.Float64).median()).collect()
    count = int(whole.select(polars.len()).collect().item())
    since, until = slices.period_span(period)
    found = {
        row["account"]: {name: _number(row[name]) for name in names}
        for row in rows.filter(polars.col("period") == period).iter_rows(named=True)
    }
    return Compared(since, until, found, middle.row(0, named=True), count)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
