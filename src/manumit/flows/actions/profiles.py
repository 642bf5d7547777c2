"""Which profiles of receiving units there are, and their schema: the examples, and this instance's own.

An organisation's own profiles lie in ``MANUMIT_DATA/goaml/``; one with the id of an example replaces it.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from manumit.core.actions import acting
from manumit.core.reasons import say
from manumit.flows import goaml_profile
from manumit.flows.goaml_profile import Profile

MOST_BYTES = 20_000_000  # of a schema; those in use have 0.3 MB


def home() -> Path:
    """Return the folder of this instance's own profiles; it may be missing."""
    return Path(settings.MANUMIT_DATA) / "goaml"


def all_() -> Mapping[str, Profile]:
    """Return all profiles by id, own ones first; raises BadProfile for a file that is none."""
    own = [read(path) for path in sorted(home().glob("*.toml"))]
    return {one.id: one for one in own} | {
        name: one
        for name, one in goaml_profile.examples().items()
        if name not in {o.id for o in own}
    }


def read(path: Path) -> Profile:
    """Read one profile from a file; raises BadProfile."""
    try:
        return goaml_profile.read(path.read_text("utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise goaml_profile.BadProfile(f"{path.name}: {error}. Cure: save it as UTF-8.") from error


def get(profile_id: str) -> Profile:
    """Return one; raises Refused when it is not there (any more)."""
    try:
        found = all_().get(profile_id)
    except goaml_profile.BadProfile as problem:
        raise acting.Refused(
            say("A profile cannot be used: {problem}", problem=str(problem))
        ) from problem
    if found is None:
        raise acting.Refused(
            say("There is no profile “{name}” here. Choose another.", name=profile_id)
        )
    return found


def problems(xml: bytes) -> list[str]:
    """Return what our own schema and, where one is set, the unit's own find wrong with a file.

    Raises Refused when the schema that was set cannot be used.
    """
    from manumit.flows import goaml_xml  # the XML library: loaded where a report is written

    found = goaml_xml.problems(xml, goaml_xml.common())
    if settings.MANUMIT_GOAML_XSD:
        path = Path(settings.MANUMIT_GOAML_XSD).expanduser()
        found += goaml_xml.problems(xml, _schema(path, _stamp(path)))
    return found


def _stamp(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError as error:
        raise _unusable(error.strerror or "") from error


@lru_cache(maxsize=2)
def _schema(path: Path, stamp: float) -> Any:
    del stamp  # a changed file is read again
    from manumit.flows import goaml_xml

    try:
        data = path.read_bytes()
        if len(data) > MOST_BYTES:
            raise _unusable("too large")
        return goaml_xml.schema(data)
    except (OSError, goaml_xml.BadReport) as error:
        raise _unusable(str(error)) from error


def _unusable(why: str) -> acting.Refused:
    says = "The schema that is set (MANUMIT_GOAML_XSD) cannot be used: {why}"
    return acting.Refused(say(says, why=why))
