"""Writing a register out as FollowTheMoney's JSON lines, batch by batch.

Only accepted claims go along, and only those whose handling is at least as open as asked for; red
ones never, whoever asks. An entity of which nothing may go along is left out, and a relation whose
ends are left out goes too; an end that is named and never was in a file is named again. Who may be a
victim goes along out of a unit's register without a word: as the end of a relation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models as db_models

from manumit.core.actions import acting, guard
from manumit.network import claims, ftm, models, schemata
from manumit.network.actions import dossierfacts, registers
from manumit.network.claims import Handling, State

BATCH = 2_000
PURPOSE = "export of a register"


@dataclass
class Written:
    """What went along and what did not."""

    entities: int = 0
    relations: int = 0
    held_back: int = 0  # claims that are handled more strictly, or not accepted
    claims: list[UUID] = field(default_factory=list)  # that went along


@guard.opening("network.export")
def lines(
    *,
    by: acting.Actor,
    at: datetime,
    handling: Handling,
    written: Written,
    own_ids: bool = False,
) -> Iterator[str]:
    """Return the lines of a register, entities before relations; `written` counts along.

    Identifiers are those of the file that an entity came in with, unless several sources were
    imported (two files may use the same one) or `own_ids`: then ours. Each batch is an opening.
    Raises Refused for red.
    """
    if reason := claims.why_not_file(handling):
        acting.refuse(by=by, at=at, act="network.export", reason=reason)
        raise acting.Refused(reason)
    register = registers.mine(by)
    out = _Out(by, at, register, handling, written, own_ids or several_files(register))
    return out.lines()


def several_files(register: models.Register) -> bool:
    """Tell whether several sources were imported, so that one identifier may mean two entities."""
    imported = register.sources.exclude(digest="")
    says = db_models.Exists(_claims(source=db_models.OuterRef("pk")))
    return bool(imported.filter(says).count() > 1)


@dataclass
class _Out:
    by: acting.Actor
    at: datetime
    register: models.Register
    handling: Handling
    written: Written
    own_ids: bool

    def lines(self) -> Iterator[str]:
        standing = models.Entity.objects.filter(register=self.register, gone_at=None)
        for relations in (False, True):
            rows = standing.filter(tail__isnull=not relations)
            after = UUID(int=0)
            while batch := list(rows.filter(id__gt=after).order_by("id")[:BATCH]):
                after = batch[-1].id
                yield from self._batch(batch, relations)

    def _batch(self, batch: Sequence[models.Entity], relations: bool) -> Iterator[str]:
        said = self._said([one.id for one in batch])
        going = [one for one in batch if one.id in said]
        named = {UUID(v) for one in going for v in _refs(one.schema, said[one.id])}
        named |= {end for one in going for end in (one.tail_id, one.head_id) if end}
        given = self._given(going, named)
        for one in going:
            says = said[one.id]
            if relations and (one.tail_id not in given or one.head_id not in given):
                self.written.held_back += 1
                continue
            yield ftm.written(given[one.id], one.schema, _told(one, says, given))
            if relations:
                self.written.relations += 1
            else:
                self.written.entities += 1

    def _said(self, ids: Sequence[UUID]) -> dict[UUID, dict[str, list[str]]]:
        """Return what may go along of each entity: accepted, open enough, from a source open to us."""
        rows, victims = [], self._victims(ids)
        spared: set[UUID] = set()
        for row in models.Claim.objects.filter(entity__in=ids, ended_at=None).order_by("at", "id"):
            secret = claims.hidden(row.handling, row.by_id, self.by.id)
            leaves = not secret and not claims.why_not_leave(row.handling, self.handling)
            if row.state == State.ACCEPTED and leaves and row.entity_id in victims:
                spared.add(row.entity_id)
                self.written.held_back += 1
            elif row.state == State.ACCEPTED and leaves:
                rows.append(row)
            else:
                self.written.held_back += 1
        opened = registers.opened(self.by, self.at, rows, PURPOSE)
        said: dict[UUID, dict[str, list[str]]] = {one: {} for one in spared}
        for row, words in zip(rows, opened, strict=True):
            self.written.claims.append(row.id)
            merged = said.setdefault(row.entity_id, {})
            for prop, value in claims.statements(words["says"]):
                kept = merged.setdefault(prop, [])
                if value not in kept:
                    kept.append(value)
        return said

    def _victims(self, ids: Sequence[UUID]) -> frozenset[UUID]:
        """Return who may be a victim: they stand at the ends of relations, and nothing is said of them."""
        if self.register.unit_id is None:
            return frozenset()
        return dossierfacts.marked_anyhow(self.by, self.at, self.register, ids)

    def _given(self, going: Sequence[models.Entity], named: set[UUID]) -> dict[UUID, str]:
        """Return the identifier under which each entity goes along; what does not go has none."""
        here = {one.id: one for one in going}
        wanted = named - set(here)
        said = _claims(entity=db_models.OuterRef("pk"))
        goes = said.filter(
            ended_at=None, state=State.ACCEPTED.value, handling__in=_as_open(self.handling)
        )
        others = models.Entity.objects.filter(
            # Who is named and never was in a file has no words that could be held back.
            db_models.Exists(goes) | ~db_models.Exists(said),
            register=self.register,
            id__in=wanted,
            gone_at=None,
        )
        rows = [*here.values(), *others]
        if self.own_ids:
            return {row.id: str(row.id) for row in rows}
        cards = registers.opened(self.by, self.at, rows, PURPOSE)
        return {
            row.id: str((words.get("card") or {}).get("id") or row.id)
            for row, words in zip(rows, cards, strict=True)
        }


def _claims(**which: Any) -> "db_models.QuerySet[models.Claim]":
    return models.Claim.objects.filter(**which)


def _as_open(handling: Handling) -> list[str]:
    return [one.value for one in claims.OPENNESS if not claims.why_not_leave(one, handling)]


def _refs(schema: str, says: dict[str, list[str]]) -> list[str]:
    return [v for prop in schemata.schema(schema).refs & says.keys() for v in says[prop]]


def _told(one: models.Entity, says: dict[str, list[str]], given: dict[UUID, str]) -> dict[str, Any]:
    """Return properties as the file names them: with the ends of a relation and its identifiers."""
    refs = schemata.schema(one.schema).refs
    told: dict[str, list[str]] = {}
    edge = schemata.edge(one.schema)
    if edge and one.tail_id and one.head_id:
        told[edge.source], told[edge.target] = [given[one.tail_id]], [given[one.head_id]]
    for prop, values in says.items():
        if prop in refs:
            values = [given[UUID(v)] for v in values if UUID(v) in given]
        told[prop] = [*told.get(prop, []), *values]
    return {prop: values for prop, values in told.items() if values}
