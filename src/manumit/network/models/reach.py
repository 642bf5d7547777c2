"""Lists by permission: whose register a row belongs to."""

from typing import ClassVar

from manumit.core.models.reach import Row, UnitReach


class RegisterReach(UnitReach[Row]):
    """Rows of a register, within reach of its unit."""

    unit: ClassVar[str] = "register__unit"
