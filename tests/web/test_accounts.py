"""Accounts as the administrator and the supervisor see them."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.urls import reverse

import make
import signed_in
from manumit.core import models, roles
from manumit.core.actions import keys
from web import signing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PASSPHRASE = "violet anchor under seven pines"


@pytest.fixture
def head():
    return signed_in.client_for(make.user(role=roles.Role.ADMINISTRATOR))


@pytest.fixture
def supervisor():
    return make.user(role=roles.Role.SUPERVISOR)


def new(client, unit, **rest):
    answer = {
        "display_name": "Amal Example",
        "username": "amal.example",
        "unit": str(unit.id),
        "role": "case_worker",
        "new": PASSPHRASE,
        "again": PASSPHRASE,
    }
    return client.post(reverse("account_new"), answer | rest)


def test_an_organisation_a_unit_and_an_account_are_made(head):
    answer = {"name": "Example Aid", "kind": "NGO", "country": "jo"}
    assert head.post(reverse("account_organisation"), answer).status_code == 302
    organisation = models.Organisation.objects.get(name="Example Aid")
    assert organisation.country == "JO"
    answer = {"organisation": str(organisation.id), "name": "Northern Gate"}
    assert head.post(reverse("account_unit"), answer).status_code == 302
    unit = models.Unit.objects.get(name="Northern Gate")
    page = new(head, unit).content.decode()
    code = re.search(r'<code class="m-code"[^>]*>([^<]+)</code>', page).group(1)
    person = models.User.objects.get(username="amal.example")
    assert person.check_password(PASSPHRASE)
    assert keys.recover_user(user=person, code=code, new_passphrase="another violet anchor pine")
    assert b"Amal Example" in head.get(reverse("accounts")).content


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ({"username": "Amal Example"}, "valid value"),
        ({"new": "short", "again": "short"}, "at least 15"),
        ({"new": "amal example 2026", "again": "amal example 2026"}, "your own name or unit"),
        ({"role": "system"}, "valid choice"),
        ({"role": ""}, "required"),
    ],
)
def test_a_bad_account_is_refused_with_the_reason(head, supervisor, rest, said):
    page = new(head, supervisor.unit, **rest)
    assert said in page.content.decode()
    assert not models.User.objects.filter(display_name="Amal Example").exists()


def test_two_accounts_of_one_name_or_two_units_of_one_name_are_refused(head, supervisor):
    new(head, supervisor.unit)
    assert "already an account of this name" in new(head, supervisor.unit).content.decode()
    unit = supervisor.unit
    answer = {"organisation": str(unit.organisation_id), "name": unit.name}
    assert "already has a unit" in head.post(reverse("account_unit"), answer).content.decode()


def test_a_newcomer_waits_until_the_supervisor_admits_them(head, supervisor):
    client = signed_in.client_for(supervisor)
    new(head, supervisor.unit)
    person = models.User.objects.get(username="amal.example")
    assert person.admitted_at is None
    page = client.get(reverse("unit_people")).content.decode()
    assert "Amal Example" in page
    assert reverse("unit_admit", args=[person.id]) in page
    assert client.post(reverse("unit_admit", args=[person.id])).status_code == 302
    person.refresh_from_db()
    assert person.admitted_at
    assert (
        reverse("unit_admit", args=[person.id])
        not in client.get(reverse("unit_people")).content.decode()
    )


def test_a_supervisor_admits_nobody_of_another_unit(supervisor):
    other = make.user(role=roles.Role.SUPERVISOR)
    stranger = make.user(unit=other.unit, admitted=False)
    client = signed_in.client_for(supervisor)
    assert client.post(reverse("unit_admit", args=[stranger.id])).status_code == 404
    stranger.refresh_from_db()
    assert stranger.admitted_at is None


@time_machine.travel(make.AT + timedelta(days=1))
def test_a_leaver_loses_everything_and_the_supervisor_renews_the_key(supervisor):
    head = signed_in.client_for(make.user(role=roles.Role.ADMINISTRATOR))
    leaver = signing.with_code_app(make.user(unit=supervisor.unit))
    theirs = signed_in.client_for(leaver)
    client = signed_in.client_for(supervisor)
    generation = supervisor.unit.generation
    assert head.post(reverse("account_end", args=[leaver.id])).status_code == 302
    assert theirs.get(reverse("security")).status_code == 302
    assert not models.UserKey.objects.filter(user_id=leaver.id).exists()
    assert "Renew the unit" in client.get(reverse("unit_people")).content.decode()
    assert client.post(reverse("unit_rotate")).status_code == 302
    supervisor.unit.refresh_from_db()
    assert supervisor.unit.generation == generation + 1
    assert "Renew the unit" not in client.get(reverse("unit_people")).content.decode()
    assert "People who left" in client.get(reverse("unit_people")).content.decode()


def test_a_lost_second_step_is_set_up_anew_with_the_passphrase(head, client):
    person = signing.with_code_app(make.user())
    theirs = signed_in.client_for(person)
    assert head.post(reverse("account_reset_factors", args=[person.id])).status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()
    assert theirs.get(reverse("security")).status_code == 302
    assert signing.passphrase(client, person)["Location"] == reverse("sign_in_set_up")


def test_an_administrator_does_not_end_or_reset_their_own_account():
    own = signing.with_code_app(make.user(role=roles.Role.ADMINISTRATOR))
    client = signed_in.client_for(own)
    assert client.post(reverse("account_end", args=[own.id])).status_code == 403
    assert client.post(reverse("account_reset_factors", args=[own.id])).status_code == 403
    own.refresh_from_db()
    assert own.is_active


@pytest.mark.parametrize(
    "role", [role for role in roles.PEOPLE if role is not roles.Role.ADMINISTRATOR]
)
def test_nobody_else_opens_the_accounts(role, supervisor):
    client = signed_in.client_for(make.user(role=role))
    for name in ("accounts", "account_new", "account_unit", "account_organisation"):
        assert client.get(reverse(name)).status_code == 403
    for name in ("account", "account_end", "account_reset_factors"):
        assert client.post(reverse(name, args=[supervisor.id])).status_code == 403


def test_finding_an_account_and_finding_none(head, supervisor):
    page = head.get(reverse("accounts") + f"?q={supervisor.username}").content.decode()
    assert supervisor.display_name in page
    assert "No account has this name" in head.get(reverse("accounts") + "?q=zzzz").content.decode()


def test_the_list_stays_small_and_asks_the_database_no_more_for_more_rows(
    head, supervisor, django_assert_max_num_queries
):
    for _ in range(60):
        models.User.objects.create(
            username=f"u{_}", display_name="Test Person", unit=supervisor.unit, role="case_worker"
        )
    with django_assert_max_num_queries(14):
        page = head.get(reverse("accounts"))
    assert len(page.content) < 60_000
    assert b"Page 1 of 2" in page.content


def test_shares_are_made_tried_and_bring_the_key_back(supervisor):
    client = signed_in.client_for(supervisor)
    made = client.post(reverse("unit_shares"))
    words = re.findall(r'm-code" dir="ltr">([a-z ]+)</p>', made.content.decode())
    assert len(words) == 5
    assert words[0] not in client.get(reverse("unit_shares")).content.decode()
    wrong = {"first": words[0], "second": words[1], "third": words[1]}
    refused = client.post(reverse("unit_shares_prove"), wrong)
    assert refused.status_code == 400
    assert "three different shares" in refused.content.decode()
    right = {"first": words[0], "second": words[2], "third": words[4]}
    assert client.post(reverse("unit_shares_prove"), right).status_code == 302
    assert keys.shares_of(supervisor.unit).proved_at is not None
    models.UnitKeyWrap.objects.filter(user_id=supervisor.id).delete()
    assert client.post(reverse("unit_recover"), right).status_code == 302
    assert make.actor(supervisor).keys().unit_key(supervisor.unit_id, 1)
    acts = models.Leaf.objects.values_list("act", "outcome")
    assert ("unit.escrow", "refused") in acts
    assert ("unit.recover", "done") in acts
