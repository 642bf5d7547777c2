"""Known already? Looked for inside one unit, decided by people, undone without loss."""

import pytest
from django.db import IntegrityError, transaction

import casework
from manumit.cases import needs
from manumit.cases import samepeople as rules
from manumit.cases.actions import erasing, samepeople
from manumit.cases.models import Case, ParentNames, SamePerson, SameVerdict
from manumit.core import models, sameperson
from manumit.core.actions import acting

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = casework.AT


@pytest.fixture
def world():
    return casework.World()


def twins(world):
    one = world.taken(name="Amal Hassan Example", age=23)
    other = world.taken(name="أمل حسن اكسامبل", age=24, at=casework.after(days=1))
    return one, other


def judge(world, one, other, verdict="same", reason="The same scar, the same mother", **more):
    return samepeople.judge(
        **{"by": world.worker, "at": AT, "case": one, "other": other, "verdict": verdict}
        | {"reason": reason}
        | more
    )


def test_a_person_who_came_before_is_found_in_another_script(world):
    one, other = twins(world)
    stranger = world.taken(name="Mariam Omar Different")
    found = samepeople.look_for(by=world.worker, at=AT, case=one)
    assert [known.case.id for known in found] == [other.id]
    signs = {reason.sign for reason in found[0].likeness.reasons}
    assert sameperson.Sign.NAMES_ALIKE in signs
    assert stranger.id not in {known.case.id for known in found}


def test_before_there_is_a_case(world):
    one, _other = twins(world)
    values = {"name": "Hassan Amal Example", "age": 23}
    found = samepeople.look_for_values(by=world.worker, at=AT, values=values, on=AT.date())
    assert one.id in {known.case.id for known in found}


def test_nothing_of_another_unit_is_found(world):
    one, other = twins(world)
    elsewhere = casework.World()
    same_name = elsewhere.taken(name="Amal Hassan Example", age=23)
    assert {k.case.id for k in samepeople.look_for(by=world.worker, at=AT, case=one)} == {other.id}
    for look in (samepeople.look_for, samepeople.hold_together, samepeople.judge):
        more = {} if look is samepeople.look_for else {"other": same_name}
        more |= {"verdict": "same", "reason": "Same words"} if look is samepeople.judge else {}
        subject = same_name if look is samepeople.look_for else one
        with pytest.raises(acting.NotFound):
            look(by=world.worker, at=AT, case=subject, **more)
    before = SamePerson.objects.count()
    samepeople.look_through(by=elsewhere.worker, at=AT)
    assert SamePerson.objects.count() == before


def test_looking_is_on_the_record(world):
    one, other = twins(world)
    before = models.Leaf.objects.filter(act="open").count()
    samepeople.look_for(by=world.worker, at=AT, case=one)
    opened = models.Leaf.objects.filter(act="open").order_by("-seq")
    assert opened.count() > before
    named = {row.object_id for leaf in opened[:3] for row in leaf.objects_named.all()}
    assert other.id in named


def test_a_gate_finds_nobody_of_the_unit_it_hands_over_to(world):
    twins(world)
    values = {"name": "Amal Hassan Example"}
    with pytest.raises(acting.Refused):
        samepeople.look_for_values(by=world.officer, at=AT, values=values, on=AT.date())


def test_the_same_links_and_taking_it_back_loses_nothing(world):
    one, other = twins(world)
    before = Case.objects.filter(pk__in=[one.pk, other.pk]).order_by("id").values()
    kept = list(before)
    judge(world, one, other)
    assert samepeople.linked(one) == [other]
    assert samepeople.linked(other) == [one]
    third = world.taken(name="Amal Hasan Example", age=23)
    judge(world, third, other)
    assert {row.id for row in samepeople.linked(one)} == {other.id, third.id}
    judge(world, one, other, rules.Verdict.NONE, "I had taken one for the other")
    assert samepeople.linked(one) == []
    assert list(before.all()) == kept
    told = samepeople.open_verdicts(by=world.worker, at=AT, case=other, other=one)
    assert [(row.verdict, why) for row, why in told] == [
        ("", "I had taken one for the other"),
        ("same", "The same scar, the same mother"),
    ] or {row.verdict for row, _why in told} == {"", "same"}
    assert {row.by for row, _why in told} == {world.worker.person}


def test_two_people_is_remembered(world):
    one, other = twins(world)
    assert samepeople.look_through(by=world.worker, at=AT).found == 1
    judge(world, one, other, "different", "They were here together")
    assert samepeople.look_through(by=world.worker, at=AT).found == 0
    assert not SamePerson.objects.to_look_at(world.helping).exists()
    (known,) = samepeople.look_for(by=world.worker, at=AT, case=one)
    assert known.verdict == "different"


def test_everybody_is_looked_through_once(world):
    one, other = twins(world)
    world.taken(name="Mariam Omar Different")
    look = samepeople.look_through(by=world.supervisor, at=AT)
    assert (look.people, look.found) == (3, 1)
    again = samepeople.look_through(by=world.supervisor, at=AT)
    assert again.found == 0
    (pair,) = SamePerson.objects.to_look_at(world.helping)
    assert {pair.case_id, pair.other_id} == {one.id, other.id}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"verdict": "perhaps"}, "Choose"),
        ({"reason": " "}, "why"),
    ],
)
def test_what_is_not_decided(world, change, word):
    one, other = twins(world)
    with pytest.raises(acting.Refused) as refused:
        judge(world, one, other, **change)
    assert word in refused.value.reason
    with pytest.raises(acting.Refused):
        judge(world, one, one)


def test_a_colleague_does_not_decide_over_anothers_case(world):
    one, other = twins(world)
    with pytest.raises(acting.NotFound):
        judge(world, one, other, by=world.colleague)
    assert judge(world, one, other, by=world.supervisor).verdict == "same"


def test_parents_tell_two_people_apart(world):
    one, other = twins(world)
    for case, mother in ((one, "Khadija"), (other, "خديجة")):
        samepeople.write_parents(by=world.worker, at=AT, case=case, mother=mother, father="Hassan")
    (known,) = samepeople.look_for(by=world.worker, at=AT, case=one)
    assert sameperson.Sign.MOTHER_SAME in {r.sign for r in known.likeness.reasons}
    samepeople.write_parents(by=world.worker, at=AT, case=other, mother="Mariam")
    known = samepeople.hold_together(by=world.worker, at=AT, case=one, other=other)
    assert sameperson.Sign.MOTHER_DIFFERS in {r.sign for r in known.likeness.contradictions}


def test_parents_need_consent_like_a_name(world):
    nameless = world.taken(agreed=False)
    with pytest.raises(acting.Refused):
        samepeople.write_parents(by=world.worker, at=AT, case=nameless, mother="Khadija")


def test_erasing_one_takes_the_words_about_both(world):
    one, other = twins(world)
    samepeople.write_parents(by=world.worker, at=AT, case=one, mother="Khadija")
    verdict = judge(world, one, other)
    assert verdict.id in erasing.own_ids(one)
    assert verdict.id in erasing.own_ids(other)
    erasing.erase(by=world.dpo, at=AT, case=other, reason=needs.CloseReason.PERSON_ASKED)
    assert SameVerdict.objects.get().reason is None
    assert not models.KeyWrap.objects.filter(object_id=verdict.id).exists()
    assert samepeople.linked(one) == []
    assert ParentNames.objects.get(case=one).mother is not None


def test_a_pair_stands_once_and_in_one_order(world):
    one, other = twins(world)
    judge(world, one, other)
    pair = SamePerson.objects.get()
    for low, high in ((pair.case, pair.other), (pair.other, pair.case)):
        with pytest.raises(IntegrityError), transaction.atomic():
            SamePerson(unit=pair.unit, case=low, other=high, level=0, found_at=AT).save()


def test_a_case_that_moved_is_out_of_sight_and_comes_back_with_what_was_decided(world):
    one, other = twins(world)
    judge(world, one, other, "different", "They were here together")
    elsewhere = casework.World()
    Case.objects.filter(pk=other.pk).update(unit=elsewhere.helping)
    assert list(SamePerson.objects.of_case(one)) == []
    assert samepeople.look_for(by=world.worker, at=AT, case=one) == []
    Case.objects.filter(pk=one.pk).update(unit=elsewhere.helping, worker=elsewhere.worker.person)
    one.refresh_from_db()
    other.refresh_from_db()
    (pair,) = SamePerson.objects.of_case(one)
    assert pair.verdict == "different"
    told = samepeople.open_verdicts(by=elsewhere.worker, at=AT, case=one, other=other)
    assert [(row.verdict, why) for row, why in told] == [("different", "")]
