import uuid
from dataclasses import replace
from datetime import time

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from test_table import ROW

import make
from manumit.core.actions import acting
from manumit.directory import actions, models
from manumit.directory.eligibility import Person
from manumit.directory.entry import Entry, Hours, Reading

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
HERE = (0.5, 0.5)
ANYONE = Person()
PLAIN = Entry(
    source="table",
    source_id="a",
    organisation="Example Organisation",
    name="Example advice",
    needs=("legal_assistance",),
    country="ZZ",
    place="Exampletown",
    latitude=0.5,
    longitude=0.5,
    timezone="Etc/UTC",
    hours=tuple(Hours(day, time(8), time(17)) for day in range(7)),
    confirmed_on=AT.date(),
)


def bring(*wanted: Entry) -> None:
    rows = tuple(enumerate(wanted, 2))
    actions.import_services(
        by=acting.SYSTEM, at=AT, reading=Reading("table", rows, ()), files=["x"]
    )


def many(count: int, **changes: object) -> list[Entry]:
    return [
        replace(
            PLAIN,
            **{  # type: ignore[arg-type]
                "source_id": str(n),
                "name": f"Example advice {n:05}",
                "place": f"Place {n % 97}",
                "latitude": round(0.5 + (n % 97) * 0.01, 4),
            }
            | changes,
        )
        for n in range(count)
    ]


def offered(need: str = "legal_assistance", person: Person = ANYONE, **more: object) -> list[str]:
    facts = {"near": HERE, "language": "", "at": AT} | more
    offers = models.Service.objects.offered(need, person=person, **facts)  # type: ignore[arg-type]
    return [offer.service.source_id for offer in offers]


def test_offers_meet_the_need_and_are_not_closed() -> None:
    bring(
        PLAIN,
        replace(PLAIN, source_id="b", needs=("food",)),
        replace(PLAIN, source_id="c", needs=("food", "legal_assistance"), name="Example two"),
        replace(PLAIN, source_id="d", name="Example closed"),
    )
    actions.close_service(
        by=make.actor(make.user("coordinator")),
        at=AT,
        service=models.Service.objects.get(source_id="d"),
        reason="It moved away.",
    )
    assert offered() == ["a", "c"]
    assert offered("safehouse") == []


def test_nearer_comes_first_and_unfit_last_with_the_reason() -> None:
    bring(
        replace(PLAIN, source_id="far", latitude=0.9),
        PLAIN,
        replace(PLAIN, source_id="men", sex="male"),
    )
    woman = Person(sex="female", age=20)
    assert offered(person=woman) == ["a", "far", "men"]
    offers = models.Service.objects.offered("legal_assistance", HERE, woman, "", AT)
    assert offers[-1].why_not == "It is for men and boys only."
    assert offers[0].distance_km == 0
    assert offers[0].open_now is True


def test_real_answering_times_count_in_the_order() -> None:
    bring(PLAIN, replace(PLAIN, source_id="b", name="Example zealous"))
    assert offered() == ["a", "b"]
    quick = models.Service.objects.get(source_id="b").id
    slow = models.Service.objects.get(source_id="a").id
    assert offered(answering={quick: 1.0, slow: 300.0}) == ["b", "a"]
    offers = models.Service.objects.offered("legal_assistance", HERE, ANYONE, "", AT, {quick: 1.0})
    assert [o.expected_answer_hours for o in offers] == [1.0, None]


def test_services_without_a_point_or_without_a_place_to_start_from_are_still_offered() -> None:
    bring(PLAIN, replace(PLAIN, source_id="b", latitude=None, longitude=None, place=""))
    assert offered() == ["a", "b"]
    assert set(offered(near=None)) == {"a", "b"}


def test_the_nearest_are_found_when_the_circle_has_to_widen() -> None:
    bring(replace(PLAIN, source_id="far", latitude=60.0, longitude=100.0), PLAIN)
    assert offered() == ["a", "far"]


def queries(**more: object) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        offered(**more)  # type: ignore[arg-type]
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_directory() -> None:
    bring(*many(60))
    few = queries()
    bring(*many(2000))
    assert models.Service.objects.count() == 2000
    assert queries() <= few
    assert few <= 12
    person = Person(age=20, sex="female", nationality="SY")
    assert queries(person=person, near=None) <= 12


def test_at_most_100_services_are_judged_however_many_there_are() -> None:
    bring(
        *many(900, latitude=0.5),
        *(replace(e, source_id=f"m{e.source_id}", sex="male") for e in many(90, latitude=0.5)),
    )
    found = offered(person=Person(sex="female"))
    assert len(found) == models.MOST + models.MOST_UNFIT
    assert sum(name.startswith("m") for name in found) == models.MOST_UNFIT


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plan")
def test_need_and_box_are_answered_by_one_index() -> None:
    bring(*many(500))
    wanted = models.Service.objects.running().within("legal_assistance", HERE, 30)
    plan = wanted.explain()
    assert "INDEX need_by_point (need=? AND latitude>? AND latitude<?)" in plan
    assert "SCAN" not in plan


def test_what_asks_for_confirmation_oldest_first() -> None:
    bring(
        replace(PLAIN, source_id="never", confirmed_on=None),
        replace(PLAIN, source_id="old", confirmed_on=AT.date().replace(year=2020)),
        PLAIN,
    )
    found = models.Service.objects.asking_for_confirmation(AT.date())
    assert [s.source_id for s in found] == ["never", "old"]


def test_texts_in_a_language() -> None:
    bring(replace(ROW, source="table"))
    service = models.Service.objects.whole().get()
    assert service.name_in("ar") == "مشورة قانونية"
    assert service.name_in("ckb") == "Example legal advice"
    assert service.place.name_in("ar") == "مدينة"
    assert str(service) == "Example legal advice (Example Organisation)"


def test_the_spot_of_a_safe_house_is_not_public() -> None:
    bring(replace(PLAIN, needs=("safehouse",)))
    service = models.Service.objects.whole().get()
    assert service.public_place("en") == ""
    assert service.public_entry().latitude is None
    assert service.as_entry().latitude == 0.5


@pytest.mark.parametrize(
    "broken",
    [
        {"minimum_age": 20, "maximum_age": 10},
        {"sex": "f"},
        {"source_id": "a"},
    ],
)
def test_the_database_itself_refuses_what_cannot_be(broken: dict[str, object]) -> None:
    bring(PLAIN)
    row = models.Service.objects.get()
    row.pk = uuid.uuid4()
    row._state.adding = True
    row.source_id = "b"
    for name, value in broken.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


def test_a_place_is_on_earth() -> None:
    with pytest.raises(IntegrityError):
        models.Place.objects.create(latitude=91, longitude=0)
