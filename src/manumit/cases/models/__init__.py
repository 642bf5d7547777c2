"""What is kept of a person and of what is owed to them.

Coded facts that identify nobody stay readable (they drive lists, clocks and permissions); whatever
may identify or tell is sealed under a key of its own case, screening or referral.
"""

from .answering import Answering
from .case import Case, Need, Note
from .clock import Clock
from .consent import Consent
from .denial import Denial
from .disclosure import Disclosure
from .referral import Referral
from .screening import Screening

__all__ = [
    "Answering",
    "Case",
    "Clock",
    "Consent",
    "Denial",
    "Disclosure",
    "Need",
    "Note",
    "Referral",
    "Screening",
]
