"""One batch of an import: rows become entities, claims and links, sealed under their parcel's key."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from manumit.core import fields, sealing
from manumit.core.actions import acting, names, sealed
from manumit.core.sealing import FieldClass
from manumit.network import claims, ftm, models, restating, schemata
from manumit.network.actions import judging, rawrows, registers

T = TypeVar("T")
MOST_SEALED = 200_000  # values under one key (core.sealing allows 2**20)
_OWN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CALLED = frozenset({"name", "alias", "previousName", "weakAlias"})
_AT_ONCE = 900

Says = dict[str, list[str]]
Ends = tuple[UUID | None, UUID | None]
_NO_ENDS: Ends = (None, None)
_Joined = tuple[UUID, UUID, str]  # tail, head, property
_ENTITY = ("id", "schema", "tail_id", "head_id", "since", "until", "role", "card")
_SHAPE = (
    "schema",
    "tail_id",
    "head_id",
    "since",
    "until",
    "role",
    "certainty",
    "gone_at",
    "card",
    "seal_version",
)
_CLAIM = ("id", "entity_id", "state", "says")
_LINK = ("tail_id", "head_id", "name")


@dataclass
class Counted:
    """What a batch did."""

    entities: int = 0
    relations: int = 0
    changed: int = 0
    ended: int = 0
    missing: int = 0


def new(
    by: acting.Actor, at: datetime, source: models.Source, digest: str, run: int
) -> models.Parcel:
    """Begin a parcel with a key of its own, inside an action."""
    last = source.parcels.order_by("-number").first()
    made = models.Parcel.objects.create(
        register=source.register,
        source=source,
        number=(last.number if last else 0) + 1,
        run=run,
        digest=digest,
        part=last.part if last and last.run == run else 1,
        line=last.line if last and last.run == run else 0,
        rows=0,
        at=at,
    )
    registers.new_keys(by, at, source.register, made.id)
    return made


@dataclass
class Work:
    """A batch at work; every method is called inside an action."""

    by: acting.Actor
    at: datetime
    source: models.Source
    part: int
    line: int
    counted: Counted = field(default_factory=Counted)

    def __post_init__(self) -> None:
        """Take up the run's last parcel, or a new one where its key has served enough."""
        self.register = self.source.register
        self.own = registers.keys(self.by, self.register)[FieldClass.NETWORK]
        self.blinder = sealing.Blinder(self.own, f"entity {self.source.id}")
        last = self.source.parcels.order_by("-number").first()
        if last is None:
            raise acting.Refused("The import has not begun.")
        self.parcel: models.Parcel = last
        self.entities: dict[UUID, tuple[Any, ...]] = {}
        self.cards: list[bytes] = []
        self.claims: list[tuple[str, str]] = []  # entity, state
        self.words: list[bytes] = []  # what each of them says
        self.with_part: set[UUID] = set()  # ends of relations that say what somebody did
        self.named: dict[UUID, list[str]] = {}
        self.reshaped: list[tuple[Any, ...]] = []
        self.known: list[tuple[ftm.Row, Says, models.Entity, Ends]] = []

    def grade(self, reliability: str, credibility: str, handling: str) -> None:
        """Say what holds for every claim of the file."""
        if self.parcel.rows * 2 >= MOST_SEALED:
            self.parcel = new(self.by, self.at, self.source, self.parcel.digest, self.parcel.run)
        owner = self.parcel.id
        key = registers.keys_for(self.by, self.register, [owner])[owner][FieldClass.NETWORK]
        self.red = handling == claims.Handling.RED
        here: dict[str, Any] = {
            "register_id": self.register.pk,
            "at": self.at,
            "seal_owner": owner,
            "seal_version": 1,
        }
        self._entities = rawrows.Table(models.Entity, _ENTITY, **here)
        self._cards = _sealer(key, owner, models.Entity, "card")
        self._claims = rawrows.Table(
            models.Claim,
            _CLAIM,
            **here,
            source_id=self.source.pk,
            reliability=reliability,
            credibility=credibility,
            handling=handling,
            on=self.source.on,
            by_id=self.by.id,
            accepted_by_id=self.by.id,
            accepted_at=self.at,
        )
        self._says = _sealer(key, owner, models.Claim, "says")

    def place(self, ident: str) -> UUID:
        """Return the entity that an identifier of the file makes; nobody can tell it without the key."""
        return UUID(bytes=self.blinder.blind(ident), version=4)

    def places(self, idents: Iterable[str]) -> dict[str, UUID]:
        """Return the entity of each identifier: one of ours that it names, or the one it will be."""
        wanted = set(idents)
        ours = [one for one in wanted if _OWN.fullmatch(one)]
        known: set[UUID] = set()
        for some in _parts(ours):
            rows = models.Entity.objects.filter(register=self.register, id__in=some)
            known.update(rows.values_list("id", flat=True))
        found = {str(one): one for one in known}
        return {one: found.get(one) or self.place(one) for one in wanted}

    def things(self, rows: Sequence[ftm.Row]) -> None:
        """Take in what is no relation."""
        merged = _merged(rows)
        refs = {v for row in merged for v in _refs(row)}
        place = self.places({row.id for row in merged} | refs)
        there = self._there(place[row.id] for row in merged)
        for row in merged:
            says, _ = _placed(row, place)
            self._one(row, says, place[row.id], there.get(place[row.id]), _NO_ENDS)
        self._write()

    def links(self, rows: Sequence[ftm.Row]) -> None:
        """Take in relations, and what joins two entities without being one."""
        merged = _merged(rows)
        refs = {v for row in merged for v in _refs(row)}
        place = self.places({row.id for row in merged} | refs)
        there = self._there(place[row.id] for row in merged)
        self._stand_in({place[ref]: ref for ref in refs}, {row.id for row in merged})
        joined: list[_Joined] = []
        for row in merged:
            says, ends = _placed(row, place)
            if schemata.edge(row.schema) is not None:
                self._one(row, says, place[row.id], there.get(place[row.id]), ends)
            joined += _joined(place[row.id], row.schema, says)
        self._write()
        self._weigh()
        links = rawrows.Table(models.Link, _LINK, unless_there=True, register_id=self.register.pk)
        links.insert([(tail.hex, head.hex, prop) for tail, head, prop in joined])
        self._back(joined)

    def done(self, rows: int) -> Counted:
        """Note how far the run is."""
        self.parcel.part, self.parcel.line = self.part, self.line
        self.parcel.rows += rows
        self.parcel.save(update_fields=["part", "line", "rows"])
        return self.counted

    def _there(self, ids: Iterable[UUID]) -> dict[UUID, models.Entity]:
        found: dict[UUID, models.Entity] = {}
        for some in _parts(list(set(ids))):
            found |= models.Entity.objects.filter(register=self.register).in_bulk(some)
        return found

    def _stand_in(self, wanted: dict[UUID, str], coming: set[str]) -> None:
        """Make an empty entity for each that is named and not there, so that nothing is lost."""
        for some in _parts(list(wanted)):
            rows = models.Entity.objects.filter(register=self.register, id__in=some)
            if rows.count() == len(some):  # as a rule; counting is much less work than listing
                continue
            there = set(rows.values_list("id", flat=True))
            for ident in some:
                if ident not in there and wanted[ident] not in coming:
                    self._entity(ident, wanted[ident], schemata.UNSORTED, {}, _NO_ENDS)
                    self.counted.missing += 1

    def _one(
        self,
        row: ftm.Row,
        says: Says,
        ident: UUID,
        known: models.Entity | None,
        ends: Ends,
    ) -> None:
        if known is None:
            self._entity(ident, row.id, row.schema, says, ends)
            self._claim(ident, says)
            if ends == _NO_ENDS:
                self.counted.entities += 1
            else:
                self.counted.relations += 1
        else:
            self.known.append((row, says, known, ends))
        called = [v for prop in _CALLED for v in says.get(prop, ())]
        if (
            called
            and self.register.unit_id
            and not self.red
            and schemata.schema(row.schema).matchable
        ):
            self.named[ident] = called

    def _card(self, schema: str, says: Says, given: str) -> dict[str, str]:
        """Return what an entity is called; red words make no caption that colleagues see."""
        return {"label": "" if self.red else schemata.caption(schema, says), "id": given}

    def _entity(self, ident: UUID, given: str, schema: str, says: Says, ends: Ends) -> None:
        since, until, role = _outline(says, ends)
        tail, head = ends
        if role and tail and head:
            self.with_part |= {tail, head}
        self.entities[ident] = (
            ident.hex,
            schema,
            tail.hex if tail else None,
            head.hex if head else None,
            since,
            until,
            role,
        )
        self.cards.append(_json(self._card(schema, says, given)))

    def _claim(self, entity: UUID, says: Says, state: claims.State = claims.State.ACCEPTED) -> None:
        self.claims.append((entity.hex, state.value))
        self.words.append(_json(says))

    def _write(self) -> None:
        cards = self._cards.seal_all(list(self.entities), self.cards)
        self._entities.insert(
            [(*row, card) for row, card in zip(self.entities.values(), cards, strict=True)]
        )
        self._restate()
        idents = fields.new_ids(len(self.claims), beside=self.parcel.id)
        words = self._says.seal_all(idents, self.words)
        self._claims.insert(
            [
                (ident.hex, *row, said)
                for ident, row, said in zip(idents, self.claims, words, strict=True)
            ]
        )
        if self.register.unit is not None:
            unit = self.register.unit
            names.remember_all(by=self.by, at=self.at, unit=unit, called=self.named)

    def _restate(self) -> None:
        """Compare what is said now with what the source said before, entity by entity."""
        if not self.known:
            return
        before: dict[UUID, list[restating.Told]] = {known.id: [] for _, _, known, _ in self.known}
        rows: list[models.Claim] = []
        for some in _parts(list(before)):
            said = models.Claim.objects.filter(entity__in=some)
            rows += [claim for claim in said if self._of_a_file(claim)]
        run = set(
            models.Parcel.objects.filter(source=self.source, run=self.parcel.run).values_list(
                "id", flat=True
            )
        )
        opened = registers.read(self.by, self.register, rows)
        for claim, words in zip(rows, opened, strict=True):
            before[claim.entity_id].append(
                restating.Told(
                    claim=claim.id,
                    says=words["says"],
                    state=claims.State(claim.state),
                    ended=claim.ended_at is not None,
                    by_hand=claim.parted_from_id is not None or claim.ended_by_id is not None,
                    this_run=claim.seal_owner in run,
                )
            )
        self.ring = registers.keys_for(
            self.by, self.register, (known.seal_owner for _, _, known, _ in self.known)
        )
        over: list[UUID] = []
        for row, says, known, ends in self.known:
            over += self._compare(row, says, known, ends, before[known.id])
        rawrows.update(models.Entity, _SHAPE, self.reshaped)
        for part in _parts(over):
            models.Claim.objects.filter(id__in=part).update(ended_at=self.at)

    def _of_a_file(self, claim: models.Claim) -> bool:
        """Tell whether a file of this source said it; what people entered, no file takes back."""
        by_hand = claim.seal_owner == self.register.pk and claim.parted_from_id is None
        return claim.source_id == self.source.pk and not by_hand

    def _compare(
        self,
        row: ftm.Row,
        says: Says,
        known: models.Entity,
        ends: Ends,
        before: list[restating.Told],
    ) -> list[UUID]:
        change = restating.compare(says, before)
        if change.says is not None:
            self._claim(known.id, change.says, change.state)
        if before and (change.says is not None or change.over):
            self.counted.changed += 1
        elif not before:
            self.counted.relations += ends != _NO_ENDS
            self.counted.entities += ends == _NO_ENDS
        gone = restating.no_longer(says, before)
        for prop, values in gone.items():
            if prop in schemata.schema(row.schema).refs:
                heads = [UUID(v) for v in values if _OWN.fullmatch(v)]
                links = models.Link.objects.filter(tail=known, name=prop, head__in=heads)
                links.update(gone_at=self.at)
        moved = ends not in (_NO_ENDS, (known.tail_id, known.head_id))
        if change.says is not None or known.gone_at is not None or change.over or moved:
            self._reshape(row, says, known, ends)
        return change.over

    def _reshape(self, row: ftm.Row, says: Says, known: models.Entity, ends: Ends) -> None:
        known.gone_at = None
        if known.id == self.place(row.id):  # and no entity of ours that the file names
            before = (known.schema, known.tail_id, known.head_id, known.role)
            known.schema, (known.tail_id, known.head_id) = row.schema, ends
            if ends != _NO_ENDS:
                known.since, known.until, known.role = _outline(says, ends)
            if before != (known.schema, known.tail_id, known.head_id, known.role):
                known.certainty = claims.Certainty.POSSIBLE.value  # another one was confirmed
            card = self._card(row.schema, says, row.id)
            sealed.write(known, {"card": card}, self.ring[known.seal_owner])
        self.reshaped.append(
            (
                known.schema,
                known.tail_id.hex if known.tail_id else None,
                known.head_id.hex if known.head_id else None,
                known.since,
                known.until,
                known.role,
                known.certainty,
                known.gone_at,
                known.card,
                known.seal_version,
                known.id.hex,
            )
        )

    def _weigh(self) -> None:
        """Whoever has a part in something now is judged by two people."""
        for _, _, known, _ in self.known:
            if known.role and known.tail_id and known.head_id:
                self.with_part |= {known.tail_id, known.head_id}
        for some in _parts(list(self.with_part)):
            judging.weigh_again(register=self.register, entities=some, at=self.at)

    def _back(self, joined: Sequence[_Joined]) -> None:
        """Let links stand again that were gone and are said anew."""
        wanted = set(joined)
        for some in _parts(list({tail for tail, _, _ in wanted})):
            gone = models.Link.objects.filter(tail__in=some, gone_at__isnull=False)
            back = [g.pk for g in gone if (g.tail_id, g.head_id, g.name) in wanted]
            models.Link.objects.filter(pk__in=back).update(gone_at=None)


def _sealer(key: bytes, owner: UUID, model: type[Any], column: str) -> sealing.Sealer:
    return sealing.Sealer(key, owner, FieldClass.NETWORK, model._meta.db_table, column, 1)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _parts(whole: Sequence[T]) -> Iterable[Sequence[T]]:
    return (whole[start : start + _AT_ONCE] for start in range(0, len(whole), _AT_ONCE))


def _merged(rows: Sequence[ftm.Row]) -> list[ftm.Row]:
    """Join rows of one identifier: a file may say things of one entity in several places."""
    found: dict[str, ftm.Row] = {}
    for row in rows:
        first = found.setdefault(row.id, row)
        if first is not row:
            for prop, values in row.says.items():
                kept = first.says.setdefault(prop, [])
                kept += [value for value in values if value not in kept]
    return list(found.values())


def _refs(row: ftm.Row) -> list[str]:
    refs = schemata.schema(row.schema).refs & row.says.keys()
    return [value for prop in refs for value in row.says[prop]]


def _placed(row: ftm.Row, place: dict[str, UUID]) -> tuple[Says, Ends]:
    """Return what is said with our own identifiers in place of the file's, and a relation's two ends.

    The ends are taken out of what is said; where one lacks, both stay there.
    """
    schema, says, ends = schemata.schema(row.schema), dict(row.says), _NO_ENDS
    if schema.edge:
        source, target = schema.edge.source, schema.edge.target
        if says.get(source) and says.get(target):
            ends = place[says[source][0]], place[says[target][0]]
            for prop in (source, target):
                if rest := says.pop(prop)[1:]:
                    says[prop] = rest
    for prop in schema.refs & says.keys():
        says[prop] = [str(place[value]) for value in says[prop]]
    return says, ends


def _joined(tail: UUID, schema: str, says: Says) -> list[_Joined]:
    refs = schemata.schema(schema).refs & says.keys()
    return [(tail, UUID(value), prop) for prop in sorted(refs) for value in says[prop]]


def _outline(says: Says, ends: Ends) -> tuple[str, str, str]:
    """Return what stands in the open of a relation: since when, until when, and a role that is a code."""
    if ends == _NO_ENDS:
        return "", "", ""
    since = next(iter(says.get("startDate") or says.get("date") or ()), "")[:10]
    until = next(iter(says.get("endDate") or ()), "")[:10]
    words = (*says.get("processRole", ()), *says.get("role", ()))
    return since, until, next((code for word in words if (code := schemata.role_code(word))), "")
