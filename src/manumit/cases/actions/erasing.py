"""Erasing: the steps inside an action. A key is destroyed first; what it opened is emptied after.

Which rows belong to a case is asked of the models themselves (a foreign key named `case` or
`screening`, or one to a row that has it), so that a new table is erased without anybody remembering
to add it here; a test holds that.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction

from manumit.cases import consent, door, needs, referral
from manumit.cases import status as rules
from manumit.cases.actions import clocks, consents, doorkeys, tracing
from manumit.cases.models import Case, Membership, Referral, Screening
from manumit.core import fields
from manumit.core.actions import acting, names, sealed
from manumit.core.models import KeyWrap, NameSegment
from manumit.core.sealing import FieldClass

_AT_ONCE = 200


def sealed_columns(
    model: type[models.Model], classes: Iterable[FieldClass] | None = None
) -> list[str]:
    """Return the names of a model's sealed columns, of some classes or of all."""
    wanted = set(FieldClass) if classes is None else set(classes)
    found = [f for f in model._meta.concrete_fields if isinstance(f, fields.SealedField)]
    return [f.name for f in found if f.field_class in wanted]


def paths(model: type[models.Model], to: type[models.Model]) -> list[str]:
    """Return how a model's rows lead to a case or talk: `case`, or `course__case`."""
    if model is to:
        return ["pk"]
    found = []
    for field in model._meta.concrete_fields:
        target = field.related_model
        if not isinstance(target, type):
            continue
        if target is to and (to is Case or field.name == "screening"):
            found.append(field.name)
        elif target is not model and target._meta.app_label == "cases" and target is not Case:
            inner = [f for f in target._meta.concrete_fields if f.related_model is to]
            found += [f"{field.name}__{f.name}" for f in inner if f.name in ("case", "screening")]
    return found


def tied(about: Case | Screening) -> Iterator[models.QuerySet[models.Model]]:
    """Yield, table by table, the rows that belong to this case or talk, itself included."""
    for model in apps.get_models():
        if model.__module__.startswith("manumit.") and not hasattr(model, "database"):
            wanted = models.Q()
            for path in paths(model, type(about)):
                wanted |= models.Q(**{path: about.pk})
            if wanted:
                yield model._base_manager.filter(wanted)


def own_ids(about: Case | Screening) -> set[UUID]:
    """Return every identifier under which a key of this case or talk may stand."""
    found = {about.pk}
    for rows in tied(about):
        found |= {i for i in rows.values_list("pk", flat=True) if isinstance(i, UUID)}
    if isinstance(about, Case) and about.screening is not None:
        found |= own_ids(about.screening)
    return found


def destroy(about: Case | Screening, classes: Iterable[FieldClass] | None = None) -> int:
    """Destroy the keys of a case or talk, of some classes or all, and empty what they opened.

    Returns how many wraps there were. Keys that others share (a group's) stay; the row is emptied.
    """
    wanted = None if classes is None else list(classes)
    ids = sorted(own_ids(about))
    wraps = 0
    for start in range(0, len(ids), _AT_ONCE):
        there = KeyWrap.objects.filter(object_id__in=ids[start : start + _AT_ONCE])
        for object_id in set(there.values_list("object_id", flat=True)):
            wraps += sealed.destroy_keys(object_id=object_id, classes=wanted)
    for rows in tied(about):
        _empty(rows, wanted)
    if isinstance(about, Case) and about.screening is not None:
        for rows in tied(about.screening):
            _empty(rows, wanted)
    for model in apps.get_models():
        if sealed_columns(model) and model is not NameSegment:
            _empty(model._base_manager.filter(seal_owner__in=ids), wanted)
    return wraps


def _empty(rows: models.QuerySet[models.Model], classes: Iterable[FieldClass] | None) -> None:
    columns = sealed_columns(rows.model, classes)
    if not columns or not rows.exists():
        return
    try:
        with transaction.atomic():
            rows.order_by().update(**dict.fromkeys(columns))
    except IntegrityError:
        # A rule of the table wants something to stand there. Its key is gone, so nothing opens it.
        return


def erase(*, by: acting.Actor, at: datetime, case: Case, reason: needs.CloseReason) -> int | None:
    """Erase a person, inside an action: every key of the case, its talk and its letters; the names.

    What stays are coded facts and the record's proofs, neither of which tells who it was. Returns
    up to which piece the unit's name index has to be rewritten.
    """
    for row in case.referrals.all():
        if row.state in {s.value for s in referral.OPEN}:
            consents.end_referral_by_withdrawal(at=at, row=row)
    doorkeys.end(case=case, at=at, because=door.Closed.ERASED, erase=True)
    clocks.stop(case=case, act="erase_case", at=at)
    tracing.take_out(case=case, at=at)
    names.forget(by=by, at=at, unit=case.unit, object_id=case.id)
    case.refresh_from_db()
    case.erased_at, case.with_name = at, False
    if case.is_open:
        case.case_status = rules.CaseStatus.CLOSED.value
        case.closed_at, case.close_reason = at, reason.value
    case.save()
    destroy(case)
    # Why others of the group are kept apart may tell of this person too.
    shared = Membership.objects.filter(group__memberships__case=case)
    Membership.objects.filter(pk__in=shared.values("pk")).update(why_apart=None)
    case.refresh_from_db()
    Screening.objects.filter(case=case).update(with_name=False)
    pieces = NameSegment.objects.filter(unit_id=case.unit_id).order_by("-seq")
    return pieces.values_list("seq", flat=True).first()


def names_rewritten(unit_id: UUID, up_to: int | None) -> bool:
    """Tell whether a unit's name index was rewritten since: no old piece of it is left."""
    if up_to is None:
        return True
    old = NameSegment.objects.filter(unit_id=unit_id, seq__lte=up_to)
    # When a search gathers the pieces, the new whole takes the number of the newest of them.
    return not old.exclude(seq=up_to, compact=True).exists()


def forget_what_a_yes_allowed(
    *, by: acting.Actor, at: datetime, case: Case, purpose: consent.Purpose
) -> None:
    """Do what a withdrawal does to the person's own file: the yes has ended and nobody asked again."""
    columns = {
        consent.Purpose.STORE_RECORD: consents.NAMING,
        consent.Purpose.CONTACT_ME: frozenset({"contact", "safe_contact"}),
    }[purpose]
    talk = case.screening
    consents.forget_identity(by=by, at=at, case=case, talk=talk, columns=columns)


def forget_letter(row: Referral) -> None:
    """Destroy a letter that has ended, and empty it."""
    sealed.destroy_keys(object_id=row.id)
    Referral.objects.filter(pk=row.pk).update(letter=None, message=None, answer_note=None)
