import json
from dataclasses import replace
from pathlib import Path

import hsds_schema
import pytest
import real
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from test_models import PLAIN
from test_table import ROW

import make
import signed_in
from manumit.core import models as core
from manumit.core.actions import acting
from manumit.directory import actions, models, table
from manumit.directory.entry import Entry, Reading

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT


def bring(*wanted: Entry) -> models.ImportRun:
    rows = tuple(enumerate(wanted, 2))
    return actions.import_services(
        by=acting.SYSTEM, at=AT, reading=Reading("table", rows, ()), files=["x"]
    )


def bring_real() -> None:
    actions.import_services(by=acting.SYSTEM, at=AT, reading=real.extract(), files=["x"])


@pytest.fixture
def coordinator() -> Client:
    return signed_in.client_for(make.user("coordinator"))


@pytest.fixture
def case_worker() -> Client:
    return signed_in.client_for(make.user("case_worker"))


def get(client: Client, name: str, query: str = "", **kwargs: object) -> str:
    response = client.get(reverse(name, kwargs=kwargs) + query, secure=True)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def post(client: Client, name: str, data: object = None, **kwargs: object) -> str:
    response = client.post(reverse(name, kwargs=kwargs), data or {}, secure=True, follow=True)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


# --- services ------------------------------------------------------------------------------------


def test_services_begins_by_saying_what_to_do_first(
    coordinator: Client, case_worker: Client
) -> None:
    assert "Import services" in get(coordinator, "services")
    page = get(case_worker, "services")
    assert "No service is in the directory yet." in page
    assert "Import services" not in page


def test_services_shows_each_offer_with_its_reasons(case_worker: Client) -> None:
    bring(PLAIN, replace(PLAIN, source_id="men", name="Example for men", sex="male"))
    page = get(
        case_worker, "services", "?need=legal_assistance&place=exampletown&sex=female&age=20"
    )
    assert page.index("Example advice") < page.index("Example for men")
    assert "It is for men and boys only." in page
    assert "Why it stands here" in page
    assert "About 0 km away" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?need=food", False),
        ("?need=legal_assistance", True),
        ("?latitude=0.5&longitude=0.5", True),
        ("?open_now=on&need=", False),
        ("?fresh=on&need=", False),
        ("?language=fr&need=", True),
    ],
)
def test_services_filters(case_worker: Client, query: str, shown: bool) -> None:
    bring(replace(PLAIN, hours=(), confirmed_on=None))
    assert ("Example advice" in get(case_worker, "services", query)) is shown


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?place=Nowhere", "No place of this name"),
        ("?latitude=0.5", "Give both latitude and longitude"),
        ("?latitude=99&longitude=1", "less than or equal to 90"),
        ("?age=x", "whole number"),
        ("?need=magic", "magic"),
        ("?page=x&need=", "Example advice"),
    ],
)
def test_services_answers_bad_input_with_the_cure(
    case_worker: Client, query: str, words: str
) -> None:
    bring(PLAIN)
    assert words in get(case_worker, "services", query)


def test_services_is_small_and_asks_the_database_a_fixed_number_of_times(
    case_worker: Client,
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            page = get(case_worker, "services", "?need=legal_assistance&place=Exampletown")
        assert len(page.encode()) < 60_000
        return len(captured)

    bring(*(replace(PLAIN, source_id=str(n)) for n in range(50)))
    few = asked()
    bring(*(replace(PLAIN, source_id=str(n)) for n in range(600)))
    assert asked() <= few


def test_services_in_arabic_shows_our_words_and_not_the_wrong_translation() -> None:
    bring_real()
    client = signed_in.client_for(make.user("case_worker", language="ar"))
    page = get(client, "services", "?need=legal_assistance")
    assert 'dir="rtl"' in page
    assert "خدمات الحماية" in page


# --- service -------------------------------------------------------------------------------------


def test_service_shows_facts_and_every_doubt(case_worker: Client) -> None:
    bring_real()
    row = models.Service.objects.get(source_id="1708786865/5606")
    page = get(case_worker, "service", service_id=row.id)
    assert "What is doubtful" in page
    assert "حالة صحية خطيرة" in page
    assert "takes no referrals" in page
    assert "planned until 31 December 2014" in page
    assert "Correct what is written here" not in page


def test_service_confirm_by_a_case_worker(case_worker: Client) -> None:
    bring(replace(PLAIN, confirmed_on=None))
    row = models.Service.objects.get()
    assert "is confirmed as of today" in post(case_worker, "service_confirm", service_id=row.id)
    row.refresh_from_db()
    assert row.confirmed_on is not None


def test_service_confirm_by_a_focal_point_of_another_unit_is_refused_with_the_reason() -> None:
    bring(replace(PLAIN, confirmed_on=None))
    row = models.Service.objects.get()
    client = signed_in.client_for(make.user("service_focal_point"))
    response = client.post(reverse("service_confirm", args=[row.id]), secure=True)
    assert response.status_code == 403
    assert "your own unit" in response.content.decode()
    assert core.Leaf.objects.latest("seq").outcome == "refused"


def test_service_close_unit_and_reopen(coordinator: Client) -> None:
    bring(PLAIN)
    row = models.Service.objects.get()
    unit = make.unit(organisation_=row.organisation)
    assert "Saved." in post(coordinator, "service_unit", {"unit": unit.id}, service_id=row.id)
    other = make.unit()
    assert "Choose a unit" in post(
        coordinator, "service_unit", {"unit": other.id}, service_id=row.id
    )
    row.refresh_from_db()
    assert row.unit == unit
    assert "Say why" in post(coordinator, "service_close", {"reason": ""}, service_id=row.id)
    page = post(coordinator, "service_close", {"reason": "It moved away."}, service_id=row.id)
    assert "It moved away." in page
    assert "is open again" in post(coordinator, "service_reopen", service_id=row.id)


def form_of(entry: Entry, **changes: object) -> dict[str, object]:
    cells: dict[str, object] = dict(table.to_cells(entry))
    for name in ("needs", "documents", "groups", "access", "referral_methods"):
        cells[name] = list(getattr(entry, name))
    for name in table.FLAGS:
        if not getattr(entry, name):
            del cells[name]
    return cells | changes


def test_service_edit_saves_what_was_changed_and_nothing_else(coordinator: Client) -> None:
    bring(ROW)
    row = models.Service.objects.get()
    assert "Example legal advice" in get(coordinator, "service_edit", service_id=row.id)
    page = post(coordinator, "service_edit", form_of(ROW, phone="+000 42"), service_id=row.id)
    assert "will not undo your corrections" in page
    row = models.Service.objects.whole().get()
    assert row.kept == ["phone"]
    assert row.as_entry() == replace(ROW, phone="+000 42")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"monday": "always"}, "08:30-17:00"),
        ({"latitude": "99"}, "swapped"),
        ({"name": ""}, "required"),
        ({"minimum_age": "old"}, "whole years"),
        ({"needs": []}, "required"),
    ],
)
def test_service_edit_names_the_field_and_the_cure(
    coordinator: Client, changes: dict[str, object], words: str
) -> None:
    bring(ROW)
    row = models.Service.objects.get()
    page = post(coordinator, "service_edit", form_of(ROW, **changes), service_id=row.id)
    assert words in page
    assert "There is a problem" in page
    assert models.Service.objects.whole().get().as_entry() == ROW


def test_service_new(coordinator: Client) -> None:
    get(coordinator, "service_new")
    page = post(coordinator, "service_new", form_of(ROW))
    assert "was added" in page
    assert models.Service.objects.get().source == "local"


def test_services_to_confirm(case_worker: Client) -> None:
    assert "confirmed lately" in get(case_worker, "services_to_confirm")
    bring(replace(PLAIN, confirmed_on=None))
    assert "Nobody has confirmed it." in get(case_worker, "services_to_confirm")
    assert "Example advice" not in get(case_worker, "services_to_confirm", "?mine=1")


# --- imports -------------------------------------------------------------------------------------


def upload(*paths: Path) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]


def test_service_imports_of_both_languages_together(coordinator: Client) -> None:
    paths = [real.EXTRACT / "extract-ar.json", real.EXTRACT / "extract-en.json"]
    count = len(real.extract().entries)
    page = post(coordinator, "service_imports", {"given": upload(*paths), "only_check": "on"})
    assert f"Nothing was written. It would be: {count} new" in page
    assert not models.Service.objects.exists()
    page = post(coordinator, "service_imports", {"given": upload(*paths)})
    assert "Every row came in." in page
    assert models.Service.objects.count() == count


def test_service_row_is_put_right_and_tried_again(coordinator: Client) -> None:
    text = table.write([ROW]).replace("0.5,", "95,", 1).replace("ZZ,95", "ZZ,95")
    sheet = SimpleUploadedFile("sheet.csv", text.encode())
    page = post(coordinator, "service_imports", {"given": [sheet]})
    assert "sheet.csv, line 2" in page
    row = models.RejectedRow.objects.get()
    assert "latitude" in get(coordinator, "service_row", row_id=row.id)
    page = post(coordinator, "service_row", row.raw | {"latitude": "96"}, row_id=row.id)
    assert "It still cannot come in" in page
    page = post(coordinator, "service_row", row.raw | {"latitude": "0.5"}, row_id=row.id)
    assert "The row is in the directory now." in page
    assert models.Service.objects.get().place.latitude == 0.5
    assert "has been put right" in get(coordinator, "service_row", row_id=row.id)


def test_service_row_of_a_json_file(coordinator: Client) -> None:
    item = {"id": "x", "name": "Example", "status": "active"}
    file = SimpleUploadedFile("hsds.json", json.dumps([item]).encode())
    post(coordinator, "service_imports", {"given": [file]})
    row = models.RejectedRow.objects.get()
    for wrong, words in (("{", "This is no JSON"), ("[]", "one item in braces")):
        assert words in post(coordinator, "service_row", {"json": wrong}, row_id=row.id)
    mended = json.dumps(item | {"organization": {"id": "o", "name": "Example Organisation"}})
    page = post(coordinator, "service_row", {"json": mended}, row_id=row.id)
    assert "The row is in the directory now." in page


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"PK\x03\x04", b"a,b\n"])
def test_service_imports_of_what_is_no_table_names_file_line_and_cure(
    coordinator: Client, data: bytes
) -> None:
    page = post(coordinator, "service_imports", {"given": [SimpleUploadedFile("bad.csv", data)]})
    assert "There is a problem" in page
    assert not models.ImportRun.objects.exists()


def test_services_template_can_be_imported_as_it_is(case_worker: Client) -> None:
    response = case_worker.get(reverse("services_template"), secure=True)
    assert "attachment" in response["Content-Disposition"]
    assert len(table.read("t.csv", response.content).entries) == 1


def test_what_a_file_says_is_never_markup(coordinator: Client) -> None:
    evil = "<script>alert(1)</script>"
    bring(replace(ROW, name=evil, description=evil, organisation=evil, place=evil))
    row = models.Service.objects.get()
    for page in (
        get(coordinator, "services", "?need="),
        get(coordinator, "service", service_id=row.id),
        get(coordinator, "service_edit", service_id=row.id),
        get(coordinator, "services_to_confirm"),
        post(Client(), "find_help", {"need": "legal_assistance"}),
    ):
        assert evil not in page


# --- open to everyone ----------------------------------------------------------------------------


def counts() -> dict[str, int]:
    from django.apps import apps

    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_find_help_leaves_no_trace() -> None:
    bring(PLAIN)
    before, client = counts(), Client()
    with CaptureQueriesContext(connection) as captured:
        page = get(client, "find_help")
        found = post(client, "find_help", {"need": "legal_assistance", "place": "Exampletown"})
    assert not [
        q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE", "REPLACE"))
    ]
    assert not client.cookies
    assert counts() == before
    assert "Leave this page quickly" in page
    assert "csrf" not in page
    assert 'method="post"' in page  # what is asked stands in no address and no history
    assert "Example advice" in found


def test_find_help_works_without_a_token_and_without_a_known_place() -> None:
    bring(PLAIN)
    client = Client(enforce_csrf_checks=True)
    page = post(client, "find_help", {"need": "legal_assistance", "place": "Nowhere"})
    assert "for everywhere" in page
    assert "There is a problem" in post(client, "find_help", {"need": "magic"})
    assert "Nobody in the list" in post(client, "find_help", {"need": "food"})


def test_the_open_pages_do_not_tell_where_a_safe_house_is() -> None:
    house = replace(
        PLAIN, needs=("safehouse", "psychosocial"), place="Secret Street", name="Example house"
    )
    bring(house, replace(PLAIN, source_id="b", needs=("psychosocial",), name="Example talk"))
    client = Client()
    page = post(client, "find_help", {"need": "safehouse", "place": "Exampletown"})
    assert "Example house" in page
    assert "Secret Street" not in page
    assert " km)" not in page
    page = post(client, "find_help", {"need": "psychosocial", "place": "Exampletown"})
    assert "Example talk" in page
    assert "Example house" not in page  # its rank among distances would tell
    assert "for everywhere" in post(client, "find_help", {"need": "food", "place": "secret street"})
    listed = json.dumps(answer("hsds_services", "?full=true"))
    assert "Example house" in listed
    assert "Secret Street" not in listed
    assert answer("hsds_services", "?search=Secret")["total_items"] == 0


def answer(name: str, query: str = "", status: int = 200, **kwargs: object) -> dict[str, object]:
    response = Client().get(reverse(name, kwargs=kwargs) + query, secure=True)
    assert response.status_code == status, response.content
    assert not response.cookies
    made: dict[str, object] = response.json()
    return made


def test_hsds_about() -> None:
    told = answer("hsds_about")
    hsds_schema.check(told, "/")
    assert told["version"] == "3.0"


def test_hsds_services_is_valid_on_every_page_and_in_every_shape() -> None:
    bring_real()
    total = models.Service.objects.count()
    seen = []
    for number in range(1, 5):
        page = answer("hsds_services", f"?per_page=5&page={number}")
        hsds_schema.check(page, "/services")
        seen += [item["id"] for item in page["contents"]]  # type: ignore[attr-defined]
    assert len(seen) == len(set(seen)) == total
    assert answer("hsds_services", "?per_page=5&page=3")["last_page"] is True
    assert answer("hsds_services", "?page=99")["empty"] is True
    full = answer("hsds_services", "?full=true")
    for item in full["contents"]:  # type: ignore[attr-defined]
        hsds_schema.check(item, "/services/{id}")
    minimal = answer("hsds_services", "?minimal=true")["contents"]
    assert {tuple(item) for item in minimal} == {("id", "last_modified")}  # type: ignore[attr-defined]


def test_hsds_service_is_valid_and_missing_ones_are_404() -> None:
    bring_real()
    for row in models.Service.objects.all():
        told = answer("hsds_service", service_id=row.id)
        hsds_schema.check(told, "/services/{id}")
        assert told["id"] == str(row.id)
    answer(
        "hsds_service",
        status=404,
        service_id=row.organisation_id,
    )


def test_a_closed_service_is_inactive_and_not_listed() -> None:
    bring(PLAIN)
    row = models.Service.objects.get()
    by = make.actor(make.user("coordinator"))
    actions.close_service(by=by, at=AT, service=row, reason="It moved away.")
    assert answer("hsds_services")["total_items"] == 0
    assert answer("hsds_service", service_id=row.id)["status"] == "inactive"


def test_hsds_services_filters() -> None:
    from manumit.directory import hsds

    bring(PLAIN, replace(PLAIN, source_id="b", name="Example soup", needs=("food",)))
    row = models.Service.objects.first()
    assert row is not None

    def count(query: str) -> object:
        return answer("hsds_services", query)["total_items"]

    assert count("?search=soup") == 1
    assert count(f"?organization_id={row.organisation_id}") == 2
    assert count(f"?organization_id={row.id}") == 0
    assert count("?modified_after=2099-01-01T00:00:00Z") == 0
    assert count("?modified_after=2000-01-01") == 2
    assert count(f"?taxonomy_term_id={hsds.term_id('needs', 'food')}") == 1
    assert count("?taxonomy_term_id=unknown") == 0
    assert count("?taxonomy_id=unknown") == 0


@pytest.mark.parametrize(
    "query",
    [
        "?page=0",
        "?page=x",
        "?page=-1",
        "?per_page=0",
        "?per_page=99999999999999",
        "?format=xml",
        "?full=perhaps",
        "?organization_id=1",
        "?modified_after=soon",
        "?page=²",
    ],
)
def test_hsds_services_answers_bad_input_with_the_cure(query: str) -> None:
    told = answer("hsds_services", query, status=400)
    assert query[1:].split("=")[0] in str(told["error"])


def test_hsds_services_asks_the_database_a_fixed_number_of_times() -> None:
    bring(*(replace(PLAIN, source_id=str(n)) for n in range(60)))
    with CaptureQueriesContext(connection) as few:
        answer("hsds_services", "?per_page=5&full=true")
    with CaptureQueriesContext(connection) as more:
        answer("hsds_services", "?per_page=50&full=true")
    assert len(more) == len(few)
