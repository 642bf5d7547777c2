"""The wall between people and those who investigate: in code, in keys, and in all that can be reached.

A survivor is planted with a name, a telephone number and a case of their own, and names a trace that
other cases name too. Whoever looks from the other side learns a number and words a team released.
"""

import json
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import connections
from django.urls import reverse

import make
from cases import traced
from manumit.cases.actions import erasing, tracing
from manumit.cases.actions import traces as case_side
from manumit.cases.models import Case, CaseTrace
from manumit.core import models, roles, sealing
from manumit.core.actions import acting
from manumit.core.actions import keyring as keyrings
from manumit.core.roles import Role
from manumit.network.actions import traces
from meta import pages, things
from security import canaries

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NAME, CONTACT = "Zqplanted Zqcanary", "+962 7 9999 1234"
RELEASED = "It was used in spring."

# Everything of network (and of flows), imported where cases are not installed at all.
IMPORTS = """
import importlib, pkgutil, sys
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="fictional-" * 8, AUTH_USER_MODEL="core.User", USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "manumit.core",
                    "manumit.flows", "manumit.network"],
    MANUMIT_UNLOCK_COOKIE="x", MANUMIT_COUNTRY="",
)
django.setup()
for name in ("network", "flows"):
    package = importlib.import_module("manumit." + name)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
print(len([m for m in sys.modules if m.startswith("manumit.network")]))
print([m for m in sys.modules if m.startswith("manumit.cases")])
"""


def test_network_runs_where_cases_do_not_exist():
    ran = subprocess.run(
        [sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    count, of_cases = ran.stdout.strip().splitlines()
    assert int(count) > 20
    assert of_cases == "[]"


# --- who shares a unit shares its keys -----------------------------------------------------------
@pytest.mark.parametrize(
    ("there", "comes"),
    [
        (Role.CASE_WORKER, Role.INVESTIGATOR),
        (Role.INVESTIGATOR, Role.SUPERVISOR),
        (Role.INVESTIGATOR, Role.FIU_ANALYST),
        (Role.FIU_HEAD, Role.SCREENING_OFFICER),
    ],
)
def test_nobody_joins_a_unit_beyond_the_wall(there, comes):
    home = make.user(there).unit
    with pytest.raises(acting.Refused, match="units of their own"):
        make.user(comes, unit=home)


def test_the_walls_are_between_whoever_holds_keys_of_things():
    sides = [role for side in roles.SIDES for role in side]
    assert len(sides) == len(set(sides))
    assert not roles.why_not_beside(Role.INVESTIGATOR, [Role.INVESTIGATOR, Role.COORDINATOR])
    assert not roles.why_not_beside(Role.AUDITOR, list(Role))


# --- a planted survivor --------------------------------------------------------------------------
@pytest.fixture
def here(db):
    return things.world(everybody=False)


@pytest.fixture
def planted(here):
    """The survivor, who agreed to a trace and to words for the investigators' organisation."""
    by = things.tracing(here)
    here.thing("trace_id")
    case = traced.case_with(here.cast, at=here.at, name=NAME, contact=CONTACT)
    traced.told_authority(here.cast, case, by.unit, at=here.at)
    row = models.TraceRequest.objects.get(pk=here.thing("ask_id"))
    case_side.release(
        by=here.cast.supervisor, at=here.at, request=row, statement=RELEASED, cases=[case]
    )
    return Case.objects.get(pk=case.pk)


def secrets(case: Case) -> dict[str, str]:
    """Return every word that tells of the survivor, or leads to them."""
    note = CaseTrace.objects.get(case=case)
    ids = {"case": case.id, "talk": case.screening_id, "note": note.id}
    plain = {
        "name": NAME,
        "first": "Zqplanted",
        "contact": CONTACT,
        "digits": "962799991234",
        "reference": case.reference,
    }
    hexed = {f"{name} hex": value.hex for name, value in ids.items()}
    return (
        plain
        | {n: str(v) for n, v in ids.items()}
        | hexed
        | {
            "strand": tracing.strand(case.id).hex(),
            "token id": str(tracing.token_id(note.id)),
        }
    )


def test_no_key_of_any_case_opens_for_an_investigator(here, planted):
    by = things.tracing(here)
    opened, shut = set(), set()
    for wrap in models.KeyWrap.objects.all():
        try:
            by.keys().open_wrap(wrap)
            opened.add(wrap.object_id)
        except (keyrings.NoKey, sealing.SealBroken):
            shut.add(wrap.object_id)
    of_people = set()
    for case in Case.objects.all():
        of_people |= erasing.own_ids(case)
    of_people -= {here.thing("ask_id")}
    assert opened & of_people == set()
    assert of_people & shut  # the walk did meet them
    assert here.thing("ask_id") in opened  # and what was released to them does open


def test_nothing_an_investigator_reaches_tells_of_the_survivor(here, planted):
    by = things.tracing(here)
    words, client = secrets(planted), canaries.client(by)
    seen, told = 0, ""
    for the in pages.every():
        if not the.permission or roles.why_not(Role.INVESTIGATOR, the.permission):
            continue  # tests/meta/test_authorization asks for the others
        address = reverse(the.name, kwargs={name: here.thing(name) for name in the.kwargs})
        for query in ({}, canaries.QUERIES[0]) if "GET" in the.methods else ():
            answer = client.get(address, query, secure=True)
            text = canaries.said(answer)
            found = canaries.found_in(text, words)
            assert found == set(), (the.name, found)
            seen, told = seen + (answer.status_code == 200), told + text
    assert seen > 15
    assert RELEASED in told  # the control: what was released is there to be read
    assert "3 cases" in told


def test_no_row_behind_the_wall_leads_to_the_survivor(here, planted):
    """Not in the tables of network, of traces and of requests: no word, no identifier, no strand."""
    words = secrets(planted)
    strand, token_id = words.pop("strand"), words.pop("token id")
    tables = list(apps.get_app_config("network").get_models())
    tables += [models.Trace, models.TraceRequest, models.TraceDrawn]
    rows = 0
    for model in tables:
        with connections["default"].cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            for row in cursor.fetchall():
                text = json.dumps([v.hex() if isinstance(v, bytes) else str(v) for v in row])
                assert canaries.found_in(text, words) == set(), model
                if model._meta.app_label == "network":
                    assert strand not in text
                    assert token_id.replace("-", "") not in text
                rows += 1
    assert rows > 5


def test_what_network_is_told_of_a_token_is_a_number_and_units(here, planted):
    by = things.tracing(here)
    (standing,) = traces.standing([traces.models.TraceLink.objects.get(pk=here.thing("trace_id"))])
    assert standing.now.cases == 3
    assert set(vars(standing.now)) == {"cases", "units"}
    row = models.TraceRequest.objects.get(pk=here.thing("ask_id"))
    opened = traces.open_request(by=by, at=here.at, request=row)
    assert set(opened) == {"kind", "value", "wanted", "statement"}
    assert opened["statement"] == RELEASED


def test_the_record_of_an_investigator_names_no_case(here, planted):
    by = things.tracing(here)
    words = secrets(planted)
    leaves = models.Leaf.objects.filter(by=by.person.id)
    text = " ".join(bytes(leaf.body).decode() for leaf in leaves)
    assert leaves.count() > 3
    assert canaries.found_in(text, words) == set()
