"""What each role sees in the bar at the top, and where its day begins, as data.

A link shows when its address exists and the role holds its permission.
"""

from dataclasses import dataclass

from manumit.core import roles
from manumit.core.roles import Role


@dataclass(frozen=True)
class Link:
    """One entry: the words, the address's name in `web/urls.py`, and the permission it needs."""

    label: str
    url_name: str
    permission: str


LINKS: tuple[Link, ...] = (
    Link("My duties", "duties", "duty.read"),
    Link("Board", "board", "board.read"),
    Link("Inbox", "inbox", "inbox.read"),
    Link("Screening", "screening_start", "screening.conduct"),
    Link("Cases", "cases", "case.read"),
    Link("Children", "children", "case.read"),
    Link("Cases offered", "handovers", "handover.read"),
    Link("Caseload", "caseload", "caseload.read"),
    Link("Find a person", "case_search", "case.search"),
    Link("Told once", "told_requests", "telling.request"),
    Link("Requests", "requests", "request.read"),
    Link("Sheets", "case_import", "case.import"),
    Link("Alerts", "alerts", "alert.read"),
    Link("Ledger", "ledger", "ledger.read"),
    Link("Reports", "reports", "report.read"),
    Link("Patterns in numbers", "money_statistics", "moneystats.read"),
    Link("Help between units", "capacities", "capacity.read"),
    Link("Inquiries", "inquiries", "inquiry.read"),
    Link("Networks", "networks", "network.read"),
    Link("One or two?", "same", "network.judge"),
    Link("Possible matches", "hits", "hit.read"),
    Link("Leads", "leads", "lead.read"),
    Link("Sightings", "sightings", "lead.read"),
    Link("Report a sighting", "sighting_new", "sighting.report"),
    Link("Shared across cases", "traces", "trace.look"),
    Link("Questions of investigators", "trace_requests", "trace.answer"),
    Link("Dossiers", "dossiers", "dossier.read"),
    Link("Corrections", "corrections", "correction.read"),
    Link("Fairness", "fairness", "fairness.read"),
    Link("Watchlists", "watchlists", "watchlist.read"),
    Link("Services", "services", "directory.read"),
    Link("People of my unit", "unit_people", "account.admit"),
    Link("Accounts", "accounts", "account.manage"),
    Link("Second decision", "protections", "case.confirm_lift"),
    Link("Keeping and erasing", "retention", "case.erase"),
    Link("Record", "record", "record.read"),
)

# Where a role's day begins; the first address that exists is taken.
HOME: dict[Role, tuple[str, ...]] = {
    Role.SCREENING_OFFICER: ("duties", "services"),
    Role.CASE_WORKER: ("duties", "services"),
    Role.SUPERVISOR: ("board", "services"),
    Role.SERVICE_FOCAL_POINT: ("inbox", "services"),
    Role.FIU_ANALYST: ("alerts", "services"),
    Role.FIU_HEAD: ("alerts", "services"),
    Role.COORDINATOR: ("board", "services"),
    Role.INVESTIGATOR: ("inquiries", "services"),
    Role.AUDITOR: ("record", "services"),
    Role.DATA_PROTECTION_OFFICER: ("record", "services"),
    Role.ADMINISTRATOR: ("accounts", "services"),
}
FALLBACK = ("services", "security")


def links(role: Role, routed: frozenset[str]) -> tuple[Link, ...]:
    """Return the entries a role sees, given the address names that exist."""
    return tuple(
        link
        for link in LINKS
        if link.url_name in routed and not roles.why_not(role, link.permission)
    )


def home(role: Role, routed: frozenset[str]) -> str:
    """Return the address name where the role's day begins."""
    for name in (*HOME.get(role, ()), *FALLBACK):
        if name in routed:
            return name
    raise LookupError("no page to begin the day with is routed")
