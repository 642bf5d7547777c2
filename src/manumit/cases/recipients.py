"""Who could be told something: a service, an organisation, a unit here, or a body by its name.

A recipient is what a consent names and what a person can deny: one service, a whole organisation
with all its services, a kind of body ("no police"), or a body or person by name. Bodies that are
in no list get an identifier made of their kind and name, so that "the same" means the same words.
"""

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID, uuid5


class Kind(StrEnum):
    """What sort of recipient it is."""

    SERVICE = "service"
    ORGANISATION = "organisation"
    UNIT = "unit"
    POLICE = "police"
    PROSECUTION = "prosecution"
    AUTHORITY = "authority"
    EMBASSY = "embassy"
    MEDIA = "media"
    FAMILY = "family"
    OTHER = "other"


LABELS: dict[Kind, str] = {
    Kind.SERVICE: "A service",
    Kind.ORGANISATION: "An organisation",
    Kind.UNIT: "A team that uses this system",
    Kind.POLICE: "Police",
    Kind.PROSECUTION: "Prosecution or court",
    Kind.AUTHORITY: "Another authority",
    Kind.EMBASSY: "Embassy, or authorities of the country of origin",
    Kind.MEDIA: "Press and media",
    Kind.FAMILY: "Somebody of the family or community",
    Kind.OTHER: "Somebody else",
}

# Bodies and people that are known by their name alone, and those of which a whole kind can be
# denied ("no police at all"): a family is people, each denied by name.
BY_NAME: tuple[Kind, ...] = tuple(Kind)[3:]
WHOLE_KIND: tuple[Kind, ...] = (
    Kind.POLICE,
    Kind.PROSECUTION,
    Kind.AUTHORITY,
    Kind.EMBASSY,
    Kind.MEDIA,
)

_BODIES = UUID("6f0b2c1e-52d5-4f0e-9d0a-2d4a4b3f7c11")


@dataclass(frozen=True)
class Recipient:
    """One recipient: identifier, what it is called, and the larger bodies that it is part of."""

    id: str
    name: str = ""
    kind: Kind = Kind.OTHER
    part_of: frozenset[str] = field(default_factory=frozenset)
    also_called: tuple[str, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """Its own identifier and those of what it is part of."""
        return self.part_of | ({self.id} if self.id else frozenset())

    @property
    def names(self) -> frozenset[str]:
        """Every name it goes by, folded."""
        return frozenset(filter(None, map(folded, (self.name, *self.also_called))))

    @property
    def by_name(self) -> bool:
        """Tell whether nothing but its name says which one it is."""
        return self.kind in BY_NAME and bool(self.id)


NOBODY = Recipient("")


def folded(name: str) -> str:
    """Return a name as it is compared: without case, marks of writing and double spaces."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def named(kind: Kind | str, name: str) -> Recipient:
    """Return a body or person known by kind and name; ValueError without a name."""
    if not folded(name):
        raise ValueError("Say who it is.")
    kind = Kind(kind)
    made = uuid5(_BODIES, f"{kind}|{folded(name)}")
    return Recipient(str(made), " ".join(name.split()), kind)


def of(recipient: "Recipient | str | None") -> Recipient:
    """Return a recipient; a bare identifier is one of which nothing else is known."""
    return recipient if isinstance(recipient, Recipient) else Recipient(recipient or "")
