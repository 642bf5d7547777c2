"""Keeping and erasing in a real browser: a hold and an erasure by two people, small and wide."""

from datetime import UTC, datetime, timedelta

import pytest

from browser import driving

pytestmark = pytest.mark.browser


_used = set()  # one demo serves the whole file, in any order; what is held cannot be erased


def _two_cases(seat):
    """Return the addresses of two cases that no other test of this file has touched."""
    seat.go("/cases")
    found = seat.page.locator("main tbody th a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    fresh = [one for one in found if one.startswith("/cases/") and one not in _used][:2]
    _used.update(fresh)
    return fresh


@pytest.mark.parametrize(
    ("language", "size"),
    [("en", driving.PHONE), ("en", driving.DESK), ("ar", driving.PHONE)],
)
def test_two_people_hold_and_erase(people, language, size):
    supervisor = people.person("supervisor", language, size)
    officer = people.person("dpo", language, size)
    held, erased = _two_cases(supervisor)
    # a hold, proposed by one and confirmed by the other
    supervisor.go(f"{held}/keep")
    supervisor.look("70-keep")
    supervisor.press("a[href$='/keep/hold']")
    supervisor.choose("why", "court")
    supervisor.fill("text", "The court of Example asked for it in writing.")
    supervisor.fill("until", (datetime.now(UTC) + timedelta(days=60)).date().isoformat())
    supervisor.look("71-hold-new")
    supervisor.press()
    supervisor.go(f"{erased}/keep/erase")
    supervisor.choose("why", "person")
    supervisor.look("72-erase-new")
    supervisor.press()
    officer.go("/retention")
    officer.look()
    officer.press("a[href^='/retention/holds/']")
    officer.press("a[href='?open=1']")
    officer.look("74-hold")
    officer.press("button[value=confirm]")
    officer.look("70-keep-held")
    # an erasure, asked for by one and done by the other
    officer.go("/retention")
    officer.press("a[href^='/retention/erasures/']")
    officer.look("75-erasure")
    officer.press("button[value=confirm]")
    officer.look("75-erasure-done")
    officer.go("/retention")
    officer.look("73-retention-after")
    supervisor.go(erased)
    assert not supervisor.page.locator("a[href='?open=1']").count()
    supervisor.look()
