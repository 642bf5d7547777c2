"""One person's way through the house with a word of its own in every sealed field, and who walks it.

A word is made of the place where it stands, so that finding it anywhere says what leaked.
"""

import base64
import html
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

import casework
import make
import signed_in
from manumit.cases.actions import (
    cases,
    compelled,
    courses,
    groups,
    handovers,
    nationality,
    plans,
    protection,
    referrals,
    screenings,
)
from manumit.cases.models import (
    Case,
    Consent,
    Course,
    Goal,
    Handover,
    ProtectionLift,
    Referral,
    Screening,
)
from manumit.cases.nationality_facts import Facts, Parent
from manumit.core import models, roles
from manumit.core.actions import acting
from manumit.core.roles import Role
from meta import pages, things

PERSON = ("name", "also_called", "contact", "safe_contact", "place")
CASE_ONLY = ("birth", "registration", "languages")
TALK_ONLY = ("interpreter_name", "observations")
NEED = ("detail", "health")
NOTES = ("team", "medical", "legal")
LIFT = ("reason_to_lift",)
APART = ("compelled", "mother_name")
REFERRAL = ("message", "answer_note")
# A plan and help that goes on: the team reads it; steps, cards and notes are on pages of who works.
PLAN = ("wish", "seen", "watch", "goal", "aim", "offered")
PLAN_WORK = ("card_line", "step", "session_note", "why_apart")

# What the pages show to whom. Of a talk that has ended its officer, and who leads the gate, see what
# it showed; who interpreted is written down and shown on no page. A letter carries what one kind of
# help needs (cases/data/needs.toml, "medical") and nothing of notes, observations or other needs.
ALL = frozenset(
    {*PERSON, *CASE_ONLY, *TALK_ONLY, *NEED, *NOTES, *LIFT, *APART, *PLAN, *PLAN_WORK, *REFERRAL}
)
TALK = frozenset({"observations"})
LEADER = ALL - {"interpreter_name"}
WHOLE = LEADER - {*LIFT}
TEAM = WHOLE - {*APART, *PLAN_WORK}
OTHERS = {
    "gate worker": TALK,
    "gate supervisor": TALK,
    "data_protection_officer": frozenset(LIFT),
}
LETTER = frozenset({"name", "contact", "safe_contact", *NEED, "message"})


@dataclass
class Story:
    """A person who was screened, taken over, and referred to a clinic; all words are known."""

    sign: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(minutes=50))
    cast: casework.World = field(default_factory=casework.World)
    talk: Screening = field(init=False)
    case: Case = field(init=False)
    referral: Referral = field(init=False)
    lift: ProtectionLift = field(init=False)
    goal: Goal = field(init=False)
    course: Course = field(init=False)
    handover: Handover = field(init=False)
    others: dict[str, acting.Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cast, at = self.cast, self.at
        person = {name: self.word(name) for name in PERSON}
        self.talk = cast.talk(
            at=at, name=self.word("name"), sex="female", **{n: person[n] for n in ("also_called",)}
        )
        screenings.record_person(
            by=cast.officer, at=at, screening=self.talk,
            values=person | {"interpreter_name": self.word("interpreter_name"), "age": 31},
        )  # fmt: skip
        screenings.answer(
            by=cast.officer, at=at, screening=self.talk, pack_id="urgent-needs",
            answers={"un_hurt": "yes"},
        )  # fmt: skip
        screenings.observe(
            by=cast.officer, at=at, screening=self.talk, text=self.word("observations")
        )
        made = screenings.finish_screening(by=cast.officer, at=at, screening=self.talk)
        assert made is not None
        self.case = cases.take_case(by=cast.worker, at=at, case=made)
        cases.edit_person(
            by=cast.worker, at=at, case=self.case,
            values={name: self.word(name) for name in CASE_ONLY},
        )  # fmt: skip
        for audience in NOTES:
            cases.add_note(
                by=cast.worker, at=at, case=self.case, text=self.word(audience), audience=audience
            )
        cases.record_need(
            by=cast.worker, at=at, case=self.case, kind="medical",
            detail=self.word("detail"), health=self.word("health"),
        )  # fmt: skip
        self.lift = protection.propose_lift(
            by=cast.supervisor, at=at, case=self.case,
            reason=f"{self.word('reason_to_lift')} and twenty characters",
        )  # fmt: skip
        compelled.write_compelled_act(
            by=cast.worker, at=at, case=self.case, kind="other", words=self.word("compelled")
        )
        nationality.record_birth_facts(
            by=cast.worker, at=at, case=self.case, mother={"mother_name": self.word("mother_name")},
            facts=Facts("LBN", 1995, Parent(("SYR",)), Parent(("SYR",)), fled=frozenset()),
        )  # fmt: skip
        self._plan()
        self._refer()
        self.talk.refresh_from_db()
        self.case.refresh_from_db()
        self._people()

    def _plan(self) -> None:
        doing: dict[str, Any] = {"by": self.cast.worker, "at": self.at, "case": self.case}
        need = self.case.needs.get(kind="psychosocial")
        plans.look_at_need(
            **doing, need=need, level="some_help", on=self.at.date(),
            wish=self.word("wish"), seen=self.word("seen"),
        )  # fmt: skip
        plans.keep_safe(
            **doing, said={"watch": self.word("watch")}, card_wanted=True,
            card=self.word("card_line"),
        )  # fmt: skip
        self.goal = plans.set_goal(**doing, area="Health", words=self.word("goal"))
        plans.add_step(**doing, goal=self.goal, words=self.word("step"), doer="person")
        first = self.at + timedelta(minutes=1)
        self.course = courses.start_course(
            **doing, need=need, rhythm="weekly", first=first, count=2, aim=self.word("aim")
        )
        session = self.course.sessions.order_by("planned_at")[0]
        courses.mark_session(
            **doing | {"at": first}, session=session, state="held", note=self.word("session_note")
        )
        other = self.cast.taken(at=self.at, name="Nobody Else")
        groups.link_cases(
            **doing, other=other.reference, kind="family", role="father", own_role="child",
            apart=True, why_apart=self.word("why_apart"),
        )  # fmt: skip
        self.handover = handovers.propose_handover(
            **doing, reason="absence", to_worker=self.cast.colleague.person,
            message=self.word("offered"),
        )  # fmt: skip

    def _refer(self) -> None:
        cast, at = self.cast, self.at
        need = self.case.needs.get(kind="medical")
        row = referrals.draft_referral(
            by=cast.worker, at=at, case=self.case, need=need, service=cast.clinic,
            message=self.word("message"),
        )  # fmt: skip
        row = referrals.consent_referral(
            by=cast.worker, at=at, referral=row, given=True, questions=casework.YES
        )
        self.referral = referrals.send_referral(by=cast.worker, at=at, referral=row)

    def _people(self) -> None:
        cast = self.cast
        same = cast.helping.organisation
        self.others = {
            "gate colleague": cast.join(Role.SCREENING_OFFICER, cast.gate),
            "gate worker": cast.join(Role.CASE_WORKER, cast.gate),
            "gate supervisor": cast.join(Role.SUPERVISOR, cast.gate),
            "sister unit": cast.join(Role.CASE_WORKER, make.unit(organisation_=same)),
            "unit focal point": cast.join(Role.SERVICE_FOCAL_POINT, cast.helping),
            "other clinic": cast.join(Role.SERVICE_FOCAL_POINT, make.unit()),
            "clinic worker": cast.join(Role.CASE_WORKER, cast.clinic_unit),
            "unit officer": cast.join(Role.SCREENING_OFFICER, cast.helping),
        } | {
            role.value: cast.join(role, cast.helping)
            for role in (
                Role.COORDINATOR, Role.AUDITOR, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR,
                Role.MONITOR, Role.TRAINER, Role.ASSESSOR,
            )
        } | {
            role.value: cast.join(role, make.unit())  # behind a wall: never in the unit of the case
            for role in (Role.INVESTIGATOR, Role.FIU_ANALYST, Role.FIU_HEAD)
        }  # fmt: skip

    def word(self, place: str) -> str:
        """Return the word that stands in a field of this story."""
        letters = place.replace("_", "")
        return f"{self.sign}{letters}Q"

    def words(self) -> dict[str, str]:
        """Return every word by the field it stands in."""
        return {place: self.word(place) for place in sorted(ALL)}

    def ids(self) -> dict[str, Any]:
        """Return what fills the addresses of this story."""
        word = Consent.objects.filter(subject_id__in=self.case.subject_ids(), given=True)
        every = {name for the in pages.every() for name in the.kwargs}
        return {name: things.nothing(name) for name in every} | {
            "case_id": self.case.id,
            "course_id": self.course.id,
            "goal_id": self.goal.id,
            "handover_id": self.handover.id,
            "lift_id": self.lift.id,
            "need_id": self.case.needs.get(kind="medical").id,
            "consent_id": word.latest("at").id,
            "referral_id": self.referral.id,
            "service_id": self.cast.clinic.id,
            "talk_id": self.talk.id,
            "theme_id": "urgent",
            "account_id": self.cast.worker.person.id,
            "factor_id": 1,
            # things of other pages that this story has none of: what is no such thing is not there
            "asked_id": self.case.id,
            "erasure_id": self.case.id,
            "given_id": self.case.id,
            "hold_id": self.case.id,
            "other_id": self.case.id,
            "sheet_id": self.case.id,
            "told_id": self.case.id,
            "import_id": self.case.id,
            "row_id": self.case.id,
            "seq": models.Leaf.objects.latest("seq").seq,
        }

    def everybody(self) -> dict[str, tuple[acting.Actor, frozenset[str]]]:
        """Return each visitor with what they may come to know."""
        cast = self.cast
        return {
            "officer": (cast.officer, TALK),
            "worker": (cast.worker, WHOLE),
            "colleague": (cast.colleague, TEAM),
            "supervisor": (cast.supervisor, LEADER),
            "clinic": (cast.focal, LETTER),
            "clinic colleague": (cast.second_focal, LETTER),
        } | {name: (actor, OTHERS.get(name, frozenset())) for name, actor in self.others.items()}


QUERIES: tuple[dict[str, str], ...] = (
    {"open": "1", "names": "1", "all": "1", "proof": "1"},
    {"state": "closed", "names": "1"},
)
SHAPES = ("plain", "escaped", "in an address", "in json", "base64")


def shapes(word: str) -> dict[str, str]:
    """Return how a word may stand in an answer."""
    coded = base64.b64encode(f"..{word}..".encode()).decode()
    return dict(
        zip(
            SHAPES,
            (word, html.escape(word), urllib.parse.quote(word), word.encode("unicode_escape").decode(),
             coded[4:-6]),
            strict=True,
        )
    )  # fmt: skip


def said(answer: Any) -> str:
    """Return everything an answer tells: body, headers, cookies."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.status_code} {dict(answer.headers)} {answer.cookies} {body.decode(errors='replace')}"


def found_in(text: str, words: dict[str, str]) -> set[str]:
    """Return the fields whose word stands in a text, in whatever shape."""
    return {place for place, word in words.items() if any(s in text for s in shapes(word).values())}


def walk(
    client: Client,
    ids: dict[str, Any],
    search: Iterable[str] = (),
    *,
    role: Role | None = None,
    refused: bool = True,
) -> Iterator[tuple[str, Any]]:
    """Open every page with these ids in its address, and search for each of the words.

    What a role is refused by the table is asked for once, without a query that nobody reads; or not
    at all, where another test asked (`refused=False`).
    """
    for the in pages.every():
        shut = role is not None and the.permission and roles.why_not(role, the.permission)
        if shut and not refused:
            continue
        address = reverse(the.name, kwargs={name: ids[name] for name in the.kwargs})
        if "GET" in the.methods:
            for query in ({},) if shut else ({}, *QUERIES):
                yield f"{the.name} {query}", client.get(address, query, secure=True)
        elif the.name not in {"sign_out", "unit_rotate", "account_end"}:
            yield the.name, client.post(address, {"act": "nothing"}, secure=True)
    for asked in search:
        for name in ("case_search", "services", "find_help", "hsds_services", "accounts"):
            data = {"q": asked, "place": asked, "search": asked, "need": "food"}
            yield name, client.post(reverse(name), data, secure=True)
            yield name, client.get(reverse(name), data, secure=True)


def client(actor: acting.Actor) -> Client:
    """Return a browser in which this person has signed in."""
    person = models.User.objects.select_related("unit").get(pk=actor.person.pk)
    return signed_in.client_for(person)
