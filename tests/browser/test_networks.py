"""Networks in a real browser: overview, chart by keyboard, the same without a script, map, ways."""

import pytest

from browser import driving

pytestmark = pytest.mark.browser


def chart_of_an_inquiry(seat):
    seat.go("/networks")
    seat.look("90-networks")
    seat.follow(seat.page.locator('main a[href^="/inquiries/"][href$="/chart"]').last)


@pytest.mark.parametrize(("language", "size"), [("en", driving.DESK), ("ar", driving.PHONE)])
def test_a_chart_is_unfolded_by_keyboard_kept_and_found_again(people, language, size):
    seat = people.person("investigator", language, size)
    chart_of_an_inquiry(seat)
    page = seat.page
    assert page.locator(".m-chart__paper canvas").count() == 3
    before = page.locator("#chart-list li").count()
    page.locator("#chart-list a").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".m-chart__item--here").count() == 1
    page.locator("#chart-list [data-more]").first.focus()
    page.keyboard.press("Enter")
    page.locator("#chart-list li").nth(before).wait_for()
    assert page.locator("#chart-table tbody tr").count() > 0
    assert "more=" in seat.path
    page.locator(".m-chart__paper").focus()
    page.keyboard.press("+")
    seat.look("91-chart")

    seat.fill("name", f"What was kept in {language}")
    seat.press("#chart-keep button")
    assert "view=" in seat.path, seat.text()
    assert page.locator("#chart-list li").count() > before
    seat.look()
    seat.press("button[name=forget]")
    assert "What was kept" not in seat.text()


def test_the_same_is_there_without_a_script(people):
    seat = people.person("second-investigator", "en", driving.PHONE, java_script_enabled=False)
    chart_of_an_inquiry(seat)
    assert not seat.page.locator(".m-chart__paper").is_visible()
    before = seat.page.locator("#chart-list li").count()
    seat.follow(seat.page.locator("[data-more]").first)
    assert seat.page.locator("#chart-list li").count() > before
    seat.look()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_buttons_beside_each_other_are_equally_wide_on_a_phone(people, language):
    seat = people.person("second-investigator", language, driving.PHONE)
    seat.go("/entities/new?schema=Person")
    seat.fill("p_name", "Example Person Ninety")
    seat.press("main form button[type=submit]")
    group = seat.page.locator(".govuk-button-group").first
    assert group.locator("form button").count() == 1, seat.text()
    widths = group.locator(".govuk-button").evaluate_all(
        "found => found.map(one => Math.round(one.getBoundingClientRect().width))"
    )
    assert len(widths) == 3
    assert len(set(widths)) == 1, widths
    seat.look()


@pytest.mark.parametrize(("language", "size"), [("ar", driving.DESK), ("en", driving.PHONE)])
def test_routes_ways_and_what_is_shared(people, language, size):
    seat = people.person("second-investigator", language, size)
    chart_of_an_inquiry(seat)
    seat.go(seat.path.replace("/chart", "/routes"))
    assert seat.page.locator("main svg polygon").count() > 3
    seat.look("92-routes")
    seat.go("/shared")
    seat.look("93-shared")
    seat.go("/paths")
    choices = seat.page.locator("#to option")
    seat.page.locator("#to").select_option(index=choices.count() - 1)
    seat.press("main form button")
    assert seat.page.locator("main ol li").count() > 1
    seat.look("94-ways")
