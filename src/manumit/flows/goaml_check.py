"""What a report lacks before a unit's system will take it, in plain words, each with where to mend it.

Everything is named at once: what is mandatory and missing, what is too long or has letters that the
unit refuses, codes that are not in its lists, what its schema has no place for. And one rule of this
product: who may be a victim is never marked as suspected (non-punishment).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from manumit.core import reasons
from manumit.directory import codes as directory_codes
from manumit.flows import goaml
from manumit.flows.goaml_profile import Profile

COUNTRIES = frozenset(directory_codes.COUNTRIES)
_CURRENCY = re.compile("[A-Z]{3}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class Where(StrEnum):
    """Which part of the form mends it; also the table of an answers file."""

    REPORT = "report"
    REPORTER = "reporting_person"
    LOCATION = "location"
    TRANSACTION = "transaction"
    ACCOUNT = "account"


WHERE: dict[Where, str] = {
    Where.REPORT: "About the report",
    Where.REPORTER: "Who reports",
    Where.LOCATION: "Where it was noticed",
    Where.TRANSACTION: "About the transactions",
    Where.ACCOUNT: "Accounts and people",
}

_ELSEWHERE = {"reporting_person": Where.REPORTER, "location": Where.LOCATION}

# Words for what would not be understood from its name.
LABELS: dict[str, str] = {
    "rentity_id": "Number of the reporting body at the unit",
    "rentity_branch": "Branch of the reporting body",
    "entity_reference": "Own reference of the report",
    "fiu_ref_number": "Reference of the unit",
    "submission_code": "How it is sent",
    "report_code": "Kind of report",
    "on": "Date",
    "reason": "Reason (the narrative)",
    "action": "What was done so far",
    "reporting_person": "Who reports",
    "indicators": "Indicators",
    "institution_name": "Name of the bank",
    "institution_code": "Code of the bank",
    "swift": "BIC of the bank",
    "institution_country": "Country of the bank",
    "non_bank_institution": "Not a bank (yes or no)",
    "branch": "Branch",
    "account": "Account number",
    "account_name": "Name of the account",
    "account_type": "Kind of account",
    "currency_code": "Currency",
    "status_code": "State of the account",
    "signatories": "Who may use the account",
    "signatory": "Who may use the account",
    "entity": "Company that holds it",
    "beneficiary": "Beneficiary",
    "opened": "Opened on",
    "first_name": "First name",
    "last_name": "Last name",
    "birthdate": "Date of birth",
    "id_number": "Identity number",
    "nationality1": "Nationality",
    "residence": "Country of residence",
    "tax_reg_number": "Tax registration",
    "identifications": "Identity papers",
    "country_code": "Country",
    "address_type": "Kind of address",
    "state": "State or province",
    "transmode_code": "Way of the transaction",
    "transmode_comment": "Remark on the way of the transaction",
    "funds_code": "Kind of funds",
    "amount_local": "Amount",
    "number": "Number",
    "location": "Place",
    "description": "Description",
    "incorporation_legal_form": "Legal form",
    "incorporation_number": "Registration number",
    "incorporation_country_code": "Country of registration",
    "incorporation_state": "State of registration",
    "incorporation_date": "Date of registration",
    "directors": "Directors",
    "exchange_rate": "Exchange rate",
    "parties": "Who it is about",
    "subject": "Who it is about",
    "role": "Role",
    "country": "Country",
}


@dataclass(frozen=True)
class Fault:
    """One thing to mend. `thing` is the account, person or transaction; `places` how many."""

    where: Where
    path: str
    attribute: str
    thing: str
    says: reasons.Reason
    places: int = 1


@dataclass(frozen=True)
class _Spot:
    path: str
    names: tuple[str, ...]  # names under which a profile may speak of this type
    where: Where
    thing: str
    mine: bool = False


def label(attribute: str) -> str:
    """Return words for an attribute."""
    return LABELS.get(attribute) or attribute.replace("_", " ").capitalize()


def faults(
    report: goaml.Report, profile: Profile, *, victims: frozenset[str] = frozenset()
) -> list[Fault]:
    """Return all that is wrong, each once; [] means the report may be written.

    `victims` are account identifiers of possible victims, whatever role the report gives them.
    """
    found = [*_record(report, _Spot("", ("report",), Where.REPORT, ""), profile)]
    found += _shape(report, profile)
    found += _victims(report, profile, victims)
    once: dict[tuple[str, str, str], Fault] = {}
    for fault in found:
        key = (fault.thing, fault.attribute, str(fault.says))
        if key in once:
            fault = replace(once[key], places=once[key].places + 1)
        once[key] = fault
    return list(once.values())


def _fault(spot: _Spot, attribute: str, says: reasons.Reason) -> Fault:
    path = f"{spot.path}/{attribute}".strip("/")
    return Fault(spot.where, path, attribute, spot.thing, says)


def _record(record: Any, spot: _Spot, profile: Profile) -> Iterator[Fault]:
    for element in goaml.elements(type(record)):
        value = getattr(record, element.attribute)
        empty = value in (None, "", ())
        if empty:
            if element.needed:
                yield _missing(spot, element.attribute)
            continue
        if not all(profile.has(n, element.attribute, element.since) for n in spot.names):
            says = "{what}: this unit's reports have no place for it. Leave it empty."
            yield _fault(spot, element.attribute, reasons.say(says, what=_said(element)))
            continue
        yield from _value(value, element, spot, profile)
    yield from _wanted(record, spot, profile)


def _said(element: goaml.Element) -> reasons.Reason:
    return reasons.Reason(label(element.attribute), {})


def _missing(spot: _Spot, attribute: str) -> Fault:
    names = [reasons.Reason(label(name), {}) for name in attribute.split("|")]
    if len(names) > 1:
        says = reasons.say("Missing: one of {what}.", what=names)
    else:
        says = reasons.say("Missing: {what}.", what=names[0])
    if spot.where is Where.REPORT and attribute in _ELSEWHERE:
        spot = replace(spot, where=_ELSEWHERE[attribute])
    return _fault(spot, attribute, says)


def _wanted(record: Any, spot: _Spot, profile: Profile) -> Iterator[Fault]:
    """Name what this unit demands beyond what every unit does."""
    needed = {name for type_ in spot.names for name in profile.needed.get(type_, ())}
    always = {e.attribute for e in goaml.elements(type(record)) if e.needed}
    for wanted in sorted(needed - always):
        options = wanted.split("|")
        filled = [n for n in options if getattr(record, n, None) not in (None, "", ())]
        if not filled:
            yield _missing(spot, wanted)
    if isinstance(record, goaml.Account) and record.institution_code and record.swift:
        says = reasons.say("Give the code of the bank or its BIC, not both.")
        yield _fault(spot, "swift", says)
    if isinstance(record, goaml.Person) and bool(record.passport_number) != bool(
        record.passport_country
    ):
        says = reasons.say("A passport needs its number and its country.")
        yield _fault(spot, "passport_country", says)


def _value(value: Any, element: goaml.Element, spot: _Spot, profile: Profile) -> Iterator[Fault]:
    values = value if element.many else (value,)
    for number, one in enumerate(values):
        at = f"{spot.path}/{element.attribute}" + (f"/{number}" if element.many else "")
        if isinstance(one, goaml.Side):
            yield from _side(one, replace(spot, path=at), profile)
        elif element.kind in (goaml.Kind.RECORD, goaml.Kind.SUBJECT):
            yield from _record(one, _inner(one, element, spot, at), profile)
        elif element.kind is goaml.Kind.TEXT:
            yield from _text(str(one), element, spot, profile)
        else:
            yield from _plain(one, element, spot, profile)


def _inner(one: Any, element: goaml.Element, spot: _Spot, at: str) -> _Spot:
    mine = _mine(one, spot)
    name = {"ReportParty": "report_party", "ForeignCurrency": "foreign_currency"}.get(
        type(one).__name__, type(one).__name__.lower()
    )
    names = [name]
    if isinstance(one, goaml.Director):
        names, mine = ["person", "director"], False
    if mine and isinstance(one, goaml.Person | goaml.Account | goaml.Entity):
        names.append(f"{name}_my_client")
    where, thing = spot.where, spot.thing
    if element.attribute == "reporting_person":
        names, where, thing = ["person", "reporting_person"], Where.REPORTER, ""
    elif element.attribute == "location" and isinstance(one, goaml.Address):
        where = Where.LOCATION if spot.where is Where.REPORT else spot.where
    elif isinstance(one, goaml.Transaction):
        where, thing = Where.TRANSACTION, one.number
    elif isinstance(one, goaml.Account):
        where, thing = Where.ACCOUNT, one.account
    elif element.kind is goaml.Kind.SUBJECT:
        where, thing = Where.ACCOUNT, _name(one)
    return _Spot(at, tuple(names), where, thing, mine)


def _mine(one: Any, spot: _Spot) -> bool:
    own = getattr(one, "my_client", None)
    return spot.mine if own is None else bool(own)


def _name(one: goaml.Person | goaml.Entity) -> str:
    if isinstance(one, goaml.Entity):
        return one.name
    return f"{one.first_name} {one.last_name}".strip()


def _side(side: goaml.Side, spot: _Spot, profile: Profile) -> Iterator[Fault]:
    spot = replace(spot, mine=side.my_client)
    for attribute, codes in (("funds_code", "funds"), ("country", "country")):
        value = getattr(side, attribute)
        if not value:
            yield _missing(spot, attribute)
        else:
            element = goaml.Element(attribute, attribute, codes=codes, most=50)
            yield from _text(value, element, spot, profile)
    if side.subject is None:
        yield _missing(spot, "subject")
    for name, one in (
        ("subject", side.subject),
        ("conductor", side.conductor),
        ("foreign_currency", side.foreign_currency),
    ):
        if one is not None:
            kind = goaml.Kind.SUBJECT if name == "subject" else goaml.Kind.RECORD
            inner = _inner(one, goaml.Element(name, name, kind), spot, f"{spot.path}/{name}")
            yield from _record(one, inner, profile)


def _limit(table: Any, spot: _Spot, attribute: str, usual: int) -> int:
    found = [table[f"{n}.{attribute}"] for n in spot.names if f"{n}.{attribute}" in table]
    return int(found[-1]) if found else usual


def _text(value: str, element: goaml.Element, spot: _Spot, profile: Profile) -> Iterator[Fault]:
    attribute = element.attribute
    most = _limit(profile.most, spot, attribute, element.most)
    least = _limit(profile.least, spot, attribute, element.least)
    if most and len(value) > most:
        says = "{what}: {have} characters, at most {most} are taken. Shorten it."
        yield _fault(
            spot, attribute, reasons.say(says, what=_said(element), have=len(value), most=most)
        )
    if len(value) < least:
        says = "{what}: at least {least} characters are wanted."
        yield _fault(spot, attribute, reasons.say(says, what=_said(element), least=least))
    if _CONTROL.search(value):
        says = "{what}: there is a sign in it that no file can carry. Type it again."
        yield _fault(spot, attribute, reasons.say(says, what=_said(element)))
    for name in spot.names:
        pattern = profile.patterns.get(f"{name}.{attribute}")
        if pattern and not pattern.regex.fullmatch(value):
            says = "{what}: this unit takes {says}."
            yield _fault(
                spot,
                attribute,
                reasons.say(says, what=_said(element), says=reasons.Reason(pattern.says, {})),
            )
    if element.codes and not known_code(profile, element.codes, value):
        says = '{what}: "{value}" is not in this unit\'s list.'
        yield _fault(spot, attribute, reasons.say(says, what=_said(element), value=value))


def known_code(profile: Profile, codes: str, value: str) -> bool:
    """Tell whether a code is in the unit's list; without a list, countries and currencies are ISO."""
    if codes in profile.codes:
        return value in profile.codes[codes]
    if codes == "country":
        return value in COUNTRIES or value == "-"
    if codes == "currency":
        return bool(_CURRENCY.fullmatch(value))
    return True


def _plain(value: Any, element: goaml.Element, spot: _Spot, profile: Profile) -> Iterator[Fault]:
    if isinstance(value, datetime) and value < goaml.EARLIEST:
        says = "{what}: no date before 1753 can be written."
        yield _fault(spot, element.attribute, reasons.say(says, what=_said(element)))
    if element.attribute in ("amount_local", "amount") and value < 0:
        says = "{what}: an amount cannot be below nought."
        yield _fault(spot, element.attribute, reasons.say(says, what=_said(element)))
    if element.attribute == "rentity_id":
        most = _limit(profile.most, spot, element.attribute, 2**31 - 1)
        if not 1 <= value <= most:
            says = "{what}: a number from 1 to {most} is wanted."
            yield _fault(spot, element.attribute, reasons.say(says, what=_said(element), most=most))
    if element.attribute == "significance" and not 0 <= value <= 10:
        says = reasons.say("{what}: a number from 0 to 10 is wanted.", what=_said(element))
        yield _fault(spot, element.attribute, says)


def _shape(report: goaml.Report, profile: Profile) -> Iterator[Fault]:
    spot = _Spot("", ("report",), Where.REPORT, "")
    if not report.transactions and report.activity is None:
        yield _fault(
            spot, "transactions", reasons.say("There is neither a transaction nor a party.")
        )
    if report.transactions and report.activity is not None and profile.schema < 5:
        says = "This unit takes transactions or an activity, not both."
        yield _fault(spot, "activity", reasons.say(says))
    if len(report.transactions) > profile.limits.transactions:
        says = "{have} transactions, and this unit takes {most} in one report. Split it."
        most = profile.limits.transactions
        yield _fault(
            spot, "transactions", reasons.say(says, have=len(report.transactions), most=most)
        )
    numbers: set[str] = set()
    for one in report.transactions:
        inside = _Spot("transactions", ("transaction",), Where.TRANSACTION, one.number)
        if one.number in numbers:
            yield _fault(inside, "number", reasons.say("This number stands twice."))
        numbers.add(one.number)
        if bool(one.parties) == bool(one.source or one.target):
            says = "A transaction has two sides, or a list of parties; not both and not neither."
            yield _fault(inside, "parties", reasons.say(says))
        elif not one.parties and not (one.source and one.target):
            yield _fault(inside, "source", reasons.say("One side of the transaction is missing."))


def _victims(report: goaml.Report, profile: Profile, victims: frozenset[str]) -> Iterator[Fault]:
    """Non-punishment: who may be a victim is not marked as suspected, anywhere in the report."""
    for path, subject, stand in goaml.subjects(report):
        role = getattr(stand, "role", "")
        named = profile.victim_role != "-" and role == profile.victim_role
        known = isinstance(subject, goaml.Account) and subject.account in victims
        if (named or known) and stand.is_suspected:
            thing = subject.account if isinstance(subject, goaml.Account) else _name(subject)
            spot = _Spot(path, ("party",), Where.ACCOUNT, thing)
            says = "This may be a victim, and a possible victim is never marked as suspected."
            yield _fault(spot, "is_suspected", reasons.say(says))


def table_of(fault: Fault) -> tuple[str, str]:
    """Return the table and the key of an answers file that mend a fault (`goaml_answers`)."""
    attribute = fault.attribute.split("|")[0]
    if fault.where is not Where.ACCOUNT:
        return fault.where.value, attribute
    inner = fault.path.split("/subject", 1)[-1].strip("/").split("/")[:-1]
    if not fault.thing:
        return "account", attribute
    table = f'accounts."{fault.thing}"'
    if "entity" in inner:
        return f"{table}.entity", attribute
    return (f"{table}.person" if "signatories" in inner else table), attribute
