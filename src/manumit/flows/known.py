"""What is known when a report is written: the facts of an alert or a case, opened, as plain values.

Everything in a report or its narrative comes from here or from what a person typed. The facts are taken
once, when the report is begun, so that what two people read and approve is the same.
"""

from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from manumit.flows import money
from manumit.flows.alerting import Part


@dataclass(frozen=True)
class Account:
    """An account as the ledger knows it. `part`: what it did in what was found (alerting.Part)."""

    account: int
    identifier: str
    name: str = ""
    kind: str = ""
    country: str = ""
    part: str = ""

    @property
    def possible_victim(self) -> bool:
        """Tell whether the holder may be a victim."""
        return self.part == Part.POSSIBLE_VICTIM.value


@dataclass(frozen=True)
class Entry:
    """One movement. `at` is UTC; `base_minor` the amount in the ledger's currency, if known."""

    entry: int
    at: datetime
    amount_minor: int
    currency: str
    base_minor: int | None = None
    source: int | None = None
    target: int | None = None
    kind: str = "transfer"
    purpose: str = ""
    country_from: str = ""
    country_to: str = ""
    precision: int = 0
    reference: str = ""
    text: str = ""


@dataclass(frozen=True)
class Sign:
    """One reason of an alert, or what speaks against it, in words by language."""

    sign: str
    texts: dict[str, str] = field(default_factory=dict)
    value: str = ""
    threshold: str = ""
    source: str = ""

    def text(self, language: str) -> str:
        """Return the words in a language, else in English, else the sign's own name."""
        return self.texts.get(language) or self.texts.get("en") or self.sign.replace("_", " ")


@dataclass(frozen=True)
class Known:
    """All that is known. `entries` may be fewer than `entry_count`: an alert lists 500 at most."""

    reference: str  # A-12 or C-3
    typologies: tuple[str, ...]
    currency: str
    time_zone: str
    accounts: tuple[Account, ...]
    entries: tuple[Entry, ...]
    entry_count: int
    reasons: tuple[Sign, ...] = ()
    against: tuple[Sign, ...] = ()
    cut: tuple[str, ...] = ()

    @property
    def victims(self) -> frozenset[str]:
        """Return the identifiers of accounts whose holders may be victims."""
        return frozenset(a.identifier for a in self.accounts if a.possible_victim)

    def by_number(self) -> dict[int, Account]:
        """Return the accounts by their number in the ledger."""
        return {a.account: a for a in self.accounts}

    def local(self, at: datetime) -> datetime:
        """Return an instant as it was where the ledger is, without a zone."""
        return at.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)

    def total(self) -> int | None:
        """Return the sum in the ledger's currency; None when an entry's rate is not known."""
        amounts = [self.base(one) for one in self.entries]
        kept = [amount for amount in amounts if amount is not None]
        return sum(kept) if len(kept) == len(amounts) else None

    def base(self, one: Entry) -> int | None:
        """Return an entry's amount in the ledger's currency; a file without currency is in it."""
        if one.currency in (self.currency, money.NO_CURRENCY):
            return one.amount_minor
        return one.base_minor


def plain(known: Known) -> dict[str, Any]:
    """Return it as JSON can carry it."""
    told = asdict(known)
    for one in told["entries"]:
        one["at"] = one["at"].astimezone(UTC).isoformat()
    return told


def of_plain(told: dict[str, Any]) -> Known:
    """Return what `plain` was made of."""
    entries = [Entry(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in told["entries"]]
    simple = {
        f.name: told[f.name] for f in fields(Known) if not isinstance(told[f.name], list | tuple)
    }
    return Known(
        **simple,
        typologies=tuple(told["typologies"]),
        accounts=tuple(Account(**one) for one in told["accounts"]),
        entries=tuple(entries),
        reasons=tuple(Sign(**one) for one in told["reasons"]),
        against=tuple(Sign(**one) for one in told["against"]),
        cut=tuple(told["cut"]),
    )
