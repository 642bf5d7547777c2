"""What one investigator keeps to themselves stays so on every way round, and marks are not walked round."""

import json
import re
from datetime import timedelta

import pytest

import make
import signed_in
from manumit.core.actions import acting, names
from manumit.network import claims, dossier, dossier_draft, dossier_package, models
from manumit.network.actions import (
    claiming,
    comparing,
    decided,
    dossiers,
    entering,
    fairness,
    handing,
    hits,
    inquiries,
    judging,
    opening,
    registers,
)
from manumit.network.claims import Handling
from manumit.network.clustering import Verdict
from network import dossiers_made, lists
from network import standing_register as standing
from network import test_actions_dossiers as of_dossiers
from network import test_actions_hits as of_hits
from network import test_actions_importing as of_imports

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
SECRET = "Redname Testovarian"


class Two:
    """Two investigators of one unit; the first keeps something to themselves."""

    def __init__(self):
        self.one = standing.investigator()
        self.two = standing.investigator(self.one.unit)
        self.register = standing.register(self.one.unit, self.one)
        self.source = standing.source(self.one)

    def red(self, entity, prop, *values):
        made = claiming.add_claim(
            by=self.one, at=AT, entity=entity, prop=prop, values=list(values),
            source=self.source, handling=Handling.RED,
        )  # fmt: skip
        return claiming.accept(by=self.one, at=AT, claim=made)

    def only_red(self, **says):
        made = entering.add_entity(
            by=self.one, at=AT, schema="Person", source=self.source, handling=Handling.RED,
            says={prop: [value] for prop, value in says.items()},
        )  # fmt: skip
        for claim in made.claims.all():
            claiming.accept(by=self.one, at=AT, claim=claim)
        return made

    def person(self, **says):
        return standing.entity(self.register, self.one, source=self.source, **says)


@pytest.fixture
def two():
    return Two()


def test_own_red_claims_make_no_proposal_that_colleagues_see(two):
    one = two.person(name="Amal Example", birthDate="1981-07-16")
    two.person(name=SECRET, birthDate="1981-07-16", passportNumber="P1234567")
    two.red(one, "alias", SECRET)
    two.red(one, "passportNumber", "P1234567")
    row = comparing.begin(by=two.one, at=AT)
    comparing.carry_out(by=two.one, comparing=row, clock=lambda: AT)
    assert not comparing.waiting(two.register).exists()


def test_own_red_names_are_not_held_against_lists():
    desk = of_hits.Desk()
    ours = desk.entity(name="Amal Example")
    source = desk.register.sources.get()
    red = claiming.add_claim(
        by=desk.one, at=desk.at, entity=ours, prop="alias", values=["Karim Testovarian"],
        source=source, handling=Handling.RED,
    )  # fmt: skip
    claiming.accept(by=desk.one, at=desk.at, claim=red)
    desk.bring(lists.person("XXi.1", **of_hits.KARIM), day=1)
    desk.rescreen()
    assert not models.Hit.objects.exists()


def test_own_red_claims_are_left_out_of_what_is_shared(two):
    one = two.person(name="Amal Example")
    two.red(one, "nationality", "iq")
    give = {"by": two.one, "at": AT, "purpose": "test", "entities": [one]}
    assert opening.seen(**give)[one.id].values("nationality") == ("iq",)
    assert opening.seen(**give, shared=True)[one.id].values("nationality") == ()
    [person] = fairness._people(two.one, AT, two.register)
    assert not any("iq" in group for group in person.groups.values())


def test_what_a_red_claim_joins_is_on_no_page_of_a_colleague(two):
    holder = two.person(name="Amal Example")
    card = standing.entity(two.register, two.one, schema="Passport", number="P7654321")
    two.red(card, "holder", str(holder.id))
    other = signed_in.client_for(two.two.user)
    assert "Amal Example" not in other.get(f"/entities/{card.id}").content.decode()
    assert "P7654321" not in other.get(f"/entities/{holder.id}").content.decode()
    mine = signed_in.client_for(two.one.user)
    assert "Amal Example" in mine.get(f"/entities/{card.id}").content.decode()


def test_who_is_there_in_red_alone_is_on_no_page_of_a_colleague(two):
    one, other = two.only_red(name=SECRET), two.person(name="Amal Example")
    made = judging.judge(
        by=two.one, at=AT, left=one, right=other, verdict=Verdict.SAME, reason="Seen together."
    )
    theirs, mine = signed_in.client_for(two.two.user), signed_in.client_for(two.one.user)
    for address in (
        f"/same/{one.id}/{other.id}",
        f"/same/{other.id}/{one.id}",
        f"/same/decisions/{made.id}",
        f"/dossiers/new?entity={one.id}",
        f"/entities/{one.id}/correct",
        f"/entities/{one.id}/traces",
    ):
        assert theirs.get(address).status_code == 404, address
        assert mine.get(address).status_code in {200, 302}, address
    assert str(made.id) in mine.get("/same").content.decode()
    assert str(made.id) not in theirs.get("/same").content.decode()
    identity = judging.identity_of(other)
    assert str(one.id) not in theirs.get(f"/same/records/{identity.id}").content.decode()
    theirs.get(f"/leads/new?entity={one.id}")
    theirs.post(f"/leads/new?entity={one.id}", {"title": "Look here"})
    assert models.Lead.objects.get().entity is None


def test_a_claim_that_was_parted_cannot_be_brought_back(two):
    source = standing.source(two.one)
    made = entering.relate(
        by=two.one, at=AT, source=source, since="2014", until="2015",
        tail=two.person(name="Amal Example"), head=two.person(name="Other Example"),
    )  # fmt: skip
    whole = made.claims.get()
    claiming.accept(by=two.one, at=AT, claim=whole)
    claiming.withdraw_claim(by=two.one, at=AT, claim=whole, reason="Wrong.", prop="startDate")
    standing_now = set(made.claims.filter(ended_at=None).values_list("id", flat=True))
    for verb, prop in (
        (claiming.contest, "startDate"), (claiming.contest, ""), (claiming.withdraw_claim, "endDate"),
    ):  # fmt: skip
        with pytest.raises(acting.Refused):
            verb(by=two.two, at=AT, claim=whole, reason="Once more.", prop=prop)
    assert set(made.claims.filter(ended_at=None).values_list("id", flat=True)) == standing_now


def test_a_mark_on_another_record_of_the_same_person_counts():
    world = of_dossiers.World()
    other = world.enter("Person", name="Amal Beispiel")
    judging.judge(
        by=world.first, at=AT, left=world.subject, right=other, verdict=Verdict.SAME,
        reason="The same person.",
    )  # fmt: skip
    row = judging.about(world.subject, other)
    if row.needs_two:
        judging.confirm(by=world.second, at=AT, judgement=row, reason="Yes, the same.")
    ready = world.ready()
    handing.propose(by=world.first, at=AT, dossier=ready)
    world.mark(other)
    with pytest.raises(acting.Refused, match="possible victim"):
        handing.approve(by=world.second, at=AT, dossier=ready)
    back = handing.send_back(by=world.second, at=AT, dossier=ready, remark="Look at the mark.")
    opened = dossiers.open_dossier(by=world.first, at=AT + timedelta(days=1), dossier=back)
    assert opened.row.subject_id in of_dossiers.rules.shielded(opened.whole)
    with pytest.raises(acting.Refused):
        handing.propose(by=world.first, at=AT, dossier=back)


def test_what_one_person_judged_waits_for_a_second_once_it_weighs(two):
    one, other, third = (two.person(name=f"Example Person {n}") for n in "ABC")
    give = {"by": two.one, "at": AT, "reason": "Seen together."}
    first = judging.judge(**give, left=one, right=other, verdict=Verdict.SAME)
    second = judging.judge(**give, left=other, right=third, verdict=Verdict.SAME)
    assert judging.identity_of(one) == judging.identity_of(third) is not None
    inquiry = inquiries.open_inquiry(by=two.one, at=AT, title="Example", purpose="Example Act")
    inquiries.add_to(by=two.one, at=AT, inquiry=inquiry, entity=one)
    first.refresh_from_db()
    assert first.needs_two
    assert judging.identity_of(one) is None
    entering.relate(
        by=two.one, at=AT, source=two.source, schema="Membership", role="commander", tail=third,
        head=standing.entity(two.register, two.one, schema="Organization", name="Example Group"),
    )  # fmt: skip
    second.refresh_from_db()
    assert second.needs_two
    assert judging.identity_of(third) is None
    judging.confirm(by=two.two, at=AT, judgement=first, reason="I saw it too.")
    assert judging.identity_of(one) == judging.identity_of(other) is not None


def test_a_kept_chart_names_nobody_in_red(two):
    one, red = two.person(name="Amal Example"), two.only_red(name=SECRET)
    mine, theirs = signed_in.client_for(two.one.user), signed_in.client_for(two.two.user)
    places = f'{{"{red.id}": [1, 2], "{one.id}": [3, 4]}}'
    mine.post(f"/entities/{one.id}/chart", {"name": "Mine", "places": places})
    view = models.SavedView.objects.get()
    address = f"/entities/{one.id}/chart?view={view.id}"
    assert str(red.id) not in theirs.get(address).content.decode()


def test_an_inquiry_counts_for_a_colleague_whom_they_may_see(two):
    inquiry = inquiries.open_inquiry(by=two.one, at=AT, title="Example", purpose="Example Act")
    for entity in (two.person(name="Amal Example"), two.only_red(name=SECRET)):
        inquiries.add_to(by=two.one, at=AT, inquiry=inquiry, entity=entity)

    def who(actor):
        page = signed_in.client_for(actor.user).get("/inquiries").content.decode()
        return re.findall(r'data-label="Who appears">(\d)<', page)

    assert who(two.one) == ["2"]
    assert who(two.two) == ["1"]


def test_red_words_of_a_file_are_no_caption_and_in_no_index(two):
    of_imports._bring(two.one, [of_imports.PERSON], handling=Handling.RED)
    of_imports._bring(two.one, [of_imports.PERSON | {"properties": {"name": ["Karim Other"]}}],
                      handling=Handling.RED)  # fmt: skip
    row = models.Entity.objects.get(schema="Person")
    [words] = registers.read(two.two, two.register, [row])
    assert words["card"]["label"] == ""
    assert names.search(by=two.two, at=AT, query="karim example") == []


def test_a_newer_file_that_says_otherwise_is_not_confirmed(two):
    of_imports._bring(two.one, of_imports.ALL)
    link = models.Entity.objects.get(schema="Membership")
    tail = link.tail_id
    claiming.confirm(by=two.two, at=AT, entity=link, reason="I saw it.")
    other = of_imports.PERSON | {"id": "k2"}
    member = json.loads(json.dumps(of_imports.MEMBER))
    member["properties"]["member"] = ["k2"]
    of_imports._bring(two.one, [*of_imports.ALL[1:], other, member])
    link.refresh_from_db()
    assert link.tail_id != tail
    assert link.certainty == claims.Certainty.POSSIBLE


def test_red_words_are_in_nothing_that_the_unit_reads(two):
    two.only_red(name=SECRET)
    [row] = models.Entity.objects.filter(register=two.register)
    assert claims.hidden(row.claims.first().handling, two.one.id, two.two.id)
    [card] = registers.read(two.two, two.register, [row])
    assert SECRET not in str(card)
    assert hits.of(row) == []


def test_a_person_who_told_us_is_never_named_outside(two):
    give = {"by": two.one, "at": AT, "title": "Cover name Heron"}
    assert entering.add_source(**give, kind="person").protected
    assert not entering.add_source(**give, kind="report").protected


def test_a_red_relation_has_no_caption(two):
    ends = [two.person(name="Amal Example"), two.person(name="Other Example")]
    made = entering.relate(
        by=two.one, at=AT, tail=ends[0], head=ends[1], source=two.source, schema="Payment",
        handling=Handling.RED, says={"purpose": ["Redword"]}, since="2014",
    )  # fmt: skip
    [card] = registers.read(two.two, two.register, [made])
    assert card["card"]["label"] == ""


def test_what_was_decided_of_a_red_record_does_not_leave(two):
    red, one, other = two.only_red(name=SECRET), two.person(name="A"), two.person(name="B")
    give = {"by": two.one, "at": AT, "reason": "Seen together.", "verdict": Verdict.SAME}
    judging.judge(**give, left=red, right=one)
    judging.judge(**give, left=one, right=other)
    data, count = decided.written(
        by=two.one, at=AT, recipient="Example Unit", purpose="comparison", basis="national_law"
    )
    assert count == 1
    assert str(red.id).encode() not in data


def test_a_draft_on_paper_names_nobody_who_may_be_a_victim():
    other = dossiers_made.OTHER
    mark = dossiers_made.said(other, "possibleVictim", "true")
    stands = next(iter(dossiers_made.whole().entities[dossiers_made.LINK].said)).claim
    names = "Test Person 3 was held there."
    whole = dossiers_made.whole(
        mark,
        sentences=(
            dossier.Sentence(names, (stands,), on="2014-06"),
            dossier.Sentence("The group was there.", (stands,), on="2015"),
        ),
        texts={"evidence": names, "contested": "Nothing."},
    )
    out = dossier_draft.outward(whole)
    assert [one.text for one in dossier.chronology(out)] == ["The group was there."]
    assert out.texts == {"contested": "Nothing."}
    assert "Test Person 3" not in json.dumps(dossier_package.tables(whole, number="D-1"))


def test_ten_thousand_names_are_looked_for_at_once():
    other = dossiers_made.OTHER
    many = [dossiers_made.said(other, "alias", f"Example Person {n:05}") for n in range(10_000)]
    mark = dossiers_made.said(other, "possibleVictim", "true")
    stands = next(iter(dossiers_made.whole().entities[dossiers_made.LINK].said)).claim
    sentences = [dossier.Sentence(f"Sentence {n}.", (stands,)) for n in range(400)]
    sentences.append(dossier.Sentence("Example Person 09999 was there.", (stands,)))
    whole = dossiers_made.whole(mark, *many, sentences=tuple(sentences))
    assert list(dossier.marks(whole)) == [400]


def test_red_goes_into_no_dossier_of_whoever_entered_it_either():
    world = of_dossiers.World()
    red = claiming.add_claim(
        by=world.first, at=AT, entity=world.subject, prop="alias", values=[SECRET],
        source=world.source, handling=Handling.RED,
    )  # fmt: skip
    claiming.accept(by=world.first, at=AT, claim=red)
    chosen = [one.id for one in models.Claim.objects.all()]
    row = dossiers.choose_claims(by=world.first, at=AT, dossier=world.begun(), claims=chosen)
    whole = world.opened(row).whole
    assert SECRET in json.dumps(
        [one.value for one in whole.said()[red.id]]
    )  # they see it themselves
    told = dossier_package.tables(whole, number="D-1")
    assert "Amal Example" in json.dumps(told)
    assert SECRET not in json.dumps(told)


def test_an_export_says_nothing_of_who_may_be_a_victim():
    world = of_dossiers.World()
    same = world.enter("Person", name="Amal Beispiel")
    judging.judge(
        by=world.first, at=AT, left=world.subject, right=same, verdict=Verdict.SAME,
        reason="The same person.",
    )  # fmt: skip
    row = judging.about(world.subject, same)
    if row.needs_two:
        judging.confirm(by=world.second, at=AT, judgement=row, reason="Yes, the same.")
    before = of_imports._out(world.first, handling=Handling.GREEN, own_ids=True)
    assert before[str(world.subject.id)]["properties"]["name"] == ["Amal Example"]
    world.mark(same, by=world.second, handling=Handling.RED)
    out = of_imports._out(world.first, handling=Handling.GREEN, own_ids=True)
    assert set(out) == set(before)
    for one in (world.subject, same):
        assert out[str(one.id)]["properties"] == {}
    assert "Amal" not in json.dumps(out)
    assert "Example Brigade" in json.dumps(out)


def test_a_part_that_a_file_tells_of_weighs_too(two):
    one, other = two.person(name="Example Person A"), two.person(name="Example Person B")
    give = {"by": two.one, "at": AT, "reason": "Seen together.", "verdict": Verdict.SAME}
    made = judging.judge(**give, left=one, right=other)
    member = json.loads(json.dumps(of_imports.MEMBER))
    member["properties"] |= {"member": [str(one.id)], "role": ["commander"]}
    of_imports._bring(two.one, [of_imports.GROUP, member])
    assert models.Entity.objects.get(schema="Membership").role == "commander"
    made.refresh_from_db()
    assert made.needs_two
    assert judging.identity_of(one) is None
