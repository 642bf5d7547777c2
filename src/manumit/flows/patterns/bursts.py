"""Bursts: one account pays another several times in a day, where that is not what they do.

Structuring in its plainest form. The measure is habits.surprises' number of parts.
"""

import numpy
from numpy.typing import NDArray

from manumit.flows.patterns import instance

LEAST = 2.0  # one in a hundred such pairs on such a day
FEWEST = 3  # two payments in a day are no burst


def find(
    repeated: NDArray[numpy.float64], count: NDArray[numpy.int64], own: int
) -> instance.Shapes:
    """Find legs of FEWEST and more parts whose number is rare by LEAST and more."""
    leg = numpy.flatnonzero((repeated >= LEAST) & (count >= FEWEST))
    leg = leg[leg >= own].astype(numpy.int64)
    return instance.one_leg_each(leg, repeated[leg])
