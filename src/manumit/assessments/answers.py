"""Putting what was just answered to what was answered before.

The newest word on a question counts; an empty answer takes the old one back. What has to be true of
an answer at all is decided by the pack (`indicators.answers`).
"""

from collections.abc import Mapping

from manumit.indicators import answers, pack


def merge(
    known: pack.Pack, before: Mapping[str, str], new: Mapping[str, str]
) -> dict[str, answers.Answer]:
    """Return all answers, in the pack's order; raises `indicators.answers.BadAnswers`.

    `new` may hold "" for a question whose answer is taken back. What was answered before to a question
    that the pack no longer has is left out.
    """
    together = {name: given for name, given in before.items() if name in known.by_id} | dict(new)
    kept = {name: value for name, value in together.items() if value != ""}
    read = answers.read(kept, tuple(known.by_id))
    return {name: read[name] for name in known.by_id if name in read}


def plain(given: Mapping[str, answers.Answer]) -> dict[str, str]:
    """Return answers as text, for sealing."""
    return {name: answer.value for name, answer in given.items()}
