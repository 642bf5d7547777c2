"""Looking for a person who may be known already, and writing down what people decide about it.

Everything happens inside one unit: its own index of names, its own keys, its own cases. Names are
compared in memory; what is kept are pairs of ids, how alike in two steps, and decisions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from manumit.cases import consent, samepeople
from manumit.cases.actions import consents
from manumit.cases.models import BirthFacts, Case, ParentNames, SamePerson, SameVerdict
from manumit.core import fields, likelypairs, sameperson
from manumit.core.actions import acting, guard, names, sealed
from manumit.core.models import KeyWrap
from manumit.core.sealing import FieldClass

PURPOSE = "whether a person is known already"
_CLASSES = frozenset({FieldClass.IDENTITY, FieldClass.CONTACT})
_HITS = 20  # names looked at for one person
_AT_ONCE = 200  # cases opened in one step of a look through everybody
_MOST_PAIRS = 1000  # of one look; the likeliest by name come first
# By names alone: a pair that a date of birth could still make possible.
_LEAST_BY_NAME = 0.004


@dataclass(frozen=True)
class Known:
    """A case that may be the same person's, and why."""

    case: Case
    likeness: sameperson.Likeness
    verdict: str = ""


@dataclass(frozen=True)
class Look:
    """What a look through everybody came to."""

    people: int
    compared: int
    found: int
    left: int  # pairs that were not looked at any more; look again when these are decided


@acting.action("case.edit")
def write_parents(
    *, by: acting.Actor, at: datetime, case: Case, mother: str = "", father: str = ""
) -> ParentNames:
    """Write down what the parents are called; "" empties one. Needs consent like a name."""
    held = guard.hold(by, "case.edit", case)
    given = {"mother": mother.strip() or None, "father": father.strip() or None}
    if any(given.values()):
        told = consents.rules_for(held.subject_ids())
        guard.refuse_if(consent.may_keep_name(told, at.date(), held.subject()))
    row = ParentNames.objects.filter(case=held).first()
    row = row or ParentNames(id=fields.new_id(), case=held, seal_owner=held.id)
    row.by, row.at = by.person, at
    sealed.write(row, given, sealed.keys_of(by, held.id, {FieldClass.IDENTITY}))
    row.save()
    return row


@guard.opening("case.read")
def open_parents(*, by: acting.Actor, at: datetime, case: Case) -> dict[str, Any]:
    """Return what the parents are called, by `mother` and `father`."""
    held = guard.see(by, "case.read", case)
    rows = list(ParentNames.objects.filter(case=held))
    opened = sealed.open_rows(by=by, at=at, purpose="case work", rows=rows, classes=_CLASSES)
    return dict(opened[0]) if opened else {}


@guard.opening("case.search")
def look_for(*, by: acting.Actor, at: datetime, case: Case) -> list[Known]:
    """Return who in the unit may be the person of this case, the likeliest first."""
    held = guard.see(by, "case.search", case)
    values = _opened(by, at, [held])[held.id]
    return _known(by, at, values, held.identified_at.date(), held)


@guard.opening("case.search")
def look_for_values(
    *,
    by: acting.Actor,
    at: datetime,
    values: Mapping[str, Any],
    on: date,
    talk_id: UUID | None = None,
) -> list[Known]:
    """Return who in the unit may be somebody who has no case yet; `on`: when the values held."""
    found = _known(by, at, values, on, None)
    return [one for one in found if talk_id is None or one.case.screening_id != talk_id]


def _known(
    by: acting.Actor, at: datetime, values: Mapping[str, Any], on: date, own: Case | None
) -> list[Known]:
    person = sameperson.read(values, on)
    ids: dict[UUID, None] = {}
    for name in person.names[:3]:
        for hit in names.search(by=by, at=at, query=name, limit=_HITS):
            ids.setdefault(hit.object_id)
    if values.get("contact"):
        contact = str(values["contact"])
        for found in names.find_identifier(by=by, at=at, kind="contact", value=contact):
            ids.setdefault(found)
    if own is not None:
        ids.pop(own.id, None)
    rows = list(_within(by, ids))
    people = _opened(by, at, rows)
    decided = {pair.opposite(own.id).id: pair.verdict for pair in _pairs(own)} if own else {}
    result = []
    for row in rows:
        other = sameperson.read(people[row.id], row.identified_at.date())
        likeness = sameperson.compare(person, other)
        if likeness.possible:
            result.append(Known(row, likeness, decided.get(row.id, "")))
    return sorted(result, key=lambda known: (-known.likeness.score, known.case.reference))


def _pairs(case: Case) -> Iterable[SamePerson]:
    return SamePerson.objects.of_case(case)


def _within(by: acting.Actor, ids: Iterable[UUID]) -> Sequence[Case]:
    """Return the cases of the actor's own unit among these; others are as if they were not there."""
    rows = guard.visible(by, "case.search", Case).filter(
        pk__in=list(ids), unit=by.unit, erased_at=None
    )
    return list(rows.select_related("unit", "worker"))


def _opened(by: acting.Actor, at: datetime, rows: Sequence[Case]) -> dict[UUID, dict[str, Any]]:
    """Open what is compared of these cases; one opening on the record."""
    ids = [row.id for row in rows]
    parents = list(ParentNames.objects.filter(case_id__in=ids))
    births = list(BirthFacts.objects.filter(case_id__in=ids))
    every = [*rows, *parents, *births]
    opened = sealed.open_rows(by=by, at=at, purpose=PURPOSE, rows=every, classes=_CLASSES)
    words = iter(opened)
    found = {row.id: dict(next(words)) for row in rows}
    for parent in parents:
        found[parent.case_id] |= next(words)
    for birth in births:
        found[birth.case_id].setdefault("mother", next(words).get("mother_name"))
    return found


@dataclass(frozen=True)
class Compared:
    """Two cases side by side: what is known of each, and how alike they are."""

    one: dict[str, Any]
    other: dict[str, Any]
    likeness: sameperson.Likeness


@guard.opening("case.search")
def hold_together(*, by: acting.Actor, at: datetime, case: Case, other: Case) -> Compared:
    """Open two cases of the actor's unit and compare them."""
    one, second = both(by, "case.search", case, other)
    people = _opened(by, at, [one, second])
    likeness = sameperson.compare(
        sameperson.read(people[one.id], one.identified_at.date()),
        sameperson.read(people[second.id], second.identified_at.date()),
    )
    return Compared(people[one.id], people[second.id], likeness)


def both(by: acting.Actor, permission: str, case: Case, other: Case) -> tuple[Case, Case]:
    """Return two cases of one unit that the actor may use; raises NotFound, Refused for one twice."""
    one = guard.see(by, permission, case)
    second = guard.see(by, "case.search", other)
    if one.unit_id != second.unit_id:
        raise acting.NotFound
    return one, second


@acting.action("case.same")
def judge(
    *, by: acting.Actor, at: datetime, case: Case, other: Case, verdict: str, reason: str
) -> SameVerdict:
    """Write down what somebody decided about two cases, with why. The last one stands.

    "same" links them; any other verdict, or none, takes the link back. The cases stay as they are.
    """
    one, second = both(by, "case.same", guard.hold(by, "case.same", case), other)
    low, high = sorted((one, second), key=lambda row: row.id)
    pair = (
        SamePerson.objects.select_for_update(no_key=True, of=("self",))
        .filter(case=low, other=high)
        .first()
    )
    erased = one.erased_at is not None or second.erased_at is not None
    why = samepeople.why_not(
        verdict,
        reason=reason,
        same_case=low.pk == high.pk,
        erased=erased,
        before=pair.verdict if pair and pair.decided_at else "-",
    )
    guard.refuse_if(why)
    pair = pair or SamePerson(
        id=fields.new_id(),
        case=low,
        other=high,
        level=samepeople.Level.BY_HAND.value,
        found_at=at,
    )
    pair.unit = one.unit
    pair.verdict, pair.decided_by, pair.decided_at = verdict, by.person, at
    pair.save()
    row = SameVerdict(
        id=fields.new_id(), case=low, other=high, verdict=verdict, by=by.person, at=at
    )
    row.seal_owner = row.id
    keys = sealed.create_keys(
        by=by, at=at, object_id=row.id, classes=[FieldClass.LINK], units=[one.unit]
    )
    sealed.write(row, {"reason": reason.strip()}, keys)
    row.save(force_insert=True)
    return row


@guard.opening("case.search")
def open_verdicts(
    *, by: acting.Actor, at: datetime, case: Case, other: Case
) -> list[tuple[SameVerdict, str]]:
    """Return every decision about two cases with its reason, the newest first."""
    one, second = both(by, "case.search", case, other)
    low, high = sorted((one, second), key=lambda row: row.id)
    rows = SameVerdict.objects.filter(case=low, other=high).select_related("by")
    listed = list(rows.order_by("-at", "id"))
    wraps = KeyWrap.objects.filter(object_id__in=[row.id for row in listed], unit_id=by.unit.id)
    # What another unit decided before it handed the cases over stays without its words.
    held = set(wraps.values_list("object_id", flat=True))
    able = [row for row in listed if row.id in held]
    classes = {FieldClass.LINK}
    opened = sealed.open_rows(by=by, at=at, purpose=PURPOSE, rows=able, classes=classes)
    words = {row.id: str(each.get("reason") or "") for row, each in zip(able, opened, strict=True)}
    return [(row, words.get(row.id, "")) for row in listed]


def linked(case: Case) -> list[Case]:
    """Return the other cases of the same person, as people decided; also over a third case."""
    found: dict[UUID, Case] = {case.id: case}
    waiting = [case]
    while waiting:
        one = waiting.pop()
        for pair in SamePerson.objects.of_case(one).filter(verdict=samepeople.Verdict.SAME.value):
            other = pair.opposite(one.id)
            if other.id not in found and other.erased_at is None:
                found[other.id] = other
                waiting.append(other)
    del found[case.id]
    return sorted(found.values(), key=lambda row: (row.opened_at, row.reference))


@guard.opening("case.search")
def look_through(*, by: acting.Actor, at: datetime) -> Look:
    """Compare everybody in the actor's unit by name, then the likeliest pairs by all that is known.

    What was decided as two people is not proposed again.
    """
    called = names.everybody(by=by, at=at, purpose=PURPOSE)
    ids = list(called)
    gathered = likelypairs.gather(sameperson.Person(tuple(called[one])) for one in ids)
    common = gathered.commonness()
    done = _decided(by)
    pairs = [
        (ids[one], ids[other])
        for one, other in likelypairs.likeliest(gathered, _LEAST_BY_NAME, _MOST_PAIRS * 4)
        if tuple(sorted((ids[one], ids[other]))) not in done
    ]
    chosen, left = pairs[:_MOST_PAIRS], len(pairs[_MOST_PAIRS:])
    people = _people(by, at, {one for pair in chosen for one in pair})
    found: dict[tuple[UUID, UUID], int] = {}
    for first, second in chosen:
        if first in people and second in people:
            likeness = sameperson.compare(people[first], people[second], common)
            if likeness.possible:
                low, high = sorted((first, second))
                found[low, high] = samepeople.level(likeness).value
    new = keep_pairs(by=by, at=at, found=found) if found else 0
    return Look(len(ids), len(chosen), new, left)


def _decided(by: acting.Actor) -> set[tuple[UUID, ...]]:
    settled = [samepeople.Verdict.SAME.value, samepeople.Verdict.DIFFERENT.value]
    rows = SamePerson.objects.filter(case__unit=by.unit, other__unit=by.unit, verdict__in=settled)
    return {tuple(sorted(pair)) for pair in rows.values_list("case_id", "other_id")}


def _people(by: acting.Actor, at: datetime, ids: Iterable[UUID]) -> dict[UUID, sameperson.Person]:
    rows = sorted(_within(by, ids), key=lambda row: row.id)
    found: dict[UUID, sameperson.Person] = {}
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        opened = _opened(by, at, some)
        for row in some:
            found[row.id] = sameperson.read(opened[row.id], row.identified_at.date())
    return found


@acting.action("case.search")
def keep_pairs(*, by: acting.Actor, at: datetime, found: Mapping[tuple[UUID, UUID], int]) -> int:
    """Keep pairs to look at; returns how many are new. A verdict that stands is not touched."""
    cases = [case for case, _other in found]
    rows = SamePerson.objects.filter(case_id__in=cases)
    there = {(row.case_id, row.other_id): row for row in rows}
    new = 0
    for (case, other), level in found.items():
        row = there.get((case, other))
        if row is None:
            SamePerson(
                id=fields.new_id(),
                unit=by.unit,
                case_id=case,
                other_id=other,
                level=level,
                found_at=at,
            ).save(force_insert=True)
            new += 1
        elif (row.level, row.unit_id) != (level, by.unit.id):
            row.level, row.unit = level, by.unit  # both may have been handed over meanwhile
            row.save(update_fields=["level", "unit"])
    return new
