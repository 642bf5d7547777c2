"""Key pairs of people and units: making, unlocking, admitting, leaving, rotating, recovering.

Nobody but a member can pass a unit's key on; the administrator who makes an account never sees
one. A leaver costs one rotation: a new unit key, and every wrap under it.
"""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from manumit.core import escrow, models, sealing
from manumit.core.actions import acting, record
from manumit.core.actions import keyring as keyrings
from manumit.core.sealing import FieldClass


def _passphrase_aad(user_id: UUID) -> bytes:
    return f"user-passphrase|{user_id}".encode()


def _recovery_aad(user_id: UUID) -> bytes:
    return f"user-recovery|{user_id}".encode()


def _unlock_aad(user_id: UUID) -> bytes:
    return f"unlock|{user_id}".encode()


def make_user_key(user: models.User, passphrase: str, cost: sealing.KdfCost) -> str:
    """Give an account its key pair; returns the recovery code, which is shown once."""
    pair = sealing.new_key_pair()
    key = models.UserKey(user_id=user.id, public_key=pair.public)
    _set_passphrase(key, pair.secret, passphrase, cost)
    code = _set_recovery(key, pair.secret)
    key.save(force_insert=True)
    return code


def _set_passphrase(
    key: models.UserKey, secret: bytes, passphrase: str, cost: sealing.KdfCost
) -> None:
    key.passphrase_salt = sealing.new_salt()
    key.kdf_memory_kib, key.kdf_time = cost.memory_kib, cost.time
    kek = sealing.derive(passphrase, key.passphrase_salt, cost)
    key.by_passphrase = sealing.wrap_key(kek, secret, _passphrase_aad(key.user_id))


def _set_recovery(key: models.UserKey, secret: bytes, code: str = "") -> str:
    code = code or sealing.new_recovery_code()
    key.recovery_salt = sealing.new_salt()
    kek = sealing.recovery_key(code, key.recovery_salt)
    key.by_recovery = sealing.wrap_key(kek, secret, _recovery_aad(key.user_id))
    return code


def _cost(key: models.UserKey) -> sealing.KdfCost:
    return sealing.KdfCost(memory_kib=key.kdf_memory_kib, time=key.kdf_time)


def _secret_by_passphrase(user: models.User, passphrase: str) -> bytes | None:
    key = models.UserKey.objects.filter(user_id=user.id).first()
    if key is None:
        return None
    kek = sealing.derive(passphrase, bytes(key.passphrase_salt), _cost(key))
    try:
        return sealing.unwrap_key(kek, bytes(key.by_passphrase), _passphrase_aad(user.id))
    except sealing.SealBroken:
        return None


def unlock(*, user: models.User, passphrase: str, at: datetime) -> str | None:
    """Unlock the person's secret key for one session; None when the passphrase is wrong.

    Returns the browser's half; a new unlock ends the one before.
    """
    made = halves(user=user, passphrase=passphrase)
    if made is None:
        return None
    browsers, servers = made
    hold(user=user, half=servers, at=at)
    return browsers


def halves(*, user: models.User, passphrase: str) -> tuple[str, str] | None:
    """Return the browser's and the server's half of the person's key; None for a wrong passphrase.

    The first is a secret that must live only in the browser's cookie, the second the person's key
    wrapped under it: neither opens anything alone. Nothing is kept here, so that who knows only
    the passphrase changes nothing.
    """
    secret = _secret_by_passphrase(user, passphrase)
    if secret is None:
        return None
    cookie = secrets.token_bytes(32)
    wrap = sealing.wrap_key(cookie, secret, _unlock_aad(user.id))
    return base64.urlsafe_b64encode(cookie).decode(), base64.urlsafe_b64encode(wrap).decode()


def hold(*, user: models.User, half: str, at: datetime) -> None:
    """Keep the server's half of `halves` for a session that has begun; ends the one before."""
    wrap = base64.urlsafe_b64decode(half)
    models.Unlock.objects.update_or_create(user_id=user.id, defaults={"wrap": wrap, "at": at})


def keyring_for(*, user: models.User, cookie_secret: str, at: datetime) -> keyrings.Keyring | None:
    """Return the person's keys for one request; None when locked or the cookie is not theirs."""
    held = models.Unlock.objects.filter(user_id=user.id).first()
    if held is None or not user.is_active:
        return None
    try:
        cookie = base64.urlsafe_b64decode(cookie_secret.encode())
        secret = sealing.unwrap_key(cookie, bytes(held.wrap), _unlock_aad(user.id))
    except (ValueError, sealing.SealBroken):
        return None
    return keyrings.Keyring(user_id=user.id, secret=secret, at=at)


def open_for_command(*, user: models.User, passphrase: str, at: datetime) -> keyrings.Keyring:
    """Return the person's keys for one command; nothing of them is kept. It goes on the record.

    Raises Refused for a wrong passphrase and for an account that may not be used.
    """
    secret = _secret_by_passphrase(user, passphrase) if user.is_active else None
    act, objects = "account.command", {"user": str(user.id)}
    if secret is None:
        reason = "The account name or the passphrase is not right."
        acting.refuse(by=acting.Actor(user), at=at, act=act, reason=reason, objects=objects)
        raise acting.Refused(reason)
    record.append(by=user.id, at=at, act=act, objects=objects)
    return keyrings.Keyring(user_id=user.id, secret=secret, at=at)


def lock(*, user: models.User) -> None:
    """End the person's unlock; their cookie opens nothing any more."""
    models.Unlock.objects.filter(user_id=user.id).delete()


def change_passphrase(*, user: models.User, old: str, new: str) -> bool:
    """Wrap the secret key under a new passphrase; False when the old one is wrong."""
    secret = _secret_by_passphrase(user, old)
    if secret is None:
        return False
    key = models.UserKey.objects.get(user_id=user.id)
    _set_passphrase(key, secret, new, _cost(key))
    key.save()
    return True


def recover_user(*, user: models.User, code: str, new_passphrase: str) -> str:
    """Set a new passphrase by the recovery code; returns the next code. Raises Refused."""
    key = models.UserKey.objects.filter(user_id=user.id).first()
    refusal = acting.Refused("This recovery code does not open this account.")
    if key is None:
        raise refusal
    try:
        kek = sealing.recovery_key(code, bytes(key.recovery_salt))
        secret = sealing.unwrap_key(kek, bytes(key.by_recovery), _recovery_aad(user.id))
    except (sealing.BadRecoveryCode, sealing.SealBroken) as problem:
        raise refusal from problem
    _set_passphrase(key, secret, new_passphrase, _cost(key))
    next_code = _set_recovery(key, secret)
    key.save()
    return next_code


@acting.action("account.own")
def renew_recovery_code(*, by: acting.Actor, at: datetime, code: str) -> models.User:
    """Let a new recovery code count, once the person has typed it back; the old one stops working.

    Raises BadRecoveryCode for text that `sealing.new_recovery_code` did not make.
    """
    key = models.UserKey.objects.get(user_id=by.person.id)
    _set_recovery(key, by.keys().secret, code)
    key.save()
    return by.person


def found_unit(*, unit: models.Unit, first: models.User, at: datetime) -> None:
    """Make a unit's first key when its first person is made. The key is wrapped to them alone."""
    unit_key = _new_generation(unit, at)
    _admit(unit, unit_key, first)
    first.admitted_at = at
    first.save(update_fields=["admitted_at"])
    _new_link_key(unit, unit_key, version=1)


def _new_generation(unit: models.Unit, at: datetime) -> bytes:
    unit_key, pair = sealing.new_key(), sealing.new_key_pair()
    unit.generation += 1
    unit.public_key = pair.public
    unit.save(update_fields=["generation", "public_key"])
    models.UnitKey.objects.create(
        unit_id=unit.id,
        generation=unit.generation,
        made_at=at,
        secret_wrap=sealing.wrap_key(
            unit_key, pair.secret, keyrings.unit_secret_aad(unit.id, unit.generation)
        ),
    )
    return unit_key


def _new_link_key(unit: models.Unit, unit_key: bytes, version: int) -> None:
    """The key of the unit's name index and blind index; a new version with each generation."""
    wrap = models.KeyWrap(
        object_id=unit.id,
        field_class=FieldClass.LINK,
        version=version,
        unit_id=unit.id,
        generation=unit.generation,
    )
    wrap.wrap = sealing.wrap_key(unit_key, sealing.new_key(), keyrings.wrap_aad(wrap))
    wrap.save(force_insert=True)


def _admit(unit: models.Unit, unit_key: bytes, person: models.User) -> None:
    public = models.UserKey.objects.get(user_id=person.id).public_key
    info = keyrings.unit_info(unit.id, unit.generation, person.id)
    models.UnitKeyWrap.objects.update_or_create(
        unit_id=unit.id,
        generation=unit.generation,
        user_id=person.id,
        defaults={"wrap": sealing.hpke_wrap(bytes(public), unit_key, info)},
    )


@acting.action("account.admit")
def admit(*, by: acting.Actor, at: datetime, newcomer: models.User) -> models.User:
    """A member passes the unit's key on to a newcomer of the same unit."""
    unit = by.unit
    if newcomer.unit_id != unit.id or not newcomer.is_active:
        raise acting.NotFound
    if newcomer.admitted_at:
        raise acting.Refused("This person has already been admitted.")
    try:
        unit_key = by.keys().unit_key(unit.id, unit.generation)
    except keyrings.NoKey as problem:
        raise acting.Refused("You have not been admitted to this unit yourself.") from problem
    _admit(unit, unit_key, newcomer)
    newcomer.admitted_at = at
    newcomer.save(update_fields=["admitted_at"])
    return newcomer


def rotation_due(unit: models.Unit) -> bool:
    """Tell whether somebody left since the unit's key was made."""
    newest = models.UnitKey.objects.filter(unit_id=unit.id).order_by("-generation").first()
    return bool(newest and unit.people.filter(left_at__gte=newest.made_at).exists())


@acting.action("unit.rotate")
def rotate_unit(*, by: acting.Actor, at: datetime) -> int:
    """Give the unit a new key and put every wrap under it; returns how many wraps moved.

    Needs nobody's presence but one member's: colleagues get the new key by their public keys.
    """
    unit = models.Unit.objects.select_for_update(no_key=True).get(pk=by.unit.id)
    ring = by.keys()
    try:
        ring.unit_key(unit.id, unit.generation)
    except keyrings.NoKey as problem:
        raise acting.Refused("You have not been admitted to this unit.") from problem
    old_wraps = list(models.KeyWrap.objects.filter(unit_id=unit.id))
    opened = [(wrap, ring.open_wrap(wrap)) for wrap in old_wraps]
    unit_key = _new_generation(unit, at)
    for person in unit.people.filter(is_active=True, admitted_at__isnull=False):
        _admit(unit, unit_key, person)
    for wrap, key in opened:
        wrap.generation, wrap.hpke = unit.generation, False
        wrap.wrap = sealing.wrap_key(unit_key, key, keyrings.wrap_aad(wrap))
    models.KeyWrap.objects.bulk_update(
        [wrap for wrap, _ in opened], ["generation", "hpke", "wrap"], batch_size=500
    )
    _new_link_key(unit, unit_key, version=unit.generation)
    _refresh_escrow(unit, unit_key)
    older = {"unit_id": unit.id, "generation__lt": unit.generation}
    models.UnitKeyWrap.objects.filter(**older).delete()
    models.UnitKey.objects.filter(**older).delete()
    by.unit.refresh_from_db()
    return len(opened)


def _escrow_info(unit_id: UUID, generation: int) -> bytes:
    return f"escrow|{unit_id}|{generation}".encode()


def _refresh_escrow(unit: models.Unit, unit_key: bytes) -> None:
    held = models.EscrowKey.objects.filter(unit_id=unit.id).first()
    if held is None:
        return
    held.generation = unit.generation
    held.unit_key_wrap = sealing.hpke_wrap(
        bytes(held.public_key), unit_key, _escrow_info(unit.id, unit.generation)
    )
    held.save()


@dataclass(frozen=True)
class Shares:
    """Five lists of words; any three recover the unit's key. Shown once, never stored."""

    words: tuple[str, ...] = field(repr=False)


@acting.action("unit.escrow")
def make_shares(*, by: acting.Actor, at: datetime) -> Shares:
    """Make five recovery shares of the unit's key; shares made before stop working."""
    unit = by.unit
    pair, split_key = sealing.new_key_pair(), sealing.new_key()
    unit_key = by.keys().unit_key(unit.id, unit.generation)
    models.EscrowKey.objects.update_or_create(
        unit_id=unit.id,
        defaults={
            "public_key": pair.public,
            "secret_wrap": sealing.wrap_key(split_key, pair.secret, _escrow_info(unit.id, 0)),
            "generation": unit.generation,
            "unit_key_wrap": sealing.hpke_wrap(
                pair.public, unit_key, _escrow_info(unit.id, unit.generation)
            ),
            "made_at": at,
            "proved_at": None,
        },
    )
    return Shares(tuple(escrow.split(split_key)))


def _opened_by_shares(held: models.EscrowKey | None, shares: list[str]) -> bytes:
    if held is None:
        raise acting.Refused("No recovery shares were ever made for this unit.")
    try:
        split_key = escrow.combine(shares)
        secret = sealing.unwrap_key(
            split_key, bytes(held.secret_wrap), _escrow_info(held.unit_id, 0)
        )
        return sealing.hpke_unwrap(
            secret, bytes(held.unit_key_wrap), _escrow_info(held.unit_id, held.generation)
        )
    except (escrow.BadShares, sealing.SealBroken) as problem:
        raise acting.Refused(
            "These shares do not open the unit's key. Check every word; three different "
            "shares of the same set are needed."
        ) from problem


@acting.action("unit.escrow")
def prove_shares(*, by: acting.Actor, at: datetime, shares: list[str]) -> models.Unit:
    """Show that three of the shares on paper work, before anybody has to rely on them."""
    held = models.EscrowKey.objects.filter(unit_id=by.unit.id).first()
    _opened_by_shares(held, shares)
    models.EscrowKey.objects.filter(unit_id=by.unit.id).update(proved_at=at)
    return by.unit


def shares_of(unit: models.Unit) -> models.EscrowKey | None:
    """Return what is known of the unit's recovery shares; None when none were made."""
    return models.EscrowKey.objects.filter(unit_id=unit.id).first()


@acting.action("unit.recover")
def recover_unit(*, by: acting.Actor, at: datetime, shares: list[str]) -> models.Unit:
    """Three share holders give the unit's key back to a supervisor of the unit who lost it."""
    unit = by.unit
    unit_key = _opened_by_shares(shares_of(unit), shares)
    _admit(unit, unit_key, by.person)
    by.person.admitted_at = by.person.admitted_at or at
    by.person.save(update_fields=["admitted_at"])
    return unit
