import json
from collections import Counter
from datetime import date, time

import pytest
import real

from manumit.directory import services_advisor
from manumit.directory.entry import Entry, Hours, Unreadable


@pytest.fixture(scope="module")
def entries() -> dict[str, Entry]:
    return {entry.source_id: entry for _, entry in real.extract().entries}


def codes(entry: Entry) -> set[tuple[str, str]]:
    return {(note.field, note.code) for note in entry.notes}


def test_all_562_services_come_in_and_every_doubt_is_counted() -> None:
    reading = real.whole()
    assert len(reading.entries) == 562
    assert reading.rejected == ()
    assert len({e.source_id for _, e in reading.entries}) == 562
    told = Counter(pair for _, e in reading.entries for pair in codes(e))
    assert told["groups", "files_disagree"] == 207
    assert told["access", "files_disagree"] == 388
    assert told["referral", "contradiction"] == 87
    assert told["hours", "close_in_open"] == 43
    assert told["hours", "noon"] == 1
    assert told["place", "mistranslated"] == 12


def test_one_identifier_can_stand_for_two_services(entries: dict[str, Entry]) -> None:
    schooling, community = entries["22442789/5575"], entries["22442789/5604"]
    assert schooling.needs == ("education",)
    assert schooling.name_i18n["ar"] == "فرص التعليم"
    assert community.name_i18n["ar"] == "الحماية التي تركز على المجتمع"


def test_open_to_all_is_not_narrowed_by_a_wrong_translation(entries: dict[str, Entry]) -> None:
    entry = entries["1708786865/5606"]
    assert entry.groups == ("open_to_all",)
    note = next(n for n in entry.notes if n.field == "groups")
    assert "Open to all" in note.text
    assert "حالة صحية خطيرة" in note.text


def test_a_part_with_the_number_nought_is_not_offered(entries: dict[str, Entry]) -> None:
    entry = entries["1708786865/5606"]
    assert "health_medical" not in entry.needs
    assert {"safehouse", "legal_assistance", "family_reunification"} <= set(entry.needs)
    assert "clinical management" not in entry.description


def test_a_womens_day_centre_is_no_safe_house(entries: dict[str, Entry]) -> None:
    centre = next(e for e in entries.values() if e.source_id.endswith("/20815"))
    assert centre.needs == ("psychosocial",)
    assert centre.sex == "female"
    assert centre.name_i18n["ar"] == "مساحات آمنة للنساء"


def test_thirteen_pm_among_the_opening_times_is_the_closing_time(
    entries: dict[str, Entry],
) -> None:
    entry = entries["22442789/5575"]
    assert Hours(6, time(8, 30), time(13)) in entry.hours
    assert ("hours", "close_in_open") in codes(entry)


def test_midnight_before_three_is_read_as_noon(entries: dict[str, Entry]) -> None:
    entry = next(e for e in entries.values() if ("hours", "noon") in codes(e))
    assert {span.opens for span in entry.hours} == {time(12)}


def test_referrals_not_accepted_beats_referral_required(entries: dict[str, Entry]) -> None:
    entry = entries["1708786865/5606"]
    assert not entry.takes_referrals
    assert entry.referral_methods == ()
    assert ("referral", "contradiction") in codes(entry)


def test_dates_and_point_are_kept_as_given(entries: dict[str, Entry]) -> None:
    entry = entries["1708786865/5606"]
    assert (entry.latitude, entry.longitude) == (31.956582, 35.945705)
    assert entry.ends_on == date(2014, 12, 31)
    assert entry.stated_on == date(2014, 1, 1)
    assert entry.confirmed_on is None
    assert entry.place_precision == "governorate"


def test_arabic_that_says_something_else_is_not_shown(entries: dict[str, Entry]) -> None:
    entry = next(e for e in entries.values() if e.place == "Liwa Bani Ubayid")
    assert entry.place_i18n == {}
    assert ("place", "mistranslated") in codes(entry)
    assert "مضطهد" not in entries["1708786865/5606"].description_i18n["ar"]


def test_other_nationalities_and_papers(entries: dict[str, Entry]) -> None:
    other = next(e for e in entries.values() if e.nationalities_not)
    assert other.nationalities_not == ("JO", "SY")
    any_age = next(e for e in entries.values() if e.expired_documents)
    assert any_age.documents == ("unhcr_asc", "moi_card")


def test_children_only_is_derived_and_said(entries: dict[str, Entry]) -> None:
    entry = next(e for e in entries.values() if e.groups == ("child_at_risk",))
    assert entry.maximum_age == 17
    assert ("maximum_age", "derived") in codes(entry)


def feature(**changes: object) -> dict[str, object]:
    properties = {
        "locationName": "Exampletown City",
        "partnerName": "Example",
        "activity": 5598,
        "activityName": "Health Services",
        "startDate": "2014-01-01",
        "endDate": "2014-12-31",
        "indicators": {"Primary healthcare": 1},
    }
    properties |= changes.pop("properties", {})  # type: ignore[operator]
    made: dict[str, object] = {
        "type": "Feature",
        "id": 7,
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [35.0, 32.0]},
    }
    return made | changes


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (feature(geometry=None), "geometry"),
        (feature(geometry={"coordinates": ["a", 1]}), "geometry"),
        (feature(geometry={"coordinates": [35.0, 99.0]}), "latitude"),
        (feature(properties={"endDate": "31/12/2014"}), "endDate"),
        (feature(properties={"activity": 1}), "activity"),
        (feature(properties={"partnerName": " "}), "organisation"),
        (feature(properties={"9. Office close at": {"late": True}}), "closes"),
        (feature(properties={"15. New question": {"yes": True}}), "15. New question"),
        (feature(id=""), "id"),
        ({"type": "Feature"}, "properties"),
        ("no service", "properties"),
    ],
)
def test_what_cannot_come_in_is_kept_with_reason_and_cure(wrong: object, field: str) -> None:
    reading = services_advisor.read("some.json", [feature(id=6), wrong])
    assert len(reading.entries) == 1
    row = reading.rejected[0]
    assert (row.file, row.line, row.field) == ("some.json", 2, field)
    assert row.reason
    assert row.cure


def test_a_service_twice_and_a_translation_without_its_service_are_rejected() -> None:
    reading = services_advisor.read(
        "en.json", [feature(), feature()], [feature(id=9)], arabic_file="ar.json"
    )
    assert [(r.file, r.line) for r in reading.rejected] == [("en.json", 2), ("ar.json", 1)]


def test_false_answers_do_not_count() -> None:
    closed = feature(properties={"4. Accessibility": {"Walk-in": False, "Outreach": True}})
    entry = services_advisor.read("en.json", [closed]).entries[0][1]
    assert entry.access == ("outreach",)


def test_broken_json_names_the_line() -> None:
    with pytest.raises(Unreadable) as error:
        services_advisor.parse("broken.json", json.dumps([1], indent=1)[:-1].encode())
    assert error.value.line == 3
    with pytest.raises(Unreadable) as error:
        services_advisor.parse("latin.json", b'[\n"\xe9"]')
    assert error.value.line == 2
