"""From facts and answers to reports: valid, or every fault told; victims in their own role."""

import dataclasses
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

import flows.knowns_made as made
from manumit.flows import (
    goaml,
    goaml_answers,
    goaml_check,
    goaml_draft,
    goaml_profile,
    goaml_xml,
)
from manumit.flows import known as facts

PROFILES = goaml_profile.examples()
both = pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
ON = datetime(2026, 11, 22, 9, tzinfo=UTC)


def drafted(known, profile, tables=made.ANSWERS):
    answers = goaml_answers.of_tables(tables)
    return goaml_draft.draft(known, answers, profile, on=ON), answers


def judged(known, profile, tables):
    report, answers = drafted(known, profile, tables)
    assert answers.problems == []
    return report, goaml_check.faults(report, profile, victims=known.victims)


@both
def test_200_alerts_are_valid_or_every_fault_is_told(profile):
    """What is told as whole is valid and comes back equal; what is not is whole once it is mended."""
    whole = 0
    for seed in range(200):
        known = made.known(seed)
        form = ("two_sided", "parties", "activity")[seed % 3]
        tables = {**made.ANSWERS, "report": {**made.ANSWERS["report"], "form": form}}
        report, faults = judged(known, profile, tables)
        if faults:
            assert all(fault.says and fault.where for fault in faults)
            mended = {**made.named(known), "report": tables["report"]}
            known = dataclasses.replace(
                known, entries=tuple(dataclasses.replace(e, base_minor=5) for e in known.entries)
            )
            report, faults = judged(known, profile, mended)
        else:
            whole += 1
        assert [str(fault.says) for fault in faults] == []
        data = goaml_xml.write(report, profile)
        assert goaml_xml.problems(data, goaml_xml.common()) == []
        assert goaml_xml.read(data).report == report
        for _, subject, stand in goaml.subjects(report):
            if isinstance(subject, goaml.Account) and subject.account in known.victims:
                assert not stand.is_suspected
                if not isinstance(stand, goaml.ReportParty) or profile.schema >= 5:
                    assert stand.role == profile.victim_role
    assert 0 < whole < 200


@both
def test_who_may_be_a_victim_has_a_role_of_their_own_and_is_never_suspected(profile):
    known = made.known(3)
    accounts = [dataclasses.replace(a, part="source", kind="person") for a in known.accounts]
    accounts[0] = dataclasses.replace(accounts[0], part="possible_victim", name="Amal Example")
    known = dataclasses.replace(known, accounts=tuple(accounts))
    report, _ = drafted(known, profile)
    own = [
        (party, party.subject)
        for one in report.transactions
        for party in one.parties
        if party.subject.account == "ACC-0001"
    ]
    assert own
    for party, account in own:
        assert party.role == profile.victim_role
        assert party.comments == "Possible victim. Not a suspect."
        assert party.is_suspected is (None if profile.schema < 5 else False)
        if profile.schema >= 5:
            assert account.signatories[0].person.is_protected is True
    accused = {**made.ANSWERS, "accounts": {"ACC-0001": {"suspected": True}}}
    report, _ = drafted(known, PROFILES["example-5"], accused)
    faults = goaml_check.faults(report, PROFILES["example-5"], victims=known.victims)
    assert any("never marked as suspected" in str(fault.says) for fault in faults)


def test_nobody_is_suspected_unless_a_person_says_so():
    known, profile = made.known(4), PROFILES["example-5"]
    report, _ = drafted(known, profile)
    assert {stand.is_suspected for _, _, stand in goaml.subjects(report)} <= {None, False}
    told = {**made.ANSWERS, "accounts": {"ACC-0100": {"suspected": True}}}
    report, _ = drafted(known, profile, told)
    marked = {s.account for _, s, stand in goaml.subjects(report) if stand.is_suspected}
    assert marked == {"ACC-0100"}


def test_names_in_other_letters_are_written_in_latin_and_kept_as_they_are():
    account = facts.Account(1, "ACC-1", "أمل مثال", "person", "JO", "source")
    entry = facts.Entry(1, ON, 1050, "USD", source=1, target=None, kind="cash_out")
    known = made.known(1, accounts=(account,), entries=(entry,), entry_count=1)
    for profile in PROFILES.values():
        report, _ = drafted(known, profile)
        person = report.transactions[0].parties[0].subject.signatories[0].person
        assert person.last_name.isascii()
        assert person.last_name[0].isupper()
        kept = person.full_name_frn if profile.schema >= 5 else person.comments
        assert kept == "أمل مثال"


def test_amounts_in_other_currencies_need_a_rate():
    profile = PROFILES["example-5"]
    account = facts.Account(1, "ACC-1", "Amal Example", "person", "JO", "source")

    def amount(**entry):
        one = facts.Entry(1, ON, source=1, target=None, **entry)
        known = made.known(1, accounts=(account,), entries=(one,), entry_count=1)
        transaction = drafted(known, profile)[0].transactions[0]
        return transaction.amount_local, transaction.parties[0].foreign_currency

    assert amount(amount_minor=1050, currency="USD") == (Decimal("10.50"), None)
    assert amount(amount_minor=1050, currency="XXX") == (Decimal("10.50"), None)
    assert amount(amount_minor=1000, currency="JPY", base_minor=700) == (
        Decimal("7"),
        goaml.ForeignCurrency("JPY", Decimal(1000), Decimal("0.007")),
    )
    assert amount(amount_minor=1000, currency="EUR") == (None, None)


def test_times_are_those_of_the_place():
    report, _ = drafted(made.known(1), PROFILES["example-4"])
    first = min(e.at for e in made.known(1).entries)
    assert min(t.on for t in report.transactions) == made.known(1).local(first)
    assert report.transactions[0].on.tzinfo is None


def test_answers_that_are_not_understood_are_named():
    tables = {
        "nonsense": {},
        "report": {"rentity_id": "twelve", "colour": "red", "indicators": "X", "form": "poem"},
        "reporting_person": {"birthdate": "soon", "phones": [{"number": "1", "what": 2}]},
        "location": {"city": ["a"]},
        "accounts": {"ACC-9": {"swift": "X"}, "ACC-0100": {"balance": "NaN"}, "ACC-0001": 5},
    }
    _, answers = drafted(made.known(1), PROFILES["example-5"], tables)
    said = {(p.place, str(p.says)) for p in answers.problems}
    assert ("nonsense", f"No table has this name. Use {', '.join(goaml_answers.TABLES)}.") in said
    assert ("report", '"rentity_id" should be a whole number.') in said
    assert ("report", 'There is no "colour" here.') in said
    assert ("report", '"indicators" should be a text.') in said
    assert ("report", "form must be one of two_sided, parties, activity.") in said
    assert ("reporting_person", '"birthdate" should be a date, such as 2026-03-01.') in said
    assert ("reporting_person.phones", 'There is no "what" here.') in said
    assert ("location", '"city" should be a text.') in said
    assert ("accounts.ACC-9", "No account in this report has this number.") in said
    assert ("accounts.ACC-0100", '"balance" should be a number.') in said
    assert ("accounts.ACC-0001", "This must be a table.") in said


def test_what_is_known_is_kept_as_it_is():
    for seed in range(20):
        known = made.known(seed)
        assert facts.of_plain(json.loads(json.dumps(facts.plain(known)))) == known


def test_indicators_are_proposed_by_the_words_of_the_signs():
    profile = PROFILES["example-5"]
    assert goaml_draft.indicators(made.known(2), profile) == ("CDATM", "DISTA")
    other = dataclasses.replace(made.known(2), typologies=("x",))
    assert goaml_draft.indicators(other, profile) == ("TSUCO",)
