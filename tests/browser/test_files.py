"""Bringing a file in, in a real browser: entities, a newer file, a table by its columns."""

import json

import pytest

from browser import driving

pytestmark = pytest.mark.browser
PEOPLE = [
    {
        "id": f"p{n}",
        "schema": "Person",
        "properties": {"name": [f"Test Person {n}"], "shoeSize": ["43"], "nationality": ["iq"]},
    }
    for n in range(3)
]
TABLE = b"Nr;Full name;Date of birth;Nationality;Shoe size\n1;Amal Example;1980;Iraq;43\n"


def given(seat, name, data, title=""):
    seat.go("/inquiries")
    seat.follow(seat.page.locator('main a[href="/entities/file"]'))
    seat.page.locator("[name=file]").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": data}
    )
    seat.unfold("new_title")
    seat.fill("new_title", title)
    return seat


def lines(entities):
    return "\n".join(json.dumps(one) for one in entities).encode() + b"\nno entity\n"


@pytest.mark.parametrize(("language", "size"), [("en", driving.DESK), ("ar", driving.PHONE)])
def test_a_file_is_looked_at_brought_in_and_followed_by_a_newer_one(people, language, size):
    seat = people.person("investigator", language, size)
    title = f"Example list in {language}"
    given(seat, "list.ftm.json", lines(PEOPLE), title).look("95-file")
    seat.press()
    assert "Test Person 2" in seat.text()
    seat.look("96-file-look")
    seat.press("button[value=bring]")
    assert seat.page.locator('main a[href^="/entities/"]', has_text="Test Person").count() == 3
    seat.look("97-file-done")

    given(seat, "list.ftm.json", lines(PEOPLE), title)
    seat.press()
    assert seat.page.locator("button[value=bring]").count() == 0
    seat.look()
    seat.press("button[value=leave]")
    assert seat.path == "/entities/file"

    newer = lines(PEOPLE[:2]).removesuffix(b"no entity\n")
    given(seat, "list.ftm.json", newer, title)
    seat.press()
    assert seat.page.locator('main a[href^="/entities/"]', has_text="Test Person 2").count() == 1
    seat.look()
    seat.press("button[value=bring]")
    seat.look()


@pytest.mark.parametrize(("language", "size"), [("en", driving.PHONE), ("ckb", driving.DESK)])
def test_a_table_by_its_columns(people, language, size):
    seat = people.person("second-investigator", language, size)
    given(seat, "people.csv", b"%PDF-1.7")
    seat.press()
    assert seat.page.locator(".govuk-error-summary").count() == 1
    seat.look()
    given(seat, f"people-{language}.csv", TABLE)
    seat.press()
    seat.page.locator("#kind").select_option("Vehicle")
    seat.press("main form[method=get] button")
    seat.look()
    seat.page.locator("#kind").select_option("Person")
    seat.press("main form[method=get] button")
    seat.page.locator("[name=c4]").select_option("notes")
    seat.look("98-file-columns")
    seat.press("main form[method=post] button")
    assert "Amal Example" in seat.text()
    seat.look()
    seat.press("button[value=bring]")
    assert "Amal Example" in seat.text()
