"""What a measure answers: columns for the own rows, sizes of shapes, and what a budget left out."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from manumit.flows.compiled import compiled


@dataclass(frozen=True)
class Sizes:
    """How many shapes of each size a transfer completes; only what is not zero is kept.

    Shapes: all (k,). `row` counts from the first own row; the size of a cycle is its legs, of a
    scatter-gather its middle accounts.
    """

    row: NDArray[numpy.int32]
    size: NDArray[numpy.int32]
    count: NDArray[numpy.int32]

    def table(self, rows: int, smallest: int, largest: int) -> NDArray[numpy.int32]:
        """Spread out as rows × sizes; the last column holds `largest` and whatever is larger."""
        spread = numpy.zeros((rows, largest - smallest + 1), numpy.int32)
        numpy.add.at(spread, (self.row, numpy.minimum(self.size, largest) - smallest), self.count)
        return spread


@dataclass(frozen=True)
class Cut:
    """A budget ended the search of these rows: what they count is a lower bound."""

    measure: str
    budget: int
    row: NDArray[numpy.int32]  # counted from the first own row

    @property
    def words(self) -> str:
        """Say it to a person; "" when nothing was cut."""
        return said(self.measure, self.budget, len(self.row)) if len(self.row) else ""


def said(measure: str, budget: int, rows: int) -> str:
    """Say of how many transfers a budget ended the search."""
    return (
        f"{measure}: the search of {rows} transfers ended after {budget} steps each; what it counts "
        "for them is a lower bound"
    )


@dataclass(frozen=True)
class Measured:
    """The answer of one measure: each column has one value per own row."""

    columns: dict[str, NDArray[numpy.generic]]
    sizes: dict[str, Sizes] = field(default_factory=dict)
    cut: tuple[Cut, ...] = ()


def joined(parts: list[Measured]) -> Measured:
    """Put the answers of several measures about the same rows side by side."""
    return Measured(
        columns={name: column for part in parts for name, column in part.columns.items()},
        sizes={name: sizes for part in parts for name, sizes in part.sizes.items()},
        cut=tuple(cut for part in parts for cut in part.cut),
    )


class Room(NamedTuple):
    """Where a kernel keeps sizes while it counts; made larger as needed."""

    row: NDArray[numpy.int32]
    size: NDArray[numpy.int32]
    times: NDArray[numpy.int32]


def room(first: int = 1024) -> Room:
    """Make room for the first so many sizes."""
    return Room(*(numpy.empty(first, numpy.int32) for _ in range(3)))


@compiled
def _larger(array: NDArray[numpy.int32]) -> NDArray[numpy.int32]:
    answer = numpy.empty(2 * len(array), numpy.int32)
    answer[: len(array)] = array
    return answer


@compiled
def keep(
    room: Room, used: int, row: int, found: NDArray[numpy.int32], largest: int
) -> tuple[Room, int]:
    """Keep what was found for a row, by size, and empty `found` for the next."""
    for size in range(largest + 1):
        if found[size]:
            if used == len(room.row):
                room = Room(_larger(room.row), _larger(room.size), _larger(room.times))
            room.row[used], room.size[used], room.times[used] = row, size, found[size]
            found[size] = 0
            used += 1
    return room, used


def of_sizes(
    measure: str, rows: int, told: Room, used: int, stopped: NDArray[numpy.int32], budget: int
) -> Measured:
    """Make the columns of a shape (how many, smallest, largest) from its sizes."""
    sizes = Sizes(told.row[:used].copy(), told.size[:used].copy(), told.times[:used].copy())
    count = numpy.bincount(sizes.row, sizes.count, rows).astype(numpy.int32)
    largest = numpy.zeros(rows, numpy.int16)  # no shape is larger than its kernel's limit
    smallest = numpy.zeros(rows, numpy.int16)
    # sizes stand by row, then by size, so the last of a row is its largest
    largest[sizes.row] = sizes.size
    smallest[sizes.row[::-1]] = sizes.size[::-1]
    return Measured(
        columns={measure: count, f"{measure}_smallest": smallest, f"{measure}_largest": largest},
        sizes={measure: sizes},
        cut=(Cut(measure, budget, stopped),),
    )
