"""The demo's network: a made-up armed unit, who is said to belong to it, a telephone, and a route.

Every step goes through the product's own actions. Nobody in it lives; the places lie in the desert.
"""

import itertools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from manumit.core.actions import acting
    from manumit.network import models

PEOPLE = ("Samir Example", "Nadir Testov", "Yusuf Example", "Lina Testova", "Harun Example")
SITES = (
    ("First camp (example)", "33.4", "42.1", "captivity"),
    ("House by the well (example)", "34.3", "41.2", "transit"),
    ("Market of the example", "35.1", "40.4", "sale"),
)
DAYS = ("2014-08-03", "2014-08-19")


class Maker:
    """Enters things and accepts what they say."""

    def __init__(self, by: "acting.Actor", at: datetime, source: "models.Source") -> None:
        self.by, self.at, self.source = by, at, source

    def entity(self, schema: str, **says: str) -> "models.Entity":
        """Enter one entity."""
        from manumit.network.actions import entering

        told = {name: [value] for name, value in says.items()}
        made = entering.add_entity(
            by=self.by, at=self.at, schema=schema, says=told, source=self.source, credibility="3"
        )
        return self._accepted(made)

    def relation(
        self,
        tail: "models.Entity",
        head: "models.Entity",
        schema: str,
        since: str = "",
        until: str = "",
        role: str = "",
        **says: str,
    ) -> "models.Entity":
        """Enter one relation."""
        from manumit.network.actions import entering

        made = entering.relate(
            by=self.by,
            at=self.at,
            tail=tail,
            head=head,
            schema=schema,
            role=role,
            since=since,
            until=until,
            says={name: [value] for name, value in says.items()},
            source=self.source,
            credibility="3",
        )
        return self._accepted(made)

    def _accepted(self, made: "models.Entity") -> "models.Entity":
        from manumit.network.actions import claiming

        for claim in made.claims.all():
            claiming.accept(by=self.by, at=self.at, claim=claim)
        return made


def play(by: "acting.Actor", second: "acting.Actor", now: datetime) -> "list[models.Entity]":
    """Make the network; return the people in it, whoever stands in the middle first."""
    from manumit.network import models
    from manumit.network.actions import claiming, entering
    from manumit.network.claims import Certainty

    at = now - timedelta(days=2)
    if not models.Register.objects.filter(unit=by.unit).exists():
        entering.open_register(by=by, at=at)
    source = entering.add_source(
        by=by, at=at, kind="released", title="Released statements 1-4 (made)", reliability="B"
    )
    make = Maker(by, at, source)
    unit = make.entity("ArmedUnit", name="Example Brigade", areaOfOperation="Example Desert")
    company = make.entity("ArmedUnit", name="Second Company of the Example Brigade")
    people = [make.entity("Person", name=name) for name in PEOPLE]
    samir, nadir, yusuf, lina, harun = people
    lead = make.relation(samir, unit, "Membership", "2014", "2016")
    make.relation(nadir, company, "Membership", "2014-05", "2015")
    make.relation(yusuf, company, "Membership", "2014")
    make.relation(company, unit, "Membership", "2014")
    make.relation(lina, nadir, "Associate", "2013")
    telephone = make.entity("Telephone", number="+000 0000 5151")
    make.relation(nadir, telephone, "Use", "2014", "2015-02")
    make.relation(harun, telephone, "Use", "2015", "2016")
    make.relation(harun, lina, "Family")
    sites = [
        make.entity("Site", name=name, latitude=lat, longitude=lon, siteType=what)
        for name, lat, lon, what in SITES
    ]
    for (start, end), day in zip(itertools.pairwise(sites), DAYS, strict=True):
        make.relation(start, end, "RouteLeg", day, day, organizer=str(nadir.id))
    make.relation(yusuf, sites[0], "UnknownLink", "2014-08", "2014-09")
    claiming.confirm(
        by=second, at=at, entity=lead, reason="Seen on the pay list of the brigade itself"
    )
    for level in (nadir, yusuf):
        tie = models.Entity.objects.filter(tail=level, schema="Membership").first()
        if tie is not None:
            why = "Two statements say the same, independently"
            claiming.hold_for(by=by, at=at, entity=tie, certainty=Certainty.LIKELY, reason=why)
    _inquire(by, at, "Who ran the route of August 2014", [nadir, yusuf, samir])
    _inquire(by, at, "Who used the telephone 5151", [nadir, harun])
    return people


def _inquire(by: "acting.Actor", at: datetime, title: str, people: "list[models.Entity]") -> None:
    from manumit.network.actions import inquiries

    purpose = "Investigation 14/2026 of Example Prosecutor's Office (made)"
    inquiry = inquiries.open_inquiry(by=by, at=at, title=title, purpose=purpose)
    for one in people:
        inquiries.add_to(by=by, at=at, inquiry=inquiry, entity=one)
