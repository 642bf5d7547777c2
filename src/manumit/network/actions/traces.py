"""Looking across cases without seeing one: counts, and words that a team releases.

The wall: this module knows tokens. Which case, which person, even which strand is never given to it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from manumit.core import fields
from manumit.core import models as core
from manumit.core import traces as rules
from manumit.core.actions import acting, guard, sealed
from manumit.core.actions import traces as tokens
from manumit.core.sealing import FieldClass
from manumit.network import models
from manumit.network.actions import claiming, entering

_LOOK = "trace.look"


@dataclass(frozen=True)
class Standing:
    """What may be said of a link now; `grown` where it is more than when somebody last looked."""

    link: models.TraceLink
    now: tokens.Shared

    @property
    def grown(self) -> bool:
        """Tell whether more cases share it than were told before."""
        return self.now.cases > self.link.cases


def standing(links: Sequence[models.TraceLink]) -> list[Standing]:
    """Return what may be said now of links, in their order."""
    found = tokens.shared({bytes(link.token) for link in links})
    return [Standing(link, found[bytes(link.token)]) for link in links]


def of_entity(entity: models.Entity) -> list[Standing]:
    """Return what may be said now of an entity's identifiers, for its page; opens nothing."""
    return standing(list(models.TraceLink.objects.filter(entity=entity).order_by("at", "id")))


def _looked_this_hour(by: acting.Actor, at: datetime) -> int:
    since = at - timedelta(hours=1)
    return core.Leaf.objects.filter(by=by.person.id, act=_LOOK, at__gt=since).count()


@acting.action(_LOOK)
def look(
    *, by: acting.Actor, at: datetime, entity: models.Entity, kind: str, value: str, reason: str
) -> models.TraceLink:
    """Hold an identifier of an entity against the traces of cases; told is a count, or nothing."""
    held = guard.hold(by, _LOOK, entity)
    guard.refuse_if(rules.why_not_value(kind, value))
    guard.refuse_if(rules.why_not_look(_looked_this_hour(by, at), reason))
    made = tokens.token(tokens.key(by=by, at=at), kind, value)
    link = models.TraceLink.objects.filter(entity=held, token=made).first()
    if link is None:
        link = models.TraceLink(
            id=fields.new_id(),
            register_id=held.register_id,
            entity=held,
            token=made,
            seal_owner=held.register_id,
            by=by.person,
            at=at,
        )
    keys = sealed.keys_of(by, held.register_id, models.CLASSES)
    sealed.write(link, {"kind": kind, "value": value.strip(), "reason": reason.strip()}, keys)
    link.cases, link.looked_at = tokens.shared([made])[made].cases, at
    link.save()
    return link


@guard.opening(_LOOK)
def open_links(
    *,
    by: acting.Actor,
    at: datetime,
    links: Sequence[models.TraceLink],
    purpose: str = "look across cases",
) -> list[dict[str, Any]]:
    """Open what the links are about, in their order; one opening on the record."""
    seen = guard.visible(by, _LOOK, models.TraceLink).in_bulk([link.pk for link in links])
    if len(seen) != len({link.pk for link in links}):
        raise acting.NotFound
    rows = [seen[link.pk] for link in links]
    return sealed.open_rows(by=by, at=at, purpose=purpose, rows=rows, classes=models.CLASSES)


# --- asking a team -------------------------------------------------------------------------------
@acting.action("trace.ask")
def ask(
    *,
    by: acting.Actor,
    at: datetime,
    link: models.TraceLink,
    units: Collection[core.Unit],
    basis: str,
    wanted: str,
) -> tuple[core.TraceRequest, ...]:
    """Ask the teams that hold such cases what they may tell; each decides with the people."""
    held = guard.hold(by, _LOOK, link)
    there = {unit.pk for unit in standing([held])[0].now.units}
    if not units or {unit.pk for unit in units} - there:
        raise acting.Refused("Choose whom to ask from those who hold enough cases.")
    if basis not in set(rules.Basis):
        raise acting.Refused("Choose on which ground you ask.")
    if len(wanted.strip()) < 10:
        raise acting.Refused("Say what you would like to know, and what for.")
    keys = sealed.keys_of(by, held.register_id, models.CLASSES)
    said = sealed.read(held, keys)
    open_ones = core.TraceRequest.objects.filter(
        token=held.token, from_unit=by.unit, state=rules.State.ASKED.value
    )
    asked = set(open_ones.values_list("to_unit", flat=True))
    fresh = [unit for unit in units if unit.pk not in asked]
    if not fresh:
        raise acting.Refused("They have been asked already and have not answered yet.")
    return tuple(_ask(by, at, held, unit, basis, said | {"wanted": wanted}) for unit in fresh)


def _ask(
    by: acting.Actor,
    at: datetime,
    link: models.TraceLink,
    unit: core.Unit,
    basis: str,
    said: dict[str, Any],
) -> core.TraceRequest:
    row = core.TraceRequest(
        id=fields.new_id(),
        token=link.token,
        from_unit=by.unit,
        to_unit=unit,
        basis=basis,
        by=by.person,
        at=at,
    )
    row.seal_owner = row.id
    keys = sealed.create_keys(
        by=by,
        at=at,
        object_id=row.id,
        classes=[FieldClass.REFERRAL],
        units={u.pk: u for u in (by.unit, unit)}.values(),
    )
    sealed.write(row, {name: said[name] for name in ("kind", "value", "wanted")}, keys)
    row.save(force_insert=True)
    return row


@acting.action("trace.ask")
def drop(*, by: acting.Actor, at: datetime, request: core.TraceRequest) -> core.TraceRequest:
    """No longer ask."""
    row = guard.hold(by, "trace.ask", request)
    guard.refuse_if(rules.why_not(row.state, rules.State.DROPPED))
    row.state, row.answered_at = rules.State.DROPPED.value, at
    row.save(update_fields=["state", "answered_at"])
    return row


def readable(row: core.TraceRequest, on: date) -> bool:
    """Tell whether there is an answer that can be opened on the day."""
    stands = row.state == rules.State.RELEASED.value and row.statement is not None
    return stands and row.ends_on is not None and on <= row.ends_on


@guard.opening("trace.ask")
def open_request(
    *, by: acting.Actor, at: datetime, request: core.TraceRequest, purpose: str = "read an answer"
) -> dict[str, Any]:
    """Open what was asked, and what was answered while it stands."""
    row = guard.see(by, "trace.ask", request)
    classes = {FieldClass.REFERRAL}
    if readable(row, at.date()):
        classes.add(FieldClass.NETWORK)
    return sealed.open_rows(by=by, at=at, purpose=purpose, rows=[row], classes=classes)[0]


def link_of(by: acting.Actor, request: core.TraceRequest) -> models.TraceLink | None:
    """Return the newest link that a request was made from."""
    rows = guard.visible(by, _LOOK, models.TraceLink).filter(token=request.token)
    found: models.TraceLink | None = rows.order_by("-at", "id").first()
    return found


@acting.action("trace.ask")
def enter(
    *, by: acting.Actor, at: datetime, request: core.TraceRequest, entity: models.Entity
) -> models.TraceEntered:
    """Enter a released answer: a source of its own, and a claim about the entity that it proposes."""
    row = guard.hold(by, "trace.ask", request)
    target = guard.hold(by, "network.write", entity)
    if not readable(row, at.date()):
        raise acting.Refused("There is no answer that can be read.")
    if models.TraceEntered.objects.filter(request=row).exists():
        raise acting.Refused("This answer is entered already.")
    keys = sealed.keys_of(by, row.id, [FieldClass.REFERRAL, FieldClass.NETWORK])
    words = str(sealed.read(row, keys)["statement"])
    answered = row.answered_at or at
    source = entering.add_source(
        by=by,
        at=at,
        kind=models.SourceKind.RELEASED.value,
        title=f"{row.to_unit.name}, {answered.date().isoformat()}",
        reference=str(row.id),
        on=answered.date(),
        protected=True,
    )
    claim = claiming.add_claim(
        by=by, at=at, entity=target, prop="notes", values=[words], source=source
    )
    return models.TraceEntered.objects.create(
        register_id=target.register_id, request=row, source=source, claim=claim, at=at
    )


def to_remove(by: acting.Actor) -> list[models.TraceEntered]:
    """Return what was entered from answers that were taken back since, and still stands."""
    rows = guard.visible(by, "network.read", models.TraceEntered).filter(
        request__state=rules.State.TAKEN_BACK.value, claim__ended_at=None
    )
    return list(rows.select_related("request", "claim", "source").order_by("at", "id"))


@acting.action("trace.ask")
def remove(*, by: acting.Actor, at: datetime, request: core.TraceRequest) -> core.TraceRequest:
    """Withdraw what was entered from an answer that was taken back."""
    row = guard.hold(by, "trace.ask", request)
    for entered in to_remove(by):
        if entered.request_id == row.pk:
            claiming.withdraw_claim(
                by=by, at=at, claim=entered.claim, reason="The answer was taken back."
            )
    return row
