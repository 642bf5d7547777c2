"""Each finding of a peer names tests of ours; the tests are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security-tests.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_the_test_is_there(file: str, test: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert not test or test in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}


def test_every_finding_is_spoken_of() -> None:
    spoken = {int(a) for a in re.findall(r"\b(0\d\d)\b", TEXT)} | set(range(35, 39))
    assert spoken >= set(range(1, 44))
