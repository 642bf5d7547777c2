"""`manumit flows backtest`: what a pack would have found in the past."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from manumit.cli import flows_ground, ground

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("backtest")
@click.argument("pack")
@click.option("--since", type=_DAY, help="From this day on.")
@click.option("--until", type=_DAY, help="Up to before this day.")
@click.option("--as", "username", default="", help="On the ledger of this account's unit.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def backtest(
    pack: str, since: datetime | None, until: datetime | None, username: str, as_json: bool
) -> None:
    """Try a pack on a ledger's history; nothing is put on the desk.

    PACK is the name of a pack that comes with the product, or a TOML file. The ledger must have been
    searched once. Told are: alerts a day, how many touch alerts that are there already, how many of
    those that people decided mattered, and precision where the data has labels.

    Example: manumit flows backtest finance-funnel --since 2026-01-01
    """
    flows_ground.ready()
    from manumit.core.actions import acting
    from manumit.flows.actions import redflags, trying

    actor, ledger, _ = flows_ground.ledger(username)
    try:
        one = (
            redflags.read(flows_ground.read_text(Path(pack), "PACK"), pack)
            if pack.endswith(".toml")
            else redflags.shipped().get(pack)
        )
        if one is None:
            names = ", ".join(redflags.shipped())
            ground.fail(f'PACK: no pack about money is called "{pack}". Cure: use one of {names}.')
        answer = trying.back_test(
            by=actor,
            at=ground.now(),
            ledger=ledger,
            pack=one,
            since=_utc(since),
            until=_utc(until),
        )
    except acting.Refused as refusal:
        ground.fail(refusal.reason)
    ground.tell(answer, as_json, _words(answer))


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None


def _words(told: dict[str, Any]) -> str:
    lines = [
        f"{told['pack']} {told['version']}, {told['since'][:10]} to {told['until'][:10]}: "
        f"{told['found']:,} alerts in {told['days']:g} days, {told['a_day']:g} a day, "
        f"{told['busiest_day']:,} on the busiest",
        f"  there already from other packs or before: {told['known']:,}; new: {told['fresh']:,}; "
        f"decided by people: {told['decided']:,}, of which mattered {told['mattered']:,}",
    ]
    if told["precision"] is not None:
        lines.append(f"  right by the data's labels: {told['right']:,} ({told['precision']:.2f})")
    lines += [f"  {count:>7,}  {code}" for code, count in told["outcomes"].items()]
    lines += [f"  {count:>7,}  sign {sign}" for sign, count in told["signs"].items()]
    return "\n".join(lines)
