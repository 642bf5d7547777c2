"""What left a register, on the record: recipient, purpose and basis, or nothing leaves."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from manumit.core.actions import acting, guard, sealed
from manumit.network import correction, dossier_kinds, dossier_states, models
from manumit.network.actions import registers

OWN = "own"  # the basis of what an instance does with published and made data on its bench


@acting.action("network.export")
def note_sent(
    *,
    by: acting.Actor,
    at: datetime,
    register: models.Register,
    what: str,
    recipient: str,
    purpose: str,
    basis: str,
    claims: Iterable[UUID],
    entities: Iterable[UUID],
    digest: str = "",
    size: int = 0,
    dossier: models.Dossier | None = None,
) -> models.Sent:
    """Note that something leaves; raises Refused without recipient, purpose or basis.

    Call it before the file is given out. `digest`: SHA-256 in hexadecimal; `size` in bytes.
    """
    if registers.why_not(by, register):
        raise acting.NotFound
    guard.refuse_if(_why_not(register, what, recipient, purpose, basis))
    made = models.Sent(
        register=register,
        what=what,
        dossier=dossier,
        basis=basis,
        digest=digest,
        size=size,
        claims=correction.packed(claims),
        entities=correction.packed(entities),
        by=by.user,
        at=at,
        seal_owner=register.id,
    )
    said = {"recipient": recipient.strip(), "purpose": purpose.strip()}
    sealed.write(made, said, registers.keys(by, register))
    made.save(force_insert=True)
    return made


def _why_not(register: models.Register, what: str, recipient: str, purpose: str, basis: str) -> str:
    if what not in models.What.values:
        return "Say what leaves."
    if register.unit_id is None and basis == OWN:
        basis = next(iter(dossier_kinds.bases()))
    return dossier_states.why_not_hand_over(recipient=recipient, purpose=purpose, basis=basis)


@guard.opening("dossier.read")
def open_sent(
    *, by: acting.Actor, at: datetime, sent: Iterable[models.Sent]
) -> list[tuple[models.Sent, dict[str, Any]]]:
    """Open to whom something went, what for, and what they answered; on the record."""
    rows = [guard.see(by, "dossier.read", one) for one in sent]
    opened = registers.opened(by, at, rows, "what left")
    return list(zip(rows, opened, strict=True))


@acting.action("dossier.write")
def record_reply(*, by: acting.Actor, at: datetime, sent: models.Sent, text: str) -> models.Sent:
    """Keep what a recipient answered."""
    row = guard.hold(by, "dossier.write", sent)
    if len(text.strip()) < dossier_states.SHORTEST:
        raise acting.Refused("Write what they answered.")
    sealed.write(row, {"reply": text.strip()}, registers.keys(by, row.register))
    row.replied_at = at
    row.save()
    return row
