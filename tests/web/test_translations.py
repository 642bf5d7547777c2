"""Every sentence of the ground is there in French, Arabic and Sorani, with the same places to fill."""

import re
import sys
from pathlib import Path

import pytest
from babel.messages import pofile

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "src" / "manumit" / "web" / "build"))

import messages  # noqa: E402

GROUND = re.compile(
    r"manumit/web/(forms|throttle|session_rules|passphrases|navigation|live_session|actions)\.py"
    r"|manumit/web/views/(accounts|security|signing_in|home)\.py"
    r"|manumit/core/roles\.py"
    r"|templates/(base\.html|account/|accounts/|components/|4..\.html|500\.html)"
)
PLACES = re.compile(r"%\(\w+\)[sd]|</?\w+>|\{\w+\}")


def texts(value) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


@pytest.fixture(scope="module")
def sentences() -> list[messages.Found]:
    return list(messages.sentences())


@pytest.fixture(params=messages.LANGUAGES)
def catalogue(request):
    path = messages.LOCALE / request.param / "LC_MESSAGES" / "django.po"
    with path.open("rb") as source:
        return pofile.read_po(source, locale=request.param)


def test_the_collector_sees_templates_code_and_rules(sentences):
    found = {texts(sentence)[0] for sentence, _, _ in sentences}
    assert {
        "Leave this page quickly",
        "Account name",
        "Case worker",
        "My duties",
        "You cannot end your own account.",
        "You have been signed in for 12 hours. Please sign in again.",
    } <= found


def test_every_sentence_of_the_ground_is_translated(catalogue, sentences):
    missing = []
    for sentence, context, place in sentences:
        if GROUND.search(place):
            entry = catalogue.get(sentence, context=context)
            if entry is None or not all(texts(entry.string)):
                missing.append(texts(sentence)[0])
    assert missing == []


def test_translations_fill_the_same_places(catalogue):
    for entry in catalogue:
        if not entry.id:
            continue
        wanted = set(PLACES.findall(texts(entry.id)[-1]))
        for text in filter(None, texts(entry.string)):
            assert set(PLACES.findall(text)) <= wanted, text
            if isinstance(entry.id, str):
                assert set(PLACES.findall(text)) == wanted, text
