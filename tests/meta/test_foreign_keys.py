"""A foreign key is an import in the database: it points down, or sideways inside its package."""

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
