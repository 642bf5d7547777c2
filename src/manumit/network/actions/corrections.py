"""Correcting a mistake everywhere it went: claims fall, decisions are taken back, recipients are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from manumit.core.actions import acting, guard, sealed
from manumit.network import correction as rules
from manumit.network import dossier_draft, dossier_states, models
from manumit.network import hits as hit_rules
from manumit.network.actions import claiming, judging, leads, registers

_OPEN = (
    dossier_states.State.DRAFT.value,
    dossier_states.State.PROPOSED.value,
    dossier_states.State.APPROVED.value,
)
PURPOSE = "correction"


@dataclass(frozen=True)
class Where:
    """Where something about an entity is, in and outside the unit."""

    sent: Sequence[tuple[models.Sent, dict[str, Any]]]
    dossiers: Sequence[models.Dossier]  # about them, not yet gone
    hits: Sequence[models.Hit]  # decided "the same"
    judgements: Sequence[models.Judgement]  # that hold them to be one with another record
    leads: Sequence[models.Lead]


def of(entity: models.Entity) -> list[datetime]:
    """Return when something about an entity was corrected, latest first; opens nothing."""
    return list(entity.corrections.order_by("-at").values_list("at", flat=True))


@guard.opening("correction.write")
def survey(*, by: acting.Actor, at: datetime, entity: models.Entity) -> Where:
    """Return where anything about an entity went or stands; opens to whom, on the record."""
    row = guard.see(by, "correction.write", entity)
    ids = [one.id for one in _gone(row, [], whole=True)]
    sent = list(models.Sent.objects.filter(pk__in=ids).defer("claims", "entities").order_by("-at"))
    opened = registers.opened(by, at, sent, PURPOSE)
    return Where(
        list(zip(sent, opened, strict=True)),
        _dossiers(row),
        _hits(row),
        _same(row),
        leads.of(row),
    )


def _same(entity: models.Entity) -> list[models.Judgement]:
    rows = judging.of(entity)
    same = models.SameVerdict.SAME.value
    return [one for one in rows if one.verdict == same and one.undone_at is None]


def _gone(entity: models.Entity, claims: Sequence[UUID], *, whole: bool) -> list[models.Sent]:
    rows = {one.id: one for one in models.Sent.objects.filter(register=entity.register_id)}
    relations = models.Entity.objects.filter(register=entity.register_id)
    records = [entity, *judging.also_known_as(entity)]  # who was told of one was told of all
    mine = [one.id for one in records]
    mine += relations.filter(tail__in=records).values_list("id", flat=True)
    mine += relations.filter(head__in=records).values_list("id", flat=True)
    gone = [rules.Gone(r.id, bytes(r.claims), bytes(r.entities)) for r in rows.values()]
    return [rows[one] for one in rules.went(gone, claims=claims, entities=mine, whole=whole)]


def _dossiers(entity: models.Entity) -> list[models.Dossier]:
    rows = models.Dossier.objects.filter(subject=entity, state__in=_OPEN)
    return list(rows.defer("content", "file", "remark", "lift").order_by("number"))


def _hits(entity: models.Entity) -> list[models.Hit]:
    states = [hit_rules.State.SAME.value, hit_rules.State.SECOND.value]
    return list(entity.hits.filter(state__in=states).order_by("at"))


@acting.action("correction.write")
def begin(
    *,
    by: acting.Actor,
    at: datetime,
    entity: models.Entity,
    wrong: str,
    what: str,
    right: str,
    claims: Sequence[models.Claim],
    judgements: Sequence[models.Judgement] = (),
    language: str = "en",
) -> models.Correction:
    """Withdraw what was wrong, part what was held to be one, and write a notice to each recipient.

    Where the person was mistaken everybody who received anything on them is told; where a claim was,
    those who received that claim.
    """
    row = registers.hold(by, "correction.write", entity)
    guard.refuse_if(rules.why_not_begin(wrong=wrong, what=what, right=right))
    if any(one.entity_id != row.id for one in claims):
        raise acting.NotFound
    if wrong == rules.Wrong.CLAIM and not claims:
        raise acting.Refused("Choose the claims that are wrong.")
    known = {one.id for one in _same(row)}
    if any(one.id not in known for one in judgements):
        raise acting.NotFound
    if wrong == rules.Wrong.TOGETHER and not judgements:
        raise acting.Refused("Choose the decision that was wrong.")
    register = row.register
    number = registers.next_number(register, models.Correction)  # held while the claims fall
    for claim in claims:
        if claim.ended_at is None:
            claiming.withdraw_claim(by=by, at=at, claim=claim, reason=what)
    made = models.Correction(
        register=register,
        number=number,
        entity=row,
        wrong=wrong,
        claims=rules.packed(one.id for one in claims),
        by=by.person,
        at=at,
        seal_owner=register.id,
    )
    keys = registers.keys(by, register)
    sealed.write(made, {"what": what.strip(), "right": right.strip()}, keys)
    made.save(force_insert=True)
    concerned = _gone(row, [one.id for one in claims], whole=wrong != rules.Wrong.CLAIM)
    for judgement in judgements:  # after it is known who was told while they were held to be one
        judging.undo(by=by, at=at, judgement=judgement, reason=what)
    for gone in concerned:
        _notice(by, at, made, gone, language)
    return made


def _notice(
    by: acting.Actor, at: datetime, made: models.Correction, gone: models.Sent, language: str
) -> None:
    keys = registers.keys(by, made.register)
    words = sealed.read(made, keys)
    unit = by.unit
    text = rules.letter(
        language,
        recipient=str(sealed.read(gone, keys).get("recipient") or ""),
        office=f"{unit.organisation.name}, {unit.name}",
        on=dossier_draft.day(at.date().isoformat(), language),
        sent_on=dossier_draft.day(gone.at.date().isoformat(), language),
        reference=f"D-{gone.dossier.number}" if gone.dossier else gone.digest[:12] or "—",
        what=words["what"],
        right=words["right"],
    )
    notice = models.Notice(
        register=made.register, correction=made, sent=gone, seal_owner=made.register_id
    )
    sealed.write(notice, {"text": {"language": language, "text": text}}, keys)
    notice.save(force_insert=True)


@dataclass(frozen=True)
class Opened:
    """A correction, opened."""

    row: models.Correction
    what: str
    right: str
    notices: Sequence[tuple[models.Notice, dict[str, Any], str]]  # with the recipient


@guard.opening("correction.write")
def open_correction(*, by: acting.Actor, at: datetime, correction: models.Correction) -> Opened:
    """Open a correction and its notices; on the record."""
    row = guard.see(by, "correction.write", correction)
    notices = list(row.notices.select_related("sent", "sent__dossier").order_by("sent__at", "id"))
    sent = [one.sent for one in notices]
    words, *rest = registers.opened(by, at, [row, *notices, *sent], PURPOSE)
    told, to = rest[: len(notices)], rest[len(notices) :]
    whom = [str(one.get("recipient") or "") for one in to]
    return Opened(row, words["what"], words["right"], list(zip(notices, told, whom, strict=True)))


@acting.action("correction.write")
def send_notice(*, by: acting.Actor, at: datetime, notice: models.Notice) -> models.Notice:
    """Note that a notice was sent."""
    return _move(by, at, notice, rules.State.SENT)


@acting.action("correction.write")
def answer_notice(
    *, by: acting.Actor, at: datetime, notice: models.Notice, text: str
) -> models.Notice:
    """Keep what a recipient answered to a notice."""
    if len(text.strip()) < dossier_states.SHORTEST:
        raise acting.Refused("Write what they answered.")
    row = _move(by, at, notice, rules.State.ANSWERED)
    sealed.write(row, {"answer": text.strip()}, registers.keys(by, row.register))
    row.save()
    return row


def _move(by: acting.Actor, at: datetime, notice: models.Notice, to: rules.State) -> models.Notice:
    row = guard.hold(by, "correction.write", notice)
    guard.refuse_if(rules.why_not_move(row.state, to))
    row.state = to.value
    if to is rules.State.SENT:
        row.sent_at, row.by = at, by.person
    else:
        row.answered_at = at
    row.save()
    return row


@acting.action("correction.write")
def letter(*, by: acting.Actor, at: datetime, notice: models.Notice) -> bytes:
    """Return the letter of a notice as PDF."""
    from manumit.core import printing

    row = guard.hold(by, "correction.write", notice)
    told = sealed.read(row, registers.keys(by, row.register))["text"]
    parts = [printing.text(one) for one in told["text"].split("\n\n")]
    side = printing.Side(told["language"], rules.title(told["language"]), parts)
    return printing.pdf([side], footer=f"{row.correction}")


@acting.action("correction.write")
def close(*, by: acting.Actor, at: datetime, correction: models.Correction) -> models.Correction:
    """Close a correction when everybody has been told and no open decision stands on it."""
    row = guard.hold(by, "correction.write", correction)
    if row.closed_at is not None:
        raise acting.Refused("It is closed already.")
    guard.refuse_if(rules.why_not_close(row.notices.values_list("state", flat=True)))
    if row.wrong != rules.Wrong.CLAIM and _hits(row.entity):
        raise acting.Refused("A hit still says that this is somebody on a list. Decide it anew.")
    row.closed_at, row.closed_by = at, by.person
    row.save()
    return row
