"""Numbers that hold in a country: from which amount cash is reported, where corridors lead.

They are data with a source each (``data/thresholds.toml``).
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from manumit.flows import money


@dataclass(frozen=True)
class Reported:
    """From which amount (minor units of `currency`) cash is reported."""

    currency: str
    amount_minor: int
    source: str
    status: str


@dataclass(frozen=True)
class Ground:
    """What facts are measured against in one ledger.

    `cash_minor` is in the ledger's currency; None where no threshold is known in it.
    """

    country: str
    currency: str
    cash_minor: int | None
    corridor: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say all of it in one line: part of what a derived table depends on."""
        return f"{self.country} {self.currency} {self.cash_minor} {' '.join(self.corridor)}"


@cache
def reported() -> dict[str, Reported]:
    """Return the thresholds by country code, and "default"."""
    return {
        country: Reported(
            each["currency"],
            int(each["amount"]) * 10 ** money.exponents()[each["currency"]],
            each["source"],
            each["status"],
        )
        for country, each in _data()["cash"].items()
    }


def ground(country: str, currency: str) -> Ground:
    """Return what holds in a ledger's country and currency."""
    known = reported()
    chosen = known.get(country)
    if chosen is None or chosen.currency != currency:
        chosen = known["default"] if known["default"].currency == currency else None
    corridor = tuple(sorted(_data()["corridor"]["countries"].split()))
    return Ground(country, currency, chosen.amount_minor if chosen else None, corridor)


@cache
def _data() -> dict[str, Any]:
    text = resources.files("manumit.flows").joinpath("data/thresholds.toml").read_text("utf-8")
    return tomllib.loads(text)
