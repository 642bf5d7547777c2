"""Facts of birth as they are kept, and each next step as a duty with its clock.

A duty starts when the person was identified, not when somebody typed the facts in (data/deadlines.toml has
the hours, with source). Only "look again" starts from the day on which somebody looked.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from manumit.cases import nationality_steps
from manumit.cases.nationality_facts import Document, Facts, Parent, Situation

# The code of a step → the kind of its clock. That nobody is to be contacted is no duty but a rule.
KINDS: dict[str, str] = {
    "register-birth": "nat_register_birth",
    "gather-papers": "nat_gather_papers",
    "write-not-determined": "nat_write_undetermined",
    "ask-a-lawyer": "nat_ask_a_lawyer",
    "use-safeguard": "nat_use_safeguard",
    "tell-unhcr": "nat_tell_unhcr",
    "ask-for-confirmation": "nat_ask_confirmation",
    "look-again": "nat_look_again",
}
CODES: dict[str, str] = {kind: code for code, kind in KINDS.items()}
NO_DUTY: frozenset[str] = frozenset({"do-not-contact"})
FROM_LOOKING: frozenset[str] = frozenset({"look-again"})


def duties(
    steps: Iterable[nationality_steps.Step], identified_at: datetime, at: datetime
) -> dict[str, datetime]:
    """Return for each duty of these steps, by kind of clock, the instant from which it counts."""
    return {
        KINDS[step.code]: at if step.code in FROM_LOOKING else identified_at
        for step in steps
        if step.code not in NO_DUTY
    }


def to_json(facts: Facts) -> dict[str, Any]:
    """Return facts as plain values, for sealing."""
    return {
        "born": facts.born,
        "year": facts.year,
        "mother": _parent_to_json(facts.mother),
        "father": _parent_to_json(facts.father),
        "married": facts.married,
        "registered": facts.registered,
        "fled": None if facts.fled is None else sorted(facts.fled),
        "documents": sorted(d.value for d in facts.documents),
    }


def _parent_to_json(parent: Parent) -> dict[str, Any]:
    return {
        "nationalities": list(parent.nationalities),
        "situations": sorted(s.value for s in parent.situations),
        "born": parent.born,
    }


def from_json(kept: Mapping[str, Any]) -> Facts:
    """Return facts as they were kept."""
    return Facts(
        born=kept["born"],
        year=kept["year"],
        mother=_parent(kept["mother"]),
        father=_parent(kept["father"]),
        married=kept["married"],
        registered=kept["registered"],
        fled=None if kept["fled"] is None else frozenset(kept["fled"]),
        documents=frozenset(Document(code) for code in kept["documents"]),
    )


def _parent(kept: Mapping[str, Any]) -> Parent:
    return Parent(
        tuple(kept["nationalities"]),
        frozenset(Situation(code) for code in kept["situations"]),
        kept["born"],
    )
