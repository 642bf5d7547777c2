import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import real
from test_table import ROW

import make
from manumit.core import models as core
from manumit.core.actions import acting
from manumit.directory import actions, hsds, models, sniff, table
from manumit.directory.entry import Note, Reading

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT


def coordinator() -> acting.Actor:
    return make.actor(make.user("coordinator"))


def bring(reading: Reading, by: acting.Actor = acting.SYSTEM) -> models.ImportRun:
    return actions.import_services(by=by, at=AT, reading=reading, files=["some.json"])


def everything() -> dict[str, list[object]]:
    kinds = (
        models.Service,
        models.Place,
        models.ServiceNeed,
        models.RejectedRow,
        core.Organisation,
    )
    return {kind.__name__: list(kind.objects.order_by("pk").values_list()) for kind in kinds}


def one(**changes: object) -> Reading:
    entry = replace(ROW, **changes)  # type: ignore[arg-type]
    return Reading("table", ((2, entry),), ())


def test_importing_all_real_services_twice_changes_nothing() -> None:
    first = bring(real.whole())
    assert (first.created, first.rejected) == (562, 0)
    assert first.noted == 561
    before = everything()
    second = bring(real.whole())
    assert (second.created, second.updated, second.rejected) == (0, 0, 0)
    assert second.unchanged == 562
    assert everything() == before
    assert len(before["Organisation"]) == 44
    assert models.Service.objects.count() == 562


def test_what_is_stored_is_what_was_read() -> None:
    reading = real.extract()
    bring(reading)
    for _, entry in reading.entries:
        stored = models.Service.objects.whole().get(source_id=entry.source_id).as_entry()
        assert stored == replace(entry, hours=stored.hours)
        assert set(stored.hours) == set(entry.hours)


def test_the_bundled_directory_comes_in_whole() -> None:
    from importlib import resources

    data = resources.files("manumit.directory").joinpath("data", "example_services.csv")
    run = bring(table.read("example_services.csv", data.read_bytes()))
    assert (run.created, run.rejected) == (26, 0)


def test_a_dry_run_writes_nothing() -> None:
    before = everything()
    plan = actions.plan_import(real.extract())
    assert len(plan.create) == len(real.extract().entries)
    assert everything() == before
    assert not models.ImportRun.objects.exists()


def test_a_changed_row_changes_its_service_and_no_other() -> None:
    bring(Reading("table", ((2, ROW), (3, replace(ROW, source_id="a-2"))), ()))
    run = bring(one(phone="+000 111", needs=("food",), languages=("fr",)))
    assert (run.created, run.updated, run.unchanged) == (0, 1, 0)
    changed, other = models.Service.objects.order_by("source_id")
    assert (changed.phone, changed.needs, changed.languages) == ("+000 111", ("food",), ["fr"])
    assert other.as_entry() == replace(ROW, source_id="a-2")


def test_a_failure_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything()

    def broken(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(actions, "_write_needs", broken)
    with pytest.raises(RuntimeError):
        bring(real.extract())
    assert everything() == before


def test_rejected_rows_are_kept_once_and_can_be_put_right() -> None:
    sheet = table.write([ROW, replace(ROW, source_id="a-2", country="ZZ")])
    spoilt = sheet.replace("legal_assistance; registration", "magic", 1).encode()
    reading = sniff.read([sniff.File("sheet.csv", spoilt)])
    assert (bring(reading).rejected, bring(reading).rejected) == (1, 0)
    row = models.RejectedRow.objects.get()
    assert (row.file, row.line, row.field, row.state) == ("sheet.csv", 2, "needs", "open")
    assert row.reason
    assert row.cure

    still = actions.retry_row(by=coordinator(), at=AT, row=row, raw=row.raw | {"needs": "luck"})
    assert still.state == "open"
    assert "luck" in still.reason
    good = row.raw | {"needs": "legal_assistance"}
    done = actions.retry_row(by=coordinator(), at=AT, row=still, raw=good)
    assert done.state == "done"
    assert done.service is not None
    assert done.service.needs == ("legal_assistance",)
    with pytest.raises(acting.Refused):
        actions.retry_row(by=coordinator(), at=AT, row=done, raw=good)


def test_a_correction_made_here_outlives_a_newer_file() -> None:
    bring(one())
    service = models.Service.objects.get()
    by = coordinator()
    mended = replace(service.as_entry(), phone="+000 999", name="Example advice")
    actions.edit_service(by=by, at=AT, service=service, entry=mended)
    bring(one(phone="+000 111", description="New words."))
    service = models.Service.objects.get()
    assert (service.phone, service.name) == ("+000 999", "Example advice")
    assert service.description == "New words."
    assert {(n["field"], n["code"]) for n in service.notes} == {("name", "kept"), ("phone", "kept")}
    unchanged = bring(one(phone="+000 111", description="New words."))
    assert unchanged.unchanged == 1


def test_correcting_a_field_takes_its_doubt_away() -> None:
    doubts = (Note("phone", "old", "An old number."), Note("name", "spelling", "Misspelt."))
    bring(one(notes=doubts))
    service = models.Service.objects.get()
    mended = replace(service.as_entry(), phone="+000 999")
    actions.edit_service(by=coordinator(), at=AT, service=service, entry=mended)
    assert [note["field"] for note in models.Service.objects.get().notes] == ["name"]


def test_an_edit_that_cannot_stand_is_refused() -> None:
    bring(one())
    service = models.Service.objects.get()
    with pytest.raises(acting.Refused, match="lowest age"):
        actions.edit_service(
            by=coordinator(), at=AT, service=service, entry=replace(ROW, minimum_age=120)
        )


def test_our_own_export_comes_home_without_a_trace() -> None:
    bring(real.extract())
    rows = models.Service.objects.whole()
    contents = [hsds.service(r.as_entry(), str(r.id), str(r.organisation_id)) for r in rows]
    before = everything()
    data = json.dumps({"contents": contents}).encode()
    run = bring(sniff.read([sniff.File("export.json", data)]))
    assert (run.created, run.updated, run.rejected) == (0, 0, 0)
    assert run.unchanged == len(contents)
    assert everything() == before


def test_one_organisation_under_one_name() -> None:
    make.organisation("Example Organisation")
    bring(one())
    assert core.Organisation.objects.filter(name="Example Organisation").count() == 1
    bring(one(organisation="Example Organisation, renamed"))
    bring(one(organisation="Example Organisation, renamed", phone="+000 5"))
    assert core.Organisation.objects.count() == 2


def test_confirming_revives_a_service_that_outlived_its_end() -> None:
    bring(one(confirmed_on=None, ends_on=date(2014, 12, 31), starts_on=None))
    service = models.Service.objects.get()
    assert service.fresh_on(AT.date()).standing == "stale"
    actions.confirm_service(by=make.actor(make.user("case_worker")), at=AT, service=service)
    service = models.Service.objects.get()
    assert service.fresh_on(AT.date()).standing == "fresh"
    assert service.ends_on is None
    bring(one(confirmed_on=None, ends_on=date(2014, 12, 31), starts_on=None, phone="+000 7"))
    service = models.Service.objects.get()
    assert service.ends_on is None
    assert service.confirmed_on == AT.date()


def test_a_later_confirmation_in_a_file_counts() -> None:
    bring(one())
    service = models.Service.objects.get()
    actions.confirm_service(by=coordinator(), at=AT, service=service)
    later = AT.date() + timedelta(days=9)
    bring(one(confirmed_on=later))
    assert models.Service.objects.get().confirmed_on == later


def test_a_focal_point_confirms_their_own_unit_only() -> None:
    bring(one())
    service = models.Service.objects.get()
    home = make.unit(organisation_=service.organisation)
    actions.link_unit(by=coordinator(), at=AT, service=service, unit=home)
    mine = make.actor(make.user("service_focal_point", unit=home))
    other = make.actor(make.user("service_focal_point"))
    with pytest.raises(acting.Refused, match="your own unit"):
        actions.confirm_service(by=other, at=AT, service=service)
    confirmed = actions.confirm_service(by=mine, at=AT, service=service)
    assert confirmed.confirmed_by == mine.user


def test_a_unit_answers_for_services_of_its_own_organisation_only() -> None:
    bring(one())
    service = models.Service.objects.get()
    with pytest.raises(acting.Refused, match="another organisation"):
        actions.link_unit(by=coordinator(), at=AT, service=service, unit=make.unit())
    assert actions.link_unit(by=coordinator(), at=AT, service=service, unit=None).unit is None


def test_closing_needs_a_reason_and_can_be_undone() -> None:
    bring(one())
    service = models.Service.objects.get()
    by = coordinator()
    with pytest.raises(acting.Refused):
        actions.close_service(by=by, at=AT, service=service, reason="  ")
    with pytest.raises(acting.Refused):
        actions.reopen_service(by=by, at=AT, service=service)
    actions.close_service(by=by, at=AT, service=service, reason="It moved away.")
    assert not models.Service.objects.running().exists()
    assert "moved away" in service.why_not_refer()
    with pytest.raises(acting.Refused):
        actions.close_service(by=by, at=AT, service=service, reason="Again.")
    with pytest.raises(acting.Refused):
        actions.confirm_service(by=by, at=AT, service=service)
    bring(one(phone="+000 5"))
    assert models.Service.objects.get().closed_at == AT
    actions.reopen_service(by=by, at=AT, service=models.Service.objects.get())
    assert models.Service.objects.running().exists()


def test_a_service_added_by_hand_is_confirmed_by_whoever_adds_it() -> None:
    by = coordinator()
    made = actions.add_service(by=by, at=AT, entry=ROW)
    assert made.confirmed_by == by.user
    assert made.confirmed_on == AT.date()
    assert made.source == "local"
    with pytest.raises(acting.Refused):
        actions.add_service(by=by, at=AT, entry=replace(ROW, needs=()))


ACTS: dict[str, Callable[[acting.Actor, models.Service], object]] = {
    "import": lambda by, _: bring(one(), by),
    "add": lambda by, _: actions.add_service(by=by, at=AT, entry=ROW),
    "edit": lambda by, s: actions.edit_service(by=by, at=AT, service=s, entry=s.as_entry()),
    "link": lambda by, s: actions.link_unit(by=by, at=AT, service=s, unit=None),
    "close": lambda by, s: actions.close_service(by=by, at=AT, service=s, reason="x"),
    "confirm": lambda by, s: actions.confirm_service(by=by, at=AT, service=s),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ["screening_officer", "auditor", "administrator", "monitor"])
def test_who_may_not_is_refused_and_the_refusal_is_on_the_record(act: str, role: str) -> None:
    bring(one())
    before = everything()
    with pytest.raises(acting.Refused):
        ACTS[act](make.actor(make.user(role)), models.Service.objects.get())
    after = everything()
    del before["Organisation"], after["Organisation"]
    assert after == before
    assert core.Leaf.objects.latest("seq").outcome == "refused"


def test_each_act_is_on_the_record_by_its_permission() -> None:
    bring(one())
    service = models.Service.objects.get()
    by = coordinator()
    actions.confirm_service(by=by, at=AT, service=service)
    leaf = core.Leaf.objects.latest("seq")
    assert (leaf.act, leaf.outcome, leaf.by) == ("directory.confirm", "done", by.id)
    assert str(service.id).encode() in bytes(leaf.body)
