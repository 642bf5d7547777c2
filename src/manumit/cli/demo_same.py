"""The demo's records that may be one: three to look at, one that waits for a second person."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from manumit.core.actions import acting

# Two records each: what one source wrote down, and another.
TWICE = (
    (
        {"name": "Nureddin Exampleh", "birthDate": "1981-07-16", "nationality": "iq"},
        {"name": "Noureddine Exampleh", "birthDate": "1981-07-16", "alias": "Abu Example"},
    ),
    (
        {"name": "Salim Karim Testov", "birthDate": "1979", "nationality": "sy"},
        {"name": "Testov, Saleem Karim", "birthDate": "1979-03-04", "nationality": "sy"},
    ),
    (
        {"name": "Mina Exampleova", "passportNumber": "EX123456"},
        {"name": "Mena Exampleova", "passportNumber": "EX 123456", "birthDate": "1990-01-05"},
    ),
)


def play(by: "acting.Actor", second: "acting.Actor", now: datetime) -> None:
    """Enter the records, compare them, decide about one pair."""
    from manumit.cli import demo_networks
    from manumit.network import clustering
    from manumit.network.actions import comparing, entering, judging

    at = now - timedelta(days=1)
    makers = [
        demo_networks.Maker(
            someone,
            at,
            entering.add_source(
                by=someone, at=at, kind="official", title=title, reliability=reliability
            ),
        )
        for someone, title, reliability in (
            (by, "List of a border post (made)", "B"),
            (second, "Papers that were found (made)", "C"),
        )
    ]
    pairs = [
        [make.entity("Person", **says) for make, says in zip(makers, both, strict=True)]
        for both in TWICE
    ]
    row = comparing.begin(by=by, at=at)
    comparing.carry_out(by=by, comparing=row, clock=lambda: at)
    makers[0].relation(pairs[2][0], pairs[0][0], "Associate", role="Transporter")
    judging.judge(
        by=second,
        at=at + timedelta(hours=2),
        left=pairs[2][0],
        right=pairs[2][1],
        verdict=clustering.Verdict.SAME,
        reason="The number of the passport is the same, and the photograph.",
    )
