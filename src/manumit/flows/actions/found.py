"""Putting what a scan found on the desk: each finding once, whatever is scanned again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from manumit.core.actions import acting
from manumit.core.fields import new_id
from manumit.flows import alerting, models, typologies

AT_ONCE = 2000  # alerts in one transaction, so that pages never wait long


class Seen:
    """The alerts that are there, by typology and account: enough to tell what is new."""

    def __init__(self, rows: Iterable[tuple[str, str, Any, datetime, datetime]]) -> None:
        self.prints: set[str] = set()
        self._by: dict[tuple[str, int], list[typologies.Known]] = {}
        for fingerprint, typology, accounts, first_at, last_at in rows:
            self.prints.add(fingerprint)
            self._keep(typology, [account for account, _ in accounts], first_at, last_at)

    def _keep(
        self, typology: str, accounts: Sequence[int], first_at: datetime, last_at: datetime
    ) -> None:
        known = typologies.Known(frozenset(accounts), first_at, last_at)
        for account in known.accounts:
            self._by.setdefault((typology, account), []).append(known)

    def has(self, one: alerting.Found) -> bool:
        """Tell whether this finding is there already, or one that says the same."""
        if one.fingerprint in self.prints:
            return True
        near = (
            known
            for account, _ in one.accounts
            for known in self._by.get((one.typology, account), ())
        )
        return any(typologies.says_the_same(one, known) for known in near)

    def add(self, one: alerting.Found) -> None:
        """Remember a finding that was just put down."""
        self.prints.add(one.fingerprint)
        accounts = [account for account, _ in one.accounts]
        self._keep(one.typology, accounts, one.first_at, one.last_at)


def seen(
    ledger: models.Ledger, first_at: datetime | None = None, last_at: datetime | None = None
) -> Seen:
    """Return the alerts of a ledger that touch a time; of all times where none is given."""
    rows = models.Alert.objects.filter(ledger=ledger)
    if first_at:
        rows = rows.filter(last_at__gte=first_at - timedelta(days=1))
    if last_at:
        rows = rows.filter(first_at__lte=last_at + timedelta(days=1))
    columns = ("fingerprint", "typology", "accounts", "first_at", "last_at")
    return Seen(rows.values_list(*columns).iterator(chunk_size=2000))


def put_down(
    *,
    by: acting.Actor,
    clock: Any,
    ledger: models.Ledger,
    scan: models.Scan,
    found: Sequence[alerting.Found],
) -> int:
    """Store findings in portions, the strongest first; returns how many were new."""
    ordered = sorted(found, key=lambda one: (-one.score, one.fingerprint))
    if not ordered:
        return 0
    known = seen(ledger, min(one.first_at for one in ordered), max(one.last_at for one in ordered))
    fresh = []
    for one in ordered:
        if not known.has(one):
            known.add(one)
            fresh.append(one)
    for start in range(0, len(fresh), AT_ONCE):
        portion = fresh[start : start + AT_ONCE]
        store(by=by, at=clock(), ledger=ledger, scan=scan, found=portion)
    return len(fresh)


@acting.action("ledger.scan")
def store(
    *,
    by: acting.Actor,
    at: datetime,
    ledger: models.Ledger,
    scan: models.Scan,
    found: Sequence[alerting.Found],
) -> models.Scan:
    """Put findings down as alerts; those whose fingerprint is there already are left alone."""
    prints = [one.fingerprint for one in found]
    there = set(
        models.Alert.objects.filter(ledger=ledger, fingerprint__in=prints).values_list(
            "fingerprint", flat=True
        )
    )
    last = models.Alert.objects.filter(ledger=ledger).aggregate(last=Max("number"))["last"] or 0
    alerts, named = [], []
    for one in found:
        if one.fingerprint in there:
            continue
        there.add(one.fingerprint)
        last += 1
        alert = _alert(one, ledger, scan, last, at)
        alerts.append(alert)
        accounts = dict.fromkeys(account for account, _ in one.accounts)
        named += [
            models.AlertAccount(id=new_id(), alert=alert, ledger=ledger, account=account)
            for account in accounts
        ]
    models.Alert.objects.bulk_create(alerts, batch_size=500)
    models.AlertAccount.objects.bulk_create(named, batch_size=2000)
    return scan


def _alert(
    one: alerting.Found, ledger: models.Ledger, scan: models.Scan, number: int, at: datetime
) -> models.Alert:
    return models.Alert(
        id=new_id(),
        ledger=ledger,
        scan=scan,
        number=number,
        fingerprint=one.fingerprint,
        typology=one.typology,
        outcome=one.outcome,
        score=one.score,
        possible_victim=one.possible_victim,
        accounts=[[account, part.value] for account, part in one.accounts],
        entries=list(one.entries),
        entry_count=one.entry_count or len(one.entries),
        reasons=[_reason(reason) for reason in one.reasons],
        against=[_reason(reason) for reason in one.against],
        cut=list(one.cut),
        first_at=one.first_at,
        last_at=one.last_at,
        amount_minor=one.amount_minor,
        found_at=at,
    )


def _reason(reason: alerting.Reason) -> dict[str, str]:
    return {
        "sign": reason.sign,
        "value": reason.value,
        "threshold": reason.threshold,
        "strength": reason.strength,
        "source": reason.source,
        "status": reason.status,
    }
