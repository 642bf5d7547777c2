"""The demo's inquiry: who appears in it, what is contested, what waits for a second look.

Every step goes through the product's own actions. Nobody in it lives.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from manumit.core.actions import acting
    from manumit.network import models


def play(
    by: "acting.Actor", second: "acting.Actor", people: "Sequence[models.Entity]", now: datetime
) -> "models.Inquiry":
    """Open an inquiry into some people; returns it."""
    from manumit.network.actions import claiming, entering, inquiries

    at = now - timedelta(days=2)
    inquiry = inquiries.open_inquiry(
        by=by,
        at=at,
        title="The house by the well",
        purpose="Who held people there, and who paid. Example Criminal Procedure Act, section 12.",
    )
    for one in people:
        inquiries.add_to(by=by, at=at, inquiry=inquiry, entity=one)
    page = entering.add_source(
        by=by,
        at=at,
        kind="open",
        title="A page that was kept (made)",
        reference="example.org/made",
        reliability="D",
    )
    first = people[0]
    names = {"alias": ["سمیر نموونە", "Abu Example"], "nationality": ["iq"], "birthDate": ["1979"]}
    for prop, values in names.items():
        claim = claiming.add_claim(
            by=by,
            at=at,
            entity=first,
            prop=prop,
            values=values,
            source=page,
            credibility="4",
            on=(now - timedelta(days=900)).date(),
        )
        if prop == "birthDate":
            reason = "His brother was born then; see the second statement."
            claiming.contest(by=second, at=at, claim=claim, reason=reason)
    note = "Ask the partner in the capital about the house before anything else."
    inquiries.add_note(by=second, at=at, inquiry=inquiry, text=note)
    return inquiry
