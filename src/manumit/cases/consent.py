"""What the person agreed to: for which purpose, for which recipient, until when.

Consent is per purpose and per recipient, never bundled with help, in the person's language, and
can be taken back at any time (Murad Code; HTCDS 2.0 `con_Consent` with its seven questions, CC BY
4.0). A yes names the kinds of content it covers. A recipient can be refused by name, and the newest
word of the person counts; "never tell them" is a denial that no later yes opens until the person
takes the denial itself back (Primero `disclosure_deny_details`). A child assents and a guardian
consents, unless the guardian is implicated or there is none (under 18: Palermo Protocol art. 3(c),
3(d); Convention on the Rights of the Child art. 3, 12; source status: secondary). Every answer here
is a reason; "" means yes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from manumit.cases import durations, recipients
from manumit.core.reasons import low, say


class Purpose(StrEnum):
    """What a consent is for; each is asked on its own."""

    INTERVIEW = "interview"
    STORE_RECORD = "store_record"
    CONTACT_ME = "contact_me"
    SHARE_WITH_SERVICE = "share_with_service"
    SHARE_FOR_STATISTICS = "share_for_research_statistics"
    SHARE_WITH_PARTNER = "share_with_partner"
    SHARE_ACCOUNT = "share_account"
    HAND_OVER = "hand_over_case"
    SHARE_WITH_AUTHORITY = "share_with_authority"
    SHARE_WITH_MEDIA = "share_with_media"
    TRACE = "trace_responsible"


class Guardian(StrEnum):
    """Whether an adult who answers for a child can be asked."""

    PRESENT = "present"
    ABSENT = "absent"
    IMPLICATED = "implicated"


# A consent for these purposes names who receives; a general yes is not enough.
NAMED_RECIPIENT: frozenset[Purpose] = frozenset(
    {
        Purpose.SHARE_WITH_SERVICE,
        Purpose.SHARE_WITH_PARTNER,
        Purpose.SHARE_ACCOUNT,
        Purpose.HAND_OVER,
        Purpose.SHARE_WITH_AUTHORITY,
        Purpose.SHARE_WITH_MEDIA,
    }
)

# A yes to these may be about nothing that is sealed: only which help is needed, and how soon.
CODED_ALONE: frozenset[Purpose] = frozenset({Purpose.SHARE_WITH_SERVICE})

# Never asked for a child, and never offered by us: only who brings it up themselves is asked.
NEVER_FOR_A_CHILD: frozenset[Purpose] = frozenset({Purpose.SHARE_WITH_MEDIA})

# Asked at a screening, in this order; sharing with a service is asked when the service is known.
AT_SCREENING: tuple[Purpose, ...] = (
    Purpose.INTERVIEW,
    Purpose.STORE_RECORD,
    Purpose.CONTACT_ME,
    Purpose.SHARE_FOR_STATISTICS,
)

# Which sealed classes a purpose can reach at all, whatever was ticked. Answers of a screening leave
# only when the whole case moves; what the person told only as their account, to a recipient named
# for it. What somebody was made to do (non-punishment) leaves under none.
REACHES: dict[Purpose, frozenset[str]] = {
    Purpose.INTERVIEW: frozenset({"screening", "testimony"}),
    Purpose.STORE_RECORD: frozenset(
        {"link", "identity", "contact", "medical", "legal", "plan", "screening", "referral"}
    ),
    Purpose.CONTACT_ME: frozenset({"contact"}),
    Purpose.SHARE_WITH_SERVICE: frozenset(
        {"identity", "contact", "medical", "legal", "plan", "referral"}
    ),
    Purpose.SHARE_FOR_STATISTICS: frozenset(),
    Purpose.SHARE_WITH_PARTNER: frozenset(
        {"identity", "contact", "medical", "legal", "plan", "referral"}
    ),
    Purpose.SHARE_ACCOUNT: frozenset({"testimony"}),
    Purpose.HAND_OVER: frozenset(
        {"identity", "contact", "medical", "legal", "plan", "screening", "referral", "link"}
    ),
    Purpose.SHARE_WITH_AUTHORITY: frozenset({"identity", "contact", "legal", "testimony"}),
    Purpose.SHARE_WITH_MEDIA: frozenset({"testimony"}),
    Purpose.TRACE: frozenset({"legal"}),
}

LABELS: dict[Purpose, str] = {
    Purpose.INTERVIEW: "Answer questions",
    Purpose.STORE_RECORD: "Keep a record with who I am",
    Purpose.CONTACT_ME: "Contact me later",
    Purpose.SHARE_WITH_SERVICE: "Tell this service about me",
    Purpose.SHARE_FOR_STATISTICS: "Count me, without my name",
    Purpose.SHARE_WITH_PARTNER: "Talk with this organisation about how to help me",
    Purpose.SHARE_ACCOUNT: "Give what I told, so that I need not tell it again",
    Purpose.HAND_OVER: "Hand my case to this organisation",
    Purpose.SHARE_WITH_AUTHORITY: "Tell police, prosecution or another authority",
    Purpose.SHARE_WITH_MEDIA: "Give what I told to press or media",
    Purpose.TRACE: "Note how those who did this could be found, without my name",
}

# The classes of sealed content in plain words, in the order in which they are asked.
CLASS_LABELS: dict[str, str] = {
    "identity": "Who I am: name, age, where I come from",
    "contact": "Where I am and how to reach me",
    "medical": "My health",
    "plan": "What I need and what was planned",
    "legal": "Papers, decisions and legal matters",
    "testimony": "What I told about what happened",
    "screening": "My answers to questions",
    "referral": "The letter itself",
    "link": "Which records belong to me",
}

# The envelope: it goes with any yes, because it is what is sent.
ENVELOPE: frozenset[str] = frozenset({"referral", "link"})

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
    classes: frozenset[str] | None = None  # None: all that the purpose reaches

    def covers(self, field_class: str) -> bool:
        """Tell whether this word is about a class of content; coded facts ("") always are."""
        free = not field_class or field_class in ENVELOPE or self.classes is None
        return free or field_class in (self.classes or ())

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


@dataclass(frozen=True)
class Denial:
    """ "Never tell them": one recipient, a body or person by name, or a whole kind of bodies."""

    at: datetime
    recipient: str = ""
    kind: recipients.Kind = recipients.Kind.OTHER
    by_name: bool = False
    name: str = ""  # folded; "" while it has not been opened
    taken_back_at: datetime | None = None

    def meets(self, recipient: recipients.Recipient) -> bool:
        """Tell whether this recipient, or something it is part of, is denied."""
        if self.taken_back_at is not None:
            return False
        if self.by_name:
            return bool(self.name) and self.name in recipient.names
        return self.recipient in recipient.ids if self.recipient else self.kind is recipient.kind


def why_denied(denials: Iterable[Denial], recipient: recipients.Recipient | str) -> str:
    """Say that the person never wants this recipient told; "" when they did not say so."""
    whom = recipients.of(recipient)
    if not any(denial.meets(whom) for denial in denials):
        return ""
    return "The person said never to tell them. Only the person can change this."


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
    consents: Sequence[Consent],
    purpose: Purpose,
    recipient: str,
    field_class: str,
    on: date,
    by_guardian: bool,
) -> str:
    who = say("The guardian") if by_guardian else say("The person")
    said = newest(consents, purpose, recipient, by_guardian)
    what = low(LABELS[purpose])
    if said is None:
        if recipient and newest(consents, purpose, "", by_guardian):
            return say("{who} has not been asked about this recipient by name.", who=who)
        return say("{who} has not been asked: “{what}”.", who=who, what=what)
    if not said.given:
        if said.recipient_name:
            return say(
                "{who} said no to this: “{what}” – {recipient}.",
                who=who,
                what=what,
                recipient=said.recipient_name,
            )
        return say("{who} said no to this: “{what}”.", who=who, what=what)
    if said.withdrawn_at is not None:
        on_day = said.withdrawn_at.date()
        return say("{who} withdrew this consent on {day}.", who=who, day=on_day)
    if said.expires_on is not None and on > said.expires_on:
        return say("This consent ended on {day}. Ask again.", day=said.expires_on)
    if not said.covers(field_class):
        about = low(CLASS_LABELS[field_class])
        return say("{who} agreed, but not to this: “{about}”.", who=who, about=about)
    return ""


def why_not(
    consents: Sequence[Consent],
    purpose: Purpose | str,
    recipient: recipients.Recipient | str,
    field_class: str,
    on: date,
    *,
    subject: Subject = ADULT,
    denials: Iterable[Denial] = (),
) -> str:
    """Say why a class of content may not be used for a purpose by a recipient; "" when it may.

    `recipient` is the service or body (or its identifier), "" inside the own team. `field_class`
    is the sealed class, "" for coded facts that are not sealed.
    """
    purpose, whom = Purpose(purpose), recipients.of(recipient)
    if purpose in NAMED_RECIPIENT and not whom.id:
        return "Name who would receive this. A consent without a recipient opens nothing."
    denied = why_denied(denials, whom)
    if denied:
        return denied
    if purpose in NEVER_FOR_A_CHILD and subject.minor:
        return "Never for a person under 18, whoever agrees."
    if field_class and field_class not in REACHES[purpose]:
        what = low(LABELS[purpose])
        return say("Consent to “{what}” never covers this kind of content.", what=what)
    if purpose in NAMED_RECIPIENT and subject.guardian_unknown():
        return "Say first whether an adult answers for this child, and whether they can be trusted."
    reason = _why_not_from(consents, purpose, whom.id, field_class, on, by_guardian=False)
    if not reason and subject.needs_guardian():
        reason = _why_not_from(consents, purpose, whom.id, field_class, on, by_guardian=True)
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
    purpose: Purpose | str,
    *,
    given: bool,
    recipient: str,
    questions: Sequence[bool],
    language: str,
    classes: Iterable[str] | None = None,
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
    if classes is not None and not set(classes) <= REACHES[purpose]:
        return "This purpose never covers that kind of content."
    asked = classes is not None and REACHES[purpose] and purpose not in CODED_ALONE
    if asked and not set(classes or ()):
        return "Tick what the yes is about. A yes to nothing is a no."
    if len(questions) != len(QUESTIONS):
        return say("All {count} points must be answered.", count=len(QUESTIONS))
    # the first question is about the interview itself, and asked of that purpose only
    told = questions if purpose is Purpose.INTERVIEW else questions[1:]
    if not all(told):
        return "A yes counts only when the person was told every point. Explain what is missing."
    return ""


def offered_classes(purpose: Purpose | str) -> tuple[str, ...]:
    """Return the classes that a person is asked about for this purpose, in order."""
    reach = REACHES[Purpose(purpose)] - ENVELOPE
    return tuple(name for name in CLASS_LABELS if name in reach)


def lasts_days(purpose: Purpose | str, on: date | None = None, country: str = "") -> int:
    """Return how many days a yes lasts (data/consent.toml)."""
    return durations.rule(Purpose(purpose).value, on, country).days


def expires_on(purpose: Purpose | str, on: date, country: str = "") -> date:
    """Return the last day on which a yes given that day holds."""
    return on + timedelta(days=lasts_days(purpose, on, country))


def withheld(consents: Sequence[Consent], recipient: str, on: date) -> frozenset[str]:
    """Return the fields that the person does not want this recipient to see."""
    return frozenset().union(
        *(
            c.withheld
            for c in consents
            if c.purpose is Purpose.SHARE_WITH_SERVICE and c.recipient == recipient and c.stands(on)
        )
    )
