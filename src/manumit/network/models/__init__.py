"""What is kept of those responsible: registers and claims, inquiries, watchlists."""

from .inquiry import Appearance, Inquiry
from .register import CLASSES, Claim, Entity, Link, Parcel, Register, Source, SourceKind
from .watchlist import Entry, Version, before, watchlist

__all__ = [
    "CLASSES",
    "Appearance",
    "Claim",
    "Entity",
    "Entry",
    "Inquiry",
    "Link",
    "Parcel",
    "Register",
    "Source",
    "SourceKind",
    "Version",
    "before",
    "watchlist",
]
