"""Facts and shapes against packs of red flags: what an alert says, cites, and what speaks against it.

The pack decides, by the same engine as every other pack (`indicators`): its measures answer the
questions that can be measured, as SQL over ``account_facts``; what cannot stays open for the analyst.
Where anything but *nothing found* comes out there is an alert. Its strength adds up what speaks for it
and takes off what speaks against: it orders a queue and proves nothing.

Non-punishment (Palermo Protocol practice; Recommended Principles on Human Rights and Human Trafficking,
E/2002/68/Add.1, principle 7): who pays for somebody's release, or whose account others use, is named as
a possible victim and as nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

from manumit.flows import alerting, facts, measures, money
from manumit.flows.alerting import Part
from manumit.indicators import counting, parts, sql
from manumit.indicators import measures as language

NOTHING = measures.NOTHING
MOST_ENTRIES, MOST_OTHERS, MOST_TOGETHER = 500, 200, 25
# How much one sign adds to what is left of doubt.
WEIGHTS = {
    parts.Strength.STRONG: 0.5,
    parts.Strength.MEDIUM: 0.3,
    parts.Strength.WEAK: 0.15,
    parts.Strength.UNRATED: 0.2,
}
AGAINST_COUNTS = 0.5  # what speaks against takes off at most half


@dataclass(frozen=True)
class Ledger:
    """What holds where the facts were measured."""

    country: str
    currency: str


@dataclass(frozen=True)
class Weighed:
    """What a pack says about one row of facts."""

    reasons: tuple[alerting.Reason, ...]
    against: tuple[alerting.Reason, ...]
    score: float


@dataclass(frozen=True)
class Cited:
    """One entry that a hit rests on; `other` is None for cash."""

    account: int
    period: int
    entry: int
    other: int | None
    came: bool
    at: datetime
    minor: int


def statements(
    pack: parts.Pack, country: str, table: str, key: Sequence[str]
) -> tuple[str, str, str]:
    """Give the SQL that picks rows, answers a pack's measures, and gives the rows of alerts.

    `table` has the facts; `key` names its columns that say which row is which. The result has the
    key, the facts that the pack names, and `outcome`.
    """
    columns = ", ".join(sql.quoted(name) for name in (*key, *sorted(measures.used(pack))))
    signs = _any_sign(pack, country)
    where = f" WHERE {signs}" if signs else ""
    # Every name is quoted, and every name of a pack is checked when it is read.
    pick = f"CREATE OR REPLACE TABLE few AS SELECT {columns} FROM {sql.quoted(table)}{where}"  # noqa: S608
    answer = f"CREATE OR REPLACE TABLE answers AS {sql.measured(pack, country, 'few', key)}"
    present = [each.id for each in pack.indicators if each.measure is not None]
    scored = sql.score(pack, present, "answers", key)
    using = ", ".join(sql.quoted(name) for name in key)
    find = (
        f"SELECT few.*, outcome FROM few JOIN ({scored}) USING ({using}) "  # noqa: S608
        f"WHERE outcome <> {sql.literal(NOTHING)}"
    )
    return pick, answer, find


def _any_sign(pack: parts.Pack, country: str) -> str:
    """Give a condition without which nothing can be found; "" where a pack finds something anyway.

    It spares the engine the great many rows that no sign speaks for.
    """
    if not _silence_is_nothing(pack):
        return ""
    ordinary = {each.id for each in pack.dimensions if each.against}
    limit = pack.limits_in(country)
    tests = [
        f"({language.sql(each.measure, limit)})"
        for each in pack.indicators
        if each.measure is not None and each.dimension not in ordinary
    ]
    return " OR ".join(tests)


def _silence_is_nothing(pack: parts.Pack) -> bool:
    """Tell whether a row that at most speaks against itself is never found by the pack."""
    reach = []
    for each in pack.dimensions:
        own = [i for i in pack.indicators if i.dimension == each.id and i.measure is not None]
        most = counting.count(i.strength for i in own) if each.against else counting.NONE
        reach.append(list(counting.levels_within_reach(pack, each.id, counting.NONE, most)))
    nobody = counting.Person(None, frozenset())
    return all(counting.decide(pack, nobody, each).outcome == NOTHING for each in product(*reach))


def weigh(pack: parts.Pack, told: Mapping[str, Any], on: Ledger) -> Weighed:
    """Give the reasons, with values and thresholds, that a row of facts meets."""
    limit = pack.limits_in(on.country)
    ordinary = {each.id for each in pack.dimensions if each.against}
    known = measures.known_facts(pack)
    met = [
        each
        for each in pack.indicators
        if each.measure is not None and language.holds(each.measure, told, limit)
    ]
    pro = [each for each in met if each.dimension not in ordinary]
    con = [each for each in met if each.dimension in ordinary]
    score = _adds_up(pro) * (1 - AGAINST_COUNTS * _adds_up(con))
    said = [tuple(_reason(each, told, limit, known, on) for each in some) for some in (pro, con)]
    return Weighed(said[0], said[1], score)


def _adds_up(signs: Iterable[parts.Indicator]) -> float:
    doubt = 1.0
    for each in signs:
        doubt *= 1 - WEIGHTS[each.strength]
    return 1 - doubt


def _reason(
    sign: parts.Indicator,
    told: Mapping[str, Any],
    limit: Mapping[str, language.Value],
    known: Mapping[str, facts.Fact],
    on: Ledger,
) -> alerting.Reason:
    assert sign.measure is not None  # noqa: S101 (only what was measured is a reason)
    rests = list(language.support(sign.measure, told, limit))
    sides = [side for each in rests for side in (each.left, each.right)]
    names = dict.fromkeys(side.name for side in sides if isinstance(side, language.Fact))
    value = "; ".join(
        _said(name, known[name], told[name], on.currency)
        for name in names
        if name in known and told.get(name) is not None
    )
    threshold = "; ".join(
        f"{_side(each.left, limit)} {each.operator} {_side(each.right, limit)}"
        for each in rests
        if not any(isinstance(side, language.Fact) and known[side.name].unit == "flag"
                   for side in (each.left, each.right))
    )  # fmt: skip
    return alerting.Reason(
        sign.id, value, threshold, sign.strength.value, sign.source, sign.source_status.value
    )


def _said(name: str, fact: facts.Fact, value: Any, currency: str) -> str:
    """Say a fact and its value: "different accounts that paid in: 14", or "cycle" for a flag."""
    if fact.unit == "flag":
        return name.removeprefix("is_").replace("_", "-") if value else f"no {name[3:]}"
    return f"{fact.says}: {_words(value, fact.unit, currency)}"


def _side(side: language.Operand, limit: Mapping[str, language.Value]) -> str:
    return str(limit.get(side.name)) if isinstance(side, language.Limit) else language.words(side)


def _words(value: Any, unit: str, currency: str) -> str:
    """Write a fact for people."""
    if unit == "share":
        return f"{value:.0%}"
    if unit == "minor":
        return money.plain(int(value), currency)
    if unit in {"hours", "times", "score"}:
        return f"{value:.1f}" if unit != "score" else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def predicates(pack: parts.Pack, hit: Mapping[str, Any], country: str) -> tuple[str, ...]:
    """Give what a hit cites, as conditions in SQL over the ledger's ``sides``: of its met signs."""
    limit = pack.limits_in(country)
    ordinary = {each.id for each in pack.dimensions if each.against}
    found = {
        facts.FACTS[name].cites
        for each in pack.indicators
        if each.measure is not None
        and each.dimension not in ordinary
        and language.holds(each.measure, hit, limit)
        for name in language.facts(each.measure)
        if name in facts.MEASURED
    }
    narrow = found - {"true", "came", "NOT came"}
    return tuple(sorted(narrow or found or {"true"}))


def about_accounts(
    pack: parts.Pack, hits: Sequence[Mapping[str, Any]], cited: Sequence[Cited], on: Ledger
) -> list[alerting.Found]:
    """Make alerts of the rows that a pack about accounts found; one ring is one alert.

    `hits` have account, period, outcome and facts; `cited` their entries. Accounts of one period that
    rest on the same entries belong together. An account that was found in one period is not found
    again in the next, which shares half of its entries.
    """
    by_hit: dict[tuple[int, int], list[Cited]] = {}
    for each in cited:
        by_hit.setdefault((each.account, each.period), []).append(each)
    kept: dict[tuple[int, int], Mapping[str, Any]] = {}
    for hit in sorted(hits, key=lambda one: (one["period"], one["account"])):
        place = (hit["account"], hit["period"])
        if (place[0], place[1] - 1) not in kept and place in by_hit:
            kept[place] = hit
    return [
        _found(pack, [kept[place] for place in group], [by_hit[place] for place in group], on)
        for group in _together(kept, by_hit)
    ]


def _together(
    kept: Mapping[tuple[int, int], Mapping[str, Any]],
    by_hit: Mapping[tuple[int, int], Sequence[Cited]],
) -> list[list[tuple[int, int]]]:
    """Group hits of one period and outcome that share an entry; groups stay small."""
    home = {place: place for place in kept}
    size = dict.fromkeys(kept, 1)

    def root(place: tuple[int, int]) -> tuple[int, int]:
        while home[place] != place:
            home[place] = home[home[place]]
            place = home[place]
        return place

    first: dict[tuple[int, int, str], tuple[int, int]] = {}
    for place, hit in kept.items():
        for each in by_hit[place]:
            other = first.setdefault((place[1], each.entry, str(hit["outcome"])), place)
            one, two = root(other), root(place)
            if one != two and size[one] + size[two] <= MOST_TOGETHER:
                home[two] = one
                size[one] += size[two]
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place in kept:
        groups.setdefault(root(place), []).append(place)
    return list(groups.values())


def _found(
    pack: parts.Pack,
    hits: Sequence[Mapping[str, Any]],
    cited: Sequence[Sequence[Cited]],
    on: Ledger,
) -> alerting.Found:
    weighed = [weigh(pack, hit, on) for hit in hits]
    best = max(range(len(hits)), key=lambda n: weighed[n].score)
    outcome = pack.outcome(hits[best]["outcome"])
    every = {each.entry: each for some in cited for each in some}
    ordered = sorted(every.values(), key=lambda each: (each.at, each.entry))
    accounts = _parts(pack, outcome, hits, ordered)
    cut = []
    if len(ordered) > MOST_ENTRIES:
        cut.append(f"{len(ordered)} entries show this; the first {MOST_ENTRIES} are listed.")
    if len(accounts) > MOST_OTHERS:
        cut.append(f"{len(accounts)} accounts take part; {MOST_OTHERS} are listed.")
    return alerting.Found(
        typology=pack.id,
        outcome=outcome.code,
        score=round(weighed[best].score, 4),
        accounts=tuple(accounts[:MOST_OTHERS]),
        entries=tuple(each.entry for each in ordered[:MOST_ENTRIES]),
        reasons=weighed[best].reasons,
        against=weighed[best].against,
        first_at=ordered[0].at.replace(tzinfo=UTC),
        last_at=ordered[-1].at.replace(tzinfo=UTC),
        amount_minor=sum(each.minor for each in ordered),
        possible_victim=any(part is Part.POSSIBLE_VICTIM for _, part in accounts),
        cut=tuple(cut),
        entry_count=len(ordered),
    )


def _parts(
    pack: parts.Pack,
    outcome: parts.Outcome,
    hits: Sequence[Mapping[str, Any]],
    cited: Sequence[Cited],
) -> list[tuple[int, Part]]:
    """Say as what each account is named; a possible victim is named as nothing else."""
    holder = Part.POSSIBLE_VICTIM if outcome.possible_victim else Part(pack.money.holder)
    named: dict[int, Part] = {hit["account"]: holder for hit in hits}
    for each in cited:
        role = pack.money.payers if each.came else pack.money.payees
        if each.other is not None and role and each.other not in named:
            named[each.other] = Part(role)
    return list(named.items())


def shape_row(
    shape: Mapping[str, Any], businesses: int | None, same_holder: int | None
) -> dict[str, Any]:
    """Give the facts of one shape (a row of `patterns.instance`, scored by `ranking`)."""
    span = (shape["last_at"] - shape["first_at"]).total_seconds() / 3600
    row: dict[str, Any] = {
        name: int(name == f"is_{shape['pattern']}")
        for name in facts.SHAPE_FACTS
        if name.startswith("is_")
    }
    return row | {
        "evidence": shape["evidence"],
        "score": shape["score"],
        "ordered": shape["ordered"],
        "kept": shape["kept"],
        "size": len(shape["accounts"]),
        "legs": len(shape["entries"]),
        "rarity": shape["rarity"],
        "span_hours": span,
        "value_minor": shape["amount_minor"],
        "businesses": businesses,
        "same_holder": same_holder,
    }


def about_shape(
    pack: parts.Pack, hit: Mapping[str, Any], shape: Mapping[str, Any], on: Ledger
) -> alerting.Found:
    """Make the alert of one shape; its strength is the shape's own, less what speaks against it."""
    weighed = weigh(pack, hit, on)
    outcome = pack.outcome(hit["outcome"])
    parted = [
        (account, Part.POSSIBLE_VICTIM if outcome.possible_victim else Part(part))
        for account, part in zip(shape["accounts"], shape["parts"], strict=True)
    ]
    against = 1 - AGAINST_COUNTS * (len(weighed.against) > 0)
    cut = [shape["cut"]] if shape["cut"] else []
    return alerting.Found(
        typology=pack.id,
        outcome=outcome.code,
        score=round(float(shape["score"]) * against, 6),
        accounts=tuple(parted[:MOST_OTHERS]),
        entries=tuple(shape["entries"][:MOST_ENTRIES]),
        reasons=weighed.reasons,
        against=weighed.against,
        first_at=shape["first_at"].replace(tzinfo=UTC),
        last_at=shape["last_at"].replace(tzinfo=UTC),
        amount_minor=int(shape["amount_minor"]),
        possible_victim=outcome.possible_victim,
        cut=tuple(cut),
        entry_count=len(shape["entries"]),
    )


@dataclass(frozen=True)
class Known:
    """An alert that is there already: enough to tell whether another one says the same."""

    accounts: frozenset[int]
    first_at: datetime
    last_at: datetime


def says_the_same(one: alerting.Found, known: Known) -> bool:
    """Tell whether an alert of the same typology is there already: half of the accounts, same time.

    A ring that grew is the same ring; a rescan does not double it.
    """
    mine = {account for account, _ in one.accounts}
    shared = len(mine & known.accounts)
    meets = one.first_at <= known.last_at and known.first_at <= one.last_at
    return meets and 2 * shared >= len(mine | known.accounts)
