"""Corrections: a mistake is taken back everywhere it went, and whoever received it is told."""

import io

import pytest
from pypdf import PdfReader

import make
from manumit.core import models as core_models
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.network import dossier as rules
from manumit.network.actions import corrections, dossiers, handing, judging, registers, sent
from network import standing_register as standing
from network.test_actions_dossiers import AT, GIVE, LATER, World

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SAID = {"what": "The birth date is another man's.", "right": "It is not known."}


@pytest.fixture
def home():
    return World()


def claim(home, prop):
    rows = list(home.subject.claims.all())
    said = registers.read(home.first, home.register, rows)
    return next(row for row, words in zip(rows, said, strict=True) if prop in words["says"])


def exported(home, claims, recipient="Example Partner"):
    return sent.note_sent(
        by=home.first, at=AT, register=home.register, what="export", recipient=recipient,
        purpose="an exchange", basis="treaty", claims=[c.id for c in claims],
        entities=[c.entity_id for c in claims],
    )  # fmt: skip


def begun(home, wrong, claims):
    give = {"by": home.first, "at": LATER, "entity": home.subject, **SAID}
    return corrections.begin(**give, wrong=wrong, claims=claims)


def test_a_wrong_claim_falls_and_only_who_received_it_is_told(home):
    name, birth = claim(home, "name"), claim(home, "birthDate")
    handing.hand_over(by=home.first, at=AT, dossier=home.approved(), **GIVE)
    exported(home, [name], "Other Partner")
    exported(home, [birth])
    where = corrections.survey(by=home.first, at=LATER, entity=home.subject)
    assert {said["recipient"] for _, said in where.sent} == {
        "Example Committee", "Example Partner", "Other Partner",
    }  # fmt: skip
    made = begun(home, "claim", [birth])
    birth.refresh_from_db()
    assert birth.state == "withdrawn"
    opened = corrections.open_correction(by=home.second, at=LATER, correction=made)
    assert {to for _, _, to in opened.notices} == {"Example Committee", "Example Partner"}
    assert corrections.of(home.subject) == [LATER]
    with pytest.raises(acting.Refused, match="2 notices"):
        corrections.close(by=home.first, at=LATER, correction=made)
    with pytest.raises(acting.Refused, match="Still to be sent"):
        corrections.answer_notice(
            by=home.first, at=LATER, notice=opened.notices[0][0], text="Corrected."
        )
    for notice, told, to in opened.notices:
        letter = corrections.letter(by=home.first, at=LATER, notice=notice)
        words = " ".join(PdfReader(io.BytesIO(letter)).pages[0].extract_text().split())
        assert to in words
        assert SAID["what"] in words
        assert SAID["what"] in told["text"]["text"]
        corrections.send_notice(by=home.first, at=LATER, notice=notice)
    corrections.answer_notice(
        by=home.first, at=LATER, notice=opened.notices[0][0], text="Corrected."
    )
    made = corrections.close(by=home.first, at=LATER, correction=made)
    assert made.closed_at == LATER
    assert core_models.Leaf.objects.filter(act="correction.write").count() >= 4


def test_a_mistaken_person_is_taken_back_from_everybody(home):
    name = claim(home, "name")
    exported(home, [name])
    exported(home, list(home.group.claims.all()), "Of the group alone")
    exported(home, list(home.link.claims.all()), "Of the relation")
    made = begun(home, "person", [])
    opened = corrections.open_correction(by=home.first, at=LATER, correction=made)
    assert {to for _, _, to in opened.notices} == {"Example Partner", "Of the relation"}


def test_a_dossier_that_stood_on_it_is_marked_and_does_not_leave(home):
    row = home.approved()
    birth = claim(home, "birthDate")
    begun(home, "claim", [birth])
    with pytest.raises(acting.Refused, match="withdrawn since"):
        handing.hand_over(by=home.first, at=LATER, dossier=row, **GIVE)
    opened = dossiers.open_dossier(by=home.first, at=LATER, dossier=row)
    assert rules.marks(opened.whole)


def test_it_needs_words_and_claims_of_this_entity(home):
    with pytest.raises(acting.Refused, match="Choose the claims"):
        begun(home, "claim", [])
    with pytest.raises(acting.NotFound):
        begun(home, "claim", list(home.group.claims.all()))
    give = {"by": home.first, "at": LATER, "entity": home.subject, "wrong": "person"}
    with pytest.raises(acting.Refused, match="what was wrong"):
        corrections.begin(**give, what="", right=SAID["right"], claims=[])


def test_the_data_protection_officer_sees_that_there_is_one_and_no_words(home):
    made = begun(home, "person", [])
    officer = make.actor(make.user(Role.DATA_PROTECTION_OFFICER))
    assert list(type(made).objects.visible_to(officer.person, "correction.read")) == [made]
    with pytest.raises(acting.Refused):
        corrections.open_correction(by=officer, at=LATER, correction=made)
    other = standing.investigator()
    assert not type(made).objects.visible_to(other.person, "correction.read").exists()
    with pytest.raises(acting.NotFound):
        registers.keys(other, home.register)


def test_records_held_to_be_one_are_parted_and_who_was_told_of_either_is_told(home):
    other = home.enter("Person", name="Amal Example", birthDate="1981")
    judged = judging.judge(
        by=home.first, at=AT, left=home.subject, right=other, verdict="same", reason="Same name."
    )
    judging.confirm(by=home.second, at=AT, judgement=judged, reason="Same name and town.")
    assert judging.also_known_as(home.subject) == [other]
    exported(home, list(other.claims.all()), "Of the other record")
    give = {"by": home.first, "at": LATER, "entity": home.subject, "wrong": "together", **SAID}
    with pytest.raises(acting.Refused, match="Choose the decision"):
        corrections.begin(**give, claims=[])
    where = corrections.survey(by=home.first, at=LATER, entity=home.subject)
    made = corrections.begin(**give, claims=[], judgements=where.judgements)
    assert judging.also_known_as(home.subject) == []
    assert [one.sent.basis for one in made.notices.all()] == ["treaty"]
    with pytest.raises(acting.NotFound):
        corrections.begin(**give, claims=[], judgements=where.judgements)
