"""Lifting the protection from punishment takes two people, and stays visible.

A person who may be a victim is not punished for what they were made to do (S/RES/2331 (2016), paragraph
2(d); Council of Europe Convention CETS 197, article 26; source status: see data/norms.toml). One
supervisor proposes with a reason; another supervisor of the unit or the data protection officer
confirms or declines. Giving the protection back needs one person only.
"""

from enum import StrEnum

from manumit.cases import status


class State(StrEnum):
    """What became of a proposal."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


LABELS: dict[State, str] = {
    State.PROPOSED: "Waits for a second person",
    State.CONFIRMED: "Confirmed",
    State.DECLINED: "Declined",
    State.TAKEN_BACK: "Taken back",
}

TRANSITIONS: dict[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.CONFIRMED, State.DECLINED, State.TAKEN_BACK}),
    State.CONFIRMED: frozenset(),
    State.DECLINED: frozenset(),
    State.TAKEN_BACK: frozenset(),
}


def why_not_propose(*, protected: bool, waiting: bool, reason: str) -> str:
    """Say why lifting may not be proposed; "" when it may."""
    if waiting:
        return "A proposal waits for a second person already."
    return status.why_not_lift_non_punishment(flag=protected, reason=reason)


def why_not_decide(state: State | str, *, proposed_by: object, decides: object) -> str:
    """Say why this person may not confirm or decline; "" when they may."""
    if State(state) is not State.PROPOSED:
        return "This was decided already."
    if proposed_by == decides:
        return "Two people decide this. You proposed it; somebody else must look at it."
    return ""


def why_not_take_back(state: State | str, *, proposed_by: object, asks: object) -> str:
    """Say why a proposal may not be taken back; "" when it may."""
    if State(state) is not State.PROPOSED:
        return "This was decided already."
    if proposed_by != asks:
        return "Only the person who proposed it can take it back. You can decline it."
    return ""


def why_not_restore(*, protected: bool) -> str:
    """Say why the protection cannot be given back; "" when it can."""
    return "The person is protected already." if protected else ""


def diagram() -> str:
    """Return the machine as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.PROPOSED}"]
    lines += [f"    {old} --> {new}" for old, after in TRANSITIONS.items() for new in sorted(after)]
    return "\n".join(lines)
