"""`manumit record export`: what an outside witness needs, and nothing else.

Four files: every leaf as it was hashed, a freshly signed checkpoint, the public key, and the
verifier, which is one file and needs none of this product.
"""

import itertools
import os
from importlib import resources
from pathlib import Path
from typing import BinaryIO

import click

from manumit.cli import ground

FILES = ("record.jsonl", "checkpoint.txt", "public-key.txt", "verify_record.py")


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def export(directory: Path, as_json: bool) -> None:
    """Write the record, a signed checkpoint, the public key and the verifier to DIRECTORY.

    The files hold identifiers, times and acts; no name, no text, no answer.

    Example: manumit record export /media/witness/2026-11-22
    """
    present = [name for name in FILES if (directory / name).exists()]
    if present:
        ground.fail(
            f"{directory / present[0]}: already there. Cure: name a new or empty directory."
        )
    ground.ready_with_tables()
    from manumit.core.actions import record

    at = ground.now()
    record.append(by=None, at=at, act="record.export")
    mark = record.sign_checkpoint(at=at)
    key = record.public_key().hex()
    directory.mkdir(parents=True, exist_ok=True)
    with _new(directory / "record.jsonl") as out:
        out.writelines(line + b"\n" for line in itertools.islice(record.lines(), mark.size))
    for name, text in (
        ("checkpoint.txt", mark.text),
        ("public-key.txt", key + "\n"),
        ("verify_record.py", verifier()),
    ):
        with _new(directory / name) as out:
            out.write(text.encode())
    answer = {"directory": str(directory), "leaves": mark.size, "files": list(FILES)}
    how = f"python3 verify_record.py record.jsonl checkpoint.txt --key {key}"
    ground.tell(
        answer, as_json, f"{mark.size} leaves written to {directory}. To check them there:\n  {how}"
    )


def _new(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def verifier() -> str:
    """Return the text of the one-file verifier, from the checkout or from the installed wheel."""
    here = Path(__file__).resolve().parents[3] / "verifier" / "verify_record.py"
    if here.exists():
        return here.read_text()
    return resources.files("manumit").joinpath("verifier/verify_record.py").read_text()
