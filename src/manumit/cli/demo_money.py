"""The demo's money: a unit with a ledger, a month of made transfers, and one entry in kind."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from manumit.core.actions import acting

ROWS = 8000


def play(head: "acting.Actor", analyst: "acting.Actor", now: datetime) -> Any:
    """Open the ledger, load made transfers with made names, write one entry down; returns it."""
    from manumit.core import fields
    from manumit.flows.actions import byhand, ledgers, loading
    from manumit.flows.kinds import Kind, Precision, Purpose

    ledger = ledgers.open_ledger(by=head, at=now - timedelta(days=7), currency="USD", country="US")
    loading.bring_in(
        by=analyst,
        at=now - timedelta(days=6),
        ledger=ledger,
        key=ledgers.key_of(by=analyst, ledger=ledger),
        source=loading.Source("made-for-the-demo", "made", time_zone="UTC"),
        batches=lambda: [_batch()],
        clock=lambda: now - timedelta(days=6),
    )
    said = byhand.Said(
        at=now - timedelta(days=40),
        precision=Precision.DAY,
        kind=Kind.IN_KIND,
        purpose=Purpose.LABOUR_EXTRACTED,
        amount="",
        currency="USD",
        source_name="Test Person 9001",
        target_name="Example Quarry",
        text="Six weeks of work without pay, as two former workers told independently.",
    )
    at = now - timedelta(days=5)
    byhand.record_entry(by=analyst, at=at, ledger=ledger, said=said, form=fields.new_id())
    return ledger


def _batch() -> Any:
    """Return a month of made transfers, with account numbers and names that are nobody's."""
    import polars

    from manumit.flows import batch, made

    money = made.ledger(ROWS, 7, days=30, illicit=0.02)

    def number(name: str) -> polars.Expr:
        return "EX" + polars.col(name).cast(polars.String).str.zfill(7)

    def person(name: str) -> polars.Expr:
        return "Test Person " + polars.col(name).cast(polars.String)

    rows = money.entries.with_row_index("line", offset=2).with_columns(
        number("source").alias("source_id"),
        number("target").alias("target_id"),
        person("source").alias("source_name"),
        person("target").alias("target_name"),
    )
    accounts = money.accounts.with_columns(
        number("account").alias("account_id"),
        person("account").alias("name"),
        ("P" + polars.col("holder").cast(polars.String)).alias("holder_id"),
    )
    return batch.Batch(batch.shaped(rows), batch.shaped(accounts, batch.ACCOUNT_ROW_COLUMNS))
