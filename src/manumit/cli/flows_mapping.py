"""`manumit flows mapping`: what the columns of a bank's file are, proposed from its headings."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manumit.cli import ground

if TYPE_CHECKING:
    from manumit.flows import proposing
    from manumit.flows.readers import how


@click.command("mapping")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the mapping here (TOML)."
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def mapping(file: Path, out: Path | None, as_json: bool) -> None:
    """Propose a mapping for a bank's file, with a reason for each column and every doubt.

    Nothing is loaded and no row is shown. Look the mapping over, correct it, and give it to
    `manumit flows load --mapping`. Exit code 0: it can be used, or none is needed; 1: something that
    only you know is missing; 2: the file cannot be read.

    Example: manumit flows mapping january.csv --out bank.toml
    """
    seen = _look(file)
    if seen.layout:
        text = f"{file}: known as {seen.layout}; no mapping is needed."
        ground.tell({"layout": seen.layout, "mapping": "", "missing": ""}, as_json, text)
        return
    from manumit.flows import mapping as mappings
    from manumit.flows import proposing

    found = proposing.propose(seen.headers, seen.sample, file.stem, seen.skip)
    toml = mappings.write(found.mapping)
    missing = _missing(found)
    if out:
        _write(out, _commented(found) + toml)
    answer: dict[str, Any] = {
        "layout": "",
        "mapping": toml,
        "reasons": {field: str(reason) for field, reason in found.reasons.items()},
        "doubts": [str(doubt) for doubt in found.doubts],
        "missing": missing,
        "proposed": asdict(found.mapping)["columns"],
    }
    ground.tell(answer, as_json, _words(found, "" if out else toml, missing))
    if missing:
        raise SystemExit(1)


def _look(file: Path) -> "how.Look":
    from manumit.flows import batch
    from manumit.flows.readers import reading

    try:
        with file.open("rb") as stream:
            return reading.look(stream, file.name)
    except OSError as problem:
        ground.fail(f"{file}: {problem.strerror}. Cure: name a file that can be read.")
    except batch.Unreadable as problem:
        ground.fail(f"{file}, line {max(problem.line, 1)}: {problem.cure}")


def _missing(found: "proposing.Proposal") -> str:
    from manumit.flows import mapping as mappings

    try:
        mappings.check(found.mapping)
    except mappings.BadMapping as problem:
        return str(problem)
    return ""


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as problem:
        ground.fail(f"--out {out}: {problem.strerror}. Cure: name a file that can be written.")


def _commented(found: "proposing.Proposal") -> str:
    told = [f"# {field}: {reason}" for field, reason in found.reasons.items()]
    return "\n".join([*told, *(f"# Doubt: {doubt}" for doubt in found.doubts), "", ""])


def _words(found: "proposing.Proposal", toml: str, missing: str) -> str:
    lines = [toml] if toml else []
    lines += [f"{field}: {reason}" for field, reason in found.reasons.items()]
    lines += [f"Doubt: {doubt}" for doubt in found.doubts]
    if missing:
        lines.append(f"Missing: {missing}")
    return "\n".join(lines)
