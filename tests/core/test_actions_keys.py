"""Keys: nobody but a member opens; leavers, recovery and rotation do what they promise."""

import pytest

import make
from manumit.core import models, roles, sealing
from manumit.core.actions import accounts, acting, keyring, keys, sealed
from manumit.core.sealing import FieldClass

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def _row(unit: models.Unit, by: acting.Actor) -> models.NameSegment:
    row = models.NameSegment(unit_id=unit.id, seq=1)
    row.seal_owner = row.id
    made = sealed.create_keys(
        by=by, at=make.AT, object_id=row.id, classes=[FieldClass.LINK], units=[unit]
    )
    sealed.write(row, {"entries": "Amal Example"}, made)
    row.save()
    return row


def test_unlock_needs_cookie_and_row_together() -> None:
    user = make.user()
    cookie = keys.unlock(user=user, passphrase=make.PASSPHRASE, at=make.AT)
    assert cookie
    ring = keys.keyring_for(user=user, cookie_secret=cookie, at=make.AT)
    assert ring
    assert ring.unit_key(user.unit_id, 1)
    assert keys.unlock(user=user, passphrase="wrong passphrase here", at=make.AT) is None
    other = make.user(unit=user.unit)
    keys.unlock(user=other, passphrase=make.PASSPHRASE, at=make.AT)
    assert keys.keyring_for(user=other, cookie_secret=cookie, at=make.AT) is None
    for bad in ("", "x", cookie[:-4], cookie[::-1]):
        assert keys.keyring_for(user=user, cookie_secret=bad, at=make.AT) is None
    keys.lock(user=user)
    assert keys.keyring_for(user=user, cookie_secret=cookie, at=make.AT) is None


def test_a_member_opens_and_a_stranger_does_not() -> None:
    member, stranger = make.user(), make.user()
    row = _row(member.unit, make.actor(member))
    opened = sealed.open_rows(
        by=make.actor(member), at=make.AT, purpose="test", rows=[row], classes=[FieldClass.LINK]
    )
    assert opened == [{"entries": "Amal Example"}]
    with pytest.raises(acting.Refused):
        sealed.open_rows(
            by=make.actor(stranger),
            at=make.AT,
            purpose="test",
            rows=[row],
            classes=[FieldClass.LINK],
        )
    last = models.Leaf.objects.order_by("-seq")[:3]
    assert [(leaf.act, leaf.outcome) for leaf in last] == [
        ("open", "refused"),
        ("open", "done"),
        ("open", "done"),
    ]


def test_an_outsider_seals_for_a_unit_and_cannot_open_again() -> None:
    gate, receiver = make.user(roles.Role.SCREENING_OFFICER), make.user()
    row = _row(receiver.unit, make.actor(gate))
    assert models.KeyWrap.objects.get(object_id=row.id).hpke
    assert sealed.open_rows(
        by=make.actor(receiver), at=make.AT, purpose="test", rows=[row], classes=[FieldClass.LINK]
    )
    with pytest.raises(keyring.NoKey):
        make.actor(gate).keys().key(row.id, FieldClass.LINK)


def test_no_leaf_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    member = make.user()
    row = _row(member.unit, make.actor(member))

    def broken(**_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("manumit.core.actions.record.append", broken)
    monkeypatch.setattr(keyring.Keyring, "keys", lambda *_: pytest.fail("a key was taken"))
    with pytest.raises(OSError, match="disk full"):
        sealed.open_rows(
            by=make.actor(member), at=make.AT, purpose="test", rows=[row], classes=[FieldClass.LINK]
        )


def test_a_value_cannot_be_played_back_after_it_was_written_again() -> None:
    member = make.user()
    actor = make.actor(member)
    row = _row(member.unit, actor)
    before = bytes(row.entries or b"")
    held = sealed.keys_of(actor, row.id, [FieldClass.LINK])
    sealed.write(row, {"entries": "Another"}, held)
    assert sealed.read(row, held) == {"entries": "Another"}
    row.entries = before
    with pytest.raises(sealing.SealBroken):
        sealed.read(row, held)


def test_a_newcomer_is_admitted_by_a_member_only() -> None:
    supervisor = make.user(roles.Role.SUPERVISOR)
    newcomer = make.user(unit=supervisor.unit, admitted=False)
    with pytest.raises(keyring.NoKey):
        make.actor(newcomer).keys().unit_key(supervisor.unit_id, 1)
    other = make.user(roles.Role.SUPERVISOR)
    with pytest.raises(acting.NotFound):
        keys.admit(by=make.actor(other), at=make.AT, newcomer=newcomer)
    keys.admit(by=make.actor(supervisor), at=make.AT, newcomer=newcomer)
    assert make.actor(newcomer).keys().unit_key(supervisor.unit_id, 1)


def test_a_leaver_reads_nothing_written_later_and_colleagues_read_all() -> None:
    supervisor = make.user(roles.Role.SUPERVISOR)
    leaver = make.user(unit=supervisor.unit)
    before = _row(supervisor.unit, make.actor(supervisor))
    kept = make.actor(leaver)  # a leaver who kept their own secret key and the old unit key
    old_unit_key = kept.keys().unit_key(supervisor.unit_id, 1)
    accounts.deactivate_user(by=acting.SYSTEM, at=make.AT, user=leaver)
    supervisor.unit.refresh_from_db()
    assert keys.rotation_due(supervisor.unit)
    keys.rotate_unit(by=make.actor(supervisor), at=make.AT.replace(hour=10))
    supervisor = models.User.objects.get(pk=supervisor.pk)
    assert not keys.rotation_due(supervisor.unit)
    actor = make.actor(supervisor)
    after = _row_with_seq(supervisor.unit, actor)
    assert actor.keys().key(before.id, FieldClass.LINK)
    assert actor.keys().key(after.id, FieldClass.LINK)
    wrap = models.KeyWrap.objects.get(object_id=after.id)
    with pytest.raises(sealing.SealBroken):
        sealing.unwrap_key(old_unit_key, bytes(wrap.wrap), keyring.wrap_aad(wrap))
    assert not models.UnitKeyWrap.objects.filter(user_id=leaver.id).exists()


def _row_with_seq(unit: models.Unit, by: acting.Actor) -> models.NameSegment:
    row = models.NameSegment(unit_id=unit.id, seq=2)
    row.seal_owner = row.id
    made = sealed.create_keys(
        by=by, at=make.AT, object_id=row.id, classes=[FieldClass.LINK], units=[unit]
    )
    sealed.write(row, {"entries": "Later Example"}, made)
    row.save()
    return row


def test_three_of_five_give_the_unit_key_back_also_after_a_rotation() -> None:
    supervisor = make.user(roles.Role.SUPERVISOR)
    row = _row(supervisor.unit, make.actor(supervisor))
    shares = keys.make_shares(by=make.actor(supervisor), at=make.AT).words
    keys.rotate_unit(by=make.actor(supervisor), at=make.AT)
    models.UnitKeyWrap.objects.all().delete()
    supervisor = models.User.objects.get(pk=supervisor.pk)
    with pytest.raises(acting.Refused):
        keys.recover_unit(by=make.actor(supervisor), at=make.AT, shares=list(shares[:2]))
    keys.recover_unit(by=make.actor(supervisor), at=make.AT, shares=list(shares[1:4]))
    assert make.actor(supervisor).keys().key(row.id, FieldClass.LINK)


def test_the_recovery_code_sets_a_new_passphrase_and_keeps_every_record() -> None:
    user, code = accounts.create_user(
        by=acting.SYSTEM,
        at=make.AT,
        username="recovering",
        display_name="Test Person R",
        role=roles.Role.CASE_WORKER,
        unit=make.unit(),
        passphrase="the first passphrase of all",
        cost=make.CHEAP,
    )
    with pytest.raises(acting.Refused):
        keys.recover_user(user=user, code="0000-0000", new_passphrase="x" * 20)
    keys.recover_user(user=user, code=code, new_passphrase=make.PASSPHRASE)
    assert make.actor(user).keys().unit_key(user.unit_id, 1)


def test_destroyed_keys_are_gone_from_the_file() -> None:
    member = make.user()
    row = _row(member.unit, make.actor(member))
    assert sealed.destroy_keys(object_id=row.id) == 1
    with pytest.raises(keyring.NoKey):
        make.actor(member).keys().key(row.id, FieldClass.LINK)


def test_a_sealed_column_refuses_plain_text() -> None:
    member = make.user()
    row = _row(member.unit, make.actor(member))
    row.entries = "plain text"  # type: ignore[assignment]
    with pytest.raises(Exception, match="ciphertext"):
        row.save()
