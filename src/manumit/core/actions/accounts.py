"""Organisations, units and accounts: who works here. Making an account opens no case."""

from datetime import datetime

from manumit.core import models, roles, sealing
from manumit.core.actions import acting, keys


@acting.action("account.manage")
def create_organisation(
    *, by: acting.Actor, at: datetime, name: str, kind: str, country: str = ""
) -> models.Organisation:
    """Add an organisation."""
    return models.Organisation.objects.create(name=name, kind=kind, country=country)


@acting.action("account.manage")
def create_unit(
    *,
    by: acting.Actor,
    at: datetime,
    organisation: models.Organisation,
    name: str,
    possible_victims_to: models.Unit | None = None,
) -> models.Unit:
    """Add a unit; it has no key until its first person is made."""
    if models.Unit.objects.filter(organisation=organisation, name=name).exists():
        raise acting.Refused("This organisation already has a unit of this name.")
    return models.Unit.objects.create(
        organisation=organisation, name=name, possible_victims_to=possible_victims_to
    )


@acting.action("account.manage")
def create_user(
    *,
    by: acting.Actor,
    at: datetime,
    username: str,
    display_name: str,
    role: roles.Role,
    unit: models.Unit,
    passphrase: str,
    language: str = "en",
    cost: sealing.KdfCost | None = None,
) -> tuple[models.User, str]:
    """Make an account with its own key pair; returns it and its recovery code (shown once).

    The first person of a unit founds the unit's key; everyone after is admitted by a member.
    """
    if role is roles.Role.SYSTEM:
        raise acting.Refused("No account may hold this role.")
    if models.User.objects.filter(username=username).exists():
        raise acting.Refused("There is already an account of this name.")
    there = unit.people.filter(is_active=True).values_list("role", flat=True).distinct()
    if reason := roles.why_not_beside(role, map(roles.Role, there)):
        raise acting.Refused(reason)
    user = models.User(
        username=username, display_name=display_name, role=role, unit=unit, language=language
    )
    user.set_password(passphrase)
    user.save()
    code = keys.make_user_key(user, passphrase, cost or sealing.KdfCost())
    # Read anew: of two first people made at once, one founds the unit's key.
    home = models.Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if not home.generation:
        keys.found_unit(unit=home, first=user, at=at)
        unit.refresh_from_db()
    return user, code


@acting.action("account.manage")
def deactivate_user(*, by: acting.Actor, at: datetime, user: models.User) -> models.User:
    """End an account: its keys, its unlock and its share of the unit's key go at once.

    The unit's supervisor is asked to rotate the unit's key (`keys.rotation_due`).
    """
    if by.user and by.user.id == user.id:
        raise acting.Refused("You cannot end your own account.")
    user.is_active = False
    user.left_at = at
    user.set_unusable_password()
    user.save()
    models.UnitKeyWrap.objects.filter(user_id=user.id).delete()
    models.UserKey.objects.filter(user_id=user.id).delete()
    keys.lock(user=user)
    return user


@acting.action("account.own")
def choose_language(*, by: acting.Actor, at: datetime, language: str) -> models.User:
    """Remember the language in which a person wants to read the pages."""
    person = by.person
    person.language = language
    person.save(update_fields=["language"])
    return person


@acting.action("account.own")
def change_passphrase(*, by: acting.Actor, at: datetime, old: str, new: str) -> models.User:
    """Change one's own passphrase; the key pair stays, so no record has to be sealed anew."""
    person = by.person
    if not person.check_password(old) or not keys.change_passphrase(user=person, old=old, new=new):
        raise acting.Refused("This is not your present passphrase.")
    person.set_password(new)
    person.save()
    return person
