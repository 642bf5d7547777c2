"""Made transfers with the density of AMLworld HI-Small, to try rules and to measure on.

Nobody's money: ten accounts' worth of everyday traffic for each account, hubs, eight per cent transfers
to oneself, and two things planted in it. *Shapes* as AMLworld plants them (Altman et al., NeurIPS 2023,
arXiv 2306.16424: fan-out, fan-in, gather-scatter, scatter-gather, cycle, random, bipartite, stack), with
the imperfections that real ones have: amounts split and shaved by fees, some legs before the money for
them arrived, other currencies, days of waiting, one leg missing. And *look-alikes* that mean no harm:
wages, shops, rent, families, moving one's own money there and back, makers of a market. A detector that
was only ever tried on clean shapes finds clean shapes only.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy
import polars
from numpy.typing import NDArray

from manumit.flows import entry

Ints = NDArray[numpy.int64]
Leg = tuple[int, int, float, float]  # source, target, minute, amount in major units

START = datetime(2025, 1, 6, tzinfo=UTC)
DAY_MINUTES = 1440
# Rates of the day the data is made on; they only have to be fixed and plausible.
CURRENCIES = (("USD", 1.0), ("EUR", 1.08), ("GBP", 1.27), ("CHF", 1.12), ("CAD", 0.73))
COUNTRIES = ("US", "DE", "GB", "CH", "CA")
PAYMENT_FORMATS = {
    "transfer": "ACH",
    "cheque": "Cheque",
    "card": "Credit Card",
    "virtual_asset": "Bitcoin",
}


@dataclass(frozen=True)
class Imperfection:
    """How far planted shapes are from the textbook: shares of legs or of instances, 0 … 1."""

    fee: float = 0.03  # at most this much is kept back at each hop
    split: float = 0.25  # of legs: paid in two or three parts
    out_of_order: float = 0.15  # of legs: earlier than the money for them came
    other_currency: float = 0.15  # of instances
    missing: float = 0.1  # of instances: one leg went another way and is not in the data
    waiting_days: float = 1.0  # mean wait between hops


CLEAN = Imperfection(0.0, 0.0, 0.0, 0.0, 0.0, 0.3)


@dataclass(frozen=True)
class Made:
    """Tables by entry.COLUMNS, ACCOUNT_COLUMNS and LABEL_COLUMNS; `alike` labels the look-alikes."""

    entries: polars.DataFrame
    accounts: polars.DataFrame
    labels: polars.DataFrame
    alike: polars.DataFrame


@dataclass
class _Plan:
    """Legs that were planted so far, and what they are called."""

    legs: list[Leg] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    instances: list[str] = field(default_factory=list)
    currencies: list[int] = field(default_factory=list)

    def add(self, legs: list[Leg], name: str, instance: str, currency: int) -> None:
        self.legs += legs
        self.names += [name] * len(legs)
        self.instances += [instance] * len(legs)
        self.currencies += [currency] * len(legs)


class _Planter:
    """Draws accounts, times and amounts for one shape after the other."""

    def __init__(
        self, random: numpy.random.Generator, accounts: int, minutes: int, how: Imperfection
    ) -> None:
        self.random, self.accounts, self.minutes, self.how = random, accounts, minutes, how

    def some(self, count: int) -> list[int]:
        """Draw different accounts."""
        drawn = self.random.integers(0, self.accounts, 2 * count + 4)
        return [int(a) for a in dict.fromkeys(drawn.tolist())][:count]

    def size(self, low: int, high: int) -> int:
        return int(self.random.integers(low, high + 1))

    def amount(self) -> float:
        return float(numpy.exp(self.random.normal(8.6, 0.8)))

    def start(self) -> float:
        return float(self.random.uniform(0, self.minutes * 0.6))

    def wait(self) -> float:
        return float(self.random.exponential(self.how.waiting_days * DAY_MINUTES)) + 10

    def less(self, amount: float) -> float:
        return amount * (1 - self.random.uniform(0, self.how.fee))

    def spoil(self, legs: list[Leg]) -> list[Leg]:
        """Leave a leg out, put some out of order, pay some in parts."""
        if len(legs) > 4 and self.random.random() < self.how.missing:
            legs.pop(int(self.random.integers(len(legs))))
        spoiled: list[Leg] = []
        for source, target, minute, amount in legs:
            if self.random.random() < self.how.out_of_order:
                minute -= self.wait() * 1.5
            parts = self.size(2, 3) if self.random.random() < self.how.split else 1
            shares = self.random.dirichlet([20] * parts)
            for share in shares:
                late = self.random.uniform(0, 240) if parts > 1 else 0
                spoiled.append((source, target, minute + late, amount * float(share)))
        return spoiled


def _fan_out(p: _Planter) -> list[Leg]:
    hub, *others = p.some(p.size(6, 17))
    at, amount = p.start(), p.amount()
    return [(hub, o, at + p.wait() * p.random.random(), p.less(amount)) for o in others]


def _fan_in(p: _Planter) -> list[Leg]:
    return [(o, hub, at, amount) for hub, o, at, amount in _fan_out(p)]


def _gather_scatter(p: _Planter) -> list[Leg]:
    hub, *others = p.some(p.size(9, 21))
    half = len(others) // 2
    at, amount = p.start(), p.amount()
    legs = [(o, hub, at + p.wait() * p.random.random(), amount) for o in others[:half]]
    later = max(leg[2] for leg in legs) + p.wait() * 0.3
    out = amount * half / (len(others) - half)
    legs += [(hub, o, later + p.wait() * p.random.random(), p.less(out)) for o in others[half:]]
    return legs


def _scatter_gather(p: _Planter) -> list[Leg]:
    first, last, *middle = p.some(p.size(6, 14))
    at, amount = p.start(), p.amount()
    legs: list[Leg] = []
    for m in middle:
        sent = at + p.wait() * p.random.random()
        legs += [(first, m, sent, amount), (m, last, sent + p.wait(), p.less(amount))]
    return legs


def _path(p: _Planter, accounts: list[int]) -> list[Leg]:
    at, amount = p.start(), p.amount()
    legs: list[Leg] = []
    for source, target in itertools.pairwise(accounts):
        legs.append((source, target, at, amount))
        at, amount = at + p.wait(), p.less(amount)
    return legs


def _cycle(p: _Planter) -> list[Leg]:
    members = p.some(p.size(3, 10))
    return _path(p, [*members, members[0]])


def _random(p: _Planter) -> list[Leg]:
    return _path(p, p.some(p.size(5, 10)))


def _layer(p: _Planter, left: list[int], right: list[int], at: float, amount: float) -> list[Leg]:
    legs: list[Leg] = []
    for place, source in enumerate(left):
        fellows = {right[place % len(right)], *(r for r in right if p.random.random() < 0.6)}
        legs += [(source, t, at + p.wait() * p.random.random(), amount) for t in sorted(fellows)]
    return legs


def _bipartite(p: _Planter) -> list[Leg]:
    left, right = p.size(3, 5), p.size(3, 5)
    members = p.some(left + right)
    return _layer(p, members[:left], members[left:], p.start(), p.amount())


def _stack(p: _Planter) -> list[Leg]:
    left, middle, right = p.size(3, 4), p.size(3, 4), p.size(3, 4)
    members = p.some(left + middle + right)
    at, amount = p.start(), p.amount()
    legs = _layer(p, members[:left], members[left : left + middle], at, amount)
    later = at + p.wait() + p.wait()
    return legs + _layer(
        p, members[left : left + middle], members[left + middle :], later, p.less(amount)
    )


SHAPES: dict[str, Callable[[_Planter], list[Leg]]] = {
    "fan_out": _fan_out,
    "fan_in": _fan_in,
    "gather_scatter": _gather_scatter,
    "scatter_gather": _scatter_gather,
    "cycle": _cycle,
    "random": _random,
    "bipartite": _bipartite,
    "stack": _stack,
}


def _wages(p: _Planter) -> list[Leg]:
    employer, *staff = p.some(p.size(15, 60))
    pay = float(numpy.exp(p.random.normal(7.8, 0.3)))
    first = p.size(0, 4) * DAY_MINUTES + 540
    spread = p.random.normal(1, 0.15, len(staff))
    days = range(first, p.minutes, 30 * DAY_MINUTES)
    return [
        (employer, who, day + p.random.uniform(0, 30), pay * max(0.3, share))
        for day in days
        for who, share in zip(staff, spread.tolist(), strict=True)
    ]


def _rent(p: _Planter) -> list[Leg]:
    landlord, *tenants = p.some(p.size(4, 13))
    rent = float(numpy.exp(p.random.normal(6.9, 0.2)))
    days = range(p.size(0, 3) * DAY_MINUTES, p.minutes, 30 * DAY_MINUTES)
    return [
        (tenant, landlord, day + p.random.uniform(0, 3 * DAY_MINUTES), rent)
        for day in days
        for tenant in tenants
    ]


def _family(p: _Planter) -> list[Leg]:
    parent, *kin = p.some(p.size(3, 6))
    sent = float(numpy.exp(p.random.normal(5.2, 0.4)))
    days = range(p.size(0, 6) * DAY_MINUTES, p.minutes, 7 * DAY_MINUTES)
    return [(k, parent, day + p.random.uniform(0, DAY_MINUTES), sent) for day in days for k in kin]


def _own_round_trip(p: _Planter) -> list[Leg]:
    one, other = p.some(2)
    at, amount = p.start(), p.amount()
    return [(one, other, at, amount), (other, one, at + p.wait(), amount)]


def _market_maker(p: _Planter) -> list[Leg]:
    makers = p.some(p.size(3, 5))
    trades = p.size(60, 160)
    ends = p.random.integers(0, len(makers), (trades, 2))
    lot = float(numpy.exp(p.random.normal(9.5, 0.5)))
    times = numpy.sort(p.random.uniform(0, p.minutes, trades))
    return [
        (makers[a], makers[b], float(at), lot * float(p.random.integers(1, 20)))
        for (a, b), at in zip(ends.tolist(), times.tolist(), strict=True)
        if a != b
    ]


# How many legs of the everyday traffic of 1,000 rows each kind of look-alike takes, roughly.
LOOK_ALIKES: dict[str, tuple[Callable[[_Planter], list[Leg]], float]] = {
    "wages": (_wages, 8.0),
    "rent": (_rent, 4.0),
    "family": (_family, 4.0),
    "own_round_trip": (_own_round_trip, 3.0),
    "market_maker": (_market_maker, 3.0),
}


def ledger(
    rows: int,
    seed: int,
    *,
    accounts: int | None = None,
    days: int = 10,
    illicit: float = 0.005,
    how: Imperfection = Imperfection(),
) -> Made:
    """Make about `rows` entries (exactly as many; the last everyday ones give way) in `days` days."""
    random = numpy.random.default_rng(seed)
    count = accounts or max(rows // 10, 50)
    planter = _Planter(random, count, days * DAY_MINUTES, how)
    plan = _planted(planter, rows, illicit)
    everyday = _everyday(random, rows - len(plan.legs), count, days)
    return _tables(random, plan, everyday, count)


def _planted(p: _Planter, rows: int, illicit: float) -> _Plan:
    plan = _Plan()
    wanted, shapes, number = rows * illicit, list(SHAPES), 0
    while illicit and len(plan.legs) < wanted:
        shape = shapes[number % len(shapes)]
        legs = _inside(p.spoil(SHAPES[shape](p)), p.minutes)
        currency = p.size(1, len(CURRENCIES) - 1) if p.random.random() < p.how.other_currency else 0
        plan.add(legs, shape, str(number), currency)
        number += 1
    for name, (draw, per_thousand) in LOOK_ALIKES.items():
        done = 0
        while done < rows * per_thousand / 1000 * 2:
            legs = _inside(draw(p), p.minutes)
            plan.add(legs, f"~{name}", str(number), 0)
            done, number = done + len(legs), number + 1
    return plan


def _inside(legs: list[Leg], minutes: int) -> list[Leg]:
    return [(s, t, min(max(at, 0.0), minutes - 1.0), amount) for s, t, at, amount in legs]


def _everyday(
    random: numpy.random.Generator, rows: int, count: int, days: int
) -> dict[str, NDArray[numpy.float64] | Ints]:
    """Draw traffic among known partners and strangers, shops as hubs, and to oneself."""
    scale = numpy.exp(random.normal(6.0, 1.0, count))
    busy = random.pareto(1.6, count) + 0.3
    # drawing by weight: positions in the running sum of the weights
    reach = numpy.cumsum(busy / busy.sum())
    source = numpy.minimum(numpy.searchsorted(reach, random.random(rows)), count - 1)
    partners = random.integers(0, count, (count, 4))
    target = partners[source, random.integers(0, 4, rows)]
    stranger = random.random(rows)
    shop = (random.pareto(1.05, rows) * 3).astype(numpy.int64) % max(count // 8, 1)
    target = numpy.where(stranger < 0.25, shop, target)
    far = random.integers(0, count, rows)
    target = numpy.where((stranger >= 0.25) & (stranger < 0.5), far, target)
    target = numpy.where(stranger >= 0.92, source, target)
    hour = numpy.clip(random.normal(14, 4, rows), 0, 23.99)
    minute = (random.integers(0, days, rows) * DAY_MINUTES + hour * 60).astype(numpy.float64)
    amount = scale[source] * numpy.exp(random.normal(0, 0.7, rows))
    return {"source": source, "target": target, "minute": minute, "amount": amount}


def _tables(
    random: numpy.random.Generator,
    plan: _Plan,
    everyday: dict[str, NDArray[numpy.float64] | Ints],
    count: int,
) -> Made:
    legs = numpy.array(plan.legs, dtype=numpy.float64).reshape(-1, 4)
    columns = [
        numpy.concatenate([legs[:, place], everyday[name]])
        for place, name in enumerate(("source", "target", "minute", "amount"))
    ]
    order = numpy.argsort(columns[2], kind="stable")
    planted = len(legs)
    currency = numpy.zeros(len(order), dtype=numpy.int64)
    currency[:planted] = plan.currencies
    abroad = random.random(len(order) - planted) < 0.08
    currency[planted:][abroad] = random.integers(1, len(CURRENCIES), int(abroad.sum()))
    entries = _entries(random, [c[order] for c in columns], currency[order])
    number = numpy.empty(len(order), dtype=numpy.int64)
    number[order] = numpy.arange(1, len(order) + 1)
    labels = polars.DataFrame(
        {
            "entry": number[:planted],
            "account": numpy.full(planted, None),
            "pattern": plan.names,
            "instance": plan.instances,
        },
        schema_overrides=entry.LABEL_COLUMNS,
    ).sort("entry")
    alike = polars.col("pattern").str.starts_with("~")
    return Made(
        entries,
        _accounts(random, count),
        labels.filter(~alike),
        labels.filter(alike).with_columns(polars.col("pattern").str.strip_prefix("~")),
    )


def _entries(
    random: numpy.random.Generator, columns: list[NDArray[numpy.float64]], currency: Ints
) -> polars.DataFrame:
    source, target, minute, amount = columns
    rows = len(minute)
    rates = numpy.array([rate for _, rate in CURRENCIES])[currency]
    whole = minute.astype(numpy.int64)
    kinds = numpy.array(list(PAYMENT_FORMATS))[
        numpy.searchsorted([0.6, 0.8, 0.97], random.random(rows))
    ]
    codes = numpy.array([code for code, _ in CURRENCIES])[currency]
    base = numpy.maximum(1, numpy.rint(amount * 100)).astype(numpy.int64)
    places = numpy.array(COUNTRIES)
    return polars.DataFrame(
        {
            "entry": numpy.arange(1, rows + 1),
            "at": (whole * 60 + int(START.timestamp())) * 1_000_000,
            "precision": numpy.full(rows, int(entry.Precision.MINUTE), dtype=numpy.uint8),
            "local_minute": (whole % DAY_MINUTES).astype(numpy.int16),
            "source": source.astype(numpy.int64) + 1,
            "target": target.astype(numpy.int64) + 1,
            "amount_minor": numpy.maximum(1, numpy.rint(base / rates)).astype(numpy.int64),
            "currency": codes,
            "base_minor": base,
            "rate": numpy.where(currency == 0, "", "made"),
            "kind": kinds,
            "purpose": numpy.full(rows, ""),
            "country_from": places[(source % len(places)).astype(numpy.int64)],
            "country_to": places[(target % len(places)).astype(numpy.int64)],
        }
    ).select(
        polars.col("at").cast(polars.Datetime("us"))
        if name == "at"
        else polars.col(name).cast(kind)
        if name not in ("place", "mcc", "device")
        else polars.lit(None, dtype=kind).alias(name)
        for name, kind in entry.COLUMNS.items()
    )


def _accounts(random: numpy.random.Generator, count: int) -> polars.DataFrame:
    number = numpy.arange(1, count + 1)
    business = random.random(count) < 0.2
    opened = numpy.datetime64("2015-01-01") + random.integers(0, 3600, count)
    return polars.DataFrame(
        {
            "account": number,
            "kind": numpy.where(business, "business", "person"),
            "holder": number,
            "country": numpy.array(COUNTRIES)[(number - 1) % len(COUNTRIES)],
            "opened_on": opened,
            "income_minor": numpy.exp(random.normal(12, 0.6, count)).astype(numpy.int64),
            "address": number,
            "phone": number,
        }
    ).select(polars.col(name).cast(kind) for name, kind in entry.ACCOUNT_COLUMNS.items())


# --- the same as files ------------------------------------------------------------------------------

AMLWORLD_HEADER = (
    "Timestamp,From Bank,Account,To Bank,Account,Amount Received,Receiving Currency,"
    "Amount Paid,Payment Currency,Payment Format,Is Laundering"
)
CURRENCY_NAMES = {
    "USD": "US Dollar",
    "EUR": "Euro",
    "GBP": "UK Pound",
    "CHF": "Swiss Franc",
    "CAD": "Canadian Dollar",
}
_HEADINGS = {
    "fan_out": "FAN-OUT:  Max {}-degree Fan-Out",
    "fan_in": "FAN-IN:  Max {}-degree Fan-In",
    "gather_scatter": "GATHER-SCATTER:  Max {}-degree Fan-In",
    "scatter_gather": "SCATTER-GATHER",
    "cycle": "CYCLE:  Max {} hops",
    "random": "RANDOM:  Max {} hops",
    "bipartite": "BIPARTITE",
    "stack": "STACK",
}


def _lines(made: Made) -> polars.DataFrame:
    """Add to each entry its line in AMLworld's layout."""
    illicit = polars.col("entry").is_in(made.labels["entry"].implode())
    money = (polars.col("amount_minor") / 100).round(2).cast(polars.String)
    currency = polars.col("currency").replace(CURRENCY_NAMES)

    def bank(end: str) -> polars.Expr:
        return (polars.col(end) % 97 + 10).cast(polars.String).str.zfill(4)

    def account(end: str) -> polars.Expr:
        return polars.format("8{}", polars.col(end).cast(polars.String).str.zfill(8))

    return made.entries.with_columns(
        line=polars.concat_str(
            polars.col("at").dt.strftime("%Y/%m/%d %H:%M"),
            bank("source"),
            account("source"),
            bank("target"),
            account("target"),
            money,
            currency,
            money,
            currency,
            polars.col("kind").replace(PAYMENT_FORMATS),
            illicit.cast(polars.Int8).cast(polars.String),
            separator=",",
        )
    )


def amlworld_csv(made: Made) -> str:
    """Write the entries as AMLworld's ``…_Trans.csv``."""
    return "\n".join([AMLWORLD_HEADER, *_lines(made)["line"], ""])


def amlworld_patterns(made: Made) -> str:
    """Write the planted shapes as AMLworld's ``…_Patterns.txt``."""
    lines = dict(_lines(made).select("entry", "line").iter_rows())
    told: list[str] = []
    for (_, shape), rows in made.labels.group_by("instance", "pattern", maintain_order=True):
        heading = _HEADINGS[str(shape)].format(len(rows))
        told.append(f"BEGIN LAUNDERING ATTEMPT - {heading}")
        told += [lines[number] for number in rows["entry"]]
        told += [f"END LAUNDERING ATTEMPT - {heading.split(':')[0]}", ""]
    return "\n".join(told)
