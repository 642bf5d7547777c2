"""A unit's ledger, its key, and what holds for all that is loaded into it."""

import hashlib
from datetime import datetime
from zoneinfo import available_timezones

from django.conf import settings

from manumit.core import models as core_models
from manumit.core import sealing
from manumit.core.actions import acting, sealed
from manumit.core.reasons import say
from manumit.core.sealing import FieldClass
from manumit.flows import models, money


def ledger_of(unit: core_models.Unit) -> models.Ledger | None:
    """Return a unit's ledger, where it has one."""
    return models.Ledger.objects.filter(unit=unit).first()


def bench() -> models.Ledger | None:
    """Return the bench: the ledger for published and made data, which belongs to no unit."""
    return models.Ledger.objects.filter(unit=None).first()


def mine(by: acting.Actor) -> models.Ledger:
    """Return the ledger of the actor's unit, or the bench for the system; raises Refused."""
    found = bench() if by.user is None else ledger_of(by.unit)
    if found is None:
        raise acting.Refused("Your unit has no ledger yet. The head of the unit can open one.")
    return found


def why_not_settings(currency: str, country: str, time_zone: str) -> str:
    """Return why a ledger cannot have these; "" when it can."""
    if not money.known(currency) or currency == money.NO_CURRENCY:
        return say("Give the currency as three letters of ISO 4217, such as USD.")
    if country and not (len(country) == 2 and country.isascii() and country.isupper()):
        return say("Give the country as two letters of ISO 3166, such as JO.")
    if time_zone not in available_timezones():
        return say("Give the time zone by its name, such as Asia/Amman.")
    return ""


@acting.action("ledger.open")
def open_ledger(
    *,
    by: acting.Actor,
    at: datetime,
    currency: str = "USD",
    country: str = "",
    time_zone: str = "UTC",
    four_eyes: bool = True,
) -> models.Ledger:
    """Open the ledger of the actor's unit and make its key; for the system, the bench."""
    if reason := why_not_settings(currency, country, time_zone):
        raise acting.Refused(reason)
    unit = by.unit if by.user else None
    if models.Ledger.objects.filter(unit=unit).exists():
        raise acting.Refused("There is a ledger already.")
    made = models.Ledger.objects.create(
        unit=unit,
        currency=currency,
        country=country,
        time_zone=time_zone,
        four_eyes=four_eyes,
        at=at,
    )
    if unit:
        sealed.create_keys(
            by=by, at=at, object_id=made.id, classes=[FieldClass.FINANCE], units=[unit]
        )
    return made


@acting.action("ledger.open")
def settle(
    *,
    by: acting.Actor,
    at: datetime,
    ledger: models.Ledger,
    country: str,
    time_zone: str,
    four_eyes: bool,
    rates: str,
    keep_years: int | None = None,
) -> models.Ledger:
    """Change what holds for the ledger from now on. Its currency stays: amounts are kept in it."""
    del at
    if ledger != mine(by):
        raise acting.NotFound
    if reason := why_not_settings(ledger.currency, country, time_zone):
        raise acting.Refused(reason)
    if rates.strip():
        try:
            money.rates(rates)
        except money.BadRates as problem:
            raise acting.Refused(
                say("The rates cannot be used: {problem}", problem=str(problem))
            ) from problem
    ledger.country, ledger.time_zone, ledger.four_eyes = country, time_zone, four_eyes
    ledger.rates = rates.strip()
    ledger.keep_years = keep_years or ledger.keep_years
    ledger.save(update_fields=["country", "time_zone", "four_eyes", "rates", "keep_years"])
    return ledger


@acting.action("ledger.load")
def save_mapping(
    *, by: acting.Actor, at: datetime, ledger: models.Ledger, name: str, text: str
) -> models.SavedMapping:
    """Keep a mapping under a name; the same name again replaces it."""
    if ledger != mine(by):
        raise acting.NotFound
    saved, _ = models.SavedMapping.objects.update_or_create(
        ledger=ledger, name=name.strip()[:80], defaults={"text": text, "by": by.user, "at": at}
    )
    return saved


def key_of(*, by: acting.Actor, ledger: models.Ledger) -> bytes:
    """Return the ledger's key (32 bytes). The bench's comes from the instance's own secret.

    Raises Refused where the actor's unit holds none. What is opened with it goes on the record.
    """
    if ledger.unit_id is None:
        secret = hashlib.sha256(b"manumit bench" + settings.SECRET_KEY.encode()).digest()
        return sealing.subkey(secret, ledger.id.bytes)
    if by.user is None or by.unit.pk != ledger.unit_id:
        raise acting.NotFound
    return sealed.keys_of(by, ledger.id, [FieldClass.FINANCE])[FieldClass.FINANCE]
