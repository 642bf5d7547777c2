import pytest

from manumit.flows import kinds, words


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Débit", "débit"),
        ("Währung", "wahrung"),
        ("رقم الحسـاب", "رقم الحساب"),
        ("Date_Time", "date time"),
    ],
)
def test_words_are_compared_without_accents_and_marks(said: str, meant: str) -> None:
    assert words.even(said) == words.even(meant)


def test_every_word_stands_for_one_kind() -> None:
    assert {words.kind(word) for word in ("ATM", "virement", "إيداع نقدي", "POS", "Scheck")} == {
        "cash_out", "transfer", "cash_in", "card", "cheque",
    }  # fmt: skip
    assert words.kind("nothing of the kind") == ""
    assert all(words.kind(kind.replace("_", " ")) in ("", kind) for kind in kinds.Kind)


def test_directions() -> None:
    assert [words.direction(word) for word in ("DR", "Haben", "مدين", "+", "-", "?")] == [
        "out", "in", "out", "in", "out", "",
    ]  # fmt: skip


def test_headings_name_fields_in_five_languages() -> None:
    for field, known in words.headings().items():
        assert {language for _, language in known} == {"en", "fr", "de", "es", "ar"}, field
