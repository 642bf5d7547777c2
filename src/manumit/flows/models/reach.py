"""Lists by permission: whose ledger a row belongs to."""

from typing import ClassVar

from manumit.core.models.reach import Row, UnitReach


class LedgerReach(UnitReach[Row]):
    """Rows of a ledger, within reach of its unit."""

    unit: ClassVar[str] = "ledger__unit"
