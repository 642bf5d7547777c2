import copy
import json
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time

import hsds_schema
import jsonschema
import pytest
import real
from hypothesis import given
from hypothesis import strategies as st

from manumit.directory import codes, entry, hsds
from manumit.directory.entry import Entry, Hours

SERVICE, ORGANISATION = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
FULL = Entry(
    source="hsds",
    source_id=SERVICE,
    organisation="Example Organisation",
    organisation_id=ORGANISATION,
    organisation_website="https://example.org",
    name="Example legal advice",
    name_i18n={"ar": "مشورة قانونية"},
    needs=("legal_assistance", "registration"),
    description="Advice on papers.",
    place="Exampletown",
    place_i18n={"ar": "مدينة"},
    place_precision="city",
    country="ZZ",
    latitude=0.5,
    longitude=-0.25,
    coverage="city",
    timezone="Asia/Amman",
    hours=(Hours(0, time(8, 30), time(17)), Hours(4, time(9), None)),
    frequency="daily",
    languages=("ar", "en"),
    sex="female",
    minimum_age=18,
    maximum_age=99,
    nationalities=("SY",),
    documents=("unhcr_asc",),
    expired_documents=True,
    groups=("woman_at_risk",),
    access=("walk_in", "hotline"),
    takes_referrals=True,
    referral_methods=("telephone",),
    next_step="follow_up_call",
    answer_hours=24.0,
    answer_stated="Within a day",
    phone="+000 000",
    email="office@example.org",
    website="https://example.org/legal",
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    stated_on=date(2026, 2, 1),
    confirmed_on=date(2026, 3, 1),
)


def out(made: Entry) -> dict[str, object]:
    changed = datetime(2026, 11, 22, tzinfo=UTC)
    return hsds.service(made, SERVICE, ORGANISATION, changed=changed)


def test_a_full_service_is_valid() -> None:
    hsds_schema.check(out(FULL), "/services/{id}")


def test_the_check_can_fail() -> None:
    for spoil in (
        {"colour": "red"},
        {"status": "open"},
        {"id": "1"},
        {"minimum_age": "18"},
        {"assured_date": "1 March"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            hsds_schema.check(out(FULL) | spoil, "/services/{id}")
    with pytest.raises(jsonschema.ValidationError):
        hsds_schema.check({"contents": [{"name": "no id"}]}, "/services")
    with pytest.raises(jsonschema.ValidationError):
        hsds_schema.check({"contents": [], "total_items": "1"}, "/services")


def test_the_standards_own_example_is_valid_and_comes_in() -> None:
    hsds_schema.check(hsds_schema.EXAMPLE, "/services/{id}")
    document = copy.deepcopy(hsds_schema.EXAMPLE)
    rejected = hsds.read("example.json", document).rejected
    assert [row.field for row in rejected] == ["latitude"]  # the example writes latitude 100
    document["service_at_locations"][0]["location"]["latitude"] = 10
    ((_, made),) = hsds.read("example.json", document).entries
    assert made.name == "Community Counselling"
    assert made.organisation == "Example Organization Inc."
    assert made.hours == (Hours(3, time(10), time(18)), Hours(4, time(10), time(18)))
    assert made.languages == ("ur",)
    assert made.needs == ("other",)


def test_every_real_service_is_valid_alone_and_in_a_list() -> None:
    made = [e for _, e in real.whole().entries]
    changed = datetime(2026, 11, 22, tzinfo=UTC)
    for one in made[::7]:
        hsds_schema.check(out(one), "/services/{id}")
    listed = [hsds.listed(e, SERVICE, ORGANISATION, changed=changed) for e in made]
    hsds_schema.check(hsds.page(listed, number=1, size=600, total=562), "/services")


def test_what_goes_out_comes_back_the_same() -> None:
    ((_, back),) = hsds.read("out.json", json.loads(json.dumps(out(FULL)))).entries
    assert back == FULL


entries = st.builds(
    Entry,
    source=st.just("hsds"),
    source_id=st.just(SERVICE),
    organisation=st.just("Example Organisation"),
    organisation_id=st.just(ORGANISATION),
    name=st.text("abcé ء", min_size=1, max_size=20).filter(lambda s: s == s.strip() and s),
    needs=st.sets(st.sampled_from(codes.NEEDS), min_size=1).map(
        lambda s: tuple(n for n in codes.NEEDS if n in s)
    ),
    place=st.just("Exampletown"),
    country=st.sampled_from(["", "ZZ"]),
    latitude=st.just(1.5),
    longitude=st.floats(-180, 180).map(lambda x: round(x, 5)),
    timezone=st.just("Etc/UTC"),
    hours=st.sets(
        st.builds(
            Hours,
            st.integers(0, 6),
            st.times().map(lambda t: t.replace(second=0, microsecond=0)),
            st.none() | st.just(time(23, 30)),
        ),
        max_size=4,
    ).map(lambda s: tuple(sorted(s, key=lambda h: (h.weekday, h.opens, str(h.closes))))),
    sex=st.sampled_from(entry.SEXES),
    coverage=st.sampled_from(["", *codes.LISTS["coverage"]]),
    nationalities_not=st.sampled_from([(), ("JO", "SY")]),
    takes_referrals=st.booleans(),
    ends_on=st.none() | st.dates(),
)


@given(made=entries)
def test_any_entry_comes_back_the_same(made: Entry) -> None:
    document = out(made)
    hsds_schema.check(document, "/services/{id}")
    ((_, back),) = hsds.read("out.json", json.loads(json.dumps(document))).entries
    assert set(back.hours) == set(made.hours)
    assert replace(back, hours=()) == replace(made, hours=())


def test_two_exports_are_equal() -> None:
    assert json.dumps(out(FULL)) == json.dumps(out(FULL))


def test_always_open_survives() -> None:
    made = replace(FULL, hours=(), always_open=True)
    ((_, back),) = hsds.read("out.json", out(made)).entries
    assert back == made


def test_a_safe_house_is_published_without_its_spot() -> None:
    house = replace(FULL, needs=("safehouse",), place_precision="point")
    text = json.dumps(hsds.service(entry.for_the_public(house), SERVICE, ORGANISATION))
    assert "Exampletown" not in text
    assert "latitude" not in text
    area = replace(house, place_precision="governorate")
    assert entry.for_the_public(area).place == "Exampletown"


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        ({"id": ""}, "id"),
        ({"name": None}, "name"),
        ({"status": 1}, "status"),
        ({"organization": {}}, "organization"),
        ({"minimum_age": "18"}, "minimum_age"),
        ({"assured_date": "yesterday"}, "assured_date"),
        ({"schedules": [{"byday": "MO", "opens_at": "soon"}]}, "opens_at"),
        ({"service_at_locations": [{"location": {"latitude": "north"}}]}, "latitude"),
    ],
)
def test_bad_rows_are_kept_with_reason_and_cure(spoil: dict[str, object], field: str) -> None:
    reading = hsds.read("bad.json", {"contents": [out(FULL), out(FULL) | spoil, "nothing"]})
    assert len(reading.entries) == 1
    assert [(r.line, r.field) for r in reading.rejected] == [(2, field), (3, "service")]
    assert all(r.reason and r.cure for r in reading.rejected)
