"""Organisations, units and accounts; the record; keys, in a database of their own."""

from .held import HeldPage
from .keys import DestroyedWrap, EscrowKey, KeyWrap, UnitKey, UnitKeyWrap, Unlock, UserKey
from .names import BlindIdentifier, NameSegment
from .people import Organisation, Unit, User
from .record import Checkpoint, Leaf, LeafDetail, LeafObject, RecordHead
from .router import Router
from .sending import Sending
from .traces import Trace, TraceDrawn, TraceRequest

__all__ = [
    "BlindIdentifier",
    "Checkpoint",
    "DestroyedWrap",
    "EscrowKey",
    "HeldPage",
    "KeyWrap",
    "Leaf",
    "LeafDetail",
    "LeafObject",
    "NameSegment",
    "Organisation",
    "RecordHead",
    "Router",
    "Sending",
    "Trace",
    "TraceDrawn",
    "TraceRequest",
    "Unit",
    "UnitKey",
    "UnitKeyWrap",
    "Unlock",
    "User",
    "UserKey",
]
