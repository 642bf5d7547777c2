"""From plain rows to rows that say nobody's name: pseudonyms in, identifiers and texts out.

What comes out in the open is numbers, times, amounts, codes and pseudonyms. What named somebody comes
out as records to be sealed, in the order in which the loader writes them.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars

from manumit.core import sealing
from manumit.flows import batch, entry, money, pseudonyms, rowkeys
from manumit.flows.pseudonyms import Space

PER_LOAD = 10**9  # entry numbers of a load: number * PER_LOAD + row

# What a staged row carries beside the table `entries`, until the load is whole.
STAGED: batch.Schema = {
    **entry.COLUMNS,
    "line": polars.Int64,
    "key": polars.Int64,
    "referenced": polars.Boolean,
    "content": polars.Int64,
    "label_pattern": polars.String,
    "label_instance": polars.String,
    "slice": polars.String,
}
NAME_COLUMNS: batch.Schema = {"account": polars.Int64, "said": polars.Int64}
_ENDS = (("source_id", "source_name"), ("target_id", "target_name"))
_TEXTS = ("reference", "text", "source_name", "target_name")


@dataclass(frozen=True)
class Pseudonymised:
    """One batch, ready to be written. rows: STAGED; names: NAME_COLUMNS, beside `name_records`;
    `texts` are the rows' records, empty where no row has any."""

    rows: polars.DataFrame
    accounts: polars.DataFrame  # entry.ACCOUNT_COLUMNS, label_pattern, label_instance
    names: polars.DataFrame
    name_records: list[dict[str, Any]]
    texts: list[list[str | None]]


@dataclass(frozen=True)
class Ground:
    """What all batches of a load have in common."""

    maker: pseudonyms.Maker
    said_key: bytes
    currency: str
    rates: tuple[money.Rate, ...] = ()


def ground(key: bytes, currency: str, rates: Sequence[money.Rate] = ()) -> Ground:
    """Return the ground of a ledger; `key` is its FINANCE key."""
    return Ground(pseudonyms.Maker(key), sealing.subkey(key, b"names said"), currency, tuple(rates))


def pseudonymised(
    told: batch.Batch, on: Ground, first_entry: int, seen: polars.DataFrame
) -> Pseudonymised:
    """Turn a batch into what may be written. `seen` (NAME_COLUMNS) is sealed already."""
    spelled = batch.shaped(told.rows).with_columns(
        pseudonyms.normalised(polars.col(name)).alias(f"~{name}")
        for name in ("source_id", "target_id", "place_id", "device_id", "reference", "text")
    )
    rows = _rows(spelled, on, first_entry)
    accounts, of_accounts = _accounts(batch.shaped(told.accounts, batch.ACCOUNT_ROW_COLUMNS), on)
    names, records = _unseen([_of_rows(spelled, rows, on), *of_accounts], on, seen)
    texts = spelled.select(_TEXTS)
    any_text = any(texts[name].null_count() < len(texts) for name in _TEXTS)
    return Pseudonymised(
        rows, accounts, names, records, [list(row) for row in texts.iter_rows()] if any_text else []
    )


def _rows(spelled: polars.DataFrame, on: Ground, first_entry: int) -> polars.DataFrame:
    def made(space: Space, name: str) -> polars.Series:
        return on.maker.column(space, spelled[f"~{name}"])

    ends = polars.concat([spelled["~source_id"], spelled["~target_id"]])
    ends = on.maker.column(Space.ACCOUNT, ends)
    rows = spelled.with_columns(
        ends[: len(spelled)].alias("source"),
        ends[len(spelled) :].alias("target"),
        made(Space.PLACE, "place_id").alias("place"),
        made(Space.DEVICE, "device_id").alias("device"),
        polars.int_range(first_entry, first_entry + len(spelled), dtype=polars.Int64).alias(
            "entry"
        ),
        polars.col("at").dt.strftime("%Y-%m").alias("slice"),
        polars.col("reference").is_not_null().alias("referenced"),
    )
    rows = _in_base(rows, on)
    content = rowkeys.content(rows)
    key = rowkeys.keys(content, made(Space.REFERENCE, "reference"), made(Space.REFERENCE, "text"))
    return batch.shaped(rows.with_columns(content, key), STAGED)


def _in_base(rows: polars.DataFrame, on: Ground) -> polars.DataFrame:
    """Fill the amount in the ledger's currency, where it is that already or a rate is known."""
    same = polars.col("currency") == on.currency
    rows = rows.with_columns(
        polars.when(same).then("amount_minor").otherwise("base_minor").alias("base_minor"),
        polars.when(same).then(polars.lit("")).otherwise("rate").alias("rate"),
    )
    if not on.rates or not rows["base_minor"].null_count():
        return rows
    table = dict(enumerate(on.rates))
    since = polars.DataFrame(
        {
            "currency": [rate.currency for rate in on.rates],
            "since": [rate.since for rate in on.rates],
            "which": list(table),
        },
        schema_overrides={"which": polars.Int64},
    ).sort("since")
    found = (
        rows.with_row_index("row")
        .filter(polars.col("base_minor").is_null())
        .select("row", "currency", "amount_minor", on=polars.col("at").dt.date())
        .sort("on")
        .join_asof(since, left_on="on", right_on="since", by="currency", check_sortedness=False)
        .drop_nulls("which")
    )
    worth = [
        money.base_minor(amount, table[which], on.currency)
        for amount, which in found.select("amount_minor", "which").iter_rows()
    ]
    sources = [f"{table[w].source} ({table[w].since})" for w in found["which"]]
    known = polars.DataFrame(
        {"row": found["row"], "worth": worth, "told": sources},
        schema={"row": polars.UInt32, "worth": polars.Int64, "told": polars.String},
    )
    return (
        rows.with_row_index("row")
        .join(known, on="row", how="left", maintain_order="left")
        .with_columns(
            polars.coalesce("base_minor", "worth").alias("base_minor"),
            polars.coalesce("told", "rate").alias("rate"),
        )
    )


def _of_rows(spelled: polars.DataFrame, rows: polars.DataFrame, on: Ground) -> polars.DataFrame:
    """Return who the rows name: account (pseudonym), identifier, name."""
    parts = []
    both = spelled.hstack(rows.select("source", "target", "place", "device"))
    for (identifier, name), end in zip(_ENDS, ("source", "target"), strict=True):
        parts.append(both.select(account=end, identifier=identifier, name=name))
    for identifier, end in (("place_id", "place"), ("device_id", "device")):
        told = both.select(account=end, identifier=identifier, name=polars.lit(None, polars.String))
        parts.append(told)
    whole = polars.concat(parts).drop_nulls("account").unique(["account", "name"], keep="first")
    named = whole["name"].is_not_null()
    said = [
        _said(on, f"{name}") if there else 0
        for name, there in zip(whole["name"], named, strict=True)
    ]
    return whole.with_columns(polars.Series("said", said, dtype=polars.Int64))


def _said(on: Ground, text: str) -> int:
    digest = hmac.digest(on.said_key, text.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") >> 1 | 1


def _accounts(
    told: polars.DataFrame, on: Ground
) -> tuple[polars.DataFrame, list[polars.DataFrame]]:
    """Return the rows of the table `accounts`, and the records of who is behind them."""
    columns = {
        "account": (Space.ACCOUNT, "account_id"),
        "holder": (Space.PARTY, "holder_id"),
        "address": (Space.ADDRESS, "address"),
        "phone": (Space.PHONE, "phone"),
    }
    plain = ("account_id", "name", "holder_id", "holder_name", "address", "phone")
    kept = told.drop(plain).hstack(
        [
            on.maker.column(
                space, told.select(pseudonyms.normalised(polars.col(name))).to_series()
            ).alias(column)
            for column, (space, name) in columns.items()
        ]
    )
    both = kept.select(list(columns)).hstack(
        told.select(*plain).rename({"address": "street", "phone": "number"})
    )
    accounts = kept.drop_nulls("account").select(
        *entry.ACCOUNT_COLUMNS, "label_pattern", "label_instance"
    )
    return accounts, [
        _records(
            both,
            on,
            "account",
            "account_id",
            "name",
            {"address": "street", "phone": "number", "holder": "holder_name"},
        ),
        _records(both, on, "holder", "holder_id", "holder_name", {}),
        _records(both, on, "address", "street", None, {}),
        _records(both, on, "phone", "number", None, {}),
    ]


def _records(
    both: polars.DataFrame,
    on: Ground,
    pseudonym: str,
    identifier: str,
    name: str | None,
    more: dict[str, str],
) -> polars.DataFrame:
    """Return account, identifier, name, `more` (JSON) and said of one kind of thing."""
    picked = both.select(
        account=pseudonym,
        identifier=identifier,
        name=name if name else polars.lit(None, polars.String),
        **more,
    )
    picked = picked.drop_nulls("account").unique(maintain_order=True)
    extra = (
        [
            json.dumps({k: v for k, v in row.items() if v}, ensure_ascii=False)
            if any(row.values())
            else None
            for row in picked.select(list(more)).iter_rows(named=True)
        ]
        if more
        else [None] * len(picked)
    )
    said = [
        _said(on, f"{name}\0{told}" if told else f"{name}") if name or told else 0
        for name, told in zip(picked["name"], extra, strict=True)
    ]
    return picked.select("account", "identifier", "name").with_columns(
        polars.Series("more", extra, dtype=polars.String),
        polars.Series("said", said, dtype=polars.Int64),
    )


def _unseen(
    told: list[polars.DataFrame], on: Ground, seen: polars.DataFrame
) -> tuple[polars.DataFrame, list[dict[str, Any]]]:
    del on
    whole = polars.concat(told, how="diagonal").unique(["account", "said"], maintain_order=True)
    # A bare identifier adds nothing to one that comes with a name in the same batch.
    named = whole.filter(polars.col("said") != 0).select("account").unique()
    bare = whole.filter(polars.col("said") == 0).join(named, on="account", how="anti")
    whole = polars.concat([whole.filter(polars.col("said") != 0), bare])
    known = seen.select("account").unique()
    fresh = whole.join(seen, on=["account", "said"], how="anti").filter(
        (polars.col("said") != 0) | ~polars.col("account").is_in(known["account"].implode())
    )
    records = [
        {k: v for k, v in (("identifier", identifier), ("name", name)) if v is not None}
        | (json.loads(more) if more else {})
        for identifier, name, more in fresh.select("identifier", "name", "more").iter_rows()
    ]
    return fresh.select(list(NAME_COLUMNS)), records
