"""Dossiers leaving: proposed when nothing is missing, approved by a second person, handed over.

The package is made once, when it is proposed: what is approved and what leaves is that, byte for byte.
If a claim in it falls meanwhile, or somebody in it is marked as a possible victim, it stays.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from manumit.core.actions import acting, guard, sealed
from manumit.network import (
    claims,
    dossier_package,
    dossier_paper,
    dossier_states,
    models,
    schemata,
)
from manumit.network import dossier as rules
from manumit.network.actions import dossierfacts, dossiers, registers
from manumit.network.actions import sent as sents
from manumit.network.dossier_states import Act


def preview(whole: rules.Dossier, *, number: str) -> bytes:
    """Return the paper of a dossier as PDF, as its recipient would see it."""
    from manumit.core import printing

    return printing.pdf(
        [dossier_paper.side(whole, number=number)],
        footer=dossier_paper.footer(whole, number=number),
    )


def package(whole: rules.Dossier, *, number: str) -> dict[str, Any]:
    """Return what is kept of a package: the ZIP in base64, and what is in it."""
    told = dossier_package.tables(whole, number=number)
    ends = {}
    for schema in {one["words"].partition(":")[0] for one in told["relations"]}:
        if edge := schemata.edge(schema):
            ends[schema] = (edge.source, edge.target)
    made = dossier_package.pack(told, preview(whole, number=number), ends)
    return {
        "zip": base64.b64encode(made).decode(),
        "claims": [one["id"] for one in told["claims"]],
        "entities": [one["id"] for one in told["entities"] + told["relations"]],
        "about": [str(one) for one in whole.entities],
        "shielded": sorted(str(one) for one in rules.shielded(whole)),
    }


@guard.opening("dossier.write")
def propose(*, by: acting.Actor, at: datetime, dossier: models.Dossier) -> models.Dossier:
    """Make the package of a dossier that lacks nothing and propose it to a second person."""
    opened = dossiers.open_dossier(by=by, at=at, dossier=dossier)
    if rules.why_not_ready(opened.whole):
        raise acting.Refused("Something is still missing. The list on the page says what.")
    if not rules.leaving(opened.whole):
        raise acting.Refused("None of the chosen claims may leave.")
    file = package(opened.whole, number=f"{opened.row}")
    return propose_dossier(
        by=by, at=at, dossier=opened.row, file=file, version=opened.row.seal_version
    )


def _moving(
    by: acting.Actor, permission: str, dossier: models.Dossier, act: Act
) -> tuple[models.Dossier, dict[str, Any]]:
    row = guard.hold(by, permission, dossier)
    guard.refuse_if(dossier_states.why_not(row.state, act))
    row.state = dossier_states.after(row.state, act).value
    return row, sealed.read(row, registers.keys(by, row.register))


@acting.action("dossier.write")
def propose_dossier(
    *, by: acting.Actor, at: datetime, dossier: models.Dossier, file: dict[str, Any], version: int
) -> models.Dossier:
    """Keep the package and wait for the second person. Call `propose`.

    `version`: of the row from which the package was made; if it was written to since, refused.
    """
    row, _ = _moving(by, "dossier.write", dossier, Act.PROPOSE)
    if row.seal_version != version:
        raise acting.Refused("A colleague has changed it meanwhile. Look at it again.")
    guard.refuse_if(why_changed(by, row, file))
    sealed.write(row, {"file": file, "remark": None}, registers.keys(by, row.register))
    row.proposed_by, row.proposed_at = by.person, at
    row.approved_by = row.approved_at = None
    row.save()
    return row


def why_changed(by: acting.Actor, row: models.Dossier, file: dict[str, Any]) -> str:
    """Return why a package does not stand any more, inside an action; "" when it does."""
    ids = [UUID(one) for one in file["claims"]]
    good = models.Claim.objects.filter(
        register=row.register, id__in=ids, state=claims.State.ACCEPTED.value, ended_at=None
    ).exclude(handling__in=[one.value for one in rules.STAY])
    if good.count() != len(ids):
        return "A claim in it was contested or withdrawn since. Write it again without that claim."
    hidden = {UUID(one) for one in file["shielded"]}
    allowed = {row.subject_id} if row.lifted_at else set()
    entities = [UUID(one) for one in file["about"]]
    if dossierfacts.marked(by, row.register, entities) - hidden - allowed:
        return "Somebody in it was marked since as a possible victim. Write it again."
    return ""


@acting.action("dossier.approve")
def approve(*, by: acting.Actor, at: datetime, dossier: models.Dossier) -> models.Dossier:
    """Approve as the second person: from now on it may be handed over, as it is."""
    row, words = _moving(by, "dossier.approve", dossier, Act.APPROVE)
    guard.refuse_if(dossier_states.why_not_approve(user=by.id, proposed_by=row.proposed_by_id))
    guard.refuse_if(why_changed(by, row, words["file"]))
    row.approved_by, row.approved_at = by.person, at
    row.save()
    return row


@acting.action("dossier.approve")
def send_back(
    *, by: acting.Actor, at: datetime, dossier: models.Dossier, remark: str
) -> models.Dossier:
    """Send it back with what should change; who proposed it takes it back so."""
    row, _ = _moving(by, "dossier.approve", dossier, Act.SEND_BACK)
    if row.proposed_by_id != by.id and len(remark.strip()) < dossier_states.SHORTEST:
        raise acting.Refused("Say in a few words what should change.")
    said = {"remark": remark.strip() or None, "file": None}
    sealed.write(row, said, registers.keys(by, row.register))
    row.save()
    return row


@acting.action("dossier.write")
def reopen(*, by: acting.Actor, at: datetime, dossier: models.Dossier) -> models.Dossier:
    """Write at it again; it needs approval anew. What was handed over stays on the record."""
    row, _ = _moving(by, "dossier.write", dossier, Act.REOPEN)
    row.proposed_by = row.proposed_at = row.approved_by = row.approved_at = None
    sealed.write(row, {"file": None}, registers.keys(by, row.register))
    row.save()
    return row


@acting.action("dossier.write")
def withdraw(*, by: acting.Actor, at: datetime, dossier: models.Dossier) -> models.Dossier:
    """Give it up; it stays readable. Whoever received it is told by a correction."""
    row, _ = _moving(by, "dossier.write", dossier, Act.WITHDRAW)
    row.save()
    return row


@acting.action("dossier.export")
def hand_over(
    *,
    by: acting.Actor,
    at: datetime,
    dossier: models.Dossier,
    recipient: str,
    purpose: str,
    basis: str,
) -> models.Sent:
    """Hand the approved package over: recipient, purpose and legal basis are kept with it."""
    row, words = _moving(by, "dossier.export", dossier, Act.HAND_OVER)
    guard.refuse_if(
        dossier_states.why_not_hand_over(recipient=recipient, purpose=purpose, basis=basis)
    )
    file = words["file"]
    guard.refuse_if(why_changed(by, row, file))
    content = base64.b64decode(file["zip"])
    row.save()
    return sents.note_sent(
        by=by,
        at=at,
        register=row.register,
        what=models.What.DOSSIER.value,
        recipient=recipient,
        purpose=purpose,
        basis=basis,
        claims=[UUID(one) for one in file["claims"]],
        entities=[UUID(one) for one in file["entities"]],
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        dossier=row,
    )


@acting.action("dossier.write")
def record_answer(
    *, by: acting.Actor, at: datetime, dossier: models.Dossier, sent: models.Sent, text: str
) -> models.Dossier:
    """Keep what a recipient answered."""
    row = guard.hold(by, "dossier.write", dossier)
    if sent.dossier_id != row.id:
        raise acting.NotFound
    if row.state != dossier_states.State.ANSWERED:
        guard.refuse_if(dossier_states.why_not(row.state, Act.ANSWER))
        row.state = dossier_states.after(row.state, Act.ANSWER).value
    sents.record_reply(by=by, at=at, sent=sent, text=text)
    row.save()
    return row


@dataclass(frozen=True)
class Download:
    """A file to give out."""

    name: str
    content: bytes


@acting.action("dossier.export")
def download(*, by: acting.Actor, at: datetime, dossier: models.Dossier) -> Download:
    """Return the package that was handed over; not while something it stands on has fallen."""
    row = guard.hold(by, "dossier.export", dossier)
    if row.state not in {dossier_states.State.HANDED_OVER, dossier_states.State.ANSWERED}:
        raise acting.Refused("Write down first to whom it goes.")
    file = sealed.read(row, registers.keys(by, row.register))["file"]
    guard.refuse_if(why_changed(by, row, file))
    return Download(f"dossier-{row.number}.zip", base64.b64decode(file["zip"]))
