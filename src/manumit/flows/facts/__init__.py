"""What is measured about each account, as named SQL steps; each says what and from which source.

``steps``       what a step is
``ground``      entries of a slice, seen from both of their accounts
``turnover``    sums, counterparties, round trips, how long value stays
``channels``    cash, structuring, night and weekend, hawala, prepaid, virtual assets
``geography``   borders, places of conflict, shared machines
``purposes``    lodging, rides, adverts, wages, fees, releases, benefits in kind
``compared``    against the account's own past, its peers, what is known of it, and shapes

The table ``account_facts`` has one row per account and period (`slices`) and one column per fact. What
the data cannot tell is NULL, which means *not known* and never *no*.
"""

from collections.abc import Mapping

from manumit.flows import slices, thresholds
from manumit.flows.facts import channels, compared, geography, ground, purposes, steps, turnover
from manumit.flows.facts.steps import Fact as Fact
from manumit.flows.facts.steps import Step as Step

_PACKAGES = (turnover, channels, geography, purposes)  # importing them fills the list of steps

STEPS: Mapping[str, Step] = steps.STEPS
MEASURED: dict[str, Fact] = {
    name: fact for each in STEPS.values() for name, fact in each.facts.items()
}
COMPARED: dict[str, Fact] = {
    **compared.HISTORY,
    **compared.PEERS,
    **compared.ACCOUNT,
    **compared.SHAPES,
}
FACTS: dict[str, Fact] = {**MEASURED, **COMPARED}
"""Every fact about an account that a pack may name."""

SHAPE_FACTS: dict[str, Fact] = {
    **{
        f"is_{name}": Fact(f"whether the shape is a {name.replace('_', '-')}", "flag")
        for name in compared.PATTERNS
    },
    "evidence": Fact("evidence of the shape against chance, in powers of ten", "score"),
    "score": Fact("share of like shapes that came true", "score"),
    "ordered": Fact("share of legs that can have happened in this order", "share", None),
    "kept": Fact("share of the value that came through", "share", None),
    "size": Fact("accounts in the shape"),
    "legs": Fact("entries in the shape"),
    "rarity": Fact("how unusual the shape is for these accounts", "share", None),
    "span_hours": Fact("hours from the first entry to the last", "hours"),
    "value_minor": Fact("value that went through", "minor"),
    "businesses": Fact("businesses among the accounts", "count", None),
    "same_holder": Fact("accounts that belong to one holder", "count", None),
}
"""Every fact about a shape that a pack about shapes may name."""


def run_order(on: thresholds.Ground, known: Mapping[str, bool]) -> list[tuple[str, str]]:
    """Give the statements that make the table `measured`, with the name of each step.

    They need `prepared` to have run over a view `entries`. `known` is what
    `ground.available` said.
    """
    made = [
        (each.name, f"CREATE OR REPLACE TABLE step_{each.name} AS {each.sql(on)}")
        for each in STEPS.values()
        if _tells(each, on, known)
    ]
    return [*made, ("measured", f"CREATE OR REPLACE TABLE now AS {_measured(on, known)}")]


def recipe(on: thresholds.Ground) -> str:
    """Give all statements as one text: a table made by other words is another table."""
    known = dict.fromkeys(("cash", "clock", "calendar", "country", "place", "device", "mcc",
                           "purpose", "spending", "channel", "base"), True)  # fmt: skip
    first = prepared(slices.Slice(2000, 1), on)
    return "\n".join(sql for _, sql in (*first, *run_order(on, known))) + account_facts()


def prepared(one: slices.Slice, on: thresholds.Ground) -> list[tuple[str, str]]:
    """Give the statements that come before all steps."""
    near = steps.listed(on.corridor)
    return [
        ("moved", ground.moved(one)),
        ("sides", ground.sides(one)),
        ("pairs", ground.pairs(near)),
    ]


def account_facts() -> str:
    """Give `now` joined with what it was compared with."""
    parts = {
        "history": (compared.history(), compared.HISTORY),
        "peers": (compared.peers(), compared.PEERS),
        "known": (compared.account(), compared.ACCOUNT),
        "shaped": (compared.shapes(), compared.SHAPES),
    }
    withs = ",\n".join(f"{name} AS ({sql})" for name, (sql, _) in parts.items())
    chosen = [
        f"coalesce({name}.{fact}, 0) AS {fact}" if told.absent == 0 else f"{name}.{fact}"
        for name, (_, told_facts) in parts.items()
        for fact, told in told_facts.items()
    ]
    joins = "\n".join(f"LEFT JOIN {name} USING (period, account)" for name in parts)
    return f"WITH {withs}\nSELECT now.*, {', '.join(chosen)}\nFROM now\n{joins}"


def _tells(each: Step, on: thresholds.Ground, known: Mapping[str, bool]) -> bool:
    told = {**known, "limit": on.cash_minor is not None}
    return all(told[need] for need in each.needs.split())


def _measured(on: thresholds.Ground, known: Mapping[str, bool]) -> str:
    """Join the steps; what the data cannot tell is NULL, and no row in a step means none of it."""
    chosen, joins = [], []
    for each in STEPS.values():
        table = f"step_{each.name}"
        if each.name == "turnover":
            chosen += [f"{table}.{name}" for name in each.facts]
            continue
        if not _tells(each, on, known):
            chosen += [f"{_null(fact)} AS {name}" for name, fact in each.facts.items()]
            continue
        joins.append(f"LEFT JOIN {table} USING (period, account)")
        chosen += [
            f"coalesce({table}.{name}, 0) AS {name}" if fact.absent == 0 else f"{table}.{name}"
            for name, fact in each.facts.items()
        ]
    return f"SELECT period, account, {', '.join(chosen)}\nFROM step_turnover\n" + "\n".join(joins)


def _null(fact: Fact) -> str:
    kind = "BIGINT" if fact.unit in {"count", "minor", "days", "flag"} else "DOUBLE"
    return f"CAST(NULL AS {kind})"
