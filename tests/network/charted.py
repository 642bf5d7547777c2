"""A small made network for tests of pages: five people, a phone, two places, an inquiry or two."""

import make
from manumit.network import models
from manumit.network.actions import entering
from manumit.network.claims import Handling
from network import standing_register as standing


class Charted:
    """Karim pays Samir, who uses the phone that Nadir uses; Nadir is a member of a unit."""

    def __init__(self):
        self.by = standing.investigator()
        self.register = standing.register(self.by.unit, self.by)
        self.source = standing.source(self.by)
        self.karim = self.person("Karim Example")
        self.samir = self.person("Samir Example")
        self.nadir = self.person("Nadir Example", phone="+964 770 000 1122")
        self.lone = self.person("Lone Example", phone="00964 7700001122")
        self.phone = self.entity("Telephone", number="+964 770 000 3344")
        self.unit = self.entity("ArmedUnit", name="Example Unit")
        self.north = self.entity(
            "Site", name="North Example", latitude="36.3", longitude="43.1", country="iq"
        )
        self.south = self.entity("Site", name="South Example", country="sy")
        self.pays = self.relate(self.karim, self.samir, since="2014-08", until="2015")
        self.relate(self.samir, self.phone, "Use", since="2014", until="2015")
        self.relate(self.nadir, self.phone, "Use", since="2015", until="2016")
        self.relate(self.nadir, self.unit, "Membership")
        self.leg = self.relate(
            self.north, self.south, "RouteLeg", since="2014-08-03", organizer=str(self.karim.id)
        )
        self.inquiry = self.inquire(1, self.karim, self.lone)

    def entity(self, schema, **says):
        return standing.entity(self.register, self.by, schema, self.source, **says)

    def person(self, name, **says):
        return self.entity("Person", name=name, **says)

    def relate(self, tail, head, schema="UnknownLink", **more):
        return standing.relation(tail, head, self.by, schema, source=self.source, **more)

    def inquire(self, number, *entities):
        """Write an inquiry's bare rows: its words do not matter here."""
        made = models.Inquiry.objects.create(
            register=self.register, number=number, held_by=self.by.person, at=make.AT,
            seal_owner=self.register.id,
        )  # fmt: skip
        for entity in entities:
            models.Appearance.objects.create(
                register=self.register, inquiry=made, entity=entity, by=self.by.person, at=make.AT
            )
        return made

    def red(self, by, name):
        """Enter somebody whom only `by` may see."""
        return entering.add_entity(
            by=by, at=make.AT, schema="Person", says={"name": [name]},
            source=standing.source(by), handling=Handling.RED,
        )  # fmt: skip
