"""What changed between two days of a list: added, removed, and amended field by field.

Entries are held together by their reference. Values are compared as sets after the repairs of the
reader: another order, or a blank more, is no amendment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from manumit.network import listed


@dataclass(frozen=True)
class Change:
    """One field of one entry: the values that went and the values that came."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True)
class Amended:
    """An entry that stands in both, and which of its fields differ."""

    before: listed.Listed
    after: listed.Listed
    fields: Mapping[str, Change]


@dataclass(frozen=True)
class Difference:
    """All that changed, each in the order of references."""

    added: tuple[listed.Listed, ...]
    removed: tuple[listed.Listed, ...]
    amended: tuple[Amended, ...]


def between(old: listed.Watchlist, new: listed.Watchlist) -> Difference:
    """Return what changed from the one to the other."""
    before, after = _by_reference(old), _by_reference(new)
    both = sorted(before.keys() & after.keys())
    amended = (Amended(before[r], after[r], _changes(before[r], after[r])) for r in both)
    return Difference(
        added=tuple(after[r] for r in sorted(after.keys() - before.keys())),
        removed=tuple(before[r] for r in sorted(before.keys() - after.keys())),
        amended=tuple(one for one in amended if one.fields),
    )


def _by_reference(watchlist: listed.Watchlist) -> dict[str, listed.Listed]:
    """Number a reference that stands more than once, so that none hides another."""
    found: dict[str, listed.Listed] = {}
    for entry in watchlist.entries:
        reference, n = entry.reference, 1
        while reference in found:
            n += 1
            reference = f"{entry.reference} ({n})"
        found[reference] = entry
    return found


def _changes(before: listed.Listed, after: listed.Listed) -> dict[str, Change]:
    found = {}
    for name in sorted({*before.fields, *after.fields}):
        was, now = before.fields.get(name, ()), after.fields.get(name, ())
        if set(was) != set(now):
            found[name] = Change(
                tuple(v for v in was if v not in now), tuple(v for v in now if v not in was)
            )
    return found
