"""Right to left in a real browser: what stands where, in which digits, and what stays on a telephone."""

import re

import pytest

from browser import driving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIMIT = 100_000  # bytes, all told, for the first visit with an empty cache


def find_help(people, language, **options):
    seat = people.seat("nobody", language, **options)
    answers = []

    def note(answer):  # a method of a list cannot be handed over
        answers.append(answer)

    seat.page.on("response", note)
    seat.go(f"/find-help?lang={language}")
    return seat, answers


def weight(answers):
    sizes = [answer.request.sizes() for answer in answers]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


@pytest.mark.parametrize("language", ["ckb", "ar"])
def test_find_help_is_light_and_leaves_nothing(people, language):
    seat, answers = find_help(people, language)
    seat.look()
    seat.page.locator("select[name=need]").select_option("health_medical")
    seat.press("main form button")
    seat.look()
    assert weight(answers) <= LIMIT
    assert seat.context.cookies() == []
    assert seat.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert seat.page.evaluate("caches ? caches.keys() : []") == []
    assert "health" not in seat.path
    assert seat.page.locator("main section").count() > 0
    seat.page.locator("[data-leave-quickly]").wait_for()


def test_find_help_without_a_script(people):
    seat, _ = find_help(people, "ar", java_script_enabled=False)
    seat.page.locator("select[name=need]").select_option("health_medical")
    seat.press("main form button")
    seat.look()
    assert seat.page.locator("main section").count() > 0
    assert seat.page.title() == "عناوين مفيدة"


def test_the_list_of_services_reads_from_the_right(people):
    officer = people.person("worker", "ar", size=driving.DESK)
    officer.go("/services?need=health_medical")
    officer.look()
    heading = officer.page.locator("h1").bounding_box()
    assert heading["x"] + heading["width"] > driving.DESK["width"] / 2
    number = officer.page.locator("ol.govuk-list").first
    assert number.evaluate("each => getComputedStyle(each).direction") == "rtl"
    officer.page.locator("main details").nth(1).locator("summary").click()
    words = officer.page.locator("main details ul li").first.inner_text()
    assert not re.search("[A-Za-z]{4}", words), words


def test_dates_and_references_on_a_case_in_sorani(people):
    worker = people.person("worker", "ckb", size=driving.DESK)
    worker.go("/cases")
    worker.follow(worker.page.locator("main a[href*='/cases/']").first)
    worker.look()
    assert re.search("[٠-٩]{4}", worker.text()), "a year in the digits of the language"
    reference = worker.page.locator("[dir=ltr]").first
    assert reference.evaluate("each => getComputedStyle(each).direction") == "ltr"
    assert re.fullmatch(r"[0-9A-Z]{2}-[0-9A-Z]+", reference.inner_text().strip())
