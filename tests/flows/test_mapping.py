import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.flows import mapping

PLAIN = """id = "example"
[columns]
at = "Date"
source = "From"
amount = "Amount"
"""


def test_every_shipped_mapping_comes_back_the_same() -> None:
    made = mapping.shipped()
    assert len(made) >= 10
    for name, one in made.items():
        assert one.id == name
        assert one.source, f"{name} says nobody who says so"
        assert one.status in ("verified", "secondary", "pending")
        assert one.title
        assert mapping.read(mapping.write(one)) == one


def test_no_two_shipped_mappings_are_known_by_the_same_headings() -> None:
    made = [one for one in mapping.shipped().values() if one.signature]
    for one in made:
        assert mapping.known_for(one.signature) == one


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ("id = ", "file"),
        (PLAIN.replace("example", "Ex ample"), "id"),
        (PLAIN + "[columns.more]\n", "columns.more"),
        ('surprise = "x"\n' + PLAIN, "surprise"),
        (PLAIN + "[time]\nform = 1\n", "time.form"),
        ('about = "people"\n' + PLAIN, "about"),
        (PLAIN + 'color = "x"\n', "columns.color"),
        (PLAIN.replace('at = "Date"\n', ""), "columns.at"),
        (PLAIN.replace('source = "From"\n', ""), "columns.source"),
        (PLAIN.replace('amount = "Amount"\n', ""), "columns.amount"),
        (PLAIN.replace('"Date"', "1"), "columns.at"),
        (PLAIN.replace('"Date"', '""'), "columns.at"),
        (PLAIN.replace('"Date"', "[]"), "columns.at"),
        (PLAIN + '[time]\nformats = ["%d/%m"]\n', "time.formats"),
        (PLAIN + '[time]\nformats = ["%Y-%m"]\n', "time.formats"),
        (PLAIN + '[time]\nformats = ["%Y-%m-%d %H"]\n', "time.formats"),
        (PLAIN + '[time]\nformats = ["%Y-%m-%d %I:%M"]\n', "time.formats"),
        (PLAIN + '[time]\nformats = ["%Y-%m-%d %Q"]\n', "time.formats"),
        (PLAIN + "[time]\nformats = []\n", "time.formats"),
        (PLAIN + '[time]\nzone = "Atlantis/Capital"\n', "time.zone"),
        (PLAIN + '[time]\nprecision = "century"\n', "time.precision"),
        (PLAIN + '[amount]\nstyle = "odd"\n', "amount.style"),
        (PLAIN + '[amount]\nstyle = "signed"\n', "columns.account"),
        (PLAIN + '[amount]\nstyle = "two"\n[constant]\naccount = "A"\n', "columns.debit"),
        (
            PLAIN + 'debit = "D"\n[amount]\nstyle = "two"\n[constant]\naccount = "A"\n',
            "columns.credit",
        ),
        (PLAIN + '[amount]\nstyle = "coded"\n[constant]\naccount = "A"\n', "amount.style"),
        (PLAIN + '[amount]\ndecimal = "!"\n', "amount.decimal"),
        (PLAIN + '[amount]\ndecimal = ","\nthousands = ","\n', "amount.thousands"),
        (PLAIN + '[amount]\nrounded = "yes"\n', "amount.rounded"),
        (PLAIN + '[codes.kind]\n"x" = "odd"\n', "codes.kind.x"),
        (PLAIN + '[codes.currency]\n"x" = "QQQ"\n', "codes.currency.x"),
        (PLAIN + '[codes.colour]\n"x" = "red"\n', "codes.colour"),
        (PLAIN + '[constant]\ncurrency = "QQQ"\n', "constant.currency"),
        (PLAIN + '[file]\nseparator = "#"\n', "file.separator"),
        (PLAIN + "[file]\nskip = -1\n", "file.skip"),
        ('id = "ab"\nabout = "accounts"\n[columns]\nname = "N"\n', "columns.account"),
        ("columns = 3\n" + 'id = "example"\n', "columns"),
    ],
)
def test_a_bad_mapping_is_refused_by_its_key_with_a_cure(toml: str, key: str) -> None:
    with pytest.raises(mapping.BadMapping) as refused:
        mapping.read(toml)
    assert refused.value.key == key
    assert refused.value.cure.endswith(".")


_WORD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    headings=st.lists(_WORD, min_size=3, max_size=3),
    joined=st.lists(_WORD, min_size=2, max_size=3),
    words=st.dictionaries(_WORD, st.sampled_from(["cash_in", "hawala", "card"]), max_size=4),
    title=_WORD,
    zone=st.sampled_from(["", "Asia/Amman", "UTC"]),
    skip=st.integers(0, 1000),
)
def test_whatever_a_bank_calls_its_columns_the_round_trip_keeps(
    headings: list[str], joined: list[str], words: dict[str, str], title: str, zone: str, skip: int
) -> None:
    made = dataclasses.replace(
        mapping.read(PLAIN),
        columns={
            "at": (headings[0],), "source": tuple(joined), "amount": (headings[1],),
            "text": (headings[2],),
        },
        codes={"kind": words} if words else {},
        title=title,
        zone=zone,
        skip=skip,
    )  # fmt: skip
    assert mapping.read(mapping.write(made)) == made


def test_one_heading_is_as_good_as_a_list_of_one() -> None:
    assert mapping.read(PLAIN) == mapping.read(PLAIN.replace('"From"', '["From"]'))
