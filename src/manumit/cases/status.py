"""Who is a victim, who decided it, and whether a case is open.

HTCDS 2.0 (IOM, CC BY 4.0) knows three answers and asks which body decided. A machine's finding is
only ever "possible"; "actual" and "not" need a named deciding organisation and a person who stands
for it. A possible victim is protected from the first minute: the non-punishment flag is set when a
case opens (Council of Europe Convention CETS 197, art. 26; source status: secondary), whatever the
later decision, and only a supervisor's written reason lifts it.
"""

from enum import StrEnum

from manumit.core.reasons import low, say


class Trafficking(StrEnum):
    """HTCDS `vic_TraffickingStatus`."""

    POSSIBLE = "PossibleVictimOfTrafficking"
    ACTUAL = "ActualVictimOfTrafficking"
    NOT = "NotAVictimOfTrafficking"


class Decider(StrEnum):
    """HTCDS `vic_TraffickingStatusDecisionMakingOrg`."""

    POLICE = "Police"
    NGO = "NGO"
    COURT_OR_PROSECUTION = "CourtOrProsecution"
    NON_POLICE_GOVERNMENT = "NonPoliceGovernmentalOrganization"
    OTHER = "Other"


class CaseStatus(StrEnum):
    """HTCDS `cas_Status`."""

    ACTIVE = "Active"
    FOLLOW_UP = "FollowUp"
    CLOSED = "Closed"
    CLOSED_REFERRED = "ClosedReferred"


LABELS: dict[Trafficking, str] = {
    Trafficking.POSSIBLE: "Possible victim",
    Trafficking.ACTUAL: "Recognised as a victim",
    Trafficking.NOT: "Not recognised as a victim",
}
DECIDER_LABELS: dict[Decider, str] = {
    Decider.POLICE: "Police",
    Decider.NGO: "Non-governmental organisation",
    Decider.COURT_OR_PROSECUTION: "Court or prosecution",
    Decider.NON_POLICE_GOVERNMENT: "Government body other than the police",
    Decider.OTHER: "Another body",
}
CASE_LABELS: dict[CaseStatus, str] = {
    CaseStatus.ACTIVE: "Active",
    CaseStatus.FOLLOW_UP: "Follow-up",
    CaseStatus.CLOSED: "Closed",
    CaseStatus.CLOSED_REFERRED: "Closed, handed to another body",
}

OPEN: frozenset[CaseStatus] = frozenset({CaseStatus.ACTIVE, CaseStatus.FOLLOW_UP})

CASE_TRANSITIONS: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.ACTIVE: frozenset(
        {CaseStatus.FOLLOW_UP, CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED}
    ),
    CaseStatus.FOLLOW_UP: frozenset(
        {CaseStatus.ACTIVE, CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED}
    ),
    CaseStatus.CLOSED: frozenset({CaseStatus.ACTIVE}),
    CaseStatus.CLOSED_REFERRED: frozenset({CaseStatus.ACTIVE}),
}


def of_finding(possible_victim: bool) -> Trafficking | None:
    """Return the most that a machine's finding can say: possible, or nothing at all.

    A finding without signs is no decision that somebody is not a victim.
    """
    return Trafficking.POSSIBLE if possible_victim else None


def why_not(
    new: Trafficking | str, *, decider: str, organisation: str, by_person: bool = True
) -> str:
    """Say why a status may not be set; "" when it may.

    `decider` is the HTCDS kind of body, `organisation` its name. Asked for both final answers;
    a return to "possible" needs a person, but no deciding body.
    """
    new = Trafficking(new)
    if new is Trafficking.POSSIBLE:
        return ""
    if not by_person:
        return "A machine's finding can only say “possible victim”. A person must decide."
    if decider not in {kind.value for kind in Decider}:
        return "Choose which kind of body decided this."
    if not organisation.strip():
        return "Name the organisation that decided this."
    return ""


def why_not_lift_non_punishment(*, flag: bool, reason: str) -> str:
    """Say why the protection from punishment may not be lifted; "" when it may."""
    if not flag:
        return "The protection was already lifted."
    if len(reason.strip()) < 20:
        return "Write the reason in full (at least 20 characters). It stays visible on the case."
    return ""


def why_not_move(old: CaseStatus | str, new: CaseStatus | str, *, reason: str, waiting: int) -> str:
    """Say why a case may not move to another status; "" when it may.

    `waiting` is the number of referrals a service has not answered yet.
    """
    old, new = CaseStatus(old), CaseStatus(new)
    if new not in CASE_TRANSITIONS[old]:
        return say(
            "A case that is “{old}” cannot become “{new}”.",
            old=low(CASE_LABELS[old]),
            new=low(CASE_LABELS[new]),
        )
    if new in OPEN:
        return ""
    if not reason.strip():
        return "Say why the case closes."
    if waiting:
        return say(
            "{waiting} referral(s) still wait for an answer. Record the answer or withdraw first.",
            waiting=waiting,
        )
    return ""


def diagram() -> str:
    """Return the case status machine as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> Active"]
    lines += [
        f"    {old} --> {new}" for old, after in CASE_TRANSITIONS.items() for new in sorted(after)
    ]
    return "\n".join(lines)
