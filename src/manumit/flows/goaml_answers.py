"""What a person adds to the facts: tables of a form or of an answers file, as parts of a report.

    [report]             rentity_id = 12, reason = "…", indicators = ["…"], form = "parties"
    [reporting_person]   first_name = "…", last_name = "…"
    [location]           address_type, address, city, country_code …
    [transaction]        what holds for all: location, transmode_code, transmode_comment
    [account]            what holds for all: institution_name, swift or institution_code, branch …
    [accounts."ACC-1"]   for one account; my_client = true, suspected = true,
                         [accounts."ACC-1".person] or [accounts."ACC-1".entity]

What cannot be understood is named with its table; nothing is dropped in silence.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from manumit.core import reasons
from manumit.flows import goaml

TABLES = ("report", "reporting_person", "location", "transaction", "account", "accounts")


class Form(StrEnum):
    """How the movements stand in the report."""

    TWO_SIDED = "two_sided"
    PARTIES = "parties"
    ACTIVITY = "activity"


FORM_LABELS: dict[Form, str] = {
    Form.TWO_SIDED: "Transactions, from one to the other",
    Form.PARTIES: "Transactions, with everybody in their role",
    Form.ACTIVITY: "No transactions: who it is about, and why",
}
# Keys that are no elements: how the report is made.
_OWN = {"report": {"form", "profile"}, "accounts": {"my_client", "suspected", "person", "entity"}}


@dataclass(frozen=True)
class Problem:
    """What was not understood, and in which table."""

    place: str
    says: reasons.Reason


@dataclass
class Answers:
    """The tables as they were given, and what was wrong with them."""

    tables: Mapping[str, Any]
    problems: list[Problem]

    def table(self, name: str) -> dict[str, Any]:
        """Return one table; {} where there is none or it is none."""
        found = self.tables.get(name, {})
        return dict(found) if isinstance(found, Mapping) else {}

    def of_account(self, identifier: str) -> dict[str, Any]:
        """Return what was said of one account over what was said of all."""
        own = self.table("accounts").get(identifier, {})
        own = dict(own) if isinstance(own, Mapping) else {}
        usual = self.table("account")
        if own.get("swift"):
            usual.pop("institution_code", None)
        if own.get("institution_code"):
            usual.pop("swift", None)
        return usual | own

    @property
    def form(self) -> Form:
        """Return how the movements are to stand."""
        asked = self.table("report").get("form") or Form.TWO_SIDED.value
        if asked not in set(Form):
            self.complain("report", "form must be one of {list}.", list=list(Form))
            return Form.TWO_SIDED
        return Form(asked)

    def complain(self, place: str, says: str, **values: Any) -> None:
        """Note what was not understood, once."""
        problem = Problem(place, reasons.say(says, **values))
        if problem not in self.problems:
            self.problems.append(problem)


def of_tables(tables: Mapping[str, Any]) -> Answers:
    """Return answers; unknown tables are a problem."""
    answers = Answers(tables, [])
    for name, table in tables.items():
        if name not in TABLES:
            answers.complain(name, "No table has this name. Use {list}.", list=TABLES)
        elif not isinstance(table, Mapping):
            answers.complain(name, "This must be a table.")
    for name, table in answers.table("accounts").items():
        if not isinstance(table, Mapping):
            answers.complain(f"accounts.{name}", "This must be a table.")
    return answers


def build(type_: type, table: Mapping[str, Any], place: str, answers: Answers) -> Any:
    """Return a part of a report from a table; what is not understood becomes a problem."""
    known = {element.attribute: element for element in goaml.elements(type_)}
    values: dict[str, Any] = {}
    own = _OWN.get(place.split(".")[0], set())
    for name, said in table.items():
        if name in own or said in (None, ""):
            continue
        if name not in known:
            answers.complain(place, 'There is no "{name}" here.', name=name)
            continue
        element = known[name]
        try:
            values[name] = _value(said, element, f"{place}.{name}", answers)
        except (ValueError, TypeError, InvalidOperation):
            answers.complain(
                place,
                '"{name}" should be {kind}.',
                name=name,
                kind=reasons.say(_KINDS[element.kind]),
            )
    return type_(**values)


_KINDS: dict[goaml.Kind, str] = {
    goaml.Kind.TEXT: "a text",
    goaml.Kind.DATE: "a date, such as 2026-03-01",
    goaml.Kind.DECIMAL: "a number",
    goaml.Kind.INTEGER: "a whole number",
    goaml.Kind.BOOLEAN: "true or false",
    goaml.Kind.FLAG: "true or false",
    goaml.Kind.RECORD: "a table",
    goaml.Kind.SUBJECT: "a table",
    goaml.Kind.SIDE: "a table",
}


def _value(said: Any, element: goaml.Element, place: str, answers: Answers) -> Any:
    if element.many:
        if not isinstance(said, list | tuple):
            raise TypeError(place)
        one = dataclasses.replace(element, many=False)
        return tuple(_value(each, one, place, answers) for each in said)
    if element.kind is goaml.Kind.RECORD and element.type_:
        if not isinstance(said, Mapping):
            raise TypeError(place)
        return build(element.type_, said, place, answers)
    if element.kind is goaml.Kind.DATE:
        return _date(said)
    if element.kind in (goaml.Kind.BOOLEAN, goaml.Kind.FLAG):
        if not isinstance(said, bool):
            raise TypeError(place)
        return said
    if element.kind is goaml.Kind.INTEGER:
        return int(str(said))
    if element.kind is goaml.Kind.DECIMAL:
        number = Decimal(str(said))
        if not number.is_finite():
            raise ValueError(place)
        return number
    if isinstance(said, Mapping | list | bool):
        raise TypeError(place)
    return str(said).strip()


def _date(said: Any) -> datetime:
    if isinstance(said, datetime):
        return said.replace(tzinfo=None)
    if isinstance(said, date):
        return datetime.fromisoformat(said.isoformat())
    return datetime.fromisoformat(str(said)).replace(tzinfo=None)
