"""What a person was made to do: kept apart, and on no way out."""

import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

import casework
import make
import signed_in
from manumit.cases import compelled as rules
from manumit.cases import consent, minimise, needs
from manumit.cases.actions import cases, consents, disclosing, handovers
from manumit.cases.actions import compelled as acts
from manumit.cases.models import CompelledAct
from manumit.core import models
from manumit.core.actions import acting, sealed
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass

AT = casework.AT
WORDS = "they made me carry the bags qwzx"
SOURCE = Path(rules.__file__).parents[1]

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world(db):
    return casework.World()


def written(world, at=AT):
    case = world.taken(at=at)
    acts.write_compelled_act(by=world.worker, at=at, case=case, kind="armed_group", words=WORDS)
    return case


# --- the rule: it never leaves ------------------------------------------------------------------
def test_the_class_never_leaves_and_others_are_left_to_other_rules():
    assert rules.why_not_leave(FieldClass.COMPELLED.value)
    assert {c for c in FieldClass if rules.why_not_leave(c.value)} == {FieldClass.COMPELLED}


def test_no_purpose_of_consent_reaches_it():
    assert not [p for p, reach in consent.REACHES.items() if rules.FIELD_CLASS in reach]


@settings(max_examples=60, deadline=None)
@given(
    purpose=st.sampled_from(list(consent.Purpose)),
    recipient=st.sampled_from(["", "somebody"]),
    minor=st.booleans(),
    guardian=st.sampled_from([None, *consent.Guardian]),
    classes=st.sampled_from([None, frozenset({"compelled"}), frozenset({"compelled", "legal"})]),
)
def test_no_yes_whatever_it_says_lets_it_go(purpose, recipient, minor, guardian, classes):
    yes = [
        consent.Consent(purpose, True, AT, recipient, by_guardian=by, classes=classes)
        for by in (True, False)
    ]
    subject = consent.Subject(minor, guardian)
    assert consent.why_not(yes, purpose, recipient, "compelled", AT.date(), subject=subject)


def test_no_letter_of_any_need_has_a_place_for_it():
    for kind in needs.load().kinds.values():
        decided = minimise.decide(
            minimise.Ask(
                need=kind.kind,
                recipient="r",
                known=frozenset(f.name for f in minimise.FIELDS),
                consents=[consent.Consent(consent.Purpose.SHARE_WITH_SERVICE, True, AT, "r")],
                on=AT.date(),
            )
        )
        goes = {minimise.BY_NAME[d.field].field_class for d in decided if d.goes}
        assert "compelled" not in goes
    assert not [f for f in minimise.FIELDS if f.field_class == "compelled"]


# --- every way out, in code ---------------------------------------------------------------------
# Who may name the class, the table or its verbs: where it is kept, opened for its own page, emptied.
MAY_NAME_IT = {
    "cases/compelled.py",
    "cases/models/compelled.py",
    "cases/models/__init__.py",
    "cases/actions/compelled.py",
    "cases/actions/handovers.py",  # where it stays behind
    "cases/views/compelled.py",
    "cases/views/retention.py",  # what the class is called, on a page of what ends when
    "cli/demo_protection.py",  # the made-up people of the demo
    "core/sealing.py",
}
NAMES_IT = re.compile(
    r"CompelledAct\b|FieldClass\.COMPELLED|open_compelled_acts|[\"']compelled[\"']"
)


def who_names_it(files):
    """Return which source files name the class, the table or the verb that opens it."""
    return {name for name, text in files.items() if NAMES_IT.search(text)}


def _sources():
    return {
        str(path.relative_to(SOURCE)): path.read_text()
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
    }


def test_nothing_else_in_the_product_can_open_it():
    assert who_names_it(_sources()) == MAY_NAME_IT


def test_a_planted_export_would_be_found():
    planted = {"cases/export.py": "rows = CompelledAct.objects.all()"}
    assert who_names_it(planted) == {"cases/export.py"}
    assert who_names_it({"x.py": "classes = {FieldClass.COMPELLED}"}) == {"x.py"}


def test_no_list_of_classes_that_is_shared_or_opened_elsewhere_has_it():
    from manumit.cases.actions import letters
    from manumit.cases.models import case as case_model

    assert FieldClass.COMPELLED not in case_model.CLASSES
    assert FieldClass.COMPELLED not in letters.LETTER_CLASSES


# --- every way out, in deed ---------------------------------------------------------------------
def test_disclosing_refuses_it_for_every_purpose(world):
    case = written(world)
    for purpose in consent.Purpose:
        why = disclosing.why_not(case, purpose, world.clinic, "compelled", AT.date())
        assert why
        with pytest.raises(acting.Refused):
            disclosing.note(
                by=world.worker, at=AT, case=case, purpose=purpose, recipient=world.clinic,
                classes=["compelled"], what="export",
            )  # fmt: skip


def test_the_key_is_with_the_unit_alone_also_after_a_referral(world):
    case = written(world)
    world.sent(case=case)
    wraps = models.KeyWrap.objects.filter(field_class="compelled")
    act = CompelledAct.objects.get()
    assert {(w.object_id, w.unit_id) for w in wraps} == {(act.id, world.helping.id)}


def test_a_letter_does_not_carry_it(world):
    row = world.sent(case=written(world))
    keys = world.focal.keys().keys([row.id], [FieldClass.REFERRAL])
    letter = sealed.read(row, {c: key for (_, c), key in keys.items()})
    assert "letter" in letter
    assert "qwzx" not in json.dumps(letter)


# --- the acts -----------------------------------------------------------------------------------
def test_each_act_has_a_key_of_its_own_and_the_case_has_none(world):
    case = world.taken()
    rows = [
        acts.write_compelled_act(by=world.worker, at=AT, case=case, kind=kind)
        for kind in ("papers", "work")
    ]
    wraps = models.KeyWrap.objects.filter(field_class="compelled")
    assert {w.object_id for w in wraps} == {row.id for row in rows}
    opened = acts.open_compelled_acts(by=world.supervisor, at=AT, case=case)
    assert {each.kind for each in opened} == {"papers", "work"}


def test_it_stays_behind_when_the_case_goes_to_another_organisation(world):
    case = written(world)
    there = make.unit()
    worker = world.join(Role.CASE_WORKER, there)
    for purpose in (consent.Purpose.HAND_OVER, consent.Purpose.SHARE_WITH_AUTHORITY):
        consents.give_consent(
            by=world.worker, at=AT, subject=case, purpose=purpose, given=True,
            questions=casework.YES, recipient=there.organisation,
        )  # fmt: skip
    row = handovers.propose_handover(
        by=world.worker, at=AT, case=case, reason="workload", message="", to_unit=there
    )
    handovers.accept_handover(by=worker, at=casework.after(hours=1), handover=row)
    case.refresh_from_db()
    assert case.unit_id == there.id
    later = casework.after(hours=2)
    assert acts.open_compelled_acts(by=worker, at=later, case=case) == []
    acts.write_compelled_act(by=worker, at=later, case=case, kind="work")
    again = acts.open_compelled_acts(by=worker, at=later, case=case)
    assert [each.kind for each in again] == ["work"]
    wraps = models.KeyWrap.objects.filter(field_class="compelled", unit_id=there.id)
    assert {w.object_id for w in wraps} == {again[0].row.id}


def test_the_kind_too_is_sealed(world):
    written(world)
    row = CompelledAct.objects.get()
    for column in (row.kind, row.words):
        assert b"armed" not in bytes(column)
        assert b"qwzx" not in bytes(column)


def test_it_needs_consent_to_a_record(world):
    talk = world.talk(agreed=False, name="")
    from manumit.cases.actions import screenings

    case = screenings.finish_screening(by=world.officer, at=AT, screening=talk, officer_asks=True)
    case = cases.take_case(by=world.worker, at=AT, case=case)
    with pytest.raises(acting.Refused):
        acts.write_compelled_act(by=world.worker, at=AT, case=case, kind="work")


@pytest.mark.parametrize("who", ["colleague", "officer", "focal", "dpo"])
def test_who_does_not_work_on_it_neither_reads_nor_writes(world, who):
    case = written(world)
    with pytest.raises(acting.Refused):
        acts.open_compelled_acts(by=getattr(world, who), at=AT, case=case)
    with pytest.raises(acting.Refused):
        acts.write_compelled_act(by=getattr(world, who), at=AT, case=case, kind="work")


def test_struck_out_it_is_gone_and_the_record_says_so(world):
    case = written(world)
    acts.strike_compelled_act(by=world.worker, at=AT, act=CompelledAct.objects.get())
    assert not CompelledAct.objects.exists()
    assert acts.open_compelled_acts(by=world.worker, at=AT, case=case) == []
    last = models.Leaf.objects.filter(act="case.compelled").latest("seq")
    assert json.loads(bytes(last.body))["verb"] == "strike_compelled_act"


def test_erasing_the_case_erases_it(world):
    case = written(world)
    world.erased(case, at=AT)
    row = CompelledAct.objects.get()
    assert row.kind is None
    assert row.words is None
    assert not models.KeyWrap.objects.filter(object_id__in=[case.id, row.id]).exists()


@pytest.mark.parametrize(("kind", "words"), list(itertools.product(("", "nothing"), ("", "x"))))
def test_an_unknown_kind_is_refused(kind, words):
    assert rules.why_not_write(kind, words)


# --- the page -----------------------------------------------------------------------------------
def test_the_page_writes_opens_on_request_and_strikes_out(world):
    case = world.taken(at=datetime.now(UTC) - timedelta(minutes=5))
    client = signed_in.client_for(world.worker.person)
    address = reverse("case_compelled", args=[case.id])
    assert client.post(address, {"words": WORDS}, secure=True).status_code == 400
    answer = client.post(address, {"kind": "armed_group", "words": WORDS}, secure=True)
    assert answer.status_code == 302
    assert "qwzx" not in client.get(address, secure=True).content.decode()
    shown = client.get(address, {"open": "1"}, secure=True).content.decode()
    assert "qwzx" in shown
    assert (
        "qwzx"
        not in client.get(
            reverse("case", args=[case.id]), {"open": "1"}, secure=True
        ).content.decode()
    )
    other = written(world, at=datetime.now(UTC) - timedelta(minutes=5))
    foreign = CompelledAct.objects.get(case=other)
    for wrong in (str(foreign.id), "nothing"):
        assert client.post(address, {"strike": wrong}, secure=True).status_code == 404
    mine = CompelledAct.objects.get(case=case)
    assert client.post(address, {"strike": str(mine.id)}, secure=True).status_code == 302
    assert not CompelledAct.objects.filter(case=case).exists()


def test_taking_back_the_record_takes_it_away(world):
    case = written(world)
    word = consents.Consent.objects.filter(
        subject_id__in=case.subject_ids(), purpose="store_record", given=True
    ).get()
    consents.withdraw_consent(by=world.worker, at=AT, consent=word)
    row = CompelledAct.objects.get()
    assert row.words is None
    assert not models.KeyWrap.objects.filter(field_class="compelled").exists()
