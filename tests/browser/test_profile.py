"""What a case worker types stays out of the browser's profile: a search, and a form with a mistake.

The control, that the search through the profile finds what a form answered by a page leaves there, is
in test_door.py.
"""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

import casework
from browser.test_door import profile_of, unsafe, words_on_disk  # noqa: F401 (a fixture)
from web import signing
from web.test_browser import sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
]
KNOWN, LOOKED_FOR, TYPED = "Quxella Vrandimo", "Quxela Vrandimoh", "Grompfina Knillor"


def test_names_that_were_typed_are_not_in_the_profile(chromium, live_server, tmp_path):
    cache.clear()
    at = datetime.now(UTC) - timedelta(minutes=30)
    cast = casework.World()
    case = cast.taken(at=at, name=KNOWN)
    home = tmp_path / "profile"
    context = profile_of(chromium, home, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, signing.with_code_app(cast.worker.person))

    page.goto("/cases/search")
    page.locator("[name=q]").fill(LOOKED_FOR)
    with page.expect_navigation(wait_until="load"):
        page.locator("main form button").first.click()
    assert KNOWN in page.inner_text("main")
    page.reload(wait_until="load")
    assert KNOWN in page.inner_text("main")

    page.goto(f"/cases/{case.id}/person")
    page.locator("[name=name]").fill(TYPED)
    page.locator("[name=age]").fill("900")
    with page.expect_navigation(wait_until="load"):
        page.locator("main form button.govuk-button").first.click()
    assert page.locator("[name=name]").input_value() == TYPED
    assert page.locator(".govuk-error-summary").count() == 1
    words = [KNOWN, LOOKED_FOR, TYPED, *TYPED.split()]
    # the computer is taken away in the middle of the work
    shutil.copytree(home, tmp_path / "taken", ignore=shutil.ignore_patterns("Singleton*"))
    assert words_on_disk(tmp_path / "taken", words) == set()
    context.close()
    assert words_on_disk(home, words) == set()
