"""Dossiers: begun on somebody, written from claims, two people, and a package that left on the record."""

import base64
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest

import make
from manumit.core import models as core_models
from manumit.core.actions import acting, sealed
from manumit.network import claims, correction, models
from manumit.network import dossier as rules
from manumit.network.actions import claiming, dossiers, entering, handing, registers, sent
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
LATER = AT + timedelta(days=1)
GIVE = {"recipient": "Example Committee", "purpose": "a listing", "basis": "resolution"}


class World:
    """A unit of two with somebody who may be responsible, a group and a relation, all GREEN."""

    def __init__(self):
        self.first = standing.investigator()
        self.second = standing.investigator(self.first.unit)
        self.register = standing.register(self.first.unit, self.first)
        self.source = standing.source(self.first)
        self.subject = self.enter("Person", name="Amal Example", birthDate="1980-03-04")
        self.group = self.enter("Organization", name="Example Brigade")
        self.link = entering.relate(
            by=self.first, at=AT, tail=self.subject, head=self.group, schema="Membership",
            role="commander", since="2014-06", source=self.source, handling=claims.Handling.GREEN,
        )  # fmt: skip
        self.accept(self.link)

    def enter(self, schema, handling=claims.Handling.GREEN, **says):
        made = entering.add_entity(
            by=self.first, at=AT, schema=schema, source=self.source, handling=handling,
            says={prop: [value] for prop, value in says.items()},
        )  # fmt: skip
        self.accept(made)
        return made

    def accept(self, entity):
        for claim in entity.claims.all():
            claiming.accept(by=self.first, at=AT, claim=claim)

    def mark(self, entity, by=None, handling=claims.Handling.AMBER_STRICT):
        by = by or self.first
        return claiming.add_claim(
            by=by, at=AT, entity=entity, prop=rules.MAY_BE_VICTIM, values=["true"],
            source=self.source, handling=handling,
        )  # fmt: skip

    def begun(self, kind="prosecutor", **more):
        return dossiers.begin(by=self.first, at=AT, subject=self.subject, kind=kind, **more)

    def opened(self, row, by=None):
        return dossiers.open_dossier(by=by or self.first, at=LATER, dossier=row)

    def ready(self):
        row = dossiers.draft(by=self.first, at=AT, dossier=self.begun())
        for part in ("evidence", "contested", "alternatives"):
            row = dossiers.save_text(
                by=self.first, at=AT, dossier=row, part=part, text="Written down."
            )
        return row

    def approved(self):
        row = handing.propose(by=self.first, at=AT, dossier=self.ready())
        return handing.approve(by=self.second, at=AT, dossier=row)


@pytest.fixture
def home():
    return World()


def test_it_begins_with_the_relations_and_the_claims_that_may_leave(home):
    strict = home.enter("Person", claims.Handling.AMBER_STRICT, name="Test Person 3")
    row = home.begun()
    assert str(row) == "D-1"
    opened = home.opened(row)
    assert set(opened.whole.entities) == {home.subject.id, home.group.id, home.link.id}
    assert strict.id not in opened.whole.entities
    assert opened.whole.chosen == {
        c.id for e in (home.subject, home.group, home.link) for c in e.claims.all()
    }
    assert core_models.Leaf.objects.filter(act="dossier.write").exists()
    row = dossiers.draft(by=home.first, at=AT, dossier=row)
    texts = [one.text for one in home.opened(row).whole.sentences]
    assert "Amal Example was born on 4 March 1980." in texts
    assert any(
        text.startswith("Amal Example is said to belong to Example Brigade") for text in texts
    )


def test_a_sentence_stands_on_claims_of_this_dossier_that_may_leave(home):
    row = home.begun()
    give = {"by": home.first, "at": AT, "dossier": row, "place": None, "text": "He led it."}
    with pytest.raises(acting.Refused, match="stands on"):
        dossiers.save_sentence(**give, claims=[])
    with pytest.raises(acting.Refused, match="may not leave"):
        dossiers.save_sentence(**give, claims=[uuid4()])
    claim = home.link.claims.get()
    row = dossiers.save_sentence(**give, claims=[claim.id], on="2014")
    claiming.contest(by=home.second, at=LATER, claim=claim, reason="Another man of this name.")
    assert list(rules.marks(home.opened(row).whole)) == [0]
    row = dossiers.remove_sentence(by=home.first, at=AT, dossier=row, place=0)
    assert home.opened(row).whole.sentences == ()
    with pytest.raises(acting.NotFound):
        dossiers.remove_sentence(by=home.first, at=AT, dossier=row, place=0)
    with pytest.raises(acting.NotFound):
        dossiers.save_text(by=home.first, at=AT, dossier=row, part="subject", text="Written.")


def test_two_people_and_the_file_that_left_is_the_one_that_was_approved(home):
    with pytest.raises(acting.Refused, match="still missing"):
        handing.propose(by=home.first, at=AT, dossier=home.begun())
    row = handing.propose(by=home.first, at=AT, dossier=home.ready())
    with pytest.raises(acting.Refused, match="yourself"):
        handing.approve(by=home.first, at=AT, dossier=row)
    with pytest.raises(acting.Refused):
        dossiers.save_text(by=home.first, at=AT, dossier=row, part="contested", text="More.")
    with pytest.raises(acting.Refused):
        handing.hand_over(by=home.first, at=AT, dossier=row, **GIVE)
    row = handing.approve(by=home.second, at=AT, dossier=row)
    with pytest.raises(acting.Refused, match="purpose"):
        handing.hand_over(by=home.first, at=AT, dossier=row, **(GIVE | {"purpose": " "}))
    with pytest.raises(acting.Refused, match="Write down first"):
        handing.download(by=home.first, at=AT, dossier=row)
    gone = handing.hand_over(by=home.first, at=LATER, dossier=row, **GIVE)
    file = handing.download(by=home.first, at=LATER, dossier=row)
    assert hashlib.sha256(file.content).hexdigest() == gone.digest
    assert len(file.content) == gone.size
    told = json.loads(zipfile.ZipFile(io.BytesIO(file.content)).read("dossier.json"))
    assert {one["id"] for one in told["claims"]} == {
        str(i) for i in correction.unpacked(gone.claims)
    }
    ((_, said),) = sent.open_sent(by=home.second, at=LATER, sent=[gone])
    assert said["recipient"] == "Example Committee"
    row = handing.record_answer(by=home.first, at=LATER, dossier=row, sent=gone, text="Received.")
    assert row.state == "answered"
    assert core_models.Leaf.objects.filter(act="dossier.export").exists()


def test_what_falls_after_the_proposal_keeps_it_here(home):
    row = home.approved()
    claim = home.subject.claims.first()
    claiming.contest(by=home.second, at=LATER, claim=claim, reason="Another man of this name.")
    with pytest.raises(acting.Refused, match="contested or withdrawn since"):
        handing.hand_over(by=home.first, at=LATER, dossier=row, **GIVE)
    assert not models.Sent.objects.exists()


def test_who_is_marked_after_the_proposal_keeps_it_here(home):
    row = home.approved()
    home.mark(home.subject)
    with pytest.raises(acting.Refused, match="possible victim"):
        handing.hand_over(by=home.first, at=LATER, dossier=row, **GIVE)


@pytest.mark.parametrize("handling", [claims.Handling.AMBER_STRICT, claims.Handling.RED])
def test_who_may_be_a_victim_is_a_subject_only_when_a_second_person_says_so(home, handling):
    home.mark(home.subject, by=home.second, handling=handling)  # red: hidden from the first
    row = home.ready()
    assert "subject" in {lack.part for lack in rules.why_not_ready(home.opened(row).whole)}
    with pytest.raises(acting.Refused, match="still missing"):
        handing.propose(by=home.first, at=AT, dossier=row)
    with pytest.raises(acting.Refused, match="Nobody has asked"):
        dossiers.answer_lift(by=home.second, at=AT, dossier=row, allow=True, reason="Yes.")
    row = dossiers.ask_lift(by=home.first, at=AT, dossier=row, reason="Led it for years.")
    with pytest.raises(acting.Refused, match="second person"):
        dossiers.answer_lift(by=home.first, at=AT, dossier=row, allow=True, reason="Yes.")
    row = dossiers.answer_lift(by=home.second, at=AT, dossier=row, allow=False, reason="No.")
    assert home.opened(row).lift_answer == "No."
    row = dossiers.ask_lift(by=home.first, at=AT, dossier=row, reason="Led it for years.")
    row = dossiers.answer_lift(by=home.second, at=AT, dossier=row, allow=True, reason="True.")
    row = dossiers.draft(by=home.first, at=AT, dossier=row)
    row = handing.propose(by=home.first, at=AT, dossier=row)
    keys = registers.keys(home.first, row.register)
    content = base64.b64decode(sealed.read(row, keys)["file"]["zip"])
    told = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("dossier.json"))
    assert told["mark_lifted"] is True


def test_a_mark_that_one_person_withdrew_still_waits_for_a_second(home):
    mark = home.mark(home.subject, by=home.first)
    claiming.withdraw_claim(by=home.first, at=AT, claim=mark, reason="A mistake, I think.")
    row = home.ready()
    assert "subject" in {lack.part for lack in rules.why_not_ready(home.opened(row).whole)}
    with pytest.raises(acting.Refused, match="still missing"):
        handing.propose(by=home.first, at=AT, dossier=row)


def test_sent_back_reopened_withdrawn(home):
    row = handing.propose(by=home.first, at=AT, dossier=home.ready())
    with pytest.raises(acting.Refused, match="what should change"):
        handing.send_back(by=home.second, at=AT, dossier=row, remark="")
    row = handing.send_back(by=home.second, at=AT, dossier=row, remark="Say where.")
    assert home.opened(row).remark == "Say where."
    row = handing.withdraw(by=home.first, at=AT, dossier=row)
    row = handing.reopen(by=home.first, at=AT, dossier=row)
    assert row.state == "draft"


def test_another_unit_neither_sees_nor_opens_it(home):
    other = standing.investigator()
    standing.register(other.unit, other)
    row = home.begun()
    with pytest.raises(acting.NotFound):
        dossiers.open_dossier(by=other, at=AT, dossier=row)
    with pytest.raises(acting.NotFound):
        dossiers.begin(by=other, at=AT, subject=home.subject, kind="prosecutor")
    foreign = entering.add_entity(
        by=other, at=AT, schema="Person", says={"name": ["Test Person 9"]},
        source=standing.source(other),
    )  # fmt: skip
    with pytest.raises(acting.NotFound):
        dossiers.choose_entities(by=home.first, at=AT, dossier=row, entities=[foreign])


def test_what_is_chosen_brings_its_ends_and_claims_out_of_reach_are_left(home):
    other = home.enter("Person", name="Test Person 3")
    link = entering.relate(
        by=home.first, at=AT, tail=home.group, head=other, source=home.source,
        handling=claims.Handling.GREEN,
    )  # fmt: skip
    home.accept(link)
    row = dossiers.choose_entities(by=home.first, at=AT, dossier=home.begun(), entities=[link])
    whole = home.opened(row).whole
    assert set(whole.entities) == {home.subject.id, home.group.id, other.id, link.id}
    assert [one.id for one in whole.relations] == [link.id]
    assert any(one.entity == link.id for one in rules.leaving(whole))
    row = dossiers.choose_claims(by=home.first, at=AT, dossier=row, claims=[uuid4()])
    assert home.opened(row).whole.chosen == frozenset()


def test_the_bench_notes_what_left_it_too():
    register = standing.register(None)
    give = {"by": acting.SYSTEM, "at": AT, "register": register, "what": "export"}
    with pytest.raises(acting.Refused):
        sent.note_sent(**give, recipient="", purpose="x", basis="own", claims=[], entities=[])
    noted = sent.note_sent(
        **give, recipient="the bench", purpose="work on it", basis="own", claims=[], entities=[]
    )
    assert noted.by is None
