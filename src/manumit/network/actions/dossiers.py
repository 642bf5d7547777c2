"""Dossiers: begun on somebody, written, looked at by a second person for the mark "may be a victim".

What is in a dossier is sealed under the register's key. Each sentence stands on claims of the register.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from manumit.core.actions import acting, guard, sealed
from manumit.network import claims as claiming
from manumit.network import dossier as rules
from manumit.network import dossier_draft, dossier_kinds, dossier_states, models
from manumit.network.actions import dossierfacts, registers
from manumit.network.dossier_states import Act
from manumit.network.models import around

MOST_ENTITIES = 200
MOST_SENTENCES = 400


@dataclass(frozen=True)
class Opened:
    """A dossier, opened."""

    row: models.Dossier
    whole: rules.Dossier
    remark: str
    lift_asked: str
    lift_answer: str


@guard.opening("dossier.read")
def open_dossier(*, by: acting.Actor, at: datetime, dossier: models.Dossier) -> Opened:
    """Open a dossier and all it stands on; on the record."""
    row = guard.see(by, "dossier.read", dossier)
    row.file = None  # the package is not needed to look at it
    (words,) = registers.opened(by, at, [row], dossierfacts.PURPOSE)
    lift = words.get("lift") or {}
    return Opened(
        row=row,
        whole=dossierfacts.gather(by=by, at=at, row=row, content=words["content"]),
        remark=str(words.get("remark") or ""),
        lift_asked=str(lift.get("asked") or ""),
        lift_answer=str(lift.get("answer") or ""),
    )


# --- beginning -----------------------------------------------------------------------------------


@acting.action("dossier.write")
def begin(
    *,
    by: acting.Actor,
    at: datetime,
    subject: models.Entity,
    kind: str,
    language: str = "en",
    inquiry: models.Inquiry | None = None,
) -> models.Dossier:
    """Begin a dossier on somebody, with their relations and all claims that may leave chosen."""
    about = guard.hold(by, "network.read", subject)
    if about.tail_id or about.gone_at:
        raise acting.Refused("A dossier is about somebody or something, not about a relation.")
    if kind not in dossier_kinds.kinds():
        raise acting.Refused("Choose what the dossier is for.")
    within = guard.hold(by, "inquiry.read", inquiry) if inquiry else None
    register = about.register
    made = models.Dossier(
        register=register,
        number=registers.next_number(register, models.Dossier),
        kind=kind,
        language=language if language in dossier_draft.LANGUAGES else "en",
        subject=about,
        inquiry=within,
        by=by.person,
        at=at,
        seal_owner=register.id,
    )
    entities = [about.id, *_around(by, about)]
    content = {
        "entities": [str(one) for one in entities],
        "claims": [str(one) for one in _may_leave(register, entities)],
        "sentences": [],
        "texts": {},
    }
    sealed.write(made, {"content": content}, registers.keys(by, register))
    made.save(force_insert=True)
    return made


def _around(by: acting.Actor, about: models.Entity) -> list[UUID]:
    """Return the relations of somebody and who is at their other ends."""
    rows = models.Entity.objects.filter(register=about.register_id, gone_at=None)
    found: dict[UUID, None] = {}
    for side, other in (("tail", "head_id"), ("head", "tail_id")):
        for one in rows.filter(**{side: about}).order_by("-certainty", "at")[:MOST_ENTITIES]:
            found[one.id] = None
            found[getattr(one, other)] = None
    found.pop(about.id, None)
    hidden = around.unseen(list(found), by.id)
    return [one for one in found if one not in hidden][:MOST_ENTITIES]


def _may_leave(register: models.Register, entities: Iterable[UUID]) -> list[UUID]:
    rows = models.Claim.objects.filter(
        register=register,
        entity__in=list(entities),
        state=claiming.State.ACCEPTED.value,
        ended_at=None,
    )
    rows = rows.exclude(handling__in=[one.value for one in rules.STAY])
    return list(rows.order_by("at", "id").values_list("id", flat=True))


# --- writing -------------------------------------------------------------------------------------


def _writing(by: acting.Actor, row: models.Dossier) -> tuple[models.Dossier, dict[str, Any]]:
    found = guard.hold(by, "dossier.write", row)
    guard.refuse_if(dossier_states.why_not(found.state, Act.WRITE))
    return found, sealed.read(found, registers.keys(by, found.register))["content"]


def _kept(by: acting.Actor, row: models.Dossier, content: dict[str, Any]) -> models.Dossier:
    sealed.write(row, {"content": content}, registers.keys(by, row.register))
    row.save()
    return row


@acting.action("dossier.write")
def choose_entities(
    *, by: acting.Actor, at: datetime, dossier: models.Dossier, entities: Sequence[models.Entity]
) -> models.Dossier:
    """Choose who and which relations are in it; the subject always is. New ones bring their claims."""
    row, content = _writing(by, dossier)
    if any(one.register_id != row.register_id for one in entities):
        raise acting.NotFound
    wanted = dict.fromkeys([str(row.subject_id), *(str(one.id) for one in entities)])
    ends = [e for one in entities if one.tail_id for e in (one.tail_id, one.head_id)]
    wanted |= dict.fromkeys(str(end) for end in ends)
    if len(wanted) > MOST_ENTITIES:
        raise acting.Refused("These are too many for one dossier. Choose the ones it is about.")
    new = [UUID(one) for one in wanted if one not in content["entities"]]
    content["entities"] = list(wanted)
    content["claims"] += [str(one) for one in _may_leave(row.register, new)]
    return _kept(by, row, content)


@acting.action("dossier.write")
def choose_claims(
    *, by: acting.Actor, at: datetime, dossier: models.Dossier, claims: Sequence[UUID]
) -> models.Dossier:
    """Choose which claims go into it, among those of its entities that may leave."""
    row, content = _writing(by, dossier)
    known = set(_may_leave(row.register, [UUID(one) for one in content["entities"]]))
    content["claims"] = [str(one) for one in dict.fromkeys(claims) if one in known]
    return _kept(by, row, content)


@acting.action("dossier.write")
def save_sentence(
    *,
    by: acting.Actor,
    at: datetime,
    dossier: models.Dossier,
    place: int | None,
    text: str,
    claims: Sequence[UUID],
    on: str = "",
    criterion: str = "",
) -> models.Dossier:
    """Keep a sentence with the claims it stands on: at a place (from 0), or as the last one."""
    row, content = _writing(by, dossier)
    known = set(_may_leave(row.register, [UUID(one) for one in content["entities"]]))
    made = _sentence(text, claims, on, criterion)
    guard.refuse_if(rules.why_not_sentence(made, row.kind))
    if not set(made.claims) <= known:
        raise acting.Refused("One of these claims is contested, withdrawn, or may not leave.")
    rows = content["sentences"]
    if place is None and len(rows) >= MOST_SENTENCES:
        raise acting.Refused("The statement of case is long enough. Say it in fewer sentences.")
    if place is None:
        rows.append(dossierfacts.plain(made))
    elif 0 <= place < len(rows):
        rows[place] = dossierfacts.plain(made)
    else:
        raise acting.NotFound
    return _kept(by, row, content)


def _sentence(text: str, stands_on: Sequence[UUID], on: str, criterion: str) -> rules.Sentence:
    return rules.Sentence(
        " ".join(text.split()), tuple(dict.fromkeys(stands_on)), on.strip(), criterion
    )


@acting.action("dossier.write")
def remove_sentence(
    *, by: acting.Actor, at: datetime, dossier: models.Dossier, place: int
) -> models.Dossier:
    """Take a sentence out."""
    row, content = _writing(by, dossier)
    if not 0 <= place < len(content["sentences"]):
        raise acting.NotFound
    del content["sentences"][place]
    return _kept(by, row, content)


@acting.action("dossier.write")
def save_text(
    *, by: acting.Actor, at: datetime, dossier: models.Dossier, part: str, text: str
) -> models.Dossier:
    """Keep the text of a part that people write."""
    row, content = _writing(by, dossier)
    known = {p.code for p in dossier_kinds.parts(row.kind) if p.form is dossier_kinds.Form.TEXT}
    if part not in known:
        raise acting.NotFound
    content["texts"][part] = text.replace("\r\n", "\n").strip()
    return _kept(by, row, content)


@guard.opening("dossier.write")
def draft(*, by: acting.Actor, at: datetime, dossier: models.Dossier) -> models.Dossier:
    """Draft the statement of case anew from the chosen claims; what was written is replaced."""
    opened = open_dossier(by=by, at=at, dossier=dossier)
    made = dossier_draft.draft(opened.whole)[:MOST_SENTENCES]
    if not made:
        raise acting.Refused("None of the chosen claims may leave, so there is nothing to say yet.")
    return save_draft(by=by, at=at, dossier=opened.row, sentences=made)


@acting.action("dossier.write")
def save_draft(
    *,
    by: acting.Actor,
    at: datetime,
    dossier: models.Dossier,
    sentences: Sequence[rules.Sentence],
) -> models.Dossier:
    """Keep a drafted statement of case. Call `draft`."""
    row, content = _writing(by, dossier)
    content["sentences"] = [dossierfacts.plain(one) for one in sentences]
    return _kept(by, row, content)


# --- the mark "may be a victim" --------------------------------------------------------------------


@acting.action("dossier.write")
def ask_lift(
    *, by: acting.Actor, at: datetime, dossier: models.Dossier, reason: str
) -> models.Dossier:
    """Ask a second person whether somebody who may be a victim can be the subject after all."""
    row, _ = _writing(by, dossier)
    guard.refuse_if(claiming.why_not_reason(reason))
    sealed.write(row, {"lift": {"asked": reason.strip()}}, registers.keys(by, row.register))
    row.lift_asked_by, row.lift_asked_at = by.person, at
    row.lifted_by = row.lifted_at = None
    row.save()
    return row


@acting.action("dossier.approve")
def answer_lift(
    *, by: acting.Actor, at: datetime, dossier: models.Dossier, allow: bool, reason: str
) -> models.Dossier:
    """Allow it, or not, as a second person and with a reason that stays."""
    row = guard.hold(by, "dossier.approve", dossier)
    guard.refuse_if(dossier_states.why_not(row.state, Act.WRITE))
    if row.lift_asked_at is None or row.lifted_at is not None:
        raise acting.Refused("Nobody has asked for this.")
    if row.lift_asked_by_id == by.id:
        raise acting.Refused("You asked for this yourself. A second person decides.")
    guard.refuse_if(claiming.why_not_reason(reason))
    keys = registers.keys(by, row.register)
    lift = sealed.read(row, keys)["lift"] | {"answer": reason.strip()}
    sealed.write(row, {"lift": lift}, keys)
    if allow:
        row.lifted_by, row.lifted_at = by.person, at
    else:
        row.lift_asked_by = row.lift_asked_at = None
    row.save()
    return row
