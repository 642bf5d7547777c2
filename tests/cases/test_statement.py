"""The statement for authorities: protection without the story, and the name only with a yes."""

import dataclasses
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from django.urls import reverse

import casework
import signed_in
from manumit.cases import consent, nationality_law, norms, recipients, statement, status
from manumit.cases.actions import cases, consents, reading
from manumit.cases.actions import compelled as compelled_acts
from manumit.cases.actions import protection as protections
from manumit.cases.actions import statements as acts
from manumit.cases.models import Disclosure
from manumit.core import models, printing
from manumit.core.actions import acting

AT = casework.AT
POLICE = recipients.named("police", "Example Border Police")
PAIRS = [(a, b) for a in statement.LANGUAGES for b in statement.LANGUAGES if a != b]


def wanted(**changed):
    given = {
        "state": "IRQ",
        "languages": ("en", "fr"),
        "reference": "AB12-CD3",
        "on": date(2026, 11, 22),
        "organisation": "Example Organisation, Example Unit",
        "authority": POLICE.name,
        "recognised": False,
        "minor": False,
    }
    return statement.Wanted(**given | changed)


def text_of(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def words(sides):
    return json.dumps([dataclasses.asdict(side) for side in sides], ensure_ascii=False)


# --- norms --------------------------------------------------------------------------------------
def test_every_norm_has_source_status_year_and_words_in_four_languages():
    assert {n.id for n in norms.every()} >= {
        *("unsc-2331-2d", "unsc-2388-17", "palermo-2b", "coe-197-26", "eu-2011-36-8"),
        *("iccpr-8", "refugees-31"),
    }
    for norm in norms.every():
        assert norm.source
        assert norm.status in norms.STATUSES
        assert 1945 < norm.year < 2027
        assert set(norm.names) == set(norm.words) == set(norms.LANGUAGES)
        if norm.parties:
            assert norm.parties_source
            assert norm.parties_status in norms.STATUSES
            assert norm.parties <= set(nationality_law.states())


@pytest.mark.parametrize(
    ("state", "norm", "answer"),
    [
        ("IRQ", "unsc-2331-2d", "yes"),
        ("IRQ", "palermo-2b", "yes"),
        ("SYR", "palermo-2b", "not determined"),
        ("FRA", "coe-197-26", "yes"),
        ("IRQ", "coe-197-26", "no"),
        ("FRA", "eu-2011-36-8", "yes"),
        ("DNK", "eu-2011-36-8", "no"),
        ("GBR", "eu-2011-36-8", "no"),
        ("GBR", "coe-197-26", "yes"),
        ("JOR", "refugees-31", "not determined"),
        ("JOR", "iccpr-8", "not determined"),
        ("THA", "asean-actip-14", "yes"),
    ],
)
def test_a_norm_applies_where_the_data_say_so_and_is_else_not_determined(state, norm, answer):
    found = next(each for each in norms.every() if each.id == norm)
    assert found.applies(state) == answer


def test_every_state_gets_an_answer_to_every_norm():
    for state in nationality_law.states():
        for minor in (True, False):
            found = norms.for_state(state, minor=minor)
            shown = sum(len(each) for each in found.values())
            assert shown == len([n for n in norms.every() if minor or not n.for_children])
            assert len(found[norms.Applies.YES]) >= 3


def test_parties_are_those_of_the_file_they_are_taken_from():
    file = Path(__file__).resolve().parents[3] / "shared" / "data" / "ilab" / "countries.xml"
    if not file.exists():
        pytest.skip("the data file of the US Department of Labor is not here")
    from xml.etree import ElementTree

    said = {}
    for each in ElementTree.parse(file).getroot():
        state = nationality_law.find(each.findtext("Name") or "")
        said[state] = (each.findtext("Conventions/Palermo_Ratified") or "").strip()
    listed = next(n for n in norms.every() if n.id == "palermo-2b").parties
    known = {state for state in said if state}
    assert len(known) > 90
    assert {s for s in known if said[s] == "Yes" and nationality_law.states()[s].coded} == (
        listed & known
    )


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("version = 1", "date in quotes"),
        ('version = "x"\n[[norm]]\nid = 1', "must be a str"),
        ("version", "Mend the line"),
    ],
)
def test_a_bad_file_is_refused_with_its_cure(text, cure):
    with pytest.raises(norms.BadNorms, match=cure):
        norms.parse(text)


# --- the paper ----------------------------------------------------------------------------------
@pytest.mark.parametrize("languages", PAIRS, ids="-".join)
def test_two_sides_in_two_languages(languages):
    made = statement.sides(wanted(languages=languages))
    assert [side.language for side in made] == list(languages)
    for side in made:
        assert "2331" in words([side])
        assert "{" not in words([side]).replace('{"', "").replace("{\\", "")


def test_there_is_no_place_for_a_fact():
    assert {field.name for field in dataclasses.fields(statement.Wanted)} == {
        *("state", "languages", "reference", "on", "organisation", "authority"),
        *("recognised", "minor", "name"),
    }


def test_norms_that_bind_and_those_not_determined_stand_apart():
    said = words(statement.sides(wanted(state="JOR")))
    bind, rest = said.split("not determined here")[0], said.split("not determined here")[1]
    assert "2331" in bind
    assert "Palermo" in bind
    assert "Refugees" not in bind
    assert "Refugees" in rest
    assert "Council of Europe" not in said
    assert "Council of Europe" in words(statement.sides(wanted(state="FRA")))


def test_a_childs_paper_names_the_norms_for_children():
    assert "Paris Principles" in words(statement.sides(wanted(minor=True)))
    assert "Paris Principles" not in words(statement.sides(wanted()))


def test_without_a_name_there_is_a_line_for_it():
    assert "by hand" in words(statement.sides(wanted()))
    named = words(statement.sides(wanted(name="Amal Example")))
    assert "by hand" not in named
    assert "Amal Example" in named


def test_drafts_say_so():
    assert statement.draft("fr")
    assert "pas encore relue" in words(statement.sides(wanted()))
    assert not statement.draft("en")


@pytest.mark.parametrize("trafficking", ["", *status.Trafficking])
@pytest.mark.parametrize("protected", [True, False])
def test_when_a_statement_can_be_written(trafficking, protected):
    why = statement.why_not(
        trafficking=trafficking, protected=protected, erased=False, state="IRQ",
        languages=("en", "ar"),
    )  # fmt: skip
    presumed = trafficking in (status.Trafficking.POSSIBLE, status.Trafficking.ACTUAL)
    assert (why == "") == (presumed and protected)


@pytest.mark.parametrize("languages", [("en", "en"), ("en", "xx"), ("", "en")])
def test_two_different_languages_that_there_are(languages):
    assert statement.why_not(
        trafficking=status.Trafficking.POSSIBLE, protected=True, erased=False, state="IRQ",
        languages=languages,
    )  # fmt: skip


def test_a_text_that_is_missing_is_named():
    with pytest.raises(statement.BadTexts, match="translation_status"):
        statement.parse('version = "x"\n[en]\ntitle = "x"\n')


# --- the act ------------------------------------------------------------------------------------
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world(db):
    return casework.World()


def possible(world, at=AT, **talk):
    case = world.taken(at=at, **talk)
    return cases.decide_status(
        by=world.worker, at=at, case=case, status=status.Trafficking.POSSIBLE.value
    )


def yes(world, case, at=AT, classes=("identity", "legal")):
    return consents.give_consent(
        by=world.worker, at=at, subject=case, purpose=consent.Purpose.SHARE_WITH_AUTHORITY,
        given=True, questions=casework.YES, recipient=POLICE, classes=classes,
    )  # fmt: skip


def write(world, case, agreed, **changed):
    given = {"at": AT, "state": "IRQ", "languages": ("en", "ar"), "with_name": False} | changed
    return acts.write_statement(by=world.worker, case=case, agreed=agreed, **given)


def test_a_statement_says_neither_what_happened_nor_who(world):
    case = possible(world)
    compelled_acts.write_compelled_act(
        by=world.worker, at=AT, case=case, kind="other", words="qwzx carried bags"
    )
    cases.add_note(by=world.worker, at=AT, case=case, text="qwzx a note", audience="legal")
    paper = write(world, case, yes(world, case))
    said = text_of(paper.pdf)
    assert "2331" in said
    assert POLICE.name in said
    assert case.reference in said
    opened = reading.open_case(by=world.worker, at=AT, case=case)
    for told in (*opened.values(), "qwzx", "carried"):
        assert str(told) not in said or str(told) == "female"
    assert paper.disclosure.classes == []
    assert paper.disclosure.what == "statement"


def test_the_name_stands_on_it_only_with_a_yes_to_it(world):
    case = possible(world)
    with pytest.raises(acting.Refused):
        write(world, case, yes(world, case, classes=["legal"]), with_name=True)
    assert not Disclosure.objects.filter(case=case, what="statement").exists()
    later = casework.after(minutes=1)
    word = yes(world, case, at=later)
    paper = write(world, case, word, with_name=True, at=later)
    assert casework.NAME in text_of(paper.pdf)
    assert paper.disclosure.classes == ["identity"]


def test_no_yes_no_paper(world):
    case = possible(world)
    word = yes(world, case)
    consents.withdraw_consent(by=world.worker, at=AT, consent=word)
    with pytest.raises(acting.Refused):
        write(world, case, word)
    other = possible(casework.World())
    with pytest.raises(acting.NotFound):
        write(world, other, word)
    mine = possible(world)
    with pytest.raises(acting.NotFound):
        write(world, mine, word)


def test_it_is_on_the_record_and_a_lifted_protection_gives_none(world):
    case = possible(world)
    word = yes(world, case)
    write(world, case, word)
    assert models.Leaf.objects.filter(act="case.statement", outcome="done").exists()
    lift = protections.propose_lift(
        by=world.supervisor, at=AT, case=case, reason="A reason long enough to be read."
    )
    protections.confirm_lift(by=world.dpo, at=AT, lift=lift)
    with pytest.raises(acting.Refused, match="lifted"):
        write(world, case, word)


def test_the_paper_is_a_tagged_pdf_of_two_pages_or_more():
    made = pypdf.PdfReader(
        io.BytesIO(printing.pdf(statement.sides(wanted(languages=("ar", "ckb")))))
    )
    assert len(made.pages) >= 2


# --- the page -----------------------------------------------------------------------------------
def test_the_page_asks_for_a_yes_first_then_gives_the_paper(world):
    now = datetime.now(UTC) - timedelta(minutes=5)
    case = possible(world, at=now)
    client = signed_in.client_for(world.worker.person)
    address = reverse("case_statement", args=[case.id])
    assert "Ask the person first" in client.get(address, secure=True).content.decode()
    word = yes(world, case, at=now)
    given = {"agreed": str(word.id), "state": "IRQ", "language": "ar", "second_language": "en"}
    assert POLICE.name in client.get(address, secure=True).content.decode()
    assert client.post(address, given | {"state": ""}, secure=True).status_code == 400
    assert client.post(address, given | {"language": "en"}, secure=True).status_code == 400
    answer = client.post(address, given, secure=True)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="paper.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF")
    assert POLICE.name in client.get(address, secure=True).content.decode()
