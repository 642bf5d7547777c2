"""Amounts as whole minor units of a currency, and what they are in the ledger's own.

How many decimal places a currency has is data (ISO 4217); a rate is data too, with its source, and is
used only where somebody gave one: an amount without a rate stays in its own currency.
"""

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache
from importlib import resources

NO_CURRENCY = "XXX"
LARGEST = 10**17  # minor units; more than this is a mistake, not an amount


class BadRates(ValueError):  # noqa: N818 (said as people say it)
    """A table of rates that is refused: the line, what is wrong, and the cure."""


@cache
def exponents() -> Mapping[str, int]:
    """Return the decimal places by code: ISO 4217, virtual assets, and XXX."""
    text = resources.files("manumit.flows").joinpath("data/currencies.toml").read_text("utf-8")
    return {
        code: int(places)
        for table in tomllib.loads(text).values()
        for places, codes in table.items()
        for code in codes.split()
    }


def exponent(currency: str) -> int | None:
    """Return a currency's decimal places; None where the code is not known."""
    return exponents().get(currency)


def known(currency: str) -> bool:
    """Tell whether the code is one of ISO 4217, a virtual asset, or XXX."""
    return currency in exponents()


def plain(amount_minor: int, currency: str) -> str:
    """Return an amount for people: "1,234.50 USD". An unknown code has two places."""
    places = exponents().get(currency, 2)
    number = f"{Decimal(amount_minor).scaleb(-places):,.{places}f}"
    return number if currency == NO_CURRENCY else f"{number} {currency}"


def minor(amount: str, currency: str) -> int:
    """Return the minor units of a plain decimal number ("1234.50").

    Raises ValueError where it is no number, has more places than the currency, or is absurd.
    """
    places = exponents()[currency]
    try:
        scaled = Decimal(amount).scaleb(places)
    except InvalidOperation as problem:
        raise ValueError("not a number") from problem
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError("more decimal places than the currency has")
    if abs(scaled) > LARGEST:
        raise ValueError("too large to be an amount")
    return int(scaled)


@dataclass(frozen=True)
class Rate:
    """From one day on, one unit of `currency` is worth `worth` units of the ledger's currency."""

    currency: str
    since: date
    worth: Decimal
    source: str

    def factor(self, base: str) -> Decimal:
        """Return what minor units are multiplied by."""
        return self.worth.scaleb(exponents()[base] - exponents()[self.currency])


def base_minor(amount_minor: int, rate: Rate, base: str) -> int:
    """Return the amount in minor units of the ledger's currency, rounded half to even."""
    return int((amount_minor * rate.factor(base)).to_integral_value(ROUND_HALF_EVEN))


def rates(text: str) -> list[Rate]:
    """Read a table of rates: CSV with currency, since (YYYY-MM-DD), worth, source.

    Raises BadRates. Sorted by currency and day.
    """
    rows = csv.DictReader(io.StringIO(text))
    if set(rows.fieldnames or ()) != {"currency", "since", "worth", "source"}:
        raise BadRates("line 1: the columns are currency, since, worth, source.")
    found = [_rate(row, line) for line, row in enumerate(rows, start=2)]
    return sorted(found, key=lambda rate: (rate.currency, rate.since))


def _rate(row: Mapping[str, str], line: int) -> Rate:
    code = (row["currency"] or "").strip().upper()
    if not known(code) or code == NO_CURRENCY:
        raise BadRates(f"line {line}, currency: give a code of ISO 4217, such as USD.")
    try:
        since = date.fromisoformat((row["since"] or "").strip())
    except ValueError:
        raise BadRates(f"line {line}, since: give a day as 2026-01-31.") from None
    try:
        worth = Decimal((row["worth"] or "").strip())
    except InvalidOperation:
        worth = Decimal(0)
    if not worth.is_finite() or worth <= 0:
        raise BadRates(f"line {line}, worth: give a number above zero, such as 1.0835.")
    if not (source := (row["source"] or "").strip()):
        raise BadRates(f"line {line}, source: say where the rate is from.")
    return Rate(code, since, worth, source)
