"""`manumit verify`: is the record what it was? Checked without trusting the database."""

from pathlib import Path

import click

from manumit.cli import ground


@click.command()
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that somebody outside kept; may be given more than once.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def verify(checkpoints: tuple[Path, ...], as_json: bool) -> None:
    """Check every leaf of the record, its head and every signed checkpoint.

    Exit code 1 when anything was changed, removed or added out of order.

    Example: manumit verify --checkpoint kept-by-the-bar-association.txt
    """
    witnessed = tuple(_text(path) for path in checkpoints)
    ground.ready_with_tables()
    from manumit.core.actions import record

    verdict = record.verify(witnessed=witnessed)
    answer = {
        "ok": verdict.ok,
        "leaves": verdict.size,
        "root": verdict.root,
        "checkpoints": verdict.checkpoints,
        "problems": list(verdict.problems),
    }
    signed = (
        "no signed checkpoint yet"
        if not verdict.checkpoints
        else (
            f"{verdict.checkpoints} signed checkpoint{'s' if verdict.checkpoints > 1 else ''} hold"
        )
    )
    if verdict.ok:
        text = f"The record is whole: {verdict.size} leaves, {signed}. Root {verdict.root}"
    else:
        text = "\n".join(["The record was changed.", *(f"- {p}" for p in verdict.problems)])
    ground.tell(answer, as_json, text)
    raise SystemExit(0 if verdict.ok else 1)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        ground.fail(
            f"{path}: not a checkpoint (it is not text). Give the file as it was handed out."
        )
