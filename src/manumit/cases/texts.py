"""The words in which consent is asked, in the person's language.

A dated data file (data/consent-texts.toml); its version is kept with every consent, so that it can
be shown later what the person was told. A language that is missing falls back to English, and says
so; a draft says that it is one.
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from manumit.cases import consent

FALLBACK = "en"
STATUSES = ("original", "reviewed", "draft")


class BadTexts(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names language, key and cure."""


@dataclass(frozen=True)
class Texts:
    """All words of one language."""

    language: str
    version: str
    translation_status: str
    never_a_condition: str
    purposes: Mapping[str, str]
    questions: Mapping[str, str]
    classes: Mapping[str, str]

    @property
    def draft(self) -> bool:
        """Tell whether nobody of the field has reviewed this translation yet."""
        return self.translation_status == "draft"

    def purpose(self, purpose: consent.Purpose | str, recipient: str = "") -> str:
        """Return the question for one purpose."""
        known = consent.Purpose(purpose)
        text = self.purposes[known.value]
        return text.replace("{recipient}", recipient).replace(
            "{days}", str(consent.lasts_days(known))
        )


def parse(text: str) -> dict[str, Texts]:
    """Read the data file; raises BadTexts that names language, key and cure."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTexts(f"consent-texts.toml: {error}. Mend the line that is named.") from error
    version = raw.get("version")
    if not isinstance(version, str):
        raise BadTexts("consent-texts.toml: “version” must be a date in quotes.")
    wanted = {
        "purposes": [purpose.value for purpose in consent.Purpose],
        "questions": list(consent.QUESTIONS),
        "classes": [name for name in consent.CLASS_LABELS if name not in consent.ENVELOPE],
    }
    texts = {}
    for language, words in raw.items():
        if not isinstance(words, dict):
            continue
        for part, names in wanted.items():
            for name in names:
                if not words.get(part, {}).get(name):
                    raise BadTexts(f"consent-texts.toml, [{language}.{part}]: “{name}” is missing.")
        if words.get("translation_status") not in STATUSES or not words.get("never_a_condition"):
            raise BadTexts(
                f"consent-texts.toml, [{language}]: needs “never_a_condition” and "
                f"“translation_status” ({', '.join(STATUSES)})."
            )
        texts[language] = Texts(
            language=language,
            version=version,
            translation_status=words["translation_status"],
            never_a_condition=words["never_a_condition"],
            purposes=words["purposes"],
            questions=words["questions"],
            classes=words["classes"],
        )
    if FALLBACK not in texts:
        raise BadTexts("consent-texts.toml: [en] is missing; it is what others fall back to.")
    return texts


@functools.cache
def load() -> dict[str, Texts]:
    """Return the words of every language there is."""
    file = resources.files("manumit.cases").joinpath("data/consent-texts.toml")
    return parse(file.read_text("utf-8"))


def of(language: str) -> Texts:
    """Return the words of a language; English where there are none (see `Texts.language`)."""
    return load().get(language) or load()[FALLBACK]
