"""The product's own source as syntax trees, for the rules that no linter knows."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "manumit"
MAY_KNOW_DJANGO = frozenset({"models", "fields", "actions", "forms", "views"})
ALSO_MAY = frozenset({"web", "cli", "migrations"})


@dataclass(frozen=True)
class Module:
    """One file: its dotted parts below `manumit`, and its text."""

    parts: tuple[str, ...]
    text: str

    @property
    def name(self) -> str:
        return "/".join(self.parts)

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def may_know_django(self) -> bool:
        """Tell whether its own name, or a package it lies in, is one of the five."""
        return (
            bool(set(self.parts) & MAY_KNOW_DJANGO)
            or bool({*self.parts[:1]} & ALSO_MAY)
            or ("migrations" in self.parts)
        )

    @property
    def acts(self) -> bool:
        return "actions" in self.parts


def modules() -> list[Module]:
    """Return every module of the product."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found.append(Module(parts, path.read_text(encoding="utf-8")))
    assert len(found) > 50, "the scan finds the product's files"
    return found


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each imported dotted name with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                yield node.lineno, f"{node.module}.{name.name}"


def called(node: ast.Call) -> str:
    """Return the last word of what is called: `save` for `row.save()`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def layers() -> list[frozenset[str]]:
    """Return the layers of the import contract, highest first."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return [
        frozenset(name.strip() for name in layer.replace("|", ":").split(":"))
        for layer in told["contracts"][0]["layers"]
    ]
