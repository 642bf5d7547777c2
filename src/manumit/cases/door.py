"""The person's own door: what a code is, what may be seen there, what may be asked for.

Whoever is helped may see what is kept about them, have it put right, get a copy and have it erased
(Regulation (EU) 2016/679, art. 12, 15-17; HTCDS 2.0 `con_Consent`: "told of the right to request").
The person who controls them may hold the telephone. So a code has two endings: one opens the door,
the other a door behind which there is nothing; and neither needs an address, a name or a number
that somebody could look up.

Pure: random bytes and words come in as arguments.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from manumit.core.sealing import FieldClass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read aloud and copied by hand
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
NUMBER, GIVEN = 4, 12  # characters of the door's number, and of an ending that we make
RANDOM_BYTES = 16
OWN_LETTERS, OWN_WORDS, OWN_DIFFERENT = 12, 3, 6
MOST = 200  # characters of a code that are looked at
SAME_START = 5  # two endings that begin alike are mistaken for each other

IDLE = timedelta(minutes=10)
ABSOLUTE = timedelta(hours=1)
MESSAGE_LENGTH = 2000


class Part(StrEnum):
    """What may be shown at the door; the person says which."""

    IDENTITY = FieldClass.IDENTITY.value
    CONTACT = FieldClass.CONTACT.value
    PLAN = FieldClass.PLAN.value
    MEDICAL = FieldClass.MEDICAL.value
    LEGAL = FieldClass.LEGAL.value
    HELP = "help"


PART_LABELS: dict[Part, str] = {
    Part.IDENTITY: "Name, age and where they come from",
    Part.CONTACT: "Where they are and how to reach them",
    Part.PLAN: "What they need",
    Part.MEDICAL: "Health",
    Part.LEGAL: "Law and papers",
    Part.HELP: "Which services were asked, and by when",
}


class Kind(StrEnum):
    """What one message at the door is."""

    MESSAGE = "message"
    CORRECTION = "correction"
    COPY = "copy"
    ERASURE = "erasure"
    YES = "yes"
    ANSWER = "answer"  # the only one that goes from the worker to the person


KIND_LABELS: dict[Kind, str] = {
    Kind.MESSAGE: "Message",
    Kind.CORRECTION: "Please put something right",
    Kind.COPY: "Please give me a copy",
    Kind.ERASURE: "Please erase what is kept",
    Kind.YES: "I want to agree to something",
    Kind.ANSWER: "Answer",
}

# The clock that each starts (data/deadlines.toml).
CLOCKS: dict[Kind, str] = {
    Kind.MESSAGE: "door_message",
    Kind.CORRECTION: "door_correction",
    Kind.COPY: "door_copy",
    Kind.ERASURE: "door_erasure",
    Kind.YES: "door_yes",
}


class Closed(StrEnum):
    """Why a door is closed."""

    PERSON = "person"
    WORKER = "worker"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


CLOSED_LABELS: dict[Closed, str] = {
    Closed.PERSON: "The person closed it",
    Closed.WORKER: "The case worker closed it",
    Closed.RENEWED: "A new code was made",
    Closed.WITHDRAWN: "The person took back the consent to keep a record",
    Closed.ERASED: "The case was erased",
}


@dataclass(frozen=True)
class Code:
    """A code as it was typed or made: the door's number, and the secret ending."""

    number: str
    ending: str = field(repr=False)


def tidy(typed: str) -> str:
    """Return what counts of a code: letters and digits of any script, without marks, in capitals."""
    signs = []
    for sign in unicodedata.normalize("NFKD", typed[:MOST]).upper():
        if unicodedata.category(sign) == "Nd":
            signs.append(str(unicodedata.digit(sign)))
        elif sign.isalpha() and sign != "\u0640":  # the stroke that lengthens an Arabic word
            signs.append(sign)
    return "".join(signs).translate(_LOOKALIKES)


def read(typed: str) -> Code:
    """Split what was typed. Nothing is wrong with any text: a wrong code only opens nothing."""
    text = tidy(typed)
    return Code(text[:NUMBER], text[NUMBER:])


def _signs(random: bytes, count: int) -> str:
    if len(random) < RANDOM_BYTES:
        raise ValueError(f"a code needs {RANDOM_BYTES} random bytes")
    number = int.from_bytes(random, "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(count))


def number_of(random: bytes) -> str:
    """Return a door's number from random bytes."""
    return _signs(random, NUMBER)


def ending_of(random: bytes) -> str:
    """Return an ending of 60 random bits."""
    return _signs(random, GIVEN)


def spoken(number: str, ending: str) -> str:
    """Return a code as it is shown and printed: groups of four, or the person's own words."""
    if len(ending) == GIVEN and set(ending) <= set(ALPHABET):
        whole = number + ending
        return "-".join(whole[start : start + 4] for start in range(0, len(whole), 4))
    return f"{number} {ending}"


def is_printable(code: str) -> bool:
    """Tell whether a text can be a code of ours, for the card."""
    found = read(code)
    return len(found.number) == NUMBER and len(found.ending) >= OWN_LETTERS and len(code) <= MOST


def why_not_own(ending: str, known: Iterable[str] = ()) -> str:
    """Say why the person's own words are too easy to guess; "" when they may be used.

    `known` is what somebody near would try: names, places, numbers on the case.
    """
    text = tidy(ending)
    if len(ending) > MOST - NUMBER - 1:
        return "This is too long."
    if text.isdigit():
        return "Somebody near may know your numbers and dates. Use words."
    words = {tidy(word) for word in ending.split() if len(tidy(word)) >= OWN_WORDS}
    if len(text) < OWN_LETTERS or len(words) < OWN_WORDS or len(set(text)) < OWN_DIFFERENT:
        return "Use at least three different words that do not belong together."
    easy = {tidy(part) for told in known for part in told.split()}
    if any(len(part) >= OWN_WORDS and part in text for part in easy):
        return "Leave out names, places and numbers that somebody near knows."
    return ""


def why_not_both(ending: str, other: str) -> str:
    """Say why two endings cannot stand side by side; "" when they can."""
    if tidy(ending)[:SAME_START] == tidy(other)[:SAME_START]:
        return "The two begin alike and would be mixed up. Change one."
    return ""


def classes(parts: Iterable[str]) -> frozenset[FieldClass]:
    """Return the classes of key that these parts need."""
    return frozenset(FieldClass(part) for part in parts if part != Part.HELP)


def ended(*, began: timedelta, idle: timedelta) -> bool:
    """Tell whether a visit is over: after ten idle minutes, an hour in all, or a clock set back."""
    return not (timedelta(0) <= began < ABSOLUTE and timedelta(0) <= idle < IDLE)
