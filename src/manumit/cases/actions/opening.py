"""Opening a case: keys for the unit that helps, needs, clocks from identification, the name index."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from manumit.cases import deadlines, needs, profiles, reference, status
from manumit.cases.actions import clocks
from manumit.cases.models import Case, Screening
from manumit.cases.models import case as case_model
from manumit.core import fields, sealing
from manumit.core.actions import acting, names, sealed
from manumit.core.models import Unit, User

_FROM_TALK: tuple[str, ...] = (
    "name",
    "also_called",
    "age",
    "birth",
    "sex",
    "nationality",
    "place",
    "contact",
    "safe_contact",
)


def from_screening(
    *,
    by: acting.Actor,
    at: datetime,
    talk: Screening,
    unit: Unit,
    person: Mapping[str, Any],
    said: profiles.Overall,
) -> Case:
    """Open the case that a finished talk calls for."""
    known = status.of_finding(said.possible_victim)
    case = Case(
        id=fields.new_id(),
        unit=unit,
        screening=talk,
        trafficking_status=known.value if known else "",
        language=talk.language,
        minor=talk.minor,
        guardian=talk.guardian,
        conflict_nexus=said.conflict_nexus,
        identified_at=talk.identified_at,
    )
    child = profiles.treated_as_child(talk.minor) and talk.minor is not None
    wanted = needs.checklist(said.signs, said.calls, minor=child)
    values = {name: person[name] for name in _FROM_TALK if person.get(name) is not None}
    return write_case(by=by, at=at, case=case, values=values, wanted=wanted, urgent=said.urgent)


def write_case(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    values: Mapping[str, Any],
    wanted: Iterable[needs.Wanted],
    urgent: bool = False,
) -> Case:
    """Seal, save and start the clocks of a case that is new."""
    wanted = tuple(wanted)
    case.reference = _free_reference()
    case.opened_at = at
    case.seal_owner = case.id
    case.urgent = urgent or needs.is_urgent(wanted)
    keys = sealed.create_keys(
        by=by, at=at, object_id=case.id, classes=case_model.CLASSES, units=[case.unit]
    )
    sealed.write(case, dict(values), keys)
    case.with_name = case.name is not None
    case.save(force_insert=True)
    for want in wanted:
        clocks.add_need(case=case, wanted=want, identified_at=case.identified_at)
    if case.trafficking_status == status.Trafficking.POSSIBLE.value:
        clocks.start(case=case, kind=deadlines.RECOVERY, starts_at=case.identified_at)
    remember_names(by=by, at=at, case=case, values=values)
    return case


def _free_reference() -> str:
    while True:
        candidate = reference.from_bytes(sealing.new_salt())
        if not Case.objects.filter(reference=candidate).exists():
            return candidate


def remember_names(
    *, by: acting.Actor, at: datetime, case: Case, values: Mapping[str, Any]
) -> None:
    """Make the person findable by name in the unit that helps, and by telephone inside it."""
    said = [values.get("name"), values.get("also_called")]
    spelt = [
        str(name) for part in said for name in (part if isinstance(part, list) else [part]) if name
    ]
    if spelt:
        names.remember(by=by, at=at, unit=case.unit, object_id=case.id, names=spelt)
    contact = values.get("contact")
    if contact and _member(by.user, case.unit):
        names.remember_identifier(
            by=by, unit=case.unit, object_id=case.id, kind="contact", value=str(contact)
        )


def _member(user: User | None, unit: Unit) -> bool:
    return user is not None and user.unit_id == unit.id
