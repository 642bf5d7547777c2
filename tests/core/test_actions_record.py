"""The record: every act and refusal is a leaf; every change to the table is named."""

import json
from datetime import timedelta

import pytest

import make
from manumit.core import models, roles
from manumit.core.actions import accounts, acting, record

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_an_act_puts_the_ids_of_all_it_touched_on_the_record() -> None:
    home = make.organisation()
    unit = make.unit(organisation_=home)
    leaf = models.Leaf.objects.latest("seq")
    assert leaf.act == "account.manage"
    named = {str(o.object_id) for o in leaf.objects_named.all()}
    assert named == {str(home.id), str(unit.id)}


def test_a_refusal_rolls_back_and_is_recorded() -> None:
    worker = make.user(roles.Role.CASE_WORKER)
    before = models.Organisation.objects.count()
    with pytest.raises(acting.Refused, match="role"):
        accounts.create_organisation(by=make.actor(worker), at=make.AT, name="X", kind="NGO")
    assert models.Organisation.objects.count() == before
    leaf = models.Leaf.objects.latest("seq")
    assert (leaf.act, leaf.outcome, leaf.by) == ("account.manage", "refused", worker.id)


def test_an_action_takes_keywords_and_an_aware_time_only() -> None:
    with pytest.raises(TypeError):
        accounts.create_organisation(
            by=acting.SYSTEM, at=make.AT.replace(tzinfo=None), name="X", kind="NGO"
        )
    with pytest.raises(TypeError):
        accounts.create_organisation(acting.SYSTEM, make.AT)  # type: ignore[misc]


def test_an_untouched_record_verifies_and_checkpoints_hold() -> None:
    make.user()
    early = record.sign_checkpoint(at=make.AT)
    make.user()
    record.sign_checkpoint(at=make.AT + timedelta(hours=1))
    verdict = record.verify(witnessed=(early.text,))
    assert verdict.ok, verdict.problems
    assert verdict.size == models.Leaf.objects.count()
    assert verdict.checkpoints == 2


@pytest.mark.parametrize("attack", ["delete", "alter_column", "alter_body", "details", "head"])
def test_every_change_to_the_tables_is_named(attack: str) -> None:
    worker = make.user()
    with pytest.raises(acting.Refused):
        accounts.create_organisation(by=make.actor(worker), at=make.AT, name="X", kind="NGO")
    record.sign_checkpoint(at=make.AT)
    victim = models.Leaf.objects.get(seq=1)
    if attack == "delete":
        models.LeafObject.objects.filter(leaf=victim).delete()
        models.LeafDetail.objects.filter(leaf=victim).delete()
        victim.delete()
    elif attack == "alter_column":
        models.Leaf.objects.filter(seq=1).update(act="case.read")
    elif attack == "alter_body":
        models.Leaf.objects.filter(seq=1).update(body=bytes(victim.body).replace(b"done", b"gone"))
    elif attack == "details":
        models.LeafDetail.objects.update(details={"reason": "another"})
    else:
        models.RecordHead.objects.update(size=1)
        models.RecordHead.objects.update(frontier=(1).to_bytes(8, "big") + bytes(32))
    verdict = record.verify()
    assert not verdict.ok
    if attack in {"alter_column", "alter_body"}:
        assert "leaf 1" in " ".join(verdict.problems)


def test_a_rewritten_history_is_caught_by_a_witnessed_checkpoint() -> None:
    make.user()
    outside = record.sign_checkpoint(at=make.AT).text
    models.Checkpoint.objects.all().delete()
    models.LeafDetail.objects.all().delete()
    models.LeafObject.objects.all().delete()
    models.Leaf.objects.all().delete()
    models.RecordHead.objects.all().delete()
    make.organisation()
    assert record.verify().ok  # the insider's rewritten record looks fine from inside
    assert not record.verify(witnessed=(outside,)).ok


def test_details_can_be_erased_without_breaking_a_proof() -> None:
    worker = make.user()
    with pytest.raises(acting.Refused):
        accounts.create_organisation(by=make.actor(worker), at=make.AT, name="X", kind="NGO")
    models.LeafDetail.objects.all().delete()
    assert record.verify().ok


def test_time_on_the_record_never_runs_backwards() -> None:
    make.user()
    back = make.AT - timedelta(days=3)
    accounts.create_organisation(by=acting.SYSTEM, at=back, name="X", kind="NGO")
    leaf = models.Leaf.objects.latest("seq")
    assert leaf.at == make.AT
    assert json.loads(bytes(leaf.body))["clock"] == "2026-11-19T09:00:00.000000Z"
    assert record.verify().ok
