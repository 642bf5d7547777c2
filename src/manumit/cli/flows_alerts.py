"""`manumit flows alerts`: what was found, as a table."""

from pathlib import Path

import click

from manumit.cli import flows_ground, ground


@click.command("alerts")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the table (CSV); without it, it is printed.",
)
@click.option("--as", "username", default="", help="From the ledger of this account's unit.")
@click.option("--typology", default="", help="Only of this pack, such as finance-funnel.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def alerts(out: Path | None, username: str, typology: str, as_json: bool) -> None:
    """Write the alerts, one row per alert and account, the strongest first.

    Columns: alert, typology, score, account, role, transactions, reasons. Accounts and transactions are
    called as in the file they came from. Cells that a spreadsheet would run are kept as text.

    Example: manumit flows alerts --out alerts.csv
    """
    flows_ground.ready()
    from manumit.core.actions import acting
    from manumit.flows.actions import listing

    actor, ledger, _ = flows_ground.ledger(username)
    try:
        table = listing.alerts_table(by=actor, at=ground.now(), ledger=ledger, typology=typology)
    except acting.Refused as refusal:
        ground.fail(f"{refusal.reason} Cure: use an account of the ledger's unit.")
    rows = table.count("\r\n") - 1
    if out is None:
        if as_json:
            ground.tell({"rows": rows, "table": table}, as_json, "")
        else:
            click.echo(table, nl=False)
        return
    try:
        out.write_text(table, encoding="utf-8", newline="")
    except OSError as problem:
        ground.fail(f"--out {out}: {problem.strerror}. Cure: name a file that can be written.")
    ground.tell({"rows": rows, "out": str(out)}, as_json, f"{rows:,} rows written to {out}")
