"""Trying a pack on a ledger's history: nothing is put on the desk."""

from datetime import datetime
from typing import Any

from manumit.core.actions import acting, guard
from manumit.core.reasons import say
from manumit.flows import alerting, backtest, desk, models, slices, thresholds
from manumit.flows.actions import redflags
from manumit.indicators import parts


def why_not(ledger: models.Ledger) -> str:
    """Return why nothing can be tried on a ledger; "" when it can."""
    done = models.Scan.objects.filter(ledger=ledger, state=models.State.DONE)
    if not done.exists():
        return say("Search the ledger once first: a trial stands on what the search measured.")
    return ""


@acting.action("typology.try")
def back_test(
    *,
    by: acting.Actor,
    at: datetime,
    ledger: models.Ledger,
    pack: parts.Pack,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, Any]:
    """Say what a pack would have found in a ledger between two instants (all of it by default).

    It reads the tables of the last search, so it takes seconds.
    """
    ledger = guard.see(by, "typology.try", ledger)
    guard.refuse_if(why_not(ledger))
    begins, ends = _span(ledger, since, until)
    found = [one for one in _found(ledger, pack, begins, ends) if begins <= one.last_at <= ends]
    figures = backtest.tried(found, _earlier(ledger), begins, ends, _right(ledger, found))
    return {
        "pack": pack.id,
        "version": str(pack.version),
        "since": begins.isoformat(),
        "until": ends.isoformat(),
        **figures.as_dict(),
    }


@acting.action("typology.try")
def try_version(*, by: acting.Actor, at: datetime, typology: models.Typology) -> models.Typology:
    """Try a version that waits, on all of its ledger's history, and keep what it found."""
    typology = guard.hold(by, "typology.try", typology)
    one = redflags.read(typology.text, f"{typology.pack}.toml")
    figures = back_test(by=by, at=at, ledger=typology.ledger, pack=one)
    return redflags.keep_figures(by=by, at=at, typology=typology, figures=figures)


def _span(
    ledger: models.Ledger, since: datetime | None, until: datetime | None
) -> tuple[datetime, datetime]:
    loads = models.Load.objects.filter(ledger=ledger, state=models.State.DONE)
    first = loads.order_by("first_at").values_list("first_at", flat=True).first()
    last = loads.order_by("-last_at").values_list("last_at", flat=True).first()
    if first is None or last is None:
        raise acting.Refused(say("There is nothing in this ledger yet."))
    begins, ends = max(since or first, first), min(until or last, last)
    if begins > ends:
        raise acting.Refused(say("The ledger holds nothing of that time."))
    return begins, ends


def _found(
    ledger: models.Ledger, pack: parts.Pack, begins: datetime, ends: datetime
) -> list[alerting.Found]:
    import polars  # loaded where a trial runs

    from manumit.flows.actions import derived, judging, measuring, store

    shelf = derived.Shelf(ledger)
    on = thresholds.ground(ledger.country, ledger.currency)
    found: list[alerting.Found] = []
    for one in shelf.months():
        facts, shapes = shelf.newest("facts", one), shelf.newest("scored", one)
        wanted = one.ends > begins and slices.bin_starts(one.first_bin - 1) <= ends
        if not wanted or facts is None or shapes is None:
            continue
        with measuring.connect(ledger) as connection:
            store.view(connection, "account_facts", [facts], {})
            if pack.money.about == "account":
                found += judging.accounts_found(connection, shelf, one, [pack], on)
            else:
                own = polars.read_parquet(shapes, glob=False).filter(
                    polars.col("last_at") >= one.starts.replace(tzinfo=None)
                )
                found += judging.shapes_found(connection, shelf, own, [pack], on)
    return found


def _earlier(ledger: models.Ledger) -> list[backtest.Earlier]:
    rows = models.Alert.objects.filter(ledger=ledger).values_list(
        "typology", "accounts", "first_at", "last_at", "decided"
    )
    return [
        backtest.Earlier(
            typology,
            frozenset(account for account, _ in accounts),
            first_at,
            last_at,
            None if not decided else decided != desk.Choice.NO_ACTION.value,
        )
        for typology, accounts, first_at, last_at, decided in rows.iterator(chunk_size=2000)
    ]


def _right(ledger: models.Ledger, found: list[alerting.Found]) -> int | None:
    """Return how many are right, where the ledger has labels."""
    import polars

    from manumit.flows import evaluation
    from manumit.flows.actions import store

    known = evaluation.truth(store.labels(ledger).collect())
    if known is None:
        return None
    rows = {
        "entries": [list(one.entries) for one in found],
        "accounts": [[account for account, _ in one.accounts] for one in found],
    }
    schema = {name: polars.List(polars.Int64) for name in rows}
    return int(evaluation.right(polars.DataFrame(rows, schema=schema), known).sum())
