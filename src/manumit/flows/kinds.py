"""How value moves, what it was for, and how exactly the time is known.

Apart from ``entry`` because pages name these too, and pages load no table engine.

Benefits in kind (labour extracted, persons given as reward, ransom, sale) are entries too: an analysis
of money alone misses what trafficking is to an armed group (FATF/APG 2018, CTED).
"""

from enum import IntEnum, StrEnum


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
