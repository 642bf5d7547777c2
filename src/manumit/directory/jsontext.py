"""JSON from outside: what may be looked at further, and what is refused before anybody does.

A text that nests without end, numbers of a thousand digits, halves of characters and the zero
character each stop a reader, an encoder or a database later on, far from the cause.
"""

import json
import math
from typing import Any

MOST_DEEP = 60  # the deepest file that is known nests twelve levels
_LARGEST = 10**18


class Broken(ValueError):  # noqa: N818 (it names the text, not a fault of ours)
    """A text that cannot be taken; says in which line (from 1), why, and how to put it right."""

    def __init__(self, line: int, reason: str, cure: str) -> None:
        super().__init__(f"{reason} {cure}")
        self.line, self.reason, self.cure = line, reason, cure


def load(text: str) -> Any:
    """Return the document in a text; raises Broken."""
    try:
        made = json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"The JSON breaks off: {error.msg}."
        raise Broken(error.lineno, reason, "Get the file again.") from None
    except (RecursionError, ValueError):
        reason = "It nests too deep, or a number in it is too long."
        raise Broken(1, reason, "Get the file again.") from None
    reason = _why_not(made)
    if reason:
        raise Broken(1, reason, "Get the file again.")
    return made


def _why_not(document: Any) -> str:
    """Walk through without calling itself, so that no depth can stop it."""
    level = [document]
    for _ in range(MOST_DEEP):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += [*item, *item.values()]
            elif isinstance(item, list):
                below += item
            elif reason := _why_not_one(item):
                return reason
        if not below:
            return ""
        level = below
    return "It nests too deep."


def _why_not_one(item: Any) -> str:
    if isinstance(item, str):
        return "" if is_text(item) else "It holds a character that no text can have."
    if isinstance(item, float) and not math.isfinite(item):
        return "A number in it is none, or has no end."
    if isinstance(item, int) and abs(item) > _LARGEST:
        return "A number in it is too long."
    return ""


def is_text(text: str) -> bool:
    """Tell whether every database can keep this: no zero character, no half of a character."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
