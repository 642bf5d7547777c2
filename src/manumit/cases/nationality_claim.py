"""What one law does for one child: the claim, its basis and its effect."""

from dataclasses import dataclass
from enum import StrEnum

from manumit.cases.nationality_facts import Document


class Basis(StrEnum):
    """Why a State might give its nationality."""

    MOTHER = "descent from the mother"
    FATHER = "descent from the father"
    TERRITORY = "birth on the territory"
    SECOND_GENERATION = "birth on the territory, a parent born there too"
    FOUND = "found on the territory, parents unknown"
    OTHERWISE_STATELESS = "birth on the territory, otherwise stateless"


SAFEGUARDS = frozenset({Basis.FOUND, Basis.OTHERWISE_STATELESS})


class Effect(StrEnum):
    """What the law does for this child, as far as the table says."""

    OPEN = "open"
    CONDITIONAL = "conditional"
    EXCEPTION = "only by an exception"
    CLOSED = "closed"
    NOT_APPLICABLE = "does not apply"
    NOT_DETERMINED = "not determined"


@dataclass(frozen=True)
class Verdict:
    """What one code means for one child."""

    effect: Effect
    condition: str = ""
    needs: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Claim:
    """One way to a nationality: which State, by which law, and what it takes."""

    state: str
    basis: Basis
    effect: Effect
    mode: str
    code: str
    year: int
    words: str
    source: str
    condition: str = ""
    needs: tuple[Document, ...] = ()
    notes: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    @property
    def law(self) -> str:
        """Return the law as "SYR A01b=4 (1 January 2024)"."""
        return f"{self.state} {self.mode}={self.code} (1 January {self.year})"
