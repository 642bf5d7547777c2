"""A load can be taken out of the ledger again, by two people, and nothing of it stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from flows import alerts_made, ledgers
from manumit.core.actions import acting
from manumit.flows import models, takingout
from manumit.flows.actions import store
from manumit.flows.actions import takingout as acts
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = ledgers.AT


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.MANUMIT_DATA = tmp_path


def ask(home: ledgers.Bureau, load: models.Load) -> models.Load:
    return acts.ask(by=home.analyst_actor, at=AT, load=load, why=takingout.Why.WRONG_FILE)


def take_out(home: ledgers.Bureau, load: models.Load, on_commit) -> models.Load:  # type: ignore[no-untyped-def]
    ask(home, load)
    with on_commit(execute=True):
        return acts.agree(by=home.head_actor, at=AT, load=load)


def test_nothing_of_it_stays(
    tmp_path: Path,
    django_capture_on_commit_callbacks,  # type: ignore[no-untyped-def]
) -> None:
    home = ledgers.bureau()
    stays = ledgers.add(home, [{"text": "stays"}], [{"account_id": "EX-1001", "name": "Stays"}])
    goes = ledgers.add(
        home,
        [{"text": "goes", "source_name": "Amal Example"}],
        [{"account_id": "EX-7", "name": "X"}],
    )
    numbers = {1: stays, 2: goes}
    before = {n: [*tmp_path.rglob(f"*{row.number:06d}*")] for n, row in numbers.items()}
    assert before[2]
    gone = take_out(home, goes, django_capture_on_commit_callbacks)
    assert (gone.state, gone.out_agreed_by) == (models.State.OUT, home.head)
    assert [*tmp_path.rglob(f"*{goes.number:06d}*")] == []
    assert [*tmp_path.rglob(f"*{stays.number:06d}*")] == before[1]
    rows = store.entries(home.ledger).collect()
    assert len(rows) == 1
    assert rows["entry"].to_list()[0] // 10**9 == stays.number


def test_the_same_file_may_come_again(django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    home = ledgers.bureau()
    batches = [ledgers.told([{"text": "one"}, {"text": "two"}])]
    first = ledgers.add_batches(home, batches, digest="a" * 64)
    take_out(home, first, django_capture_on_commit_callbacks)
    again = ledgers.add_batches(home, batches, digest="a" * 64)
    assert (again.pk != first.pk, again.rows_loaded, again.rows_known) == (True, 2, 0)


def test_it_takes_two() -> None:
    home = ledgers.bureau()
    load = ledgers.add(home, [{}])
    with pytest.raises(acting.Refused, match="Nobody has asked"):
        acts.agree(by=home.head_actor, at=AT, load=load)
    ask(home, load)
    with pytest.raises(acting.Refused, match="second person"):
        acts.agree(by=home.analyst_actor, at=AT, load=load)
    load.refresh_from_db()
    assert load.state == models.State.DONE
    acts.leave(by=home.head_actor, at=AT, load=load)
    with pytest.raises(acting.Refused, match="Nobody has asked"):
        acts.agree(by=home.head_actor, at=AT, load=load)


def test_another_units_load_is_not_there() -> None:
    home, other = ledgers.bureau(), ledgers.bureau()
    with pytest.raises(acting.NotFound):
        ask(other, ledgers.add(home, [{}]))


def test_what_later_loads_rest_on_goes_after_them() -> None:
    home = ledgers.bureau()
    first = ledgers.add(home, [{"text": "one"}])
    second = ledgers.add(home, [{"text": "one"}, {"text": "two"}])
    assert second.rows_known == 1
    with pytest.raises(acting.Refused, match=f"Load {second.number} has rows"):
        ask(home, first)
    ask(home, second)


def test_not_while_something_is_at_work() -> None:
    home = ledgers.bureau()
    load = ledgers.add(home, [{}])
    with store.alone(home.ledger), pytest.raises(acting.Refused, match="just now"):
        ask(home, load)


def test_alerts_that_rest_on_it_are_marked() -> None:
    home = ledgers.bureau()
    load = ledgers.add(home, [{}])
    resting, other = alerts_made.store(home), alerts_made.store(home)
    for row, number in ((resting, load.number), (other, load.number + 7)):
        row.entries = [number * 10**9 + 1]
        row.first_at, row.last_at = load.first_at, load.last_at
        row.save()
    ask(home, load)
    acts.agree(by=home.head_actor, at=AT, load=load)
    resting.refresh_from_db()
    other.refresh_from_db()
    assert (resting.shaken_at, other.shaken_at) == (AT, None)


def test_an_interrupted_sweep_is_done_by_the_next(tmp_path: Path) -> None:
    home = ledgers.bureau()
    load = ledgers.add(home, [{"text": "goes"}])
    ask(home, load)
    acts.agree(by=home.head_actor, at=AT, load=load)  # this test's transaction never commits
    assert [*tmp_path.rglob(f"*{load.number:06d}*")]
    assert acts.sweep_all() > 0
    assert [*tmp_path.rglob(f"*{load.number:06d}*")] == []
    assert acts.sweep_all() == 0


def test_the_pages(django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    home = ledgers.bureau()
    load = ledgers.add(home, [{}], at=datetime.now(UTC) - timedelta(days=365 * 11))
    here = f"/money/ledger/loads/{load.pk}"
    analyst, head = client_for(home.analyst), client_for(home.head)
    shown = analyst.get(here, secure=True).content.decode()
    assert "Take it out of the ledger" in shown
    assert "longer than the ledger’s rule" in shown
    assert "Kept longer than the rule" in analyst.get("/money/ledger", secure=True).content.decode()
    refused = analyst.post(here, {"act": "take_out"}, secure=True, follow=True)
    assert "Choose why it is taken out." in refused.content.decode()
    analyst.post(here, {"act": "take_out", "why": "kept_too_long"}, secure=True)
    assert "Agree and take it out" not in analyst.get(here, secure=True).content.decode()
    assert "Agree and take it out" in head.get(here, secure=True).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        head.post(here, {"act": "agree"}, secure=True)
    assert "It was kept as long as it may be" in head.get(here, secure=True).content.decode()
