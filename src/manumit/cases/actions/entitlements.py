"""What must be known for State support: written down with the person, and answered with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from manumit.cases import eligibility
from manumit.cases.models import Case, Entitlement
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass

_LEGAL = frozenset({FieldClass.LEGAL})
ASKED: frozenset[str] = frozenset(
    {
        "group",
        "country",
        "since",
        "kinds",
        "nationality",
        "residence",
        "community",
        "sex",
        "minor_then",
        "freed",
        "papers",
    }
)


@acting.action("case.entitlement")
def write_facts(
    *, by: acting.Actor, at: datetime, case: Case, facts: Mapping[str, Any]
) -> Entitlement:
    """Keep the facts by name of `ASKED`; a day as a date. What is not known is left out."""
    held = guard.hold(by, "case.entitlement", case)
    unknown = set(facts) - ASKED
    if unknown:
        raise ValueError(f"not facts of State support: {sorted(unknown)}")
    row = Entitlement.objects.select_for_update(no_key=True).filter(case=held).first()
    row = row or Entitlement(id=fields.new_id(), case=held, seal_owner=held.id)
    row.by, row.at = by.person, at
    kept = {name: value for name, value in facts.items() if value not in (None, "", [])}
    if isinstance(kept.get("since"), date):
        kept["since"] = kept["since"].isoformat()
    sealed.write(row, {"facts": kept}, sealed.keys_of(by, held.id, _LEGAL))
    row.save()
    return row


@dataclass(frozen=True)
class Told:
    """What the programmes say about one person today."""

    facts: Mapping[str, Any]
    answers: tuple[eligibility.Answer, ...]
    not_determined: tuple[str, ...]


@guard.opening("case.read")
def open_entitlement(*, by: acting.Actor, at: datetime, case: Case) -> Told | None:
    """Open the facts and say what the programmes answer; None when nobody has asked yet."""
    case = guard.see(by, "case.read", case)
    row = Entitlement.objects.filter(case=case).first()
    if row is None or row.facts is None:
        return None
    opened = sealed.open_rows(by=by, at=at, purpose="State support", rows=[row], classes=_LEGAL)
    facts = dict(opened[0].get("facts") or {})
    return told(facts, case.trafficking_status, at.date())


def told(facts: Mapping[str, Any], status: str, on: date) -> Told:
    """Return what the programmes say; `facts` as kept, the status as it stands on the case."""
    known = dict(facts)
    if known.get("since"):
        known["since"] = date.fromisoformat(str(known["since"]))
    if status:
        known["status"] = status
    return Told(facts, eligibility.answers(known, on), eligibility.not_determined(known))
