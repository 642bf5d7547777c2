"""The five answers, and what must be known about a person before answers can be weighed.

Age follows the Palermo Protocol art. 3(c)-(d): a child is anyone under 18, and for a child no
deception or force needs to be shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

ADULT_AT = 18
OLDEST = 130


class Answer(StrEnum):
    """What was said or seen for one indicator; "observed" counts as yes and is shown apart."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    DECLINED = "declined"
    OBSERVED = "observed"

    @property
    def counts(self) -> bool:
        """Say whether this answer is a sign; unknown and declined are not, but are shown."""
        return self in SIGNS


SIGNS = frozenset({Answer.YES, Answer.OBSERVED})


class BadAnswers(ValueError):  # noqa: N818
    """Answers or context that cannot be weighed: names the key and the cure."""

    def __init__(self, key: str, problem: str, cure: str) -> None:
        super().__init__(f"{key}: {problem} Cure: {cure}")
        self.key = key
        self.problem = problem
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Context:
    """Who is asked: age in full years at the time of the events, and tags set by the officer.

    `minor` is for people whose exact age is not known: True when they are, or are treated as, under
    18. An age under 18 always wins over `minor=False`; `minor=True` always wins over a higher age,
    because a person whose age is in doubt is presumed to be a child (CETS 197 art. 10(3)).
    """

    age: int | None = None
    minor: bool | None = None
    tags: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if self.age is not None and not 0 <= self.age <= OLDEST:
            raise BadAnswers(
                "age", f"{self.age} is not an age.", f"Give full years, 0 to {OLDEST}."
            )

    @property
    def is_minor(self) -> bool | None:
        """Say whether the child rule applies; None when nothing is known about the age."""
        if self.minor or (self.age is not None and self.age < ADULT_AT):
            return True
        return None if self.age is None and self.minor is None else False

    def years(self) -> tuple[int, int]:
        """Give the youngest and the oldest age this person may have."""
        youngest = 0 if self.age is None or self.minor else self.age
        oldest = OLDEST if self.age is None else self.age
        if self.age is None and self.minor:
            oldest = ADULT_AT - 1
        if self.age is None and self.minor is False:
            youngest = ADULT_AT
        return youngest, oldest


def read(raw: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, Answer]:
    """Turn words into answers; raises BadAnswers for an indicator or a word that is not known."""
    answers: dict[str, Answer] = {}
    for key, value in raw.items():
        if key not in known:
            close = get_close_matches(key, known, n=1)
            hint = f'Did you mean "{close[0]}"?' if close else "Leave it out, or use another pack."
            raise BadAnswers(key, "the pack has no such indicator.", hint)
        try:
            answers[key] = Answer(value)
        except ValueError:
            words = ", ".join(Answer)
            raise BadAnswers(key, f"{value!r} is not an answer.", f"Use one of: {words}.") from None
    return answers


def read_context(raw: Mapping[str, Any]) -> Context:
    """Turn a mapping with age, minor and tags into a context; raises BadAnswers."""
    for key in raw.keys() - {"age", "minor", "tags"}:
        raise BadAnswers(f"context.{key}", "not a part of the context.", "Use age, minor, tags.")
    age, minor, tags = raw.get("age"), raw.get("minor"), raw.get("tags") or []
    if age is not None and (isinstance(age, bool) or not isinstance(age, int)):
        raise BadAnswers("context.age", f"{age!r} is not a whole number.", "Give full years.")
    if minor is not None and not isinstance(minor, bool):
        raise BadAnswers("context.minor", f"{minor!r} is not true or false.", "Use true, false.")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise BadAnswers("context.tags", "not a list of words.", 'Write tags like ["no_act"].')
    return Context(age=age, minor=minor, tags=frozenset(tags))
