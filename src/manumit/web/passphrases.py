"""What may be a passphrase: long, and not one that a guesser would try first.

NIST SP 800-63B revision 4: at least 15 characters when it is the only memorised secret, a block
list, no rules about kinds of characters, no forced change.
"""

import unicodedata
from collections.abc import Iterable

MINIMUM = 15
MAXIMUM = 256
# Words that a guesser combines first; a passphrase made of nothing else is refused.
COMMON = frozenset(
    [
        "a",
        "i",
        "my",
        "is",
        "the",
        "to",
        "of",
        "and",
        "in",
        "on",
        "for",
        "with",
        "our",
        "password",
        "passphrase",
        "passwort",
        "passe",
        "secret",
        "access",
        "login",
        "signin",
        "admin",
        "administrator",
        "root",
        "user",
        "welcome",
        "letmein",
        "hello",
        "qwerty",
        "qwertz",
        "azerty",
        "asdf",
        "asdfgh",
        "zxcvbn",
        "abc",
        "abcd",
        "abcdef",
        "iloveyou",
        "love",
        "monkey",
        "dragon",
        "football",
        "baseball",
        "sunshine",
        "princess",
        "master",
        "shadow",
        "superman",
        "batman",
        "whatever",
        "trustno",
        "change",
        "changeme",
        "default",
        "test",
        "testing",
        "demo",
        "example",
        "temp",
        "temporary",
        "guest",
        "motdepasse",
        "bonjour",
        "azertyuiop",
        "soleil",
        "marhaba",
        "habibi",
        "salam",
        "allah",
        "manumit",
        "police",
        "border",
        "gate",
        "camp",
        "mission",
        "agency",
        "case",
        "worker",
        "officer",
        "supervisor",
        "unit",
        "united",
        "nations",
        "refugee",
        "protection",
        "spring",
        "summer",
        "autumn",
        "winter",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ]
)


def fold(text: str) -> str:
    """Return the text as the key derivation reads it (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def _pieces(text: str) -> list[str]:
    """Split into runs of letters; digits and signs separate."""
    run, runs = "", []
    for character in fold(text).casefold():
        if character.isalpha():
            run += character
        elif run:
            runs.append(run)
            run = ""
    return [*runs, run] if run else runs


def _covered(piece: str, words: frozenset[str]) -> bool:
    """Tell whether a run of letters is nothing but listed words put together."""
    reachable = [True] + [False] * len(piece)
    for end in range(1, len(piece) + 1):
        reachable[end] = any(reachable[start] and piece[start:end] in words for start in range(end))
    return reachable[-1]


def why_not(passphrase: str, own_words: Iterable[str] = ()) -> str:
    """Return why this cannot be a passphrase; "" when it can.

    `own_words` are words a guesser would know: the person's name, their unit, organisation.
    """
    text = fold(passphrase)
    if len(text) < MINIMUM:
        return "Use at least 15 characters. Four or five unrelated words work well."
    if len(text) > MAXIMUM:
        return "Use at most 256 characters."
    if len(set(text.casefold())) < 6:
        return "This repeats the same few characters. Use four or five unrelated words."
    words = COMMON | {piece for word in own_words for piece in _pieces(word)}
    pieces = _pieces(text)
    if all(_covered(piece, words) for piece in pieces):
        return (
            "This is made of very common words, or of your own name or unit, so it would be "
            "guessed early. Use four or five unrelated words."
        )
    return ""
