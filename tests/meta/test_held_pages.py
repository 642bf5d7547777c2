"""Every page with a form is held, or somebody looked at it and said why it needs not be.

A form that is answered by a page lies in the browser's session files (docs/decisions/0027).
"""

from meta import pages

CHOICE = "takes no words: only a choice"
SERVICE = "facts of services, which everybody may read"
LIST = "a public list, given as a file"
ONCE = "what it shows is shown once and is not kept, not even sealed"
OWN = "takes one's own passphrase or code; it is not kept, not even sealed"

NOT_HELD: dict[str, str] = {
    "inquiries": "one button; nothing is typed",
    "traces": CHOICE,
    "trace_asked": CHOICE,
    "case_assign": CHOICE,
    "consent_withdraw": CHOICE,
    "case_nationality": CHOICE,
    "nationality_paper": CHOICE,
    "protection": CHOICE,
    "referral_withdraw": CHOICE,
    "hold": CHOICE,
    "duplicates": CHOICE,
    "screening_more": CHOICE,
    "case_who_sees": CHOICE,
    "case_sheet": CHOICE,
    "load": CHOICE,
    "alerts": CHOICE,
    "alert_report": CHOICE,
    "money_case_report": CHOICE,
    "scans": CHOICE,
    "scan": CHOICE,
    "typologies": CHOICE,
    "typology": CHOICE,
    "money_desk": "takes a number of open alerts",
    "ledger_settings": "takes a country, a time zone, a currency and its rates",
    "typology_new": "a version of red flags, given as a file; nobody is named in it",
    "watchlists": LIST,
    "hits": CHOICE,
    "same": CHOICE,
    "dossier_new": CHOICE,
    "fairness": CHOICE,
    "service_imports": SERVICE,
    "service_row": SERVICE,
    "service_edit": SERVICE,
    "service_new": SERVICE,
    "account_organisation": "the name of an organisation",
    "account_unit": "the name of a unit",
    "account_new": f"{ONCE} (a colleague's recovery code)",
    "unit_shares": ONCE,
    "code_app": OWN,
    "passkey": OWN,
    "remove_second_factor": OWN,
    "change_passphrase": OWN,
    "recovery_code": ONCE,
    "record_verify": "takes a checkpoint, which is made to be given away",
}


def _with_a_form() -> dict[str, pages.Page]:
    found = (the for the in pages.every() if the.permission)
    return {the.name: the for the in found if {"GET", "POST"} <= set(the.methods)}


def unreviewed(found: dict[str, pages.Page], reviewed: dict[str, str]) -> list[str]:
    """Name each page that is neither held nor in the list of those that need not be."""
    held = {name for name, the in found.items() if getattr(the.view, "held", False)}
    return sorted(set(found) - held - set(reviewed))


def test_every_page_with_a_form_is_held_or_was_looked_at():
    assert unreviewed(_with_a_form(), NOT_HELD) == []


def test_the_list_names_only_pages_that_stand_and_are_not_held():
    found = _with_a_form()
    assert sorted(set(NOT_HELD) - set(found)) == []
    assert [name for name in NOT_HELD if getattr(found[name].view, "held", False)] == []


def test_a_page_that_nobody_looked_at_is_found():
    left_out = {name: why for name, why in NOT_HELD.items() if name != "case_assign"}
    assert unreviewed(_with_a_form(), left_out) == ["case_assign"]
