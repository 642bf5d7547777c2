"""What is kept of those responsible: registers and claims, inquiries, watchlists."""

from .chart import SavedView
from .correction import Correction, Notice
from .dossier import Dossier
from .fairness import FairnessRun
from .hit import Hit, Screened
from .inquiry import Appearance, Inquiry
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
    "Correction",
    "Dossier",
    "Entity",
    "Entry",
    "FairnessRun",
    "Hit",
    "Inquiry",
    "Lead",
    "LeadStep",
    "Link",
    "Notice",
    "Parcel",
    "Register",
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
