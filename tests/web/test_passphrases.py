import pytest

from manumit.web import passphrases


@pytest.mark.parametrize(
    "good",
    [
        "correct horse battery staple",
        "violet anchor under seven pines",
        "طائر أزرق فوق جبل بعيد",
        "x9!kQ2#vT7&bM4@w",
    ],
)
def test_long_and_unusual_is_accepted_whatever_its_characters(good):
    assert passphrases.why_not(good) == ""


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("short one", "15 characters"),
        ("a" * 20, "repeats"),
        ("abababababababab", "repeats"),
        ("password password 123", "common"),
        ("Welcome2026!!Welcome", "common"),
        ("qwertyasdfghzxcvbn1", "common"),
        ("1234567890123456", "common"),
        ("x" + "y" * 300, "256"),
    ],
)
def test_what_a_guesser_tries_first_is_refused_with_a_reason(bad, said):
    assert said in passphrases.why_not(bad)


def test_words_of_the_person_and_their_unit_do_not_count():
    own = ("amal.example", "Amal Example", "Northern Gate", "Example Aid")
    assert passphrases.why_not("Amal Northern Gate 2026", own) != ""
    assert passphrases.why_not("Amal Northern Gate 2026") == ""
    assert passphrases.why_not("amal likes violet anchors", own) == ""


def test_width_variants_are_one_text():
    assert passphrases.fold("ａｂｃ") == "abc"
    assert passphrases.why_not("ｐａｓｓｗｏｒｄ ｐａｓｓｗｏｒｄ") != ""
