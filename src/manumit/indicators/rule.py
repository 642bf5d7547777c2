"""The small language in which a pack says when an outcome holds.

``exploitation and (minor or ((deceptive_recruitment or coercive_recruitment) and coercion))``

Names are dimensions (``exploitation``: its own rule is met; ``signs:several``: the rule named
"several" is met by that dimension's counts), facts about the person (``minor``, ``adult``,
``age_unknown``), tags (``tag:no_act``) and ``always``. ``and`` binds closer than ``or``; ``not``
closest. There is nothing else: a condition cannot call, count or compute.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

FACTS = ("minor", "adult", "age_unknown", "always")
RESERVED = frozenset({*FACTS, "and", "or", "not", "tag"})
_TOKEN = re.compile(r"\s*(?:(?P<word>[a-z][a-z0-9_]*(?::[a-z][a-z0-9_]*)?)|(?P<mark>[()]))")
_DEEPEST = 20


class BadRule(ValueError):  # noqa: N818
    """A condition that cannot be read: says where."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One name: a dimension (with or without a rule of its own), a fact, or a tag."""

    name: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.detail}" if self.detail else self.name


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part does."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Holds when at least one part does."""

    parts: tuple["Node", ...]


Node: TypeAlias = Atom | Not | All | Either


UNREAD = Atom("")
"""Stands in for a condition that was refused, while the rest of a pack is read."""


def parse(text: str) -> Node:
    """Read a condition; raises BadRule with the column of the fault."""
    tokens = list(_tokens(text))
    node, at = _either(tokens, 0, 0)
    if at < len(tokens):
        word, column = tokens[at]
        raise BadRule(f'column {column}: "{word}" was not expected here')
    return node


def atoms(node: Node) -> Iterator[Atom]:
    """Walk over every name in a condition."""
    if isinstance(node, Atom):
        yield node
    elif isinstance(node, Not):
        yield from atoms(node.part)
    else:
        for part in node.parts:
            yield from atoms(part)


def holds(node: Node, truth: Callable[[Atom], bool]) -> bool:
    """Say whether a condition holds, given the truth of each name."""
    if isinstance(node, Atom):
        return truth(node)
    if isinstance(node, Not):
        return not holds(node.part, truth)
    if isinstance(node, All):
        return all(holds(part, truth) for part in node.parts)
    return any(holds(part, truth) for part in node.parts)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    at, end = 0, len(text.rstrip())
    if not end:
        raise BadRule("the condition is empty")
    while at < end:
        found = _TOKEN.match(text, at)
        if not found:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise BadRule(f"column {at + 1}: cannot read {text[at : at + 12]!r}")
        yield found.group(found.lastgroup or 0), found.start(found.lastgroup or 0) + 1
        at = found.end()


def _either(tokens: list[tuple[str, int]], at: int, depth: int) -> tuple[Node, int]:
    part, at = _all(tokens, at, depth)
    parts = [part]
    while at < len(tokens) and tokens[at][0] == "or":
        part, at = _all(tokens, at + 1, depth)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else Either(tuple(parts))), at


def _all(tokens: list[tuple[str, int]], at: int, depth: int) -> tuple[Node, int]:
    part, at = _single(tokens, at, depth)
    parts = [part]
    while at < len(tokens) and tokens[at][0] == "and":
        part, at = _single(tokens, at + 1, depth)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else All(tuple(parts))), at


def _single(tokens: list[tuple[str, int]], at: int, depth: int) -> tuple[Node, int]:
    if at >= len(tokens):
        raise BadRule("the condition ends too early")
    if depth > _DEEPEST:
        raise BadRule(f"more than {_DEEPEST} brackets or nots inside each other")
    word, column = tokens[at]
    if word == "not":
        part, at = _single(tokens, at + 1, depth + 1)
        return Not(part), at
    if word == "(":
        node, at = _either(tokens, at + 1, depth + 1)
        if at >= len(tokens) or tokens[at][0] != ")":
            raise BadRule(f"column {column}: this bracket is never closed")
        return node, at + 1
    if word in {")", "and", "or"}:
        raise BadRule(f'column {column}: "{word}" was not expected here')
    name, _, detail = word.partition(":")
    return Atom(name, detail), at + 1
