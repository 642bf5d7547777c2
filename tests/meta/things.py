"""One thing of every kind that an address can name, standing in a known relation to a visitor.

Relations: `unit` (a thing of the visitor's own world), `foreign` (the same kind of thing in a world of
other organisations), `none` (an identifier that names nothing). A world is a gate, the unit it hands
over to and a clinic; which roles work with which kind of thing there is written down below.
"""

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator

import casework
import make
from cases import traced
from flows import alerts_made, ledgers
from manumit.cases import interview
from manumit.cases.actions import (
    accounts,
    cases,
    consents,
    courses,
    handovers,
    plans,
    protection,
    retention,
)
from manumit.cases.actions import casesheets as sheets
from manumit.cases.models import Consent
from manumit.core import models, roles
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.directory import actions as directory
from manumit.directory import models as directory_models
from manumit.directory import table
from manumit.directory.entry import Entry
from manumit.flows.actions import (
    capacities,
    deciding,
    desk,
    moneycases,
    redflags,
    reports,
    scanning,
)
from manumit.flows.actions import ledgers as ledger_actions
from manumit.indicators import engine, pack
from manumit.network import claims, clustering, unlist
from manumit.network import models as network_models
from manumit.network.actions import (
    claiming,
    corrections,
    dossiers,
    givenfiles,
    inquiries,
    judging,
    sent,
)
from manumit.network.actions import sightings as sighting_acts
from manumit.network.actions import traces as tracing_acts
from manumit.network.actions import watchlists as network
from network import leads_made, lists, standing_register


@dataclass
class World:
    """One account per role, at the gate, in the helping unit or at the clinic; and their things."""

    cast: casework.World = field(default_factory=casework.World)
    people: dict[Role, models.User] = field(init=False)
    made: dict[str, Any] = field(default_factory=dict)
    # The past: pages look at the clock, and what is in the future is not there yet.
    at: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(minutes=30))
    everybody: bool = True

    def __post_init__(self) -> None:
        present = {
            Role.SCREENING_OFFICER: self.cast.officer,
            Role.CASE_WORKER: self.cast.worker,
            Role.SUPERVISOR: self.cast.supervisor,
            Role.SERVICE_FOCAL_POINT: self.cast.focal,
        }
        self.people = {role: actor.person for role, actor in present.items()}
        self.people |= {
            role: make.user(role, unit=self.home_of(role))
            for role in roles.PEOPLE
            if self.everybody and role not in present
        }

    def home_of(self, role: Role) -> models.Unit:
        """Return the unit in which a role works: behind its wall, or where people are helped."""
        side = next((n for n, one in enumerate(roles.SIDES) if role in one), 0)
        if not side:
            return self.cast.helping
        if f"unit {side}" not in self.made:
            self.made[f"unit {side}"] = make.unit()
        home: models.Unit = self.made[f"unit {side}"]
        return home

    def thing(self, kwarg: str) -> Any:
        """Return the identifier that this keyword of an address stands for; made once."""
        if kwarg not in self.made:
            self.made[kwarg] = FACTORIES[kwarg](self)
        return self.made[kwarg]


def world(*, everybody: bool = True) -> World:
    """Build a world; without everybody only those who work with people are in it."""
    return World(everybody=everybody)


def _newcomer(here: World) -> uuid.UUID:
    return make.user(roles.Role.CASE_WORKER, unit=here.cast.helping, admitted=False).id


def _service(here: World) -> uuid.UUID:
    clinic = here.cast.clinic_unit
    entry = Entry(
        source="",
        source_id="",
        organisation=clinic.organisation.name,
        name="Example",
        needs=("food", "health_medical"),
    )
    return directory.add_service(by=acting.SYSTEM, at=here.at, entry=entry, unit=clinic).id


def _version(here: World) -> uuid.UUID:
    """Two worlds keep two lists: the same bytes are kept once."""
    listing = lists.xml(lists.person(f"XXi.{here.cast.gate.id.hex[:8]}"))
    reading = unlist.read(io.BytesIO(listing))
    return network.import_list(
        by=acting.SYSTEM, at=here.at, digest=here.cast.gate.id.hex * 2, reading=reading
    ).id


def _entry(here: World) -> uuid.UUID:
    version = network_models.Version.objects.get(id=here.thing("watchlist_id"))
    return version.entries.get().id


def _import(here: World) -> uuid.UUID:
    name = f"{here.cast.gate.id}.csv"  # two worlds, two files: the same row is kept once
    reading = table.read(name, b"id,organisation,name,needs\n1,,Example,food\n")
    return directory.import_services(by=acting.SYSTEM, at=here.at, reading=reading, files=[name]).id


def _row(here: World) -> uuid.UUID:
    return directory_models.RejectedRow.objects.get(run_id=here.thing("import_id")).id


def _case(here: World) -> uuid.UUID:
    return here.cast.taken(at=here.at).id


def _need(here: World) -> uuid.UUID:
    held = cases.Case.objects.get(id=here.thing("case_id"))
    return held.needs.filter(kind="medical", status="open").get().id


def _lift(here: World) -> uuid.UUID:
    held = cases.Case.objects.get(id=here.thing("case_id"))
    second = here.cast.join(Role.SUPERVISOR, here.cast.helping)
    reason = "A reason that is long enough to be read."
    return protection.propose_lift(by=second, at=here.at, case=held, reason=reason).id


def _consent(here: World) -> uuid.UUID:
    held = cases.Case.objects.get(id=here.thing("case_id"))
    consents.give_consent(
        by=here.cast.worker,
        at=here.at,
        subject=held,
        purpose="contact_me",
        given=True,
        questions=casework.YES,
    )
    return Consent.objects.filter(subject_id=held.id, given=True).latest("at").id


def _told(here: World) -> uuid.UUID:
    """An account that the worker wrote down, and that was given to nobody."""
    held = cases.Case.objects.get(id=here.thing("case_id"))
    return accounts.record_account(
        by=here.cast.worker,
        at=here.at,
        case=held,
        texts={"words": "Fictional"},
        why_again="wants_to",
    ).id


def _given(here: World) -> uuid.UUID:
    """An account of another team, given to the helping unit."""
    away = casework.World()
    held = away.taken(at=here.at)
    told = accounts.record_account(
        by=away.worker, at=here.at, case=held, texts={"words": "Fictional"}, why_again="wants_to"
    )
    asked = accounts.request_account(
        by=here.cast.worker, at=here.at, code=held.reference, wanted_for="help"
    )
    accounts.answer_request(
        by=away.worker,
        at=here.at,
        request=asked,
        give=True,
        accounts=[told],
        questions=casework.YES,
    )
    return told.id


def _asked(here: World) -> uuid.UUID:
    """A request of another team for what the person of the case told."""
    held = cases.Case.objects.get(id=here.thing("case_id"))
    team = here.cast.join(Role.CASE_WORKER, make.unit())
    return accounts.request_account(by=team, at=here.at, code=held.reference, wanted_for="help").id


def _sheet(here: World) -> uuid.UUID:
    data = b"prs_FirstName,prs_Gender,con_Consent\nAmal,Feminine,TRUE\nNoor,Mystery,TRUE\n"
    at = datetime.now(UTC)  # a sheet is kept for a day
    row = sheets.keep_sheet(
        by=here.cast.supervisor, at=at, name="x.csv", data=data, sender="", told=True
    )
    return row.id


def _factor(here: World) -> int:
    own = {"user": here.cast.worker.person, "type": Authenticator.Type.TOTP}
    return Authenticator.objects.create(**own, data={}).pk


def _theme(here: World) -> str:
    return interview.themes([pack.load_all()["urgent-needs"]], engine.Context())[0].id


def _goal(here: World) -> uuid.UUID:
    held = cases.Case.objects.get(id=here.thing("case_id"))
    return plans.set_goal(
        by=here.cast.worker, at=here.at, case=held, area="Health", words="Example"
    ).id


def _course(here: World) -> uuid.UUID:
    held = cases.Case.objects.get(id=here.thing("case_id"))
    need = held.needs.get(kind="psychosocial")
    return courses.start_course(
        by=here.cast.worker,
        at=here.at,
        case=held,
        need=need,
        rhythm="weekly",
        first=here.at + timedelta(minutes=1),
        count=2,
    ).id


def _handover(here: World) -> uuid.UUID:
    held = cases.Case.objects.get(id=here.thing("case_id"))
    return handovers.propose_handover(
        by=here.cast.worker,
        at=here.at,
        case=held,
        reason="workload",
        to_worker=here.cast.colleague.person,
    ).id


def _hold(here: World) -> uuid.UUID:
    held = cases.Case.objects.get(id=here.thing("case_id"))
    return retention.propose_hold(
        by=here.cast.supervisor,
        at=here.at,
        case=held,
        why="court",
        text="The court of Example asked in writing.",
        until=(here.at + timedelta(days=9)).date(),
    ).id


def _erasure(here: World) -> uuid.UUID:
    held = here.cast.taken(at=here.at)
    by = here.cast.worker
    return retention.ask_erasure(by=by, at=here.at, case=held, why="person").id


def _bureau(here: World) -> ledgers.Bureau:
    """The financial intelligence unit of a world; its own, as money and people never share one."""
    if "bureau" not in here.made:
        head, analyst = (
            here.people.get(role) or make.user(role, unit=here.home_of(role))
            for role in (Role.FIU_HEAD, Role.FIU_ANALYST)
        )
        by, other = make.actor(head), make.actor(analyst)
        ledger = ledger_actions.open_ledger(by=by, at=here.at)
        here.made["bureau"] = ledgers.Bureau(head.unit, head, analyst, by, other, ledger)
    return here.made["bureau"]


def _alert(here: World) -> uuid.UUID:
    home = _bureau(here)
    row = alerts_made.store(home)
    return desk.take_alert(by=home.analyst_actor, at=here.at, alert=row).id


def _moneycase(here: World) -> uuid.UUID:
    home = _bureau(here)
    row = alerts_made.store(home)
    return moneycases.open_case(by=home.analyst_actor, at=here.at, alert=row, title="Example").id


def _decision(here: World) -> uuid.UUID:
    home = _bureau(here)
    row = desk.take_alert(by=home.analyst_actor, at=here.at, alert=alerts_made.store(home))
    why = "A reason that is long enough."
    return deciding.decide(
        by=home.analyst_actor, at=here.at, alert=row, choice="watch", reason=why
    ).id


def _load(here: World) -> uuid.UUID:
    return ledgers.add(_bureau(here), [{}]).id


def _scan(here: World) -> uuid.UUID:
    home = _bureau(here)
    return scanning.begin(by=home.analyst_actor, at=here.at, ledger=home.ledger).id


def _typology(here: World) -> uuid.UUID:
    home, text = _bureau(here), redflags.shipped_text("finance-funnel")
    by = home.analyst_actor
    return redflags.propose(by=by, at=here.at, ledger=home.ledger, text=text).id


def _report(here: World) -> uuid.UUID:
    home = _bureau(here)
    alert = alerts_made.store(home, stage="report")
    by = home.analyst_actor
    return reports.begin(by=by, at=here.at, alert=alert, profile="example-5").id


def _capacity(here: World) -> uuid.UUID:
    return capacities.add(
        by=here.cast.join(Role.COORDINATOR, here.cast.helping),
        at=here.at,
        kind="request",
        body="Example Unit",
        country="JO",
        topic="hawala",
        about="Fictional",
        next_step="Ask again",
        next_on=(here.at + timedelta(days=9)).date(),
    ).id


def tracing(here: World) -> acting.Actor:
    """Return the investigator of a world, whose unit has a register; made once."""
    if "tracing" not in here.made:
        role = Role.INVESTIGATOR
        person = here.people.get(role) or make.user(role, unit=here.home_of(role))
        here.made["tracing"] = by = make.actor(person, here.at)
        standing_register.register(person.unit, by)
    found: acting.Actor = here.made["tracing"]
    return found


def _entity(here: World) -> uuid.UUID:
    by = tracing(here)
    register = network_models.Register.objects.get(unit=by.unit)
    return standing_register.entity(register, by, name="Test Person 9").id


def _beside(here: World) -> uuid.UUID:
    by = tracing(here)
    here.thing("entity_id")
    register = network_models.Register.objects.get(unit=by.unit)
    return standing_register.entity(register, by, name="Test Person 19").id


def _judgement(here: World) -> uuid.UUID:
    by, left = tracing(here), network_models.Entity.objects.get(id=_beside(here))
    right = network_models.Entity.objects.get(id=_beside(here))
    return judging.judge(
        by=by,
        at=here.at,
        left=left,
        right=right,
        verdict=clustering.Verdict.SAME,
        reason="Seen.",
    ).id


def _identity(here: World) -> uuid.UUID:
    row = network_models.Judgement.objects.get(id=here.thing("judgement_id"))
    found = judging.identity_of(row.left)
    assert found
    return found.id


def _claim(here: World) -> uuid.UUID:
    row = network_models.Entity.objects.get(id=here.thing("entity_id"))
    return row.claims.earliest("at").id


def _inquiry(here: World) -> uuid.UUID:
    given: dict[str, Any] = {"by": tracing(here), "at": here.at}
    return inquiries.open_inquiry(**given, title="Example inquiry", purpose="Example Act").id


def _hit(here: World) -> uuid.UUID:
    row = network_models.Entity.objects.get(id=here.thing("entity_id"))
    version = network_models.Version.objects.get(id=here.thing("watchlist_id"))
    return leads_made.hit(tracing(here), here.at, row, version).id


def _file(here: World) -> uuid.UUID:
    by = tracing(here)
    register = network_models.Register.objects.get(unit=by.unit)
    return givenfiles.give(
        by=by,
        at=here.at,
        register=register,
        name="x.json",
        data=b'{"id": "x", "schema": "Person", "properties": {"name": ["Test Person 9"]}}',
        whose=givenfiles.Whose(title="Example list"),
    )


def _sighting(here: World) -> uuid.UUID:
    by, page = tracing(here), sighting_acts.Page(leads_made.PDF)
    return leads_made.sighting(by, here.at, by.unit, page=page).id


def _capture(here: World) -> uuid.UUID:
    return network_models.Capture.objects.get(sighting=here.thing("sighting_id")).id


def _trace(here: World) -> uuid.UUID:
    """A telephone number that two cases of the world name, held against them."""
    by = tracing(here)
    for _ in range(2):
        traced.case_with(here.cast, at=here.at)
    row = network_models.Entity.objects.get(id=here.thing("entity_id"))
    traced.house_key(by, at=here.at)
    why = "An inquiry of the world"
    link = tracing_acts.look(
        by=by, at=here.at, entity=row, kind="phone", value=traced.PHONE, reason=why
    )
    return link.id


def _ask(here: World) -> uuid.UUID:
    return traced.asked(here.cast, tracing(here), at=here.at).id


def _dossier(here: World) -> uuid.UUID:
    """A dossier with one sentence, written."""
    by = tracing(here)
    row = network_models.Entity.objects.get(id=here.thing("entity_id"))
    give: dict[str, Any] = {"by": by, "at": here.at}
    claim = claiming.add_claim(
        **give,
        entity=row,
        prop="position",
        values=["driver"],
        source=row.register.sources.get(),
        handling=claims.Handling.GREEN,
    )
    claiming.accept(**give, claim=claim)
    made = dossiers.begin(**give, subject=row, kind="prosecutor")
    return dossiers.draft(**give, dossier=made).id


def _sent(here: World) -> uuid.UUID:
    row = network_models.Dossier.objects.get(id=here.thing("dossier_id"))
    return sent.note_sent(
        by=tracing(here),
        at=here.at,
        register=row.register,
        what="dossier",
        recipient="Example Committee",
        purpose="A test of pages",
        basis="treaty",
        claims=[],
        entities=[row.subject_id],
        dossier=row,
    ).id


def _correction(here: World) -> uuid.UUID:
    here.thing("sent_id")
    row = network_models.Entity.objects.get(id=here.thing("entity_id"))
    return corrections.begin(
        by=tracing(here),
        at=here.at,
        entity=row,
        wrong="person",
        what="Another person of this name.",
        right="Who it was is not known.",
        claims=[],
    ).id


def _notice(here: World) -> uuid.UUID:
    row = network_models.Correction.objects.get(id=here.thing("correction_id"))
    return row.notices.get().id


# The keyword of an address → how to make such a thing. An unknown keyword fails the matrix.
FACTORIES: dict[str, Callable[[World], Any]] = {
    "account_id": _newcomer,
    "alert_id": _alert,
    "ask_id": _ask,
    "asked_id": _asked,
    "capacity_id": _capacity,
    "case_id": _case,
    "claim_id": _claim,
    "inquiry_id": _inquiry,
    "consent_id": _consent,
    "course_id": _course,
    "decision_id": _decision,
    "correction_id": _correction,
    "dossier_id": _dossier,
    "entity_id": _entity,
    "notice_id": _notice,
    "part": lambda here: "contested",
    "place": lambda here: 0,
    "sent_id": _sent,
    "erasure_id": _erasure,
    "factor_id": _factor,
    "given_id": _given,
    "goal_id": _goal,
    "handover_id": _handover,
    "hit_id": _hit,
    "beside_id": _beside,
    "judgement_id": _judgement,
    "identity_id": _identity,
    "sighting_id": _sighting,
    "capture_id": _capture,
    "file_id": _file,
    "lead_id": lambda here: leads_made.lead(tracing(here), here.at).id,
    "hold_id": _hold,
    "import_id": _import,
    "lift_id": _lift,
    "load_id": _load,
    "moneycase_id": _moneycase,
    "report_id": _report,
    "need_id": _need,
    "other_id": lambda here: here.cast.taken(at=here.at).id,
    "referral_id": lambda here: here.cast.sent(at=here.at).id,
    "row_id": _row,
    "seq": lambda here: models.Leaf.objects.latest("seq").seq,
    "service_id": _service,
    "watchlist_id": _version,
    "listed_id": _entry,
    "sheet_id": _sheet,
    "talk_id": lambda here: here.cast.talk(at=here.at).id,
    "theme_id": _theme,
    "told_id": _told,
    "trace_id": _trace,
    "scan_id": _scan,
    "typology_id": _typology,
}
_CASE = frozenset({Role.CASE_WORKER, Role.SUPERVISOR})
_MONEY = frozenset({Role.FIU_ANALYST, Role.FIU_HEAD})
# Who works with such a thing in its world, and whose own work it is; without an entry: everybody.
RELATED: dict[str, frozenset[Role]] = {
    "ask_id": frozenset({Role.INVESTIGATOR, Role.SUPERVISOR}),
    "trace_id": frozenset({Role.INVESTIGATOR}),
    "entity_id": frozenset({Role.INVESTIGATOR}),
    "claim_id": frozenset({Role.INVESTIGATOR}),
    "inquiry_id": frozenset({Role.INVESTIGATOR}),
    "correction_id": frozenset({Role.INVESTIGATOR}),
    "dossier_id": frozenset({Role.INVESTIGATOR}),
    "notice_id": frozenset({Role.INVESTIGATOR}),
    "sent_id": frozenset({Role.INVESTIGATOR}),
    "hit_id": frozenset({Role.INVESTIGATOR}),
    "beside_id": frozenset({Role.INVESTIGATOR}),
    "judgement_id": frozenset({Role.INVESTIGATOR}),
    "identity_id": frozenset({Role.INVESTIGATOR}),
    "sighting_id": frozenset({Role.INVESTIGATOR}),
    "capture_id": frozenset({Role.INVESTIGATOR}),
    "file_id": frozenset({Role.INVESTIGATOR}),
    "lead_id": frozenset({Role.INVESTIGATOR}),
    "account_id": frozenset({Role.SUPERVISOR}),
    "alert_id": _MONEY,
    "decision_id": _MONEY,
    "load_id": _MONEY,
    "moneycase_id": _MONEY,
    "report_id": _MONEY,
    "course_id": _CASE,
    "goal_id": _CASE,
    "handover_id": _CASE,
    "case_id": _CASE,
    "erasure_id": frozenset({Role.SUPERVISOR}),
    "hold_id": frozenset({Role.SUPERVISOR}),
    "lift_id": frozenset({Role.SUPERVISOR}),
    "need_id": _CASE,
    "other_id": _CASE,
    "asked_id": _CASE,
    "consent_id": _CASE,
    "told_id": _CASE,
    "given_id": _CASE,
    "referral_id": _CASE | {Role.SERVICE_FOCAL_POINT},
    "sheet_id": frozenset({Role.SUPERVISOR}),
    "talk_id": frozenset({Role.SCREENING_OFFICER}),
}
OWNERS: dict[str, Role] = {
    "course_id": Role.CASE_WORKER,
    "goal_id": Role.CASE_WORKER,
    "handover_id": Role.CASE_WORKER,
    "case_id": Role.CASE_WORKER,
    "need_id": Role.CASE_WORKER,
    "asked_id": Role.CASE_WORKER,
    "consent_id": Role.CASE_WORKER,
    "told_id": Role.CASE_WORKER,
    "given_id": Role.CASE_WORKER,
    "referral_id": Role.CASE_WORKER,
    "sheet_id": Role.SUPERVISOR,
    "talk_id": Role.SCREENING_OFFICER,
}
# A thing that is its person's alone, whatever the scope says of pages without such a thing.
PERSONAL: dict[str, Role] = {"factor_id": Role.CASE_WORKER}
NOTHING: dict[str, Any] = {
    "factor_id": 2**31 - 1,
    "part": "no-such-part",
    "place": 2**31 - 1,
    "seq": 2**31 - 1,
    "theme_id": "no-such-theme",
}


def is_theirs(role: Role, scope: roles.Scope | None, kwargs: tuple[str, ...]) -> bool:
    """Tell whether the things of an address are within a role's scope in their own world."""
    if any(PERSONAL.get(name, role) is not role for name in kwargs):
        return False
    if scope is roles.Scope.ANY:
        return True
    if scope is roles.Scope.OWN:
        return all(OWNERS.get(name, role) is role for name in kwargs)
    return all(role in RELATED.get(name, {role}) for name in kwargs)


def nothing(kwarg: str) -> Any:
    """Return an identifier of the right shape that names nothing."""
    return NOTHING.get(kwarg) or uuid.uuid4()
