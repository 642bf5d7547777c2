"""Bringing a watchlist in: the whole of it or nothing, and the same file once."""

from datetime import UTC, datetime

from django.utils import dateparse

from manumit.core.actions import acting
from manumit.network import listed, models

_AT_ONCE = 500


@acting.action("watchlist.import")
def import_list(
    *, by: acting.Actor, at: datetime, digest: str, reading: listed.Watchlist
) -> models.Version:
    """Keep a version of a list; returns the one that is there when the same bytes came before.

    `digest`: SHA-256 of the file, in hexadecimal.
    """
    known = models.Version.objects.filter(digest=digest).first()
    if known is not None:
        return known
    if not reading.entries:
        raise acting.Refused("The list is empty. Nothing was kept of it.")
    if not reading.called:
        raise acting.Refused("The file does not say which list it is. Give the list a name.")
    version = models.Version.objects.create(
        list=reading.called,
        digest=digest,
        dated=_instant(reading.dated),
        entries_count=len(reading.entries),
        repairs_count=reading.repairs,
        by=by.user,
        at=at,
    )
    rows = [models.Entry.of(version, n, entry) for n, entry in enumerate(reading.entries)]
    models.Entry.objects.bulk_create(rows, batch_size=_AT_ONCE)
    return version


def _instant(text: str) -> datetime | None:
    """Read the list's own clock, whatever its zone: a list of 21 October is not one of the 22nd."""
    try:
        found = dateparse.parse_datetime(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found else None
