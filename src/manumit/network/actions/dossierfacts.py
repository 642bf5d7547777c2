"""Gathering what a dossier stands on: entities, claims, relations and sources, opened on the record."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from manumit.core.actions import acting
from manumit.network import claims, dossier, models, schemata
from manumit.network.actions import opening, registers

PURPOSE = "dossier"
MARKED = "is anybody here a possible victim?"
STATED = "relation"  # the property of a relation of which its claim says nothing more


def gather(
    *, by: acting.Actor, at: datetime, row: models.Dossier, content: Mapping[str, Any]
) -> dossier.Dossier:
    """Return a dossier, opened. Call it outside an action: each opening goes on the record first."""
    wanted = [UUID(one) for one in content["entities"]]
    found = {
        one.id: one
        for one in models.Entity.objects.filter(register=row.register, id__in=wanted, gone_at=None)
    }
    entities = [found[one] for one in dict.fromkeys(wanted) if one in found]
    give: dict[str, Any] = {"by": by, "at": at, "purpose": PURPOSE}
    seen = opening.seen(**give, entities=entities)
    for one in entities:
        seen[one.id] = _with_stated(one, seen[one.id])
    for marked_one in marked_unseen(by, at, row.register, seen):
        seen[marked_one] = _with_mark(seen[marked_one], row)
    sources = models.Source.objects.filter(
        register=row.register, id__in={v.source for one in seen.values() for v in one.said}
    )
    return dossier.Dossier(
        kind=row.kind,
        subject=row.subject_id,
        entities=seen,
        labels=opening.labels(**give, entities=entities),
        relations=tuple(
            _relation(one, one.tail_id, one.head_id)
            for one in entities
            if one.tail_id and one.head_id
        ),
        sources=_sources(list(sources), opening.sources(**give, sources=list(sources))),
        chosen=frozenset(UUID(one) for one in content["claims"]),
        sentences=tuple(sentence(one) for one in content["sentences"]),
        texts=dict(content["texts"]),
        lifted=row.lifted_at is not None,
        language=row.language,
    )


def sentence(told: Mapping[str, Any]) -> dossier.Sentence:
    """Return a sentence as it is kept."""
    stands_on = tuple(UUID(one) for one in told["claims"])
    return dossier.Sentence(told["text"], stands_on, told.get("on", ""), told.get("criterion", ""))


def plain(one: dossier.Sentence) -> dict[str, Any]:
    """Return a sentence as tables."""
    stands_on = [str(claim) for claim in one.claims]
    return {"text": one.text, "claims": stands_on, "on": one.on, "criterion": one.criterion}


def marked(
    by: acting.Actor, register: models.Register, entities: Iterable[UUID]
) -> frozenset[UUID]:
    """Return who may be a victim, inside an action; also where a red claim of somebody else says so.

    A mark that one person withdrew still counts: only a second person lifts it, dossier by dossier.
    """
    of = records_of(entities)
    rows = _ever(register, of)
    return _says_so(rows, registers.read(by, register, rows), of)


def marked_unseen(
    by: acting.Actor, at: datetime, register: models.Register, entities: Iterable[UUID]
) -> frozenset[UUID]:
    """The same outside an action, for what `opening.seen` leaves out: other people's red claims.

    And what is said of another record that people hold to be the same person, and what was withdrawn.
    """
    own, of = set(entities), records_of(entities)
    rows = [
        row
        for row in _ever(register, of)
        if row.entity_id not in own
        or row.ended_at is not None
        or row.state == claims.State.WITHDRAWN.value
        or claims.hidden(row.handling, row.by_id, by.id)
    ]
    return _says_so(rows, registers.opened(by, at, rows, MARKED), of)


def marked_anyhow(
    by: acting.Actor, at: datetime, register: models.Register, entities: Iterable[UUID]
) -> frozenset[UUID]:
    """Return who may be a victim, outside an action; the claims are opened on the record."""
    of = records_of(entities)
    rows = _standing(register, of)
    return _says_so(rows, registers.opened(by, at, rows, MARKED), of)


def records_of(entities: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return each record that is one of these or held to be the same, and which of them it is."""
    of: dict[UUID, set[UUID]] = {one: {one} for one in entities}
    mine = models.Membership.objects.filter(entity__in=list(of), ended_at=None)
    identities: dict[UUID, set[UUID]] = {}
    for identity, entity in mine.values_list("identity", "entity"):
        identities.setdefault(identity, set()).add(entity)
    every = models.Membership.objects.filter(identity__in=list(identities), ended_at=None)
    for identity, entity in every.values_list("identity", "entity"):
        of.setdefault(entity, set()).update(identities[identity])
    return of


def _ever(register: models.Register, entities: Iterable[UUID]) -> list[models.Claim]:
    return list(models.Claim.objects.filter(register=register, entity__in=list(entities)))


def _standing(register: models.Register, entities: Iterable[UUID]) -> list[models.Claim]:
    rows = models.Claim.objects.filter(register=register, entity__in=list(entities), ended_at=None)
    return list(rows.exclude(state=claims.State.WITHDRAWN.value))


def _says_so(
    rows: list[models.Claim], words: list[dict[str, Any]], of: Mapping[UUID, set[UUID]]
) -> frozenset[UUID]:
    return frozenset(
        one
        for row, said in zip(rows, words, strict=True)
        if any(v.casefold() == "true" for v in said["says"].get(dossier.MAY_BE_VICTIM, []))
        for one in of[row.entity_id]
    )


def _with_mark(seen: claims.Seen, row: models.Dossier) -> claims.Seen:
    mark = claims.Said(
        claim=row.id, entity=seen.id, prop=dossier.MAY_BE_VICTIM, value="true", source=row.id,
        reliability="F", credibility="6", handling=claims.Handling.RED,
        state=claims.State.PROPOSED, at=row.at,
    )  # fmt: skip
    return replace(seen, said=(*seen.said, mark))


def _with_stated(entity: models.Entity, seen: claims.Seen) -> claims.Seen:
    """A relation whose claim says no more than that it is there says that."""
    if seen.said or entity.tail_id is None:
        return seen
    label = schemata.schema(entity.schema).label if schemata.find(entity.schema) else entity.schema
    made = tuple(
        claims.Said(
            claim=row.id, entity=entity.id, prop=STATED, value=label, source=row.source_id,
            reliability=row.reliability, credibility=row.credibility,
            handling=claims.Handling(row.handling), state=claims.State(row.state), at=row.at,
            on=row.on, by=row.by_id, ended_at=row.ended_at,
        )
        for row in entity.claims.filter(ended_at=None).exclude(handling=claims.Handling.RED.value)
    )  # fmt: skip
    return replace(seen, said=made)


def _relation(one: models.Entity, tail: UUID, head: UUID) -> dossier.Relation:
    role = schemata.roles().get(one.role, one.role)
    return dossier.Relation(
        id=one.id,
        tail=tail,
        head=head,
        words=f"{one.schema}:{role}" if role else one.schema,
        since=one.since,
        until=one.until,
        certainty=one.certainty,
    )


def _sources(
    rows: list[models.Source], told: Mapping[UUID, Mapping[str, str]]
) -> dict[UUID, dossier.Source]:
    return {
        row.id: dossier.Source(
            id=row.id,
            kind=row.get_kind_display(),
            reliability=row.reliability,
            protected=row.protected,
            title=told[row.id]["title"],
            reference=told[row.id]["reference"],
            on=row.on.isoformat() if row.on else "",
        )
        for row in rows
    }
