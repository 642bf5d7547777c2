"""Counting alerts for statistics without personal data; and what each typology's table says."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from manumit.core import roles
from manumit.core.actions import acting, guard
from manumit.flows import desk, statistics
from manumit.flows.models import Alert, Ledger

PER_ALERT = 50  # entries that decide an alert's corridor


class What(StrEnum):
    """Which alerts are counted."""

    FOUND = "found"
    REPORTED = "reported"
    VICTIMS = "victims"


class By(StrEnum):
    """By what they are counted, beside the typology."""

    PERIOD = "period"
    CORRIDOR = "corridor"


@guard.opening("moneystats.read")
def count(*, by: acting.Actor, at: datetime, year: int, what: What, along: By) -> statistics.Table:
    """Count alerts of one year by typology and quarter or corridor; small counts are hidden.

    The unit's own for who works with a ledger, those of all units for who coordinates. A quarter that
    is not over is left out, so that two tables of one day after the other differ by nothing.
    """
    until = min(date(year + 1, 1, 1), _quarter_begins(at.date()))
    since = datetime(year, 1, 1, tzinfo=UTC)
    rows = Alert.objects.filter(
        ledger__unit__isnull=False,
        last_at__gte=since,
        last_at__lt=datetime(until.year, until.month, 1, tzinfo=UTC),
    )
    if roles.scope(by.role, "moneystats.read") is not roles.Scope.ANY:
        rows = rows.filter(ledger__unit=by.unit)
    if what is What.REPORTED:
        rows = rows.filter(decided=desk.Choice.REPORT.value)
    elif what is What.VICTIMS:
        rows = rows.filter(possible_victim=True)
    if along is By.PERIOD:
        pairs = rows.order_by().values_list("typology", "last_at")
        counts = Counter((t, statistics.quarter(last.date())) for t, last in pairs.iterator())
    else:
        counts = _corridors(rows)
    return statistics.publishable(counts, sorted({column for _, column in counts}))


def _quarter_begins(today: date) -> date:
    return date(today.year, (today.month - 1) // 3 * 3 + 1, 1)


def _corridors(rows: QuerySet[Alert]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for ledger in Ledger.objects.filter(pk__in=rows.order_by().values("ledger").distinct()):
        mine = rows.filter(ledger=ledger).order_by()
        listed = list(mine.values_list("typology", "entries", "first_at", "last_at"))
        ends = _countries(
            ledger,
            sorted({entry for _, entries, *_ in listed for entry in entries[:PER_ALERT]}),
            min(first for *_, first, _ in listed),
            max(last for *_, last in listed),
        )
        for typology, entries, *_ in listed:
            told = [ends[entry] for entry in entries[:PER_ALERT] if entry in ends]
            counts[typology, statistics.corridor(told)] += 1
    return counts


def _countries(
    ledger: Ledger, wanted: list[int], since: datetime, until: datetime
) -> dict[int, tuple[str, str]]:
    import polars

    from manumit.flows.actions import store  # the table engine: loaded where entries are read

    table = store.entries(ledger, since, until + timedelta(days=1))
    found = table.filter(polars.col("entry").is_in(wanted))
    rows = found.select("entry", "country_from", "country_to").collect().iter_rows()
    return {entry: (source or "", target or "") for entry, source, target in rows}
