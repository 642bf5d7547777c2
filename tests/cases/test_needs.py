"""What a person needs, and how soon."""

import pytest

from manumit.cases import deadlines, needs, profiles
from manumit.indicators import pack

U = deadlines.Urgency


def by_kind(*args, **kwargs):
    return {w.kind: w for w in needs.checklist(*args, **kwargs)}


def test_medical_psychosocial_and_legal_stand_on_every_checklist():
    assert set(by_kind(())) == {"medical", "psychosocial", "legal"}


def test_a_child_needs_child_protection():
    assert by_kind((), minor=True)["child_protection"].urgency is U.THREE_HOURS


def test_advice_makes_a_need_urgent_and_the_shorter_time_wins():
    found = by_kind((), [("safehouse", "3h"), ("safehouse", "1h"), ("health_medical", "1d")])
    assert found["safety"].urgency is U.HOUR
    assert found["medical"].urgency is U.DAY


def test_recent_harm_starts_the_health_clocks():
    found = by_kind([("urgent-needs", "un_recent_harm")])["medical"]
    assert found.urgency is U.THREE_HOURS
    assert found.clocks == {"health_72h", "health_120h"}


def test_the_most_urgent_comes_first():
    found = needs.checklist((), [("safehouse", "1h"), ("education", "3d")])
    assert found[0].kind == "safety"
    assert needs.is_urgent(found)
    assert not needs.is_urgent(needs.checklist(()))


@pytest.mark.parametrize(
    ("within", "urgency"),
    [
        ("1h", U.HOUR),
        ("2h", U.HOUR),
        ("3h", U.THREE_HOURS),
        ("12h", U.THREE_HOURS),
        ("1d", U.DAY),
        ("48h", U.DAY),
        ("3d", U.THREE_DAYS),
        ("30d", U.THREE_DAYS),
        ("", None),
        ("soon", None),
    ],
)
def test_times_of_advice(within, urgency):
    assert needs.urgency_of(within) is urgency


def test_every_advice_of_every_pack_leads_to_a_need_we_know():
    for known in pack.load_all().values():
        for advice in known.advice:
            if advice.need:
                assert needs.for_service(advice.need) in needs.load().kinds, advice.need


def test_every_trigger_is_a_sign_of_its_pack_and_every_clock_is_known():
    packs = pack.load_all()
    for trigger in needs.load().triggers:
        assert trigger.indicator in packs[trigger.pack].by_id
        for clock in trigger.clocks:
            assert deadlines.rule(clock, deadlines.load().rules[0].valid_from)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[[need]]\n", "kind"),
        (
            '[[need]]\nkind="x"\nlabel="X"\nservices=["a"]\nletter=["name"]\nurgency="now"',
            "urgency",
        ),
        ('[[trigger]]\npack="p"\nindicator="i"\nneed="x"\nurgency="within_1_day"', "need"),
        ("=\n", "line"),
    ],
)
def test_bad_data_is_refused_with_entry_and_key(text, names):
    with pytest.raises(needs.BadNeeds, match=names):
        needs.parse(text)


def test_packs_of_the_gate_by_age_and_doubt_counts_as_a_child():
    adult = profiles.packs_for("gate", False)
    assert adult == ("urgent-needs", "conflict-context", "delphi-labour-adult")
    child = ("urgent-needs", "conflict-context", "delphi-labour-child")
    assert profiles.packs_for("gate", True) == child
    assert profiles.packs_for("gate", None) == child
    more = profiles.packs_for("gate", False, ["sexual-exploitation-adult"])
    assert more == (*adult, "sexual-exploitation-adult")
    assert profiles.packs_for("gate", True, ["sexual-exploitation-adult"]) == child


def test_every_pack_of_a_profile_exists():
    packs = pack.load_all()
    for profile in profiles.load().values():
        assert {step.pack for step in profile.steps} <= set(packs)


def test_a_bad_profile_is_refused():
    with pytest.raises(profiles.BadProfile, match="when"):
        profiles.parse('[[profile]]\nid="x"\ntitle="X"\n[[profile.pack]]\nid="p"\nwhen="often"')
    with pytest.raises(profiles.BadProfile, match="title"):
        profiles.parse('[[profile]]\nid="x"\n')
