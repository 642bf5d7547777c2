"""What may be recorded to find a child's nationality, and nothing more.

There is no place here for how a child came to be, and none for free text: neither may ever be
asked (S/RES/2331 (2016), paragraph 2(d); Convention on the Rights of the Child, articles 3 and 16). What is
known of a parent beyond nationality stays with the worker: `for_authority` takes it away before
anything is decided, so that no answer can give it away.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from manumit.cases import nationality_law


class Situation(StrEnum):
    """How it stands with a parent, beside or instead of a nationality."""

    UNKNOWN = "unknown"
    STATELESS = "stateless"
    MISSING = "missing"
    DIED = "died"
    ARMED_GROUP = "armed-group"
    UNABLE = "unable"
    UNWILLING = "unwilling"
    NOT_GIVEN = "not-given"


SITUATION_LABELS: dict[Situation, str] = {
    Situation.UNKNOWN: "not known",
    Situation.STATELESS: "stateless",
    Situation.MISSING: "missing",
    Situation.DIED: "has died",
    Situation.ARMED_GROUP: "with an armed group",
    Situation.UNABLE: "cannot act for the child",
    Situation.UNWILLING: "does not act for the child",
    Situation.NOT_GIVEN: "details not available",
}
# What nobody but the worker may see.
PRIVATE: frozenset[Situation] = frozenset(
    {
        Situation.MISSING,
        Situation.DIED,
        Situation.ARMED_GROUP,
        Situation.UNABLE,
        Situation.UNWILLING,
    }
)


class Document(StrEnum):
    """A paper that one of the laws asks for."""

    BIRTH_NOTIFICATION = "birth-notification"
    BIRTH_CERTIFICATE = "birth-certificate"
    MOTHER_NATIONALITY = "mother-nationality"
    FATHER_NATIONALITY = "father-nationality"
    MARRIAGE = "marriage"
    DESCENT_FATHER = "descent-father"
    PARENT_BIRTHPLACE = "parent-birthplace"
    PARENT_RESIDENCE = "parent-residence"
    PARENT_STATELESS = "parent-stateless"
    NO_OTHER_NATIONALITY = "no-other-nationality"
    FOUND_RECORD = "found-record"


DOCUMENT_LABELS: dict[Document, str] = {
    Document.BIRTH_NOTIFICATION: "notification of the birth by the clinic or midwife",
    Document.BIRTH_CERTIFICATE: "birth certificate from the civil registrar",
    Document.MOTHER_NATIONALITY: "proof of the mother's nationality",
    Document.FATHER_NATIONALITY: "proof of the father's nationality",
    Document.MARRIAGE: "proof that the parents are married to each other",
    Document.DESCENT_FATHER: "proof of descent from the father that the law accepts",
    Document.PARENT_BIRTHPLACE: "proof of where a parent was born",
    Document.PARENT_RESIDENCE: "proof of where a parent lives or lived",
    Document.PARENT_STATELESS: "proof that a parent is stateless",
    Document.NO_OTHER_NATIONALITY: "statement that no other State has given a nationality",
    Document.FOUND_RECORD: "record of where and when the child was found",
}


@dataclass(frozen=True)
class Parent:
    """A parent: nationalities (three-letter codes), situations, State of birth if known."""

    nationalities: tuple[str, ...] = ()
    situations: frozenset[Situation] = frozenset()
    born: str = ""

    @property
    def stateless(self) -> bool:
        """Tell whether the parent is recorded as stateless."""
        return Situation.STATELESS in self.situations

    @property
    def unknown(self) -> bool:
        """Tell whether nobody knows who the parent is."""
        return Situation.UNKNOWN in self.situations

    @property
    def private(self) -> bool:
        """Tell whether something is known that only the worker may see."""
        return bool(self.situations & PRIVATE)


def parent_words(parent: Parent) -> str:
    """Return how it stands with a parent in words."""
    parts = [nationality_law.label(state) for state in parent.nationalities]
    parts += [SITUATION_LABELS[s] for s in Situation if s in parent.situations]
    return ", ".join(parts)


@dataclass(frozen=True)
class Facts:
    """A child's facts. None means not recorded; `fled` empty means: asked, and no State was fled."""

    born: str
    year: int
    mother: Parent
    father: Parent
    married: bool | None = None
    registered: bool | None = None
    fled: frozenset[str] | None = None
    documents: frozenset[Document] = frozenset()

    @property
    def found(self) -> bool:
        """Tell whether neither parent is known: the rules for a child who was found apply."""
        return self.mother.unknown and self.father.unknown


def _wrong_state(field: str, state: str) -> str:
    if state in nationality_law.states():
        return ""
    near = nationality_law.suggest(state)
    cure = f"did you mean {near}?" if near else "use a three-letter ISO 3166 code, such as SYR."
    return f'{field}: no State has the code "{state}". Cure: {cure}'


def _wrong_parent(field: str, parent: Parent) -> str:
    for state in (*parent.nationalities, *((parent.born,) if parent.born else ())):
        if problem := _wrong_state(field, state):
            return problem
    if not parent.nationalities and not parent.situations:
        return f'{field}: nothing is said. Cure: give a nationality, or "unknown".'
    if parent.nationalities and (parent.stateless or parent.unknown):
        said = "stateless" if parent.stateless else "unknown"
        return f'{field}: "{said}" and a nationality exclude each other. Cure: keep one of them.'
    if parent.stateless and parent.unknown:
        return f'{field}: "stateless" and "unknown" exclude each other. Cure: keep one of them.'
    if parent.unknown and parent.born:
        return f"{field}-born: nobody knows this parent. Cure: leave the place of birth away."
    return ""


def why_not(facts: Facts) -> str:
    """Return what is wrong with the facts, with the field and the cure; "" means nothing."""
    problems = [
        _wrong_state("born", facts.born),
        ""
        if 1900 <= facts.year <= 2200
        else f"year: {facts.year} is not a year of birth. Cure: give four digits, such as 2024.",
        _wrong_parent("mother", facts.mother),
        _wrong_parent("father", facts.father),
        *(_wrong_state("fled", state) for state in sorted(facts.fled or ())),
    ]
    return next((problem for problem in problems if problem), "")


def _shown_mother(mother: Parent) -> Parent:
    if mother.unknown or (mother.private and not mother.nationalities and not mother.stateless):
        return Parent(situations=frozenset({Situation.NOT_GIVEN}))
    return replace(mother, situations=mother.situations - PRIVATE)


def _shown_father(father: Parent) -> Parent:
    if father.unknown or father.private:
        return Parent(situations=frozenset({Situation.NOT_GIVEN}))
    return father


def for_authority(facts: Facts) -> Facts:
    """Return what an authority or the child is shown: nothing that is private to a parent.

    A father who is unknown, missing, dead, with an armed group, unable or unwilling becomes the same
    "details not available". That the parents are not married, and which State was fled, goes too.
    """
    if facts.found and not facts.mother.private and not facts.father.private:
        mother, father = facts.mother, facts.father
    else:
        mother, father = _shown_mother(facts.mother), _shown_father(facts.father)
    shown_marriage = True if facts.married and father == facts.father else None
    return replace(facts, mother=mother, father=father, married=shown_marriage, fled=None)
