"""Writes happen in actions, so that each has an actor, a time and a leaf on the record."""

import ast

import pytest

from meta import source

WRITES = frozenset(
    {
        *("save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update"),
        *("delete", "asave", "acreate", "adelete", "aupdate", "abulk_create", "select_for_update"),
    }
)
QUERY = frozenset({"filter", "exclude", "all", "objects", "order_by", "live", "select_related"})


# Calls that look like a write and are none, each with its reason.
ALLOWED = {
    "cli/demo: connection.cursor": "sets a pragma for the time in which fictional people are made",
    "core/workbook: excel_writer.save": "a workbook into memory",
    "core/pictures: picture.save": "a picture into memory",
}


def _of_a_query(node: ast.expr) -> bool:
    """Tell whether a chain of attributes and calls goes through a manager or query."""
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Attribute):
            if node.attr in QUERY:
                return True
            node = node.value
        else:
            node = node.func
    return False


def writes(tree: ast.AST) -> list[str]:
    """Name each call that writes rows: by its word, or `update` on a query or by keywords."""
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        word, receiver = node.func.attr, node.func.value
        if ast.unparse(receiver).endswith("session"):
            continue  # the framework's own: an account's id and times
        keywords_alone = bool(node.keywords) and not node.args
        if (
            word in WRITES
            or word == "cursor"
            or (word == "update" and (keywords_alone or _of_a_query(receiver)))
        ):
            found.append(f"{ast.unparse(node.func)} in line {node.lineno}")
    return found


def _watched() -> list[source.Module]:
    return [m for m in source.modules() if not m.acts and "migrations" not in m.parts]


@pytest.mark.parametrize("module", _watched(), ids=lambda m: m.name)
def test_nothing_else_writes(module: source.Module) -> None:
    found = {f"{module.name}: {w.split(' in ')[0]}" for w in writes(module.tree)}
    assert found - set(ALLOWED) == set()


def test_each_exception_is_still_needed() -> None:
    assert set(ALLOWED) <= {
        f"{m.name}: {w.split(' in ')[0]}" for m in _watched() for w in writes(m.tree)
    }


@pytest.mark.parametrize(
    "offence",
    [
        "case.save()",
        "models.Case.objects.create(name='x')",
        "models.Case.objects.filter(id=1).update(state='x')",
        "Case.objects.all().delete()",
        "row.update(state='x')",
        "models.Case.objects.bulk_create(rows)",
        "with connection.cursor() as c: c.execute('DELETE')",
    ],
)
def test_the_rule_bites(offence: str) -> None:
    assert writes(ast.parse(offence))


def test_what_looks_alike_is_let_be() -> None:
    assert writes(ast.parse("seen.update(names)\ndigest.update(chunk)\nform.is_valid()")) == []
