"""The language of pages: chosen once, kept, and right-to-left where it reads so."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

import make
import signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def choose(client: Client, code: str, target: str = "/sign-in"):
    return client.post(reverse("choose_language"), {"language": code, "next": target})


@pytest.mark.parametrize(
    ("code", "direction", "style"),
    [
        ("en", "ltr", "app."),
        ("fr", "ltr", "app."),
        ("ar", "rtl", "app-rtl."),
        ("ckb", "rtl", "app-rtl."),
    ],
)
def test_a_page_has_the_language_and_direction_that_was_chosen(client, code, direction, style):
    assert choose(client, code)["Location"] == "/sign-in"
    page = client.get("/sign-in")
    text = page.content.decode()
    assert f'<html lang="{code}" dir="{direction}"' in text
    assert f"build/{style}" in text
    assert page["Content-Language"] == code


def test_the_browser_is_asked_when_nobody_chose(client):
    text = client.get("/sign-in", HTTP_ACCEPT_LANGUAGE="ar-JO,ar;q=0.9").content.decode()
    assert '<html lang="ar" dir="rtl"' in text


def test_a_signed_in_person_keeps_it_on_every_device():
    person = make.user()
    choose(signed_in.client_for(person), "ckb")
    person.refresh_from_db()
    assert person.language == "ckb"
    text = signed_in.client_for(person).get(reverse("security")).content.decode()
    assert '<html lang="ckb" dir="rtl"' in text


def test_an_unknown_language_or_another_site_is_not_followed(client):
    response = choose(client, "xx", "https://evil.example/")
    assert response["Location"] == "/"
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


def test_choosing_sets_no_session_and_needs_no_token():
    client = Client(enforce_csrf_checks=True)
    response = choose(client, "ar")
    assert response.status_code == 302
    assert list(response.cookies) == [settings.LANGUAGE_COOKIE_NAME]


def test_a_broken_page_and_a_missing_page_are_in_the_language_too(client):
    choose(client, "ar")
    assert '<html lang="ar" dir="rtl"' in client.get("/nothing").content.decode()
