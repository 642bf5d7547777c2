"""Files of people: headings by many names, several values in a cell, faults with line and cure."""

import pytest

from manumit.network import recordfile
from manumit.network.manyrecords import Record


def read(text: str) -> list[Record]:
    return list(recordfile.read(text.splitlines(keepends=True)))


def test_the_plain_headings() -> None:
    [one] = read("id,name,birth_date,nationality\n7,Amal Example,1980-02-01,sy\n")
    assert one == Record("7", ("Amal Example",), "1980-02-01", "SY")


def test_other_words_for_the_same() -> None:
    [one] = read(
        "Unique_ID,Surname,Given name,DOB,Passport,Phone,Aliases\n"
        'x1,Testov,Karim,1979,"P1; P2",+1 555,Abu Example;The Example\n\n'
    )
    assert one == Record(
        "x1",
        ("Karim Testov", "Abu Example", "The Example"),
        "1979",
        identifiers=("P1", "P2", "+1 555"),
    )


def test_short_rows_are_what_they_say() -> None:
    assert read("id,name,dob\n1,Amal\n") == [Record("1", ("Amal",))]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("name\nAmal\n", 1),
        ("id,birth\n1,1980\n", 1),
        ("id,name\n1,Amal\n,Karim\n", 3),
        ("id,name\n1,Amal\n1,Karim\n", 3),
    ],
)
def test_what_cannot_be_read(text: str, line: int) -> None:
    with pytest.raises(recordfile.Unreadable) as caught:
        read(text)
    assert caught.value.line == line
    assert caught.value.cure
