"""A search: what it finds, that it finds it once, that only what changed is searched again."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import make
from flows import ledgers as builder
from manumit.core import roles
from manumit.core.actions import acting
from manumit.flows import alerting, models, slices
from manumit.flows.actions import derived, found, listing, redflags, scanning, store, trying
from manumit.flows.models import Alert, AlertAccount, Scan, State, Typology

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = builder.AT
FEBRUARY = datetime(2026, 2, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_directory(settings, tmp_path):
    settings.MANUMIT_DATA = tmp_path


def funnel(name="HUB", begins=FEBRUARY, payers=14):
    """Cash at several places just below the threshold, all sent on abroad within hours."""
    rows = [
        {"source": None, "target": name, "kind": "cash_in", "place": f"P-{n % 4}",
         "at": begins + timedelta(hours=2 * n), "amount_minor": 950_000, "currency": "USD"}
        for n in range(payers)
    ]  # fmt: skip
    out = {"source": name, "target": "FAR", "at": begins + timedelta(hours=2 * payers),
           "amount_minor": 950_000 * payers - 9000, "currency": "USD",
           "country_from": "US", "country_to": "SY"}  # fmt: skip
    return [*rows, out]


def everyday(begins=FEBRUARY, count=40):
    return [
        {"source": f"E-{n % 9}", "target": f"E-{(n * 7 + 1) % 10}", "amount_minor": 5000 + 37 * n,
         "at": begins + timedelta(hours=7 * n), "currency": "USD"}
        for n in range(count)
    ]  # fmt: skip


def search(home, at=AT):
    scan = scanning.begin(by=home.analyst_actor, at=at, ledger=home.ledger)
    return scanning.carry_out(by=home.analyst_actor, scan=scan, clock=lambda: at)


def tables(home, kind):
    folder = derived.Shelf(home.ledger).home / kind
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*")}


def test_a_search_finds_the_funnel_once_and_cites_it():
    home = builder.bureau(country="US")
    builder.add(home, funnel() + everyday())
    done = search(home)
    assert (done.state, done.step, done.steps_done) == (State.DONE, "", done.steps_all)
    hub = builder.pseudonym(home, "HUB")
    alert = Alert.objects.get(ledger=home.ledger, typology="finance-funnel")
    assert [hub, "holder"] in alert.accounts
    assert alert.entry_count >= 14
    assert alert.entries == sorted(alert.entries)
    assert {reason["sign"] for reason in alert.reasons} >= {"cash_places", "quick", "below"}
    assert all(reason["source"] for reason in alert.reasons)
    assert AlertAccount.objects.filter(alert=alert, account=hub).exists()
    assert done.alerts_new == Alert.objects.count()

    again = search(home, AT + timedelta(hours=1))
    assert (again.number, again.alerts_new, again.alerts_found) == (2, 0, done.alerts_found)
    assert Typology.objects.filter(ledger=home.ledger, live=True).count() == len(redflags.shipped())


def test_only_what_changed_is_made_again_and_a_rescan_does_not_double():
    home = builder.bureau(country="US")
    for month in (1, 2, 3, 4, 5):
        builder.add(home, everyday(datetime(2026, month, 2, tzinfo=UTC), 12))
    builder.add(home, funnel(begins=datetime(2026, 1, 12, tzinfo=UTC)))
    search(home)
    alerts, before = Alert.objects.count(), tables(home, "measured")
    assert len(before) == 5
    builder.add(home, funnel("NEW", datetime(2026, 5, 5, tzinfo=UTC)))
    done = search(home, AT + timedelta(hours=1))
    after = tables(home, "measured")
    kept = {name for name in after if before.get(name) == after[name]}
    assert sorted(name[:7] for name in kept) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    fresh = Alert.objects.filter(scan=done)
    assert {alert.typology for alert in fresh} >= {"finance-funnel"}
    assert Alert.objects.count() == alerts + done.alerts_new
    new = builder.pseudonym(home, "NEW")
    assert all(new in dict(alert.accounts) for alert in fresh.filter(typology="finance-funnel"))


def test_nothing_of_a_search_needs_or_holds_an_identity():
    home = builder.bureau(country="US")
    builder.add(home, funnel("CANARY-ACCOUNT"))
    scan = scanning.begin(by=home.analyst_actor, at=AT, ledger=home.ledger)
    without_keys = acting.Actor(user=home.analyst)
    scanning.carry_out(by=without_keys, scan=scan, clock=lambda: AT)
    shelf = derived.Shelf(home.ledger).home
    assert any(shelf.glob("facts/*"))
    for path in shelf.rglob("*"):
        assert not path.is_file() or b"CANARY" not in path.read_bytes()
    assert "CANARY" not in str(list(Alert.objects.values_list()))


def test_an_empty_ledger_is_searched_and_says_nothing():
    home = builder.bureau()
    done = search(home)
    assert (done.state, done.alerts_found, done.entries) == (State.DONE, 0, 0)


def test_one_search_at_a_time_and_one_that_died_is_taken_up():
    home = builder.bureau()
    first = scanning.begin(by=home.analyst_actor, at=AT, ledger=home.ledger)
    with derived.only_one(home.ledger) as mine:
        assert mine
        with pytest.raises(acting.Refused, match="under way"):
            scanning.begin(by=home.analyst_actor, at=AT, ledger=home.ledger)
        with pytest.raises(acting.Refused, match="under way"):
            scanning.carry_out(by=home.analyst_actor, scan=first, clock=lambda: AT)
    taken = scanning.begin(by=home.head_actor, at=AT, ledger=home.ledger)
    assert taken.pk == first.pk


def test_a_search_that_fails_says_so_without_a_value(monkeypatch):
    home = builder.bureau()
    builder.add(home, everyday())
    monkeypatch.setattr(slices, "needing", lambda _: 1 / 0)
    scan = scanning.begin(by=home.analyst_actor, at=AT, ledger=home.ledger)
    with pytest.raises(ZeroDivisionError):
        scanning.carry_out(by=home.analyst_actor, scan=scan, clock=lambda: AT)
    scan.refresh_from_db()
    assert (scan.state, scan.said.count("ZeroDivisionError")) == (State.FAILED, 1)


def test_another_unit_cannot_search_it():
    home, other = builder.bureau(), builder.bureau()
    with pytest.raises(acting.NotFound):
        scanning.begin(by=other.analyst_actor, at=AT, ledger=home.ledger)
    worker = make.actor(make.user(roles.Role.CASE_WORKER, make.unit("Example House")))
    with pytest.raises(acting.Refused):
        scanning.begin(by=worker, at=AT, ledger=home.ledger)


def finding(number=1, typology="finance-funnel", account=1, days=0):
    first = FEBRUARY + timedelta(days=days)
    return alerting.Found(
        typology, "look-closer", 1 / (1 + number), ((account, alerting.Part.HOLDER),), (number,),
        (), (), first, first + timedelta(days=2), 100,
    )  # fmt: skip


def test_findings_are_put_down_once_the_strongest_first():
    home = builder.bureau()
    scan = scanning.begin(by=home.analyst_actor, at=AT, ledger=home.ledger)

    def put(*some):
        return found.put_down(
            by=home.analyst_actor, clock=lambda: AT, ledger=home.ledger, scan=scan, found=some
        )

    several = [finding(n, account=n) for n in (3, 1, 2)]
    assert put(*several) == 3
    assert list(Alert.objects.order_by("number").values_list("entries", flat=True)) == [
        [1], [2], [3],
    ]  # fmt: skip
    assert put(*several) == 0
    assert put(finding(9, account=1, days=1)) == 0  # the same, grown
    assert put(finding(9, account=1, days=9), finding(8, "finance-hawala", 1)) == 2


PACK = redflags.shipped_text("finance-funnel")


def test_a_version_is_tried_before_it_goes_live_and_only_the_head_publishes():
    home = builder.bureau(country="US")
    builder.add(home, funnel())
    text = re.sub("version = .*", "version = 2026-12-01", PACK)
    with pytest.raises(acting.Refused, match="Search the ledger once"):
        trying.back_test(by=home.analyst_actor, at=AT, ledger=home.ledger, pack=redflags.read(PACK))
    search(home)
    row = redflags.propose(by=home.analyst_actor, at=AT, ledger=home.ledger, text=text)
    assert redflags.propose(by=home.analyst_actor, at=AT, ledger=home.ledger, text=text) == row
    assert "Try it" in redflags.why_not_publish(row)
    with pytest.raises(acting.Refused, match="Try it"):
        redflags.publish(by=home.head_actor, at=AT, typology=row)
    row = trying.try_version(by=home.analyst_actor, at=AT, typology=row)
    assert (row.figures["found"], row.figures["known"]) == (1, 1)
    with pytest.raises(acting.Refused):
        redflags.publish(by=home.analyst_actor, at=AT, typology=row)
    redflags.publish(by=home.head_actor, at=AT, typology=row)
    live = Typology.objects.filter(ledger=home.ledger, pack="finance-funnel", live=True)
    assert [str(each.version) for each in live] == ["2026-12-01"]
    assert str(redflags.live(home.ledger)["finance-funnel"].version) == "2026-12-01"
    redflags.withdraw(by=home.head_actor, at=AT, typology=row)
    assert "finance-funnel" not in redflags.live(home.ledger)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not toml at all [", "TOML"),
        (PACK.replace("payers >= 5", "payers >= limit:none"), "no limit"),
        (PACK.replace("payees >= 1", "payes >= 1"), "no fact"),
        (
            PACK.replace("cash_in_places = 4", "payers = 0").replace(
                "quick_share = 0.95", "payees = 0"
            ),
            "gives",
        ),
    ],
)
def test_a_bad_pack_is_refused_with_its_cure(text, says):
    home = builder.bureau()
    with pytest.raises(acting.Refused, match=says):
        redflags.propose(by=home.analyst_actor, at=AT, ledger=home.ledger, text=text)


def test_a_trial_of_a_time_and_the_table_of_alerts():
    home = builder.bureau(country="US")
    builder.add(home, funnel() + everyday(FEBRUARY - timedelta(days=40)))
    search(home)
    by = home.analyst_actor
    one = redflags.read(PACK)
    whole = trying.back_test(by=by, at=AT, ledger=home.ledger, pack=one)
    assert (whole["found"], whole["precision"]) == (1, None)
    early = trying.back_test(by=by, at=AT, ledger=home.ledger, pack=one, until=FEBRUARY)
    assert early["found"] == 0
    with pytest.raises(acting.Refused, match="nothing of that time"):
        trying.back_test(by=by, at=AT, ledger=home.ledger, pack=one, since=AT + timedelta(900))
    before = Alert.objects.count()
    table = listing.alerts_table(by=by, at=AT, ledger=home.ledger, typology="finance-funnel")
    assert re.search(r"^A-\d+,finance-funnel,0\.\d+,HUB,holder,", table, re.MULTILINE)
    assert Alert.objects.count() == before


def test_the_bench_needs_no_account():
    ledger = builder.bench()
    builder.add(ledger, funnel())
    scan = scanning.begin(by=acting.SYSTEM, at=AT, ledger=ledger)
    done = scanning.carry_out(by=acting.SYSTEM, scan=scan, clock=lambda: AT)
    assert done.state == State.DONE
    assert not Typology.objects.filter(ledger=ledger).exists()
    table = listing.alerts_table(by=acting.SYSTEM, at=AT, ledger=ledger)
    assert ",HUB," in table


def test_a_page_starts_it_in_a_process_of_its_own(monkeypatch):
    home = builder.bureau()
    started = []
    monkeypatch.setattr(
        scanning.background, "start", lambda *words, secret: started.append((words, secret))
    )
    scan = scanning.start(by=home.analyst_actor, at=AT, ledger=home.ledger)
    assert started == [(("scan", str(scan.pk)), b"")]
    done = scanning.run(scan_id=scan.pk, secret=b"", clock=lambda: AT)
    assert done.state == State.DONE
    assert Scan.objects.get().by == home.analyst


def test_slices_and_periods():
    one = slices.named("2026-01")
    assert (one.before().name, one.after().name) == ("2025-12", "2026-02")
    assert [slices.period_span(p) for p in one.periods] == [
        (datetime(2025, 12, 16, tzinfo=UTC), datetime(2026, 1, 16, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
    ]
    assert [each.name for each in slices.needing(["2026-01", "2026-04"])] == [
        "2026-01", "2026-02", "2026-04",
    ]  # fmt: skip
    back = slices.window_slices(one, 40 * 86_400)
    assert [each.name for each in back] == ["2025-11", "2025-12", "2026-01"]


def test_files_of_other_inputs_are_removed():
    home = builder.bureau()
    builder.add(home, everyday())
    shelf = derived.Shelf(home.ledger)
    (one,) = {slices.of(FEBRUARY)}
    stale: Path = shelf.path("facts", one, "stale")
    store.write_bytes(b"x", stale)
    search(home)
    assert not stale.exists()
    assert isinstance(home.ledger, models.Ledger)
