"""Going on in a long list from a key, so that page one thousand costs what page one does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models
from django.http import HttpRequest

SIZE = 25
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page; `onward` is the query that shows the next one, "" at the end."""

    rows: Sequence[Row]
    onward: str
    first: bool


def key(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """Return the (instant, id) after which the page begins; None for the first page."""
    stamp, _sign, last = request.GET.get("after", "").partition("_")
    try:
        at = datetime.fromisoformat(stamp)
        return (at.astimezone(UTC), UUID(last)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def page(
    request: HttpRequest,
    rows: models.QuerySet[Row],
    instant: Callable[[Row], Any],
    size: int = SIZE,
) -> Page[Row]:
    """Cut one page from rows that already start after `key`; `instant` is what they are ordered by."""
    found = list(rows[: size + 1])
    onward = ""
    if len(found) > size:
        last = found[size - 1]
        query = request.GET.copy()
        query["after"] = f"{instant(last).isoformat()}_{last.pk}"
        onward = query.urlencode()
    return Page(found[:size], onward, "after" not in request.GET)
