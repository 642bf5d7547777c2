"""One fictional case after another, with everything that stands around it, sealed for real.

Facts come from a seed, keys and nonces from the system's randomness. Proportions are this
benchmark's own choice, made to be plausible and written down here.
"""

import hashlib
import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from ground.house import TYPES, House, UnitKeys
from ground.tables import Shard, cell
from manumit.assessments.models import Assessment
from manumit.cases import consent, deadlines, needs, reference
from manumit.cases.models import Case, Clock, Consent, Need, Note, Referral, Screening
from manumit.cases.models import case as case_model
from manumit.cases.models import screening as screening_model
from manumit.core import models, sealing
from manumit.core.actions import keyring
from manumit.core.sealing import FieldClass

LEAVES = 8  # on the record per case; a real one leaves more
YEARS = timedelta(days=1825)
HANDED_OVER = 0.8  # of cases begin with a screening at the gate
NO_CASE = 0.3  # screenings beside that opened no case, per case
WITH_NAME = 0.85
LARGE_SERVICE = 0.3  # of referrals go to one team that answers here
RECENT = timedelta(days=60)  # since the units last changed their keys: wraps from outside are HPKE
LANGUAGES = ("ar", "ar", "ar", "ckb", "en", "fr")
NEEDED = ("safety", "basic_needs", "registration", "family", "education", "livelihood", "police")
OUTCOMES = ("ended_done",) * 15 + ("declined",) * 2 + ("stopped",) + ("withdrawn",) * 2
NOTE = "Spoke with the person today; the next step was agreed and the way to make contact is safe."
_TEXT = json.JSONEncoder(ensure_ascii=False).encode  # as json.dumps, made once
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_REFERENCES = len(reference.ALPHABET) ** reference.LENGTH


@dataclass(frozen=True)
class Answered:
    """Answers to a pack and what they amount to."""

    pack_id: str
    version: str
    digest: str
    answers: dict[str, str]
    outcome: str
    possible_victim: bool
    urgent: bool


def answer_pool(size: int = 120) -> dict[str, list[Answered]]:
    """Return ready-made answered packs of the gate's profile, found by the engine itself."""
    from manumit.indicators import engine, pack

    dice, pool = random.Random(2331), {}
    known = pack.load_all()
    for name in ("urgent-needs", "conflict-context", "delphi-labour-adult", "delphi-labour-child"):
        chosen = known[name]
        context = engine.Context(age=None, minor=name.endswith("child"), tags=frozenset())
        asked = [each.id for each in chosen.indicators]
        pool[name] = []
        for _ in range(size):
            some = dice.sample(asked, min(len(asked), dice.randint(6, 18)))
            given = {
                one: engine.Answer(dice.choice(("yes", "no", "no", "unknown"))) for one in some
            }
            found = engine.find(chosen, given, context)
            pool[name].append(
                Answered(
                    name, chosen.version.isoformat(), chosen.digest,
                    {one: answer.value for one, answer in given.items()},
                    found.outcome, found.possible_victim, found.urgent,
                )
            )  # fmt: skip
    return pool


@dataclass(frozen=True)
class Plan:
    """What every process knows before it begins."""

    house: House
    pool: dict[str, list[Answered]]
    names: list[str]
    size: int
    now: datetime
    first_leaf: int

    def team(self, rank: int) -> UnitKeys:
        """Return the unit of a case: nine of ten belong to the large one."""
        teams = self.house.teams
        return teams[0] if rank % 10 else teams[1 + rank // 10 % (len(teams) - 1)]

    def opened(self, rank: int) -> datetime:
        """Return when a case was opened; in the order of rank."""
        step = YEARS / (self.size + 1)
        return self.now - YEARS + step * (rank + 1)


class Keys:
    """The class keys of one object, made and wrapped."""

    def __init__(self, shard: Shard, owner: UUID, classes: Any, dice: random.Random) -> None:
        self.shard, self.owner, self.dice = shard, owner, dice
        self.keys = {FieldClass(c): sealing.new_key() for c in classes}

    def wrap(self, unit: UnitKeys, *, outside: bool) -> None:
        """Wrap every key to a unit; from outside by HPKE, as who is not its member must."""
        for field_class, key in self.keys.items():
            place: Any = SimpleNamespace(
                object_id=self.owner,
                field_class=field_class.value,
                version=1,
                unit_id=unit.id,
                generation=unit.generation,
            )
            aad = keyring.wrap_aad(place)
            blob = (
                sealing.hpke_wrap(unit.public, key, aad)
                if outside
                else sealing.wrap_key(unit.key, key, aad)
            )
            self.shard.add(
                models.KeyWrap, id=_id(self.dice).hex, object_id=self.owner.hex,
                field_class=field_class.value, unit_id=unit.id.hex, generation=unit.generation,
                hpke=int(outside), wrap=blob,
            )  # fmt: skip

    def seal(self, model: Any, row: UUID, **values: Any) -> dict[str, bytes]:
        """Return sealed columns, as `core.actions.sealed.write` makes them."""
        table = model._meta.db_table
        sealed = {}
        for name, value in values.items():
            if value is None:
                continue
            field_class = model._meta.get_field(name).field_class
            place = sealing.Context(self.owner, field_class, table, row, name, 1)
            text = _TEXT(value).encode()
            sealed[name] = sealing.seal(self.keys[field_class], text, place)
        return sealed


def _id(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)


def make(plan: Plan, ranks: range, path: Path) -> tuple[bytes, int]:
    """Write the cases of these ranks to a shard; return their leaf hashes and how many are open."""
    dice = random.Random(f"2331-{ranks.start}")
    shard = Shard()
    hashes: list[bytes] = []
    still_open = 0
    for rank in ranks:
        maker = _Maker(plan, shard, dice, rank)
        maker.make()
        hashes += maker.hashes
        still_open += maker.open
    shard.write(path)
    return b"".join(hashes), still_open


class _Maker:
    """One case in the making."""

    def __init__(self, plan: Plan, shard: Shard, dice: random.Random, rank: int) -> None:
        self.plan, self.shard, self.dice, self.rank = plan, shard, dice, rank
        self.team, self.gate = plan.team(rank), plan.house.gate
        self.at = plan.opened(rank)
        self.seen = self.at - timedelta(minutes=dice.randint(20, 600))
        self.age_of_case = plan.now - self.at
        self.recent = self.age_of_case < RECENT
        self.open = dice.random() < (0.85 if self.recent else 0.06)
        self.closed_at = (
            None if self.open else min(plan.now, self.at + timedelta(days=dice.randint(5, 200)))
        )
        unassigned = self.open and dice.random() < 0.03
        self.worker = None if unassigned else dice.choice(self.team.people)
        self.id, self.talk = _id(dice), None
        self.years = dice.choice((None, *range(9, 60)))
        self.minor = None if self.years is None else self.years < 18
        self.guardian = dice.choice(("present", "absent", "implicated")) if self.minor else ""
        self.named = dice.random() < WITH_NAME
        self.language = dice.choice(LANGUAGES)
        self.due: list[datetime] = []
        self.acts: list[tuple[str, str, dict[str, str]]] = []
        self.hashes: list[bytes] = []
        self.person = {
            "name": plan.names[rank] if self.named else None,
            "age": self.years,
            "sex": dice.choice(("female", "male")),
            "nationality": dice.choice(("SY", "IQ", "SD", "ET", "YE")),
            "place": f"Example camp, sector {dice.randint(1, 40)}",
            "contact": f"+999 {dice.randint(10**7, 10**8)}" if self.named else None,
            "safe_contact": "Ask for the teacher; never call after dark" if self.named else None,
        }

    def make(self) -> None:
        """Write the person's rows in the order in which they come to be."""
        if self.dice.random() < HANDED_OVER:
            self.talk = _id(self.dice)
            self._screening(self.talk, self.team)
        if self.dice.random() < NO_CASE:
            self._screening(_id(self.dice), None)
        self._consents()
        keys = Keys(self.shard, self.id, case_model.CLASSES, self.dice)
        keys.wrap(self.team, outside=bool(self.talk) and self.recent)
        self._needs(keys)
        self._notes(keys)
        if self.age_of_case < timedelta(days=30) and self.open:
            self._clock(deadlines.RECOVERY, self.seen, self.seen + timedelta(days=30), None)
        self._case(keys)
        self._leaves()

    def _case(self, keys: Keys) -> None:
        also = {"languages": [self.language], "also_called": None, "registration": None}
        sealed = keys.seal(Case, self.id, **self.person, **also)
        closed = {}
        if self.closed_at:
            closed = {
                "closed_at": cell(self.closed_at),
                "close_reason": self.dice.choice(list(needs.CloseReason)).value,
            }
        status = "Closed" if self.closed_at else "Active" if self.recent else "FollowUp"
        self.shard.add(
            Case, id=self.id.hex, reference=_reference(self.rank), unit_id=self.team.id.hex,
            worker_id=self.worker.hex if self.worker else None,
            screening_id=self.talk.hex if self.talk else None, case_status=status,
            trafficking_status="PossibleVictimOfTrafficking", language=self.language,
            minor=None if self.minor is None else int(self.minor), guardian=self.guardian,
            with_name=int(self.named), conflict_nexus=int(self.dice.random() < 0.4),
            urgent=int(self.dice.random() < 0.2), identified_at=cell(self.seen),
            opened_at=cell(self.at), next_due_at=cell(min(self.due, default=case_model.NO_DUTY)),
            seal_owner=self.id.hex, seal_version=1, **sealed, **closed,
        )  # fmt: skip
        if self.named:
            key = hashlib.sha256(str(self.person["contact"]).encode()).digest()[:16]
            self.shard.add(
                models.BlindIdentifier, id=_id(self.dice).hex, unit_id=self.team.id.hex,
                blind=key, object_id=self.id.hex,
            )  # fmt: skip

    def _screening(self, talk: UUID, team: UnitKeys | None) -> None:
        officer = self.dice.choice(self.gate.people)
        keys = Keys(self.shard, talk, screening_model.CLASSES, self.dice)
        keys.wrap(self.gate, outside=False)
        if team:
            keys.wrap(team, outside=self.recent)
        known = self.person if team else {"age": self.years, "sex": self.person["sex"]}
        sealed = keys.seal(
            Screening, talk, **known, observations="Tired, and glad to sit down." if team else None
        )
        self.shard.add(
            Screening, id=talk.hex, unit_id=self.gate.id.hex, officer_id=officer.hex,
            handed_to_id=team.id.hex if team else None, state="finished",
            outcome="possible_victim" if team else "no_sign", language=self.language,
            minor=None if self.minor is None else int(self.minor), guardian=self.guardian,
            with_name=int("name" in sealed), identified_at=cell(self.seen),
            started_at=cell(self.seen), finished_at=cell(self.at), seal_owner=talk.hex,
            seal_version=1, **sealed,
        )  # fmt: skip
        long_pack = "delphi-labour-adult" if self.minor is False else "delphi-labour-child"
        for name in ("urgent-needs", long_pack) if team else ("urgent-needs",):
            self._assessment(talk, officer, keys, self.dice.choice(self.plan.pool[name]))

    def _assessment(self, talk: UUID, officer: UUID, keys: Keys, said: Answered) -> None:
        row = _id(self.dice)
        self.shard.add(
            Assessment, id=row.hex, subject_id=talk.hex, unit_id=self.gate.id.hex,
            pack_id=said.pack_id, pack_version=said.version, pack_digest=said.digest,
            status="complete", outcome=said.outcome, possible_victim=int(said.possible_victim),
            urgent=int(said.urgent), by_id=officer.hex, started_at=cell(self.seen),
            completed_at=cell(self.at), seal_owner=talk.hex, seal_version=1,
            **keys.seal(Assessment, row, answers=said.answers),
        )  # fmt: skip

    def _consents(self) -> None:
        for purpose in consent.AT_SCREENING[:3]:
            self._consent(self.talk or self.id, purpose, self.seen, None, "")

    def _consent(
        self, subject: UUID, purpose: consent.Purpose, at: datetime, service: UUID | None, name: str
    ) -> UUID:
        row = _id(self.dice)
        by = self.worker or self.team.people[0]
        self.shard.add(
            Consent, id=row.hex, subject_id=subject.hex, unit_id=self.team.id.hex,
            purpose=purpose.value, recipient_id=service.hex if service else None,
            recipient_name=name, given=1, questions="[true, true, true, true, true, true, true]",
            language=self.language, text_version="2026-11-22", explained_by_id=by.hex,
            at=cell(at), expires_on=consent.expires_on(purpose, at.date()).isoformat(),
        )  # fmt: skip
        return row

    def _needs(self, keys: Keys) -> None:
        kinds = ["medical", "psychosocial", "legal"]
        kinds += ["child_protection"] if self.minor else []
        kinds += [self.dice.choice(NEEDED)] if self.dice.random() < 0.6 else []
        for kind in kinds:
            self._need(keys, kind, needs.kind(kind))

    def _need(self, keys: Keys, kind: str, about: needs.Kind) -> None:
        row, dice = _id(self.dice), self.dice
        waits = self.open and dice.random() < (0.35 if self.recent else 0.08)
        seen = self.seen
        if waits:  # most open needs were seen in the last days; one in seven is late
            age = timedelta(hours=dice.choice((2, 6, 12, 20, 30, 40, 400)) + dice.random())
            seen = max(self.seen, self.plan.now - age)
        hours = deadlines.rule(about.urgency.value, seen.date()).hours
        due = seen + timedelta(hours=hours)
        met = None if waits else min(seen + timedelta(hours=dice.randint(1, 90)), self.plan.now)
        status = "open" if waits else dice.choice(("met",) * 8 + ("declined", "not_applicable"))
        detail = f"Help with: {about.label.lower()}" if dice.random() < 0.3 else None
        health = "Has not seen a doctor yet" if kind == "medical" and dice.random() < 0.3 else None
        self.shard.add(
            Need, id=row.hex, case_id=self.id.hex, kind=kind, urgency=about.urgency.value,
            status=status, identified_at=cell(seen), due_at=cell(due),
            met_at=cell(met) if status == "met" else None,
            settled_by_id=self.worker.hex if self.worker and not waits else None,
            seal_owner=self.id.hex, seal_version=1,
            **keys.seal(Need, row, detail=detail, health=health),
        )  # fmt: skip
        self._clock(about.urgency.value, seen, due, row, stopped=met)
        if dice.random() < 0.33 and self.worker:
            self._referral(row, about, seen, due, waits)

    def _clock(
        self, kind: str, starts: datetime, due: datetime, need: UUID | None,
        referral: UUID | None = None, stopped: datetime | None = None,
    ) -> None:  # fmt: skip
        if stopped is None and kind not in deadlines.NOT_A_DUTY:
            self.due.append(due)
        self.shard.add(
            Clock, id=_id(self.dice).hex, case_id=self.id.hex, need_id=need.hex if need else None,
            referral_id=referral.hex if referral else None, unit_id=self.team.id.hex,
            worker_id=self.worker.hex if self.worker else None, kind=kind,
            starts_at=cell(starts), due_at=cell(due),
            stopped_at=cell(stopped) if stopped else None,
            stopped_by_act="record_need" if stopped else "",
        )  # fmt: skip

    def _referral(
        self, need: UUID, about: needs.Kind, seen: datetime, due: datetime, waits: bool
    ) -> None:
        dice, row = self.dice, _id(self.dice)
        kind = next((s for s in about.services if s in TYPES), "other")
        offered = self.plan.house.services[kind]
        if dice.random() < LARGE_SERVICE:
            offered = [one for one in offered if one[2] == 0] or offered
        service, name, team = dice.choice(offered)
        unit = self.plan.house.service_units[team] if team is not None else None
        drafted = min(seen + timedelta(minutes=30), self.plan.now)
        state = dice.choice(("sent", "sent", "accepted", "started")) if waits else ""
        ended = state == ""
        state = (
            {"ended_done": "done"}.get(final := dice.choice(OUTCOMES), final) if ended else state
        )
        answered = state in {"accepted", "started", "done", "declined", "stopped"}
        when = min(drafted + timedelta(hours=dice.randint(1, 30)), self.plan.now)
        by = unit.people[0] if unit else self.worker
        answer_due = deadlines.answer_due_at(drafted, due)
        keys = Keys(self.shard, row, [FieldClass.REFERRAL], dice)
        letter = {k: v for k, v in self.person.items() if k != "nationality" and v is not None}
        withdrawn = state == "withdrawn"
        if not withdrawn:
            keys.wrap(self.team, outside=False)
            if unit:
                keys.wrap(unit, outside=self.recent)
        self.shard.add(
            Referral, id=row.hex, case_id=self.id.hex, need_id=need.hex, service_id=service.hex,
            unit_id=self.team.id.hex, worker_id=self.worker.hex if self.worker else None,
            to_unit_id=unit.id.hex if unit else None, state=state,
            consent_id=self._consent(
                self.id, consent.Purpose.SHARE_WITH_SERVICE, drafted, service, name
            ).hex,
            sent_fields=json.dumps(sorted(letter)), drafted_at=cell(drafted),
            sent_at=cell(drafted), due_at=cell(answer_due),
            first_read_at=cell(when) if answered else None,
            answered_at=cell(when) if answered else None,
            answered_by_id=by.hex if answered and by else None,
            answered_by_phone=int(answered and unit is None),
            decline_reason="full" if state == "declined" else "",
            started_at=cell(when) if state in {"started", "done"} else None,
            ended_at=cell(when) if ended else None,
            outcome_code=_OUTCOME.get(state, "") if ended else "referred",
            seal_owner=row.hex, seal_version=1,
            **({} if withdrawn else keys.seal(
                Referral, row, letter={**letter, "need": about.label, "language": self.language},
                message="Please answer soon.",
            )),
        )  # fmt: skip
        self._clock(
            deadlines.REFERRAL_ANSWER, drafted, answer_due, need, row,
            stopped=None if state == "sent" else when,
        )  # fmt: skip

    def _notes(self, keys: Keys) -> None:
        for _ in range(self.dice.choice((1, 2, 3))):
            audience = self.dice.choice(("team",) * 8 + ("medical", "legal"))
            row, by = _id(self.dice), self.worker or self.team.people[0]
            at = min(self.at + timedelta(days=self.dice.randint(0, 30)), self.plan.now)
            self.shard.add(
                Note, id=row.hex, case_id=self.id.hex, audience=audience, by_id=by.hex,
                at=cell(at), seal_owner=self.id.hex, seal_version=1,
                **keys.seal(Note, row, **{audience: NOTE}),
            )  # fmt: skip

    def _leaves(self) -> None:
        case = {"case": str(self.id)}
        talk = {"screening": str(self.talk)} if self.talk else case
        officer, worker = self.gate.people[0], self.worker or self.team.people[0]
        self._leaf(0, officer, "screening.conduct", "start_screening", talk)
        self._leaf(1, officer, "consent.give", "give_consent", talk)
        self._leaf(2, officer, "screening.conduct", "record_person", talk)
        self._leaf(3, officer, "screening.conduct", "finish_screening", talk | case)
        self._leaf(4, worker, "case.take", "take_case", case)
        self._leaf(5, worker, "open", "", {}, opened=self.id)
        self._leaf(6, worker, "case.note", "add_note", case)
        self._leaf(7, worker, "open", "", {}, opened=self.id)

    def _leaf(
        self, number: int, by: UUID, act: str, verb: str, objects: dict[str, str],
        opened: UUID | None = None,
    ) -> None:  # fmt: skip
        seq = self.plan.first_leaf + self.rank * LEAVES + number
        at = self.at + number * (YEARS / (self.plan.size + 1) / 10)
        entry: dict[str, Any] = {
            "seq": seq, "at": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "by": str(by), "act": act, "outcome": "done", "objects": objects,
        }  # fmt: skip
        if verb:
            entry["verb"] = verb
        if opened:
            entry |= {"class": "contact,identity", "purpose": "case work", "ids": [str(opened)]}
        # For letters and whole numbers alone this is the canonical form (RFC 8785); the record's
        # own check, run at the end, would find a difference.
        body = _CANONICAL(entry).encode()
        self.hashes.append(hashlib.sha256(b"\x00" + body).digest())
        self.shard.add(
            models.Leaf, seq=seq, body=body, at=cell(at), by=by.hex, act=act, outcome="done"
        )
        named = {one.replace("-", "") for one in objects.values()} | (
            {opened.hex} if opened else set()
        )
        for one in sorted(named):
            self.shard.add(models.LeafObject, leaf_id=seq, object_id=one)


_OUTCOME = {
    "done": "referred",
    "declined": "service_unavailable",
    "stopped": "service_not_applicable",
    "withdrawn": "referral_declined_by_survivor",
}


def _reference(rank: int) -> str:
    """Return a reference of its own for each rank, scattered over all there are."""
    return reference.from_bytes((rank * 148_035_889 % _REFERENCES).to_bytes(16, "big"))
