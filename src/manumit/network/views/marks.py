"""The mark beside a name: whoever may be a victim is told from the others on every list."""

from collections.abc import Iterable
from uuid import UUID

from manumit.core.views import Request
from manumit.network.actions import marks


def marked(request: Request, ids: Iterable[UUID]) -> frozenset[str]:
    """Return the identifiers of who may be a victim, for `network/_marked.html` as `marked`."""
    found = marks.marked(by=request.actor, at=request.now, entities=set(ids))
    return frozenset(map(str, found))
