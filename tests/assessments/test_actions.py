"""One record for every use of a pack."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

import make
from manumit.assessments import actions
from manumit.assessments.models import Assessment
from manumit.core.actions import acting, sealed
from manumit.core.sealing import FieldClass
from manumit.indicators import engine, pack

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
PACK = pack.load_all()["urgent-needs"]
ADULT = engine.Context(minor=False)


@pytest.fixture
def begun():
    by = make.actor(make.user())
    subject = uuid.uuid4()
    keys = sealed.create_keys(
        by=by, at=AT, object_id=subject, classes=[FieldClass.SCREENING], units=[by.unit]
    )

    def begin():
        return actions.begin(by=by, at=AT, subject_id=subject, unit=by.unit, known=PACK, keys=keys)

    return by, keys, begin


def test_one_open_assessment_per_subject_and_pack(begun):
    _, _, begin = begun
    first = begin()
    assert begin().id == first.id
    assert first.pack_digest == PACK.digest
    assert first.seal_owner == first.subject_id


def test_answers_are_sealed_and_read_back(begun):
    by, keys, begin = begun
    row = actions.write_answers(
        by=by, at=AT, assessment=begin(), known=PACK, new={"un_hurt": "yes"}, keys=keys
    )
    row.refresh_from_db()
    assert b"un_hurt" not in row.answers
    assert actions.read_answers(row, keys) == {"un_hurt": "yes"}


def test_settling_keeps_the_coded_result_and_closes(begun):
    by, keys, begin = begun
    row = actions.write_answers(
        by=by, at=AT, assessment=begin(), known=PACK, new={"un_hurt": "observed"}, keys=keys
    )
    finding = actions.settle(by=by, at=AT, assessment=row, known=PACK, context=ADULT, keys=keys)
    assert finding.urgent
    assert (row.status, row.outcome, row.urgent) == ("complete", finding.outcome, True)
    assert not row.possible_victim
    with pytest.raises(acting.Refused, match="complete"):
        actions.write_answers(by=by, at=AT, assessment=row, known=PACK, new={}, keys=keys)
    assert begin().id != row.id  # a later one is another record


def test_a_refusal_names_the_question_and_not_what_was_said(begun):
    by, keys, begin = begun
    with pytest.raises(acting.Refused) as refused:
        actions.write_answers(
            by=by, at=AT, assessment=begin(), known=PACK, new={"un_hurt": "canary"}, keys=keys
        )
    assert "un_hurt" in refused.value.reason
    assert "canary" not in refused.value.reason


def test_the_database_refuses_what_must_never_be(begun):
    _, _, begin = begun
    row = begin()
    wrong = [{"status": "complete"}, {"status": "lost"}]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Assessment.objects.filter(pk=row.pk).update(**values)
    row.pk = uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_assessments_of_a_subject_in_order(begun):
    by, keys, begin = begun
    row = begin()
    other = pack.load_all()["conflict-context"]
    later = actions.begin(
        by=by,
        at=AT + timedelta(hours=1),
        subject_id=row.subject_id,
        unit=by.unit,
        known=other,
        keys=keys,
    )
    assert list(Assessment.objects.about([row.subject_id])) == [row, later]
