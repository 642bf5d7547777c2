"""A file given on a page waits sealed, is brought in once, and leaves what came of it."""

import json
import os
from datetime import timedelta

import pytest

import make
from manumit.core.actions import acting
from manumit.core.models import Leaf
from manumit.core.roles import Role
from manumit.network import models
from manumit.network.actions import givenfiles as acts
from manumit.network.actions import importing
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
PERSON = {"id": "k1", "schema": "Person", "properties": {"name": ["Karim Example"]}}
GROUP = {"id": "g1", "schema": "Organization", "properties": {"name": ["Example Group"]}}
TABLE = b"Ref,Name\n1,Karim Example\n2,Amal Example\n"
MAPPING = '[entities.row]\nschema = "Person"\nid = ["Ref"]\n[entities.row.columns]\nName = "name"\n'


def lines(*entities) -> bytes:
    return "\n".join(json.dumps(one) for one in entities).encode()


@pytest.fixture
def by(settings, tmp_path) -> acting.Actor:
    settings.MANUMIT_DATA = tmp_path
    found = standing.investigator()
    standing.register(found.unit, found)
    return found


def ours(by, file_id=None):
    register = models.Register.objects.get(unit=by.unit)
    return {"by": by, "register": register} | ({"file_id": file_id} if file_id else {})


def give(by, data, **whose):
    whose = acts.Whose(**{"title": "Example list", "reliability": "B", "on": "2026-01-02"} | whose)
    return acts.give(**ours(by), at=AT, name="Example.json", data=data, whose=whose)


def bring(by, file_id):
    return acts.bring(**ours(by, file_id), clock=lambda: AT)


def test_it_waits_sealed_and_its_outcome_takes_its_place(by, tmp_path):
    file_id = give(by, lines(PERSON, GROUP))
    (path,) = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert path.stat().st_mode & 0o777 == 0o600
    raw = path.read_bytes()
    assert not any(word in raw for word in (b"Karim", b"Example", b"name"))
    opened = acts.opened(**ours(by, file_id), at=AT)
    assert opened.data == lines(PERSON, GROUP)
    told = bring(by, file_id)
    assert (told.counted["entities"], told.known) == (2, False)
    (left,) = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert left.suffix == ".told"
    assert acts.opened(**ours(by, file_id), at=AT) == told
    assert bring(by, file_id) == told  # pressed twice
    source = models.Source.objects.get()
    assert (source.reliability, str(source.on), source.kind) == ("B", "2026-01-02", "report")
    claim = models.Claim.objects.first()
    assert (claim.reliability, claim.credibility, claim.on) == ("B", "6", source.on)


def test_each_opening_is_on_the_record(by):
    file_id = give(by, lines(PERSON))
    before = Leaf.objects.filter(act="open").count()
    acts.opened(**ours(by, file_id), at=AT)
    assert Leaf.objects.filter(act="open").count() == before + 1


def test_whoever_gave_it_alone_opens_it(by):
    file_id = give(by, lines(PERSON))
    colleague = make.actor(make.user(Role.INVESTIGATOR, unit=by.unit))
    stranger = standing.investigator()
    standing.register(stranger.unit, stranger)
    for other, register in ((colleague, by), (stranger, by), (stranger, stranger)):
        given = ours(register, file_id) | {"by": other, "at": AT}
        for act in (acts.opened, acts.leave):
            with pytest.raises(acting.NotFound):
                act(**given)
    assert acts.opened(**ours(by, file_id), at=AT)


def test_a_role_that_may_not_gives_nothing(by, tmp_path):
    other = make.actor(make.user(Role.FIU_ANALYST))
    with pytest.raises(acting.Refused):
        acts.give(
            **ours(by) | {"by": other}, at=AT, name="x", data=lines(PERSON), whose=acts.Whose("X")
        )
    assert not list(tmp_path.rglob("*.file"))


def test_what_is_not_brought_in_goes_at_once_or_by_itself(by, tmp_path):
    first, second = give(by, lines(PERSON)), give(by, lines(GROUP))
    acts.leave(**ours(by, first), at=AT)
    assert len(list(tmp_path.rglob("*.file"))) == 1
    late = AT + timedelta(days=1, minutes=1)
    with pytest.raises(acting.NotFound):
        acts.opened(**ours(by, second), at=late)
    assert acts.forget_old(at=AT + timedelta(hours=23)) == 0
    assert acts.forget_old(at=late) == 1
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_a_changed_byte_opens_nothing(by, tmp_path):
    file_id = give(by, lines(PERSON))
    (path,) = tmp_path.rglob("*.file")
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(bytes(raw))
    os.utime(path, (AT.timestamp(), AT.timestamp()))
    with pytest.raises(acting.NotFound):
        acts.opened(**ours(by, file_id), at=AT)


def test_the_same_file_twice_changes_nothing_and_says_so(by):
    bring(by, give(by, lines(PERSON)))
    again = give(by, lines(PERSON))
    given = acts.opened(**ours(by, again), at=AT)
    seen = acts.foresee(**ours(by), at=AT, given=given)
    assert seen.does.known
    assert not seen.elsewhere
    assert bring(by, again).known
    assert models.Claim.objects.count() == 1
    other = acts.opened(**ours(by, give(by, lines(PERSON), title="Another list")), at=AT)
    seen = acts.foresee(**ours(by), at=AT, given=other)
    assert seen.elsewhere
    assert seen.source is None


def test_a_newer_file_says_what_it_would_end_and_ends_that(by):
    bring(by, give(by, lines(PERSON, GROUP)))
    source = models.Source.objects.get()
    newer = give(by, lines(PERSON), title="", source=str(source.id), on="2026-02-03")
    given = acts.opened(**ours(by, newer), at=AT)
    seen = acts.foresee(**ours(by), at=AT, given=given)
    group = models.Entity.objects.get(schema="Organization")
    assert (seen.source, seen.title, seen.does.again) == (source, "Example list", 1)
    assert (seen.does.over, seen.does.ended) == ((group.id,), 1)
    told = bring(by, newer)
    assert (told.counted["ended"], told.source) == (1, source.id)
    source.refresh_from_db()
    assert str(source.on) == "2026-02-03"
    broken = acts.opened(**ours(by, give(by, lines(GROUP) + b"\n{")), at=AT)
    assert acts.foresee(**ours(by), at=AT, given=broken).does.ended == 0


def test_what_was_broken_off_says_so_and_goes_on(by, monkeypatch):
    file_id = give(by, lines(PERSON, GROUP))

    def stop(**_rest):
        raise OSError("the machine stopped")

    with monkeypatch.context() as patch:
        patch.setattr(importing, "finish", stop)
        with pytest.raises(OSError, match="stopped"):
            bring(by, file_id)
    given = acts.opened(**ours(by, file_id), at=AT)
    assert acts.foresee(**ours(by), at=AT, given=given).does.begun_after == 2
    assert bring(by, file_id).counted["resumed_after"] == 2
    assert models.Claim.objects.count() == 2


def test_a_table_comes_in_by_its_columns(by):
    file_id = give(by, TABLE)
    with pytest.raises(acting.Refused, match="which column"):
        bring(by, file_id)
    with pytest.raises(acting.Refused, match="TOML"):
        acts.say_columns(**ours(by, file_id), at=AT, mapping="no [")
    acts.say_columns(**ours(by, file_id), at=AT, mapping=MAPPING)
    assert bring(by, file_id).counted["entities"] == 2
    again = give(by, TABLE)
    acts.say_columns(**ours(by, again), at=AT, mapping=MAPPING)
    assert bring(by, again).known
    entities = give(by, lines(PERSON))
    with pytest.raises(acting.Refused, match="itself"):
        acts.say_columns(**ours(by, entities), at=AT, mapping=MAPPING)


@pytest.mark.parametrize(
    ("data", "whose", "words"),
    [
        (b"", {}, "empty"),
        (b"PK\x03\x04", {}, "CSV"),
        (lines(PERSON), {"title": " "}, "which source"),
        (lines(PERSON), {"reliability": "Z"}, "grade"),
    ],
)
def test_what_cannot_be_taken_leaves_nothing(by, tmp_path, data, whose, words):
    with pytest.raises(acting.Refused, match=words):
        give(by, data, **whose)
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_nothing_in_it_notes_no_source(by):
    with pytest.raises(acting.Refused, match="nothing"):
        bring(by, give(by, b'{"id": 1}\n'))
    assert not models.Source.objects.exists()


def test_words_entered_by_hand_are_no_files_source(by):
    source = standing.source(by, title="Example list")
    told = bring(by, give(by, lines(PERSON)))
    assert told.source != source.id
    with pytest.raises(acting.NotFound):
        bring(by, give(by, lines(GROUP), source=str(source.id)))


def test_faults_are_kept_with_their_cures(by):
    file_id = give(by, lines(PERSON) + b"\nno json\n")
    bring(by, file_id)
    told = acts.opened(**ours(by, file_id), at=AT)
    assert [(f.line, f.cure[:5]) for f in told.faults] == [(2, "Write")]
    assert told.counted["faults_count"] == 1
