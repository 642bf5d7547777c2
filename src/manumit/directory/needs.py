"""From what a source calls its activities to the needs of a person.

The needs are the service types of the Primero case system. A part that a source lists with the
number 0 is not offered. Repairing shelters and women's day centres are not a safe place to stay.
The mapping is data: `data/services_advisor.toml`.
"""

from collections.abc import Iterable, Mapping

from manumit.directory import codes


def of_activity(
    base: Iterable[str], parts: Iterable[str], known: Mapping[str, list[str]]
) -> tuple[str, ...]:
    """Return the needs met by an activity and the parts of it that are offered, in list order."""
    met = set(base)
    for part in parts:
        met.update(known.get(part, ()))
    if len(met) > 1:
        met.discard("other")
    return tuple(need for need in codes.NEEDS if need in (met or {"other"}))
