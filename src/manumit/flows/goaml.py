"""What a report to a financial intelligence unit is made of (goAML, UNODC), as plain values.

Each class is one type of goAML, its fields in the order in which goAML wants the elements; the
second argument of each says how long a value may be, which code list it is from and since which
version of the schema it exists. Written from the public facts of two schemas in use (4.x, Sri Lanka;
5.0.2, United Arab Emirates); nothing is copied from them. What a single unit demands beyond that is
data: its profile (`goaml_profile`).

A person who pays for somebody's release, or whose account others use, stands in a report as a
possible victim: in a role of their own where the profile has one, never marked as suspected.
"""

# ruff: noqa: RUF009 (a default made by a call: each makes a field of its own)
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias, cast

# The receiving systems store no earlier date. Times in a report have no zone.
EARLIEST = datetime.fromisoformat("1753-01-01")


class Kind(StrEnum):
    """What an element holds."""

    TEXT = "text"
    DATE = "date"
    DECIMAL = "decimal"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    FLAG = "flag"  # "1" or absent: a fixed value, "true" is refused
    RECORD = "record"
    SUBJECT = "subject"  # a person, an account or an entity, by element name
    SIDE = "side"


@dataclass(frozen=True)
class Element:
    """How one field stands in the file. `inside` is the element around a list of them."""

    attribute: str
    name: str
    kind: Kind = Kind.TEXT
    type_: type | None = None
    many: bool = False
    inside: str = ""
    least: int = 0
    most: int = 0
    codes: str = ""
    needed: bool = False
    since: int = 4
    also: tuple[str, ...] = ()  # other names under which files have it


def _text(name: str = "", most: int = 255, **more: Any) -> Any:
    return field(default="", metadata={"name": name, "most": most, **more})


def _code(codes: str, name: str = "", **more: Any) -> Any:
    return _text(name, most=50, codes=codes, **more)


def _date(name: str = "", **more: Any) -> Any:
    return field(default=None, metadata={"name": name, "kind": Kind.DATE, **more})


def _yes(name: str = "", **more: Any) -> Any:
    return field(default=None, metadata={"name": name, "kind": Kind.BOOLEAN, **more})


def _number(name: str = "", kind: Kind = Kind.DECIMAL, **more: Any) -> Any:
    return field(default=None, metadata={"name": name, "kind": kind, **more})


def _one(type_: str, name: str = "", **more: Any) -> Any:
    more.setdefault("kind", Kind.RECORD)
    return field(default=None, metadata={"name": name, "type_": type_, **more})


def _list(type_: str, name: str, inside: str = "", **more: Any) -> Any:
    kind = Kind.RECORD if type_ else Kind.TEXT
    say = {"name": name, "type_": type_, "kind": kind, "many": True, "inside": inside}
    return field(default=(), metadata=say | more)


@dataclass(frozen=True)
class Phone:
    """A telephone number."""

    contact_type: str = _code("contact_type", "tph_contact_type", needed=True)
    communication_type: str = _code("communication_type", "tph_communication_type", needed=True)
    country_prefix: str = _text("tph_country_prefix", most=4)
    number: str = _text("tph_number", most=50, needed=True)
    extension: str = _text("tph_extension", most=10)
    comments: str = _text(most=4000)


@dataclass(frozen=True)
class Address:
    """Where somebody lives or works."""

    address_type: str = _code("contact_type", needed=True)
    address: str = _text(most=100, needed=True)
    town: str = _text()
    city: str = _text(needed=True)
    zip: str = _text(most=10)
    country_code: str = _code("country", needed=True)
    state: str = _text()
    comments: str = _text(most=4000)


@dataclass(frozen=True)
class Identification:
    """A paper that says who somebody is."""

    type: str = _code("identifier_type", needed=True)
    number: str = _text(needed=True)
    issue_date: datetime | None = _date()
    expiry_date: datetime | None = _date()
    issued_by: str = _text()
    issue_country: str = _code("country", needed=True)
    comments: str = _text(most=4000)


@dataclass(frozen=True)
class Person:
    """A person: `t_person`, and `t_person_my_client` where more must be known."""

    gender: str = _code("gender")
    title: str = _text(most=30)
    first_name: str = _text(most=100, needed=True)
    middle_name: str = _text(most=100)
    prefix: str = _text(most=100)
    last_name: str = _text(most=100, needed=True)
    birthdate: datetime | None = _date()
    birth_place: str = _text()
    country_of_birth: str = _code("country", since=5)
    mothers_name: str = _text(most=100)
    alias: str = _text(most=100)
    full_name_frn: str = _text(since=5)  # as written in their own script
    ssn: str = _text(most=25)
    passport_number: str = _text()
    passport_country: str = _code("country")
    id_number: str = _text()
    nationality1: str = _code("country")
    nationality2: str = _code("country")
    nationality3: str = _code("country")
    residence: str = _code("country")
    phones: tuple[Phone, ...] = _list("Phone", "phone", "phones")
    addresses: tuple[Address, ...] = _list("Address", "address", "addresses")
    emails: tuple[str, ...] = _list("", "email", most=255, also=("emails/email",))
    occupation: str = _text()
    employer_name: str = _text()
    identifications: tuple[Identification, ...] = _list(
        "Identification", "identification", also=("identifications/identification",)
    )
    tax_number: str = _text(most=100)
    tax_reg_number: str = _text(most=100)
    source_of_wealth: str = _text()
    is_protected: bool | None = _yes(since=5)
    comments: str = _text(most=4000)


@dataclass(frozen=True)
class Director(Person):
    """A person with a role in a company."""

    role: str = _code("entity_role")


@dataclass(frozen=True)
class Entity:
    """A company or other body."""

    name: str = _text(needed=True)
    commercial_name: str = _text()
    incorporation_legal_form: str = _code("legal_form")
    incorporation_number: str = _text(most=50)
    business: str = _text()
    phones: tuple[Phone, ...] = _list("Phone", "phone", "phones")
    addresses: tuple[Address, ...] = _list("Address", "address", "addresses")
    emails: tuple[str, ...] = _list("", "email", most=255, also=("emails/email",))
    url: str = _text()
    incorporation_state: str = _text()
    incorporation_country_code: str = _code("country")
    directors: tuple[Director, ...] = _list("Director", "director_id")
    incorporation_date: datetime | None = _date()
    tax_number: str = _text(most=100)
    tax_reg_number: str = _text(most=100)
    comments: str = _text(most=4000)


@dataclass(frozen=True)
class Signatory:
    """A person who may use an account."""

    is_primary: bool | None = _number(kind=Kind.FLAG)
    person: Person | None = _one("Person", "t_person", needed=True)
    role: str = _code("account_role")


@dataclass(frozen=True)
class Account:
    """An account; whose it is stands in `entity` or `signatories`."""

    institution_name: str = _text()
    institution_code: str = _text(most=50)
    swift: str = _text(most=11)
    institution_country: str = _code("country", since=5)
    non_bank_institution: bool | None = _yes()
    branch: str = _text()
    account: str = _text(most=50, needed=True)
    currency_code: str = _code("currency")
    account_name: str = _text()
    iban: str = _text(most=34)
    client_number: str = _text(most=30)
    account_type: str = _code("account_type", "personal_account_type", also=("account_type",))
    entity: Entity | None = _one("Entity", "t_entity")
    signatories: tuple[Signatory, ...] = _list(
        "Signatory", "signatory", also=("related_persons/account_related_person",)
    )
    opened: datetime | None = _date()
    closed: datetime | None = _date()
    balance: Decimal | None = _number()
    date_balance: datetime | None = _date()
    status_code: str = _code("account_status")
    beneficiary: str = _text(most=50)
    beneficiary_comment: str = _text()
    comments: str = _text(most=4000)


Subject: TypeAlias = Person | Account | Entity
SUBJECTS: dict[str, type] = {"person": Person, "account": Account, "entity": Entity}


@dataclass(frozen=True)
class ForeignCurrency:
    """The amount in the currency that was used, where it is not the report's."""

    code: str = _code("currency", "foreign_currency_code", needed=True)
    amount: Decimal | None = _number("foreign_amount", needed=True)
    exchange_rate: Decimal | None = _number("foreign_exchange_rate")


@dataclass(frozen=True)
class Side:
    """Who gave or who received, in a transaction with two sides (bi-party).

    Its elements begin with `from_` or `to_`; the file says `t_from` or `t_from_my_client`.
    """

    subject: Subject | None = None
    country: str = ""
    funds_code: str = ""
    funds_comment: str = ""
    foreign_currency: ForeignCurrency | None = None
    conductor: Person | None = None  # who came to the counter; the giving side only
    is_suspected: bool | None = None
    my_client: bool = False


@dataclass(frozen=True)
class Party:
    """One of many in a transaction (multi-party)."""

    role: str = _code("party_role", needed=True)
    subject: Subject | None = _one("", "", kind=Kind.SUBJECT, needed=True)
    funds_code: str = _code("funds")
    funds_comment: str = _text()
    foreign_currency: ForeignCurrency | None = _one("ForeignCurrency")
    country: str = _code("country", needed=True)
    is_suspected: bool | None = _yes(since=5)
    significance: int | None = _number(kind=Kind.INTEGER)
    reason: str = _text(most=4000, since=5)
    comments: str = _text(most=4000)
    my_client: bool = field(default=False, metadata={"apart": True})


@dataclass(frozen=True)
class ReportParty:
    """One of those whom a report without transactions is about."""

    role: str = _code("party_role", since=5)
    subject: Subject | None = _one("", "", kind=Kind.SUBJECT, needed=True)
    country: str = _code("country", since=5)
    is_suspected: bool | None = _yes(since=5)
    significance: int | None = _number(kind=Kind.INTEGER)
    reason: str = _text(most=4000)
    comments: str = _text(most=4000)
    my_client: bool = field(default=False, metadata={"apart": True})


@dataclass(frozen=True)
class Item:
    """What was given or bought."""

    item_type: str = _code("item_type", needed=True)
    item_make: str = _text()
    description: str = _text(most=4000)
    estimated_value: Decimal | None = _number()
    status_code: str = _code("item_status")
    currency_code: str = _code("currency")
    comments: str = _text(most=4000)


@dataclass(frozen=True)
class Transaction:
    """One movement: either two sides, or any number of parties."""

    number: str = _text("transactionnumber", most=50, needed=True)
    internal_ref_number: str = _text(most=50)
    location: str = _text("transaction_location")
    description: str = _text("transaction_description", most=4000, needed=True)
    on: datetime | None = _date("date_transaction", needed=True)
    teller: str = _text(most=50)
    authorized: str = _text(most=50)
    late_deposit: bool | None = _yes()
    date_posting: datetime | None = _date()
    value_date: datetime | None = _date()
    transmode_code: str = _code("transmode", needed=True)
    transmode_comment: str = _text(most=50)
    amount_local: Decimal | None = _number(needed=True)
    parties: tuple[Party, ...] = _list("Party", "party", "involved_parties")
    source: Side | None = _one("Side", "from", kind=Kind.SIDE)
    target: Side | None = _one("Side", "to", kind=Kind.SIDE)
    items: tuple[Item, ...] = _list("Item", "item", "goods_services")
    comments: str = _text(most=4000)


@dataclass(frozen=True)
class Activity:
    """What was noticed where there is no transaction to tell of."""

    parties: tuple[ReportParty, ...] = _list(
        "ReportParty", "report_party", "report_parties", needed=True
    )
    items: tuple[Item, ...] = _list("Item", "item", "goods_services")


@dataclass(frozen=True)
class Report:
    """A whole report."""

    schema_version: str = _text(most=25, since=5)
    rentity_id: int | None = _number(kind=Kind.INTEGER, needed=True)
    rentity_branch: str = _text()
    submission_code: str = _code("submission", needed=True)
    report_code: str = _code("report", needed=True)
    entity_reference: str = _text()
    fiu_ref_number: str = _text()
    on: datetime | None = _date("submission_date", needed=True, also=("report_date",))
    currency: str = _code("currency", "currency_code_local", needed=True)
    reporting_person: Person | None = _one("Person")
    reporting_user_code: str = _text(most=50, since=5)
    location: Address | None = _one("Address")
    reason: str = _text(most=4000)
    action: str = _text(most=4000)
    transactions: tuple[Transaction, ...] = _list("Transaction", "transaction")
    activity: Activity | None = _one("Activity")
    indicators: tuple[str, ...] = _list(
        "", "indicator", "report_indicators", codes="indicator", needed=True
    )


def elements(type_: type) -> tuple[Element, ...]:
    """Return the elements of a type in the order of the file."""
    return _elements(cast("Any", type_))


@cache
def _elements(type_: Any) -> tuple[Element, ...]:
    found = []
    for one in dataclasses.fields(type_):
        say = dict(one.metadata)
        if say.pop("apart", False) or not say:
            continue
        say["name"] = say.get("name") or one.name
        say["type_"] = globals()[say["type_"]] if say.get("type_") else None
        found.append(Element(one.name, **say))
    return tuple(found)


def subject_name(subject: Subject) -> str:
    """Return what kind of subject it is: person, account or entity."""
    return next(name for name, type_ in SUBJECTS.items() if isinstance(subject, type_))


def subjects(report: Report) -> Iterator[tuple[str, Subject, Party | ReportParty | Side]]:
    """Yield everybody in a report with where they stand."""
    for at, transaction in enumerate(report.transactions):
        place = f"transactions/{at}"
        for name, side in (("source", transaction.source), ("target", transaction.target)):
            if side and side.subject:
                yield f"{place}/{name}", side.subject, side
        for number, party in enumerate(transaction.parties):
            if party.subject:
                yield f"{place}/parties/{number}", party.subject, party
    for number, one in enumerate(report.activity.parties if report.activity else ()):
        if one.subject:
            yield f"activity/parties/{number}", one.subject, one
