"""What is kept of a ledger, its loads and scans, and of alerts."""

from manumit.flows.desk import Stage

from .alert import Alert, AlertAccount
from .desk import Decision, DeskNote, MoneyCase
from .ledger import Ledger, Load, SavedMapping, Scan, State

__all__ = [
    "Alert",
    "AlertAccount",
    "Decision",
    "DeskNote",
    "Ledger",
    "Load",
    "MoneyCase",
    "SavedMapping",
    "Scan",
    "Stage",
    "State",
]
