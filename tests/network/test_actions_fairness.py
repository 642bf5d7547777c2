"""Counting by group: what is kept names nobody and holds no small number."""

import json

import pytest

import make
from manumit.core import models as core_models
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.network import models
from manumit.network.actions import claiming, entering, fairness
from manumit.network.fairness import Measure
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_a_run_keeps_protected_counts_that_the_auditor_reads_without_a_key():
    by = standing.investigator()
    register = standing.register(by.unit, by)
    source = standing.source(by)
    for number in range(24):
        says = {"name": [f"Test Person {number}"], "nationality": ["sy" if number < 21 else "fr"]}
        made = entering.add_entity(by=by, at=make.AT, schema="Person", says=says, source=source)
        for claim in made.claims.all():
            claiming.accept(by=by, at=make.AT, claim=claim)
        if number < 12:
            models.Hit.objects.create(
                register=register, entity=made, blind=bytes([number] * 16), score=90,
                state="proposed", at=make.AT, seal_owner=register.id,
            )  # fmt: skip
    run = fairness.run(by=by, at=make.AT)
    assert fairness.of_plain(run.counts["whole"]).found[Measure.HITS] == 12
    scripts = [fairness.of_plain(row) for row in run.counts["by"]["script"]]
    assert [(row.group, row.people) for row in scripts] == [("LATIN", 24)]
    nations = {row["group"]: row["people"] for row in run.counts["by"]["nationality"]}
    assert nations == {"SY": None, "FR": None}
    assert "Test Person" not in json.dumps(run.counts)
    auditor = make.user(Role.AUDITOR)
    assert list(models.FairnessRun.objects.visible_to(auditor, "fairness.read")) == [run]
    assert core_models.Leaf.objects.filter(act="open", by=by.user.id).exists()
    with pytest.raises(acting.Refused):
        fairness.run(by=make.actor(auditor), at=make.AT)
