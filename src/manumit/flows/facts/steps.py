"""What a step is: SQL that measures something about each account in each period, and says what.

A step reads ``sides`` (see `ground`): one row per entry, account and period. It gives one row per
``period`` and ``account`` with the columns it declares; an account it gives no row for has none of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from manumit.flows import thresholds


@dataclass(frozen=True)
class Fact:
    """One number. `cites`: which entries of the account show it, as SQL over ``sides``.

    `absent` is what holds where a step has no row for an account: 0 for a count, None (not known) for
    a share or a time.
    """

    says: str  # completes "… in the period", for people
    unit: str = "count"  # count, share, hours, minor, days, times, score, flag (0 or 1)
    absent: int | None = 0
    cites: str = "true"


@dataclass(frozen=True)
class Step:
    """One named step. `needs`: without such entries nothing is known, and every fact is unknown."""

    name: str
    says: str
    sql: Callable[[thresholds.Ground], str]
    facts: Mapping[str, Fact]
    needs: str = ""


STEPS: dict[str, Step] = {}


def step(
    facts: Mapping[str, Fact], needs: str = ""
) -> Callable[[Callable[[thresholds.Ground], str]], Callable[[thresholds.Ground], str]]:
    """Put a function that gives SQL among the steps; its docstring says what it measures."""

    def keep(sql: Callable[[thresholds.Ground], str]) -> Callable[[thresholds.Ground], str]:
        name = sql.__name__
        STEPS[name] = Step(name, (sql.__doc__ or "").strip(), sql, facts, needs)
        return sql

    return keep


def listed(words: tuple[str, ...]) -> str:
    """Return words as a list in SQL; they come from data files of ours, never from a bank's file."""
    return "(" + ", ".join("'" + word.replace("'", "''") + "'" for word in words) + ")"
