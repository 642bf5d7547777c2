"""One entry of a ledger: a movement of value, or a benefit in kind.

Amounts are whole minor units (cents, fils) of a currency. Accounts, places and devices are
pseudonyms: whole numbers that mean nothing outside the ledger. Times are UTC with a precision, because
most banks' files know the minute or the day only, and what happened within one of them has no order.
"""

import polars

from manumit.flows.kinds import Kind as Kind
from manumit.flows.kinds import Precision as Precision
from manumit.flows.kinds import Purpose as Purpose

# The table `entries`, one Parquet file per load and slice of time, sorted by (at, entry).
COLUMNS: dict[str, polars.DataType | type[polars.DataType]] = {
    "entry": polars.Int64,  # number in the ledger, given at load; never given again
    "at": polars.Datetime("us"),  # UTC
    "precision": polars.UInt8,  # Precision
    "local_minute": polars.Int16,  # minutes since midnight where it happened; null when not known
    "source": polars.Int64,  # account that gave; null for cash paid in and what came from nowhere
    "target": polars.Int64,  # account that received; null for cash taken out
    "amount_minor": polars.Int64,  # minor units of `currency`, never negative
    "currency": polars.String,  # ISO 4217, or "XXX" where the file has none
    "base_minor": polars.Int64,  # the same in the ledger's currency; null where no rate is known
    "rate": polars.String,  # where the rate came from; "" where none was needed or known
    "kind": polars.String,  # Kind
    "purpose": polars.String,  # Purpose
    "country_from": polars.String,  # ISO 3166 alpha-2, "" where not known
    "country_to": polars.String,
    "place": polars.Int64,  # branch, machine or shop; null where not known
    "mcc": polars.Int16,  # merchant category code (ISO 18245); null where not known
    "device": polars.Int64,  # null where not known
}

# The table `accounts`, one file per load: what is known of an account and says nobody's name.
ACCOUNT_COLUMNS: dict[str, polars.DataType | type[polars.DataType]] = {
    "account": polars.Int64,
    "kind": polars.String,  # person, business, agent, collector, "" where not known
    "holder": polars.Int64,  # the party behind it; null where not known
    "country": polars.String,
    "opened_on": polars.Date,
    "income_minor": polars.Int64,  # declared a month, in the ledger's currency
    "address": polars.Int64,  # pseudonyms, to find what is shared
    "phone": polars.Int64,
}

# The table `labels`: what made or published data says of itself. Never seen by any rule.
LABEL_COLUMNS: dict[str, polars.DataType | type[polars.DataType]] = {
    "entry": polars.Int64,  # null where an account is labelled as a whole
    "account": polars.Int64,  # null where an entry is labelled
    "pattern": polars.String,  # cycle, fan_in, scatter_gather … or "" for "illicit, no pattern told"
    "instance": polars.String,  # which of them; "" where the file does not say
}
