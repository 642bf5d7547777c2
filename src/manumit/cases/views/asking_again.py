"""Before a talk with somebody who carries a reference: were they asked already?"""

from typing import Any

from django.utils.translation import gettext as _

from manumit.cases import telling
from manumit.cases.actions import accounts
from manumit.cases.models import Case, Screening
from manumit.core.views import Request


def in_words(row: Case) -> dict[str, Any]:
    """Return how often a person was asked, by whom and when, in words."""
    told = accounts.told(row)
    return {
        "times": told.times,
        "accounts": told.accounts,
        "by": [_(name) for name in told.by],
        "rows": [
            {"what": _(telling.LABELS[each.kind]), "by": _(each.by), "at": each.at, "n": each.times}
            for each in told.asked
        ],
    }


def before_a_talk(request: Request, code: str) -> tuple[Case | None, dict[str, Any] | None]:
    """Return the person's case when it is in reach, and what to say first; None: nothing to say.

    A reference out of reach is answered like one that names nobody.
    """
    if not code:
        return None, None
    rows = Case.objects.visible_to(request.actor.person, "telling.record")
    known = rows.select_related("screening").filter(reference=code, erased_at=None).first()
    if known is None:
        return None, {"times": 0, "elsewhere": True}
    told = in_words(known)
    return known, told if told["times"] else None


def note_talk(request: Request, known: Case | None, talk: Screening, why: str) -> None:
    """Count the talk with the person it is with, when their case is in reach."""
    if known is not None:
        accounts.note_telling(
            by=request.actor,
            at=request.now,
            case=known,
            kind=telling.Kind.SCREENING,
            screening=talk,
            why_again=why,
        )
