"""Alerts as a scan would leave them, with their entries in the ledger, for tests of the desk."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from flows import ledgers
from manumit.flows import alerting, models

BEGIN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
_number = itertools.count(1)


def alert(
    home: ledgers.Bureau,
    pairs: list[tuple[str, str]] | None = None,
    parts: dict[str, str] | None = None,
    **told: Any,
) -> models.Alert:
    """Load one transfer a pair and store an alert about them; a fan-in of five without pairs."""
    wanted = pairs or [(f"EX-{n}", "EX-100") for n in range(1, 6)]
    count = next(_number)
    rows = [
        {
            "source": source,
            "target": target,
            "at": BEGIN + timedelta(hours=n),
            "amount_minor": 50_000 + 1000 * n,
            "reference": f"R-{count}-{n}",
            "text": f"Fictional words {n}",
            "source_name": f"Payer {source}",
            "target_name": f"Receiver {target}",
        }
        for n, (source, target) in enumerate(wanted)
    ]
    load = ledgers.add(home, rows)
    names = list(dict.fromkeys(end for pair in wanted for end in pair))
    part_of = parts or {name: "source" if name != "EX-100" else "collector" for name in names}
    accounts = [[ledgers.pseudonym(home, name), part_of.get(name, "middle")] for name in names]
    first = load.number * 10**9 + 1
    return store(
        home,
        accounts=accounts,
        entries=list(range(first, first + len(rows))),
        amount_minor=sum(row["amount_minor"] for row in rows),
        last_at=BEGIN + timedelta(hours=len(rows) - 1),
        **told,
    )


def store(home: ledgers.Bureau, **told: Any) -> models.Alert:
    """Store an alert whose entries nobody looks at."""
    number = next(_number)
    found = {
        "ledger": home.ledger,
        "number": number,
        "fingerprint": f"{number:032x}",
        "typology": "finance-funnel",
        "outcome": "strong",
        "score": 0.5,
        "accounts": [[number * 7, "holder"]],
        "entries": [],
        "entry_count": len(told.get("entries", [])),
        "reasons": [
            {
                "sign": "many_payers",
                "value": "5 payers",
                "threshold": "at least 5",
                "strength": "strong",
                "source": "FinCEN FIN-2014-A008",
                "status": "secondary",
            }
        ],
        "against": [{"sign": "steady", "value": "same amount each month", "source": "own"}],
        "first_at": BEGIN,
        "last_at": BEGIN,
        "amount_minor": 250_000,
        "found_at": ledgers.AT,
    } | told
    found["possible_victim"] = told.get("possible_victim") or any(
        part == alerting.Part.POSSIBLE_VICTIM for _, part in found["accounts"]
    )
    made = models.Alert.objects.create(**found)
    models.AlertAccount.objects.bulk_create(
        models.AlertAccount(alert=made, ledger=home.ledger, account=account)
        for account, _ in made.accounts
    )
    return made
