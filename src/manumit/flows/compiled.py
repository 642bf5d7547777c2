"""The one door to numba: `@compiled` keeps types and the compiled code between runs.

Where the checkout cannot be written, numba keeps its cache in the user's own cache directory.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile when first called; the global lock is free while it runs, so threads help.

    Division by nought gives what numpy gives (infinity, not a number; 0 for whole numbers).
    """
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def inlined(function: F) -> F:
    """Compile into its callers: for small steps of a loop, called millions of times."""
    return cast(
        "F", numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")(function)
    )
