"""Pseudonyms: HMAC-SHA256 of the one spelling, the same alone and in a column, apart by kind."""

import hmac

import polars
from hypothesis import given
from hypothesis import strategies as st

from manumit.core import sealing
from manumit.flows import pseudonyms
from manumit.flows.pseudonyms import Space

KEY = bytes(range(32))


def twin(space: Space, identifier: str) -> int:
    spelled = pseudonyms.normal(identifier).encode()
    key = sealing.subkey(KEY, b"pseudonym " + space.value.encode())
    return int.from_bytes(hmac.digest(key, spelled, "sha256")[:8], "big") >> 1


LETTERS = st.sampled_from("aZß\u00e9\uff21\u0661\u0645\u1e9e-/09 \t\u00a0\u2003\x1f")


@given(st.lists(st.text(LETTERS, max_size=12), max_size=20), st.sampled_from(Space))
def test_a_column_is_what_the_library_says_one_by_one(texts: list[str], space: Space) -> None:
    column = polars.Series(texts, dtype=polars.String)
    spelled = polars.DataFrame({"x": column}).select(pseudonyms.normalised(polars.col("x")))
    made = pseudonyms.Maker(KEY).column(space, spelled.to_series()).to_list()
    expected = [twin(space, text) if pseudonyms.normal(text) else None for text in column]
    assert made == expected


def test_spelling_does_not_matter_and_kinds_do() -> None:
    maker = pseudonyms.Maker(KEY)
    assert maker.of(Space.ACCOUNT, "gb12 ex 34") == maker.of(Space.ACCOUNT, "\uff27B12EX34 ")
    assert maker.of(Space.ACCOUNT, "0791") != maker.of(Space.PHONE, "0791")
    assert maker.of(Space.ACCOUNT, "0791") != pseudonyms.Maker(KEY[::-1]).of(Space.ACCOUNT, "0791")
    assert 0 <= maker.of(Space.ACCOUNT, "0791") < 2**63
