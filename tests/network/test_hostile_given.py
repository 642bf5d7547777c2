"""Files made to break whoever reads them, given on the page for bringing files in: each gets an answer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import signed_in
from manumit.network import models
from network import standing_register as standing
from security import hostile_files

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
BUILT = [
    build
    for build in (hostile_files.honest, hostile_files.climbs_out, *hostile_files.FILES)
    if build.__name__ not in {"packed_tight", "many_columns"}  # larger than a page takes
]


@pytest.fixture
def client(settings, tmp_path):
    settings.MANUMIT_DATA = tmp_path
    by = standing.investigator()
    standing.register(by.unit, by)
    return signed_in.client_for(by.person)


@pytest.mark.parametrize("build", BUILT, ids=lambda build: build.__name__)
def test_a_hostile_file_gets_an_answer(client, build):
    file = SimpleUploadedFile("../<b>x\u202e.csv", build())
    given = {"source": "new", "credibility": "6", "handling": "amber_strict", "file": file}
    led = client.post(reverse("file_new"), given, secure=True)
    assert led.status_code in {302, 400}
    if led.status_code == 302:
        shown = client.get(led.url, secure=True)
        assert shown.status_code == 200
        assert "<b>x" not in shown.content.decode()
        chosen = {f"c{n}": "leave" for n in range(10)} | {"c1": "name", "split": ";"}
        client.post(led.url, {"act": "columns"} | chosen, secure=True)
        assert client.get(led.url, secure=True).status_code == 200
        assert client.post(led.url, {"act": "bring"}, secure=True).status_code in {200, 302}
    assert models.Entity.objects.count() < 10
