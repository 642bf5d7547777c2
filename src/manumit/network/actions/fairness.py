"""Counting who is found how often: opened by an investigator, kept as protected counts alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from manumit.core import names
from manumit.core.actions import acting, guard
from manumit.network import claims, countries, models, schemata
from manumit.network import fairness as rules
from manumit.network import hits as hit_rules
from manumit.network.actions import opening, registers
from manumit.network.fairness import By, Measure

PURPOSE = "fairness report"
_AT_ONCE = 2000
_MOST = 200_000
_NATIONAL = ("nationality", "citizenship", "country")


@guard.opening("fairness.read")
def run(*, by: acting.Actor, at: datetime) -> models.FairnessRun:
    """Open nationalities and names of all people of the register, count, and keep the counts."""
    register = registers.mine(by)
    counts = counted(list(_people(by, at, register)))
    return keep_run(by=by, at=at, register=register, counts=counts)


def counted(people: Sequence[rules.Person]) -> dict[str, Any]:
    """Return the counts of people as they are kept: protected."""
    return {
        "whole": _plain(rules.whole(people)),
        "by": {
            one.value: [_plain(row) for row in rules.protected(rules.count(people, one))]
            for one in By
        },
    }


@acting.action("network.write")
def keep_run(
    *, by: acting.Actor, at: datetime, register: models.Register, counts: dict[str, Any]
) -> models.FairnessRun:
    """Keep protected counts. Call `run`."""
    if registers.why_not(by, register):
        raise acting.NotFound
    return models.FairnessRun.objects.create(register=register, counts=counts, by=by.person, at=at)


def _plain(row: rules.Counted) -> dict[str, Any]:
    found = {measure.value: n for measure, n in row.found.items()}
    return {"group": row.group, "people": row.people, "found": found}


def of_plain(told: dict[str, Any]) -> rules.Counted:
    """Return a kept row of counts."""
    found = {Measure(name): n for name, n in told["found"].items()}
    return rules.Counted(told["group"], told["people"], found)


def _people(by: acting.Actor, at: datetime, register: models.Register) -> Iterable[rules.Person]:
    hit = set(_with_hit(register, hit_rules.State))
    same = set(_with_hit(register, [hit_rules.State.SAME]))
    judged = models.Judgement.objects.filter(
        register=register, verdict=models.SameVerdict.SAME.value
    ).standing()
    same |= {end for ends in judged.values_list("left", "right") for end in ends}
    about = set(models.Dossier.objects.filter(register=register).values_list("subject", flat=True))
    schemas = [one.name for one in schemata.every() if schemata.is_a(one.name, "Person")]
    rows = models.Entity.objects.filter(register=register, gone_at=None, schema__in=schemas)
    ids = list(rows.order_by("id").values_list("id", flat=True)[:_MOST])
    for start in range(0, len(ids), _AT_ONCE):
        part = list(models.Entity.objects.filter(pk__in=ids[start : start + _AT_ONCE]))
        told = opening.seen(by=by, at=at, purpose=PURPOSE, entities=part, shared=True)
        for entity, seen in told.items():
            found = {Measure.HITS: hit, Measure.SAME: same, Measure.DOSSIERS: about}
            yield rules.Person(
                groups={
                    By.NATIONALITY: _nationalities(seen),
                    By.SCRIPT: frozenset(_scripts(seen.values("name"))),
                },
                found=frozenset(measure for measure, those in found.items() if entity in those),
            )


def _with_hit(register: models.Register, states: Iterable[hit_rules.State]) -> Any:
    wanted = [s.value for s in states if s is not hit_rules.State.SUPERSEDED]
    rows = models.Hit.objects.filter(register=register, state__in=wanted)
    return rows.values_list("entity", flat=True)


def _nationalities(seen: claims.Seen) -> frozenset[str]:
    for prop in _NATIONAL:
        if found := {countries.code(value) or rules.UNKNOWN for value in seen.values(prop)}:
            return frozenset(found)
    return frozenset()


def _scripts(called: Iterable[str]) -> Iterable[str]:
    for name in called:
        for letter in name:
            if letter.isalpha():
                yield names.script_of(letter)
                break
