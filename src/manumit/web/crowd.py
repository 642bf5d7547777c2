"""How often one sender may ask on the pages that do not ask who anybody is.

Counted in memory alone, on a digest under a key that is thrown away with its minute: afterwards
nothing can tell who asked. Many people share one address (a camp, a centre, a telephone company),
so the limit is generous; it stops a machine, not a queue.
"""

import hashlib
import hmac
from collections import Counter
from dataclasses import dataclass, field

WINDOW_SECONDS = 60
MOST_PER_WINDOW = 120
MOST_SENDERS = 20_000  # so that memory cannot be filled from outside


@dataclass
class Crowd:
    """The counts of one window of time."""

    key: bytes
    began: float
    counts: Counter[bytes] = field(default_factory=Counter)

    def over(self, now: float) -> bool:
        """Tell whether the window has passed; then the whole thing is thrown away."""
        return now - self.began >= WINDOW_SECONDS

    def why_not(self, sender: str, cost: int = 1) -> str:
        """Count, and say why the sender has to wait; "" when they may go on."""
        who = hmac.digest(self.key, sender.encode(), hashlib.sha256)[:8]
        if who not in self.counts and len(self.counts) >= MOST_SENDERS:
            who = b"others"
        self.counts[who] += cost
        if self.counts[who] > MOST_PER_WINDOW:
            return "Many are asking just now. Wait a minute, then try again."
        return ""
