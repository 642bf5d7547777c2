"""The identifier of one thing in the place of another, in every address and every form.

Test 13 of the plan in small. Whatever is put where, the answer is that there is nothing here, the same
answer as for an identifier that nobody has; and nothing changes.
"""

import re
import uuid

import pytest
from django.apps import apps
from django.urls import reverse

import make
import signed_in
from manumit.cases.models import Case, Clock, Consent, Need, Note, Referral, Screening
from manumit.core import models, roles
from manumit.core.models import KeyWrap
from manumit.core.roles import Role
from meta import pages, things
from security import fields

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

WITH_IDS = [the for the in pages.every() if any(k.endswith("_id") for k in the.kwargs)]
# Pages on which the ids of another unit name something that is no secret, or that the answer explains.
EVERYBODYS = {"service_confirm"}
# Words and places inside of a thing: the same for everybody, and no ids.
WORDS = {"part", "place", "seq", "theme_id"}


def _holders(the: pages.Page, world: things.World):
    for role, user in world.people.items():
        if the.public or not roles.why_not(role, the.permission):
            yield role, user


def _neutral(answer) -> tuple[int, str, str]:
    """Return an answer without what differs each time."""
    text = answer.content.decode(errors="replace")
    text = re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content)="[^"]+"', "", text)
    text = re.sub(r'name="next" value="[^"]*"', "", text)
    headers = {k: v for k, v in answer.headers.items() if k != "Content-Length"}
    return answer.status_code, text, str(headers)


def _state() -> dict[str, int]:
    """Return what changes when something is done to somebody's things."""
    tables = (Case, Clock, Consent, Need, Note, Referral, Screening)
    return {t.__name__: hash(str(sorted(map(str, t.objects.values())))) for t in tables} | {
        "keys": KeyWrap.objects.count(),
        "people": hash(
            str(sorted(map(str, models.User.objects.values("id", "is_active", "unit"))))
        ),
    }


@pytest.mark.parametrize("the", WITH_IDS, ids=lambda p: p.name)
def test_not_yours_and_not_there_are_one_answer(the: pages.Page) -> None:
    """Status, body, headers: nothing tells that the thing exists; and nothing was done to it."""
    here, there = things.world(), things.world(everybody=False)
    compared = 0
    for role, user in _holders(the, here):
        if roles.scope(role, the.permission or "account.own") is roles.Scope.ANY:
            continue
        client = signed_in.client_for(user)
        foreign = {name: there.thing(name) for name in the.kwargs}
        for name in the.kwargs:  # one by one, in the middle of one's own things
            if name in WORDS or the.name in EVERYBODYS:
                continue
            theirs = {n: here.thing(n) for n in the.kwargs} | {name: foreign[name]}
            nobodys = theirs | {name: things.nothing(name)}
            if name == "service_id":
                continue  # services are public
            for method in the.methods:
                before = _state()
                answers = [
                    _neutral(client.generic(method, reverse(the.name, kwargs=ids), secure=True))
                    for ids in (theirs, nobodys)
                ]
                assert answers[0] == answers[1], (role, name, method)
                assert answers[0][0] == 404, (role, name, method)
                assert _state() == before
                compared += 1
    if the.permission and not set(the.kwargs) <= {
        "service_id",
        "import_id",
        "row_id",
        "account_id",
    }:
        assert compared or roles.Scope.ANY in roles.PERMISSIONS[the.permission].values()


@pytest.mark.parametrize("the", WITH_IDS, ids=lambda p: p.name)
def test_the_id_of_another_kind_of_thing_names_nothing(the: pages.Page) -> None:
    """A case where a referral belongs, a unit where an account belongs: all of one's own world."""
    here = things.world()
    ids = {k: here.thing(k) for k in ("case_id", "need_id", "consent_id", "referral_id", "talk_id")}
    ids |= {"service_id": here.thing("service_id"), "account_id": here.cast.worker.person.id}
    ids |= {"unit": here.cast.helping.id, "organisation": here.cast.helping.organisation_id}
    for _role, user in _holders(the, here):
        client = signed_in.client_for(user)
        for name in the.kwargs:
            if name in WORDS | {"factor_id"}:
                continue
            for kind, other in ids.items():
                if kind == name:
                    continue
                address = reverse(
                    the.name, kwargs={n: here.thing(n) for n in the.kwargs} | {name: other}
                )
                for method in the.methods:
                    status = client.generic(method, address, secure=True).status_code
                    assert status in {403, 404}, (name, kind, method)
        break


def test_a_page_that_looked_at_no_unit_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from manumit.cases.models import reach

    monkeypatch.setattr(reach.ReachQuerySet, "visible_to", lambda rows, user, permission: rows)
    here, there = things.world(everybody=False), things.world(everybody=False)
    client = signed_in.client_for(here.cast.worker.person)
    answers = [
        _neutral(client.get(reverse("case", args=[each]), secure=True))
        for each in (there.thing("case_id"), uuid.uuid4())
    ]
    assert answers[0] != answers[1]


def test_a_need_of_another_case_of_mine_is_not_a_need_of_this_one() -> None:
    here = things.world()
    first, second = here.cast.taken(at=here.at), here.cast.taken(at=here.at)
    foreign = second.needs.filter(status="open").first()
    client = signed_in.client_for(here.cast.worker.person)
    service = here.cast.clinic.id
    for name, extra in (("need", []), ("refer", []), ("refer_to", [service])):
        address = reverse(name, args=[first.id, foreign.id, *extra])
        for method in ("GET", "POST"):
            assert client.generic(method, address, secure=True).status_code == 404


# --- ids in forms --------------------------------------------------------------------------------
def _every_id() -> list[str]:
    """Return an identifier of every table there is, and some that nobody has."""
    found = [str(uuid.uuid4()), str(uuid.UUID(int=0)), "1", "None", "[]", "../1"]
    for model in apps.get_models():
        found += [str(pk) for pk in model._default_manager.values_list("pk", flat=True)[:3]]
    return found


FORMS = ["case_assign", "account_new", "account_unit", "service_unit", "refer_to", "case_new"]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_takes_only_what_it_offered(name: str) -> None:
    """Every identifier of the whole database in every field: only those on the page are taken."""
    here, there = things.world(), things.world(everybody=False)
    there.thing("case_id")
    there.cast.sent(at=there.at)
    the = next(p for p in pages.every() if p.name == name)
    _role, user = next(_holders(the, here))
    if Role.CASE_WORKER in here.people and not roles.why_not(Role.CASE_WORKER, the.permission):
        user = here.people[Role.CASE_WORKER]
    client = signed_in.client_for(user)
    address = reverse(name, kwargs={n: here.thing(n) for n in the.kwargs})
    shown = (
        reverse("service", args=[here.thing("service_id")]) if name == "service_unit" else address
    )
    html = client.get(shown, secure=True).content.decode()
    forms = [f for f in fields.of(html) if f.method == "post"]
    values = next(f for f in forms if f.action in {"", address}).values
    before = _foreign(there)
    for field in values:
        for other in _every_id():
            if other in html:
                continue
            client.post(address, values | {field: other}, secure=True)
    assert _foreign(there) == before


def _foreign(there: things.World) -> str:
    """Return everything that stands in the other world, as text."""
    units = [there.cast.helping.id, there.cast.gate.id, there.cast.clinic_unit.id]
    rows = [
        *Case.objects.filter(unit__in=units).values(),
        *Referral.objects.filter(unit__in=units).values(),
        *Consent.objects.filter(unit__in=units).values(),
        *Screening.objects.filter(unit__in=units).values(),
        *models.User.objects.filter(unit__in=units).values("id", "is_active", "role", "unit_id"),
        *models.Unit.objects.filter(id__in=units).values("id", "name", "possible_victims_to_id"),
        *KeyWrap.objects.filter(unit_id__in=units).values("id", "generation"),
    ]
    return "\n".join(sorted(map(str, rows)))


def test_a_case_is_given_to_a_colleague_of_the_unit_and_to_nobody_else() -> None:
    here, there = things.world(), things.world(everybody=False)
    case = here.cast.taken(at=here.at)
    client = signed_in.client_for(here.cast.supervisor.person)
    address = reverse("case_assign", args=[case.id])
    waiting = make.user(Role.CASE_WORKER, unit=here.cast.helping, admitted=False)
    gone = make.user(Role.CASE_WORKER, unit=here.cast.helping)
    models.User.objects.filter(pk=gone.pk).update(is_active=False)
    for other in (there.cast.worker.person, waiting, gone, here.people[Role.AUDITOR]):
        answer = client.post(address, {"to": str(other.id)}, secure=True)
        assert answer.status_code == 400
        case.refresh_from_db()
        assert case.worker_id == here.cast.worker.person.id
    answer = client.post(address, {"to": str(here.cast.colleague.person.id)}, secure=True)
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.worker_id == here.cast.colleague.person.id


def test_a_role_or_unit_of_ones_own_cannot_be_sent_along() -> None:
    """Fields that no page asks for change nothing (mass assignment)."""
    here = things.world()
    user = here.people[Role.CASE_WORKER]
    before = models.User.objects.filter(pk=user.pk).values().get()
    client = signed_in.client_for(user)
    more = {"role": "administrator", "unit": str(here.cast.gate.id), "is_active": "0", "is_staff": "1",
            "is_superuser": "1", "username": "root", "worker": "", "case_status": "Closed"}  # fmt: skip
    case = here.cast.taken(at=here.at)
    for name, args in (
        ("case_note", [case.id]),
        ("case_person", [case.id]),
        ("choose_language", []),
    ):
        data = {"text": "x", "audience": "team", "language": "en", "next": "/"} | more
        client.post(reverse(name, args=args), data, secure=True)
    after = models.User.objects.filter(pk=user.pk).values().get()
    assert {k: v for k, v in after.items() if k != "last_login"} == {
        k: v for k, v in before.items() if k != "last_login"
    }
    case.refresh_from_db()
    assert (case.case_status, case.worker_id) == ("Active", user.id)
