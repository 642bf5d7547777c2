"""Builders: cases that agreed to traces, and a unit that looks across them."""

import casework
import make
from manumit.cases import consent
from manumit.cases.actions import consents, traces
from manumit.core import fields, models
from manumit.core import traces as rules
from manumit.core.actions import sealed
from manumit.core.actions import traces as tokens
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass

AT = casework.AT
PHONE = "+962 7 0000 0001"


def house_key(by, at=AT):
    """Return the key of tokens; whoever holds it passes it on to those who have none."""
    wrap = models.KeyWrap.objects.filter(object_id=tokens.HOUSE).first()
    if wrap is not None:
        admitted = models.User.objects.filter(unit=wrap.unit_id, admitted_at__isnull=False)
        by = make.actor(admitted.first())
    return tokens.key(by=by, at=at)


def agreed(world, case, at=AT, given=True):
    """The person says yes to traces."""
    return consents.give_consent(
        by=world.worker,
        at=at,
        subject=case,
        purpose=consent.Purpose.TRACE,
        given=given,
        questions=casework.YES,
    )


def case_with(world, value=PHONE, kind="phone", at=AT, **talk):
    """A case with one trace."""
    case = world.taken(at=at, **talk)
    agreed(world, case, at)
    house_key(world.worker, at)
    traces.note_trace(by=world.worker, at=at, case=case, kind=kind, value=value)
    return case


def told_authority(world, case, unit, at=AT):
    """The person agrees that an organisation is told what they told."""
    return consents.give_consent(
        by=world.worker,
        at=at,
        subject=case,
        purpose=consent.Purpose.SHARE_WITH_AUTHORITY,
        given=True,
        questions=casework.YES,
        recipient=unit.organisation,
        classes=["testimony"],
    )


def investigator():
    """Return an investigator of a unit of their own."""
    return make.actor(make.user(Role.INVESTIGATOR))


def asked(world, by, value=PHONE, at=AT):
    """A request of the investigator's unit to the helping unit, as network/actions/traces makes it."""
    row = models.TraceRequest(
        id=fields.new_id(),
        token=tokens.token(house_key(by, at), "phone", value),
        from_unit=by.unit,
        to_unit=world.helping,
        basis=rules.Basis.INQUIRY.value,
        by=by.person,
        at=at,
    )
    row.seal_owner = row.id
    world.helping.refresh_from_db()
    keys = sealed.create_keys(
        by=by,
        at=at,
        object_id=row.id,
        classes=[FieldClass.REFERRAL],
        units=[by.unit, world.helping],
    )
    said = {"kind": "phone", "value": value, "wanted": "When was it last used?"}
    sealed.write(row, said, keys)
    row.save(force_insert=True)
    return row
