"""The small language in which a pack says which facts are a sign.

``payers >= limit:payers and dwell_median_hours <= 48``

Names are facts (numbers that were measured), ``limit:name`` is one of the pack's own limits, which may
differ by country; a fact may be multiplied by a number (``0.5 * in_minor``). ``and`` binds closer than
``or``; ``not`` closest. A fact that is not known makes a comparison unknown, and unknown is carried as
in SQL (Kleene's three values), so that the two interpreters say the same: yes, no, or unknown.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<word>[a-z][a-z0-9_]*(?::[a-z][a-z0-9_]*)?)"
    r"|(?P<mark>>=|<=|!=|==|>|<|\*|\(|\)))"
)
_DEEPEST = 20
OPERATORS = (">=", "<=", "!=", "==", ">", "<")
_WORDS = frozenset({"and", "or", "not", "limit"})

Value: TypeAlias = int | float | None
"""A measured fact; None where it is not known."""


class BadMeasure(ValueError):  # noqa: N818
    """A measure that cannot be read: says where."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the pack."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Fact:
    """A measured fact, times a factor."""

    name: str
    factor: int | float = 1


@dataclass(frozen=True, slots=True)
class Limit:
    """One of the pack's limits, by name."""

    name: str


Operand: TypeAlias = Number | Fact | Limit


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison; unknown where a side is."""

    left: Operand
    operator: str
    right: Operand


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


Node: TypeAlias = Comparison | Not | All | Either


def parse(text: str) -> Node:
    """Read a measure; raises BadMeasure with the column of the fault."""
    tokens = list(_tokens(text))
    node, at = _either(tokens, 0, 0)
    if at < len(tokens):
        raise BadMeasure(f'column {tokens[at][1]}: "{tokens[at][0]}" was not expected here')
    return node


def comparisons(node: Node) -> Iterator[Comparison]:
    """Walk over every comparison."""
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, Not):
        yield from comparisons(node.part)
    else:
        for part in node.parts:
            yield from comparisons(part)


def facts(node: Node) -> frozenset[str]:
    """Name the facts that a measure asks for."""
    sides = (side for each in comparisons(node) for side in (each.left, each.right))
    return frozenset(side.name for side in sides if isinstance(side, Fact))


def limits(node: Node) -> frozenset[str]:
    """Name the limits that a measure asks for."""
    sides = (side for each in comparisons(node) for side in (each.left, each.right))
    return frozenset(side.name for side in sides if isinstance(side, Limit))


def holds(node: Node, known: Mapping[str, Value], limit: Mapping[str, Value]) -> bool | None:
    """Say whether a measure holds; None when that is not known."""
    if isinstance(node, Comparison):
        return _compare(node, known, limit)
    if isinstance(node, Not):
        inner = holds(node.part, known, limit)
        return None if inner is None else not inner
    values = [holds(part, known, limit) for part in node.parts]
    decisive = isinstance(node, Either)
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def support(
    node: Node, known: Mapping[str, Value], limit: Mapping[str, Value]
) -> Iterator[Comparison]:
    """Walk over the comparisons on which a measure that holds rests."""
    if isinstance(node, Either):
        for part in node.parts:
            if holds(part, known, limit):
                yield from support(part, known, limit)
    elif isinstance(node, All):
        for part in node.parts:
            yield from support(part, known, limit)
    else:
        yield from comparisons(node)


def sql(node: Node, limit: Mapping[str, Value]) -> str:
    """Give the same as a SQL condition over columns named like the facts."""
    if isinstance(node, Comparison):
        operator = {"==": "=", "!=": "<>"}.get(node.operator, node.operator)
        return f"{_side_sql(node.left, limit)} {operator} {_side_sql(node.right, limit)}"
    if isinstance(node, Not):
        return f"NOT ({sql(node.part, limit)})"
    word = " AND " if isinstance(node, All) else " OR "
    return "(" + word.join(sql(part, limit) for part in node.parts) + ")"


def words(side: Operand) -> str:
    """Write one side as in the pack."""
    if isinstance(side, Number):
        return str(side.value)
    if isinstance(side, Limit):
        return f"limit:{side.name}"
    return side.name if side.factor == 1 else f"{side.factor} * {side.name}"


def side_value(side: Operand, known: Mapping[str, Value], limit: Mapping[str, Value]) -> Value:
    """Give the number that one side of a comparison stands for."""
    if isinstance(side, Number):
        return side.value
    if isinstance(side, Limit):
        return limit.get(side.name)
    value = known.get(side.name)
    if value is None or side.factor == 1:
        return value
    return float(side.factor) * float(value)


def _compare(
    node: Comparison, known: Mapping[str, Value], limit: Mapping[str, Value]
) -> bool | None:
    left, right = side_value(node.left, known, limit), side_value(node.right, known, limit)
    if left is None or right is None:
        return None
    order = (left > right) - (left < right)
    return {
        ">=": order >= 0,
        "<=": order <= 0,
        ">": order > 0,
        "<": order < 0,
        "==": order == 0,
        "!=": order != 0,
    }[node.operator]


def _side_sql(side: Operand, limit: Mapping[str, Value]) -> str:
    if isinstance(side, Fact):
        if side.factor == 1:
            return f'"{side.name}"'
        return f'CAST({side.factor} AS DOUBLE) * CAST("{side.name}" AS DOUBLE)'
    value = side.value if isinstance(side, Number) else limit.get(side.name)
    if value is None:
        return "CAST(NULL AS DOUBLE)"
    return str(value) if isinstance(value, int) else f"CAST({value!r} AS DOUBLE)"


_Tokens = list[tuple[str, int, str]]


def _tokens(text: str) -> Iterator[tuple[str, int, str]]:
    at, end = 0, len(text.rstrip())
    if not end:
        raise BadMeasure("the measure is empty")
    while at < end:
        found = _TOKEN.match(text, at)
        if not found:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise BadMeasure(f"column {at + 1}: cannot read {text[at : at + 12]!r}")
        kind = found.lastgroup or "mark"
        yield found.group(kind), found.start(kind) + 1, kind
        at = found.end()


def _either(tokens: _Tokens, at: int, depth: int) -> tuple[Node, int]:
    part, at = _all(tokens, at, depth)
    parts = [part]
    while at < len(tokens) and tokens[at][0] == "or":
        part, at = _all(tokens, at + 1, depth)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else Either(tuple(parts))), at


def _all(tokens: _Tokens, at: int, depth: int) -> tuple[Node, int]:
    part, at = _single(tokens, at, depth)
    parts = [part]
    while at < len(tokens) and tokens[at][0] == "and":
        part, at = _single(tokens, at + 1, depth)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else All(tuple(parts))), at


def _single(tokens: _Tokens, at: int, depth: int) -> tuple[Node, int]:
    if at >= len(tokens):
        raise BadMeasure("the measure ends too early")
    if depth > _DEEPEST:
        raise BadMeasure(f"more than {_DEEPEST} brackets or nots inside each other")
    word, column, _ = tokens[at]
    if word == "not":
        part, at = _single(tokens, at + 1, depth + 1)
        return Not(part), at
    if word == "(":
        node, at = _either(tokens, at + 1, depth + 1)
        if at >= len(tokens) or tokens[at][0] != ")":
            raise BadMeasure(f"column {column}: this bracket is never closed")
        return node, at + 1
    left, at = _operand(tokens, at)
    if at >= len(tokens) or tokens[at][0] not in OPERATORS:
        raise BadMeasure(f'column {column}: "{word}" is compared with nothing')
    operator = tokens[at][0]
    right, at = _operand(tokens, at + 1)
    return Comparison(left, operator, right), at


def _operand(tokens: _Tokens, at: int) -> tuple[Operand, int]:
    if at >= len(tokens):
        raise BadMeasure("the measure ends too early")
    word, column, kind = tokens[at]
    if kind == "number":
        number = float(word) if "." in word else int(word)
        if at + 1 < len(tokens) and tokens[at + 1][0] == "*":
            return _product(tokens, at + 2, number)
        return Number(number), at + 1
    name, _, detail = word.partition(":")
    if kind == "mark" or (name in _WORDS and not (name == "limit" and detail)):
        raise BadMeasure(f'column {column}: "{word}" was not expected here')
    if detail and name != "limit":
        raise BadMeasure(f'column {column}: "{word}" is neither a fact nor a limit')
    return (Limit(detail) if detail else Fact(name)), at + 1


def _product(tokens: _Tokens, at: int, factor: int | float) -> tuple[Operand, int]:
    side, after = _operand(tokens, at)
    if not isinstance(side, Fact):
        raise BadMeasure(f"column {tokens[at][1]}: only a fact can be multiplied")
    return Fact(side.name, factor), after


# What reading puts in place of a measure that was refused, while the rest of a pack is read.
UNREAD: Node = Comparison(Number(0), "==", Number(1))
