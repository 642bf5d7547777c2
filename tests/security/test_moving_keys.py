"""Keys that change hands while somebody works: nothing that is written is lost, nothing that ended opens.

Test 14 of the plan in small: each order in which a rotation and a write can meet is walked here one
after the other; `test_races.py` lets threads find orders of their own.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import casework
import make
from manumit.cases.actions import cases, reading, referrals, screenings
from manumit.cases.models import Case
from manumit.core import models
from manumit.core.actions import accounts, acting, keys
from manumit.core.roles import Role
from manumit.directory import actions as directory
from manumit.directory.models import Service

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = casework.AT


def fresh(actor: acting.Actor) -> acting.Actor:
    """Return the same person at their next request."""
    return make.actor(models.User.objects.select_related("unit").get(pk=actor.person.pk))


def in_hand(actor: acting.Actor) -> acting.Actor:
    """Return an actor whose request has already begun: account and unit are read."""
    begun = fresh(actor)
    assert begun.unit.generation
    return begun


@pytest.fixture
def world():
    return casework.World()


def test_a_case_opened_while_the_unit_key_is_renewed_can_be_read_afterwards(world):
    begun = in_hand(world.worker)
    keys.rotate_unit(by=fresh(world.supervisor), at=AT)
    case = cases.open_case(by=begun, at=AT, language="ar", values={"age": 30})
    for reader in (world.worker, world.colleague):
        assert reading.open_case(by=fresh(reader), at=AT, case=case)["age"] == 30


def test_a_talk_begun_while_the_gate_key_is_renewed_can_be_finished(world):
    supervisor = world.join(Role.SUPERVISOR, world.gate)
    begun = in_hand(world.officer)
    keys.rotate_unit(by=fresh(supervisor), at=AT)
    talk = screenings.start_screening(by=begun, at=AT, language="ar")
    officer = fresh(world.officer)
    screenings.observe(by=officer, at=AT, screening=talk, text="Something that was seen")
    opened = reading.open_screening(by=officer, at=AT, screening=talk)
    assert opened.person["observations"] == "Something that was seen"


def test_a_person_handed_over_while_the_receiving_key_is_renewed_is_found(world):
    talk = world.talk()
    talk.unit.receiving_unit()  # read before
    keys.rotate_unit(by=fresh(world.supervisor), at=AT)
    case = screenings.finish_screening(by=world.officer, at=AT, screening=talk, officer_asks=True)
    assert case is not None
    opened = reading.open_case(by=fresh(world.worker), at=AT, case=case)
    assert opened["name"] == casework.NAME


def test_a_letter_sent_while_the_service_renews_its_key_is_read(world):
    row = world.consented()
    supervisor = world.join(Role.SUPERVISOR, world.clinic_unit)
    assert row.service.unit.generation  # read before
    keys.rotate_unit(by=fresh(supervisor), at=AT)
    sent = referrals.send_referral(by=world.worker, at=AT, referral=row)
    opened = reading.open_letter(by=fresh(world.focal), at=AT, referral=sent)
    assert opened["letter"]["name"] == casework.NAME


def test_what_was_written_before_a_rotation_stays_readable_and_old_wraps_are_gone(world):
    case = world.taken()
    old = world.helping.generation
    keys.rotate_unit(by=fresh(world.supervisor), at=AT)
    assert reading.open_case(by=fresh(world.worker), at=AT, case=case)["name"] == casework.NAME
    for table in (models.KeyWrap, models.UnitKeyWrap, models.UnitKey):
        assert not table.objects.filter(unit_id=world.helping.id, generation__lte=old).exists()


def test_a_leaver_with_a_request_under_way_writes_nothing_that_opens_and_reads_nothing_new(world):
    begun = in_hand(world.colleague)
    accounts.deactivate_user(by=acting.SYSTEM, at=AT, user=world.colleague.person)
    keys.rotate_unit(by=fresh(world.supervisor), at=AT)
    case = world.taken()
    with pytest.raises(acting.Refused):
        reading.open_case(by=begun, at=AT, case=case)
    with pytest.raises(acting.Refused):
        cases.add_note(by=begun, at=AT, case=case, text="x")


def test_a_wrap_to_a_unit_without_keys_is_refused_and_nothing_is_left(world):
    empty = make.unit()
    talk = world.talk()
    models.Unit.objects.filter(pk=world.gate.pk).update(possible_victims_to=empty)
    before = models.KeyWrap.objects.count()
    with pytest.raises(acting.Refused, match="has no keys yet"):
        screenings.finish_screening(by=world.officer, at=AT, screening=talk, officer_asks=True)
    assert (Case.objects.count(), models.KeyWrap.objects.count()) == (0, before)


def test_of_two_first_people_of_a_unit_one_founds_its_key():
    unit = make.unit()
    before = models.Unit.objects.get(pk=unit.pk)  # as a form has read it
    first = make.user(Role.SUPERVISOR, unit)
    second = make.user(Role.CASE_WORKER, before, admitted=False)
    assert models.UnitKey.objects.filter(unit_id=unit.id).count() == 1
    assert first.admitted_at is not None
    assert second.admitted_at is None


# --- a letter goes to the service that the person agreed to, and nowhere else --------------------
def test_a_service_that_changed_hands_after_the_yes_gets_no_letter(world):
    row = world.consented()
    service = Service.objects.get(pk=row.service_id)
    other = make.unit()
    make.user(Role.SERVICE_FOCAL_POINT, other)
    coordinator = make.actor(make.user(Role.COORDINATOR))
    renamed = replace(service.as_entry(), organisation=other.organisation.name)
    directory.edit_service(by=coordinator, at=AT, service=service, entry=renamed)
    service = Service.objects.get(pk=service.pk)
    assert service.unit is None  # nobody answers for another organisation
    directory.link_unit(by=coordinator, at=AT, service=service, unit=other)
    with pytest.raises(acting.Refused, match="Please ask the person again"):
        referrals.send_referral(by=world.worker, at=AT, referral=row)


def test_the_clock_of_a_letter_ends_with_the_consent_and_never_later(world):
    row = world.sent(at=datetime.now(UTC) - timedelta(minutes=20))
    wrap = models.KeyWrap.objects.get(object_id=row.id, unit_id=world.clinic_unit.id)
    assert wrap.expires_at is not None
    assert wrap.expires_at.date() == row.consent.expires_on
