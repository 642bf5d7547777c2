"""`manumit import services` and `manumit export hsds`: the directory in and out."""

import json
import os
from pathlib import Path
from typing import Any

import click

from manumit.cli import ground


@click.command("services")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def import_services(files: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Import services from FILES into the directory.

    A file is a CSV or XLSX sheet after the template, HSDS 3.0 JSON, or a Services Advisor file
    (give the English and the Arabic one together). What a file is, is found from what is in it.
    Reading the same files again changes nothing. A row that cannot come in is kept with its
    reason; it can be put right on the page "Imports" and tried again.

    Example: manumit import services services-en.json services-ar.json --dry-run
    """
    from manumit.directory import entry, sniff

    given = [sniff.File(path.name, _bytes(path)) for path in files]
    try:
        reading = sniff.read(given)
    except entry.Unreadable as error:
        ground.fail(f"{error.file}, line {error.line}: {error.reason} Cure: {error.cure}")
    ground.ready_with_tables()
    from manumit.core.actions import acting
    from manumit.directory import actions

    if dry_run:
        plan = actions.plan_import(reading)
        counts = {
            "created": len(plan.create),
            "updated": len(plan.update),
            "unchanged": plan.unchanged,
            "rejected": len(plan.rejected),
            "noted": plan.noted,
        }
    else:
        run = actions.import_services(
            by=acting.SYSTEM,
            at=ground.now(),
            reading=reading,
            files=[path.name for path in files],
        )
        names = ("created", "updated", "unchanged", "rejected", "noted")
        counts = {name: getattr(run, name) for name in names}
    rows = [
        {"file": r.file, "line": r.line, "field": r.field, "reason": r.reason, "cure": r.cure}
        for r in reading.rejected
    ]
    ground.tell(
        {**counts, "dry_run": dry_run, "rows": rows}, as_json, _words(counts, rows, dry_run)
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        ground.fail(f"{path}: {error.strerror}. Cure: name a file that can be read.")


def _words(counts: dict[str, int], rows: list[dict[str, Any]], dry_run: bool) -> str:
    lines = [
        ("Nothing written. It would be: " if dry_run else "")
        + f"{counts['created']} new, {counts['updated']} changed, "
        + f"{counts['unchanged']} unchanged, {counts['rejected']} newly rejected."
    ]
    if counts["noted"]:
        lines.append(f"{counts['noted']} of them carry a note of doubt, shown on their page.")
    lines += [
        f"{r['file']}, line {r['line']}: {r['field']}: {r['reason']} {r['cure']}" for r in rows
    ]
    return "\n".join(lines)


@click.command("hsds")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def export_hsds(file: Path, as_json: bool) -> None:
    """Export every open service to FILE as HSDS 3.0 JSON.

    The place of a safe place to stay is left out where it names a spot. Two exports of an
    unchanged directory are equal byte for byte.

    Example: manumit export hsds services.json
    """
    ground.ready_with_tables()
    from manumit.directory import hsds, models

    rows = models.Service.objects.running().whole().order_by("id")
    contents = [
        hsds.service(
            row.public_entry(), str(row.id), str(row.organisation_id), changed=row.changed_at
        )
        for row in rows.iterator(chunk_size=500)
    ]
    page = hsds.page(contents, number=1, size=max(1, len(contents)), total=len(contents))
    text = json.dumps(page, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    part = file.with_name(file.name + ".part")
    try:
        part.write_text(text, "utf-8")
        os.replace(part, file)
    except OSError as error:
        part.unlink(missing_ok=True)
        ground.fail(f"{file}: {error.strerror}. Cure: name a file in a directory you may write to.")
    ground.tell(
        {"file": str(file), "services": len(contents)},
        as_json,
        f"{len(contents)} services written to {file}.",
    )
