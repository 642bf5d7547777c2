"""What a test of backups asks of an instance on files: build it, erase somebody, open somebody, write.

`build` makes the tables and two people who are helped; `erase REFERENCE` erases as two people do;
`open REFERENCE` says whether a case worker can open the person and find them by name; `write` makes
accounts until it is killed. One line of JSON on standard output each.
"""

import itertools
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django
from django.conf import settings

KEPT, GONE = "Amal Example", "Noor Fictional"


def say(**what: Any) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


def build() -> None:
    from django.db.migrations.loader import MigrationLoader

    import casework
    from manumit.cases.actions import cases
    from manumit.core import models
    from manumit.core.actions import restoring

    nodes = [list(node) for node in MigrationLoader(None).graph.nodes]
    restoring.prepare({"migrations": {"default": nodes, "keys": nodes}})
    at = datetime.now(UTC) - timedelta(hours=2)
    world = casework.World()
    told = {}
    for name in (KEPT, GONE):
        case = world.taken(at=at, name=name)
        cases.add_note(by=world.worker, at=at, case=case, text=f"A note about {name}")
        ids = [case.id, case.screening_id]
        wraps = models.KeyWrap.objects.filter(object_id__in=ids).values_list("wrap", flat=True)
        told[name] = {"case": case.reference, "wraps": [bytes(w).hex() for w in wraps]}
    say(people=told, unit=world.helping.name)


def _actor(role: str) -> Any:
    import make
    from manumit.core import models

    return make.actor(models.User.objects.filter(role=role).order_by("username").first())


def erase(reference: str) -> None:
    from manumit.cases.actions import retention
    from manumit.cases.models import Case
    from manumit.core.actions import names, upkeep

    at, worker = datetime.now(UTC), _actor("case_worker")
    case = Case.objects.get(reference=reference)
    asked = retention.ask_erasure(by=worker, at=at, case=case, why="person")
    retention.confirm_erasure(by=_actor("data_protection_officer"), at=at, erasure=asked)
    names.search(by=worker, at=at, query="anybody")  # rewrites the unit's index
    upkeep.leave_nothing_behind()
    say(gone_on=str(asked.promised_by))


def open_person(reference: str, name: str) -> None:
    from manumit.cases.actions import reading
    from manumit.cases.models import Case
    from manumit.core.actions import acting, names, record

    at, worker = datetime.now(UTC), _actor("case_worker")
    case = Case.objects.get(reference=reference)
    try:
        opened = reading.open_case(by=worker, at=at, case=case)
    except acting.Refused as refusal:
        opened = {"refused": refusal.reason}
    hits = names.search(by=worker, at=at, query=name)
    found = [str(case.id) == str(hit.object_id) for hit in hits]
    say(opened=opened, found=any(found), erased=case.erased_at is not None,
        record=list(record.verify().problems))  # fmt: skip


def write() -> None:
    import make
    from manumit.core import models

    unit = models.Unit.objects.filter(generation__gt=0).first()
    for number in itertools.count():
        make.user("case_worker", unit=unit, username=f"w{os.getpid()}-{number}", admitted=False)
        say(written=number)


def main() -> None:
    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    works = {"build": build, "erase": erase, "open": open_person, "write": write}
    works[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
