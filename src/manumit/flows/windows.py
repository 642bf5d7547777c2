"""How far back each measure looks, chosen by how exactly times are known.

A window holds what happened at most that many seconds before, its far edge included.
"""

from dataclasses import dataclass

from manumit.flows import entry

HOUR, DAY = 3600, 86_400


@dataclass(frozen=True)
class Windows:
    """Seconds of each window, and how many legs a hop-limited cycle may have."""

    name: str
    fan: int = DAY
    moments: int = DAY
    scatter_gather: int = 6 * HOUR
    cycle: int = DAY
    hop_limit: int = 10
    pattern: int = 5 * DAY  # whole shapes with their members


# The published configuration for data with minutes: 24 h, scatter-gather 6 h, cycles of ten legs
# (Blanusa et al., Graph Feature Preprocessor, arXiv 2402.08593).
MINUTES = Windows("minutes")
# Where only the day is known, hours say nothing.
DAYS = Windows(
    "days",
    fan=10 * DAY,
    moments=10 * DAY,
    scatter_gather=10 * DAY,
    cycle=20 * DAY,
    hop_limit=8,
    pattern=40 * DAY,
)


def fitting(precision: int) -> Windows:
    """Choose by the coarsest precision of the entries."""
    return MINUTES if precision <= entry.Precision.MINUTE else DAYS
