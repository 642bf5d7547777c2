"""Builders for tests of cases: a gate, a unit that helps, a service that answers."""

from dataclasses import dataclass, field
from datetime import timedelta

import make
from manumit.cases import consent
from manumit.cases.actions import cases, consents, referrals, retention, screenings
from manumit.core import models
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.directory import actions as directory
from manumit.directory import entry

AT = make.AT
YES = [True] * len(consent.QUESTIONS)
NAME = "Amal Example"


def after(**time):
    """Return an instant after the start of every story."""
    return AT + timedelta(**time)


def service(organisation=None, unit=None, need="health_medical", number=[0]):  # noqa: B006
    """Make a service; with a unit, its people use the product."""
    number[0] += 1
    wanted = entry.Entry(
        source="",
        source_id="",
        organisation=(organisation or make.organisation()).name,
        name=f"Example Clinic {number[0]}",
        needs=(need,),
        place="Example Camp",
        country="JO",
        latitude=32.0,
        longitude=36.0,
    )
    return directory.add_service(by=acting.SYSTEM, at=AT, entry=wanted, unit=unit)


@dataclass
class World:
    """A gate that hands over to a helping unit, a clinic with people here, and one without."""

    helping: models.Unit = field(default_factory=lambda: make.unit())
    gate: models.Unit = field(init=False)
    clinic_unit: models.Unit = field(default_factory=lambda: make.unit())

    def __post_init__(self):
        self.worker = self.join(Role.CASE_WORKER, self.helping)
        self.colleague = self.join(Role.CASE_WORKER, self.helping)
        self.supervisor = self.join(Role.SUPERVISOR, self.helping)
        self.gate = make.unit(possible_victims_to=self.helping)
        self.officer = self.join(Role.SCREENING_OFFICER, self.gate)
        self.focal = self.join(Role.SERVICE_FOCAL_POINT, self.clinic_unit)
        self.second_focal = self.join(Role.SERVICE_FOCAL_POINT, self.clinic_unit)
        self.dpo = self.join(Role.DATA_PROTECTION_OFFICER, make.unit())
        self.clinic = service(self.clinic_unit.organisation, self.clinic_unit)
        self.phone_clinic = service()

    @staticmethod
    def join(role, unit) -> acting.Actor:
        unit.refresh_from_db()
        return make.actor(make.user(role, unit))

    def talk(self, *, name=NAME, agreed=True, at=AT, identified_at=None, minor=False, **person):
        """Start a screening with consents, and a person when they agreed."""
        talk = screenings.start_screening(
            by=self.officer, at=at, language="ar", identified_at=identified_at
        )
        for purpose in consent.AT_SCREENING:
            consents.give_consent(
                by=self.officer, at=at, subject=talk, purpose=purpose, given=agreed, questions=YES
            )
        values = dict(person)
        if agreed and name:
            values |= {"name": name, "contact": "+962 0000 111", "sex": "female"}
        return screenings.record_person(
            by=self.officer, at=at, screening=talk, values=values, minor=minor
        )

    def handed_over(self, at=AT, urgent=None, asked=False, **talk):
        """Screen somebody with an urgent need and hand over; returns the case."""
        begun = self.talk(at=at, **talk)
        screenings.answer(
            by=self.officer,
            at=at,
            screening=begun,
            pack_id="urgent-needs",
            answers=urgent or {"un_hurt": "yes"},
        )
        return screenings.finish_screening(
            by=self.officer, at=at, screening=begun, officer_asks=asked
        )

    def taken(self, at=AT, **talk):
        """Return a case that the worker has taken."""
        return cases.take_case(by=self.worker, at=at, case=self.handed_over(at=at, **talk))

    def drafted(self, case=None, to=None, kind="medical", at=AT):
        """Return a draft referral of a taken case."""
        held = case or self.taken(at=at)
        need = held.needs.get(kind=kind, status="open")
        return referrals.draft_referral(
            by=self.worker, at=at, case=held, need=need, service=to or self.clinic, message="Soon"
        )

    def consented(self, at=AT, **draft):
        """Return a referral that the person agreed to."""
        row = self.drafted(at=at, **draft)
        return referrals.consent_referral(
            by=self.worker, at=at, referral=row, given=True, questions=YES
        )

    def sent(self, at=AT, **draft):
        """Return a referral that waits for its answer."""
        return referrals.send_referral(
            by=self.worker, at=at, referral=self.consented(at=at, **draft)
        )

    def erased(self, case, at=AT):
        """Erase somebody, as two people do; returns the case."""
        asked = retention.ask_erasure(by=self.supervisor, at=at, case=case, why="person")
        return retention.confirm_erasure(by=self.dpo, at=at, erasure=asked)
