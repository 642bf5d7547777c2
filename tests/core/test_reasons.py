"""A rule's answer is plain English, and can be said in another language with all that it names."""

import copy
import pickle
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.core import reasons
from manumit.core.reasons import Word, low, say, together

FRENCH = {
    "It is for {whom} only, until {day}.": "Réservé : {whom}, jusqu'au {day}.",
    "Women and girls": "Femmes et filles",
    "Ask {count} times.": "Demandez {count} fois.",
    "Shut.": "Fermé.",
}
VOICE = reasons.Voice(
    language="fr",
    translate=lambda text: FRENCH.get(text, text),
    date=lambda on: f"{on:%d/%m/%Y}",
    number=lambda count: f"<{count}>",
)


def test_a_reason_is_a_plain_english_sentence() -> None:
    reason = say(
        "It is for {whom} only, until {day}.", whom=low("Women and girls"), day=date(2025, 3, 3)
    )
    assert reason == "It is for women and girls only, until 3 March 2025."
    assert isinstance(reason, str)
    assert {reason: 1}["It is for women and girls only, until 3 March 2025."] == 1


def test_it_is_said_in_the_readers_language_with_all_that_it_names() -> None:
    reason = say(
        "It is for {whom} only, until {day}.", whom=low("Women and girls"), day=date(2025, 3, 3)
    )
    assert reasons.said(reason, VOICE) == "Réservé : femmes et filles, jusqu'au 03/03/2025."
    assert reasons.said(say("Ask {count} times.", count=3), VOICE) == "Demandez <3> fois."
    assert reasons.said(together("", say("Shut."), "Shut."), VOICE) == "Fermé. Shut."
    assert reasons.said("Shut.", VOICE) == "Fermé."
    assert say("From {at}.", at=time(8, 30)) == "From 08:30."
    assert reasons.said(say("From {at}.", at=time(8, 30)), VOICE) == "From <08:30>."
    assert reasons.said("", VOICE) == ""


def test_a_name_is_never_translated_and_never_read_as_a_place() -> None:
    reason = say("{who} and {whom}", who="Shut.", whom="{who}")
    assert reason == "Shut. and {who}"
    assert reasons.said(reason, VOICE) == "Shut. and {who}"


def test_words_of_a_list_and_lists() -> None:
    food = Word("Food", {"fr": "Nourriture", "ar": "الغذاء"})
    assert reasons.said(food, VOICE) == "Nourriture"
    wanted = say("Ask for {what}.", what=[food, "Papers"])
    assert wanted == "Ask for Food, Papers."
    assert reasons.said(wanted, VOICE) == "Ask for Nourriture, Papers."
    arabic = reasons.Voice("ar", str, str, str)
    assert reasons.said(wanted, arabic) == "Ask for الغذاء، Papers."


def test_copies_stay_whole() -> None:
    reason = say("Ask {count} times.", count=3)
    for made in (copy.deepcopy(reason), pickle.loads(pickle.dumps(reason))):
        assert reasons.said(made, VOICE) == "Demandez <3> fois."
    food = Word("Food", {"fr": "Nourriture"})
    assert reasons.said(copy.copy(food), VOICE) == "Nourriture"


def test_what_cannot_be_said_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="dict"):
        say("{a}", a={})


@given(st.text(), st.dictionaries(st.text(min_size=1), st.text()))
def test_filling_never_fails_whatever_a_text_holds(template: str, values: dict[str, str]) -> None:
    assert isinstance(reasons.filled(template, values), str)


@given(st.text(), st.text())
def test_what_a_value_says_stands_in_the_sentence_as_it_is(before: str, value: str) -> None:
    template = before.replace("{", "") + "{name}"
    assert say(template, name=value) == before.replace("{", "") + value
