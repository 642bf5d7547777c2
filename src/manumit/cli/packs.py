"""`manumit check packs`: are the indicator packs sound, and do their worked examples come out?"""

from pathlib import Path
from typing import Any

import click

from manumit.cli import ground
from manumit.flows import measures
from manumit.indicators import checking, pack


@click.command("packs")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def check_packs(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check packs: the ones that come with Manumit, or the files and folders in PATHS.

    Every fault is named with its file, line, key and cure. Exit code 2 when there is one.

    \b
    Examples: manumit check packs
              manumit check packs my-country/labour.toml
    """
    files = [file for path in paths for file in _files(path)] if paths else list(pack.files())
    reports = []
    seen: dict[str, str] = {}
    for file in files:
        report = _report(file)
        name = str(report["id"])
        if name and name in seen:
            text = f"{file}: id: {name} is also the id of {seen[name]}. Cure: rename one."
            report["faults"].append(_plain_fault(str(file), "id", text))
        seen.setdefault(name, str(file))
        reports.append(report)
    faults = [fault for report in reports for fault in report["faults"]]
    lines = [_line(report) for report in reports if not report["faults"]]
    ground.tell(
        {"packs": reports, "ok": not faults}, as_json, "\n".join(lines) or "No pack is sound."
    )
    if faults:
        ground.fail("\n".join(fault["text"] for fault in faults))


def _files(path: Path) -> list[Any]:
    if not path.is_dir():
        return [path]
    found = list(pack.files(path))
    if not found:
        ground.fail(f"{path}: no .toml file in this folder. Cure: name the folder of the packs.")
    return found


def _report(file: Any) -> dict[str, Any]:
    """Check one file: what it is, and every fault."""
    try:
        one = pack.load(file)
    except pack.BadPack as bad:
        faults = [
            {
                "file": each.file,
                "line": each.line,
                "key": each.key,
                "problem": each.problem,
                "cure": each.cure,
                "text": str(each),
            }
            for each in (bad, *bad.others)
        ]
        return {"file": str(file), "id": "", "faults": faults}
    unfit = measures.problems(one, str(file))
    return {
        "file": str(file),
        "id": one.id,
        "version": str(one.version),
        "sha256": one.digest,
        "source_status": one.source_status.value,
        "dimensions": len(one.dimensions),
        "indicators": len(one.indicators),
        "examples": len(one.examples),
        "faults": [
            *(_plain_fault(str(file), each.key, str(each)) for each in unfit),
            *(
                _example_fault(file, problem)
                for problem in ([] if unfit else checking.problems(one))
            ),
        ],
    }


def _example_fault(file: Any, problem: str) -> dict[str, Any]:
    return _plain_fault(str(file), "examples", f"{file}: {problem}. Cure: correct one of the two.")


def _plain_fault(file: str, key: str, text: str) -> dict[str, Any]:
    return {"file": file, "line": 0, "key": key, "text": text}


def _line(report: dict[str, Any]) -> str:
    return (
        f"{report['id']} {report['version']}: sound, {report['indicators']} indicators in "
        f"{report['dimensions']} dimensions, {report['examples']} examples come out, "
        f"source {report['source_status']}"
    )
