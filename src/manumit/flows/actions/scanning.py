"""Searching a ledger: facts, shapes and packs, month by month, so that it can stop and go on.

Every table that is made is a file named after what it depends on. A scan that was killed is taken up
again by the next one: what is there stays, what is missing is made. Nothing here needs the ledger's
key: everything that is read is pseudonyms.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Max, Min, Sum

from manumit.core.actions import acting, guard
from manumit.core.reasons import say
from manumit.flows import alerting, models, slices, thresholds
from manumit.flows.actions import background, found, redflags
from manumit.indicators import parts

if TYPE_CHECKING:
    from manumit.flows.actions import derived

Clock = Callable[[], datetime]
# Makes missing tables of these slices; shows signs of life; returns what budgets left out.
Elsewhere = Callable[
    ["derived.Shelf", list[slices.Slice], thresholds.Ground, Callable[[], None]], tuple[str, ...]
]
BACK = 3  # slices before one whose facts it is compared with


@acting.action("ledger.scan")
def begin(*, by: acting.Actor, at: datetime, ledger: models.Ledger) -> models.Scan:
    """Note that a ledger is to be searched; one that was interrupted is taken up again."""
    ledger = guard.hold(by, "ledger.scan", ledger)
    redflags.take_in(ledger, at)
    open_now = models.Scan.objects.filter(
        ledger=ledger, state__in=[models.State.WAITING, models.State.RUNNING]
    ).order_by("number")
    scan = open_now.last()
    if scan and not background.interrupted(scan, at) and not _left_alone(ledger):
        raise acting.Refused(say("A search of this ledger is under way. Wait until it is done."))
    packs = redflags.live(ledger)
    told = {one.id: str(one.version) for one in packs.values()}
    if scan is None:
        last = models.Scan.objects.filter(ledger=ledger).aggregate(last=Max("number"))["last"] or 0
        scan = models.Scan(ledger=ledger, number=last + 1, by=by.user, at=at)
    scan.packs, scan.state, scan.said, scan.seen_at = told, models.State.WAITING, "", at
    scan.steps_done = scan.steps_all = 0
    scan.save()
    return scan


def _left_alone(ledger: models.Ledger) -> bool:
    """Tell whether no process works on a ledger, whatever its rows say."""
    from manumit.flows.actions import derived  # loaded where a scan begins

    with derived.only_one(ledger) as mine:
        return mine


def start(*, by: acting.Actor, at: datetime, ledger: models.Ledger) -> models.Scan:
    """Begin a search in a process of its own, for a page that can be left."""
    scan = begin(by=by, at=at, ledger=ledger)
    background.start("scan", str(scan.pk), secret=b"")
    return scan


def run(*, scan_id: UUID, secret: bytes, clock: Clock) -> models.Scan:
    """Carry out a search that a page began; `secret` is not needed, a search reads pseudonyms."""
    del secret
    scan = models.Scan.objects.select_related("by", "ledger").get(pk=scan_id)
    return carry_out(by=acting.Actor(user=scan.by), scan=scan, clock=clock)


@dataclass
class Work:
    """One search as it goes: where it stands, what was cut, what was found."""

    by: acting.Actor
    scan: models.Scan
    clock: Clock
    shown: Callable[[models.Scan], None] | None
    cut: list[str] = field(default_factory=list)

    def beat(self, step: str = "", done: int = 0) -> None:
        """Show a sign of life, and what runs now."""
        self.scan.seen_at = self.clock()
        self.scan.step = step or self.scan.step
        self.scan.steps_done += done
        self.scan.save(update_fields=["seen_at", "step", "steps_done"])
        if self.shown:
            self.shown(self.scan)


def carry_out(
    *,
    by: acting.Actor,
    scan: models.Scan,
    clock: Clock,
    shown: Callable[[models.Scan], None] | None = None,
    extra: Mapping[str, parts.Pack] | None = None,
    elsewhere: "Elsewhere | None" = None,
) -> models.Scan:
    """Search the ledger of a scan to its end. `extra` packs look beside those that are live.

    `elsewhere` makes the missing tables first, on other machines; what it leaves is made here.
    """
    from manumit.flows.actions import derived  # loaded where a scan runs

    with derived.only_one(scan.ledger) as mine:
        if not mine:
            raise acting.Refused(
                say("A search of this ledger is under way. Wait until it is done.")
            )
        work = Work(by, scan, clock, shown)
        try:
            _search(work, {**redflags.live(scan.ledger), **(extra or {})}, elsewhere)
        except Exception as problem:
            # The page must not wait for ever; a value of a row never goes along.
            said = f"It stopped unexpectedly ({type(problem).__name__}). Start it again to go on."
            end(by=by, at=clock(), scan=scan, state=models.State.FAILED, said=said)
            raise
    return end(by=by, at=clock(), scan=scan, state=models.State.DONE, said="")


@acting.action("ledger.scan")
def end(
    *, by: acting.Actor, at: datetime, scan: models.Scan, state: models.State, said: str
) -> models.Scan:
    """Close a search: it came to its end, or why it did not."""
    scan.state, scan.said, scan.seen_at, scan.done_at, scan.step = state, said, at, at, ""
    scan.save(update_fields=["state", "said", "seen_at", "done_at", "step"])
    return scan


def _search(
    work: Work, packs: Mapping[str, parts.Pack], elsewhere: "Elsewhere | None" = None
) -> None:
    from manumit.flows.actions import derived, measuring

    scan = work.scan
    shelf = derived.Shelf(scan.ledger)
    todo = shelf.months()
    on = thresholds.ground(scan.ledger.country, scan.ledger.currency)
    if elsewhere:
        work.cut += elsewhere(shelf, todo, on, work.beat)
    missing = [one for one in todo if not measuring.shape_path(shelf, one).exists()]
    stretches = measuring.stretches(shelf, missing)
    loads = models.Load.objects.filter(ledger=scan.ledger, state=models.State.DONE)
    scan.entries = loads.aggregate(rows=Sum("rows_loaded"))["rows"] or 0
    scan.state = models.State.RUNNING
    scan.steps_done, scan.steps_all = 0, 2 * len(todo) + len(stretches) + 1
    scan.save()
    measured = {}
    for one in todo:
        work.beat(f"facts {one.name}")
        measured[one] = measuring.measured(shelf, one, on)
        work.beat(done=1)
    for stretch in stretches:
        work.beat(f"shapes {stretch[0].name}")
        work.cut += measuring.shapes(shelf, stretch, work.beat)
        work.beat(done=1)
    _judge(work, shelf, todo, measured, packs, on)
    work.beat("figures")
    scan.cut = sorted(set(work.cut))
    scan.figures = _figures(work, shelf, todo)
    scan.save(update_fields=["cut", "figures"])
    work.beat(done=1)


def _judge(
    work: Work,
    shelf: "derived.Shelf",
    todo: list[slices.Slice],
    measured: dict[slices.Slice, Path],
    packs: Mapping[str, parts.Pack],
    on: thresholds.Ground,
) -> None:
    """Let the packs look at each slice that changed, and put what they find on the desk."""
    from manumit.flows.actions import measuring

    said = sorted(one.digest for one in packs.values())
    names = {one: _judged_name(shelf, one, todo, measured, said) for one in todo}
    stale = [one for one in todo if not shelf.path("judged", one, names[one], "txt").exists()]
    work.beat(done=len(todo) - len(stale))
    scored = _scored(shelf, todo) if stale else None
    for one in stale:
        work.beat(f"alerts {one.name}")
        results = _of_slice(work, shelf, one, todo, measured, packs, on, scored)
        found.put_down(
            by=work.by, clock=work.clock, ledger=work.scan.ledger, scan=work.scan, found=results
        )
        _done(shelf.path("judged", one, names[one], "txt"), str(len(results)))
        work.beat(done=1)
    judged = [shelf.path("judged", one, names[one], "txt") for one in todo]
    work.scan.alerts_found = sum(int(path.read_text()) for path in judged)
    work.scan.alerts_new = models.Alert.objects.filter(scan=work.scan).count()
    work.scan.save(update_fields=["alerts_found", "alerts_new"])
    shelf.tidy(_kept(shelf, todo, measured, names, measuring.shape_path))


def _done(path: Path, said: str) -> None:
    from manumit.flows.actions import store

    store.write_bytes(said.encode(), path)


def _kept(
    shelf: "derived.Shelf",
    todo: list[slices.Slice],
    measured: dict[slices.Slice, Path],
    names: dict[slices.Slice, str],
    shape_path: Callable[["derived.Shelf", slices.Slice], Path],
) -> list[Path]:
    kept = list(measured.values())
    for one in todo:
        kept += [
            shape_path(shelf, one),
            shelf.path("habits", one, shelf.inputs([one])),
            shelf.path("facts", one, names[one]),
            shelf.path("scored", one, names[one]),
            shelf.path("judged", one, names[one], "txt"),
        ]
    return kept


def _before(one: slices.Slice, todo: list[slices.Slice]) -> list[slices.Slice]:
    """Return the slices whose facts one is compared with."""
    back, earlier = one, []
    for _ in range(BACK):
        back = back.before()
        if back in todo:
            earlier.append(back)
    return earlier


def _judged_name(
    shelf: "derived.Shelf",
    one: slices.Slice,
    todo: list[slices.Slice],
    measured: dict[slices.Slice, Path],
    packs: list[str],
) -> str:
    from manumit.flows.actions import measuring

    around = [each for each in (one.before(), one) if each in todo]
    said = [
        *(measured[each].name for each in (*_before(one, todo), one)),
        *(measuring.shape_path(shelf, each).name for each in around),
        *packs,
    ]
    return slices.digest(said)


def _scored(shelf: "derived.Shelf", todo: list[slices.Slice]) -> Any:
    """Return all shapes of the ledger, each once, ranked against each other."""
    import polars

    from manumit.flows import ranking
    from manumit.flows.actions import measuring
    from manumit.flows.patterns import finding

    frames = [polars.read_parquet(measuring.shape_path(shelf, one), glob=False) for one in todo]
    whole = finding.merged(polars.concat(frames))
    files = [str(path) for one in todo for path in shelf.files([one])]
    ends = polars.scan_parquet(files, glob=False)
    accounts = polars.concat([ends.select(a="source"), ends.select(a="target")])
    several = int(accounts.drop_nulls().select(polars.col("a").n_unique()).collect().item())
    return ranking.score(whole, accounts=several)


def _of_slice(
    work: Work,
    shelf: "derived.Shelf",
    one: slices.Slice,
    todo: list[slices.Slice],
    measured: dict[slices.Slice, Path],
    packs: Mapping[str, parts.Pack],
    on: thresholds.Ground,
    scored: Any,
) -> list[alerting.Found]:
    import polars

    from manumit.flows.actions import judging, measuring, store

    name = _judged_name(shelf, one, todo, measured, sorted(p.digest for p in packs.values()))
    begins = slices.bin_starts(one.first_bin - 1).replace(tzinfo=None)
    ends = one.ends.replace(tzinfo=None)
    near = scored.filter((polars.col("last_at") >= begins) & (polars.col("last_at") < ends))
    shapes = shelf.path("scored", one, name)
    store.write(near, shapes)
    by_kind = {about: [p for p in packs.values() if p.money.about == about] for about in
               ("account", "shape")}  # fmt: skip
    earlier = [measured[each] for each in _before(one, todo)]
    with measuring.connect(work.scan.ledger) as connection:
        facts = shelf.path("facts", one, name)
        judging.compare(connection, measured[one], earlier, shapes, facts)
        work.beat()
        results = list(judging.accounts_found(connection, shelf, one, by_kind["account"], on))
        work.beat()
        own = near.filter(polars.col("last_at") >= one.starts.replace(tzinfo=None))
        results += judging.shapes_found(connection, shelf, own, by_kind["shape"], on)
    return results


def _figures(work: Work, shelf: "derived.Shelf", todo: list[slices.Slice]) -> dict[str, Any]:
    """Return precision and recall of shapes where the ledger has labels; nothing otherwise."""
    import polars

    from manumit.flows import evaluation, ranking
    from manumit.flows.actions import store

    labels = store.labels(work.scan.ledger).collect()
    if labels.is_empty() or not todo:
        return {}
    found_shapes = _scored(shelf, todo).filter(polars.col("score") >= ranking.WORTH)
    spans = models.Load.objects.filter(ledger=work.scan.ledger, state=models.State.DONE)
    told = spans.aggregate(first=Min("first_at"), last=Max("last_at"))
    days = (told["last"] - told["first"]).total_seconds() / 86_400 if told["first"] else 0.0
    return evaluation.figures(found_shapes, labels, max(days, 1.0))
