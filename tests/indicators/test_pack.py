"""The shipped packs hold what the standards hold, and a bad pack is refused with line and cure."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.indicators import checking, pack, parts

PACKS = pack.load_all()

SOUND = """\
id = "two-signs"
version = 2026-01-15
title.en = "Two signs"
kind = "screening"
source = "made"

[translation_status]
fr = "draft"

[sources.made]
title = "Made for a test"
status = "pending"

[rules.two]
any_of = [{ any = 2 }]
source = "made"

[[dimensions]]
id = "signs"
title.en = "Signs"
rule = "two"

[[indicators]]
id = "one"
dimension = "signs"
strength = "strong"
name.en = "One"
question.en = "Is there one?"
question.fr = "Y en a-t-il un ?"
source = "made"

[[indicators]]
id = "other"
dimension = "signs"
strength = "medium"
name.en = "Other"
question.en = "Is there another?"
source = "made"
source_status = "verified"

[[outcomes]]
code = "possible"
title.en = "Possible"
when = "signs"
source = "made"

[[outcomes]]
code = "nothing"
title.en = "Nothing"
when = "always"
source = "made"

[[advice]]
id = "look"
text.en = "Look closer."
outcomes = ["possible"]
source = "made"

[[examples]]
title = "Both"
yes = ["one", "other"]
outcome = "possible"
positive = ["signs"]
advice = ["look"]

[[examples]]
title = "One"
yes = ["one"]
others = "no"
outcome = "nothing"
"""


def refused(text, **rest):
    with pytest.raises(pack.BadPack) as caught:
        pack.parse(text, "two.toml", **rest)
    return caught.value


def test_a_sound_pack_is_read():
    one = pack.parse(SOUND, "two.toml")
    assert one.id == "two-signs"
    assert str(one.version) == "2026-01-15"
    assert [each.id for each in one.indicators] == ["one", "other"]
    assert one.by_id["other"].source_status is pack.SourceStatus.VERIFIED
    assert one.by_id["one"].source == "Made for a test"
    assert one.source_status is pack.SourceStatus.PENDING
    assert checking.problems(one) == ()


def test_a_missing_text_falls_back_to_english_and_says_so():
    one = pack.parse(SOUND, "two.toml").by_id
    assert one["one"].question("fr") == "Y en a-t-il un ?"
    assert one["one"].questions.language("fr") == "fr"
    assert one["other"].question("fr") == "Is there another?"
    assert one["other"].questions.language("fr") == "en"


def test_the_digest_changes_with_every_byte():
    assert pack.parse(SOUND, "x").digest != pack.parse(SOUND + "\n", "x").digest


BAD = [
    # (what is replaced, by what, key, line, words of problem and cure)
    ('id = "two-signs"\n', "", "id", 0, "is missing"),
    ("2026-01-15", '"soon"', "version", 2, "wrong kind"),
    ('kind = "screening"', 'kind = "screaming"', "kind", 4, "Use one of"),
    ('title.en = "Two signs"', 'title.fr = "Deux"', "title.en", 3, "no English text"),
    ('strength = "medium"', 'strength = "huge"', "indicators[2].strength", 35, "strong, medium"),
    ('name.en = "Other"', 'naem.en = "Other"', "indicators[2].naem", 36, 'mean "name"'),
    ('source = "made"\nsource_status', 'source = "mad"\nsource_status', "indicators[2].source", 38,
     "not in [sources]"),
    ('status = "pending"', 'status = "sure"', "sources.made.status", 12, "verified, secondary"),
    ('id = "other"', 'id = "one"', "indicators[2].id", 33, "is there twice"),
    ('id = "other"', 'id = "Other one"', "indicators[2].id", 33, "not an identifier"),
    ('dimension = "signs"\nstrength = "m', 'dimension = "sings"\nstrength = "m',
     "indicators[2].dimension", 34, 'mean "signs"'),
    ("{ any = 2 }", "{ any = 3 }", "dimensions[1].rule", 21, "cannot be met"),
    ("{ any = 2 }", "{ strong = 0 }", "rules.two.any_of[1]", 15, "no sign at all"),
    ("{ any = 2 }", "{ string = 2 }", "rules.two.any_of[1].string", 15, 'mean "strong"'),
    ('rule = "two"', 'rule = "too"', "dimensions[1].rule", 21, 'mean "two"'),
    ('id = "signs"', 'id = "minor"', "dimensions[1].id", 19, "reserved word"),
    ('when = "signs"', 'when = "sings"', "outcomes[1].when", 44, 'mean "signs"'),
    ('when = "signs"', 'when = "signs andd"', "outcomes[1].when", 44, "column 7"),
    ('when = "signs"', 'when = "signs:three"', "outcomes[1].when", 44, 'no rule "three"'),
    ('when = "signs"', 'when = "tag"', "outcomes[1].when", 44, "names no tag"),
    ('when = "always"', 'when = "not signs"', "outcomes[2].when", 50, "may leave no finding"),
    ('when = "signs"', 'when = "always"', "outcomes[1].when", 44, "hides every outcome"),
    ('title.en = "Possible"', 'title.en = "Actual victim"', "outcomes[1].title", 43, "verdict"),
    ('title.en = "Possible"', 'title.en = "Trafficked"', "outcomes[1].title", 43, "plain words"),
    ('code = "possible"', 'code = "confirmed-victim"', "outcomes[1].title", 43, "verdict"),
    ('outcomes = ["possible"]\n', "", "advice[1].id", 54, "must follow from"),
    ('outcomes = ["possible"]', 'outcomes = ["posible"]', "advice[1].outcomes", 56,
     'mean "possible"'),
    ('text.en = "Look closer."', 'text.en = "Look."\nwithin = "2h"', "advice[1].within", 56,
     "no clock"),
    ('yes = ["one", "other"]', 'yes = ["one", "othr"]', "examples[1].yes", 61, 'mean "other"'),
    ('yes = ["one", "other"]', 'yes = ["one"]\nno = ["one"]', "examples[1].no", 62, "twice"),
    ('outcome = "nothing"', 'outcome = "possible"', "examples", 59, "no worked example"),
    ('question.en = "Is there one?"', 'question.en = "Tell me."', "indicators[1].question.en", 28,
     "not a question"),
    ('fr = "draft"', "", "translation_status", 7, 'nothing about "fr"'),
    ('fr = "draft"', 'fr = "perfect"', "translation_status.fr", 8, "draft, reviewed"),
    ('id = "two-signs"', 'id = "Two signs"', "id", 1, "hyphens"),
    ("[[advice]]", "[advice]", "advice", 53, "wrong kind"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "line", "said"), BAD, ids=range(len(BAD)))
def test_a_bad_pack_is_refused_with_line_key_and_cure(old, new, key, line, said):
    assert old in SOUND
    bad = refused(SOUND.replace(old, new, 1))
    faults = [bad, *bad.others]
    fault = next((each for each in faults if each.key == key and said in str(each)), None)
    assert fault, list(map(str, faults))
    assert fault.line == line
    assert str(fault).startswith(f"two.toml:{line}: {key}" if line else f"two.toml: {key}")
    assert "Cure: " in str(fault)


def test_broken_toml_is_refused_with_its_line():
    bad = refused('id = "x"\nversion = = 3\n')
    assert (bad.line, bad.key) == (2, "(file)")


def test_all_faults_are_told_at_once():
    bad = refused(SOUND.replace('"medium"', '"huge"').replace('"always"', '"nope"'))
    assert len({bad.key, *(each.key for each in bad.others)}) >= 2


def test_an_empty_file_is_refused():
    assert refused("").cure


def test_a_verdict_cannot_be_reached_by_spelling(monkeypatch):
    for word in ("actual", "ACTUAL", "Confirmed", "proven"):
        assert "verdict" in str(refused(SOUND.replace("Nothing", f"A {word} victim")))


def test_files_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(pack.BadPack, match="cannot be read"):
        pack.load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'id = "a"\ntitle.en = "\xe9"\n')
    with pytest.raises(pack.BadPack, match=r"latin\.toml:2.*UTF-8"):
        pack.load(tmp_path / "latin.toml")


def test_two_packs_of_one_name_are_refused(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(SOUND, encoding="utf-8")
    with pytest.raises(pack.BadPack, match="already used"):
        pack.load_all(tmp_path)


def test_an_example_that_does_not_come_out_is_told():
    wrong = SOUND.replace('outcome = "possible"\npositive', 'outcome = "nothing"\npositive')
    one = pack.parse(wrong + '\n[[examples]]\ntitle = "B"\nyes = ["one","other"]\n'
                     'outcome = "possible"\n', "x")  # fmt: skip
    assert checking.problems(one) == ('examples[1] "Both" gives "possible", not "nothing"',)
    for old, new in (('positive = ["signs"]', "positive = []"), ('["look"]', "[]")):
        (told,) = checking.problems(pack.parse(SOUND.replace(old, new), "x"))
        assert "not none" in told


# What the shipped packs must hold


@pytest.mark.parametrize("name", sorted(PACKS))
def test_worked_examples_come_out(name):
    assert checking.problems(PACKS[name]) == ()


def test_the_shipped_packs_are_these():
    assert {name: len(each.indicators) for name, each in PACKS.items()} == {
        "conflict-context": 9,
        "delphi-labour-adult": 67,
        "delphi-labour-child": 65,
        "finance-forced-labour": 16,
        "finance-front-company": 13,
        "finance-funnel": 16,
        "finance-hawala": 12,
        "finance-organ-removal": 12,
        "finance-release-payer": 9,
        "finance-release-payments": 12,
        "finance-sexual-exploitation": 20,
        "finance-shapes": 12,
        "finance-terrorism": 16,
        "finance-travel-lodging": 15,
        "finance-wages-collected": 12,
        "ilo-forced-labour": 11,
        "sexual-exploitation-adult": 59,
        "sexual-exploitation-child": 59,
        "urgent-needs": 13,
    }


def strengths(name):
    return {each.id: each.strength.value[0] for each in PACKS[name].indicators}


def test_delphi_strengths_are_those_of_the_standard():
    adult, child = strengths("delphi-labour-adult"), strengths("delphi-labour-child")
    assert Counter(adult.values()) == {"s": 7, "m": 53, "w": 7}
    assert Counter(child.values()) == {"s": 15, "m": 50}
    assert set(adult) - set(child) == {"vr_false_law", "ex_protection"}
    assert set(child) <= set(adult)
    strong = {key for key, value in adult.items() if value == "s"}
    assert strong == {
        "dr_job", "cr_violence", "ex_hours", "co_documents", "co_debt", "co_isolation",
        "co_violence",
    }  # fmt: skip
    weak = {key for key, value in adult.items() if value == "w"}
    assert weak == {
        "dr_education", "vr_culture", "vr_context", "ex_education", "co_inform", "vu_past",
        "vu_personal",
    }  # fmt: skip
    stronger = {key for key in child if child[key] == "s"} - strong
    assert stronger == {
        "dr_education", "cr_threats", "cr_taken", "cr_debt", "co_threats", "co_illicit",
        "co_tasks", "co_influence",
    }  # fmt: skip
    homes = Counter(each.dimension for each in PACKS["delphi-labour-adult"].indicators)
    assert list(homes.values()) == [10, 10, 16, 9, 15, 7]


def test_the_sexual_profiles_are_shown_as_pending():
    for name in ("sexual-exploitation-adult", "sexual-exploitation-child"):
        assert PACKS[name].source_status is pack.SourceStatus.PENDING
        assert {each.source_status.value for each in PACKS[name].indicators} == {"pending"}
        for lang, word in (("en", "pending"), ("fr", "à vérifier"), ("ar", "قيد التحقق")):
            assert word in PACKS[name].title(lang)
    adult, child = (
        strengths("sexual-exploitation-adult"), strengths("sexual-exploitation-child"),
    )  # fmt: skip
    assert {key for key in adult if key.startswith("ex_") and adult[key] == "s"} == set()
    assert adult["co_tasks"] == child["co_tasks"] == child["ex_hazard"] == "s"


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_indicator_has_its_source_and_a_plain_question(name):
    for each in PACKS[name].indicators:
        assert each.source
        assert len(each.question("en")) <= 130
        assert each.question("en") != each.text("en")
        for lang in ("fr", "ar"):
            assert each.questions.language(lang) == lang
            assert each.names.language(lang) == lang


@pytest.mark.parametrize("name", ["urgent-needs", "conflict-context"])
def test_the_first_packs_are_whole_in_four_languages(name):
    one = PACKS[name]
    texts = [one.titles, one.notes]
    texts += [each.titles for each in (*one.dimensions, *one.outcomes)]
    texts += [each.texts for each in one.advice]
    for texts_of_one in texts:
        assert set(texts_of_one.by_language) == set(parts.LANGUAGES)
    assert one.translation_status == {"fr": "draft", "ar": "draft", "ckb": "draft"}


@pytest.mark.parametrize("name", sorted(PACKS))
def test_no_text_is_graphic_or_endangers_a_reader(name):
    one = PACKS[name]
    shown = [text for each in one.indicators for text in (each.question("en"), each.text("en"))]
    shown += [each.title("en") for each in (*one.outcomes, *one.dimensions)] + [one.title("en")]
    for text in shown:
        for word in ("traffick", "rape", "slave", "prostitute"):
            assert word not in text.lower()


def test_packs_point_at_packs_that_exist():
    for each in PACKS.values():
        assert not each.instead or each.instead in PACKS


LINES = SOUND.splitlines()
PIECES = st.sampled_from(
    [*LINES, '"', "[", "]]", "= 1", "= true", "= []", "= {}", "= [1]", "= [[]]", "{ age = 999 }",
     'context = { age = -1 }', "version = 2026-01-15T10:00:00", "source = 3", "[[examples]]",
     "[sources]", "made = 1", "[rules]\ntwo = 3", 'any_of = ["x"]', "title = 5", "en = 3",
     "applies = { max_age = 200 }", "applies = 3", "yes = [1, 2]", 'when = "((("', "\x00"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(LINES)), st.integers(0, 2), PIECES), max_size=4),
    st.booleans(),
)
def test_any_damage_is_read_or_refused_and_nothing_else(damage, join):
    lines = list(LINES)
    for at, cut, piece in damage:
        lines[at : at + cut] = [piece]
    one, bad = None, None
    try:
        one = pack.parse(("\n" if not join else " \n ").join(lines), "two.toml")
    except pack.BadPack as refusal:
        bad = refusal
    if bad:
        assert bad.cure
        assert 0 <= bad.line <= len("\n".join(lines).splitlines()) + 1
    else:
        assert isinstance(checking.problems(one), tuple)
