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
Row = TypeVar("Row", models.Entity, models.Claim, models.Link)
MOST_SEALED = 200_000  # values under one key (core.sealing allows 2**20)
_OWN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CALLED = frozenset({"name", "alias", "previousName", "weakAlias"})
_AT_ONCE = 900

Says = dict[str, list[str]]
Ends = tuple[UUID | None, UUID | None]
_NO_ENDS: Ends = (None, None)


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
        self.blind_kind = f"entity {self.source.id}"
        last = self.source.parcels.order_by("-number").first()
        if last is None:
            raise acting.Refused("The import has not begun.")
        self.parcel: models.Parcel = last
        self.key = b""
        self.blinds: dict[str, bytes] = {}
        self.entities: list[models.Entity] = []
        self.claims: list[models.Claim] = []
        self.named: dict[UUID, list[str]] = {}
        self.known: list[tuple[ftm.Row, Says, models.Entity, Ends]] = []

    def grade(self, reliability: str, credibility: str, handling: str) -> None:
        """Say what holds for every claim of the file."""
        if self.parcel.rows * 2 >= MOST_SEALED:
            self.parcel = new(self.by, self.at, self.source, self.parcel.digest, self.parcel.run)
        owner = self.parcel.id
        ring = registers.keys_for(self.by, self.register, [owner])
        self.key = ring[owner][FieldClass.NETWORK]
        here: dict[str, Any] = {
            "register_id": self.register.pk,
            "at": self.at,
            "seal_owner": owner,
            "seal_version": 1,
        }
        self._entity_form = models.Entity(**here)
        self._claim_form = models.Claim(
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

    def blind(self, ident: str) -> bytes:
        """Return what stands for an identifier of the file; nobody can tell it without the key."""
        if ident not in self.blinds:
            self.blinds[ident] = sealing.blind(self.own, self.blind_kind, ident)
        return self.blinds[ident]

    def places(self, idents: Iterable[str]) -> dict[str, UUID]:
        """Return the entity of each identifier: one of ours that it names, or the one it will be."""
        wanted = set(idents)
        ours = [one for one in wanted if _OWN.fullmatch(one)]
        known: set[UUID] = set()
        for some in _parts(ours):
            rows = models.Entity.objects.filter(register=self.register, id__in=some)
            known.update(rows.values_list("id", flat=True))
        found = {str(one): one for one in known}
        return {one: found.get(one) or UUID(bytes=self.blind(one), version=4) for one in wanted}

    def things(self, rows: Sequence[ftm.Row]) -> None:
        """Take in what is no relation."""
        merged = _merged(rows)
        refs = {v for row in merged for v in _refs(row)}
        place = self.places({row.id for row in merged} | refs)
        there = self._there(place[row.id] for row in merged)
        for row in merged:
            says = _placed(row.schema, row.says, place)
            self._one(row, says, place[row.id], there.get(place[row.id]), _NO_ENDS)
        self._write()

    def links(self, rows: Sequence[ftm.Row]) -> None:
        """Take in relations, and what joins two entities without being one."""
        merged = _merged(rows)
        refs = {v for row in merged for v in _refs(row)}
        place = self.places({row.id for row in merged} | refs)
        there = self._there(place[row.id] for row in merged)
        self._stand_in({place[ref]: ref for ref in refs}, {row.id for row in merged})
        joined: list[models.Link] = []
        for row in merged:
            edge = schemata.edge(row.schema)
            says = _placed(row.schema, row.says, place)
            if edge is not None:
                ends = _ends(edge, says)
                self._one(row, says, place[row.id], there.get(place[row.id]), ends)
            joined += self._joined(place[row.id], row.schema, says)
        self._write()
        self._weigh([*self.entities, *(known for _, _, known, _ in self.known)])
        rawrows.insert(joined, unless_there=True)
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
        there: set[UUID] = set()
        for some in _parts(list(wanted)):
            rows = models.Entity.objects.filter(register=self.register, id__in=some)
            there.update(rows.values_list("id", flat=True))
        for ident, given in wanted.items():
            if ident in there or given in coming:
                continue
            self._entity(ident, given, schemata.UNSORTED, {}, _NO_ENDS)
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
        findable = self.register.unit_id and self._claim_form.handling != claims.Handling.RED
        if called and findable and schemata.schema(row.schema).matchable:
            self.named[ident] = called

    def _caption(self, schema: str, says: Says) -> str:
        """Return what an entity is called; red words make no caption that colleagues see."""
        red = self._claim_form.handling == claims.Handling.RED
        return "" if red else schemata.caption(schema, says)

    def _entity(
        self,
        ident: UUID,
        given: str,
        schema: str,
        says: Says,
        ends: Ends,
    ) -> models.Entity:
        made = _like(self._entity_form)
        made.id, made.blind = ident, self.blind(given)
        _shape(made, schema, says, ends)
        self._seal(made, "card", {"label": self._caption(schema, says), "id": given})
        self.entities.append(made)
        return made

    def _claim(self, entity: UUID, says: Says, state: claims.State = claims.State.ACCEPTED) -> None:
        made = _like(self._claim_form)
        made.id, made.entity_id, made.state = fields.new_id(), entity, state.value
        self._seal(made, "says", says)
        self.claims.append(made)

    def _seal(self, row: Any, name: str, value: Any) -> None:
        context = sealing.Context(
            row.seal_owner, FieldClass.NETWORK, row._meta.db_table, row.id, name, 1
        )
        text = json.dumps(value, ensure_ascii=False).encode()
        setattr(row, name, sealing.seal(self.key, text, context))

    def _write(self) -> None:
        rawrows.insert(self.entities)
        self._restate()
        rawrows.insert(self.claims)
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
            rows += models.Claim.objects.filter(source=self.source, entity__in=some)
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
        over: list[UUID] = []
        for row, says, known, ends in self.known:
            over += self._compare(row, says, known, ends, before[known.id])
        for part in _parts(over):
            models.Claim.objects.filter(id__in=part).update(ended_at=self.at)

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
            one = schemata.prop(row.schema, prop)
            if one and one.type == "entity":
                heads = [UUID(v) for v in values if _OWN.fullmatch(v)]
                links = models.Link.objects.filter(tail=known, name=prop, head__in=heads)
                links.update(gone_at=self.at)
        moved = ends not in (_NO_ENDS, (known.tail_id, known.head_id))
        if change.says is not None or known.gone_at is not None or change.over or moved:
            self._reshape(row, says, known, ends)
        return change.over

    def _reshape(self, row: ftm.Row, says: Says, known: models.Entity, ends: Ends) -> None:
        known.gone_at = None
        if bytes(known.blind or b"") == self.blind(row.id):
            before = (known.schema, known.tail_id, known.head_id, known.role)
            _shape(known, row.schema, says, ends)
            if before != (known.schema, known.tail_id, known.head_id, known.role):
                known.certainty = claims.Certainty.POSSIBLE.value  # another one was confirmed
            ring = registers.keys_for(self.by, self.register, [known.seal_owner])
            card = {"label": self._caption(row.schema, says), "id": row.id}
            sealed.write(known, {"card": card}, ring[known.seal_owner])
        known.save()

    def _weigh(self, relations: Sequence[models.Entity]) -> None:
        """Whoever has a part in something now is judged by two people."""
        with_part = (one for one in relations if one.role)
        ends = {e for one in with_part for e in (one.tail_id, one.head_id) if e is not None}
        for some in _parts(list(ends)):
            judging.weigh_again(register=self.register, entities=some, at=self.at)

    def _back(self, joined: Sequence[models.Link]) -> None:
        """Let links stand again that were gone and are said anew."""
        wanted = {(one.tail_id, one.head_id, one.name) for one in joined}
        for some in _parts(list({tail for tail, _, _ in wanted})):
            gone = models.Link.objects.filter(tail__in=some, gone_at__isnull=False)
            back = [g.pk for g in gone if (g.tail_id, g.head_id, g.name) in wanted]
            models.Link.objects.filter(pk__in=back).update(gone_at=None)

    def _joined(self, tail: UUID, schema: str, says: Says) -> list[models.Link]:
        props = schemata.schema(schema).props
        return [
            models.Link(register_id=self.register.pk, tail_id=tail, head_id=UUID(value), name=prop)
            for prop, values in says.items()
            if prop in props and props[prop].type == "entity"
            for value in values
        ]


def _like(form: Row) -> Row:
    """Return a new row that says what the form says; a model's own constructor takes ten times as long."""
    made = object.__new__(type(form))
    made.__dict__ = dict(form.__dict__)
    return made


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
    props = schemata.schema(row.schema).props
    return [
        value
        for prop, values in row.says.items()
        if prop in props and props[prop].type == "entity"
        for value in values
    ]


def _placed(schema: str, says: Says, place: dict[str, UUID]) -> Says:
    """Return what is said with our own identifiers in place of the file's."""
    props = schemata.schema(schema).props
    return {
        prop: [str(place[v]) for v in values]
        if prop in props and props[prop].type == "entity"
        else values
        for prop, values in says.items()
    }


def _ends(edge: schemata.Edge, says: Says) -> Ends:
    """Take the two ends out of what a relation says; where one lacks, both stay where they are."""
    tails, heads = says.get(edge.source), says.get(edge.target)
    if not tails or not heads:
        return _NO_ENDS
    ends = UUID(tails[0]), UUID(heads[0])
    for prop in (edge.source, edge.target):
        if rest := says.pop(prop)[1:]:
            says[prop] = rest
    return ends


def _shape(entity: models.Entity, schema: str, says: Says, ends: Ends) -> None:
    """Put what stands in the open into its columns: schema, ends, time, and a role that is a code."""
    entity.schema = schema
    entity.tail_id, entity.head_id = ends
    if ends == _NO_ENDS:
        return
    entity.since = next(iter(says.get("startDate") or says.get("date") or ()), "")[:10]
    entity.until = next(iter(says.get("endDate") or ()), "")[:10]
    words = (*says.get("processRole", ()), *says.get("role", ()))
    entity.role = next((code for word in words if (code := schemata.role_code(word))), "")
