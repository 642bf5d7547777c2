"""The pages on which a file is brought in: give it, see what is in it, agree, see what came of it."""

import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import make
import signed_in
from manumit.core.roles import Role
from manumit.network import givenfile, models
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

PERSON = {
    "id": "k1", "schema": "Person",
    "properties": {
        "name": ["Karim <b>Example\u202e"], "shoeSize": ["43"], "birthDate": ["soon"],
        "nationality": ["iq"], "possibleVictim": ["true"],
    },
}  # fmt: skip
GROUP = {"id": "g1", "schema": "Organization", "properties": {"name": ["Example Group"]}}
MEMBER = {
    "id": "m1", "schema": "Membership", "properties": {"member": ["k1"], "organization": ["g1"]}
}  # fmt: skip
TABLE = b"Ref,Full name,Shoe size\n1,Karim Example,43\n2,Amal Example,\n"
WHOSE = {
    "source": "new", "new_title": "Example list", "new_kind": "report", "new_reliability": "B",
    "credibility": "2", "handling": "amber_strict", "on": "2026-01-02",
}  # fmt: skip


def lines(*entities) -> bytes:
    return "\n".join(json.dumps(one) for one in entities).encode()


@pytest.fixture
def by(settings, tmp_path):
    settings.MANUMIT_DATA = tmp_path
    found = standing.investigator()
    standing.register(found.unit, found)
    return found


@pytest.fixture
def client(by):
    return signed_in.client_for(by.person)


def give(client, data, name="example.json", **whose):
    given = WHOSE | whose | {"file": SimpleUploadedFile(name, data)}
    return client.post(reverse("file_new"), given, secure=True)


def text(client, where):
    answer = client.get(where, secure=True)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client, where, act, **rest):
    return client.post(where, {"act": act, **rest}, secure=True)


def test_a_file_of_entities_from_the_door_to_the_register(client):
    for name in ("inquiries", "networks", "entities"):
        assert reverse("file_new") in text(client, reverse(name))
    led = give(client, lines(PERSON, GROUP, MEMBER) + b"\nno json\n").url
    shown = text(client, led)
    assert "\u2068Example list" in shown
    assert "Karim &lt;b&gt;Example[U+202E]" in shown
    assert "It holds characters that are not seen." in shown
    assert "Person: \u2068shoeSize" in shown
    assert "May be a victim" in shown
    assert "Iraq" in shown
    assert "A value that does not fit its property" in shown
    assert "This is no JSON" in shown
    assert "Write one entity a line" in shown
    assert not models.Entity.objects.exists()
    assert press(client, led, "bring").url == led
    done = text(client, led)
    assert "New in the register" in done
    assert "May be a victim" in done
    assert "Example Group" in done
    assert "This is no JSON" in done
    assert models.Entity.objects.count() == 3
    assert models.Source.objects.get().reliability == "B"
    assert press(client, led, "bring").status_code == 200  # an old tab: nothing more happens
    assert models.Entity.objects.count() == 3


def test_the_same_and_a_newer_file(client):
    press(client, give(client, lines(PERSON, GROUP)).url, "bring")
    same = give(client, lines(PERSON, GROUP)).url
    assert "This very file is in already" in text(client, same)
    assert 'value="bring"' not in text(client, same)
    source = str(models.Source.objects.get().id)
    assert source in text(client, reverse("file_new"))
    newer = give(client, lines(PERSON), source=source, new_title="").url
    shown = text(client, newer)
    assert "No longer in it: 1. Claims of this source that would end: 1." in shown
    assert "Example Group" in shown
    other = text(client, give(client, lines(PERSON, GROUP), new_title="Another").url)
    assert "as the word of another source" in other
    cut = text(client, give(client, lines(PERSON) + b"\n{").url)
    assert "nothing would end" in cut
    press(client, newer, "bring")
    assert "Claims that ended" in text(client, newer)
    assert models.Claim.objects.exclude(ended_at=None).count() == 1


def test_a_table_says_its_columns_and_may_say_them_anew(client):
    led = give(client, TABLE, "people.csv", new_title="").url
    shown = text(client, led)
    assert "Which column is what" in shown
    assert "Amal Example" in shown
    chosen = {"c0": "id", "c1": "name", "c2": "leave", "split": ";"}
    assert press(client, led, "columns", **chosen).url == led
    shown = text(client, led)
    assert ">\u2068people\u2069<" in shown  # called like its file
    assert "Karim Example" in shown
    assert "Vehicle" in text(client, f"{led}?columns=1&kind=Vehicle")
    again = press(client, f"{led}?columns=1&kind=Organization", "columns", **chosen)
    assert again.url == led
    press(client, led, "bring")
    assert set(models.Entity.objects.values_list("schema", flat=True)) == {"Organization"}


def test_a_spreadsheet_is_a_table_too(client):
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.append(("Nr", "Full name"))
    made.active.append((1, "Karim Example"))
    made.save(out)
    led = give(client, out.getvalue(), "people.xlsx").url
    assert "Karim Example" in text(client, led)
    press(client, led, "columns", c0="id", c1="name", split=";")
    press(client, led, "bring")
    assert models.Entity.objects.count() == 1
    made.active.append((2, "=B2"))
    made.save(out)
    answer = give(client, out.getvalue(), "people.xlsx")
    assert b"Row 3 of the sheet holds a formula" in answer.content


def test_a_mapping_file_in_place_of_choices(client):
    led = give(client, TABLE).url
    chosen = {"c0": "leave", "c1": "leave", "c2": "leave", "split": ";"}
    answer = press(client, led, "columns", **chosen)
    assert answer.status_code == 400
    assert b"Say of at least one column" in answer.content
    bad = SimpleUploadedFile("m.toml", b'[entities.p]\nschema = "Nobody"')
    answer = press(client, led, "columns", **chosen, mapping=bad)
    assert b"no such schema" in answer.content
    large = SimpleUploadedFile("m.toml", b"#" * 100_001)
    answer = press(client, led, "columns", **chosen, mapping=large)
    assert b"larger than any that is needed" in answer.content
    good = SimpleUploadedFile(
        "m.toml", b'[entities.p]\nschema = "Person"\n[entities.p.columns]\n"Full name" = "name"'
    )
    assert press(client, led, "columns", **chosen, mapping=good).url == led
    assert "Amal Example" in text(client, led)


def test_what_is_kept_apart_is_told_in_words(client):
    table = b"name,birth date\nAmal Example,31/13/1970\n"
    led = give(client, table).url
    press(client, led, "columns", c0="name", c1="birthDate", split=";")
    shown = text(client, led)
    assert "Birth date: 31/13/1970" in shown
    assert "birthDate" not in shown


def test_what_nobody_wants_is_forgotten(client, tmp_path):
    led = give(client, lines(PERSON)).url
    assert press(client, led, "leave").url == reverse("file_new")
    assert client.get(led, secure=True).status_code == 404
    assert not list(tmp_path.rglob("*.file"))


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"PK\x03\x04x", "Save the table as CSV"), (b"  ", "The file is empty"), (b"", "empty")],
)
def test_a_file_that_cannot_be_read_says_what_to_do(client, tmp_path, data, words):
    answer = give(client, data)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not list(tmp_path.rglob("*.file"))


def test_too_large_says_the_command(client, monkeypatch, settings):
    monkeypatch.setattr(givenfile, "MOST_ROWS", 2)
    led = give(client, lines(PERSON, GROUP, MEMBER)).url
    shown = text(client, led)
    assert "manumit network import" in shown
    assert 'value="bring"' not in shown
    press(client, led, "bring")
    assert not models.Entity.objects.exists()
    monkeypatch.setattr(givenfile, "MOST_BYTES", 100)
    assert "manumit network import" in give(client, lines(PERSON, GROUP)).content.decode()
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100  # it does not even arrive
    assert "manumit network import" in give(client, lines(PERSON, GROUP)).content.decode()


def test_nothing_in_it_can_be_looked_at_and_not_brought_in(client):
    led = give(client, b'{"id": 1}\n[1, 2]\n').url
    shown = text(client, led)
    assert "nothing in it" in shown
    assert 'value="bring"' not in shown
    assert press(client, led, "bring").url == led
    assert not models.Source.objects.exists()


def test_a_table_without_headings(client):
    led = give(client, b",,\n1,2,3\n").url
    assert "The table has no headings" in text(client, led)


@pytest.mark.parametrize("odd", [b"a,b\n\xff\xfe,2\n", b'a,b\n"1,2\n', b"x" * 200_000, b'"', b","])
def test_odd_tables_break_nothing(client, odd):
    led = give(client, odd)
    if led.status_code == 302:
        text(client, led.url)
        press(client, led.url, "columns", c0="name", c1="leave", split=";")
        text(client, led.url)


def test_a_colleague_does_not_find_it_and_others_may_not(client, by):
    led = give(client, lines(PERSON)).url
    colleague = signed_in.client_for(make.user(Role.INVESTIGATOR, unit=by.unit))
    assert colleague.get(led, secure=True).status_code == 404
    assert press(colleague, led, "bring").status_code == 404
    stranger = signed_in.client_for(make.user(Role.FIU_ANALYST))
    assert stranger.get(reverse("file_new"), secure=True).status_code == 403
    unopened = signed_in.client_for(make.user(Role.INVESTIGATOR))
    assert "no register yet" in unopened.get(reverse("file_new"), secure=True).content.decode()


def test_red_is_for_whoever_gave_it(client, by):
    led = give(client, lines(PERSON, GROUP), handling="red").url
    press(client, led, "bring")
    assert "New in the register" in text(client, led)
    entity = models.Entity.objects.get(schema="Organization")
    colleague = signed_in.client_for(make.user(Role.INVESTIGATOR, unit=by.unit))
    assert "Example Group" not in text(colleague, reverse("inquiries"))
    assert colleague.get(reverse("entity", args=[entity.id]), secure=True).status_code == 404


def test_with_four_thousand_rows_a_page_still_answers(client):
    rows = "\n".join(f"{n},Test Person {n}" for n in range(4_000))
    led = give(client, f"Ref,Name\n{rows}\n".encode()).url
    press(client, led, "columns", c0="id", c1="name", split=";")
    assert press(client, led, "bring").url == led
    assert models.Entity.objects.count() == 4_000
    assert "and 3980 more" in text(client, led).replace(",", "")


def test_without_a_file_only_the_file_is_asked_for(client):
    answer = client.post(reverse("file_new"), WHOSE | {"new_title": ""}, secure=True)
    shown = answer.content.decode()
    assert "Choose the file." in shown
    assert "Give the source a title" not in shown


def test_a_table_is_not_brought_in_before_its_columns_are_said(client):
    led = give(client, TABLE).url
    answer = press(client, led, "bring")
    assert "Which column is what" in answer.content.decode()
    assert not models.Source.objects.exists()
