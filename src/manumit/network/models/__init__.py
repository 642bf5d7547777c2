"""What is kept of those responsible: registers and claims, inquiries, watchlists."""

from .chart import SavedView
from .correction import Correction, Notice
from .dossier import Dossier
from .fairness import FairnessRun
from .hit import Hit, Screened
from .inquiry import Appearance, Inquiry
from .judging import (
    Comparing,
    ComparingState,
    Identity,
    Judgement,
    Membership,
    Proposal,
    SameVerdict,
)
from .lead import Lead, LeadStep, Task
from .register import CLASSES, Claim, Entity, Link, Parcel, Register, Source, SourceKind
from .sent import Sent, What
from .sighting import Capture, Sighting
from .trace import TraceEntered, TraceLink
from .watchlist import Entry, Version, before, newest, watchlist

__all__ = [
    "CLASSES",
    "Appearance",
    "Capture",
    "Claim",
    "Comparing",
    "ComparingState",
    "Correction",
    "Dossier",
    "Entity",
    "Entry",
    "FairnessRun",
    "Hit",
    "Identity",
    "Inquiry",
    "Judgement",
    "Lead",
    "LeadStep",
    "Link",
    "Membership",
    "Notice",
    "Parcel",
    "Proposal",
    "Register",
    "SameVerdict",
    "SavedView",
    "Screened",
    "Sent",
    "Sighting",
    "Source",
    "SourceKind",
    "Task",
    "TraceEntered",
    "TraceLink",
    "Version",
    "What",
    "before",
    "newest",
    "watchlist",
]
