"""A dossier read and approved by the second person; a correction; fairness: in a real browser."""

import pytest

from browser import driving

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "size"), [("en", driving.DESK), ("ar", driving.PHONE)])
def test_dossiers_are_read_as_others_would_see_them(people, language, size):
    reader = people.person("investigator", language, size)
    reader.go("/dossiers")
    reader.look("95-dossiers")
    rows = reader.page.locator('main table a[href^="/dossiers/"]')
    pages = [row.get_attribute("href") for row in rows.all()]
    assert len(pages) >= 2
    for page in pages[:2]:
        reader.go(page)
        reader.look("96-dossier" if page == pages[0] else "")
        for part in ("statement", "preview"):
            reader.go(f"{page}/{part}")
            reader.look(f"97-dossier-{part}" if page == pages[0] else "")
    reader.go("/corrections")
    reader.look()
    reader.follow(reader.page.locator('main table a[href^="/corrections/"]').first)
    reader.look("98-correction")
    reader.go("/fairness")
    reader.press("main form button")
    reader.look()


def test_a_dossier_is_written_on_a_telephone(people):
    writer = people.person("second-investigator", "ckb", driving.PHONE)
    writer.go("/corrections")
    writer.follow(writer.page.locator('main table a[href^="/corrections/"]').first)
    writer.look()
    writer.go("/dossiers")
    writer.follow(writer.page.locator('main table a[href^="/dossiers/"]').last)
    begun = writer.page.locator('a[href^="/entities/"][href$="/correct"]').first
    about = begun.get_attribute("href").split("/")[2]
    writer.go(f"/entities/{about}/correct")
    writer.look()
    writer.go(f"/dossiers/new?entity={about}")
    writer.choose("kind", "listing")
    writer.choose("language", "fr")
    writer.look()
    writer.press()
    page = writer.path
    for part in ("statement/new", "claims", "people", "mark", "parts/release"):
        writer.go(f"{page}/{part}")
        writer.look()
    writer.go(f"{page}/statement")
    writer.press("button[value=draft]")
    assert "Yusuf Testov" in writer.text()
    writer.look()
