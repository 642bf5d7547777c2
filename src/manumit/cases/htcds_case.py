"""How a row of the case data standard and a case of ours say the same thing.

A case keeps what the product works with (a name, a way to reach the person, a status); the rest of
the row is kept beside it, sealed. On the way out the row as it came is taken, and only what was
changed on the case since is written over it: so nothing is lost, and what a colleague mended is not
undone. Loading a later row takes what changed there; what changed on both sides is for a person.

A row says "recognised" without saying who by name decided: that makes a possible victim here, until
a person enters the body that decided (`status.why_not`). A yes to keeping the record counts only
when the person was told all seven points; without it the row comes in without who it is.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from manumit.cases import consent, htcds, status

FACTS: tuple[str, ...] = (
    "name",
    "birth",
    "sex",
    "nationality",
    "place",
    "contact",
    "language",
    "trafficking_status",
    "case_status",
)
# What tells who somebody is or where; stays out without consent to a record with the name.
NAMING: frozenset[str] = frozenset(
    {
        "prs_Salutation",
        "prs_FirstName",
        "prs_MiddleName",
        "prs_SecondName",
        "prs_Birthdate",
        "prs_IdentityNumber",
        "prs_Title",
        "prs_Email",
        "prs_HomePhone",
        "prs_MobilePhone",
        "prs_MailingCity",
        "prs_MailingState",
        "prs_MailingStreet",
        "prs_MailingPostalCode",
        "prs_MailingLongitude",
        "prs_MailingLatitude",
    }
)
_NAME_PARTS = ("prs_FirstName", "prs_MiddleName", "prs_SecondName")
_PLACE_PARTS = ("prs_MailingStreet", "prs_MailingCity", "prs_MailingState", "prs_MailingPostalCode")
_SEX = {
    "Feminine": "female",
    "Masculine": "male",
    "TransgenderFeminine": "other",
    "TransgenderMasculine": "other",
    "NonConforming": "other",
}
_GENDER = {"female": "Feminine", "male": "Masculine", "other": "NonConforming"}
ADULT_AT = 18


def facts(record: htcds.Record) -> dict[str, str]:
    """Return what a row says of the things that a case keeps itself; "" where it says nothing."""
    citizenship = record.several("prs_Citizenship")
    trafficked = record.text("vic_TraffickingStatus")
    return {
        "name": " ".join(filter(None, map(record.text, _NAME_PARTS))),
        "birth": record.text("prs_Birthdate"),
        "sex": _SEX.get(record.text("prs_Gender"), ""),
        "nationality": citizenship[0] if citizenship else "",
        "place": ", ".join(filter(None, map(record.text, _PLACE_PARTS))),
        "contact": next(
            filter(None, map(record.text, ("prs_MobilePhone", "prs_HomePhone", "prs_Email"))), ""
        ),
        "language": ours(record.text("prs_PrimaryLanguage")),
        "trafficking_status": _trafficking(trafficked),
        "case_status": record.text("cas_Status") or status.CaseStatus.ACTIVE.value,
    }


def _trafficking(said: str) -> str:
    known = (status.Trafficking.POSSIBLE.value, status.Trafficking.ACTUAL.value)
    return status.Trafficking.POSSIBLE.value if said in known else ""


def ours(language: str) -> str:
    """Return the language as the product names it: two letters where there are two."""
    code = htcds.load().lists["language"].get(language)
    return next((alias for alias in code.aliases if len(alias) == 2), language) if code else ""


def overlay(record: htcds.Record, now: Mapping[str, str]) -> htcds.Record:
    """Return the row with what was changed on the case since it came in."""
    before = facts(record)
    changed = {name: now[name] for name in FACTS if name in now and now[name] != before[name]}
    values = dict(record.values)
    for name, value in changed.items():
        _write(values, name, value)
    return replace(record, values=values)


def _write(values: dict[str, htcds.Value], name: str, value: str) -> None:
    if name == "name":
        first, _, rest = value.partition(" ")
        _set(values, dict(zip(_NAME_PARTS, (first, "", rest), strict=True)))
    elif name == "place":
        _set(values, dict.fromkeys(_PLACE_PARTS, "") | {"prs_MailingCity": value})
    elif name == "contact":
        _set(values, _reached(value))
    elif name == "nationality":
        values["prs_Citizenship"] = (value,) if value else ()
    elif name == "language":
        _set(values, {"prs_PrimaryLanguage": htcds.load().code("language", value)})
    else:
        wire = {
            "birth": ("prs_Birthdate", _day(value)),
            "sex": ("prs_Gender", _GENDER.get(value, "")),
            "trafficking_status": ("vic_TraffickingStatus", value),
            "case_status": ("cas_Status", value),
        }
        _set(values, dict([wire[name]]))


def _set(values: dict[str, htcds.Value], new: Mapping[str, str]) -> None:
    for name, value in new.items():
        if value:
            values[name] = value
        else:
            values.pop(name, None)


def _reached(contact: str) -> dict[str, str]:
    fields = htcds.load().fields
    said = dict.fromkeys(("prs_MobilePhone", "prs_HomePhone", "prs_Email"), "")
    if "@" in contact:
        return said | {"prs_Email": contact}
    try:
        number = htcds.read(fields["prs_MobilePhone"], contact)
    except htcds.BadCell:
        return said  # "ask the nurse in tent 4" has no field in the standard
    return said | {"prs_MobilePhone": str(number or "")}


def _day(text: str) -> str:
    try:
        return str(htcds.read(htcds.load().fields["prs_Birthdate"], text) or "")
    except htcds.BadCell:
        return ""


def clashes(
    old: htcds.Record,
    new: htcds.Record,
    now: Mapping[str, str],
    ours: Mapping[str, htcds.Value] | None = None,
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what a later row changes on the case, and what was changed on both sides.

    `now` is what the case says, `ours` what was coded here since the row came in.
    """
    before, after = facts(old), facts(new)
    moved = [name for name in FACTS if after[name] != before[name]]
    both = [name for name in moved if now.get(name, "") not in (before[name], after[name])]
    for name, value in (ours or {}).items():
        theirs = new.values.get(name)
        if theirs != old.values.get(name) and theirs != (value or None):
            both.append(name)
    return {name: after[name] for name in moved if name not in both}, tuple(both)


def codable() -> tuple[htcds.Field, ...]:
    """Return the coded fields that are worked on here beside the case itself."""
    of_case = {
        "prs_Gender",
        "prs_Citizenship",
        "prs_PrimaryLanguage",
        "vic_TraffickingStatus",
        "vic_TraffickingStatusDecisionMakingOrg",
        "cas_Status",
    }
    return tuple(
        known
        for known in htcds.load().fields.values()
        if known.counts
        and not known.repeats
        and known.kind in ("choice", "choices")
        and known.name not in of_case
    )


def differences(old: htcds.Record, new: htcds.Record) -> tuple[str, ...]:
    """Return the fields and groups that a later row says differently, in the standard's order."""
    names = [n for n in htcds.load().fields if old.values.get(n) != new.values.get(n)]
    groups = [g for g in htcds.GROUPS if old.groups.get(g, ()) != new.groups.get(g, ())]
    return (*names, *groups, *(["extra"] if dict(old.extra) != dict(new.extra) else []))


# --- consent -------------------------------------------------------------------------------------


def told(record: htcds.Record, attested: bool) -> list[bool]:
    """Return the seven answers: those of the row, or what the importer vouches for.

    The first (about the interview) is not part of a yes to a record.
    """
    said = [record.flag(name) for name in htcds.TOLD]
    if any(answer is not None for answer in said):
        return [bool(answer) for answer in said]
    return [attested] * len(htcds.TOLD)


def why_not_named(record: htcds.Record, attested: bool) -> str:
    """Say why who it is must stay out; "" when the row carries a yes that counts."""
    agreed = record.flag("con_Consent")
    if not agreed:
        return (
            "The row says no." if agreed is False else "The row does not say whether they agreed."
        )
    return consent.why_not_record(
        consent.Purpose.STORE_RECORD,
        given=True,
        recipient="",
        questions=told(record, attested),
        language="en",
    )


def without_naming(record: htcds.Record) -> htcds.Record:
    """Return the row without what tells who somebody is; free columns of others go too."""
    kept = {name: value for name, value in record.values.items() if name not in NAMING}
    return replace(record, values=kept, extra={}, record_id="")


# --- age and time --------------------------------------------------------------------------------


def minor(record: htcds.Record, on: date) -> bool | None:
    """Tell whether the person is under 18 on the day; None when the row does not say."""
    birth = record.text("prs_Birthdate")
    if not birth:
        return None
    born = date.fromisoformat(birth)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < ADULT_AT


def identified_on(record: htcds.Record, on: date) -> date:
    """Return since when clocks run: the day of the incoming referral, when it is not to come."""
    said = record.text("cas_IncomingReferralDate")
    return min(date.fromisoformat(said), on) if said else on


def problems(record: htcds.Record, on: date) -> list[tuple[str, str, str]]:
    """Return (field, reason, cure) of what cannot be true, though each cell alone is fine."""
    found = []
    birth = record.text("prs_Birthdate")
    if birth and date.fromisoformat(birth) > on:
        found.append(("prs_Birthdate", "This day is still to come.", "Correct the date."))
    said = record.text("cas_IncomingReferralDate")
    if said and date.fromisoformat(said) > on + timedelta(days=1):
        found.append(("cas_IncomingReferralDate", "This day is still to come.", "Correct it."))
    if birth and said and said < birth:
        found.append(
            ("cas_IncomingReferralDate", "It is before the date of birth.", "Correct one of them.")
        )
    return found


# --- what may leave ------------------------------------------------------------------------------


def coded(record: htcds.Record) -> htcds.Record:
    """Return only coded facts that say nothing of who it is: no free text, no day, no number."""
    fields = htcds.load().fields
    values = {n: v for n, v in record.values.items() if fields[n].counts}
    groups = {
        group: kept
        for group, entries in record.groups.items()
        if (kept := tuple({n: v for n, v in e.items() if fields[n].counts} for e in entries))
    }
    return htcds.Record(values, groups, {}, record.record_id)


def within(record: htcds.Record, classes: frozenset[str]) -> htcds.Record:
    """Return the fields that are kept under these classes."""
    fields = htcds.load().fields
    values = {n: v for n, v in record.values.items() if fields[n].sealed_as in classes}
    groups = {
        group: entries
        for group, entries in record.groups.items()
        if next(f for f in fields.values() if f.repeats == group).sealed_as in classes
    }
    extra = record.extra if {"identity", "screening"} <= classes else {}
    return htcds.Record(values, groups, extra, record.record_id)
