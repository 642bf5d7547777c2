"""The demo's report: an alert that two people decided to report, written and waiting for approval; and
a request and an offer of help between units."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from manumit.core.actions import acting
    from manumit.flows import models

ANSWERS: dict[str, dict[str, Any]] = {
    "report": {"rentity_id": "12", "currency": "USD"},
    "reporting_person": {"first_name": "Test", "last_name": "Person"},
    "transaction": {"location": "Example Town"},
    "account": {"institution_name": "Example Bank", "swift": "EXAMUS33"},
}


def play(
    head: "acting.Actor",
    analyst: "acting.Actor",
    second: "acting.Actor",
    ledger: "models.Ledger",
    now: datetime,
) -> None:
    """Decide to report what was found about collected wages, write it, propose it; fill the register."""
    from manumit.flows import models
    from manumit.flows.actions import deciding, desk, reports

    at = now - timedelta(days=2)
    waiting = models.Alert.objects.filter(ledger=ledger).waiting()
    alert = waiting.filter(typology="finance-wages-collected").first() or waiting[0]
    desk.take_alert(by=second, at=at, alert=alert)
    made = deciding.decide(
        by=second,
        at=at,
        alert=alert,
        choice="report",
        reason="Wages of a whole crew reach one account and leave as a fee within a day.",
    )
    deciding.confirm_decision(by=analyst, at=at + timedelta(hours=1), decision=made)
    alert.refresh_from_db()
    wrote = at + timedelta(hours=2)
    report = reports.begin(by=second, at=wrote, alert=alert, profile="example-5")
    for table, values in ANSWERS.items():
        reports.save_answers(by=second, at=wrote, report=report, table=table, values=values)
    reports.propose_report(by=second, at=wrote, report=report)
    _register(head, now)


def _register(head: "acting.Actor", now: datetime) -> None:
    from manumit.flows.actions import capacities

    soon = (now + timedelta(days=10)).date()
    for kind, body, country, about in (
        ("request", "Example FIU North", "JO", "How do others read settlements of hawala?"),
        ("offer", "Example FIU South", "KE", "Two trainers for a week, with exercises."),
    ):
        capacities.add(
            by=head,
            at=now,
            kind=kind,
            body=body,
            country=country,
            topic="hawala",
            about=about,
            next_step="Write to them",
            next_on=soon,
        )
