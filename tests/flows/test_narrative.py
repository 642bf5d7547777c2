"""The narrative: from facts alone, each sentence traceable, no verdict, victims told as such."""

import dataclasses
import re

import pytest

import flows.knowns_made as made
from manumit.flows import known as facts
from manumit.flows import narrative

VERDICTS = re.compile(r"guilty|criminal|launder|coupable|crimin|blanchi", re.IGNORECASE)


@pytest.mark.parametrize("language", narrative.LANGUAGES)
@pytest.mark.parametrize("seed", range(30))
def test_every_sentence_stands_on_facts_that_are_there(language, seed):
    known = made.known(seed)
    there = {f"entry {e.entry}" for e in known.entries}
    there |= {f"account {a.account}" for a in known.accounts}
    there |= {f"reason {s.sign}" for s in known.reasons} | {
        f"against {s.sign}" for s in known.against
    }
    there |= {f"cut {n}" for n in range(len(known.cut))} | {"rule"}
    sentences = narrative.draft(known, language)
    assert sentences
    for one in sentences:
        assert one.stands_on
        assert set(one.stands_on) <= there
        assert "{" not in one.text
        assert one.text.endswith(".")
        assert not VERDICTS.search(one.text)
    assert [s.part for s in sentences] == sorted(
        (s.part for s in sentences),
        key=["what", "who", "how", "where", "why", "against", "victims", "limits"].index,
    )


def test_numbers_in_a_sentence_are_those_of_its_facts():
    known = made.known(2)
    collector = next(a for a in known.accounts if a.account == 100)
    rows = [e for e in known.entries if e.target == 100 and known.base(e) is not None]
    if len(rows) == len([e for e in known.entries if e.target == 100]):
        total = sum(known.base(e) for e in rows)
        said = next(s for s in narrative.draft(known, "en") if f"{collector.identifier}" in s.text)
        assert f"in {len(rows)} movements" in said.text
        assert f"{total / 100:,.2f} USD" in said.text
        assert set(said.stands_on) == {"account 100", *(f"entry {e.entry}" for e in rows)}


def test_a_possible_victim_is_told_kindly_and_nothing_else_is_said_of_guilt():
    known = made.known(1)
    victim = dataclasses.replace(known.accounts[0], part="possible_victim", name="Amal Example")
    known = dataclasses.replace(known, accounts=(victim, *known.accounts[1:]))
    english = narrative.text(narrative.draft(known, "en"), "en")
    assert "(Amal Example) may be a victim" in english
    assert "named as a possible victim, not as a suspect" in english
    assert "not to be punished for what they were made to do" in english
    french = narrative.text(narrative.draft(known, "fr"), "fr")
    assert "victime possible et non comme suspecte" in french
    none = dataclasses.replace(known, accounts=known.accounts[1:])
    assert "victim" not in narrative.text(narrative.draft(none, "en"), "en")


def test_parts_have_headings_and_amounts_the_signs_of_the_language():
    known = made.known(1, entries=made.known(1).entries[:1], entry_count=1)
    one = dataclasses.replace(known.entries[0], currency="USD", amount_minor=123456789)
    known = dataclasses.replace(known, entries=(one,))
    english = narrative.text(narrative.draft(known, "en"), "en")
    assert english.startswith("What this is about\nThis report, A-1, tells of 1 movements")
    assert "1,234,567.89 USD" in english
    french = narrative.text(narrative.draft(known, "fr"), "fr")
    assert "1\u00a0234\u00a0567,89 USD" in french
    assert narrative.draft(known, "ar") == narrative.draft(known, "en")


def test_what_was_not_looked_at_and_what_is_not_listed_is_told():
    known = dataclasses.replace(made.known(1), entry_count=900, cut=("one hub.",))
    english = narrative.text(narrative.draft(known, "en"), "en")
    assert f"{len(known.entries)} of these 900 movements are listed one by one." in english
    assert "Not looked at: one hub." in english


def test_an_alert_without_entries_has_words_too():
    known = facts.Known("A-1", ("x",), "USD", "UTC", (), (), 0)
    assert [s.part for s in narrative.draft(known, "en")] == ["against", "limits"]
