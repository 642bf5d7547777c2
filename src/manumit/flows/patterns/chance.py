"""How likely it is that what was seen is nothing: the null model of every pattern.

All figures are in powers of ten: 2 means "once in a hundred where nothing is going on". The model
knows how busy accounts are and nothing else: who pays whom and when is drawn at random (Erdős–Rényi
with given degrees, that is Chung & Lu 2002). No threshold is fitted to any data set.
"""

import math

import numpy
from numpy.typing import NDArray

from manumit.flows import compiled as compiling

CAP = 12.0  # nothing is surer than this: the model is cruder than the tail
LN10 = math.log(10.0)


@compiling.compiled
def at_least(count: float, expected: float) -> float:
    """Say how rare `count` or more are where `expected` are, as -log10 of the Poisson tail's bound.

    P(N >= k) <= pmf(k) * (k + 1) / (k + 1 - λ) for k > λ: at most, never less than the truth says.
    """
    if count <= expected or count < 1:
        return 0.0
    lam = max(expected, 1e-9)
    log = count * math.log(lam) - lam - math.lgamma(count + 1.0)
    log += math.log((count + 1.0) / (count + 1.0 - lam))
    return min(CAP, max(0.0, -log / LN10))


@compiling.compiled
def far_from(value: float, mean: float, deviation: float) -> float:
    """Say how rare a value so far from the mean is, both ways, with heavy tails (Student, ν = 4).

    Uses the density's ratio to its peak, so that an account's one odd payment is not a miracle.
    """
    z = (value - mean) / max(deviation, 0.05)
    return min(CAP, 2.5 * math.log10(1.0 + z * z / 4.0))


@compiling.compiled
def at_least_each(
    count: NDArray[numpy.float64], expected: NDArray[numpy.float64]
) -> NDArray[numpy.float64]:
    """Say `at_least` for each row."""
    rare = numpy.zeros(len(count))
    for i in range(len(count)):
        rare[i] = at_least(count[i], expected[i])
    return rare
