"""What to do next for a child's nationality, in order, and how near statelessness it is.

No step sends anybody to the authorities of a State that the family fled (European Network on
Statelessness; Convention relating to the Status of Refugees, 1951). As long as nobody recorded whether a
State was fled, and while something private is known of a parent, every State of nationality counts as
one not to contact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from manumit.cases import nationality_law as law
from manumit.cases.nationality_claim import SAFEGUARDS, Basis, Claim, Effect
from manumit.cases.nationality_facts import DOCUMENT_LABELS, Document, Facts
from manumit.core.reasons import say, together


class Level(StrEnum):
    """How near a child is to having no nationality."""

    LOW = "low"
    RAISED = "raised"
    HIGH = "high"
    NOT_DETERMINED = "not determined"


@dataclass(frozen=True)
class Reason:
    """Why the risk is what it is; `laws` and `source` say on what ground."""

    words: str
    laws: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Step:
    """One thing to do, why, and on what ground."""

    code: str
    words: str
    laws: tuple[str, ...]
    source: str


USABLE = frozenset({Effect.OPEN, Effect.CONDITIONAL})
OWN_RULE = "own rule of this product: do no harm, ask before acting"


def norm(norm_id: str) -> str:
    """Return how a norm is cited, with its status."""
    one = next(n for n in law.sources()["norm"] if n["id"] == norm_id)
    return f"{one['name']} ({one['status']})"


def not_to_contact(facts: Facts) -> tuple[str, ...]:
    """Return the States whose authorities nobody may be sent to for this child."""
    home = {*facts.mother.nationalities, *facts.father.nationalities}
    if facts.fled is None or facts.mother.private or facts.father.private:
        return tuple(sorted(home | (facts.fled or set())))
    return tuple(sorted(facts.fled))


def why_not_show(facts: Facts) -> str:
    """Return why the papers must not go to the State of birth; "" means they may."""
    if facts.born not in not_to_contact(facts):
        return ""
    if facts.fled is not None and facts.born in facts.fled:
        return say(
            "The family fled {state}: nothing goes to its authorities. "
            "Cure: go through a lawyer or UNHCR.",
            state=law.label(facts.born),
        )
    return say(
        "{state} may be a State that the family fled, or one not safe to tell. "
        "Cure: record which States were fled, and ask a lawyer where more is known of a parent.",
        state=law.label(facts.born),
    )


def documents(claims: Iterable[Claim], facts: Facts) -> tuple[Document, ...]:
    """Return the papers that the usable ways need, in the order of the list of papers."""
    needed = {Document.BIRTH_NOTIFICATION, Document.BIRTH_CERTIFICATE}
    for claim in claims:
        if claim.effect in USABLE | {Effect.NOT_DETERMINED, Effect.EXCEPTION}:
            needed |= set(claim.needs)
    if facts.registered:
        needed -= {Document.BIRTH_NOTIFICATION}
    return tuple(document for document in Document if document in needed)


def missing(claims: Iterable[Claim], facts: Facts) -> tuple[Document, ...]:
    """Return the papers that are needed and not there."""
    return tuple(d for d in documents(claims, facts) if d not in facts.documents)


def _laws(claims: Iterable[Claim]) -> tuple[str, ...]:
    return tuple(claim.law for claim in claims)


def _with(claims: Sequence[Claim], *effects: Effect, safeguard: bool) -> list[Claim]:
    return [c for c in claims if c.effect in effects and (c.basis in SAFEGUARDS) == safeguard]


def _counts(claim: Claim, facts: Facts) -> bool:
    """Tell whether a conditional way lowers the risk: not an exception, not a mere possibility."""
    match claim.basis:
        case Basis.MOTHER:
            return law.limit(claim.mode, claim.code) != "gender"
        case Basis.FATHER:
            return not facts.father.private
        case Basis.SECOND_GENERATION:
            return claim.state in (facts.mother.born, facts.father.born)
    return True


def level(claims: Sequence[Claim], facts: Facts) -> Level:
    """Weigh the ways: an open one lowers the risk; a safeguard or an exception alone does not."""
    if _with(claims, Effect.OPEN, safeguard=False):
        return Level.LOW if facts.registered else Level.RAISED
    conditional = _with(claims, Effect.CONDITIONAL, safeguard=False)
    if any(_counts(claim, facts) for claim in conditional):
        return Level.RAISED
    if _with(claims, Effect.NOT_DETERMINED, safeguard=False):
        return Level.NOT_DETERMINED
    if facts.found and _with(claims, Effect.OPEN, safeguard=True):
        return Level.RAISED
    return Level.HIGH


def reasons(claims: Sequence[Claim], facts: Facts) -> tuple[Reason, ...]:
    """Say what raises and what lowers the risk."""
    table = law.source()
    told: list[Reason] = []

    def tell(words: str, of: Iterable[Claim], source: str = table) -> None:
        told.append(Reason(words, _laws(of), source))

    for claim in claims:
        if claim.basis is Basis.MOTHER and law.limit(claim.mode, claim.code) == "gender":
            words = say(
                "{state} lets fathers, not mothers, pass nationality on.",
                state=law.name(claim.state),
            )
            tell(words, [claim])
    if facts.mother.stateless or facts.father.stateless:
        tell("A parent is stateless and passes no nationality on.", [], norm("1961-1"))
    if not facts.mother.nationalities and not facts.mother.stateless:
        tell("No nationality of the mother is recorded.", [], norm("crc-7"))
    if not facts.father.nationalities and not facts.father.stateless:
        tell("No nationality of the father is recorded.", [], norm("crc-7"))
    territory = [c for c in claims if c.basis is Basis.TERRITORY and c.effect is Effect.CLOSED]
    if territory:
        words = say("Birth in {state} alone gives no nationality.", state=law.name(facts.born))
        tell(words, territory)
    unsafe = [c for c in claims if c.basis is Basis.OTHERWISE_STATELESS]
    if unsafe and unsafe[0].effect is Effect.CLOSED:
        words = say(
            "{state} has no rule for children otherwise stateless.", state=law.name(facts.born)
        )
        tell(words, unsafe)
    if not facts.registered:
        unregistered = "The birth is not registered."
        unknown = "The birth is not recorded as registered."
        tell(unregistered if facts.registered is False else unknown, [], norm("crc-7"))
    undecided = [c for c in claims if c.effect is Effect.NOT_DETERMINED]
    if undecided:
        tell("For some laws the data do not give an answer.", undecided)
    opened = _with(claims, Effect.OPEN, safeguard=False)
    if opened:
        tell("At least one law gives a nationality on these facts.", opened)
    return tuple(told)


def steps(claims: Sequence[Claim], facts: Facts) -> tuple[Step, ...]:
    """Return what to do next, most urgent first."""
    avoid = not_to_contact(facts)
    todo: list[Step] = []

    def do(code: str, words: str, of: Iterable[Claim] = (), source: str = OWN_RULE) -> None:
        todo.append(Step(code, words, _laws(of), source))

    if avoid:
        names = ", ".join(law.label(state) for state in avoid)
        words = together(
            say("Send nobody and nothing to the authorities of {states}.", states=names),
            "Ask first, gently, whether the family fled a State, and record it."
            if facts.fled is None
            else "",
        )
        do("do-not-contact", words, source=norm("ens-4r"))
    if not facts.registered:
        do("register-birth", _registration(facts), source=norm("crc-7"))
    lacking = missing(claims, facts)
    if lacking:
        papers = [say(DOCUMENT_LABELS[d]) for d in lacking]
        usable = [c for c in claims if set(c.needs) & set(lacking)]
        private = facts.mother.private or facts.father.private
        words = together(
            say("Gather, or note why they cannot be had: {papers}.", papers=papers),
            "Ask no authority named above for them." if avoid else "",
            "Nobody goes looking for a parent for this." if private else "",
        )
        do("gather-papers", words, usable)
    do(
        "write-not-determined",
        "Write the nationality as “not determined” until a State confirms it; not the parents', "
        "not the host State's.",
        source=norm("ens-4r"),
    )
    doubtful = [
        c
        for c in claims
        if c.effect in (Effect.CONDITIONAL, Effect.EXCEPTION, Effect.NOT_DETERMINED)
    ]
    if doubtful:
        do("ask-a-lawyer", "Ask legal aid about these laws and their conditions.", doubtful)
    safe = [c for c in claims if c.basis in SAFEGUARDS and c.effect in USABLE]
    if safe:
        article = "1961-2" if facts.found else "1961-1"
        do("use-safeguard", _safeguard(facts), safe, norm(article))
    else:
        bare = [c for c in claims if c.basis in SAFEGUARDS]
        do("tell-unhcr", "Tell UNHCR, or the body for stateless people, of a child at risk.", bare)
    confirm = _to_confirm(claims, avoid)
    if confirm:
        names = ", ".join(law.label(s) for s in dict.fromkeys(c.state for c in confirm))
        words = say(
            "With the family's consent, ask for a confirmation of nationality: {states}.",
            states=names,
        )
        do("ask-for-confirmation", words, confirm)
    do("look-again", "Look again when a fact, a paper or a law changes, and before any age limit.")
    return tuple(todo)


def _registration(facts: Facts) -> str:
    place = law.label(facts.born)
    if facts.born in not_to_contact(facts):
        return say(
            "Ask a lawyer or UNHCR how a birth in {state} can be registered safely.", state=place
        )
    return say(
        "Notify the birth and have it registered with the civil registrar in {state}.", state=place
    )


def _safeguard(facts: Facts) -> str:
    if facts.born in not_to_contact(facts):
        return "Ask a lawyer whether the safeguard can be used without contact by the family."
    state = law.label(facts.born)
    return say("Have a lawyer ask {state} to apply its safeguard.", state=state)


def _to_confirm(claims: Sequence[Claim], avoid: Sequence[str]) -> list[Claim]:
    return [
        c
        for c in claims
        if c.effect in USABLE and c.basis not in SAFEGUARDS and c.state not in avoid
    ]
