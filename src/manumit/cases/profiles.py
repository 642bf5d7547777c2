"""Which packs a screening asks, and what all of them together say.

The order is data (data/profiles.toml). The whole says "possible victim" when any pack does; no pack
can take that back, and none can say more. An uncertain age is treated as a child's.
"""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

from manumit.indicators import engine

WHEN = ("always", "adult", "child")


class BadProfile(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names profile, key and cure."""


@dataclass(frozen=True)
class Step:
    """One pack of a profile."""

    pack: str
    when: str
    optional: bool = False


@dataclass(frozen=True)
class Profile:
    """A way to screen."""

    id: str
    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Overall:
    """What the packs say together.

    `signs` are the (pack, indicator) pairs that made it, `calls` the (kind of service, within)
    pairs of the advice that follows.
    """

    possible_victim: bool
    urgent: bool
    conflict_nexus: bool
    signs: tuple[tuple[str, str], ...]
    calls: tuple[tuple[str, str], ...]


def parse(text: str) -> dict[str, Profile]:
    """Read the data file; raises BadProfile that names profile, key and cure."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(f"profiles.toml: {error}. Mend the line that is named.") from error
    profiles = {}
    for entry in raw.get("profile", []):
        name = entry.get("id", "?")
        steps = []
        for step in entry.get("pack", []):
            if not step.get("id") or step.get("when") not in WHEN:
                raise BadProfile(
                    f"profiles.toml, profile {name}: each pack needs “id” and “when” ({', '.join(WHEN)})."
                )
            steps.append(Step(step["id"], step["when"], bool(step.get("optional", False))))
        if not steps or not entry.get("title"):
            raise BadProfile(f"profiles.toml, profile {name}: “title” or “pack” is missing.")
        profiles[name] = Profile(name, entry["title"], tuple(steps))
    return profiles


@functools.cache
def load() -> dict[str, Profile]:
    """Return the profiles that come with the product."""
    return parse(resources.files("manumit.cases").joinpath("data/profiles.toml").read_text("utf-8"))


def treated_as_child(minor: bool | None) -> bool:
    """Tell whether the rules for children apply: known to be under 18, or nobody knows."""
    return minor is not False


def packs_for(
    profile: str,
    minor: bool | None,
    added: Iterable[str] = (),
    known: Mapping[str, Profile] | None = None,
) -> tuple[str, ...]:
    """Return the packs to ask, in order. `added` are optional packs that the officer chose."""
    wanted = set(added)
    age = "child" if treated_as_child(minor) else "adult"
    return tuple(
        step.pack
        for step in (known or load())[profile].steps
        if step.when in {"always", age} and (not step.optional or step.pack in wanted)
    )


def overall(findings: Mapping[str, engine.Finding]) -> Overall:
    """Put the findings of a screening together: possible victim if any pack says so."""
    signs = tuple(
        (pack, reason.indicator) for pack, finding in findings.items() for reason in finding.reasons
    )
    return Overall(
        possible_victim=any(finding.possible_victim for finding in findings.values()),
        urgent=any(finding.urgent for finding in findings.values()),
        conflict_nexus=any(pack == "conflict-context" for pack, _ in signs),
        signs=signs,
        calls=tuple(
            (advice.need, advice.within)
            for finding in findings.values()
            for advice in finding.advice
            if advice.need
        ),
    )
