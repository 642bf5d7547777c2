"""From facts and answers to a report: who stands where, in which role, with which amount.

Nobody is marked as suspected by the product: a person does that, account by account. Who may be a victim
stands as such, never as suspected, never as the one the report is about (non-punishment).
"""

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import icu

from manumit.flows import goaml, goaml_answers, money
from manumit.flows import known as facts
from manumit.flows.goaml_answers import Answers, Form
from manumit.flows.goaml_profile import Profile

VICTIM_NOTE = "Possible victim. Not a suspect."
_PARTS = {
    "source": "Gave money.",
    "middle": "Passed money on.",
    "collector": "Collected money.",
    "target": "Received money.",
    "holder": "The signs are about this account.",
}


@cache
def _latin() -> Any:
    return icu.Transliterator.createInstance("Any-Latin; Latin-ASCII")


def latin(text: str) -> str:
    """Return a text in letters without accents, for systems that take no others."""
    return text if text.isascii() else str(_latin().transliterate(text))


def latin_name(text: str) -> str:
    """Return a name in Latin letters, each word with a capital, signs of transliteration left out."""
    if text.isascii():
        return text
    plain = re.sub(r"[^A-Za-z0-9 .'-]+", "", latin(text).replace("`", "").replace("'", ""))
    return " ".join(word[:1].upper() + word[1:] for word in plain.split())


def draft(
    known: facts.Known, answers: Answers, profile: Profile, *, on: datetime, narrative: str = ""
) -> goaml.Report:
    """Return the report that facts and answers make; `on` is its date where none was given.

    What is missing is missing: `goaml_check.faults` names it.
    """
    maker = _Maker(known, answers, profile)
    said = dict(profile.usual.get("report", {}))
    said |= {"entity_reference": known.reference, "currency": known.currency, "reason": narrative}
    said |= {name: value for name, value in answers.table("report").items() if value != ""}
    said.setdefault("indicators", list(indicators(known, profile)))
    said.setdefault("on", on.replace(tzinfo=None, microsecond=0))
    report: goaml.Report = goaml_answers.build(goaml.Report, said, "report", answers)
    parts: dict[str, Any] = {}
    if person := answers.table("reporting_person"):
        parts["reporting_person"] = goaml_answers.build(
            goaml.Person, person, "reporting_person", answers
        )
    if location := answers.table("location"):
        parts["location"] = goaml_answers.build(goaml.Address, location, "location", answers)
    if answers.form is Form.ACTIVITY:
        parts["activity"] = goaml.Activity(parties=maker.report_parties())
    else:
        currency = report.currency
        parts["transactions"] = tuple(maker.transaction(e, currency) for e in known.entries)
    maker.unknown_accounts()
    return replace(report, **parts)


def indicators(known: facts.Known, profile: Profile) -> tuple[str, ...]:
    """Propose codes of the unit's list by the words of typologies and signs; a person decides."""
    words = " ".join([*known.typologies, *(sign.sign for sign in known.reasons)]).replace("-", "_")
    found = [c for key, codes in profile.indicators.items() if key in words for c in codes]
    return tuple(dict.fromkeys(found)) or tuple(profile.indicators.get("other", ()))


class _Maker:
    def __init__(self, known: facts.Known, answers: Answers, profile: Profile) -> None:
        self.known, self.answers, self.profile = known, answers, profile
        self.accounts = known.by_number()
        self._made: dict[str, goaml.Account] = {}

    def unknown_accounts(self) -> None:
        there = {account.identifier for account in self.accounts.values()}
        for name in self.answers.table("accounts"):
            if name not in there:
                self.answers.complain(
                    f"accounts.{name}", "No account in this report has this number."
                )

    def said_of(self, account: facts.Account) -> dict[str, Any]:
        return self.answers.of_account(account.identifier)

    def mine(self, account: facts.Account) -> bool:
        return self.said_of(account).get("my_client") is True

    def suspected(self, account: facts.Account) -> bool | None:
        """True only where a person said so; False for who may be a victim; else not said."""
        said = self.said_of(account).get("suspected") is True
        if self.profile.schema < 5:
            return None
        if account.possible_victim:
            return said  # True is a fault, which the check names
        return True if said else None

    def account(self, account: facts.Account) -> goaml.Account:
        if account.identifier in self._made:
            return self._made[account.identifier]
        said = self.said_of(account)
        place = f"accounts.{account.identifier}"
        plain = {n: v for n, v in said.items() if n not in ("my_client", "suspected")}
        usual: dict[str, Any] = {"account": account.identifier}
        if account.name:
            usual["account_name"] = latin_name(account.name)
        if self.mine(account):
            usual["currency_code"] = self.known.currency
        made: goaml.Account = goaml_answers.build(goaml.Account, usual | plain, place, self.answers)
        if account.kind == "business" or isinstance(said.get("entity"), dict):
            made = replace(made, entity=self.entity(account, said, place))
        elif not made.signatories and (account.name or said.get("person")):
            role = self.profile.roles.get("holder", "-")
            person = self.person(account, said, place)
            made = replace(made, signatories=(goaml.Signatory(True, person, role),))
        self._made[account.identifier] = made
        return made

    def entity(self, account: facts.Account, said: dict[str, Any], place: str) -> goaml.Entity:
        usual = {"name": latin_name(account.name)} if account.name else {}
        own = said.get("entity") or {}
        made: goaml.Entity = goaml_answers.build(
            goaml.Entity, usual | own, f"{place}.entity", self.answers
        )
        return made

    def person(self, account: facts.Account, said: dict[str, Any], place: str) -> goaml.Person:
        words = latin_name(account.name).split()
        usual: dict[str, Any] = {}
        if words:
            usual = {"first_name": " ".join(words[:-1]), "last_name": words[-1]}
        if not account.name.isascii():
            field = (
                "full_name_frn" if self.profile.has("person", "full_name_frn", 5) else "comments"
            )
            usual[field] = account.name
        if account.possible_victim and self.profile.has("person", "is_protected", 5):
            usual["is_protected"] = True
        own = said.get("person") or {}
        made: goaml.Person = goaml_answers.build(
            goaml.Person, usual | own, f"{place}.person", self.answers
        )
        return made

    def transaction(self, one: facts.Entry, currency: str) -> goaml.Transaction:
        profile = self.profile
        said = {
            "transmode_code": profile.transmodes.get(one.kind, "-"),
            **profile.usual.get("transaction", {}),
            **{n: v for n, v in self.answers.table("transaction").items() if v != ""},
        }
        said.pop("funds_code", None)
        base: goaml.Transaction = goaml_answers.build(
            goaml.Transaction, said, "transaction", self.answers
        )
        amount, foreign = self.amount(one, currency)
        base = replace(
            base,
            number=f"{self.known.reference}-{one.entry}",
            internal_ref_number=one.reference,
            description=base.description or self.description(one),
            on=self.known.local(one.at).replace(microsecond=0),
            amount_local=amount,
        )
        if not self.two_sided(one):
            return replace(base, parties=self.parties(one, foreign))
        assert one.source is not None  # noqa: S101 (two_sided said so)
        assert one.target is not None  # noqa: S101
        return replace(
            base,
            source=self.side(one, one.source, one.country_from, foreign),
            target=self.side(one, one.target, one.country_to, None),
        )

    def two_sided(self, one: facts.Entry) -> bool:
        """A possible victim needs a role, and cash has one side: those are told by parties."""
        if one.source not in self.accounts or one.target not in self.accounts:
            return False
        ends = (self.accounts[one.source], self.accounts[one.target])
        if any(account.possible_victim for account in ends):
            return False
        return self.answers.form is Form.TWO_SIDED

    def amount(
        self, one: facts.Entry, currency: str
    ) -> tuple[Decimal | None, goaml.ForeignCurrency | None]:
        """Return the amount in the report's currency, and in the one that was used if another."""
        own = _major(one.amount_minor, one.currency)
        if one.currency in (currency, money.NO_CURRENCY):
            return own, None
        base = self.known.base(one)
        if base is None or self.known.currency != currency:
            return None, None  # no rate is known: the check says that the amount is missing
        local = _major(base, currency)
        rate = round(local / own, 8) if own else None
        return local, goaml.ForeignCurrency(one.currency, own, rate)

    def description(self, one: facts.Entry) -> str:
        words = [one.kind.replace("_", " ").capitalize()]
        if one.purpose:
            words.append(one.purpose.replace("_", " "))
        if one.text:
            words.append(one.text)
        said = ": ".join(words)
        return latin(said) if self.profile.ascii_only else said

    def funds(self, one: facts.Entry) -> str:
        said = self.answers.table("transaction").get("funds_code")
        return str(said or self.profile.funds.get(one.kind, "-"))

    def country(self, number: int, given: str) -> str:
        account = self.accounts.get(number)
        return given or (account.country if account else "") or "-"

    def side(
        self, one: facts.Entry, number: int, country: str, foreign: goaml.ForeignCurrency | None
    ) -> goaml.Side:
        account = self.accounts[number]
        return goaml.Side(
            subject=self.account(account),
            country=self.country(number, country),
            funds_code=self.funds(one),
            foreign_currency=foreign,
            is_suspected=self.suspected(account),
            my_client=self.mine(account),
        )

    def parties(
        self, one: facts.Entry, foreign: goaml.ForeignCurrency | None
    ) -> tuple[goaml.Party, ...]:
        ends = ((one.source, one.country_from, "source"), (one.target, one.country_to, "target"))
        return tuple(
            self.party(one, number, country, role, foreign)
            for number, country, role in ends
            if number is not None and number in self.accounts
        )

    def party(
        self,
        one: facts.Entry,
        number: int,
        country: str,
        role: str,
        foreign: goaml.ForeignCurrency | None,
    ) -> goaml.Party:
        account, roles = self.accounts[number], self.profile.roles
        victim = account.possible_victim
        return goaml.Party(
            role=self.profile.victim_role if victim else roles.get(role, "-"),
            subject=self.account(account),
            funds_code=self.funds(one),
            foreign_currency=foreign,
            country=self.country(number, country),
            is_suspected=self.suspected(account),
            comments=VICTIM_NOTE if victim else "",
            my_client=self.mine(account),
        )

    def report_parties(self) -> tuple[goaml.ReportParty, ...]:
        """Everybody in the alert; possible victims last: the report is not about them."""
        ordered = sorted(self.known.accounts, key=lambda account: account.possible_victim)
        return tuple(self.report_party(account) for account in ordered)

    def report_party(self, account: facts.Account) -> goaml.ReportParty:
        victim, profile = account.possible_victim, self.profile
        five = profile.schema >= 5
        role = profile.victim_role if victim else profile.roles.get("other", "-")
        return goaml.ReportParty(
            role=role if five else "",
            subject=self.account(account),
            country=self.country(account.account, "") if five else "",
            is_suspected=self.suspected(account),
            reason=VICTIM_NOTE if victim else _PARTS.get(account.part, "Takes part."),
            my_client=five and self.mine(account),
        )


def _major(amount_minor: int, currency: str) -> Decimal:
    places = money.exponent(currency)
    return Decimal(amount_minor).scaleb(-(2 if places is None else places))
