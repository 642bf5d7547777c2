import pytest

from manumit.directory import codes, needs, services_advisor

KNOWN = {"Legal services": ["legal_assistance"], "Food": ["food"]}


@pytest.mark.parametrize(
    ("base", "parts", "expected"),
    [
        ([], [], ("other",)),
        ([], ["Unheard of"], ("other",)),
        (["other"], ["Food"], ("food",)),
        (["food"], ["Legal services", "Food"], ("legal_assistance", "food")),
    ],
)
def test_needs_of_an_activity(base: list[str], parts: list[str], expected: tuple[str, ...]) -> None:
    assert needs.of_activity(base, parts, KNOWN) == expected


def test_every_need_in_the_reading_list_is_one_of_ours() -> None:
    data = services_advisor.DATA
    used = {n for a in data["activities"].values() for n in a["needs"]}
    used |= {n for part in data["parts"].values() for n in part}
    assert used <= set(codes.NEEDS)


def test_repairing_shelters_is_no_place_to_stay() -> None:
    assert services_advisor.DATA["activities"]["5610"]["needs"] == ["other"]


def test_every_code_has_words_in_english_and_arabic() -> None:
    for values in codes.LISTS.values():
        assert all({"en", "ar"} <= set(texts) for texts in values.values())
    assert codes.label("needs", "food", "ar") == "الغذاء"
    assert codes.label("needs", "food", "ckb") == "خۆراک"
    assert codes.label("needs", "food", "ti") == "Food"
    assert codes.label("needs", "unheard") == "unheard"
