"""The record browser: what was done, its proof, and what an outsider needs to check it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import make
from manumit.core import models
from manumit.core.actions import record
from manumit.core.roles import Role
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
VERIFIER = Path(__file__).parents[2] / "verifier" / "verify_record.py"


@pytest.fixture
def auditor():
    return client_for(make.user(Role.AUDITOR, username="auditor"))


def text(client, address, **post):
    response = client.post(address, post, secure=True) if post else client.get(address, secure=True)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def test_entries_are_listed_the_newest_first(auditor):
    page = text(auditor, "/record")
    numbers = [int(n) for n in re.findall(r'href="/record/(\d+)"', page)]
    assert numbers == sorted(numbers, reverse=True)
    assert models.RecordHead.objects.get().size - 1 == numbers[0]


def test_entries_are_narrowed_by_what_who_thing_and_day(auditor):
    unit = make.unit("Example Unit")
    page = text(auditor, f"/record?thing={unit.id}")
    assert len(re.findall(r'href="/record/\d+"', page)) == 1
    assert "account.manage" in page
    assert "No entry is like this" in text(auditor, "/record?person=nobody")
    assert "No entry is like this" in text(auditor, "/record?day=1999-01-01")
    assert "account.manage" in text(auditor, "/record?act=account.manage&outcome=done")
    assert "No entry is like this" in text(auditor, "/record?thing=nonsense")


def test_older_pages_go_on_from_a_key(auditor, monkeypatch):
    monkeypatch.setattr("manumit.web.views.record.SIZE", 2)
    seen, address = [], "/record"
    size = models.RecordHead.objects.get().size
    while address:
        page = text(auditor, address)
        seen += [int(n) for n in re.findall(r'href="/record/(\d+)"', page)]
        onward = re.search(r'href="(\?[^"]+)" rel="next"', page)
        address = f"/record{onward[1]}".replace("&amp;", "&") if onward else ""
    assert seen == list(range(size - 1, -1, -1))


def test_an_entry_shows_its_bytes_and_a_proof_that_holds(auditor):
    leaf = models.Leaf.objects.order_by("seq").first()
    page = text(auditor, f"/record/{leaf.seq}?proof=1")
    assert "The proof holds" in page
    body = json.loads(bytes(leaf.body))
    assert body["at"] in page.replace("&quot;", '"')
    changed = models.Leaf.objects.get(seq=1)
    changed.body = bytes(changed.body).replace(b"done", b"gone")
    changed.save()
    assert "The proof does not hold" in text(auditor, f"/record/{leaf.seq}?proof=1")


def test_an_entry_that_is_not_there(auditor):
    assert auditor.get("/record/999999", secure=True).status_code == 404


def test_checking_finds_a_changed_entry(auditor):
    assert "Nothing was changed" in text(auditor, "/record/verify", checkpoint="")
    models.Leaf.objects.filter(seq=0).update(act="something.else")
    page = text(auditor, "/record/verify", checkpoint="")
    assert "The record was changed" in page
    assert "leaf 0" in page


def test_a_checkpoint_kept_outside_is_checked_too(auditor):
    response = auditor.post("/record/checkpoint", secure=True)
    kept = response.content.decode()
    assert "attachment" in response["Content-Disposition"]
    page = text(auditor, "/record/verify", checkpoint=kept.replace("\n", "\r\n"))
    assert "Nothing was changed" in page
    page = text(auditor, "/record/verify", checkpoint="nonsense")
    assert "The record was changed" in page
    assert "witnessed checkpoint 1" in page


def test_what_is_downloaded_holds_for_a_verifier_that_is_not_ours(auditor, tmp_path):
    exported = b"".join(auditor.post("/record/export", secure=True).streaming_content)
    (tmp_path / "record.jsonl").write_bytes(exported)
    size = exported.count(b"\n")
    kept = auditor.post("/record/checkpoint", secure=True).content
    again = b"".join(auditor.post("/record/export", secure=True).streaming_content)
    mark_size = int(kept.split(b"\n")[1])
    assert size < mark_size
    lines = again.splitlines(keepends=True)[:mark_size]
    (tmp_path / "record.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "checkpoint.txt").write_bytes(kept)
    key = record.public_key().hex()
    command = [sys.executable, str(VERIFIER), "record.jsonl", "checkpoint.txt", "--key", key]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_three_people_stand_before_the_record(auditor):
    officer = client_for(make.user(Role.DATA_PROTECTION_OFFICER))
    worker = client_for(make.user(Role.CASE_WORKER))
    for address in ("/record", "/record/0", "/record/verify"):
        assert auditor.get(address, secure=True).status_code == 200
        assert officer.get(address, secure=True).status_code == 200
        assert worker.get(address, secure=True).status_code == 403
    assert officer.post("/record/checkpoint", secure=True).status_code == 403
    assert worker.post("/record/export", secure=True).status_code == 403
