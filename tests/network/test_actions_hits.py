"""The register held against lists: what changed is looked at, what was decided is remembered."""

import io
from datetime import timedelta

import pytest

import make
from manumit.core import roles
from manumit.core.actions import acting
from manumit.network import hits as rules
from manumit.network import listfile, models
from manumit.network.actions import hits, registers, watchlists
from network import lists, standing_register

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

HOUR = timedelta(hours=1)
SAME, NOT_SAME, UNSURE = rules.Answer
WHY = "The date of birth and the father's name agree."
KARIM = {"first": "Karim", "second": "Testovarian", "day": "1970-02-03"}


class Desk:
    """Two investigators with a register, and lists that come day by day."""

    def __init__(self):
        self.unit = make.unit()
        self.one = standing_register.investigator(self.unit)
        self.two = standing_register.investigator(self.unit)
        self.register = standing_register.register(self.unit, self.one)
        self.at = make.AT

    def entity(self, **says):
        return standing_register.entity(self.register, self.one, at=self.at, **says)

    def bring(self, *people, day):
        raw = lists.xml(*people).replace(b"2026-01-01T", f"2026-01-{day:02}T".encode())
        reading = listfile.read(io.BytesIO(raw))
        return watchlists.import_list(by=self.one, at=self.at, digest=f"{day:064}", reading=reading)

    def rescreen(self):
        self.at += HOUR
        done = hits.rescreen(by=self.one, at=self.at)
        self.at += HOUR
        return done

    def decide(self, by, hit, answer, reason=WHY):
        return hits.decide(by=by, at=self.at, hit=hit, answer=answer, reason=reason)

    def words(self, hit):
        (found,) = hits.open_hits(by=self.one, at=self.at, rows=[hit], purpose="test")
        return found


@pytest.fixture
def desk():
    return Desk()


def others(count):
    return [
        lists.person(f"XXi.{n}", first=f"Other{n:03}", second=f"Beispiel{n:03}", day="1950-01-01")
        for n in range(100, 100 + count)
    ]


def test_a_proposal_says_why_and_nothing_in_the_open(desk):
    karim = desk.entity(name="Karim Testovarian", birthDate="1970-02-03")
    desk.entity(name="Nobody Known")
    desk.bring(lists.person("XXi.1", **KARIM), *others(3), day=1)
    assert desk.rescreen().new == 1
    (hit,) = hits.of(karim)
    found = desk.words(hit)["found"]
    assert (found["list"], found["reference"]) == ("UN Security Council", "XXi.1")
    assert found["reasons"]
    row = models.Hit.objects.filter(pk=hit.pk).values(*models.Hit.plain).get()
    assert "XXi.1" not in str(row)


def test_an_organisation_is_held_against_bodies(desk):
    body = desk.entity(schema="Organization", name="Example Quarry Transport")
    entity = (
        "<ENTITY><FIRST_NAME>Example Quarry Transport</FIRST_NAME>"
        "<REFERENCE_NUMBER>XXe.1</REFERENCE_NUMBER></ENTITY>"
    )
    reading = listfile.read(io.BytesIO(lists.xml(lists.person(), entities=entity)))
    watchlists.import_list(by=desk.one, at=desk.at, digest="e" * 64, reading=reading)
    desk.rescreen()
    assert [desk.words(hit)["found"]["reference"] for hit in hits.of(body)] == ["XXe.1"]


def test_only_what_changed_is_looked_at_again(desk):
    for number in range(6):
        desk.entity(name=f"Person{number:02} Nobody")
    listing = others(20)
    desk.bring(*listing, day=1)
    first = desk.rescreen()
    assert (first.entities, first.compared) == (6, 6 * 20)
    assert desk.rescreen() == hits.Done(0, 0, 0)
    desk.entity(name="Late Comer")
    new_entity = desk.rescreen()
    assert (new_entity.entities, new_entity.compared) == (1, 20)
    desk.bring(*listing, lists.person("XXi.9", **KARIM), day=2)
    new_entry = desk.rescreen()
    assert (new_entry.entities, new_entry.compared) == (7, 7)
    desk.bring(*listing, lists.person("XXi.9", more="<COMMENTS1>x</COMMENTS1>", **KARIM), day=3)
    assert desk.rescreen().compared == 0


def test_the_same_takes_two(desk):
    karim = desk.entity(name="Karim Testovarian", birthDate="1970-02-03")
    desk.bring(lists.person("XXi.1", **KARIM), *others(2), day=1)
    desk.rescreen()
    (hit,) = hits.of(karim)
    first = desk.decide(desk.one, hit, SAME)
    assert first.state == rules.State.SECOND
    with pytest.raises(acting.Refused, match="second person"):
        desk.decide(desk.one, first, SAME)
    assert desk.decide(desk.two, first, SAME, "I compared the passport as well.").state == "same"
    said = desk.words(models.Hit.objects.get())
    assert (said["reason"], said["answer"]) == (WHY, "I compared the passport as well.")


def test_a_decision_needs_a_reason_and_can_be_undone(desk):
    karim = desk.entity(name="Karim Testovarian")
    desk.bring(lists.person("XXi.1", **KARIM), day=1)
    desk.rescreen()
    (hit,) = hits.of(karim)
    with pytest.raises(acting.Refused, match="in a sentence"):
        desk.decide(desk.one, hit, NOT_SAME, "no")
    row = desk.decide(desk.one, hit, NOT_SAME)
    with pytest.raises(acting.Refused, match="decided already"):
        desk.decide(desk.two, row, NOT_SAME)
    assert desk.decide(desk.two, row, UNSURE).state == "unsure"


def test_what_was_decided_is_remembered_until_the_entry_changes(desk):
    karim = desk.entity(name="Karim Testovarian", birthDate="1970-02-03")
    desk.bring(lists.person("XXi.1", **KARIM), day=1)
    desk.rescreen()
    (hit,) = hits.of(karim)
    desk.decide(desk.one, hit, NOT_SAME)
    desk.bring(lists.person("XXi.1", more="<COMMENTS1>x</COMMENTS1>", **KARIM), day=2)
    assert desk.rescreen().new == 0
    more = lists.alias("Karim T. Testovarian")
    desk.bring(lists.person("XXi.1", more=more, **KARIM), day=3)
    assert desk.rescreen().new == 1
    (again,) = hits.of(karim)
    assert (again.state, again.earlier_id) == ("proposed", hit.id)
    assert "aliases" in desk.words(again)["found"]["changed"]


def test_an_entry_that_is_gone_ends_open_questions_only(desk):
    karim = desk.entity(name="Karim Testovarian", birthDate="1970-02-03")
    desk.bring(lists.person("XXi.1", **KARIM), lists.person("XXi.2", **KARIM), day=1)
    desk.rescreen()
    one = next(h for h in hits.of(karim) if desk.words(h)["found"]["reference"] == "XXi.1")
    desk.decide(desk.one, one, NOT_SAME)
    desk.bring(*others(1), day=2)
    desk.rescreen()
    assert [h.id for h in hits.of(karim)] == [one.id]
    assert hits.entry_now(desk.words(one)["found"])[1] is False


def test_two_lists_are_two_questions(desk):
    karim = desk.entity(name="Karim Testovarian", birthDate="1970-02-03")
    desk.bring(lists.person("XXi.1", **KARIM), day=1)
    raw = (
        b'{"id": "XXi.1", "schema": "Person", "properties": '
        b'{"name": ["Karim Testovarian"], "birthDate": ["1970-02-03"]}}'
    )
    reading = listfile.read(io.BytesIO(raw), "Example List")
    watchlists.import_list(by=desk.one, at=desk.at, digest="f" * 64, reading=reading)
    assert desk.rescreen().new == 2
    assert len({bytes(hit.blind) for hit in hits.of(karim)}) == 2


def test_a_page_does_not_take_on_too_much(desk):
    desk.entity(name="Karim Testovarian")
    desk.bring(lists.person("XXi.1", **KARIM), day=1)
    with pytest.raises(acting.Refused, match="more to look at"):
        hits.rescreen(by=desk.one, at=desk.at, most=0)


def test_another_unit_neither_decides_nor_reads(desk):
    karim = desk.entity(name="Karim Testovarian")
    desk.bring(lists.person("XXi.1", **KARIM), day=1)
    desk.rescreen()
    (hit,) = hits.of(karim)
    stranger = standing_register.investigator()
    with pytest.raises(acting.Refused):
        hits.decide(by=stranger, at=desk.at, hit=hit, answer=SAME, reason=WHY)
    with pytest.raises(acting.Refused):
        hits.open_hits(by=stranger, at=desk.at, rows=[hit], purpose="test")
    worker = make.actor(make.user(roles.Role.CASE_WORKER))
    with pytest.raises(acting.Refused):
        hits.rescreen(by=worker, at=desk.at)
    assert not registers.mine(desk.one).hits.exclude(state="proposed").exists()


def test_what_is_entered_is_looked_at_at_once_where_lists_are_small(desk, monkeypatch):
    assert hits.soon(by=desk.one, at=desk.at) is None  # no list yet
    desk.bring(lists.person(**KARIM), *others(5), day=1)
    desk.rescreen()
    karim = desk.entity(name="Karim Testovarian", birthDate="1970-02-03")
    assert hits.of(karim) == []
    done = hits.soon(by=desk.one, at=desk.at + HOUR)
    assert (done.entities, done.new) == (1, 1)
    assert len(hits.of(karim)) == 1
    desk.at += 2 * HOUR
    late = desk.entity(name="Karim Testovaryan", birthDate="1970-02-03")
    monkeypatch.setattr(hits, "SOON_ENTRIES", 3)
    assert hits.soon(by=desk.one, at=desk.at + HOUR) is None
    assert hits.of(late) == []
    assert hits.to_do(desk.register) == 1  # it waits
