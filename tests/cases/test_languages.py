"""Languages of a screening."""

from manumit.cases import languages, texts
from manumit.indicators import parts


def test_every_language_with_texts_can_be_chosen():
    assert set(texts.load()) <= set(languages.NAMES)
    assert set(parts.LANGUAGES) <= set(languages.NAMES)


def test_the_direction_of_writing():
    assert languages.direction("ckb") == languages.direction("ar") == "rtl"
    assert languages.direction("fr") == languages.direction("so") == "ltr"
    assert languages.name("ti") == "ትግርኛ"
    assert languages.name("xx") == "xx"
