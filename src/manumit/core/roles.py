"""Who may do what, as data.

A permission is the verb that goes on the record. A role holds it within a scope: its own work,
its unit, its organisation, what was referred to it, or anything. What is not written here is
refused. The administrator runs accounts and can read no case.
"""

from collections.abc import Iterable
from enum import StrEnum

from manumit.core.reasons import low, say


class Role(StrEnum):
    """The job an account does. One account, one unit, one role (docs/decisions/0002)."""

    SCREENING_OFFICER = "screening_officer"
    CASE_WORKER = "case_worker"
    SUPERVISOR = "supervisor"
    SERVICE_FOCAL_POINT = "service_focal_point"
    INVESTIGATOR = "investigator"
    FIU_ANALYST = "fiu_analyst"
    FIU_HEAD = "fiu_head"
    MONITOR = "monitor"
    TRAINER = "trainer"
    ASSESSOR = "assessor"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    THE_PERSON = "the_person"


# Who has an account; the system and the person themselves, at their own door, have none.
PEOPLE = tuple(role for role in Role if role not in {Role.SYSTEM, Role.THE_PERSON})

LABELS: dict[Role, str] = {
    Role.SCREENING_OFFICER: "Screening officer",
    Role.CASE_WORKER: "Case worker",
    Role.SUPERVISOR: "Supervisor",
    Role.SERVICE_FOCAL_POINT: "Service focal point",
    Role.INVESTIGATOR: "Investigator",
    Role.FIU_ANALYST: "Financial intelligence analyst",
    Role.FIU_HEAD: "Head of financial intelligence",
    Role.MONITOR: "Monitoring officer",
    Role.TRAINER: "Trainer",
    Role.ASSESSOR: "Assessment officer",
    Role.COORDINATOR: "Coordinator",
    Role.AUDITOR: "Auditor",
    Role.DATA_PROTECTION_OFFICER: "Data protection officer",
    Role.ADMINISTRATOR: "Administrator",
    Role.SYSTEM: "The system itself",
    Role.THE_PERSON: "The person themselves",
}


class Scope(StrEnum):
    """How far a permission reaches."""

    OWN = "own"
    UNIT = "unit"
    ORGANISATION = "organisation"
    REFERRED = "referred"
    ANY = "any"


_R, _S = Role, Scope
_EVERYONE: dict[Role, Scope] = dict.fromkeys(PEOPLE, _S.ANY)
_CASE_READERS = {_R.CASE_WORKER: _S.UNIT, _R.SUPERVISOR: _S.UNIT}
# Who passes a unit's key on; investigators have no head, each of them does.
_HEADS = {_R.SUPERVISOR: _S.UNIT, _R.FIU_HEAD: _S.UNIT, _R.INVESTIGATOR: _S.UNIT}
_MONEY = {_R.FIU_ANALYST: _S.UNIT, _R.FIU_HEAD: _S.UNIT}  # the wall: nobody who reads cases
_TRACING = {_R.INVESTIGATOR: _S.UNIT, _R.SYSTEM: _S.ANY}
_CASE_WRITERS = {_R.CASE_WORKER: _S.OWN, _R.SUPERVISOR: _S.UNIT}

PERMISSIONS: dict[str, dict[Role, Scope]] = {
    # accounts and keys
    "account.own": _EVERYONE,
    "account.manage": {_R.ADMINISTRATOR: _S.ANY, _R.SYSTEM: _S.ANY},
    "account.admit": {**_HEADS, _R.SYSTEM: _S.ANY},
    "unit.rotate": _HEADS,
    "unit.escrow": _HEADS,
    "unit.recover": _HEADS,
    # the record
    "record.read": {_R.AUDITOR: _S.ANY, _R.DATA_PROTECTION_OFFICER: _S.ANY},
    "record.export": {_R.AUDITOR: _S.ANY, _R.DATA_PROTECTION_OFFICER: _S.ANY, _R.SYSTEM: _S.ANY},
    "record.checkpoint": {_R.AUDITOR: _S.ANY, _R.SYSTEM: _S.ANY},
    # who can help
    "directory.read": _EVERYONE,
    "directory.import": {_R.COORDINATOR: _S.ANY, _R.SUPERVISOR: _S.ANY, _R.SYSTEM: _S.ANY},
    "directory.edit": {_R.COORDINATOR: _S.ANY, _R.SUPERVISOR: _S.ANY, _R.SYSTEM: _S.ANY},
    "directory.confirm": {
        _R.COORDINATOR: _S.ANY,
        _R.SUPERVISOR: _S.ANY,
        _R.CASE_WORKER: _S.ANY,
        _R.SERVICE_FOCAL_POINT: _S.UNIT,
    },
    # screening
    "screening.conduct": {_R.SCREENING_OFFICER: _S.OWN, _R.CASE_WORKER: _S.OWN},
    "screening.read": {
        _R.SCREENING_OFFICER: _S.OWN,
        _R.CASE_WORKER: _S.UNIT,
        _R.SUPERVISOR: _S.UNIT,
    },
    # people and what is owed to them
    "case.read": _CASE_READERS,
    "case.search": _CASE_READERS,
    "case.open": {_R.CASE_WORKER: _S.UNIT, _R.SUPERVISOR: _S.UNIT},
    "case.take": {_R.CASE_WORKER: _S.UNIT, _R.SUPERVISOR: _S.UNIT},
    "case.assign": {_R.SUPERVISOR: _S.UNIT},
    "case.edit": _CASE_WRITERS,
    "case.note": _CASE_WRITERS,
    "case.assess_need": _CASE_WRITERS,
    "case.decide_status": _CASE_WRITERS,
    "case.lift_non_punishment": {_R.SUPERVISOR: _S.UNIT},
    "case.confirm_lift": {_R.SUPERVISOR: _S.UNIT, _R.DATA_PROTECTION_OFFICER: _S.ANY},
    "case.compelled": _CASE_WRITERS,
    "case.statement": _CASE_WRITERS,
    "case.nationality": _CASE_WRITERS,
    "case.close": _CASE_WRITERS,
    "case.same": _CASE_WRITERS,
    # plans, courses of support, groups, hand-over, caseload
    "case.plan": _CASE_WRITERS,
    "case.support": _CASE_WRITERS,
    "case.group": _CASE_WRITERS,
    "case.entitlement": _CASE_WRITERS,
    "case.hand_over": _CASE_WRITERS,
    "handover.read": {_R.CASE_WORKER: _S.UNIT, _R.SUPERVISOR: _S.UNIT},
    "handover.answer": {_R.CASE_WORKER: _S.UNIT, _R.SUPERVISOR: _S.UNIT},
    "caseload.read": {_R.SUPERVISOR: _S.UNIT},
    "case.import": {_R.SUPERVISOR: _S.UNIT},
    "case.export": {_R.SUPERVISOR: _S.UNIT},
    # how long things are kept; holds and erasures need two people, one of them the officer
    "retention.read": {**_CASE_READERS, _R.DATA_PROTECTION_OFFICER: _S.ANY},
    "retention.run": {_R.SYSTEM: _S.ANY},
    "case.ask_erasure": {**_CASE_READERS, _R.DATA_PROTECTION_OFFICER: _S.ANY},
    "case.erase": {_R.SUPERVISOR: _S.UNIT, _R.DATA_PROTECTION_OFFICER: _S.ANY},
    "case.propose_hold": {_R.SUPERVISOR: _S.UNIT, _R.DATA_PROTECTION_OFFICER: _S.ANY},
    "case.confirm_hold": {_R.SUPERVISOR: _S.UNIT, _R.DATA_PROTECTION_OFFICER: _S.ANY},
    "consent.give": {
        _R.SCREENING_OFFICER: _S.OWN,
        _R.CASE_WORKER: _S.OWN,
        _R.SUPERVISOR: _S.UNIT,
    },
    "consent.withdraw": {
        _R.SCREENING_OFFICER: _S.OWN,
        _R.CASE_WORKER: _S.UNIT,
        _R.SUPERVISOR: _S.UNIT,
        _R.THE_PERSON: _S.OWN,
    },
    "telling.read": _CASE_WRITERS,
    "telling.record": _CASE_READERS,
    "telling.request": {_R.CASE_WORKER: _S.UNIT, _R.SUPERVISOR: _S.UNIT},
    "telling.answer": _CASE_WRITERS,
    "telling.read_shared": {_R.CASE_WORKER: _S.REFERRED, _R.SUPERVISOR: _S.REFERRED},
    "referral.read": {
        _R.CASE_WORKER: _S.UNIT,
        _R.SUPERVISOR: _S.UNIT,
        _R.SERVICE_FOCAL_POINT: _S.REFERRED,
    },
    "referral.send": _CASE_WRITERS,
    "referral.record_answer": _CASE_WRITERS,
    "referral.answer": {_R.SERVICE_FOCAL_POINT: _S.REFERRED},
    "referral.progress": {_R.SERVICE_FOCAL_POINT: _S.REFERRED, **_CASE_WRITERS},
    # the person's own door
    "door.use": {_R.THE_PERSON: _S.OWN},
    "door.open": _CASE_WRITERS,
    "door.read": _CASE_READERS,
    "request.read": {**_CASE_READERS, _R.DATA_PROTECTION_OFFICER: _S.ANY},
    # each role's day
    "duty.read": {
        _R.SCREENING_OFFICER: _S.OWN,
        _R.CASE_WORKER: _S.OWN,
        _R.SUPERVISOR: _S.UNIT,
    },
    "board.read": {_R.SUPERVISOR: _S.UNIT, _R.COORDINATOR: _S.ORGANISATION},
    "inbox.read": {_R.SERVICE_FOCAL_POINT: _S.REFERRED},
    "due.run": {_R.SYSTEM: _S.ANY},
    # the money: ledgers, alerts, reports
    "ledger.read": {**_MONEY, _R.SYSTEM: _S.ANY},
    "ledger.open": {_R.FIU_HEAD: _S.UNIT, _R.SYSTEM: _S.ANY},
    "ledger.load": {**_MONEY, _R.SYSTEM: _S.ANY},
    "ledger.record": _MONEY,
    "ledger.take_out": _MONEY,
    "ledger.scan": {**_MONEY, _R.SYSTEM: _S.ANY},
    "ledger.export": {**_MONEY, _R.SYSTEM: _S.ANY},
    "typology.try": {**_MONEY, _R.SYSTEM: _S.ANY},
    "typology.publish": {_R.FIU_HEAD: _S.UNIT},
    "alert.read": _MONEY,
    "alert.take": _MONEY,
    "alert.assign": {_R.FIU_HEAD: _S.UNIT},
    "alert.note": _MONEY,
    "alert.decide": _MONEY,
    "alert.confirm": _MONEY,
    "moneycase.read": _MONEY,
    "moneycase.write": _MONEY,
    "report.read": _MONEY,
    "report.write": _MONEY,
    "report.approve": _MONEY,
    "report.export": {**_MONEY, _R.SYSTEM: _S.ANY},
    "moneystats.read": {**_MONEY, _R.COORDINATOR: _S.ANY, _R.MONITOR: _S.ANY},
    # a register between units: everybody's, and every step in it says by whom
    "capacity.read": dict.fromkeys(
        (_R.FIU_ANALYST, _R.FIU_HEAD, _R.COORDINATOR, _R.TRAINER), _S.ANY
    ),
    "capacity.write": {_R.FIU_HEAD: _S.ANY, _R.COORDINATOR: _S.ANY},
    # who is responsible
    "watchlist.read": {
        _R.INVESTIGATOR: _S.ANY,
        _R.FIU_ANALYST: _S.ANY,
        _R.FIU_HEAD: _S.ANY,
        _R.MONITOR: _S.ANY,
    },
    "watchlist.import": {_R.INVESTIGATOR: _S.ANY, _R.SYSTEM: _S.ANY},
    # registers of entities and claims; the system works on the bench, which is no unit's
    "network.read": _TRACING,
    "network.write": _TRACING,
    "network.import": _TRACING,
    "network.export": _TRACING,
    "network.judge": _TRACING,
    "network.confirm": {_R.INVESTIGATOR: _S.UNIT},
    "inquiry.read": {_R.INVESTIGATOR: _S.UNIT},
    "inquiry.write": {_R.INVESTIGATOR: _S.UNIT},
    "hit.read": {_R.INVESTIGATOR: _S.UNIT},
    "hit.decide": {_R.INVESTIGATOR: _S.UNIT},
    "lead.read": {_R.INVESTIGATOR: _S.UNIT},
    "lead.write": {_R.INVESTIGATOR: _S.UNIT},
    "sighting.report": {
        _R.INVESTIGATOR: _S.UNIT,
        _R.SCREENING_OFFICER: _S.OWN,
        _R.MONITOR: _S.OWN,
    },
    "dossier.read": {_R.INVESTIGATOR: _S.UNIT},
    "dossier.write": {_R.INVESTIGATOR: _S.UNIT},
    "dossier.approve": {_R.INVESTIGATOR: _S.UNIT},
    "dossier.export": {_R.INVESTIGATOR: _S.UNIT},
    "correction.read": {_R.INVESTIGATOR: _S.UNIT, _R.DATA_PROTECTION_OFFICER: _S.ANY},
    "correction.write": {_R.INVESTIGATOR: _S.UNIT},
    "fairness.read": {
        _R.INVESTIGATOR: _S.UNIT,
        _R.AUDITOR: _S.ANY,
        _R.DATA_PROTECTION_OFFICER: _S.ANY,
    },
    # patterns across cases: tokens only; the unit of the case decides what is told
    "trace.note": _CASE_WRITERS,
    "trace.answer": {_R.SUPERVISOR: _S.UNIT},
    "trace.look": {_R.INVESTIGATOR: _S.UNIT},
    "trace.ask": {_R.INVESTIGATOR: _S.UNIT},
    # copies for the worst day
    "backup.make": {_R.SYSTEM: _S.ANY},
    "backup.restore": {_R.SYSTEM: _S.ANY},
}


def why_not(role: Role, permission: str) -> str:
    """Return why this role may not do this at all; "" when it may, within its scope.

    Raises KeyError for a permission that is not in the table: a typing error in the code.
    """
    if role in PERMISSIONS[permission]:
        return ""
    return say(
        "Your role ({role}) does not include this. A colleague may have it.", role=low(LABELS[role])
    )


# The walls: whoever shares a unit shares its keys, so these work in units of their own.
SIDES: tuple[frozenset[Role], ...] = (
    frozenset(
        {Role.SCREENING_OFFICER, Role.CASE_WORKER, Role.SUPERVISOR, Role.SERVICE_FOCAL_POINT}
    ),
    frozenset({Role.INVESTIGATOR}),
    frozenset({Role.FIU_ANALYST, Role.FIU_HEAD}),
)


def why_not_beside(role: Role, others: Iterable[Role]) -> str:
    """Say why somebody may not join a unit with these roles in it; "" when they may."""
    side = next((one for one in SIDES if role in one), None)
    walled = frozenset().union(*SIDES)
    if side is None or not (set(others) & walled) - side:
        return ""
    return (
        "Those who help people, those who investigate and those who follow money work in units of "
        "their own, because a unit shares its keys. Choose or make another unit."
    )


def scope(role: Role, permission: str) -> Scope | None:
    """Return how far the permission reaches for the role; None when it is refused."""
    return PERMISSIONS[permission].get(role)


def reaches(scope_held: Scope | None, relation: frozenset[Scope]) -> bool:
    """Tell whether a scope covers an object that stands in these relations to the actor.

    `relation` holds OWN, UNIT, ORGANISATION, REFERRED as they apply; a wider scope covers the
    narrower ones of the same line (unit covers own, organisation covers unit).
    """
    if scope_held is None:
        return False
    covers = {
        Scope.OWN: {Scope.OWN},
        Scope.UNIT: {Scope.OWN, Scope.UNIT},
        Scope.ORGANISATION: {Scope.OWN, Scope.UNIT, Scope.ORGANISATION},
        Scope.REFERRED: {Scope.REFERRED},
    }
    return scope_held is Scope.ANY or bool(covers[scope_held] & relation)
