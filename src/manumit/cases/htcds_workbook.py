"""The official Excel sheet of the Human Trafficking Case Data Standard, written.

Apart from reading, because the library that writes workbooks is loaded only where one is written.
"""

from collections.abc import Sequence
from dataclasses import replace

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from manumit.cases import htcds, htcds_table
from manumit.core import workbook


def write(records: Sequence[htcds.Record]) -> bytes:
    """Return records as the official sheet: names in a hidden row, headings, lists to choose from."""
    headings, rows = htcds_table.lines_of(records, labels=True)
    book = workbook.new()
    sheet = book.active
    sheet.title = "Case Sheet"
    workbook.append(sheet, headings)
    workbook.append(sheet, [_label(name) for name in headings])
    for row in rows:
        workbook.append(sheet, row)
    sheet.row_dimensions[1].hidden = True
    sheet.freeze_panes = "B3"
    for place, name in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(place)].width = max(14, len(_label(name)) + 2)
    _offer_lists(book, headings)
    about = book.create_sheet("about")
    standard = htcds.load()
    about.append([f"Human Trafficking Case Data Standard {standard.version}"])
    about.append([standard.source])
    about.append([f"{standard.licence}. Columns were added; no endorsement is implied."])
    return workbook.content(book)


def _label(name: str) -> str:
    match = htcds_table.NUMBERED.match(name)
    number = match["number"] if match else ""
    known = htcds.load().fields.get(match["name"] if match else name)
    if known is None:
        return name
    return f"{known.label} {number}".strip()


def _offer_lists(book: Workbook, headings: Sequence[str]) -> None:
    """Put the lists of codes on a sheet of their own and let people choose single codes from them."""
    sheet, lists = book["Case Sheet"], book.create_sheet("validation")
    places: dict[str, str] = {}
    for place, name in enumerate(headings, 1):
        known = htcds.load().fields.get(name)
        if known is None or known.kind not in ("choice", "choices") or known.codes == "language":
            continue
        if known.codes not in places:
            column = get_column_letter(len(places) + 1)
            codes = [c for c in htcds.load().lists[known.codes].values() if not c.only_in]
            lists[f"{column}1"] = known.codes
            for line, code in enumerate(codes, 2):
                lists[f"{column}{line}"] = htcds.say(
                    replace(known, kind="choice"), code.name, labels=True
                )
            places[known.codes] = f"validation!${column}$2:${column}${len(codes) + 1}"
        rule = DataValidation(
            type="list",
            formula1=places[known.codes],
            allow_blank=True,
            showErrorMessage=known.kind == "choice",  # several are typed with semicolons
        )
        letter = get_column_letter(place)
        rule.add(f"{letter}3:{letter}1002")
        sheet.add_data_validation(rule)
