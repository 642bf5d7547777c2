"""Who works in the benchmark's instance: units, accounts with keys, services that can be asked."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

TYPES = (
    "health_medical", "psychosocial", "legal_assistance", "safehouse", "child_protection",
    "food", "nfi", "registration", "family_reunification", "education", "livelihoods",
    "police_other", "other",
)  # fmt: skip
SERVICES = 2600  # 200 of each kind, whatever the number of cases
SERVICE_UNITS = 26
ORDINARY = 1000  # cases of an ordinary unit
MIDDLE = (32.0, 36.0)  # services lie within about 150 km of here


@dataclass(frozen=True)
class UnitKeys:
    """A unit as sealing needs it."""

    id: UUID
    generation: int
    key: bytes = field(repr=False)
    public: bytes = field(repr=False)
    people: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class House:
    """Everyone and everything that the cases refer to. The first of `teams` is the large unit."""

    gate: UnitKeys
    teams: tuple[UnitKeys, ...]
    services: dict[str, list[tuple[UUID, str, int | None]]]  # kind: (id, name, its unit)
    service_units: tuple[UnitKeys, ...]
    accounts: dict[str, str]  # who is measured: usernames


def _unit_keys(unit: Any, people: tuple[UUID, ...]) -> UnitKeys:
    import make

    unit.refresh_from_db()
    first = unit.people.filter(admitted_at__isnull=False).earliest("admitted_at")
    key = make.actor(first).keys().unit_key(unit.id, unit.generation)
    return UnitKeys(unit.id, unit.generation, key, bytes(unit.public_key), people)


def build(size: int, at: datetime) -> House:
    """Make units and accounts through the product's own actions, and the services in bulk."""
    from django.conf import settings

    import make

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    make.AT = at
    organisation = make.organisation("Example Protection Agency")
    large = make.unit("Large case unit", organisation)
    ordinary = [
        make.unit(f"Ordinary case unit {n}", organisation)
        for n in range(1, max(1, size // 10 // ORDINARY) + 1)
    ]
    gate = make.unit("Example gate", organisation, possible_victims_to=large)
    people = {
        "officer": make.user("screening_officer", gate),
        "worker": make.user("case_worker", large),
        "supervisor": make.user("supervisor", large),
        "ordinary_supervisor": make.user("supervisor", ordinary[0]),
        "ordinary_worker": make.user("case_worker", ordinary[0]),
        "auditor": make.user("auditor", make.unit("Example audit", organisation)),
        "coordinator": make.user("coordinator", make.unit("Example office", organisation)),
    }
    open_cases = max(1, size // 11)
    workers = min(60, max(4, open_cases // 40))
    team = [people["worker"].id] + [make.user("case_worker", large).id for _ in range(workers - 1)]
    helpers = make.organisation("Example Network of Services")
    service_units = [make.unit(f"Example service team {n}", helpers) for n in range(SERVICE_UNITS)]
    focal = [make.user("service_focal_point", unit) for unit in service_units]
    people["focal"] = focal[0]
    return House(
        gate=_unit_keys(gate, (people["officer"].id,)),
        teams=(
            _unit_keys(large, tuple(team)),
            *(
                _unit_keys(
                    unit,
                    (people["ordinary_worker"].id,)
                    if unit is ordinary[0]
                    else (make.user("case_worker", unit).id,),
                )
                for unit in ordinary
            ),
        ),
        services=_services(service_units, at),
        service_units=tuple(
            _unit_keys(unit, (one.id,)) for unit, one in zip(service_units, focal, strict=True)
        ),
        accounts={name: one.username for name, one in people.items()},
    )


def _services(units: list[Any], at: datetime) -> dict[str, list[tuple[UUID, str, int | None]]]:
    """Make the services; three in five belong to a team that answers here."""
    from manumit.core import models as core
    from manumit.directory import models as directory

    dice = random.Random(2331)
    organisations = core.Organisation.objects.bulk_create(
        core.Organisation(name=f"Example Aid {n}", kind="NGO") for n in range(SERVICES // 20)
    )
    found: dict[str, list[tuple[UUID, str, int | None]]] = {kind: [] for kind in TYPES}
    places, services, needs = [], [], []
    spans = [[day, "08:00", "16:00"] for day in (6, 0, 1, 2, 3)]
    for number in range(SERVICES):
        kind = TYPES[number % len(TYPES)]
        team = number // len(TYPES) % len(units) if dice.random() < 0.6 else None
        place = directory.Place(
            name=f"Example Town {number % 97}",
            country="JO",
            latitude=MIDDLE[0] + dice.gauss(0, 0.7),
            longitude=MIDDLE[1] + dice.gauss(0, 0.7),
        )
        service = directory.Service(
            organisation=organisations[number % len(organisations)],
            unit=units[team] if team is not None else None,
            place=place,
            name=f"Example service {number}",
            timezone="Asia/Amman",
            frequency="daily",
            spans=spans,
            languages=["ar", "en"],
            sex=dice.choice(("", "", "", "", "female")),
            minimum_age=dice.choice((None, None, None, 18)),
            confirmed_on=(at + timedelta(days=1700 + dice.randrange(120))).date(),
            changed_at=at,
            source="benchmark",
            source_id=str(number),
            answer_hours=dice.choice((None, 4.0, 24.0)),
        )
        places.append(place)
        services.append(service)
        needs.append(
            directory.ServiceNeed(
                service=service,
                need=kind,
                latitude=place.latitude,
                longitude=place.longitude,
                known_on=service.confirmed_on,
            )
        )
        found[kind].append((service.id, service.name, team))
    for model, rows in (
        (directory.Place, places), (directory.Service, services), (directory.ServiceNeed, needs),
    ):  # fmt: skip
        model.objects.bulk_create(rows, batch_size=500)
    return found
