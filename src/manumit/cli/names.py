"""`manumit names compare`: may two names be one person's, for a whole file of pairs?"""

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from manumit.cli import ground
from manumit.core import samename
from manumit.directory import table
from manumit.network import shown

COLUMNS = ("name1", "name2")
_LARGEST = 512 * 1024 * 1024  # bytes


@click.command("compare")
@click.argument("pairs", metavar="PAIRS.csv")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON: a list, one entry a row.")
@click.option("--out", type=click.Path(path_type=Path), help="Write a CSV file as well.")
def compare(pairs: str, as_json: bool, out: Path | None) -> None:
    """Compare two names in each row of a CSV file with the columns name1 and name2 ("-": standard
    input).

    Each pair gets a score from 0 to 1, a decision (a score of 0.5 or more: a person should look) and
    the reasons, word by word. The same code finds people who may be known already. Nothing is kept.

    \b
    Examples: manumit names compare pairs.csv --json
              manumit names compare pairs.csv --out compared.csv
    """
    found: list[dict[str, Any]] = []
    for one, other in _rows(pairs):
        result = samename.between(one, other)
        found.append(
            {
                "name1": one,
                "name2": other,
                "score": result.score,
                "decision": result.decision,
                "reasons": [str(reason) for reason in result.reasons],
            }
        )
    if out is not None:
        _write(out, found)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        mark = "yes" if each["decision"] else "no "
        names = " | ".join(shown.plainly(each[column]) for column in COLUMNS)
        click.echo(f"{each['score']:.2f} {mark}  {names}")
        for reason in each["reasons"]:
            click.echo(f"          {reason}")
    same = sum(each["decision"] for each in found)
    click.echo(f"{len(found)} pairs, {same} of them to be looked at.")


def _rows(pairs: str) -> Iterator[tuple[str, str]]:
    text = _text(pairs)
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    named = [cell.strip().casefold() for cell in next(reader, [])]
    lacking = [column for column in COLUMNS if column not in named]
    if lacking:
        ground.fail(
            f"{pairs}, line 1: no column {' and no column '.join(lacking)}. "
            "Cure: begin the file with a line that names the columns: name1,name2"
        )
    places = [named.index(column) for column in COLUMNS]
    try:
        for row in reader:
            if not row or row == [""]:
                continue
            if len(row) <= max(places):
                ground.fail(
                    f"{pairs}, line {reader.line_num}: {len(row)} cells, and a name is missing. "
                    "Cure: give both names; put a name with a comma into quotation marks."
                )
            if any(row[len(named) :]):
                ground.fail(
                    f"{pairs}, line {reader.line_num}: more cells than headings. "
                    "Cure: put a name with a comma into quotation marks."
                )
            yield row[places[0]], row[places[1]]
    except csv.Error as problem:
        ground.fail(
            f"{pairs}, line {reader.line_num}: {problem}. "
            "Cure: write a quotation mark inside a cell twice, and end each that begins."
        )


def _text(pairs: str) -> str:
    try:
        if pairs == "-":
            raw = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            path = Path(pairs)
            if path.stat().st_size > _LARGEST:
                ground.fail(f"{pairs}: larger than 512 MB. Cure: split the file.")
            raw = path.read_bytes()
    except OSError as problem:
        ground.fail(f"{pairs}: {problem.strerror}. Cure: name a CSV file that can be read.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        ground.fail(f"{pairs}, line {line}: not UTF-8. Cure: save the file as CSV UTF-8.")


def _write(out: Path, found: list[dict[str, Any]]) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*COLUMNS, "score", "decision", "reasons"])
            for each in found:
                decision = "true" if each["decision"] else "false"
                names = [table.safe(each[column]) for column in COLUMNS]
                reasons = table.safe("; ".join(each["reasons"]))
                writer.writerow([*names, each["score"], decision, reasons])
    except OSError as problem:
        ground.fail(
            f"{out}: {problem.strerror}. Cure: name a file in a folder that can be written."
        )
