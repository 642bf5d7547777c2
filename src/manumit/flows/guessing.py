"""How a column of texts writes its dates and amounts: told from the cells, doubts included."""

import functools
import re
from collections.abc import Callable, Sequence
from datetime import datetime

FORMATS = (
    "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d/%m/%y",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%m/%d/%y",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d.%m.%y",
    "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%m-%d-%Y",
    "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%Y%m%d",
)  # fmt: skip
NUMBER = re.compile(
    r"^[€$£¥]?\s*[(+\-−]?\s*[€$£¥]?[\d.,'’\s\u00a0\u202f]*\d[\d.,'’\s\u00a0\u202f]*\)?-?\s*[€$£¥]?$"
)


def share(cells: Sequence[str], fits: Callable[[str], object]) -> float:
    """Return how many of the cells fit, 0 to 1."""
    return sum(bool(fits(cell)) for cell in cells) / len(cells)


def fitting(cells: Sequence[str]) -> list[str]:
    """Return the formats that fit the most cells, if they fit any."""
    shares = {form: share(cells, functools.partial(parses, form)) for form in FORMATS}
    most = max(shares.values())
    return [form for form, share in shares.items() if share == most and share > 0]


def parses(form: str, cell: str) -> bool:
    """Tell whether a cell is a date of these times by the format."""
    try:
        return 1970 <= datetime.strptime(cell, form).year <= 2100  # noqa: DTZ007
    except ValueError:
        return False


def marks(cells: Sequence[str]) -> tuple[str, str, bool]:
    """Return the decimal mark, the thousands mark, and whether a comma could be either."""
    points = [re.sub(r"[^\d.,]", "", cell) for cell in cells]
    both = [cell for cell in points if "." in cell and "," in cell]
    if both:
        decimal = max(".,", key=both[0].rfind)
        return decimal, "," if decimal == "." else ".", False
    if twice := next((mark for mark in ",." if any(c.count(mark) > 1 for c in points)), ""):
        return "." if twice == "," else ",", twice, False
    commas = [cell for cell in points if "," in cell]
    either = bool(commas) and all(re.search(r",\d{3}$", cell) for cell in commas)
    return "," if commas else ".", _grouped(cells), either


def _grouped(cells: Sequence[str]) -> str:
    """Return the thousands mark that is neither point nor comma, "" where there is none."""
    apostrophe = next((mark for mark in "'’" if any(mark in cell for cell in cells)), "")
    spaced = any(re.search(r"\d[\s\u00a0\u202f]\d{3}", cell) for cell in cells)
    return apostrophe or (" " if spaced else "")
