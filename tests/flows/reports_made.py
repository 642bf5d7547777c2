"""Made reports and made findings, for the tests of reports; nobody in them exists."""

import random
from datetime import datetime
from decimal import Decimal

from manumit.flows import goaml

LATIN = ("Amal", "Bashir", "Carla", "Dina", "Emil", "Farah")
LAST = ("Example", "Sample", "Beispiel", "Exemple")


def day(year, month=1, on=1, hour=0, minute=0, second=0):
    """Return a time as reports have it: without a zone."""
    return datetime.fromisoformat(f"{year}-{month:02}-{on:02}T{hour:02}:{minute:02}:{second:02}")


def person(chance, **more):
    return goaml.Person(
        gender=chance.choice("MF"),
        first_name=chance.choice(LATIN),
        last_name=chance.choice(LAST),
        birthdate=day(1970 + chance.randrange(40), 1 + chance.randrange(12), 3),
        nationality1="JO",
        residence="JO",
        id_number=f"ID{chance.randrange(10**6):06}",
        phones=(goaml.Phone("-", "-", "962", f"7{chance.randrange(10**6)}"),),
        addresses=(address(),),
        occupation="Baker",
        identifications=(
            goaml.Identification("-", "AB12345", day(2020, 1, 1), day(2030, 1, 1), "", "JO"),
        ),
        tax_reg_number="N",
        emails=("nobody@example.org",) if chance.random() < 0.3 else (),
        **more,
    )


def address():
    return goaml.Address("-", "1 Example Street", "", "Example", "", "JO", "Example")


def account(chance, number=None, **more):
    return goaml.Account(
        institution_name="Example Bank",
        swift="EXAMJOAX",
        branch="Main branch",
        account=number or f"ACC{chance.randrange(10**6):06}",
        currency_code="JOD",
        account_name="Example",
        account_type="-",
        non_bank_institution=False,
        signatories=(goaml.Signatory(True, person(chance), "-"),),
        opened=day(2020, 5, 1),
        status_code="-",
        beneficiary="none",
        **more,
    )


def side(chance, profile, **more):
    return goaml.Side(
        subject=account(chance),
        country="JO",
        funds_code=next(iter(profile.codes["funds"])),
        my_client=chance.random() < 0.5,
        is_suspected=chance.random() < 0.5 if profile.schema >= 5 else None,
        **more,
    )


def transaction(chance, profile, number):
    common = {
        "number": f"T{number}",
        "location": "Example",
        "description": "Transfer <of> money & more",
        "on": day(2026, 1, 1 + chance.randrange(28), chance.randrange(24), 5),
        "transmode_code": "-",
        "transmode_comment": "-",
        "amount_local": Decimal(chance.randrange(10**7)) / 100,
    }
    if chance.random() < 0.5:
        foreign = goaml.ForeignCurrency("EUR", Decimal("10.50"), Decimal("0.78"))
        source = side(chance, profile, foreign_currency=foreign, conductor=person(chance))
        return goaml.Transaction(**common, source=source, target=side(chance, profile))
    parties = tuple(party(chance, profile, role) for role in ("possible_victim", "other"))
    return goaml.Transaction(**common, parties=parties)


def party(chance, profile, part):
    victim = part == "possible_victim"
    subject = person(chance) if victim else account(chance)
    if victim and profile.schema >= 5:
        subject = goaml.Person(**{**vars(subject), "is_protected": True})
    return goaml.Party(
        role=profile.roles[part],
        subject=subject,
        funds_code=next(iter(profile.codes["funds"])),
        country="JO",
        is_suspected=None if profile.schema < 5 else not victim,
        significance=3,
        my_client=chance.random() < 0.3,
    )


def report(seed, profile, transactions=3, **more):
    chance = random.Random(seed)
    values = {
        "rentity_id": 12,
        "submission_code": "E",
        "report_code": "STR",
        "entity_reference": f"EX-{seed}",
        "on": day(2026, 11, 22, 9),
        "currency": "JOD",
        "reporting_person": goaml.Person(first_name="Test", last_name="Person"),
        "location": address(),
        "reason": "Twenty people paid small sums into one account within a day.",
        "indicators": (next(iter(profile.codes["indicator"])),),
        "transactions": tuple(transaction(chance, profile, n) for n in range(transactions)),
    }
    return goaml.Report(**(values | more))
