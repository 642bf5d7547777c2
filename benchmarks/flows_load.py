"""How fast files are read and checked, by layout: rows a CPU-second, and memory.

    python benchmarks/flows_load.py [--rows 1000000] [--rounds 3]

Reading alone: cutting lines, checking every row, exact line numbers; pseudonyms and writing to the
ledger are not in it. Each measurement is a process of its own; the file is made before the clock starts
and read from the disk. "plain" is the standard library's csv with Decimal and strptime, which checks the
same things row by row and does no more. XML has fewer rows: a hundredth of --rows, at least 20,000.
"""

import argparse
import csv
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from manumit.flows import made, mapping
from manumit.flows.readers import how, reading

LAYOUTS = ("amlsim", "amlworld", "mapped", "camt", "plain")
MAPPED = """id = "bank"
[columns]
at = "Datum"
account = "Konto"
other = "Gegenkonto"
other_name = "Name"
amount = "Betrag"
currency = "Währung"
text = "Zweck"
[time]
formats = ["%d.%m.%Y %H:%M"]
zone = "Europe/Berlin"
[amount]
decimal = ","
thousands = "."
style = "signed"
"""
ENTRY = """<Ntry><Amt Ccy="EUR">{0}.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>\
2026-01-05</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Test Person {0}</Nm></Dbtr><DbtrAcct>\
<Id><Othr><Id>{0}</Id></Othr></Id></DbtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>
"""


def make(layout: str, rows: int, path: Path) -> int:
    """Write a file of a layout and return its rows."""
    if layout in ("amlworld", "plain"):
        path.write_text(made.amlworld_csv(made.ledger(rows, 7)), encoding="utf-8")
        return rows
    numbers = range(1, rows + 1)
    with path.open("w", encoding="utf-8") as out:
        if layout == "amlsim":
            out.write("sourceNodeId,targetNodeId,value,time\n")
            out.writelines(
                f"{n % 20_000},{n * 7 % 19_999},{n % 900}.{n % 90 + 10},{n % 150}\n"
                for n in numbers
            )
        elif layout == "mapped":
            out.write("Datum;Konto;Gegenkonto;Name;Betrag;Währung;Zweck\n")
            out.writelines(
                f'{n % 28 + 1:02}.01.2026 10:{n % 60:02};K-{n % 500};G-{n % 9_999};"Müller, {n % 999}";'
                f"-1.{n % 900 + 100},5;EUR;Zweck {n}\n"
                for n in numbers
            )
        else:
            rows = max(20_000, rows // 100)
            out.write(
                "<Document><BkToCstmrStmt><Stmt><Acct><Id><Othr><Id>A-1</Id></Othr></Id></Acct>"
            )
            out.writelines(ENTRY.format(n) for n in range(1, rows + 1))
            out.write("</Stmt></BkToCstmrStmt></Document>")
    return rows


def plain(path: Path) -> int:
    """Read AMLworld's layout the obvious way."""
    count = 0
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream):
            if count and len(row) == 11:
                datetime.strptime(row[0], "%Y/%m/%d %H:%M").replace(tzinfo=UTC)
                if Decimal(row[7]) <= 0 or not row[2] or not row[4]:
                    raise ValueError(row)
            count += 1
    return count - 1


def read(path: Path, layout: str) -> int:
    """Read a file as the product does."""
    chosen = mapping.read(MAPPED) if layout == "mapped" else None
    asked = how.Reading(now=datetime(2026, 12, 1, tzinfo=UTC), mapping=chosen)
    with path.open("rb") as stream:
        return sum(p.rows.height + len(p.rejected) for p in reading.read(stream, path.name, asked))


def measure(layout: str, rows: int) -> dict[str, Any]:
    """Measure one layout in this process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        subprocess.run([sys.executable, __file__, "--make", layout, "--rows", str(rows),
                        "--path", str(path)], check=True)  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun, wall = time.process_time(), time.monotonic()
        count = plain(path) if layout == "plain" else read(path, layout)
        spent = time.process_time() - begun
        return {
            "layout": layout,
            "rows": count,
            "megabytes": round(path.stat().st_size / 1e6, 1),
            "cpu_s": round(spent, 3),
            "wall_s": round(time.monotonic() - wall, 3),
            "rows_per_cpu_s": round(count / spent),
            "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
            "rss_before_mb": round(before / 1e3),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--make", default="")
    parser.add_argument("--path", type=Path)
    parser.add_argument("--one", default="")
    asked = parser.parse_args()
    if asked.make:
        make(asked.make, asked.rows, asked.path)
        return
    if asked.one:
        sys.stdout.write(json.dumps(measure(asked.one, asked.rows)) + "\n")
        return
    found: dict[str, list[dict[str, Any]]] = {layout: [] for layout in LAYOUTS}
    for _ in range(asked.rounds):
        for layout in LAYOUTS:
            words = [sys.executable, __file__, "--one", layout, "--rows", str(asked.rows)]
            out = subprocess.run(words, check=True, capture_output=True, text=True).stdout
            found[layout].append(json.loads(out))
    for runs in found.values():
        rates = [run["rows_per_cpu_s"] for run in runs]
        line = {**runs[0], "rows_per_cpu_s": statistics.median(rates), "all": rates}
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
