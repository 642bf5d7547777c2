"""What is kept of a ledger, its loads and scans, and of alerts."""

from .alert import Alert, AlertAccount, Stage
from .ledger import Ledger, Load, Scan, State

__all__ = ["Alert", "AlertAccount", "Ledger", "Load", "Scan", "Stage", "State"]
