"""What a backup carries: every table or a reason why not, and every value it may meet."""

import pytest
from django.apps import apps
from django.db import models as db_models

import casework
from manumit.core import tablerows
from manumit.core.actions import acting, backups
from manumit.core.models import DestroyedWrap, KeyWrap

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_every_table_is_carried_or_left_out_for_a_reason():
    every = {m._meta.label for m in apps.get_models(include_auto_created=True) if m._meta.managed}
    carried = {m._meta.label for m in backups.tables()}
    assert carried | set(backups.LEFT_OUT) == every
    assert carried & set(backups.LEFT_OUT) == set()
    assert all(backups.LEFT_OUT.values())
    assert {"core.KeyWrap", "core.DestroyedWrap", "core.Leaf", "cases.Case"} <= carried


def test_every_row_of_every_table_is_told_and_read_back():
    world = casework.World()
    row = world.sent()
    world.erased(world.taken(name="Noor Example"))
    assert DestroyedWrap.objects.exists()
    filled = 0
    for model in backups.tables():
        names = backups.columns(model)
        fields = model._meta.concrete_fields
        structured = [isinstance(f, db_models.JSONField) for f in fields]
        for line in backups.told(model, backups.home(model)):
            values = tablerows.values(line)
            assert tablerows.line(values, structured) == line
            again = model(**dict(zip(names, values, strict=True)))
            assert model._base_manager.filter(pk=again.pk).exists()
            filled += 1
    assert filled > 200
    assert KeyWrap.objects.filter(object_id=row.id).exists()


def test_a_person_cannot_make_a_backup_by_the_action():
    officer = casework.World().dpo
    with pytest.raises(acting.Refused, match="role"):
        backups.make(out=None, by=officer, at=casework.AT, recipients=())
