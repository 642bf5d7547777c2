"""What is still open when a case closes, said before it closes; and how it opens again.

HTCDS 2.0 keeps the reason for closing as long text (`cas_ReasonForCaseClosure`; verified); the codes
are in `needs.CloseReason` and the words stand beside them, sealed. A case may close with open needs
(a person may leave), but never unseen, and never while somebody waits for an answer.
"""

from dataclasses import dataclass

from manumit.core.reasons import say


@dataclass(frozen=True)
class OpenEnds:
    """How many things are not finished."""

    needs: int = 0
    referrals_waiting: int = 0
    referrals_with_service: int = 0
    courses: int = 0
    sessions: int = 0
    clocks: int = 0
    goals: int = 0
    handovers: int = 0

    def __bool__(self) -> bool:
        return any(vars(self).values())


LABELS: dict[str, str] = {
    "needs": "Needs that are open",
    "referrals_waiting": "Referrals that wait for an answer",
    "referrals_with_service": "Referrals where a service helps now",
    "courses": "Courses of support that go on",
    "sessions": "Sessions that are planned",
    "clocks": "Time limits that run",
    "goals": "Goals on the way",
    "handovers": "An offer to hand the case over",
}


def named(ends: OpenEnds) -> list[tuple[str, str, int]]:
    """Return what is open as (code, words, how many), in the order of weight."""
    return [(code, words, vars(ends)[code]) for code, words in LABELS.items() if vars(ends)[code]]


def why_not(ends: OpenEnds) -> str:
    """Say why a case may not close yet; "" when it may."""
    if ends.courses:
        return say("{n} course(s) of support go on. Finish or stop them first.", n=ends.courses)
    if ends.handovers:
        return "The case is offered to somebody. Take the offer back first."
    return ""
