"""What an alert is, before it is stored: who, which entries, why, and what speaks against it."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """What an account did in what was found. None of these says that somebody is guilty."""

    SOURCE = "source"
    MIDDLE = "middle"
    COLLECTOR = "collector"
    TARGET = "target"
    HOLDER = "holder"  # the account that the red flags are about
    POSSIBLE_VICTIM = "possible_victim"  # pays for somebody's release, or is used by others


@dataclass(frozen=True)
class Reason:
    """One red flag or shape that was met (or, among `against`, what speaks the other way).

    `sign` is the indicator's id in its pack; `value` and `threshold` are as a reader should see them
    ("14 payers", "at least 10"); `source` names the publication, `status` whether it was read there.
    """

    sign: str
    value: str
    threshold: str = ""
    strength: str = ""
    source: str = ""
    status: str = ""


@dataclass(frozen=True)
class Found:
    """An alert to be stored. `score` is 0 … 1; entries and accounts are numbers of the ledger."""

    typology: str  # id of the pack
    outcome: str  # code of the pack's outcome
    score: float
    accounts: tuple[tuple[int, Part], ...]
    entries: tuple[int, ...]
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    first_at: datetime
    last_at: datetime
    amount_minor: int
    possible_victim: bool = False
    cut: tuple[str, ...] = field(default=())  # what a budget left out, in words
    entry_count: int = 0  # also of entries that are not listed

    @property
    def fingerprint(self) -> str:
        """Say which alert this is, so that the next scan finds it again: typology and entries."""
        said = f"{self.typology}:{','.join(map(str, sorted(self.entries)))}"
        who = ",".join(str(account) for account, _ in sorted(self.accounts))
        return hashlib.sha256(f"{said}:{who}".encode()).hexdigest()[:32]
