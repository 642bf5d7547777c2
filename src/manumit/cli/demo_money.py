"""The demo's money: a unit with a ledger, made transfers, a search, and what analysts did with it.

Every step goes through the product's own actions. Nobody in it lives, and no account is anybody's.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from manumit.core.actions import acting
    from manumit.flows import models

ROWS = 6000


def play(
    head: "acting.Actor", analyst: "acting.Actor", second: "acting.Actor", now: datetime
) -> None:
    """Open the ledger, load transfers, search them, and let analysts work on what was found."""
    from manumit.cli import demo_reports
    from manumit.flows.actions import scanning

    ledger = _ledger(head, analyst, now)
    scan = scanning.begin(by=analyst, at=now - timedelta(days=4), ledger=ledger)
    scanning.carry_out(by=analyst, scan=scan, clock=lambda: now - timedelta(days=4))
    _desk(head, analyst, second, ledger, now)
    demo_reports.play(head, analyst, second, ledger, now)


def _ledger(head: "acting.Actor", analyst: "acting.Actor", now: datetime) -> "models.Ledger":
    """Load made transfers with made names, and write one entry down by hand."""
    from manumit.core import fields
    from manumit.flows.actions import byhand, ledgers, loading
    from manumit.flows.kinds import Kind, Precision, Purpose

    ledger = ledgers.open_ledger(by=head, at=now - timedelta(days=7), currency="USD", country="US")
    loading.bring_in(
        by=analyst,
        at=now - timedelta(days=6),
        ledger=ledger,
        key=ledgers.key_of(by=analyst, ledger=ledger),
        source=loading.Source("made-for-the-demo", "made", time_zone="UTC"),
        batches=lambda: [_batch(now), _stories(now - timedelta(days=40))],
        clock=lambda: now - timedelta(days=6),
    )
    said = byhand.Said(
        at=now - timedelta(days=40),
        precision=Precision.DAY,
        kind=Kind.IN_KIND,
        purpose=Purpose.LABOUR_EXTRACTED,
        amount="",
        currency="USD",
        source_name="Test Person 9001",
        target_name="Example Quarry",
        text="Six weeks of work without pay, as two former workers told independently.",
    )
    at = now - timedelta(days=5)
    byhand.record_entry(by=analyst, at=at, ledger=ledger, said=said, form=fields.new_id())
    return ledger


def _batch(now: datetime) -> Any:
    """Return a month of made transfers, with account numbers and names that are nobody's."""
    import polars

    from manumit.flows import batch, made

    money = made.ledger(ROWS, 7, days=30, illicit=0.02)
    later = timedelta(days=(now - timedelta(days=45) - made.START).days)

    def number(name: str) -> polars.Expr:
        return "EX" + polars.col(name).cast(polars.String).str.zfill(7)

    def person(name: str) -> polars.Expr:
        return "Test Person " + polars.col(name).cast(polars.String)

    rows = money.entries.with_row_index("line", offset=2).with_columns(
        number("source").alias("source_id"),
        number("target").alias("target_id"),
        person("source").alias("source_name"),
        person("target").alias("target_name"),
        (polars.col("at") + later).alias("at"),
    )
    accounts = money.accounts.with_columns(
        number("account").alias("account_id"),
        person("account").alias("name"),
        ("P" + polars.col("holder").cast(polars.String)).alias("holder_id"),
    )
    return batch.Batch(batch.shaped(rows), batch.shaped(accounts, batch.ACCOUNT_ROW_COLUMNS))


def _stories(begin: datetime) -> Any:
    """Return transfers that tell something: payments for a release, wages that one person collects."""
    import polars

    from manumit.flows import batch

    rows = [*_release(begin), *_wages(begin)]
    for line, row in enumerate(rows, ROWS + 100):
        row |= {"line": line, "precision": 1, "currency": "USD", "local_minute": 600}
        row["at"] = row["at"].replace(tzinfo=None, hour=10)
    return batch.Batch(batch.shaped(polars.DataFrame(rows)))


def _release(begin: datetime) -> Iterator[dict[str, Any]]:
    """Seven families pay one collector for a release; most of it leaves as cash near a border."""
    for number in range(7):
        yield {
            "source_id": f"EX97{number:05}",
            "source_name": f"Test Family {number + 1}",
            "target_id": "EX9700900",
            "target_name": "Test Person 9700",
            "at": begin + timedelta(days=number % 3),
            "amount_minor": 240_000 + 5_000 * number,
            "kind": "value_transfer",
            "purpose": "ransom",
            "country_from": "US",
            "country_to": "IQ",
            "text": "for the boy, as agreed by telephone",
        }
    for number in range(3):
        yield {
            "source_id": "EX9700900",
            "source_name": "Test Person 9700",
            "target_id": None,
            "target_name": None,
            "at": begin + timedelta(days=3 + number % 2),
            "amount_minor": 480_000,
            "kind": "cash_out",
            "purpose": "",
            "country_from": "IQ",
            "country_to": "IQ",
            "text": None,
        }


def _wages(begin: datetime) -> Iterator[dict[str, Any]]:
    """Wages of twelve people go to one account each month, and on from there at once."""
    for month in range(2):
        for number in range(12):
            yield {
                "source_id": "EX9600001",
                "source_name": "Example Quarry",
                "target_id": "EX9600500",
                "target_name": "Test Person 9650",
                "at": begin + timedelta(days=1 + 30 * month, minutes=number),
                "amount_minor": 62_000,
                "kind": "transfer",
                "purpose": "wages",
                "country_from": "US",
                "country_to": "US",
                "text": f"wages Test Worker {number + 1}",
            }
        yield {
            "source_id": "EX9600500",
            "source_name": "Test Person 9650",
            "target_id": "EX9600777",
            "target_name": "Example Recruiters",
            "at": begin + timedelta(days=2 + 30 * month),
            "amount_minor": 700_000,
            "kind": "transfer",
            "purpose": "recruitment_fee",
            "country_from": "US",
            "country_to": "US",
            "text": None,
        }


def _desk(
    head: "acting.Actor",
    analyst: "acting.Actor",
    second: "acting.Actor",
    ledger: "models.Ledger",
    now: datetime,
) -> None:
    """Let people take alerts, decide by two, and join some in a case."""
    from manumit.flows import models
    from manumit.flows.actions import deciding, desk, moneycases

    at = now - timedelta(days=3)
    found = models.Alert.objects.filter(ledger=ledger).waiting()
    release = found.filter(typology="finance-release-payments").first() or found[0]
    shapes = list(found.exclude(pk=release.pk).filter(typology="finance-shapes")[:6])
    if len(shapes) < 6:
        raise RuntimeError("the demo's own money shows fewer shapes than its story needs")
    desk.take_alert(by=analyst, at=at, alert=release)
    desk.add_note(
        by=analyst, at=at, alert=release, text="The same collector was named in a call last month."
    )
    helped = deciding.decide(
        by=analyst,
        at=at + timedelta(hours=1),
        alert=release,
        choice="help_first",
        reason="Seven families pay for one release. They need help, not questions from a bank.",
    )
    deciding.confirm_decision(by=head, at=at + timedelta(hours=2), decision=helped)
    for alert in shapes[:3]:
        desk.take_alert(by=analyst, at=at, alert=alert)
    deciding.decide(
        by=analyst,
        at=at + timedelta(hours=3),
        alert=shapes[0],
        choice="report",
        reason="The money comes together again after two days, almost whole. No trade behind it.",
    )
    case = moneycases.open_case(
        by=analyst, at=at + timedelta(hours=4), alert=shapes[1], title="Ring around the car yard"
    )
    moneycases.join_alert(by=analyst, at=at + timedelta(hours=4), case=case, alert=shapes[2])
    for alert in shapes[3:5]:
        desk.take_alert(by=second, at=at, alert=alert)
    plain = deciding.decide(
        by=second,
        at=at + timedelta(hours=5),
        alert=shapes[3],
        choice="no_action",
        reason="A market day: stall holders pay one another every week, for years.",
    )
    deciding.confirm_decision(by=analyst, at=at + timedelta(hours=6), decision=plain)
