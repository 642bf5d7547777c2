"""One entry of a watchlist, whatever list it came from, with what had to be repaired to read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

UN = "UN Security Council"  # the consolidated list


class Kind(StrEnum):
    """What is listed."""

    PERSON = "person"
    ENTITY = "entity"


class Style(StrEnum):
    """How a name stands in the list."""

    PRIMARY = "primary"
    ORIGINAL = "original_script"
    GOOD = "good_alias"
    LOW = "low_alias"  # the list itself says that this one tells little
    ALIAS = "alias"


@dataclass(frozen=True)
class Called:
    """One name of an entry."""

    text: str
    style: Style


@dataclass(frozen=True)
class Repair:
    """A value that was not as its field should be: nothing is dropped, and what was done is told."""

    field: str
    was: str
    now: str
    why: str


@dataclass(frozen=True)
class Listed:
    """An entry. `births` are as `core.birthdate` reads them; `fields` holds every value of the entry
    by field, in words, for looking and comparing: nothing that the list says is left out.
    """

    reference: str
    kind: Kind
    programme: str
    names: tuple[Called, ...]
    births: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()  # as written
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()

    @property
    def name(self) -> str:
        """Return the first name in the list's order; "" where the list has none."""
        return self.names[0].text if self.names else ""


@dataclass(frozen=True)
class Watchlist:
    """A list as it stood. `dated` as the list itself says (ISO 8601), "" where it does not.

    `called`: which list it is, "" where the file does not say; `others`: things in the file that are
    not listed themselves (relations, addresses, relatives); `without`: blocks that the layout has and
    the file has not.
    """

    dated: str
    entries: tuple[Listed, ...]
    called: str = ""
    others: int = 0
    without: tuple[str, ...] = ()

    @property
    def repairs(self) -> int:
        """Count what had to be repaired."""
        return sum(len(entry.repairs) for entry in self.entries)


class Unreadable(Exception):  # noqa: N818
    """The file is no such list; says where and what to do."""

    def __init__(self, line: int, reason: str, cure: str) -> None:
        super().__init__(f"line {line}: {reason} Cure: {cure}")
        self.line, self.reason, self.cure = line, reason, cure
