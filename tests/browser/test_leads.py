"""A report on a telephone at a gate, read and followed up by an investigator; a hit decided by two."""

import pytest

from browser import driving

pytestmark = pytest.mark.browser
WHY = "The year of birth agrees, the rest is not known. We asked the register."


@pytest.mark.parametrize(("language", "size"), [("en", driving.DESK), ("ar", driving.PHONE)])
def test_from_a_report_to_a_lead(people, language, size):
    words = f"Blue lorry {language}"
    officer = people.person("officer", language, driving.PHONE)
    officer.go("/sightings/new")
    officer.choose("subject", "vehicle")
    officer.fill("words", words)
    officer.fill("place", "Example Crossing")
    officer.page.locator("[name=names_nobody]").check()
    officer.look("90-report")
    officer.press()
    assert officer.path == "/sightings", officer.text()
    assert words not in officer.text()
    officer.look()

    reader = people.person("investigator", language, size)
    reader.go("/leads")
    reader.look("91-leads")
    reader.go("/sightings")
    reader.look()
    row = reader.page.locator("tr", has_text=words)
    reader.follow(row.locator("a").first)
    reader.fill("title", "Whose lorry is it?")
    reader.look("92-sighting")
    reader.press("button[value=lead]")
    assert reader.path.startswith("/leads/"), reader.text()
    reader.unfold("words")
    reader.look("93-lead")
    reader.follow(reader.page.locator('a[href$="/claim"]'))
    reader.look()


@pytest.mark.parametrize(("language", "size"), [("en", driving.DESK), ("ckb", driving.PHONE)])
def test_a_hit_is_looked_at_side_by_side(people, language, size):
    reader = people.person("second-investigator", language, size)
    reader.go("/hits")
    reader.look("94-hits")
    reader.follow(reader.page.locator('main table a[href^="/hits/"]').first)
    reader.choose("answer", "unsure")
    reader.fill("reason", WHY)
    reader.look("95-hit")
    if language == "ckb":
        return
    reader.press()
    assert WHY in reader.text()
    reader.look()
