"""Dossiers: what each kind must hold, what may stand in them, and what never leaves."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from uuid import uuid5

import pytest
from pypdf import PdfReader

from manumit.core import printing
from manumit.network import (
    claims,
    dossier,
    dossier_chart,
    dossier_draft,
    dossier_kinds,
    dossier_package,
    dossier_paper,
    dossier_states,
)
from network import dossiers_made as made

VICTIM = {"prop": dossier.MAY_BE_VICTIM, "value": "true", "handling": claims.Handling.AMBER_STRICT}


def pdf_of(whole):
    return printing.pdf(
        [dossier_paper.side(whole, number="D-1")], footer=dossier_paper.footer(whole, number="D-1")
    )


def words(pdf):
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("kind", dossier_kinds.kinds())
def test_every_kind_is_whole_data_and_says_what_it_lacks(kind):
    codes = [part.code for part in dossier_kinds.parts(kind)]
    assert len(codes) == len(set(codes))
    assert dossier_kinds.needs(kind) <= set(codes)
    assert {"subject", "statement", "sources", "contested", "alternatives"} <= dossier_kinds.needs(
        kind
    )
    assert all(
        part.source and part.status in {"verified", "secondary", "pending"}
        for part in dossier_kinds.parts(kind)
    )
    assert all(
        part.asks for part in dossier_kinds.parts(kind) if part.form is dossier_kinds.Form.TEXT
    )
    lacks = dossier.why_not_ready(made.whole(kind=kind))
    assert {"statement", "contested", "alternatives"} <= {lack.part for lack in lacks}
    assert all(lack.missing and lack.cure for lack in lacks)
    assert dossier.why_not_ready(made.ready(kind)) == []
    for code in dossier_kinds.needs(kind) & set(made.ready(kind).texts):
        texts = {k: v for k, v in made.ready(kind).texts.items() if k != code}
        assert [lack.part for lack in dossier.why_not_ready(made.ready(kind, texts=texts))] == [
            code
        ]


def test_a_sentence_without_a_claim_is_not_kept():
    sentence = dossier.Sentence("Something was done.", ())
    assert "stands on" in dossier.why_not_sentence(sentence, "listing")
    stands = replace(sentence, claims=(made.LINK,))
    assert dossier.why_not_sentence(stands, "listing") == ""
    assert dossier.why_not_sentence(replace(stands, on="2014-13"), "listing")
    assert dossier.why_not_sentence(replace(stands, on="٢٠١٤"), "listing")
    assert dossier.why_not_sentence(replace(stands, criterion="trafficking"), "listing") == ""
    assert dossier.why_not_sentence(replace(stands, criterion="trafficking"), "prosecutor")
    assert dossier.why_not_sentence(replace(stands, text=" "), "listing")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"state": claims.State.WITHDRAWN}, "withdrawn"),
        ({"ended_at": made.AT}, "withdrawn"),
        ({"state": claims.State.CONTESTED}, "reason against"),
        ({"state": claims.State.PROPOSED}, "accepted"),
        ({"handling": claims.Handling.RED}, "does not leave"),
        ({"handling": claims.Handling.AMBER_STRICT}, "does not leave"),
    ],
)
def test_what_changed_since_marks_the_sentences_that_stand_on_it(changed, says):
    whole = made.ready()
    seen = whole.entities[made.LINK]
    later = replace(seen, said=tuple(replace(one, **changed) for one in seen.said))
    whole = replace(whole, entities={**whole.entities, made.LINK: later})
    ((reason,),) = dossier.marks(whole).values()
    assert says in reason
    assert "statement" in {lack.part for lack in dossier.why_not_ready(whole)}
    assert dossier_package.tables(whole, number="D-1")["statement"] == []


def test_who_may_be_a_victim_is_no_subject_unless_a_second_person_said_so():
    marked = made.whole(made.said(made.SUBJECT, **VICTIM))
    assert "subject" in {lack.part for lack in dossier.why_not_ready(marked)}
    assert dossier.leaving(marked) == [
        o for o in dossier.leaving(marked) if o.entity != made.SUBJECT
    ]
    lifted = replace(marked, lifted=True)
    assert "subject" not in {lack.part for lack in dossier.why_not_ready(lifted)}
    gone = made.whole(made.said(made.SUBJECT, **VICTIM, state=claims.State.WITHDRAWN))
    assert "subject" not in {lack.part for lack in dossier.why_not_ready(gone)}
    proposed = made.whole(made.said(made.SUBJECT, **VICTIM, state=claims.State.PROPOSED))
    assert "subject" in {lack.part for lack in dossier.why_not_ready(proposed)}


def test_who_may_be_a_victim_is_mentioned_in_a_relation_and_never_named():
    link = uuid5(made.HOME, "second link")
    whole = made.ready()
    other = whole.entities[made.OTHER]
    marked = replace(other, said=(*other.said, made.said(made.OTHER, **VICTIM)))
    told = claims.Seen(link, "UnknownLink", (made.said(link, "role", "driver"),))
    relation = dossier.Relation(link, made.SUBJECT, made.OTHER, "UnknownLink:driver")
    whole = replace(
        whole,
        entities={**whole.entities, made.OTHER: marked, link: told},
        relations=(*whole.relations, relation),
        chosen=whole.chosen | {told.said[0].claim},
    )
    out = dossier_package.pack(dossier_package.tables(whole, number="D-1"), pdf_of(whole), {})
    files = zipfile.ZipFile(io.BytesIO(out))
    for name in ("dossier.json", "entities.ftm.json"):
        assert "Test Person 3" not in files.read(name).decode()
    assert "a person who may be a victim" in words(files.read("dossier.pdf"))
    assert "Test Person 3" not in words(files.read("dossier.pdf"))
    assert any(
        "may be a victim (" in s.text or "a person who may be" in s.text
        for s in dossier_draft.draft(whole)
    )
    assert not any("Test Person 3" in s.text for s in dossier_draft.draft(whole))


def test_words_that_name_who_may_be_a_victim_are_marked():
    whole = made.ready("prosecutor")
    other = whole.entities[made.OTHER]
    marked = replace(other, said=(*other.said, made.said(made.OTHER, **VICTIM)))
    whole = replace(whole, entities={**whole.entities, made.OTHER: marked})
    claim = whole.sentences[0].claims
    by_name = dossier.Sentence("He drove test person 3 there.", claim)
    by_claim = dossier.Sentence("He drove somebody.", (other.said[0].claim,))
    whole = replace(whole, sentences=(*whole.sentences, by_name, by_claim))
    assert sorted(dossier.marks(whole)) == [1, 2]
    texts = {**whole.texts, "alternatives": "Perhaps Test Person 3 did it."}
    whole = replace(whole, sentences=whole.sentences[:1], texts=texts)
    assert [lack.part for lack in dossier.why_not_ready(whole)] == ["alternatives"]


def test_a_first_version_comes_from_accepted_claims_that_may_leave_alone():
    whole = made.whole(
        made.said(made.SUBJECT, "phone", "+000 111", handling=claims.Handling.AMBER_STRICT),
        made.said(made.SUBJECT, "alias", "Not Accepted", state=claims.State.PROPOSED),
    )
    sentences = dossier_draft.draft(whole)
    texts = [one.text for one in sentences]
    assert "Amal Example was born on 4 March 1980." in texts
    assert "Amal Example is said to belong to Example Brigade (commander) from June 2014." in texts
    assert not any("+000" in text or "Not Accepted" in text for text in texts)
    assert all(not dossier.why_not_sentence(one, "listing") for one in sentences)
    known = {one.claim for one in dossier.leaving(whole)}
    assert all(set(one.claims) <= known for one in sentences)
    french = [one.text for one in dossier_draft.draft(replace(whole, language="fr"))]
    assert "Amal Example est né le 4 mars 1980." in french
    assert len(french) == len(texts)


def test_a_name_that_may_not_leave_leaves_nowhere():
    whole = made.ready()
    seen = whole.entities[made.GROUP]
    kept = tuple(replace(one, handling=claims.Handling.RED) for one in seen.said)
    whole = replace(whole, entities={**whole.entities, made.GROUP: replace(seen, said=kept)})
    told = json.dumps(dossier_package.tables(whole, number="D-1"))
    assert "Example Brigade" not in told
    assert "Example Brigade" not in words(pdf_of(whole))
    assert "Example Brigade" not in dossier_chart.svg(dossier_draft.outward(whole))


def test_protected_sources_are_told_by_number_kind_and_grade():
    whole = made.ready()
    told = json.dumps(dossier_package.tables(whole, number="D-1"))
    paper = words(pdf_of(whole))
    for secret in ("Test Person 9", "room 4"):
        assert secret not in told
        assert secret not in paper
    assert "(a person who told us, reliability B; protected)" in paper
    assert "Example list" in paper


def test_a_paper_in_french_is_french():
    paper = words(pdf_of(made.ready(language="fr")))
    assert "Date de naissance 4 mars 1980" in paper
    assert "(une personne qui nous a parlé, fiabilité B ; protégée)" in paper
    assert "Amal Example – Example Brigade: Rôle: commander" in paper
    assert "Birth date" not in paper
    assert "Membership" not in paper


def test_the_package_is_checked_by_an_independent_reader():
    whole = made.ready()
    first = dossier_package.pack(dossier_package.tables(whole, number="D-7"), pdf_of(whole), {})
    again = dossier_package.pack(dossier_package.tables(whole, number="D-7"), pdf_of(whole), {})
    assert first == again
    files = zipfile.ZipFile(io.BytesIO(first))
    assert files.testzip() is None
    lines = files.read("manifest.sha256").decode().splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    assert set(listed) == set(files.namelist()) - {"manifest.sha256"}
    assert all(
        hashlib.sha256(files.read(name)).hexdigest() == digest for name, digest in listed.items()
    )
    told = json.loads(files.read("dossier.json"))
    by_id = {claim["id"]: claim for claim in told["claims"]}
    for claim in told["claims"]:
        bare = {k: v for k, v in claim.items() if k != "sha256"}
        text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == claim["sha256"]
    for sentence in told["statement"]:
        assert sentence["claims"]
        assert set(sentence["claims"]) <= set(by_id)
    ftm = [json.loads(line) for line in files.read("entities.ftm.json").decode().splitlines()]
    person = next(row for row in ftm if row["schema"] == "Person" and row["id"] == told["subject"])
    assert person["properties"]["birthDate"] == ["1980-03-04"]
    assert "Amal Example led the group." in words(files.read("dossier.pdf"))


def test_nothing_leaves_without_recipient_purpose_and_basis():
    give = {"recipient": "Example Ministry", "purpose": "a listing", "basis": "treaty"}
    assert dossier_states.why_not_hand_over(**give) == ""
    for name in give:
        assert dossier_states.why_not_hand_over(**(give | {name: ""}))
    assert dossier_states.why_not_approve(user=made.SUBJECT, proposed_by=made.SUBJECT)
    assert dossier_states.why_not_approve(user=made.SUBJECT, proposed_by=made.OTHER) == ""


def test_nothing_is_handed_over_that_was_not_approved():
    """Walk every way through the states, with what was approved since the last draft."""
    begin = (dossier_states.State.DRAFT, False)
    reached, ahead = {begin}, [begin]
    while ahead:
        state, approved = ahead.pop()
        for act, after in dossier_states.TRANSITIONS[state].items():
            assert approved or act is not dossier_states.Act.HAND_OVER
            kept = approved or act is dossier_states.Act.APPROVE
            then = (after, kept and after is not dossier_states.State.DRAFT)
            if then not in reached:
                reached.add(then)
                ahead.append(then)
    assert {state for state, _ in reached} == set(dossier_states.State)


def test_the_chart_takes_names_as_text_and_draws_no_more_than_can_be_read():
    whole = made.whole()
    assert "<b>" not in dossier_chart.svg(replace(whole, labels={made.SUBJECT: "<b>\u202eAmal"}))
    assert "\u202e" not in dossier_chart.svg(replace(whole, labels={made.SUBJECT: "\u202eAmal"}))
    ends = [uuid5(made.HOME, str(n)) for n in range(40)]
    many = tuple(dossier.Relation(end, made.SUBJECT, end, "UnknownLink") for end in ends)
    assert len(dossier_chart.places(replace(whole, relations=many))) == dossier_chart.MOST + 1
    assert dossier_chart.svg(replace(whole, relations=())) == ""
