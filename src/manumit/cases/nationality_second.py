"""A second source beside the first: where two published sources speak of the same law.

The product does not choose between them. It shows both with their dates (data/citizenship).
"""

from dataclasses import dataclass

from manumit.cases import nationality_law as law
from manumit.cases.nationality_claim import Basis, Claim


@dataclass(frozen=True)
class Second:
    """What two sources say of one question about one State, side by side."""

    state: str
    question: str
    first: str
    first_source: str
    second: str
    second_source: str
    agree: bool


def beside(claim: Claim) -> Second | None:
    """Set the second source beside a claim through the mother; None when it has nothing to add."""
    if claim.basis is not Basis.MOTHER:
        return None
    other = law.sources()["second"]
    listed = claim.state in other["says_no"]
    kind = law.limit(claim.mode, claim.code)
    if not listed and kind != "gender":
        return None
    first = {"gender": "no", "nothing": "yes", "dual": "yes"}.get(kind, "the code does not say")
    return Second(
        state=claim.state,
        question=other["question"],
        first=f"{first} ({claim.law}: {claim.words})",
        first_source=claim.source,
        second=f"{'no' if listed else 'not on its list'} ({other['as_of']})",
        second_source=f"{other['name']}, {other['year']} ({other['status']})",
        agree=listed and kind == "gender",
    )
