"""How long a yes lasts before somebody has to ask again: dated, sourced data (data/consent.toml)."""

import functools
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

_KEYS = {"purpose": str, "days": int, "from": date, "source": str, "source_status": str}
_STATUSES = ("verified", "secondary", "pending")


class BadDurations(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names entry, key and cure."""


@dataclass(frozen=True)
class Duration:
    """How long a yes to one purpose lasts, from a day on, everywhere or in one country."""

    purpose: str
    days: int
    valid_from: date
    source: str
    source_status: str
    country: str = ""


def parse(text: str) -> tuple[Duration, ...]:
    """Read the data file; raises BadDurations that names entry, key and cure."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDurations(f"consent.toml: {error}. Mend the line that is named.") from error
    read = tuple(
        _duration(number, entry) for number, entry in enumerate(raw.get("duration", []), 1)
    )
    for each in read:
        if each.country and not any(r.purpose == each.purpose and not r.country for r in read):
            raise BadDurations(
                f"consent.toml: “{each.purpose}” has an entry for {each.country} but none for "
                "everywhere else. Add one without “country”."
            )
    return read


def _duration(number: int, entry: dict[str, Any]) -> Duration:
    where = f"consent.toml, duration {number}"
    for key, kind in _KEYS.items():
        if not isinstance(entry.get(key), kind):
            raise BadDurations(f"{where}: “{key}” is missing or not of the right kind.")
    if entry["days"] < 1:
        raise BadDurations(f"{where}: “days” must be at least 1.")
    if entry["source_status"] not in _STATUSES:
        raise BadDurations(f"{where}: “source_status” must be one of {', '.join(_STATUSES)}.")
    return Duration(
        purpose=entry["purpose"],
        days=entry["days"],
        valid_from=entry["from"],
        source=entry["source"],
        source_status=entry["source_status"],
        country=str(entry.get("country", "")),
    )


@functools.cache
def load() -> tuple[Duration, ...]:
    """Return every entry of the data file."""
    file = resources.files("manumit.cases").joinpath("data/consent.toml")
    return parse(file.read_text("utf-8"))


def rule(purpose: str, on: date | None = None, country: str = "") -> Duration:
    """Return the entry that counts on a day, the newest without one; a country's own goes first.

    A day before the first entry has the first one. Raises KeyError for an unknown purpose.
    """
    known = [d for d in load() if d.purpose == purpose and d.country in {"", country}]
    if not known:
        raise KeyError(f"consent.toml has no duration for: {purpose}")
    begun = [d for d in known if on is None or d.valid_from <= on]
    if not begun:
        return min((d for d in known if not d.country), key=lambda d: d.valid_from)
    return max(begun, key=lambda d: (bool(d.country), d.valid_from))
