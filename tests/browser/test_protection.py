"""Pages of protection and nationality in a real browser: small and wide, both directions, no barrier."""

import pytest

from browser import driving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = {
    "Aya Example": (
        "/nationality",
        "/nationality/facts",
        "/nationality/paper",
        "/nationality/notification",
    ),
    "Elias Example": ("/compelled", "/compelled?open=1", "/statement"),
}


def found(worker, name):
    """Find a person's case by name, as anybody would; a list shows only its first page."""
    worker.go("/cases/search")
    worker.fill("q", name)
    worker.press()
    return worker.page.locator("main .govuk-task-list__link", has_text=name).get_attribute("href")


@pytest.mark.parametrize(("language", "size"), [("ar", driving.PHONE)])
def test_a_child_and_what_somebody_was_made_to_do(people, language, size):
    worker = people.person("worker", language, size)
    for name, pages in PAGES.items():
        case = found(worker, name)
        for page in pages:
            worker.go(case + page)
            assert worker.page.locator("main h1").count() == 1
            worker.look()
    worker.go("/children")
    worker.look()
    worker.follow(worker.page.locator("a[href*='open=1']").first)
    worker.look()


def test_the_paper_is_made_without_a_script(people):
    worker = people.person("worker", "en", java_script_enabled=False)
    worker.go(found(worker, "Elias Example") + "/statement")
    worker.page.locator("select[name=state]").select_option("IRQ")
    worker.choose("language", "en")
    worker.choose("second_language", "ckb")
    with worker.page.expect_download() as got:
        worker.page.locator("main form button.govuk-button").click()
    assert got.value.suggested_filename == "paper.pdf"
