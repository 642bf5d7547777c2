"""The pages on which a mistake is put right, and the report of fairness."""

import pytest

import make
from manumit.core.roles import Role
from manumit.network import models
from manumit.network.actions import fairness
from network import test_fairness
from network.test_actions_corrections import claim, exported
from network.test_actions_dossiers import LATER, World
from network.test_views_dossiers import get, post
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def home():
    return World()


def test_a_correction_is_told_to_whom_it_concerns(home):
    client = client_for(home.first.person)
    birth = claim(home, "birthDate")
    exported(home, [birth], "Example Partner <1>")
    assert "Nothing has been corrected so far." in get(client, "/corrections")
    page = f"/entities/{home.subject.id}/correct"
    shown = get(client, page)
    assert "Example Partner &lt;1&gt;" in shown
    assert "1980-03-04" in shown
    said = {
        "what": "The birth date is another man's.",
        "right": "It is not known.",
        "language": "fr",
    }
    assert post(client, page, **said, wrong="claim").status_code == 400
    made = post(client, page, **said, wrong="claim", claims=[str(birth.id)])
    where = made["Location"]
    shown = get(client, where)
    assert "Example Partner &lt;1&gt;" in shown
    assert "Still to be sent" in shown
    notice = models.Notice.objects.get()
    letter = post(client, f"/corrections/notices/{notice.id}/letter")
    assert letter.content.startswith(b"%PDF")
    post(client, where, act="close")
    assert models.Correction.objects.get().closed_at is None
    post(client, where, act="sent", notice=str(notice.id))
    post(client, where, act="answer", notice=str(notice.id), text="We deleted it.")
    assert "We deleted it." in get(client, where)
    post(client, where, act="close")
    assert models.Correction.objects.get().closed_at is not None
    officer = client_for(make.user(Role.DATA_PROTECTION_OFFICER))
    listed = get(officer, "/corrections")
    assert "K-1" in listed
    assert "another man" not in listed
    assert get(officer, where) == 403
    assert get(client_for(World().first.person), where) == 404


def test_the_auditor_reads_what_an_investigator_counted(home):
    client = client_for(home.first.person)
    auditor = client_for(make.user(Role.AUDITOR))
    assert "Nothing has been counted yet." in get(auditor, "/fairness")
    assert post(auditor, "/fairness").status_code == 302
    assert not models.FairnessRun.objects.exists()
    assert post(client, "/fairness").status_code == 302
    shown = get(auditor, "/fairness")
    assert "too few people" in shown
    assert "Hits on a list" not in shown
    people = test_fairness.crowd("SY", 200, 60) + test_fairness.crowd("FR", 400, 30)
    fairness.keep_run(
        by=home.first, at=LATER, register=home.register, counts=fairness.counted(people)
    )
    shown = get(auditor, "/fairness")
    assert "Hits on a list: Nationality" in shown
    assert "2.0 times (between 1.6 and 2.5)" in shown
    assert "Syria" in shown
    assert "Count anew" not in shown
