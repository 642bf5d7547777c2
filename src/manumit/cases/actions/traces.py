"""Traces of those responsible: noted with the person's agreement, struck out, answered for.

What crosses to the accountability side is a token. More is told only as a statement that the head of
the team words and releases, drawing on people who agreed that this organisation is told.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from manumit.cases import consent
from manumit.cases.actions import disclosing, tracing
from manumit.cases.models import Case, CaseTrace, Consent, Disclosure
from manumit.core import fields
from manumit.core import traces as rules
from manumit.core.actions import acting, guard, sealed
from manumit.core.actions import traces as tokens
from manumit.core.models import TraceDrawn, TraceRequest
from manumit.core.sealing import FieldClass

PURPOSE = consent.Purpose.TRACE
_CLASS = FieldClass.LEGAL
_TOLD = FieldClass.TESTIMONY  # what a statement draws on: what people told


@dataclass(frozen=True)
class Opened:
    """One trace, opened for its page."""

    row: CaseTrace
    kind: str
    value: str


@dataclass(frozen=True)
class Possible:
    """A case that a statement could draw on; `reason` says why not, "" means it may."""

    case: Case
    reason: str


def why_not_note(case: Case, on: date) -> str:
    """Say why nothing may be noted of this case; "" when it may."""
    if case.erased_at is not None:
        return "This case was erased."
    return disclosing.why_not(case, PURPOSE, None, _CLASS.value, on)


@acting.action("trace.note")
def note_trace(*, by: acting.Actor, at: datetime, case: Case, kind: str, value: str) -> CaseTrace:
    """Note one trace of those responsible; its token can be met from now on."""
    held = guard.hold(by, "trace.note", case)
    guard.refuse_if(why_not_note(held, at.date()) or rules.why_not_value(kind, value))
    house = tokens.key_if_here(by=by, at=at)
    if house is not None:
        there = tokens.held(tokens.token(house, kind, value), held.unit)
        mine = CaseTrace.objects.filter(case=held).values_list("pk", flat=True)
        if there & {tracing.token_id(each) for each in mine}:
            raise acting.Refused("This is noted already.")
    row = CaseTrace(id=fields.new_id(), case=held, by=by.person, at=at)
    row.seal_owner = row.id
    keys = sealed.create_keys(by=by, at=at, object_id=row.id, classes=[_CLASS], units=[held.unit])
    sealed.write(row, {"kind": kind, "value": value.strip()}, keys)
    row.save(force_insert=True)
    if house is not None:
        _put(held, row, tokens.token(house, kind, value), at.date())
    return row


def _put(case: Case, row: CaseTrace, token: bytes, on: date) -> None:
    tokens.put(
        id=tracing.token_id(row.id),
        strand=tracing.strand(case.id),
        unit=case.unit,
        token=token,
        on=on,
    )


@acting.action("trace.note")
def count_waiting(*, by: acting.Actor, at: datetime, case: Case) -> int:
    """Make the tokens of what was noted before the key reached the team; returns how many."""
    held = guard.hold(by, "trace.note", case)
    house = tokens.key_if_here(by=by, at=at)
    if house is None or why_not_note(held, at.date()):
        return 0
    rows = tracing.waiting(held)
    keys = by.keys().keys([row.id for row in rows], [_CLASS])
    mine = [row for row in rows if (row.id, _CLASS) in keys]
    for row in mine:
        said = sealed.read(row, {_CLASS: keys[row.id, _CLASS]})
        _put(held, row, tokens.token(house, said["kind"], said["value"]), at.date())
    return len(mine)


@acting.action("trace.note")
def strike_trace(*, by: acting.Actor, at: datetime, trace: CaseTrace) -> CaseTrace:
    """Take one trace out: the person wants it, or it was written by mistake."""
    held = guard.hold(by, "trace.note", trace)
    key = held.pk
    tracing.take_out_one(row=held, at=at)
    held.pk = key  # the record names what was struck out
    return held


@guard.opening("trace.note")
def open_traces(
    *, by: acting.Actor, at: datetime, case: Case, purpose: str = "case work"
) -> list[Opened]:
    """Open the traces of a case; one opening on the record. Another team's stay locked."""
    case = guard.see(by, "trace.note", case)
    every = list(CaseTrace.objects.of_case(case))
    held = by.keys().keys([row.id for row in every], [_CLASS])
    rows = [row for row in every if (row.id, _CLASS) in held]
    values = sealed.open_rows(by=by, at=at, purpose=purpose, rows=rows, classes={_CLASS})
    return [
        Opened(row, str(each.get("kind") or ""), str(each.get("value") or ""))
        for row, each in zip(rows, values, strict=True)
    ]


# --- requests of the accountability side ---------------------------------------------------------
@guard.opening("trace.answer")
def open_request(
    *, by: acting.Actor, at: datetime, request: TraceRequest, purpose: str = "answer a request"
) -> dict[str, Any]:
    """Open what is asked, and what was answered."""
    row = guard.see(by, "trace.answer", request)
    classes = {FieldClass.REFERRAL}
    if row.statement is not None and not over(row, at.date()):
        classes.add(FieldClass.NETWORK)
    return sealed.open_rows(by=by, at=at, purpose=purpose, rows=[row], classes=classes)[0]


def over(row: TraceRequest, on: date) -> bool:
    """Tell whether the time of a released answer has passed."""
    return row.ends_on is not None and on > row.ends_on


def possible(by: acting.Actor, request: TraceRequest, on: date) -> list[Possible]:
    """Return the cases of the unit with this trace, and whether each agreed to be drawn on."""
    cases = tracing.cases_with(bytes(request.token), by.unit)
    said = disclosing.words_of(cases, by)
    return [Possible(case, _why_not_draw(said[case.id], request, on)) for case in cases]


def _why_not_draw(said: disclosing.Words, request: TraceRequest, on: date) -> str:
    return said.why_not(PURPOSE, None, _CLASS.value, on) or said.why_not(
        consent.Purpose.SHARE_WITH_AUTHORITY, request.from_unit.organisation, _TOLD.value, on
    )


@acting.action("trace.answer")
def release(
    *,
    by: acting.Actor,
    at: datetime,
    request: TraceRequest,
    statement: str,
    cases: Collection[Case],
) -> TraceRequest:
    """Release a statement to the unit that asked; each person it draws on agreed to it."""
    row = guard.hold(by, "trace.answer", request)
    guard.refuse_if(rules.why_not(row.state, rules.State.RELEASED))
    if len(statement.strip()) < 10:
        raise acting.Refused("Write what may be told, in your own words.")
    wanted = {case.pk for case in cases}
    drawn = [each for each in possible(by, row, at.date()) if each.case.pk in wanted]
    if not drawn or len(drawn) != len(wanted):
        raise acting.Refused("Choose whose words it draws on. Without an agreement nothing goes.")
    guard.refuse_if(next((each.reason for each in drawn if each.reason), ""))
    _release(by, at, row, statement, drawn)
    return row


def _release(
    by: acting.Actor, at: datetime, row: TraceRequest, statement: str, drawn: Sequence[Possible]
) -> None:
    """Give the statement's key, not beyond the first yes, and write it on each person's own page.

    What stands there does not name the request, which names the token.
    """
    left = [
        disclosing.note(
            by=by,
            at=at,
            case=each.case,
            purpose=consent.Purpose.SHARE_WITH_AUTHORITY,
            recipient=row.from_unit.organisation,
            classes=[_TOLD],
            what=tracing.WHAT,
        )
        for each in drawn
    ]
    row.ends_on = rules.ends_on(at.date(), _first_end(drawn, left))
    if row.ends_on is None:
        raise acting.Refused(
            "A yes that this draws on ends within days. Ask the person again first."
        )
    keys = sealed.keys_of(by, row.id, [FieldClass.REFERRAL])
    keys |= sealed.create_keys(
        by=by, at=at, object_id=row.id, classes=[FieldClass.NETWORK], units=[row.to_unit]
    )
    sealed.share_keys(
        by=by,
        at=at,
        object_id=row.id,
        classes=[FieldClass.NETWORK],
        to_unit=row.from_unit,
        expires_at=disclosing.end_of_day(row.ends_on),
    )
    sealed.write(row, {"statement": statement.strip()}, keys)
    row.state = rules.State.RELEASED.value
    row.answered_by, row.answered_at = by.person, at
    row.save()
    TraceDrawn.objects.bulk_create(
        [TraceDrawn(request=row, strand=tracing.strand(each.case.id)) for each in drawn]
    )


def _first_end(drawn: Sequence[Possible], left: Sequence[Disclosure]) -> date:
    """Return the first day on which a yes ends: to this authority, or to traces being noted."""
    owner = {subject: each.case.pk for each in drawn for subject in each.case.subject_ids()}
    noted = Consent.objects.about(owner).filter(
        purpose=PURPOSE.value, given=True, withdrawn_at=None, expires_on__isnull=False
    )
    # The newest yes of each person counts.
    newest = {
        owner[word.subject_id]: word.expires_on for word in reversed(noted) if word.expires_on
    }
    told = [one.expires_at.date() for one in left if one.expires_at]
    return min([*newest.values(), *told], default=date.max)


@acting.action("trace.answer")
def decline(*, by: acting.Actor, at: datetime, request: TraceRequest, reason: str) -> TraceRequest:
    """Decline, and say why; nothing else is told."""
    row = guard.hold(by, "trace.answer", request)
    guard.refuse_if(rules.why_not(row.state, rules.State.DECLINED))
    if len(reason.strip()) < 5:
        raise acting.Refused("Say in a few words why not.")
    keys = sealed.keys_of(by, row.id, [FieldClass.REFERRAL])
    sealed.write(row, {"why_not": reason.strip()}, keys)
    row.state = rules.State.DECLINED.value
    row.answered_by, row.answered_at = by.person, at
    row.save()
    return row


@acting.action("trace.answer")
def take_back(*, by: acting.Actor, at: datetime, request: TraceRequest) -> TraceRequest:
    """Take a released answer back: nobody can open it from now on."""
    row = guard.hold(by, "trace.answer", request)
    guard.refuse_if(rules.why_not(row.state, rules.State.TAKEN_BACK))
    tokens.take_back(row=row, at=at)
    return row
