"""Gathering what is known for a report: an alert's or a case's entries and accounts, opened once.

Who is behind an account is opened on the record, for the purpose "report". On the bench, whose data is
published or made, the system opens.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from manumit.core.actions import acting
from manumit.flows import desk
from manumit.flows import known as facts
from manumit.flows.actions import names
from manumit.flows.models import Alert, Ledger
from manumit.indicators import pack

PURPOSE = "report"
_COLUMNS = (
    *("entry", "at", "amount_minor", "currency", "base_minor", "source", "target", "kind"),
    *("purpose", "country_from", "country_to", "precision"),
)
LANGUAGES = ("en", "fr")


def gather(
    *,
    by: acting.Actor,
    at: datetime,
    ledger: Ledger,
    alerts: Sequence[Alert],
    reference: str,
    parts: Mapping[int, str],
) -> facts.Known:
    """Return what is known of alerts that are reported together.

    `parts`: what each account did. Raises Refused when the actor's unit holds no key.
    """
    rows = _entries(ledger, alerts)
    numbers = set(parts)
    for row in rows:
        numbers |= {row["source"], row["target"]} - {None}
    opened = names.open_accounts(by=by, at=at, ledger=ledger, accounts=numbers, purpose=PURPOSE)
    told = names.open_entries(
        by=by, at=at, ledger=ledger, entries=[row["entry"] for row in rows], purpose=PURPOSE
    )
    plain = _plain_accounts(ledger, numbers)
    return facts.Known(
        reference=reference,
        typologies=tuple(dict.fromkeys(alert.typology for alert in alerts)),
        currency=ledger.currency,
        time_zone=ledger.time_zone,
        accounts=tuple(
            _account(number, opened.get(number, {}), plain.get(number, {}), parts.get(number, ""))
            for number in sorted(numbers)
        ),
        entries=tuple(_entry(row, told.get(row["entry"], {})) for row in rows),
        entry_count=max(len(rows), _count(alerts)),
        reasons=_signs(alerts, "reasons"),
        against=_signs(alerts, "against"),
        cut=tuple(dict.fromkeys(str(one) for alert in alerts for one in alert.cut)),
    )


def _count(alerts: Sequence[Alert]) -> int:
    """How many entries there are; alerts of a case may share some, of which only one list knows."""
    listed = {entry for alert in alerts for entry in alert.entries}
    return len(listed) + sum(alert.entry_count - len(alert.entries) for alert in alerts)


def _entries(ledger: Ledger, alerts: Sequence[Alert]) -> list[dict[str, Any]]:
    wanted = sorted({entry for alert in alerts for entry in alert.entries})
    if not wanted:
        return []
    import polars

    from manumit.flows.actions import store  # the table engine: loaded where entries are read

    since = min(alert.first_at for alert in alerts)
    until = max(alert.last_at for alert in alerts) + timedelta(days=1)
    table = store.entries(ledger, since, until)
    found = table.filter(polars.col("entry").is_in(wanted)).select(_COLUMNS)
    return found.sort("at", "entry").collect().to_dicts()


def _plain_accounts(ledger: Ledger, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    import polars

    from manumit.flows.actions import store  # the table engine: loaded where accounts are read

    table = store.accounts(ledger).filter(polars.col("account").is_in(sorted(numbers)))
    return {row["account"]: row for row in table.select("account", "kind", "country").to_dicts()}


def _account(
    number: int, opened: Mapping[str, str], plain: Mapping[str, Any], part: str
) -> facts.Account:
    return facts.Account(
        account=number,
        identifier=opened.get("identifier") or desk.code(number),
        name=opened.get("name") or "",
        kind=plain.get("kind") or "",
        country=plain.get("country") or "",
        part=part,
    )


def _entry(row: Mapping[str, Any], told: Mapping[str, str]) -> facts.Entry:
    values = dict(row) | {"at": row["at"].replace(tzinfo=UTC)}
    for name in ("kind", "purpose", "country_from", "country_to"):
        values[name] = values[name] or ""
    return facts.Entry(**values, reference=told.get("reference") or "", text=told.get("text") or "")


def _signs(alerts: Sequence[Alert], which: str) -> tuple[facts.Sign, ...]:
    packs = pack.load_all()
    found: dict[tuple[str, str], facts.Sign] = {}
    for alert in alerts:
        known = packs.get(alert.typology)
        for said in getattr(alert, which):
            name = str(said.get("sign", ""))
            sign = known.by_id.get(name) if known else None
            texts = {language: sign.text(language) for language in LANGUAGES} if sign else {}
            found.setdefault(
                (name, str(said.get("value", ""))),
                facts.Sign(
                    sign=name,
                    texts=texts,
                    value=str(said.get("value", "")),
                    threshold=str(said.get("threshold", "")),
                    source=str(said.get("source", "")),
                ),
            )
    return tuple(found.values())
