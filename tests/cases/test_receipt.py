"""The paper a person takes away: in their language, complete, and telling nothing to a finder."""

from datetime import UTC, date, datetime, timedelta

import pytest

from manumit.cases import consent, receipt, texts
from manumit.core import printing

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ON = date(2026, 11, 22)
# Words (or beginnings of words) that would tell a finder what the paper is about.
TELLING = {
    "en": "victim traffick exploit abuse violence police case help protect shelter consent interview "
    "service refug asylum rape slave survivor lawyer court author legal media press rights",
    "fr": "victim trait exploit abus violenc polic dossier aide protég refug asile viol esclav survi "
    "avocat tribunal autorit consent entretien service médi presse droits",
    "ar": "ضحي اتجار استغلال عنف شرط ملف مساعد حماي ملج لجوء اغتصاب عبود ناج محام محكم سلط موافق "
    "مقابل خدم إعلام صحاف حقوق",
    "ckb": "قوربانی بازرگانی توندوتیژ پۆلیس یارمەت پاراستگ پەناگ پەنابەر دەستدرێژ کۆیل پارێزەر دادگ "
    "ڕەزامەند چاوپێکەوت خزمەتگوزار ڕاگەیاندن مافەکان",
}
SHARE = consent.Purpose.SHARE_WITH_SERVICE


def word(purpose=SHARE, given=True, recipient="x", name="Example Shelter, Example Aid", **rest):
    rest.setdefault("expires_on", ON + timedelta(days=90))
    rest.setdefault("at", AT)
    return consent.Consent(
        purpose=purpose, given=given, recipient=recipient, recipient_name=name, **rest
    )


def everything(language):
    own = receipt.of(language)
    return [*own.words.values(), *own.purposes.values(), *own.classes.values()]


@pytest.mark.parametrize("language", sorted(TELLING))
def test_no_word_tells_what_it_is_about(language):
    said = " ".join(everything(language)).casefold()
    assert [w for w in TELLING[language].split() if w in said] == []


@pytest.mark.parametrize("language", sorted(TELLING))
def test_the_list_of_words_knows_the_words_of_the_consent_page(language):
    """What is read out in a talk would tell a finder; the list must notice."""
    said = " ".join(texts.of(language).purposes.values()).casefold()
    assert [w for w in TELLING[language].split() if w in said] != []


def test_every_language_of_the_consent_texts_has_one():
    assert set(receipt.load()) == set(TELLING)
    assert receipt.of("ti").language == "en"
    assert receipt.of("ar").draft
    assert not receipt.of("en").draft


def test_a_recipient_is_called_by_its_first_letters_or_as_the_person_wants():
    [line] = receipt.lines([word()], receipt.of("en"), ON, {})
    assert line.whom == "E S"
    [line] = receipt.lines([word()], receipt.of("en"), ON, {"x": "Aunt"})
    assert line.whom == "Aunt"


def test_what_it_is_about_and_until_when():
    said = [word(classes=frozenset({"contact", "referral"}))]
    [line] = receipt.lines(said, receipt.of("en"), ON, {})
    assert (line.about, line.until, line.given) == ("how to reach me", "2027-02-20", True)


def test_a_no_and_what_was_taken_back_stand_apart_and_only_the_newest_word():
    yes, no = word(at=AT - timedelta(days=1)), word(given=False)
    back = word(recipient="y", withdrawn_at=AT)
    found = receipt.lines([no, yes, back], receipt.of("en"), ON, {})
    assert [(line.given, line.until, line.about) for line in found] == [(False, "", "")] * 2


@pytest.mark.parametrize("language", sorted(TELLING))
def test_it_prints_in_every_language_on_a_small_page(language):
    own = receipt.of(language)
    side = receipt.side(receipt.lines([word()], own, ON, {}), own, ON, "BC-2345")
    assert printing.pdf([side], size="a6").startswith(b"%PDF")
    assert side.title == own.words["title"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('title = "Notes"', ""), "title"),
        (('identity = "name and age"', ""), "classes.identity"),
        (('translation_status = "original"', 'translation_status = "fine"'), "translation_status"),
        (("[en.purposes]", "[en.others]"), "purposes.interview"),
        (("version", "="), "line"),
    ],
)
def test_a_bad_file_is_refused_with_what_to_mend(change, named):
    from importlib import resources

    text = resources.files("manumit.cases").joinpath("data/receipt-texts.toml").read_text("utf-8")
    with pytest.raises(receipt.BadReceiptTexts, match=named):
        receipt.parse(text.replace(*change, 1))
