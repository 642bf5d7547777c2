"""Writing the alerts of a ledger as a table, with accounts as they were in the bank's file."""

from collections.abc import Iterator
from datetime import datetime

from manumit.core.actions import acting, guard
from manumit.flows import listing, models
from manumit.flows.actions import names, redflags
from manumit.flows.facts import compared
from manumit.indicators import parts

PURPOSE = "list of alerts"


@acting.action("ledger.export")
def alerts_table(
    *, by: acting.Actor, at: datetime, ledger: models.Ledger, typology: str = ""
) -> str:
    """Return the alerts as CSV, strongest first. Who is behind the accounts is opened on the record."""
    ledger = guard.see(by, "ledger.export", ledger)
    every = list(_listed(ledger, typology))
    accounts = names.open_accounts(
        by=by,
        at=at,
        ledger=ledger,
        accounts={account for each in every for account, _ in each.accounts},
        purpose=PURPOSE,
    )
    entries = names.open_entries(
        by=by,
        at=at,
        ledger=ledger,
        entries={entry for each in every for entry in each.entries},
        purpose=PURPOSE,
    )
    identifiers = {n: told["identifier"] for n, told in accounts.items() if told.get("identifier")}
    references = {n: told["reference"] for n, told in entries.items() if told.get("reference")}
    return listing.text(listing.rows(every, identifiers, references))


def _listed(ledger: models.Ledger, typology: str) -> Iterator[listing.Listed]:
    rows = models.Alert.objects.filter(ledger=ledger).order_by("-score", "number")
    if typology:
        rows = rows.filter(typology=typology)
    packs = redflags.live(ledger)
    columns = ("number", "typology", "score", "accounts", "entries", "reasons")
    for number, name, score, accounts, entries, reasons in rows.values_list(*columns).iterator(
        chunk_size=2000
    ):
        known = packs.get(name)
        why = [(_sign(known, reason["sign"]), reason["value"]) for reason in reasons]
        name = listing.named(name, [value for _, value in why], compared.PATTERNS)
        told = [(account, part) for account, part in accounts]
        yield listing.Listed(number, name, score, told, entries, why)


def _sign(known: parts.Pack | None, sign: str) -> str:
    """Return a sign's English name; its id where the pack is not there any more."""
    found = known.by_id.get(sign) if known else None
    return found.text("en") if found else sign
