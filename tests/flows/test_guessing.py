import pytest

from manumit.flows import guessing


@pytest.mark.parametrize(
    ("cells", "decimal", "thousands", "doubt"),
    [
        (["1.234,50", "7"], ",", ".", False),
        (["1,234.50", "7"], ".", ",", False),
        (["1,234,567", "7"], ".", ",", False),
        (["1.234.567"], ",", ".", False),
        (["12,5", "1,250"], ",", "", False),
        (["1,250", "2,000"], ",", "", True),
        (["1 250,00"], ",", " ", False),
        (["1\u202f250,00"], ",", " ", False),
        (["1'250.00"], ".", "'", False),
        (["12"], ".", "", False),
        ([], ".", "", False),
    ],
)
def test_marks_by_where_they_stand(
    cells: list[str], decimal: str, thousands: str, doubt: bool
) -> None:
    assert guessing.marks(cells) == (decimal, thousands, doubt)


@pytest.mark.parametrize(
    "cell", ["12", "-1.250,00", "(5)", "€ 12,50", "12,50 €", "$1,234.50", "5-", "− 3"]
)
def test_what_is_a_number(cell: str) -> None:
    assert guessing.NUMBER.match(cell)


@pytest.mark.parametrize("cell", ["", "A-1", "12 EUR", "DE02", "twelve", "."])
def test_what_is_none(cell: str) -> None:
    assert not guessing.NUMBER.match(cell)


def test_formats_that_fit_the_most_cells() -> None:
    assert guessing.fitting(["25/01/2026", "05/02/2026"]) == ["%d/%m/%Y"]
    assert guessing.fitting(["05/01/2026", "05/02/2026"]) == ["%d/%m/%Y", "%m/%d/%Y"]
    assert guessing.fitting(["25/01/2026", "soon", "26/01/2026"]) == ["%d/%m/%Y"]
    assert guessing.fitting(["soon", "later", "26/01/2026"]) == ["%d/%m/%Y"]
    assert guessing.fitting(["soon", "later"]) == []
