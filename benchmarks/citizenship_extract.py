"""Make the extract of GLOBALCIT that a child's nationality is decided from.

    python benchmarks/citizenship_extract.py GLOBALCIT-country-year.csv COUNTRY-CODES.csv

The first file is the country-year file of the GLOBALCIT Citizenship Law Dataset v3.1 (CC BY 4.0), the
second ISO 3166 from datasets/country-codes (PDDL). Only what a newborn child's nationality needs is
kept; years with the same codes become one row. `--check` says whether the extract in the product is
still what the originals give (exit 1 when not).
"""

import argparse
import csv
import io
import itertools
import sys
from pathlib import Path

MODES = ("A01a", "A01b", "A02a", "A02b", "A03a", "A03b")
TARGET = Path(__file__).resolve().parents[1] / "src/manumit/cases/data/citizenship"


def laws(rows: list[dict[str, str]], two: dict[str, str]) -> str:
    """Return laws.csv: a row per State and span of years with equal codes; NA where not coded.

    Two-letter codes come from ISO 3166 (`two`): the table writes NA for ten States, and NA is Namibia.
    """
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["iso3", "iso2", "name", "first", "last", *MODES])
    coded = {r["year"] for r in rows if any(r[f"{m}_cat"] != "NA" for m in MODES)}
    for row in rows:
        for mode in MODES:
            cat, present = row[f"{mode}_cat"], row[f"{mode}_bin"]
            if (cat == "NA") != (present == "NA") or (
                cat != "NA" and (cat != "0") != (present == "1")
            ):
                raise SystemExit(f"{row['iso3']} {row['year']} {mode}: the two columns disagree")
    kept = sorted((r for r in rows if r["year"] in coded), key=lambda r: (r["iso3"], r["year"]))
    same = itertools.groupby(kept, key=lambda r: (r["iso3"], *(r[f"{m}_cat"] for m in MODES)))
    for (iso3, *codes), span in same:
        years = list(span)
        first, last = years[0], years[-1]
        if int(last["year"]) - int(first["year"]) + 1 != len(years):
            raise SystemExit(
                f"{iso3}: a year is missing between {first['year']} and {last['year']}"
            )
        iso2 = two.get(iso3) or first["iso2"].replace("NA", "")
        write.writerow([iso3, iso2, first["country"], first["year"], last["year"], *codes])
    return out.getvalue()


def others(rows: list[dict[str, str]], known: set[str]) -> str:
    """Return others.csv: places with an ISO 3166 code of which the table says nothing."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["iso3", "iso2", "name"])
    for row in sorted(rows, key=lambda r: r["ISO3166-1-Alpha-3"]):
        iso3, name = row["ISO3166-1-Alpha-3"].strip(), row["official_name_en"].strip()
        if iso3 and iso3 not in known:
            write.writerow(
                [iso3, row["ISO3166-1-Alpha-2"].strip(), name or row["CLDR display name"]]
            )
    return out.getvalue()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("table", type=Path)
    arguments.add_argument("codes", type=Path)
    arguments.add_argument("--check", action="store_true")
    given = arguments.parse_args()
    with given.table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with given.codes.open(encoding="utf-8-sig", newline="") as file:
        places = list(csv.DictReader(file))
    two = {p["ISO3166-1-Alpha-3"].strip(): p["ISO3166-1-Alpha-2"].strip() for p in places}
    made = {"laws.csv": laws(rows, two), "others.csv": others(places, {r["iso3"] for r in rows})}
    changed = (
        [n for n, text in made.items() if (TARGET / n).read_text("utf-8") != text]
        if given.check
        else []
    )
    for name, text in made.items():
        if not given.check:
            (TARGET / name).write_text(text, encoding="utf-8")
        print(f"{name}: {text.count(chr(10)) - 1} rows, {len(text)} bytes")
    if changed:
        print(f"differ from the originals: {', '.join(changed)}", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
