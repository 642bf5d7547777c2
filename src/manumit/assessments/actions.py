"""Writing an assessment down: begin, answer, settle.

These are called inside an action of the package that owns the subject: it has checked who may, and
puts the act on the record with the assessment among its objects.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from manumit.assessments import answers, models
from manumit.core import fields
from manumit.core.actions import acting, sealed
from manumit.core.models import Unit
from manumit.core.sealing import FieldClass
from manumit.indicators import engine, pack

Keys = Mapping[FieldClass, bytes]


def begin(
    *, by: acting.Actor, at: datetime, subject_id: UUID, unit: Unit, known: pack.Pack, keys: Keys
) -> models.Assessment:
    """Return the subject's open assessment with this pack, begun now if there is none.

    When the pack was corrected while a talk was paused, the assessment goes on with the new bytes.
    """
    found = (
        models.Assessment.objects.select_for_update(no_key=True)
        .filter(subject_id=subject_id, pack_id=known.id, status=models.Status.OPEN)
        .first()
    )
    if found:
        found.pack_version, found.pack_digest = known.version, known.digest
        return found
    assessment = models.Assessment(
        id=fields.new_id(),
        subject_id=subject_id,
        unit=unit,
        pack_id=known.id,
        pack_version=known.version,
        pack_digest=known.digest,
        by=by.person,
        started_at=at,
        seal_owner=subject_id,
    )
    sealed.write(assessment, {"answers": {}}, keys)
    assessment.save(force_insert=True)
    return assessment


def write_answers(
    *,
    by: acting.Actor,
    at: datetime,
    assessment: models.Assessment,
    known: pack.Pack,
    new: Mapping[str, str],
    keys: Keys,
) -> models.Assessment:
    """Put new answers to the old ones; raises Refused for one that the pack does not know."""
    del by, at  # the surrounding action records who and when
    if assessment.status != models.Status.OPEN:
        raise acting.Refused("This assessment is complete and cannot be changed any more.")
    try:
        given = answers.merge(known, read_answers(assessment, keys), new)
    except engine.BadAnswers as problem:
        raise acting.Refused(f"{problem.key}: {problem.cure}") from problem
    sealed.write(assessment, {"answers": answers.plain(given)}, keys)
    assessment.save()
    return assessment


def read_answers(assessment: models.Assessment, keys: Keys) -> dict[str, str]:
    """Return the answers, inside an action that records itself."""
    return dict(sealed.read(assessment, keys).get("answers") or {})


def settle(
    *,
    by: acting.Actor,
    at: datetime,
    assessment: models.Assessment,
    known: pack.Pack,
    context: engine.Context,
    keys: Keys,
) -> engine.Finding:
    """Weigh the answers and keep the coded result; the assessment is complete."""
    del by
    finding = weigh(known, read_answers(assessment, keys), context)
    assessment.outcome = finding.outcome
    assessment.possible_victim = finding.possible_victim
    assessment.urgent = finding.urgent
    assessment.status = models.Status.COMPLETE
    assessment.completed_at = at
    assessment.save()
    return finding


def weigh(known: pack.Pack, given: Mapping[str, str], context: engine.Context) -> engine.Finding:
    """Return what the pack says about answers that are known to fit it."""
    return engine.find(known, answers.merge(known, given, {}), context)
