"""When a session ends: after 15 idle minutes, 12 hours in all, or when the clock runs backwards.

NIST SP 800-63B (AAL3: 15 minutes idle, 12 hours in all) and OWASP ASVS 5.0 chapter 7.
"""

from datetime import datetime, timedelta

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
PENDING = timedelta(minutes=10)
CLOCK_SLIP = timedelta(minutes=2)

# The session is written at most this often for being seen, so that reading a page costs no write.
REMEMBER_SEEN = timedelta(seconds=30)


def why_ended(*, began_at: datetime, seen_at: datetime, now: datetime) -> str:
    """Return why the session is over; "" while it lives."""
    if now < seen_at - CLOCK_SLIP or now < began_at - CLOCK_SLIP:
        return "The clock of the server was set back. Please sign in again."
    if now - began_at >= ABSOLUTE:
        return "You have been signed in for 12 hours. Please sign in again."
    if now - seen_at >= IDLE:
        return "You were away for 15 minutes, so we signed you out. Please sign in again."
    return ""


def why_not_continue(*, passphrase_at: datetime, now: datetime) -> str:
    """Return why the second step of signing in can no longer be taken; "" when it can."""
    if not timedelta(0) - CLOCK_SLIP <= now - passphrase_at < PENDING:
        return "That took more than 10 minutes. Please start again."
    return ""


def note_seen(*, seen_at: datetime, now: datetime) -> bool:
    """Tell whether it is time to write down that the person is still here."""
    return now - seen_at >= REMEMBER_SEEN
