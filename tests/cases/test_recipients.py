"""Who could be told: one name however it is written, parts of larger bodies, whole kinds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import recipients


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Example Office", "  example   OFFICE "),
        ("Exámple-Office", "Example Office"),
        ("مكتب مثال", "مَكتب مثال"),
    ],
)
def test_a_name_is_the_same_however_it_is_written(one, other):
    police = recipients.Kind.POLICE
    assert recipients.folded(one) == recipients.folded(other)
    assert recipients.named(police, one).id == recipients.named(police, other).id


def test_another_kind_is_another_recipient():
    assert recipients.named("police", "Example").id != recipients.named("media", "Example").id


@pytest.mark.parametrize("name", ["", "  ", "–", "\u0301"])
def test_nobody_has_no_name(name):
    with pytest.raises(ValueError, match="Say who"):
        recipients.named("police", name)


@given(st.text())
def test_folding_twice_changes_nothing(name):
    assert recipients.folded(recipients.folded(name)) == recipients.folded(name)


def test_a_part_carries_the_ids_of_the_whole():
    part = recipients.Recipient("unit", part_of=frozenset({"body"}))
    assert part.ids == {"unit", "body"}
    assert recipients.NOBODY.ids == frozenset()
    assert recipients.of("x").ids == {"x"}
    assert recipients.of(None) == recipients.NOBODY


def test_every_kind_has_words_and_families_are_denied_by_name_alone():
    assert set(recipients.LABELS) == set(recipients.Kind)
    assert set(recipients.WHOLE_KIND) < set(recipients.BY_NAME)
    assert recipients.Kind.FAMILY not in recipients.WHOLE_KIND
