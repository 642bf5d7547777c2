"""`manumit flows measures`: what is measured about each transfer of the bench, for research."""

import tempfile
from collections import Counter
from datetime import UTC, timedelta
from pathlib import Path

import click

from manumit.cli import flows_ground, ground


@click.command("measures")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder; one Parquet file per month is written into it.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def measures(out: Path, as_json: bool) -> None:
    """Write what is measured about each transfer of the bench, one row per entry.

    Fan and degree, moments of amounts and times, how long money stayed, cycles, scatter-gather:
    docs/flows-semantics.md says exactly what each column is. For published and made data only; a
    unit's ledger does not leave this way.

    Example: manumit flows measures --out measures/
    """
    flows_ground.ready()
    import polars

    from manumit.flows import graph, slices, windows
    from manumit.flows.actions import store
    from manumit.flows.kernels import measured
    from manumit.flows.kernels import measures as kernels

    _, ledger, _ = flows_ground.ledger("")
    months = [slices.named(name) for name in store.entry_files(ledger)]
    if not months:
        ground.fail("The bench holds no entries. Cure: manumit flows load FILE first.")
    out.mkdir(parents=True, exist_ok=True)
    whole = store.entries(ledger)
    coarse = whole.select(polars.col("precision").max()).collect().item()
    chosen = windows.fitting(int(coarse))
    back = timedelta(seconds=kernels.looks_back(chosen))
    rows, cut = 0, Counter[tuple[str, int]]()
    for one in sorted(months):
        transfers = graph.of_frame(store.entries(ledger, one.starts - back, one.ends).collect())
        begins = int(one.starts.astimezone(UTC).timestamp())
        own_from = int((transfers.at < begins).sum())
        with tempfile.TemporaryDirectory(dir=out) as parts:
            for each, found in kernels.by_slices(transfers, chosen, own_from):
                entry = transfers.entry[each.first : each.last]
                table = polars.DataFrame({"entry": entry, **found.columns})
                table.write_parquet(Path(parts) / f"{each.first:012}.parquet")
                rows += len(table)
                for over in found.cut:
                    cut[over.measure, over.budget] += len(over.row)
            if own_from < len(transfers):  # a month may hold cash alone
                written = polars.scan_parquet(Path(parts) / "*.parquet")
                written.sink_parquet(out / f"{one.name}.parquet")
    told = [measured.said(*what, many) for what, many in sorted(cut.items()) if many]
    answer = {"months": len(months), "rows": rows, "out": str(out), "cut": told}
    words = f"{rows:,} transfers of {len(months)} months measured into {out}"
    ground.tell(answer, as_json, "\n".join([words, *(f"  cut: {said}" for said in told)]))
