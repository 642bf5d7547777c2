"""What the person agreed to: for which purpose, for which recipient, until when.

Consent is per purpose and per recipient, never bundled with help, in the person's language, and
can be taken back at any time (Murad Code; HTCDS 2.0 `con_Consent` with its seven questions, CC BY
4.0). A recipient can be refused by name, and the newest word of the person counts. A child assents
and a guardian consents, unless the guardian is implicated or there is none (under 18: Palermo
Protocol art. 3(c), 3(d); Convention on the Rights of the Child art. 3, 12; source status:
secondary). Every answer here is a reason; "" means yes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """What a consent is for; each is asked on its own."""

    INTERVIEW = "interview"
    STORE_RECORD = "store_record"
    CONTACT_ME = "contact_me"
    SHARE_WITH_SERVICE = "share_with_service"
    SHARE_FOR_STATISTICS = "share_for_research_statistics"


class Guardian(StrEnum):
    """Whether an adult who answers for a child can be asked."""

    PRESENT = "present"
    ABSENT = "absent"
    IMPLICATED = "implicated"


# A consent for these purposes names who receives; a general yes is not enough.
NAMED_RECIPIENT: frozenset[Purpose] = frozenset({Purpose.SHARE_WITH_SERVICE})

# Asked at a screening, in this order; sharing with a service is asked when the service is known.
AT_SCREENING: tuple[Purpose, ...] = (
    Purpose.INTERVIEW,
    Purpose.STORE_RECORD,
    Purpose.CONTACT_ME,
    Purpose.SHARE_FOR_STATISTICS,
)

# How long a yes lasts (days). Own rule of the product until a country sets another: long enough
# for the help it is asked for, short enough that somebody asks again.
LASTS_DAYS: dict[Purpose, int] = {
    Purpose.INTERVIEW: 90,
    Purpose.STORE_RECORD: 3 * 365,
    Purpose.CONTACT_ME: 365,
    Purpose.SHARE_WITH_SERVICE: 180,
    Purpose.SHARE_FOR_STATISTICS: 3 * 365,
}

# Which sealed classes a purpose can reach at all, whatever was ticked. Answers of a screening and
# testimony leave under none of them.
REACHES: dict[Purpose, frozenset[str]] = {
    Purpose.INTERVIEW: frozenset({"screening"}),
    Purpose.STORE_RECORD: frozenset(
        {"link", "identity", "contact", "medical", "legal", "plan", "screening", "referral"}
    ),
    Purpose.CONTACT_ME: frozenset({"contact"}),
    Purpose.SHARE_WITH_SERVICE: frozenset(
        {"identity", "contact", "medical", "legal", "plan", "referral"}
    ),
    Purpose.SHARE_FOR_STATISTICS: frozenset(),
}

LABELS: dict[Purpose, str] = {
    Purpose.INTERVIEW: "Answer questions",
    Purpose.STORE_RECORD: "Keep a record with who I am",
    Purpose.CONTACT_ME: "Contact me later",
    Purpose.SHARE_WITH_SERVICE: "Tell this service about me",
    Purpose.SHARE_FOR_STATISTICS: "Count me, without my name",
}

# HTCDS 2.0 guidance on `con_Consent`: what must have been said, kept as seven answers.
QUESTIONS: tuple[str, ...] = (
    "agrees_to_interview",
    "told_purpose",
    "told_use_of_data",
    "told_research_use",
    "told_right_to_request",
    "told_storage_duration",
    "told_how_to_withdraw",
)


@dataclass(frozen=True)
class Consent:
    """One word of the person (or of a guardian): a yes or a no to one purpose."""

    purpose: Purpose
    given: bool
    at: datetime
    recipient: str = ""
    recipient_name: str = ""
    by_guardian: bool = False
    expires_on: date | None = None
    withdrawn_at: datetime | None = None
    withheld: frozenset[str] = frozenset()

    def stands(self, on: date) -> bool:
        """Tell whether this is a yes that still holds on the day."""
        return (
            self.given
            and self.withdrawn_at is None
            and (self.expires_on is None or on <= self.expires_on)
        )


@dataclass(frozen=True)
class Subject:
    """Whose consent it is: an adult, or a child with or without a guardian who can be asked."""

    minor: bool = False
    guardian: Guardian | None = None

    def needs_guardian(self) -> bool:
        """Tell whether a guardian must agree too. An implicated guardian is never asked."""
        return self.minor and self.guardian is Guardian.PRESENT

    def guardian_unknown(self) -> bool:
        """Tell whether it is a child of whom nobody has said yet who answers for them."""
        return self.minor and self.guardian is None


ADULT = Subject()


def newest(
    consents: Iterable[Consent], purpose: Purpose, recipient: str, by_guardian: bool
) -> Consent | None:
    """Return the latest word on exactly this purpose and recipient."""
    said = [
        c
        for c in consents
        if c.purpose == purpose and c.recipient == recipient and c.by_guardian == by_guardian
    ]
    return max(said, key=lambda c: (c.at, not c.given), default=None)


def _why_not_from(
    consents: Sequence[Consent], purpose: Purpose, recipient: str, on: date, by_guardian: bool
) -> str:
    who = "The guardian" if by_guardian else "The person"
    said = newest(consents, purpose, recipient, by_guardian)
    what = LABELS[purpose].lower()
    if said is None:
        if recipient and newest(consents, purpose, "", by_guardian):
            return f"{who} has not been asked about this recipient by name."
        return f"{who} has not been asked: “{what}”."
    if not said.given:
        return f"{who} said no to this: “{what}”" + (
            f" – {said.recipient_name}." if said.recipient_name else "."
        )
    if said.withdrawn_at is not None:
        return f"{who} withdrew this consent on {said.withdrawn_at.date().isoformat()}."
    if said.expires_on is not None and on > said.expires_on:
        return f"This consent ended on {said.expires_on.isoformat()}. Ask again."
    return ""


def why_not(
    consents: Sequence[Consent],
    purpose: Purpose | str,
    recipient: str,
    field_class: str,
    on: date,
    *,
    subject: Subject = ADULT,
) -> str:
    """Say why a class of content may not be used for a purpose by a recipient; "" when it may.

    `recipient` is the identifier of the service or body, "" inside the own team. `field_class`
    is the sealed class, "" for coded facts that are not sealed.
    """
    purpose = Purpose(purpose)
    if purpose in NAMED_RECIPIENT and not recipient:
        return "Name who would receive this. A consent without a recipient opens nothing."
    if field_class and field_class not in REACHES[purpose]:
        return f"Consent to “{LABELS[purpose].lower()}” never covers this kind of content."
    if purpose in NAMED_RECIPIENT and subject.guardian_unknown():
        return "Say first whether an adult answers for this child, and whether they can be trusted."
    reason = _why_not_from(consents, purpose, recipient, on, by_guardian=False)
    if not reason and subject.needs_guardian():
        reason = _why_not_from(consents, purpose, recipient, on, by_guardian=True)
    return reason


def why_not_help(consents: Sequence[Consent]) -> str:
    """Say why a person may not be helped: always "", whatever they agreed to or declined.

    It is a function so that the rule has one place, one name and one test.
    """
    del consents
    return ""


def may_keep_name(consents: Sequence[Consent], on: date, subject: Subject = ADULT) -> str:
    """Say why identity and contact may not be stored; "" when they may. Help goes on without."""
    return why_not(consents, Purpose.STORE_RECORD, "", "identity", on, subject=subject)


def why_not_record(
    purpose: Purpose | str, *, given: bool, recipient: str, questions: Sequence[bool], language: str
) -> str:
    """Say why a consent cannot be recorded as it is; "" when it can.

    A no is always recorded. A yes counts only when the person was told everything.
    """
    purpose = Purpose(purpose)
    if purpose in NAMED_RECIPIENT and not recipient:
        return "Name the recipient."
    if not language:
        return "Say in which language it was explained."
    if not given:
        return ""
    if len(questions) != len(QUESTIONS):
        return f"All {len(QUESTIONS)} points must be answered."
    # the first question is about the interview itself, and asked of that purpose only
    told = questions if purpose is Purpose.INTERVIEW else questions[1:]
    if not all(told):
        return "A yes counts only when the person was told every point. Explain what is missing."
    return ""


def expires_on(purpose: Purpose | str, on: date) -> date:
    """Return the last day on which a yes given that day holds."""
    return on + timedelta(days=LASTS_DAYS[Purpose(purpose)])


def withheld(consents: Sequence[Consent], recipient: str, on: date) -> frozenset[str]:
    """Return the fields that the person does not want this recipient to see."""
    return frozenset().union(
        *(
            c.withheld
            for c in consents
            if c.purpose is Purpose.SHARE_WITH_SERVICE and c.recipient == recipient and c.stands(on)
        )
    )
