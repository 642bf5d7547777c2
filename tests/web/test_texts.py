"""A translation is a draft until somebody has read it, and again when it is changed."""

import csv
import json
import sys
from pathlib import Path

import pytest
from babel.messages import pofile
from click.testing import CliRunner
from django.conf import settings
from django.urls import reverse

import make
import signed_in
from manumit.cli import main
from manumit.core import models
from manumit.web import texts

sys.path.insert(0, str(Path(texts.__file__).parent / "build"))

import messages

PO = """
msgid ""
msgstr ""
"Language: fr\\n"

#: somewhere.html
msgid "Yes"
msgstr "Oui"

msgctxt "a door"
msgid "Open"
msgstr ""

#, python-format
msgid "%(n)s day"
msgid_plural "%(n)s days"
msgstr[0] "%(n)s jour"
msgstr[1] ""
"%(n)s "
"jours"
"""


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "fr" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.po").write_text(PO)
    return tmp_path


def read(folder, *digests):
    with (folder / "fr" / "reviewed.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("digest", "by", "on"))
        writer.writerows((digest, "Sami Example", "2026-12-01") for digest in digests)


def test_entries_of_a_catalogue(folder):
    found = {text.sentence: text for text in texts.texts("fr", folder)}
    assert set(found) == {"Yes", "Open", "%(n)s day"}
    assert found["%(n)s day"].said == ("%(n)s jour", "%(n)s jours")
    assert found["Open"].missing
    assert found["Open"].context == "a door"


def test_what_was_read_is_reviewed_until_it_changes(folder):
    assert texts.status.__wrapped__("fr", folder) == texts.Status("fr", 0, 2, 1)
    yes = next(text for text in texts.texts("fr", folder) if text.sentence == "Yes")
    read(folder, yes.digest)
    assert texts.status.__wrapped__("fr", folder) == texts.Status("fr", 1, 1, 1)
    path = folder / "fr" / "LC_MESSAGES" / "django.po"
    path.write_text(PO.replace('"Oui"', '"Ouais"'))
    assert texts.status.__wrapped__("fr", folder).reviewed == 0


@pytest.mark.parametrize("language", ["fr", "ar", "ckb"])
def test_our_reader_sees_what_the_compiler_sees(language):
    path = texts.LOCALE / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as source:
        known = [entry for entry in pofile.read_po(source) if entry.id]
    assert len(texts.texts(language)) == len(known)
    by_sentence = {(t.context, t.sentence): t.said for t in texts.texts(language)}
    for entry in known:
        sentence = entry.id if isinstance(entry.id, str) else entry.id[0]
        said = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)
        assert by_sentence[entry.context or "", sentence] == said


def test_the_command_counts_and_lists():
    answer = json.loads(CliRunner().invoke(main, ["check", "texts", "--json"]).output)
    assert set(answer) == {"fr", "ar", "ckb"}
    assert all(sum(counts.values()) > 1000 for counts in answer.values())
    listed = CliRunner().invoke(main, ["check", "texts", "--language", "ar", "--list", "draft"])
    assert "Leave this page quickly\tغادر" in listed.output
    assert CliRunner().invoke(main, ["check", "texts", "--language", "xx"]).exit_code == 2


@pytest.mark.django_db(databases=["default", "keys"])
def test_staff_see_that_a_language_is_a_draft_and_strangers_do_not(client):
    user = make.user("case_worker")
    officer = signed_in.client_for(user)
    english = officer.get(reverse("services"), secure=True).content.decode()
    assert "m-draft" not in english
    models.User.objects.filter(pk=user.pk).update(language="ckb")
    assert "m-draft" in officer.get(reverse("services"), secure=True).content.decode()
    page = officer.get(reverse("languages"), secure=True).content.decode()
    for code, name in settings.LANGUAGES:
        assert f'lang="{code}"' in page
        assert name in page
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ckb"
    assert "m-draft" not in client.get(reverse("sign_in"), secure=True).content.decode()
    assert "m-draft" not in client.get(reverse("find_help") + "?lang=ckb").content.decode()


def test_reading_is_written_down(folder):
    assert messages.mark_reviewed("fr", "Sami Example", "2026-12-01", {"Yes"}, folder) == 1
    assert texts.status.__wrapped__("fr", folder) == texts.Status("fr", 1, 1, 1)
    assert set(texts.reviewed("fr", folder).values()) == {("Sami Example", "2026-12-01")}
    with pytest.raises(ValueError, match="soon"):
        messages.mark_reviewed("fr", "Sami Example", "soon", {"Yes"}, folder)
