"""What is kept of a ledger, its loads and scans, and of alerts."""

from manumit.flows.desk import Stage

from .alert import Alert, AlertAccount
from .capacity import Capacity, CapacityStep
from .desk import Decision, DeskNote, MoneyCase
from .ledger import Ledger, Load, SavedMapping, Scan, State
from .report import Report, ReportDisclosure, ReportFile
from .typology import Typology

__all__ = [
    "Alert",
    "AlertAccount",
    "Capacity",
    "CapacityStep",
    "Decision",
    "DeskNote",
    "Ledger",
    "Load",
    "MoneyCase",
    "Report",
    "ReportDisclosure",
    "ReportFile",
    "SavedMapping",
    "Scan",
    "Stage",
    "State",
    "Typology",
]
