"""What is kept of a person and of what is owed to them.

Coded facts that identify nobody stay readable (they drive lists, clocks and permissions); whatever
may identify or tell is sealed under a key of its own case, screening or referral.
"""

from .account import Account, AccountRequest, Telling
from .answering import Answering
from .birth import BirthFacts
from .case import Case, Need, Note
from .clock import Clock
from .closing import Closing
from .compelled import CompelledAct
from .consent import Consent
from .course import Course, Session
from .denial import Denial
from .disclosure import Disclosure
from .door import Door, DoorLock, DoorMessage, DoorVisit
from .entitlement import Entitlement
from .group import Group, Membership
from .handover import Handover
from .htcds import CaseSheet, HtcdsRecord
from .plan import Goal, Look, SafetyPlan, Step
from .protection import ProtectionLift
from .referral import Referral
from .retention import EndedContent, Erasure, Hold, RetentionDay
from .rotation import KeyRotation
from .sameperson import ParentNames, SamePerson, SameVerdict
from .screening import Screening
from .trace import CaseTrace

__all__ = [
    "Account",
    "AccountRequest",
    "Answering",
    "BirthFacts",
    "Case",
    "CaseSheet",
    "CaseTrace",
    "Clock",
    "Closing",
    "CompelledAct",
    "Consent",
    "Course",
    "Denial",
    "Disclosure",
    "Door",
    "DoorLock",
    "DoorMessage",
    "DoorVisit",
    "EndedContent",
    "Entitlement",
    "Erasure",
    "Goal",
    "Group",
    "Handover",
    "Hold",
    "HtcdsRecord",
    "KeyRotation",
    "Look",
    "Membership",
    "Need",
    "Note",
    "ParentNames",
    "ProtectionLift",
    "Referral",
    "RetentionDay",
    "SafetyPlan",
    "SamePerson",
    "SameVerdict",
    "Screening",
    "Session",
    "Step",
    "Telling",
]
