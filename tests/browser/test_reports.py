"""A report and everything around it in a real browser: sent back, filled in, approved, handed over."""

import pytest

from browser import driving

pytestmark = pytest.mark.browser


def open_report(seat):
    seat.go("/money/reports")
    seat.look("87-reports")
    seat.follow(seat.page.locator('main a[href^="/money/reports/"]').first)
    return seat.path


def look_at_parts(seat, report):
    links = seat.page.locator(f'main a[href^="{report}/"]')
    parts = list(dict.fromkeys(link.get_attribute("href") for link in links.all()))
    assert len(parts) >= 5, parts
    for part in parts:
        seat.go(part)
        seat.look(f"88-report-{part.split('/')[-1].split('?')[0]}")
    seat.go(f"{report}/accounts?n=0")
    seat.look()


def test_a_report_from_sent_back_to_answered(people):
    analyst = people.person("analyst", "en", driving.DESK)
    report = open_report(analyst)
    analyst.look("89-report-proposed")
    analyst.page.locator("details summary").first.click()
    analyst.fill("remark", "Say where the wages were due.")
    analyst.press("details button[value=send_back]")

    second = people.person("second-analyst", "en", driving.PHONE)
    second.go(report)
    assert "Say where the wages were due." in second.text()
    second.look()
    look_at_parts(second, report)
    second.go(report)
    second.press("button[value=propose]")
    analyst.go(report)
    analyst.press("button[value=approve]")
    analyst.follow(analyst.page.locator(f'main a[href="{report}/hand-over"]'))
    analyst.look("90-report-hand-over")


def test_the_pages_around_it_from_the_right(people):
    analyst = people.person("analyst", "ar", driving.PHONE)
    open_report(analyst)
    analyst.look()
    for place in ("ledger", "ledger/load", "ledger/entry", "searches", "red-flags", "cases"):
        analyst.go(f"/money/{place}")
        assert analyst.page.locator("h1").count() == 1, place
        analyst.look()
    analyst.go("/money/ledger")
    analyst.follow(analyst.page.locator('main a[href^="/money/ledger/loads/"]').first)
    analyst.look()
    analyst.go("/money/red-flags")
    analyst.follow(analyst.page.locator("main td a, main th a").first)
    analyst.look()


def test_numbers_and_help_between_units(people):
    head = people.person("money-head", "ar", driving.DESK)
    for place in ("/money/statistics", "/money/help", "/money/help/new", "/money/ledger/settings"):
        head.go(place)
        assert head.page.locator("h1").count() == 1, place
        head.look()
