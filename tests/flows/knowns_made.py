"""Made facts of alerts, for the tests of drafts and narratives; nobody in them exists."""

import random
from datetime import UTC, datetime, timedelta

from manumit.flows import known as facts

NAMES = ("Amal Example", "أمل مثال", "Test Person 3", "Société Exemple", "Émile", "")
KINDS = ("transfer", "cash_in", "cash_out", "hawala", "in_kind")


def known(seed, **more):
    """Return made facts: payers, a collector, sometimes possible victims."""
    chance = random.Random(seed)
    payers = chance.randrange(1, 12)
    accounts = [account(chance, n, "source") for n in range(1, payers + 1)]
    accounts.append(account(chance, 100, "collector"))
    if chance.random() < 0.4:
        accounts[0] = account(chance, 1, "possible_victim")
    start = datetime(2026, chance.randrange(1, 12), 5, 8, tzinfo=UTC)
    entries = tuple(
        entry(chance, 5000 + n, start + timedelta(hours=n), 1 + n % payers)
        for n in range(payers * 2)
    )
    usual = {
        "reference": f"A-{seed}",
        "typologies": ("ransom_payments" if seed % 2 else "funnel_account",),
        "currency": "USD",
        "time_zone": "Asia/Amman",
        "accounts": tuple(accounts),
        "entries": entries,
        "entry_count": len(entries) + (chance.randrange(500) if chance.random() < 0.2 else 0),
        "reasons": (
            facts.Sign(
                "fan_in",
                {"en": "Many pay one account", "fr": "Beaucoup versent à un seul compte"},
                f"{payers} payers",
                "at least 3",
                "FIN-2020-A008",
            ),
            facts.Sign("quick_out", {"en": "Money soon goes out again."}),
        ),
        "against": (facts.Sign("same_wage", {"en": "The same sum every month"}, "12 months"),)
        if chance.random() < 0.5
        else (),
        "cut": ("2 hubs with more than 10,000 neighbours",) if chance.random() < 0.2 else (),
    }
    return facts.Known(**(usual | more))


def account(chance, number, part):
    return facts.Account(
        number,
        f"ACC-{number:04}",
        chance.choice(NAMES),
        chance.choice(("person", "business", "")),
        chance.choice(("JO", "LB", "")),
        part,
    )


def entry(chance, number, at, payer):
    kind = chance.choice(KINDS)
    currency = chance.choice(("USD", "USD", "EUR", "XXX"))
    amount = chance.randrange(1, 10**6)
    return facts.Entry(
        number,
        at,
        amount,
        currency,
        amount + 100 if currency == "EUR" and chance.random() < 0.9 else None,
        None if kind == "cash_in" else payer,
        None if kind == "cash_out" else 100,
        kind,
        chance.choice(("", "wages", "ransom")),
        chance.choice(("JO", "")),
        chance.choice(("JO", "IQ", "")),
        chance.choice((0, 1, 2)),
        f"REF{number}",
        chance.choice(("", "salary March")),
    )


# Answers with which every made alert can be reported to both example units.
ANSWERS = {
    "report": {"rentity_id": 12, "reason": "Many small sums to one account, soon taken out again."},
    "reporting_person": {"first_name": "Test", "last_name": "Person"},
    "transaction": {"location": "Example town"},
    "account": {"institution_name": "Example Bank", "swift": "EXAMJOAX"},
}


def named(known_):
    """Return the same answers with names for accounts that have none or one word only."""
    own = {}
    for one in known_.accounts:
        if one.kind == "business":
            own[one.identifier] = {"account_name": "Example", "entity": {"name": "Example Ltd"}}
        else:
            person = {"first_name": "Example", "last_name": "Person"}
            own[one.identifier] = {"account_name": "Example", "person": person}
    return {**ANSWERS, "accounts": own}
