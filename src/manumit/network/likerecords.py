"""What of an entity's accepted claims is compared, when two entities may be one."""

from collections.abc import Sequence

from manumit.network.claims import Seen
from manumit.network.manyrecords import Record

NAMES = ("name", "alias", "previousName", "weakAlias")
BORN = ("birthDate", "incorporationDate")
COUNTRIES = ("nationality", "citizenship", "jurisdiction", "country")
PLACES = ("birthPlace",)
IDENTIFIERS = (
    "passportNumber", "idNumber", "taxNumber", "registrationNumber", "socialSecurityNumber", "phone",
    "email", "number", "leiCode", "innCode", "ogrnCode", "imoNumber",
)  # fmt: skip
COMPARED = (*NAMES, *BORN, *COUNTRIES, *PLACES, *IDENTIFIERS)


def record(seen: Seen, papers: Sequence[Seen] = ()) -> Record:
    """Return an entity as a record; `papers` are documents that it holds."""

    def first(props: Sequence[str]) -> str:
        return next((value for prop in props for value in seen.values(prop)), "")

    numbers = [v for one in (seen, *papers) for prop in IDENTIFIERS for v in one.values(prop)]
    return Record(
        id=str(seen.id),
        names=tuple(value for prop in NAMES for value in seen.values(prop)),
        birth=first(BORN),
        nationality=first(COUNTRIES).upper(),
        place=first(PLACES),
        identifiers=tuple(dict.fromkeys(numbers)),
    )
