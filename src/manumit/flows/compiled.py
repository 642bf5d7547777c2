"""The one door to numba: `@compiled` keeps types and the compiled code between runs.

Where the checkout cannot be written, numba keeps its cache in the user's own cache directory.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

import numba
from numba.core import caching

F = TypeVar("F", bound=Callable[..., Any])


class _Kept(caching.FunctionCache):
    """Compiled code between runs; what another version of the product left is compiled anew."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the code for these types, None where there is none."""
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except (AttributeError, ImportError):  # it names what is no more
            self.flush()  # type: ignore[no-untyped-call]
            return None


def _door(function: Callable[..., Any], inline: Literal["always", "never"]) -> Callable[..., Any]:
    made = numba.njit(nogil=True, error_model="numpy", inline=inline)(function)
    if hasattr(made, "_cache"):  # not where compiling is switched off
        made._cache = _Kept(function)  # type: ignore[no-untyped-call]
    return cast("Callable[..., Any]", made)


def compiled(function: F) -> F:
    """Compile when first called; the global lock is free while it runs, so threads help.

    Division by nought gives what numpy gives (infinity, not a number; 0 for whole numbers).
    """
    return cast("F", _door(function, "never"))


def inlined(function: F) -> F:
    """Compile into its callers: for small steps of a loop, called millions of times."""
    return cast("F", _door(function, "always"))
