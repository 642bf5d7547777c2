"""Dossiers: what is laid before a sanctions committee, another State or a prosecutor, and when it may be.

Every sentence of the statement of case stands on claims; what was withdrawn or contested since marks
the sentences that stand on it. What is marked RED or AMBER+STRICT does not leave (TLP 2.0). Who may be
a victim is never the subject, unless a second person has said so with a reason (non-punishment:
Palermo Protocol, art. 2(b)). Which parts a kind of dossier must have is data: data/dossiers.toml.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from manumit.core.reasons import say
from manumit.network import claims, dossier_kinds

SHORTEST = 3  # characters of a text that says anything
LONGEST_SENTENCE = 1000
STAY = frozenset({claims.Handling.RED, claims.Handling.AMBER_STRICT})
MAY_BE_VICTIM = "possibleVictim"  # the property that marks it, "true"
UNGRADED = "F"
_NAMES = frozenset({"name", "firstName", "lastName", "alias", "weakAlias", "fatherName"})
IDENTIFYING = (
    "birthDate", "birthPlace", "nationality", "citizenship", "gender", "idNumber", "passportNumber",
    "registrationNumber", "position", "address", "country", "phone", "email", "title",
    "incorporationDate", "jurisdiction", "taxNumber", "number", "vin", "imoNumber",
)  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """One sentence of the statement of case and the claims it stands on."""

    text: str
    claims: tuple[UUID, ...]
    on: str = ""  # 2015, 2015-03 or 2015-03-04: its place in the chronology
    criterion: str = ""


@dataclass(frozen=True)
class Source:
    """A source as a dossier may tell of it."""

    id: UUID
    kind: str  # in words
    reliability: str
    protected: bool
    title: str = ""
    reference: str = ""
    on: str = ""


@dataclass(frozen=True)
class Relation:
    """A relation between two chosen entities."""

    id: UUID
    tail: UUID
    head: UUID
    words: str
    since: str = ""
    until: str = ""
    certainty: int = 1


@dataclass(frozen=True)
class Dossier:
    """All that a dossier says, opened: what people chose and wrote, and what the claims are now.

    `said` holds every value of the chosen entities and relations; `chosen` the claims that go into it.
    """

    kind: str
    subject: UUID
    entities: Mapping[UUID, claims.Seen]
    labels: Mapping[UUID, str]
    relations: tuple[Relation, ...]
    sources: Mapping[UUID, Source]
    chosen: frozenset[UUID]
    sentences: tuple[Sentence, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    lifted: bool = False
    language: str = "en"

    def said(self) -> dict[UUID, list[claims.Said]]:
        """Return what each claim says."""
        found: dict[UUID, list[claims.Said]] = {}
        for seen in self.entities.values():
            for one in seen.said:
                found.setdefault(one.claim, []).append(one)
        return found


@dataclass(frozen=True)
class Lack:
    """What a part lacks, and what to do."""

    part: str
    missing: str
    cure: str


def may_be_victim(seen: claims.Seen) -> bool:
    """Tell whether anybody has said, and not withdrawn, that the entity may be a victim."""
    return any(
        one.prop == MAY_BE_VICTIM
        and one.value.casefold() == "true"
        and one.state is not claims.State.WITHDRAWN
        and one.ended_at is None
        for one in seen.said
    )


def why_not_claim(said: Collection[claims.Said]) -> str:
    """Return why a claim may not stand in a dossier; "" when it may. `said`: its values."""
    if not said:
        return "The claim is not there any more."
    one = next(iter(said))
    if one.state is claims.State.WITHDRAWN or one.ended_at is not None:
        return "The claim was withdrawn."
    if one.state is claims.State.CONTESTED:
        return "Somebody has given a reason against the claim."
    if one.state is not claims.State.ACCEPTED:
        return "Nobody has accepted the claim yet."
    if one.handling in STAY:
        return "The claim does not leave the unit (its handling says so)."
    return ""


def why_not_sentence(sentence: Sentence, kind: str) -> str:
    """Return why a sentence cannot be kept; a sentence without a claim never is."""
    if len(sentence.text.strip()) < SHORTEST:
        return "Write the sentence."
    if len(sentence.text) > LONGEST_SENTENCE:
        return say("Keep a sentence under {most} characters.", most=LONGEST_SENTENCE)
    if not sentence.claims:
        return "Choose the claims that this sentence stands on. A sentence without any is not kept."
    if sentence.criterion and (
        kind != "listing" or sentence.criterion not in dossier_kinds.criteria()
    ):
        return "There is no such criterion."
    if sentence.on and not _partial_date(sentence.on):
        return "Give the day as 2015, 2015-03 or 2015-03-04."
    return ""


def _partial_date(text: str) -> bool:
    bits = text.split("-")
    if not 1 <= len(bits) <= 3 or not all(bit.isascii() and bit.isdigit() for bit in bits):
        return False
    if [len(bit) for bit in bits] != [4, 2, 2][: len(bits)]:
        return False
    numbers = [int(bit) for bit in bits] + [1, 1]
    return 1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31


def marks(dossier: Dossier) -> dict[int, list[str]]:
    """Return per sentence (by its place) why it does not stand any more; nothing where it does."""
    said, hidden = dossier.said(), shielded(dossier)
    names = _names_of(dossier, hidden)
    found = {}
    for place, sentence in enumerate(dossier.sentences):
        reasons = [_why_fallen(said.get(claim, ()), hidden) for claim in sentence.claims]
        reasons.append(_why_not_named(sentence.text, names))
        if kept := list(dict.fromkeys(reason for reason in reasons if reason)):
            found[place] = kept
    return found


def _why_fallen(said: Collection[claims.Said], hidden: Collection[UUID]) -> str:
    if any(one.entity in hidden for one in said):
        return (
            "A claim is about somebody who may be a victim; they are mentioned in relations only."
        )
    return why_not_claim(said)


def _names_of(dossier: Dossier, entities: Collection[UUID]) -> list[str]:
    said = (one for entity in entities for one in dossier.entities[entity].said)
    return [one.value.casefold() for one in said if one.prop in _NAMES and one.value.strip()]


def _why_not_named(text: str, names: Collection[str]) -> str:
    told = text.casefold()
    # Looked for as it is first: somebody may have ten thousand names.
    if any(name in told and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told) for name in names):
        return "It names somebody who may be a victim."
    return ""


def used(dossier: Dossier) -> frozenset[UUID]:
    """Return the claims that leave with the dossier: chosen or cited."""
    return dossier.chosen | {claim for one in dossier.sentences for claim in one.claims}


def shielded(dossier: Dossier) -> frozenset[UUID]:
    """Return who may be a victim: named by that alone, in relations, and nothing else of them leaves."""
    lifted = {dossier.subject} if dossier.lifted else set()
    marked = {seen.id for seen in dossier.entities.values() if may_be_victim(seen)}
    return frozenset(marked - lifted)


def leaving(dossier: Dossier) -> list[claims.Said]:
    """Return the values that leave: of claims in use, accepted, and not held back by handling."""
    wanted, hidden = used(dossier), shielded(dossier)
    return [
        one
        for claim, values in dossier.said().items()
        if claim in wanted and not why_not_claim(values)
        for one in values
        if one.prop != MAY_BE_VICTIM and one.entity not in hidden
    ]


def outward(dossier: Dossier, *, unnamed: str, victim: str) -> Dossier:
    """Return the dossier as its recipient sees it: names and relations from what leaves alone.

    `unnamed` and `victim` are the words for somebody without a name and for who may be a victim.
    """
    names: dict[UUID, str] = {}
    for prop in ("name", "alias", "weakAlias", "number", "full"):
        for one in leaving(dossier):
            if one.prop == prop:
                names.setdefault(one.entity, one.value)
    hidden = shielded(dossier)
    told = {one.entity for one in leaving(dossier)}
    labels = {
        entity: victim if entity in hidden else names.get(entity, unnamed)
        for entity in dossier.entities
    }
    relations = tuple(one for one in dossier.relations if one.id in told)
    for link in relations:
        ends = (labels.get(end, unnamed) for end in (link.tail, link.head))
        labels[link.id] = " – ".join(ends)
    shunned = _names_of(dossier, hidden)
    texts = {code: t for code, t in dossier.texts.items() if not _why_not_named(t, shunned)}
    return replace(dossier, labels=labels, relations=relations, texts=texts)


def identifiers(dossier: Dossier) -> list[tuple[str, list[str]]]:
    """Return (property, values) of what tells the subject from others, names first."""
    found: dict[str, list[str]] = {}
    for one in leaving(dossier):
        if one.entity == dossier.subject:
            found.setdefault(one.prop, []).append(one.value)
    names = [(prop, v) for prop, v in found.items() if prop in _NAMES]
    return names + [(prop, found[prop]) for prop in IDENTIFYING if prop in found]


def chronology(dossier: Dossier) -> list[Sentence]:
    """Return the sentences that have a day and stand, earliest first."""
    gone = marks(dossier)
    dated = (one for n, one in enumerate(dossier.sentences) if one.on and n not in gone)
    return sorted(dated, key=lambda one: one.on)


def contested(dossier: Dossier) -> list[claims.Said]:
    """Return what is contested about anybody in the dossier, of what may leave."""
    hidden = shielded(dossier)
    return [
        one
        for seen in dossier.entities.values()
        for one in seen.contested
        if seen.id not in hidden
        and one.handling not in STAY
        and one.ended_at is None
        and one.prop != MAY_BE_VICTIM
    ]


def numbered(dossier: Dossier) -> list[Source]:
    """Return the sources of what leaves, in the order of their numbers."""
    order = dict.fromkeys(one.source for one in leaving(dossier) + contested(dossier))
    return [dossier.sources[source] for source in order if source in dossier.sources]


# --- ready? --------------------------------------------------------------------------------------


def why_not_ready(dossier: Dossier) -> list[Lack]:
    """Return what is missing, part by part, and what to do; nothing when it may be proposed."""
    needed = dossier_kinds.needs(dossier.kind)
    lacks = []
    for one in dossier_kinds.parts(dossier.kind):
        missing = _missing(dossier, one) if one.code in needed else ""
        if missing:
            lacks.append(Lack(one.code, missing, one.cure))
    for reasons in marks(dossier).values():
        lacks += [
            Lack("statement", reason, "Change the sentence, or choose other claims for it.")
            for reason in reasons
        ]
    names = _names_of(dossier, shielded(dossier))
    for code, text in dossier.texts.items():
        if reason := _why_not_named(text, names):
            lacks.append(Lack(code, reason, "Write it without the name."))
    return list(dict.fromkeys(lacks))


def _missing(dossier: Dossier, one: dossier_kinds.Part) -> str:
    if one.form is dossier_kinds.Form.TEXT:
        filled = len(dossier.texts.get(one.code, "").strip()) >= SHORTEST
        return "" if filled else one.missing
    if one.form is dossier_kinds.Form.SENTENCES:
        return "" if dossier.sentences else one.missing
    return "" if _DRAWN[one.code](dossier) else one.missing


def _subject(dossier: Dossier) -> bool:
    seen = dossier.entities.get(dossier.subject)
    return seen is not None and (dossier.lifted or not may_be_victim(seen))


def _identified(dossier: Dossier) -> bool:
    props = {prop for prop, _ in identifiers(dossier)}
    return bool(props & _NAMES) and bool(props - _NAMES)


_DRAWN: dict[str, Callable[[Dossier], bool]] = {
    "subject": _subject,
    "identifiers": _identified,
    "criteria": lambda d: any(one.criterion for one in d.sentences),
    "chronology": lambda d: bool(chronology(d)),
    "chart": lambda d: bool(d.relations),
    "sources": lambda d: any(one.reliability != UNGRADED for one in numbered(d)),
}
