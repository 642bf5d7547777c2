"""What a reader is told from outside, and what a first look at a file tells back."""

from dataclasses import dataclass
from datetime import datetime

from manumit.flows import mapping as mappings

BATCH_ROWS = 100_000


@dataclass(frozen=True)
class Reading:
    """The clock, and what holds where neither the file nor its mapping says.

    `layout` names a shipped mapping or a format of bank messages; empty is found out.
    """

    now: datetime  # aware; a movement later than a day from now is refused
    layout: str = ""
    mapping: mappings.Mapping | None = None
    currency: str = "XXX"
    time_zone: str = "UTC"
    encoding: str = ""


@dataclass(frozen=True)
class Look:
    """The first glance at a file. `sample` is plain: it is shown to the loader and kept nowhere."""

    layout: str  # "" where a mapping has to be chosen
    encoding: str = ""
    separator: str = ""
    skip: int = 0  # lines above the heading
    headers: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    members: tuple[str, ...] = ()  # of an archive, those that are read
