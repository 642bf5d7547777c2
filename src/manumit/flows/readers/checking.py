"""Which rows are refused: the first thing that is wrong with each, kept with line, field and cure."""

from collections.abc import Callable

import numpy as np
import polars

from manumit.flows import batch
from manumit.flows.readers import faults

Series = polars.Series


class Faults:
    """Collects, for each row, the first fault that was told."""

    def __init__(self, rows: int) -> None:
        self._first = np.zeros(rows, np.int16)
        self._said: list[tuple[str, str]] = []

    def add(self, field: str, reason: str, mask: Series) -> None:
        """Tell that the rows of the mask have a fault; those that have one already keep it."""
        if mask.null_count():
            mask = mask.fill_null(False)
        if not mask.any():
            return
        self._said.append((field, reason))
        found = mask.to_numpy()
        self._first[found & (self._first == 0)] = len(self._said)

    def good(self) -> Series:
        """Return which rows have none."""
        return Series(self._first == 0)

    def rejected(self, lines: Series, raw: Callable[[int], str]) -> tuple[batch.Rejected, ...]:
        """Return the refusals in the file's order; `raw` gives a row as it stood, by its number."""
        made = []
        for number in np.flatnonzero(self._first):
            field, reason = self._said[self._first[number] - 1]
            made.append(faults.rejected(int(lines[int(number)]), field, reason, raw(int(number))))
        return tuple(made)
