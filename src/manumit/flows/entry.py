"""One entry of a ledger: a movement of value, or a benefit in kind.

Amounts are whole minor units (cents, fils) of a currency. Accounts, places and devices are
pseudonyms: whole numbers that mean nothing outside the ledger. Times are UTC with a precision, because
most banks' files know the minute or the day only, and what happened within one of them has no order.

Benefits in kind (labour extracted, persons given as reward, ransom, sale) are entries too: an analysis
of money alone misses what trafficking is to an armed group (FATF/APG 2018, CTED).
"""

from enum import IntEnum, StrEnum

import polars


class Kind(StrEnum):
    """How value moved."""

    TRANSFER = "transfer"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"
    CARD = "card"
    CHEQUE = "cheque"
    PREPAID = "prepaid"
    HAWALA = "hawala"
    VALUE_TRANSFER = "value_transfer"  # money or value transfer services, registered
    VIRTUAL_ASSET = "virtual_asset"
    IN_KIND = "in_kind"


class Purpose(StrEnum):
    """What it was for, where the file or an officer says so."""

    UNKNOWN = ""
    WAGES = "wages"
    RENT = "rent"
    TRAVEL = "travel"
    LODGING = "lodging"
    ADVERTISING = "advertising"
    RECRUITMENT_FEE = "recruitment_fee"
    DEBT = "debt"
    DONATION = "donation"
    REMITTANCE = "remittance"
    GOODS = "goods"
    MEDICAL = "medical"
    RANSOM = "ransom"  # asked for somebody's release: who pays may be family
    # in kind
    SALE_OF_PERSON = "sale_of_person"
    PERSON_AS_REWARD = "person_as_reward"
    LABOUR_EXTRACTED = "labour_extracted"
    SERVICES_EXTRACTED = "services_extracted"
    OTHER = "other"


class Precision(IntEnum):
    """How exactly the time is known. Entries of one account within one such unit have no order."""

    SECOND = 0
    MINUTE = 1
    DAY = 2
    STEP = 3  # a simulation's step, stored as one day each from 1970-01-01


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
