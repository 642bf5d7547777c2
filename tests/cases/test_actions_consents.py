"""Consent in force: kinds of content, recipients denied, withdrawal everywhere at once, new keys."""

from datetime import timedelta

import pytest

import casework
import make
from casework import AT, YES, after
from manumit.cases import consent, recipients
from manumit.cases.actions import (
    cases,
    consents,
    denials,
    disclosing,
    due,
    reading,
    recalling,
    referrals,
)
from manumit.cases.models import Clock, Consent, Disclosure, KeyRotation
from manumit.core import models
from manumit.core.actions import acting, rotating, sealed
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass, SealBroken

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SHARE = consent.Purpose.SHARE_WITH_SERVICE
PARTNER = consent.Purpose.SHARE_WITH_PARTNER


@pytest.fixture
def world():
    return casework.World()


def agree(world, case, recipient, purpose=PARTNER, at=AT, given=True, **rest):
    return consents.give_consent(
        by=world.worker,
        at=at,
        subject=case,
        purpose=purpose,
        given=given,
        questions=YES,
        language="en",
        recipient=recipient,
        **rest,
    )


def test_a_yes_opens_only_the_kinds_it_names(world):
    case, partner = world.taken(), make.organisation("Example Partner")
    agree(world, case, partner, classes=["contact"])
    allowed = disclosing.allowed(case, PARTNER, partner, ["contact", "identity"], AT.date())
    assert allowed["contact"] == "" == allowed[""]
    assert "but not to this: “who I am" in allowed["identity"]


def test_a_yes_to_no_kind_is_refused(world):
    case = world.taken()
    with pytest.raises(acting.Refused, match="Tick what"):
        agree(world, case, make.organisation(), classes=[])


def test_a_yes_cannot_name_what_the_purpose_never_covers(world):
    case = world.taken()
    with pytest.raises(acting.Refused, match="never covers"):
        agree(world, case, make.organisation(), classes=["testimony"])


def test_the_letter_carries_only_the_kinds_the_person_ticked(world):
    row = world.drafted()
    row = referrals.consent_referral(
        by=world.worker, at=AT, referral=row, given=True, questions=YES, classes=["contact"]
    )
    sent = referrals.send_referral(by=world.worker, at=AT, referral=row)
    assert "contact" in sent.sent_fields
    assert not {"name", "age", "sex"} & set(sent.sent_fields)
    left = Disclosure.objects.get(object_id=sent.id)
    assert left.classes == ["contact", "referral"]
    assert left.to_unit == world.clinic_unit


# --- never tell them -----------------------------------------------------------------------------


def test_who_is_denied_gets_nothing_whatever_is_agreed_later(world):
    case = world.taken()
    denials.deny_recipient(by=world.worker, at=AT, case=case, recipient=world.clinic)
    with pytest.raises(acting.Refused, match="never to tell them"):
        world.drafted(case)
    with pytest.raises(acting.Refused, match="never to tell them"):
        agree(world, case, world.clinic, SHARE, at=after(hours=1))
    assert "never to tell" in disclosing.why_not(case, SHARE, world.clinic, "", AT.date())


def test_denying_an_organisation_denies_its_services(world):
    case = world.taken()
    body = world.clinic.organisation
    denials.deny_recipient(by=world.worker, at=AT, case=case, recipient=body)
    with pytest.raises(acting.Refused, match="never to tell them"):
        world.drafted(case)


def test_denying_takes_back_at_once_what_they_have(world):
    row = world.sent()
    denials.deny_recipient(by=world.worker, at=AT, case=row.case, recipient=world.clinic)
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert not models.KeyWrap.objects.filter(object_id=row.id).exists()
    assert Consent.objects.get(pk=row.consent_id).withdrawn_at == AT


def test_a_whole_kind_is_denied(world):
    case = world.taken()
    police = make.organisation("Example Station", kind="LawEnforcement")
    denials.deny_recipient(by=world.worker, at=AT, case=case, kind="police")
    authority = consent.Purpose.SHARE_WITH_AUTHORITY
    with pytest.raises(acting.Refused, match="never to tell"):
        agree(world, case, police, authority)
    named = recipients.named("police", "Any Station")
    assert "never to tell" in disclosing.why_not(case, authority, named, "", AT.date())


def test_a_family_is_people_and_not_denied_as_a_kind(world):
    with pytest.raises(acting.Refused, match="Say who"):
        denials.deny_recipient(by=world.worker, at=AT, case=world.taken(), kind="family")


def test_who_is_denied_by_name_is_sealed_and_compared(world):
    case, authority = world.taken(), consent.Purpose.SHARE_WITH_AUTHORITY
    office = recipients.named("authority", "Example Border Office")
    agree(world, case, office, authority)
    row = denials.deny_recipient(
        by=world.worker,
        at=AT,
        case=case,
        recipient=recipients.named("other", "EXAMPLE  border-office"),
    )
    assert row.recipient_name == ""
    assert b"border" not in bytes(row.name).lower()
    assert Consent.objects.get(recipient_id=office.id).withdrawn_at == AT
    assert "never to tell" in disclosing.why_not(
        case, authority, office, "", AT.date(), world.worker
    )


def test_a_body_by_name_is_not_told_before_denied_names_were_compared(world):
    case, authority = world.taken(), consent.Purpose.SHARE_WITH_AUTHORITY
    office = recipients.named("authority", "Example Office")
    agree(world, case, office, authority)
    denials.deny_recipient(
        by=world.worker, at=AT, case=case, recipient=recipients.named("family", "Uncle Example")
    )
    assert disclosing.why_not(case, authority, office, "", AT.date()) == disclosing.UNREAD
    assert disclosing.why_not(case, authority, office, "", AT.date(), world.worker) == ""


def test_only_the_person_takes_a_denial_back_and_is_asked_anew(world):
    case = world.taken()
    row = denials.deny_recipient(by=world.worker, at=AT, case=case, recipient=world.clinic)
    denials.take_back_denial(by=world.worker, at=after(days=1), denial=row)
    assert "not been asked" in disclosing.why_not(case, SHARE, world.clinic, "", AT.date())
    with pytest.raises(acting.Refused, match="already"):
        denials.take_back_denial(by=world.worker, at=after(days=2), denial=row)


def test_nobody_is_denied_twice(world):
    case = world.taken()
    for again in (False, True):
        with_refusal = pytest.raises(acting.Refused, match="already") if again else _nothing()
        with with_refusal:
            denials.deny_recipient(by=world.worker, at=AT, case=case, recipient=world.clinic)


class _nothing:  # noqa: N801
    def __enter__(self):
        return self

    def __exit__(self, *problem):
        return None


# --- children ------------------------------------------------------------------------------------


def test_a_childs_case_needs_both_and_an_implicated_guardian_nobody(world):
    case, partner = world.taken(minor=True), make.organisation()
    case = cases.edit_person(by=world.worker, at=AT, case=case, values={}, guardian="present")
    agree(world, case, partner)
    assert "guardian has not been asked" in disclosing.why_not(
        case, PARTNER, partner, "", AT.date()
    )
    case = cases.edit_person(by=world.worker, at=AT, case=case, values={}, guardian="implicated")
    assert disclosing.why_not(case, PARTNER, partner, "", AT.date()) == ""
    with pytest.raises(acting.Refused, match="Nobody else can consent"):
        agree(world, case, partner, by_guardian=True)


def test_the_press_is_never_a_childs_matter(world):
    case = world.taken(minor=True)
    press = recipients.named("media", "Example Paper")
    with pytest.raises(acting.Refused, match="never asked of a person under 18"):
        agree(world, case, press, consent.Purpose.SHARE_WITH_MEDIA)


# --- withdrawal ----------------------------------------------------------------------------------


def share_case(world, case, to, at=AT, classes=(FieldClass.CONTACT, FieldClass.IDENTITY)):
    """Give another team of the helping organisation keys of the case, as a conference would."""
    agree(world, case, to, at=at)

    @acting.action("consent.give")
    def give(*, by, at, case):
        return disclosing.share(
            by=by,
            at=at,
            case=case,
            purpose=PARTNER,
            recipient=to,
            classes=classes,
            object_id=case.id,
            to_unit=to,
            what="conference",
        )

    return give(by=world.worker, at=at, case=case)


@pytest.fixture
def partner(world):
    unit = make.unit("Example Partner Team")
    return world.join(Role.CASE_WORKER, unit)


def test_withdrawal_takes_the_keys_and_makes_new_ones(world, partner):
    case = world.taken()
    left = share_case(world, case, partner.unit)
    stolen = partner.keys().keys([case.id], [FieldClass.CONTACT])[case.id, FieldClass.CONTACT]
    plan = world.worker.keys().key(case.id, FieldClass.PLAN)
    done = consents.withdraw_consent(
        by=make.actor(world.worker.person), at=after(days=1), consent=left.consent
    )
    assert done.told == (left.recipient_name,)
    fresh = make.actor(partner.person)
    assert fresh.keys().keys([case.id], list(FieldClass)) == {}
    # what the partner kept of the key opens nothing, old or new
    case.refresh_from_db()

    with pytest.raises(SealBroken):
        sealed.read(case, {FieldClass.CONTACT: stolen})
    mine = make.actor(world.worker.person)
    assert sealed.read(case, mine.keys() and sealed.keys_of(mine, case.id, [FieldClass.CONTACT]))
    assert mine.keys().key(case.id, FieldClass.PLAN) == plan, "a class they never had stays"
    assert reading.open_case(by=mine, at=after(days=1), case=case)["name"] == casework.NAME


def test_what_was_never_opened_is_not_listed_as_known(world, partner):
    case = world.taken()
    left = share_case(world, case, partner.unit)
    done = consents.withdraw_consent(by=world.worker, at=after(hours=1), consent=left.consent)
    assert done.cannot_recall == ()


def test_a_paper_cannot_be_recalled_and_somebody_tells_them(world):
    case, partner = world.taken(), make.organisation("Example Partner")
    word = agree(world, case, partner)

    @acting.action("consent.give")
    def hand_out(*, by, at, case):
        return disclosing.note(
            by=by,
            at=at,
            case=case,
            purpose=PARTNER,
            recipient=partner,
            classes=["identity"],
            what="sheet",
            how="paper",
        )

    left = hand_out(by=world.worker, at=AT, case=case)
    done = consents.withdraw_consent(by=world.worker, at=after(hours=1), consent=word)
    assert done.to_tell == ("Example Partner",)
    assert [(c.recipient, c.kinds) for c in done.cannot_recall] == [
        ("Example Partner", ("identity",))
    ]
    assert Clock.objects.running().filter(case=case, kind="tell_recipient").exists()
    left.refresh_from_db()
    assert left.to_tell
    recalling.note_told(by=world.worker, at=after(hours=2), disclosure=left)
    assert not Clock.objects.running().filter(case=case, kind="tell_recipient").exists()
    with pytest.raises(acting.Refused, match="nothing to tell"):
        recalling.note_told(by=world.worker, at=after(hours=3), disclosure=left)


def test_without_keys_the_wraps_go_at_once_and_the_new_key_follows(world, partner):
    case = world.taken()
    left = share_case(world, case, partner.unit)
    keyless = acting.Actor(world.worker.person)
    consents.withdraw_consent(by=keyless, at=after(hours=1), consent=left.consent)
    assert make.actor(partner.person).keys().keys([case.id], list(FieldClass)) == {}
    assert recalling.waiting(case)
    before = world.worker.keys().key(case.id, FieldClass.CONTACT)
    reading.open_case(by=make.actor(world.worker.person), at=after(hours=2), case=case)
    assert not recalling.waiting(case)
    assert make.actor(world.worker.person).keys().key(case.id, FieldClass.CONTACT) != before
    assert KeyRotation.objects.get(case=case).done_at == after(hours=2)


def test_an_ended_yes_ends_the_key_by_itself(world, partner):
    case = world.taken()
    left = share_case(world, case, partner.unit)
    late = AT + timedelta(days=consent.lasts_days(PARTNER) + 1)
    assert make.actor(partner.person, late).keys().keys([case.id], list(FieldClass)) == {}
    due.run(by=acting.SYSTEM, at=late)
    left.refresh_from_db()
    assert left.ended_at == late
    assert not left.withdrawn
    assert not models.KeyWrap.objects.filter(object_id=case.id, unit_id=partner.unit.id).exists()


# --- new keys ------------------------------------------------------------------------------------


def test_new_keys_keep_every_row_readable_and_every_other_grant(world, partner):
    case = world.taken()
    share_case(world, case, partner.unit)
    note = cases.add_note(by=world.worker, at=AT, case=case, text="Fictional note")

    @acting.action("consent.withdraw")
    def renew(*, by, at, case):
        return rotating.rotate(
            by=by, at=at, object_id=case.id, classes=[FieldClass.PLAN, FieldClass.CONTACT]
        ).version

    renew(by=world.worker, at=AT, case=case)
    mine, theirs = make.actor(world.worker.person), make.actor(partner.person)
    note.refresh_from_db()
    case.refresh_from_db()
    assert sealed.read(note, sealed.keys_of(mine, case.id, [FieldClass.PLAN]))["team"] == (
        "Fictional note"
    )
    assert theirs.keys().key(case.id, FieldClass.CONTACT) == mine.keys().key(
        case.id, FieldClass.CONTACT
    )
    assert theirs.keys().keys([case.id], [FieldClass.PLAN]) == {}
    versions = models.KeyWrap.objects.filter(object_id=case.id, field_class="plan")
    assert {w.version for w in versions} == {2}


def test_who_lacks_a_key_changes_nothing(world, partner):
    case = world.taken()
    share_case(world, case, partner.unit)
    before = set(models.KeyWrap.objects.filter(object_id=case.id).values_list("id", flat=True))

    @acting.action("consent.withdraw")
    def renew(*, by, at, case):
        assert rotating.rotate(by=by, at=at, object_id=case.id, classes=[FieldClass.PLAN]) is None
        return case

    renew(by=partner, at=AT, case=case)
    after_ = set(models.KeyWrap.objects.filter(object_id=case.id).values_list("id", flat=True))
    assert before == after_
