"""A financial intelligence unit with a ledger, and entries in it, for every test about money."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars

import make
from manumit.core import models as core_models
from manumit.core import roles
from manumit.core.actions import acting
from manumit.flows import batch, models
from manumit.flows.actions import ledgers, loading

AT = make.AT
_number = itertools.count(1)


@dataclass(frozen=True)
class Bureau:
    """A unit, its head and an analyst (both may sign in), and its ledger."""

    unit: core_models.Unit
    head: core_models.User
    analyst: core_models.User
    head_actor: acting.Actor
    analyst_actor: acting.Actor
    ledger: models.Ledger


def bureau(**settings: Any) -> Bureau:
    """Make a unit with a head, an analyst and an open ledger; `settings` go to open_ledger."""
    unit = make.unit("Example Financial Intelligence")
    head = make.user(roles.Role.FIU_HEAD, unit)
    unit.refresh_from_db()
    analyst = make.user(roles.Role.FIU_ANALYST, unit)
    head_actor, analyst_actor = make.actor(head), make.actor(analyst)
    ledger = ledgers.open_ledger(by=head_actor, at=AT, **settings)
    return Bureau(unit, head, analyst, head_actor, analyst_actor, ledger)


def bench(**settings: Any) -> models.Ledger:
    """Return the bench, opened where it is not."""
    return ledgers.bench() or ledgers.open_ledger(by=acting.SYSTEM, at=AT, **settings)


def row(number: int = 0, **told: Any) -> dict[str, Any]:
    """Return one plain row; what is not told is obviously made up."""
    usual: dict[str, Any] = {
        "line": number + 2,
        "source_id": "EX-1001",
        "target_id": "EX-2002",
        "at": datetime(2026, 3, 1, 9, 0, tzinfo=UTC) + timedelta(minutes=number),
        "precision": 1,
        "local_minute": 540,
        "amount_minor": 10_000 + number,
        "currency": "USD",
        "kind": "transfer",
    }
    short = {
        "source": "source_id",
        "target": "target_id",
        "place": "place_id",
        "device": "device_id",
    }
    named = {short.get(name, name): value for name, value in told.items()}
    if isinstance(at := named.get("at"), datetime) and at.tzinfo:
        named["at"] = at.astimezone(UTC).replace(tzinfo=None)
    return usual | named


def told(
    rows: Iterable[Mapping[str, Any]],
    accounts: Iterable[Mapping[str, Any]] = (),
    rejected: Iterable[batch.Rejected] = (),
) -> batch.Batch:
    """Return a batch of plain rows, as a reader would hand it over."""
    whole = [row(n, **each) for n, each in enumerate(rows)]
    return batch.Batch(
        rows=_frame(whole, batch.ROW_COLUMNS),
        accounts=_frame(list(accounts), batch.ACCOUNT_ROW_COLUMNS),
        rejected=tuple(rejected),
    )


def _frame(rows: list[Any], schema: batch.Schema) -> polars.DataFrame:
    used = {name for each in rows for name in each}
    kinds = {name: kind for name, kind in schema.items() if name in used}
    return batch.shaped(polars.DataFrame(rows, schema=kinds), schema)


def add(
    home: Bureau | models.Ledger,
    rows: Iterable[Mapping[str, Any]] = (),
    accounts: Iterable[Mapping[str, Any]] = (),
    rejected: Iterable[batch.Rejected] = (),
    at: datetime = AT,
) -> models.Load:
    """Load rows through the real loading: dict(source="A-1", target="B-2", at=…, amount_minor=…,
    place=…, text=…, source_name=…, label_pattern=…, …); accounts: dict(account_id=…, name=…, …)."""
    return add_batches(home, [told(rows, accounts, rejected)], at)


def add_batches(
    home: Bureau | models.Ledger, batches: list[batch.Batch], at: datetime = AT, digest: str = ""
) -> models.Load:
    """Load batches through the real loading; on the bench as the system."""
    ledger = home.ledger if isinstance(home, Bureau) else home
    by = home.analyst_actor if isinstance(home, Bureau) else acting.SYSTEM
    load, _ = loading.bring_in(
        by=by,
        at=at,
        ledger=ledger,
        key=ledgers.key_of(by=by, ledger=ledger),
        source=loading.Source(digest or f"{next(_number):064x}", "made"),
        batches=lambda: batches,
        clock=lambda: at,
    )
    return load


def add_frame(
    home: Bureau | models.Ledger,
    entries: polars.DataFrame,
    accounts: polars.DataFrame | None = None,
    labels: polars.DataFrame | None = None,
    at: datetime = AT,
) -> models.Load:
    """Load made data (flows.made: entry.COLUMNS, ACCOUNT_COLUMNS, LABEL_COLUMNS); account 7 becomes
    the identifier "7"."""
    rows = entries.with_row_index("line", offset=2).with_columns(
        polars.col(name).cast(polars.String).alias(f"{name}_id")
        for name in ("source", "target", "place", "device")
    )
    if labels is not None:
        of_rows = labels.drop_nulls("entry").unique("entry")
        rows = rows.join(
            of_rows.select("entry", label_pattern="pattern", label_instance="instance"),
            on="entry",
            how="left",
            maintain_order="left",
        )
    of_accounts = None
    if accounts is not None:
        of_accounts = accounts.with_columns(
            polars.col(name).cast(polars.String).alias(new)
            for name, new in (("account", "account_id"), ("holder", "holder_id"))
        )
    told_ = batch.Batch(batch.shaped(rows))
    if of_accounts is not None:
        told_ = batch.Batch(
            batch.shaped(rows), batch.shaped(of_accounts, batch.ACCOUNT_ROW_COLUMNS)
        )
    return add_batches(home, [told_], at)


def pseudonym(home: Bureau | models.Ledger, account: str) -> int:
    """Return the pseudonym of an account's plain identifier in a ledger."""
    from manumit.flows import pseudonyms

    ledger = home.ledger if isinstance(home, Bureau) else home
    by = home.analyst_actor if isinstance(home, Bureau) else acting.SYSTEM
    maker = pseudonyms.Maker(ledgers.key_of(by=by, ledger=ledger))
    return maker.of(pseudonyms.Space.ACCOUNT, account)
