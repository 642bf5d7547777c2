"""What is kept of those responsible: registers and claims, inquiries, watchlists."""

from .chart import SavedView
from .hit import Hit, Screened
from .inquiry import Appearance, Inquiry
from .lead import Lead, LeadStep, Task
from .register import CLASSES, Claim, Entity, Link, Parcel, Register, Source, SourceKind
from .sighting import Capture, Sighting
from .trace import TraceEntered, TraceLink
from .watchlist import Entry, Version, before, newest, watchlist

__all__ = [
    "CLASSES",
    "Appearance",
    "Capture",
    "Claim",
    "Entity",
    "Entry",
    "Hit",
    "Inquiry",
    "Lead",
    "LeadStep",
    "Link",
    "Parcel",
    "Register",
    "SavedView",
    "Screened",
    "Sighting",
    "Source",
    "SourceKind",
    "Task",
    "TraceEntered",
    "TraceLink",
    "Version",
    "before",
    "newest",
    "watchlist",
]
