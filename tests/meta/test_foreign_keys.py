"""A foreign key is an import in the database: it points down, or sideways inside its package."""

import ast

import pytest
from django.apps import apps
from django.db import models

from meta import source

LAYERS = source.layers()


def height(package: str) -> int:
    """Return how high a package lies; what is not ours lies at the bottom."""
    for number, layer in enumerate(LAYERS):
        if package in layer:
            return len(LAYERS) - number
    return 0


def _package(model: type[models.Model]) -> str:
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "manumit" else ""


def points_up(holder: str, target: str) -> bool:
    """Tell whether a key from one package to another breaks the rule."""
    return holder != target and height(target) >= height(holder)


OURS = [m for m in apps.get_models() if _package(m)]


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_foreign_keys_point_down(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey):
            target = field.remote_field.model
            assert not points_up(_package(model), _package(target)), field
            assert getattr(target, "database", "default") == getattr(
                model, "database", "default"
            ), f"{field} crosses databases"
        assert not isinstance(field, models.ManyToManyField), (
            f"{field}: a link is a model of its own"
        )


def test_the_rule_bites() -> None:
    assert points_up("core", "cases")
    assert points_up("directory", "cases")
    assert not points_up("cases", "directory")
    assert not points_up("cases", "")
    assert 0 < height("core") < height("cases") < height("web")


# --- a row that is held stops nobody who only points at it -----------------------------------------
def holding_too_much(module: source.Module) -> list[int]:
    """Return the lines that lock a row more than an act needs.

    A plain FOR UPDATE also waits for every key that points at the row, and these are looked at when a
    transaction ends, with the head of the record in its hands: two acts then wait for each other.
    """
    return [
        node.lineno
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and source.called(node) == "select_for_update"
        and "no_key" not in {word.arg for word in node.keywords}
    ]


def test_rows_are_held_without_their_key() -> None:
    assert [(m.name, lines) for m in source.modules() if (lines := holding_too_much(m))] == []


def test_a_row_that_is_held_with_its_key_is_found() -> None:
    careless = source.Module(("x",), "Case.objects.select_for_update(of=('self',)).get()")
    assert holding_too_much(careless) == [1]
