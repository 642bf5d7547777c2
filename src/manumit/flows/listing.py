"""Alerts as rows of a table: one per alert and account, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

COLUMNS = ("alert", "typology", "score", "account", "role", "transactions", "reasons")
_RUNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Listed:
    """An alert as it is listed: accounts with their parts, entries, reasons as (sign, value).

    `typology` is the pack, and for a shape the pattern too: "finance-shapes:cycle".
    """

    number: int
    typology: str
    score: float
    accounts: Sequence[tuple[int, str]]
    entries: Sequence[int]
    reasons: Sequence[tuple[str, str]]


def named(pack: str, values: Iterable[str], patterns: Iterable[str]) -> str:
    """Name a typology: the pack, and the pattern that a reason begins with ("cycle; evidence …")."""
    said = [value.partition(";")[0].replace("-", "_") for value in values]
    pattern = next((each for each in said if each in set(patterns)), "")
    return f"{pack}:{pattern}" if pattern else pack


def safe(text: str) -> str:
    """Give a cell that no spreadsheet runs: what begins like a formula is kept as text by a quote."""
    return f"'{text}" if text.startswith(_RUNS) else text


def rows(
    alerts: Iterable[Listed], accounts: Mapping[int, str], entries: Mapping[int, str]
) -> Iterable[tuple[str, ...]]:
    """Give rows by COLUMNS; an account or transaction without a name of its own has its number."""
    for alert in alerts:
        told = " ".join(entries.get(each, str(each)) for each in alert.entries)
        why = "; ".join(f"{sign} ({value})" if value else sign for sign, value in alert.reasons)
        for account, part in alert.accounts:
            yield tuple(
                safe(cell)
                for cell in (
                    f"A-{alert.number}",
                    alert.typology,
                    f"{alert.score:.4f}",
                    accounts.get(account, str(account)),
                    part,
                    told,
                    why,
                )
            )


def text(found: Iterable[tuple[str, ...]]) -> str:
    """Give the rows as CSV with a heading (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(found)
    return out.getvalue()
