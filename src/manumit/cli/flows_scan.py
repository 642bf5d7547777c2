"""`manumit flows scan`: search a ledger for shapes and red flags."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manumit.cli import flows_ground, ground

if TYPE_CHECKING:
    from manumit.flows import models
    from manumit.flows.actions import scanning
    from manumit.indicators import parts


@click.command("scan")
@click.option("--as", "username", default="", help="Search the ledger of this account's unit.")
@click.option(
    "--pack",
    "files",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A pack of your own (TOML) that looks beside the others; on the bench only.",
)
@click.option(
    "--engine",
    default="",
    metavar="MASTER",
    help="Measure on Spark: spark://host:7077, or local[2] to try it (docs/flows-spark.md).",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def scan(username: str, files: tuple[Path, ...], engine: str, as_json: bool) -> None:
    """Search a ledger: facts about each account, shapes with their members, red flags, alerts.

    Without --as it searches the bench. What was searched before and did not change is not searched
    again; a search that was interrupted goes on. Where the data says what is in it, precision and
    recall are told.

    Example: manumit flows scan --json
    """
    flows_ground.ready()
    from manumit.core.actions import acting
    from manumit.flows.actions import scanning

    actor, ledger, _ = flows_ground.ledger(username)
    extra = _packs(files, username)
    begun, spent = time.monotonic(), time.process_time()
    try:
        row = scanning.begin(by=actor, at=ground.now(), ledger=ledger)
        done = scanning.carry_out(
            by=actor,
            scan=row,
            clock=ground.now,
            shown=_shown(as_json),
            extra=extra,
            elsewhere=_elsewhere(engine),
        )
    except acting.Refused as refusal:
        ground.fail(f"{refusal.reason} Cure: wait, then search again.")
    answer = _told(done) | {
        "seconds": round(time.monotonic() - begun, 2),
        "cpu_seconds": round(time.process_time() - spent, 2),
    }
    ground.tell(answer, as_json, _words(answer))


def _elsewhere(engine: str) -> "scanning.Elsewhere | None":
    from importlib.util import find_spec

    if not engine:
        return None
    if not engine.startswith(("spark://", "local", "yarn", "k8s://")):
        ground.fail(f"--engine: {engine} is no Spark master. Cure: spark://host:7077 or local[2].")
    if find_spec("pyspark") is None:
        ground.fail("--engine: Spark is not installed. Cure: pip install 'manumit[spark]'.")
    from manumit.flows.actions import onspark

    return onspark.tables(engine)


def _packs(files: tuple[Path, ...], username: str) -> "dict[str, parts.Pack]":
    from manumit.core.actions import acting
    from manumit.flows.actions import redflags

    if files and username:
        ground.fail("--pack: a unit's ledger uses published packs. Cure: try it, then publish it.")
    found = {}
    for path in files:
        try:
            one = redflags.read(flows_ground.read_text(path, "--pack"), str(path))
        except acting.Refused as refusal:
            ground.fail(refusal.reason)
        found[one.id] = one
    return found


def _shown(as_json: bool) -> "Callable[[models.Scan], None]":
    """Show the step where somebody looks."""
    terminal = sys.stderr.isatty() and not as_json

    def show(row: "models.Scan") -> None:
        if terminal:
            done = f"{row.steps_done}/{row.steps_all} {row.step}"
            click.echo(f"\r{done:<60}", nl=False, err=True)

    return show


def _told(row: "models.Scan") -> dict[str, Any]:
    from django.db.models import Count

    from manumit.flows import models

    counted = models.Alert.objects.filter(ledger=row.ledger).values("typology", "outcome")
    return {
        "scan": row.number,
        "state": str(row.state),
        "rows": row.entries,
        "alerts_found": row.alerts_found,
        "alerts_new": row.alerts_new,
        "alerts": [
            {"typology": each["typology"], "outcome": each["outcome"], "alerts": each["n"]}
            for each in counted.annotate(n=Count("id")).order_by("typology", "outcome")
        ],
        "cut": row.cut,
        "figures": row.figures,
    }


def _words(answer: dict[str, Any]) -> str:
    lines = [
        f"search {answer['scan']}: {answer['rows']:,} entries, {answer['seconds']} s "
        f"({answer['cpu_seconds']} CPU-s); alerts {answer['alerts_found']:,}, "
        f"new {answer['alerts_new']:,}"
    ]
    lines += [
        f"  {each['alerts']:>7,}  {each['typology']}: {each['outcome']}"
        for each in answer["alerts"]
    ]
    lines += [f"  cut: {said}" for said in answer["cut"]]
    lines += figure_lines(answer["figures"])
    return "\n".join(lines)


def figure_lines(figures: dict[str, Any]) -> list[str]:
    """Write precision and recall for people; nothing where the data has no labels."""
    if not figures:
        return []
    named = figures[figures["labels_of"]]
    lines = [
        f"  against {figures['labelled']:,} labelled {figures['labels_of']}: shapes "
        f"{figures['findings']:,}, right {figures['precision']:.2f}; of what is labelled found "
        f"{named['recall']:.2f}"
    ]
    lines += [
        f"    {name}: {told['findings']:,} found, right {told['precision']:.2f}"
        for name, told in figures["by_finding"].items()
    ]
    lines += [
        f"    planted {name}: {told['found']:,} of {told['instances']:,} found"
        for name, told in figures["by_planted"].items()
        if "instances" in told and "found" in told
    ]
    lines += [
        f"    at {told['alerts_a_day']:g} a day: right {told['precision']:.2f}, found "
        f"{told['recall']:.2f}"
        for told in figures["a_day"]
    ]
    return lines
