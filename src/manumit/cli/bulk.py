"""A file of answered screenings, weighed by a pack's SQL; refused whole when one value is wrong.

Nothing is half-written: values are checked first, and the result appears under its name only when
it is complete. It is readable by its owner alone. DuckDB works in memory and never spills to disk,
because answers are not for temporary files; the query streams, so that memory does not grow with
the file.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from manumit.indicators import answers, parts, sql

KINDS = (".parquet", ".csv")
_WORDS = ", ".join(sql.literal(word.value) for word in answers.Answer) + ", ''"


class BadFile(ValueError):  # noqa: N818 (said as people say it)
    """A file that is refused: where, what, and the cure."""

    def __init__(self, where: str, problem: str, cure: str) -> None:
        super().__init__(f"{where}: {problem} Cure: {cure}")


def score(
    pack: parts.Pack,
    file: Path,
    out: Path | None,
    keep: Sequence[str] = (),
    *,
    replace: bool = False,
    progress: bool = False,
) -> dict[str, Any]:
    """Weigh every row of `file` into `out`; raises BadFile before anything is written."""
    out = _paths(file, out, replace)
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute("SET temp_directory = ''")
        shown = progress and sys.stdout.isatty()
        connection.execute(f"SET enable_progress_bar = {'true' if shown else 'false'}")
        try:
            columns = _open(connection, file)
            kept = _columns(pack, file, columns, keep)
            _values(connection, pack, file, columns)
            connection.execute(_clean(pack, columns, kept))
            query = sql.score(pack, columns, "answers", kept)
            return _write(connection, query, out) | {"pack": pack.id, "out": str(out)}
        except duckdb.ParserException:
            raise  # our own text is at fault, not the file
        except duckdb.Error as error:
            first = str(error).strip().splitlines()
            told = " ".join(line.strip() for line in first[:3])
            raise BadFile(
                str(file), f"cannot be read: {told}", "Correct or export it anew."
            ) from None


def _paths(file: Path, out: Path | None, replace: bool) -> Path:
    if file.suffix.lower() not in KINDS:
        raise BadFile(str(file), "is of no known kind.", "Use .json, .parquet or .csv.")
    if not file.is_file():
        raise BadFile(str(file), "is not there.", "Check the path.")
    if set("*?[]{}") & set(str(file)):
        raise BadFile(str(file), "has a name with wildcards.", "Rename it without * ? [ ] { }.")
    if out is None:
        raise BadFile("--out", "is missing.", "Say where the result goes: --out found.parquet")
    if out.suffix.lower() not in KINDS:
        raise BadFile(f"--out {out}", "is of no known kind.", "End it in .parquet or .csv.")
    if not out.absolute().parent.is_dir():
        raise BadFile(f"--out {out}", "its folder is not there.", "Make the folder first.")
    if out.exists() and out.samefile(file):
        raise BadFile(f"--out {out}", "is the file with the answers.", "Choose another name.")
    if out.exists() and not (replace and out.is_file()):
        raise BadFile(f"--out {out}", "is already there.", "Choose another name, or --replace.")
    return out


def _open(connection: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
    """Make the view "raw" over the file; give its columns and their types."""
    name = sql.literal(str(file))
    reader = f"read_parquet({name})"
    if file.suffix.lower() == ".csv":
        reader = f"read_csv({name}, header = true, all_varchar = true)"
    connection.execute(f"CREATE VIEW raw AS SELECT * FROM {reader}")  # noqa: S608
    described = connection.execute("DESCRIBE raw").fetchall()
    return {str(row[0]): str(row[1]) for row in described}


def _columns(
    pack: parts.Pack, file: Path, columns: dict[str, str], keep: Sequence[str]
) -> list[str]:
    """Give the columns to carry over; refuses what is neither known nor named in `keep`."""
    kept = [name for name in columns if name == "id" or name in keep]
    for name in keep:
        if name not in columns:
            raise BadFile(f"--keep {name}", f"{file} has no such column.", "Check the name.")
        if name in pack.by_id:
            raise BadFile(f"--keep {name}", "is an indicator.", "Rename the column to carry over.")
    known = (*pack.by_id, *sql.PERSON_COLUMNS)
    for name in columns:
        if name not in known and name not in kept:
            close = get_close_matches(name, known, n=1)
            hint = f'Did you mean "{close[0]}"? Else ' if close else ""
            cure = f'{hint}carry it over with --keep "{name}", or remove it.'
            raise BadFile(f"{file}: column {name}", "is no indicator of the pack.", cure)
    for name in kept:
        if name in sql.output_columns(pack):
            raise BadFile(f"{file}: column {name}", "is also a column of the result.", "Rename it.")
    if not set(columns) & set(pack.by_id):
        cure = f"Name columns by indicator id, such as {next(iter(pack.by_id))}."
        raise BadFile(str(file), "no column is an indicator of the pack.", cure)
    return kept


def _text(name: str) -> str:
    return f"nullif(trim(CAST({sql.quoted(name)} AS VARCHAR)), '')"


def _word(name: str) -> str:
    return f"nullif(CAST({sql.quoted(name)} AS VARCHAR), '')"


def _tests(pack: parts.Pack, columns: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Give by column a test for wrong values, and the cure."""
    words = "Use yes, no, unknown, declined or observed; leave it empty when not asked."
    # A cast to an enum looks each word up once; seven times faster than NOT IN, measured.
    tests = {
        name: (
            f"{sql.quoted(name)} IS NOT NULL AND "
            f"TRY_CAST(CAST({sql.quoted(name)} AS VARCHAR) AS ENUM({_WORDS})) IS NULL",
            words,
        )
        for name in columns
        if name in pack.by_id
    }
    if "age" in columns:
        number = f"TRY_CAST({_text('age')} AS DOUBLE)"
        wrong = (
            f"{_text('age')} IS NOT NULL AND coalesce({number} <> floor({number}) "
            f"OR {number} NOT BETWEEN 0 AND {answers.OLDEST}, true)"
        )
        tests["age"] = (wrong, f"Give full years, 0 to {answers.OLDEST}.")
    if "minor" in columns:
        tests["minor"] = (f"lower({_text('minor')}) NOT IN ('true', 'false')", "Use true or false.")
    return tests


def _values(
    connection: duckdb.DuckDBPyConnection, pack: parts.Pack, file: Path, columns: dict[str, str]
) -> None:
    """Refuse the file when a value is wrong, naming the first such value of the first column."""
    tests = _tests(pack, columns)
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test, _ in tests.values())
    row = connection.execute(f"SELECT {counts} FROM raw").fetchone() or ()  # noqa: S608
    for (name, (test, cure)), wrong in zip(tests.items(), row, strict=True):
        if wrong:
            first = connection.execute(
                f'SELECT ":at", ":value" FROM (SELECT row_number() OVER () AS ":at", {test} AS ":wrong", '  # noqa: S608
                f'{sql.quoted(name)} AS ":value" FROM raw) WHERE ":wrong" ORDER BY 1 LIMIT 1'
            ).fetchone()
            at, value = first or (0, "")
            is_csv = file.suffix.lower() == ".csv"
            where = f"{file}:{at + 1}" if is_csv else f"{file}: row {at}"
            more = f" ({wrong:,} such values in this column)" if wrong > 1 else ""
            raise BadFile(f"{where}: {name}", f"{str(value)[:40]!r} is not accepted{more}.", cure)


def _clean(pack: parts.Pack, columns: dict[str, str], kept: Sequence[str]) -> str:
    """Give the view "answers": empty texts as NULL, age, minor and tags in their own types."""
    made = []
    for name, kind in columns.items():
        expression = _text(name)
        if name in kept:
            expression = sql.quoted(name)
        elif name == "age":
            expression = f"CAST(CAST({expression} AS DOUBLE) AS INTEGER)"
        elif name == "minor":
            expression = f"CAST({expression} AS BOOLEAN)"
        elif name == "tags" and kind.endswith("[]"):
            expression = f"CAST({sql.quoted(name)} AS VARCHAR[])"
        elif name == "tags":
            split = f"string_split({expression}, ';')"
            expression = f"list_transform({split}, lambda each: trim(each))"
        elif name in pack.by_id:
            expression = _word(name)
        made.append(f"{expression} AS {sql.quoted(name)}")
    return f"CREATE VIEW answers AS SELECT {', '.join(made)} FROM raw"  # noqa: S608


def _write(connection: duckdb.DuckDBPyConnection, query: str, out: Path) -> dict[str, Any]:
    """Write the result beside its place, count it, then put it in place."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    name = sql.literal(str(part))
    form, reader = "FORMAT parquet", f"read_parquet({name})"
    if out.suffix.lower() == ".csv":
        query = f"SELECT * REPLACE (array_to_string(advice, ';') AS advice) FROM ({query})"  # noqa: S608
        form, reader = "FORMAT csv, HEADER", f"read_csv({name}, header = true, all_varchar = true)"
    old_mask = os.umask(0o077)
    try:
        connection.execute(f"COPY ({query}) TO {name} ({form}, USE_TMP_FILE false)")
        counted = connection.execute(
            f"SELECT outcome, count(*) FROM {reader} GROUP BY outcome ORDER BY 2 DESC, 1"  # noqa: S608
        ).fetchall()
        part.replace(out)
    finally:
        os.umask(old_mask)
        with suppress(FileNotFoundError):
            part.unlink()
    outcomes = {str(code): int(count) for code, count in counted}
    return {"rows": sum(outcomes.values()), "outcomes": outcomes}
