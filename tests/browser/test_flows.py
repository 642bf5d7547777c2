"""The analyst's desk in a real browser: queue, alert, picture, a decision by two. A phone and a desk."""

import pytest

from browser import driving

pytestmark = pytest.mark.browser
WHY = "The payer is a mother; somebody holds her son. Help first."


@pytest.mark.parametrize(("language", "size"), [("en", driving.DESK), ("ar", driving.PHONE)])
def test_from_the_queue_to_a_decision_by_two(people, language, size):
    analyst = people.person("analyst", language, size)
    assert analyst.path.startswith("/money")  # where an analyst's day begins
    analyst.look("80-alerts")
    analyst.press("main > form button")  # take the next one
    alert = analyst.path
    analyst.go(f"{alert}?names=1")
    analyst.look("81-alert")
    analyst.go(f"{alert}/picture?zoom=100")
    analyst.look("82-money-flow")
    analyst.follow(analyst.page.locator("main svg a").first)
    assert "further=" in analyst.path
    analyst.look("83-one-step-further")
    analyst.go(f"{alert}/help")
    analyst.look("84-possible-victim")
    analyst.go(f"{alert}/decide")
    analyst.choose("choice", "help_first")
    analyst.fill("reason", WHY)
    analyst.look("85-decide")
    analyst.press()
    assert analyst.path == alert, analyst.text()

    second = people.person("second-analyst", language, size)
    second.go(alert)
    second.follow(second.page.locator('main a[href^="/money/decisions/"]').first)
    assert WHY in second.text()
    second.look("86-second-person")
    second.press("button[value=confirm]")
    assert second.path == alert
    second.look()


def test_the_queue_works_without_javascript(people):
    analyst = people.person("second-analyst", "en", driving.PHONE, java_script_enabled=False)
    analyst.go("/money?stage=all&typology=finance-shapes&sort=largest")
    analyst.look()
    assert "Shapes" in analyst.text()
    analyst.follow(analyst.page.locator('main a[href^="/money/alerts/"]').first)
    assert analyst.page.locator("main svg").count() == 1
