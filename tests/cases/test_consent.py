"""Consent: per purpose, per recipient, until withdrawn; never a condition for help."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import consent, recipients, texts

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ON = AT.date()
SHARE = consent.Purpose.SHARE_WITH_SERVICE


def word(given=True, purpose=SHARE, recipient="clinic", at=AT, **rest):
    return consent.Consent(purpose=purpose, given=given, at=at, recipient=recipient, **rest)


def why_not(consents, purpose=SHARE, recipient="clinic", field_class="identity", **rest):
    return consent.why_not(consents, purpose, recipient, field_class, ON, **rest)


def test_a_yes_to_this_recipient_is_enough():
    assert why_not([word()]) == ""


def test_silence_is_not_a_yes():
    assert "not been asked" in why_not([])


def test_a_yes_to_another_recipient_opens_nothing():
    assert why_not([word(recipient="shelter")]) != ""


def test_sharing_needs_a_named_recipient():
    assert "Name who" in why_not([word(recipient="")], recipient="")


def test_a_named_recipient_can_be_denied():
    said = [word(), word(given=False, at=AT + timedelta(minutes=1), recipient_name="Clinic")]
    assert "said no" in why_not(said)
    assert "Clinic" in why_not(said)


def test_the_newest_word_counts_and_a_tie_is_a_no():
    later = AT + timedelta(minutes=1)
    assert why_not([word(given=False), word(at=later)]) == ""
    assert why_not([word(), word(given=False)]) != ""


def test_a_withdrawn_consent_opens_nothing():
    assert "withdrew" in why_not([word(withdrawn_at=AT)])


def test_a_consent_holds_on_its_last_day_and_not_after():
    assert why_not([word(expires_on=ON)]) == ""
    assert "ended on" in why_not([word(expires_on=ON - timedelta(days=1))])


def test_answers_of_a_screening_leave_under_no_consent():
    assert why_not([word()], field_class="screening") != ""
    assert why_not([word()], field_class="testimony") != ""


def test_a_child_needs_assent_and_a_guardian_who_can_be_asked():
    child = consent.Subject(minor=True, guardian=consent.Guardian.PRESENT)
    assert "guardian has not been asked" in why_not([word()], subject=child)
    assert why_not([word(), word(by_guardian=True)], subject=child) == ""
    assert "The person" in why_not([word(by_guardian=True)], subject=child)


@pytest.mark.parametrize("guardian", [consent.Guardian.IMPLICATED, consent.Guardian.ABSENT])
def test_an_implicated_or_absent_guardian_is_not_asked_and_cannot_forbid(guardian):
    child = consent.Subject(minor=True, guardian=guardian)
    assert why_not([word(), word(given=False, by_guardian=True)], subject=child) == ""


def test_nothing_of_a_child_is_shared_before_somebody_said_who_answers_for_it():
    assert "Say first" in why_not([word()], subject=consent.Subject(minor=True))


def test_a_yes_covers_the_kinds_it_names_and_always_the_envelope():
    said = [word(classes=frozenset({"contact"}))]
    assert why_not(said, field_class="contact") == ""
    assert why_not(said, field_class="referral") == ""
    assert why_not(said, field_class="") == ""
    assert "not to this" in why_not(said, field_class="medical")


def test_both_words_of_a_child_cover_it():
    child = consent.Subject(minor=True, guardian=consent.Guardian.PRESENT)
    narrow = word(by_guardian=True, classes=frozenset({"contact"}))
    assert "guardian agreed, but not" in why_not([word(), narrow], subject=child)
    assert why_not([word(), narrow], field_class="contact", subject=child) == ""


CLINIC = recipients.Recipient(
    "clinic", "Example Clinic", recipients.Kind.POLICE, frozenset({"body"}), ("Clinic",)
)
DENIALS = st.sampled_from(
    [
        consent.Denial(AT, "clinic"),
        consent.Denial(AT, "body"),
        consent.Denial(AT, kind=recipients.Kind.POLICE),
        consent.Denial(AT, by_name=True, name="clinic"),
        consent.Denial(AT, by_name=True, name="example clinic"),
    ]
)


@pytest.mark.parametrize("purpose", sorted(consent.NAMED_RECIPIENT))
@given(denial=DENIALS, later=st.integers(0, 5))
def test_a_denial_beats_every_later_yes_until_it_is_taken_back(purpose, denial, later):
    yes = [word(purpose=purpose, at=AT + timedelta(days=n)) for n in range(later + 1)]
    asked = (yes, purpose, CLINIC, "", ON)
    assert "never to tell" in consent.why_not(*asked, denials=[denial])
    taken_back = dataclasses.replace(denial, taken_back_at=AT)
    assert consent.why_not(*asked, denials=[taken_back]) == ""


@given(DENIALS)
def test_a_denial_is_of_nobody_else(denial):
    other = recipients.Recipient("shelter", "Example Shelter", recipients.Kind.SERVICE)
    assert consent.why_denied([denial], other) == ""


def test_a_name_that_is_still_sealed_denies_nobody_by_itself():
    sealed = consent.Denial(AT, by_name=True)
    assert consent.why_denied([sealed], CLINIC) == ""
    assert consent.why_denied([sealed], "") == ""


def test_the_press_is_told_nothing_of_a_child():
    media = consent.Purpose.SHARE_WITH_MEDIA
    child = consent.Subject(minor=True, guardian=consent.Guardian.ABSENT)
    said = [word(purpose=media)]
    assert "under 18" in why_not(said, purpose=media, field_class="testimony", subject=child)
    assert why_not(said, purpose=media, field_class="testimony") == ""
    assert "never covers" in why_not(said, purpose=media, field_class="identity")


def test_nothing_reaches_what_a_person_was_made_to_do_and_the_press_no_name():
    for reach in consent.REACHES.values():
        assert "compelled" not in reach
    assert consent.REACHES[consent.Purpose.SHARE_WITH_MEDIA] == {"testimony"}
    telling = {p for p, reach in consent.REACHES.items() if "testimony" in reach}
    assert consent.Purpose.SHARE_WITH_SERVICE not in telling


def test_a_yes_names_kinds_that_the_purpose_can_reach():
    def named(classes, purpose=consent.Purpose.SHARE_WITH_PARTNER):
        return consent.why_not_record(
            purpose,
            given=True,
            recipient="x",
            questions=all_said(),
            language="ar",
            classes=classes,
        )

    assert named(["contact"]) == ""
    assert "Tick" in named([])
    assert named([], SHARE) == "", "a service may be told the coded facts alone"
    assert "never covers" in named(["testimony"])


WORDS = st.builds(
    word,
    given=st.booleans(),
    purpose=st.sampled_from(list(consent.Purpose)),
    recipient=st.sampled_from(["", "clinic", "shelter"]),
    at=st.integers(-1000, 0).map(lambda n: AT + timedelta(hours=n)),
    by_guardian=st.booleans(),
    expires_on=st.none() | st.integers(-30, 30).map(lambda n: ON + timedelta(days=n)),
    withdrawn_at=st.none() | st.just(AT),
)


@given(st.lists(WORDS, max_size=12))
def test_declining_never_blocks_help(said):
    assert consent.why_not_help(said) == ""


@given(st.lists(WORDS, max_size=12), st.sampled_from(list(consent.Purpose)))
def test_a_new_no_always_closes_and_a_later_yes_opens(said, purpose):
    recipient = "clinic" if purpose in consent.NAMED_RECIPIENT else ""
    no = word(False, purpose, recipient, AT + timedelta(hours=1))
    yes = word(True, purpose, recipient, AT + timedelta(hours=2))
    assert consent.why_not([*said, no], purpose, recipient, "", ON) != ""
    assert consent.why_not([*said, no, yes], purpose, recipient, "", ON) == ""


@given(st.lists(WORDS, max_size=12))
def test_other_purposes_and_recipients_change_nothing(said):
    others = [c for c in said if (c.purpose, c.recipient) != (SHARE, "clinic")]
    assert why_not(others) != ""


def all_said():
    return [True] * len(consent.QUESTIONS)


def record(purpose=consent.Purpose.STORE_RECORD, given=True, recipient="", questions=None):
    return consent.why_not_record(
        purpose,
        given=given,
        recipient=recipient,
        questions=all_said() if questions is None else questions,
        language="ar",
    )


def test_a_yes_counts_only_when_every_point_was_said():
    assert record() == ""
    for place in range(1, len(consent.QUESTIONS)):
        answers = all_said()
        answers[place] = False
        assert record(questions=answers) != ""


def test_a_no_needs_nothing():
    assert record(given=False, questions=[]) == ""


def test_agreeing_to_talk_is_asked_of_the_interview_only():
    answers = [False, *all_said()[1:]]
    assert record(questions=answers) == ""
    assert record(purpose=consent.Purpose.INTERVIEW, questions=answers) != ""


def test_every_purpose_has_words_an_end_and_a_reach():
    for purpose in consent.Purpose:
        assert consent.LABELS[purpose]
        assert consent.lasts_days(purpose) > 0
        assert purpose in consent.REACHES
        assert consent.expires_on(purpose, ON) > ON


def test_what_a_person_holds_back_is_kept_from_that_recipient_only():
    said = [word(withheld=frozenset({"name"})), word(recipient="shelter")]
    assert consent.withheld(said, "clinic", ON) == {"name"}
    assert consent.withheld(said, "shelter", ON) == frozenset()


def test_texts_say_everything_in_every_language():
    for language in ("en", "fr", "ar", "ckb"):
        words = texts.of(language)
        assert words.language == language
        assert all(words.purpose(purpose) for purpose in consent.Purpose)
        assert set(words.questions) >= set(consent.QUESTIONS)
        shared = words.purpose(SHARE, "Clinic of the Example")
        assert "Clinic of the Example" in shared
        assert "{" not in shared
    assert texts.of("en").draft is False
    assert texts.of("ckb").draft is True


def test_a_missing_language_falls_back_and_says_so():
    assert texts.of("xx").language == "en"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("version = 3", "version"),
        ('version = "2026"', "[en]"),
        ('version = "2026"\n[en]\n', "interview"),
        ("version = \n", "line 1"),
    ],
)
def test_bad_texts_are_refused_with_the_place(text, names):
    with pytest.raises(texts.BadTexts, match=names.replace("[", r"\[")):
        texts.parse(text)


def test_dates_are_dates():
    assert consent.expires_on(consent.Purpose.INTERVIEW, date(2026, 1, 1)) == date(2026, 4, 1)
