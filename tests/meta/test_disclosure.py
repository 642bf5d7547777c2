"""Nothing about a person leaves the team that helps except through one door.

`cases/actions/disclosing.py` asks `consent.why_not`. Here every place is found where sealed content
could leave: keys given to another unit, a key wrapped to somebody, a paper, a file to download. The
function that does it asks at the door itself, or is on the reviewed list with the reason why not.
"""

import ast
import functools
from collections.abc import Iterator
from datetime import datetime

import pytest

import casework
import make
from manumit.cases import consent
from manumit.cases.actions import accounts, disclosing, referrals
from manumit.cases.models import Case, Disclosure
from manumit.core import models
from manumit.core.actions import acting
from manumit.core.roles import Role
from meta import source

GIVES = frozenset({"share_keys", "wrap_keys", "hpke_wrap", "pdf", "FileResponse"})
DOOR = "cases/actions/disclosing"
ASKS = frozenset({"require", "note", "share", "why_not", "allowed", "words", "words_of"})

# Ways out that need no question at the door, each with its reason. "asks: module" is one whose
# content comes from a function of that module, which asks.
REVIEWED = {
    "cases/actions/doorkeys:grant:hpke_wrap": "to the person themselves, at their own door",
    "cases/views/doors:_card:pdf": "a code and an address, nothing of the case",
    "cases/views/doors:case_door_card:attachment": "a code and an address, nothing of the case",
    "cases/actions/handovers:_wrap:wrap_keys": "asks: cases/actions/handovers",
    "cases/views/sheets:case_export:attachment": "asks: cases/actions/exports",
    "cases/views/sheets:case_sheet_rejected:attachment": "back to who gave the sheet",
    "cases/actions/receipts:print_receipt:pdf": "the person's own paper, in words that tell nothing",
    "cases/views/seeing:case_receipt:attachment": "the person's own paper, as above",
    "cases/views/plans:plan_card:pdf": "the person's own card: their own lines, only when wanted",
    "cases/views/plans:plan_card:attachment": "the person's own card, as above",
    "cases/views/nationality:nationality_paper:attachment": "asks: cases/actions/nationality",
    "cases/views/nationality:nationality_notification:attachment": "asks: cases/actions/nationality",
    "cases/views/statement:case_statement:attachment": "asks: cases/actions/statements",
    "cases/actions/screenings:finish_screening:share_keys": (
        "the talk goes to the unit that takes the person over: the way help begins, before which "
        "nobody else knows the person; each purpose was asked in the talk itself"
    ),
}


def ways_out(module: source.Module) -> Iterator[tuple[str, bool]]:
    """Yield `module:function:way` for each way out, and whether that function asks at the door."""
    for node in module.tree.body:
        parts = node.body if isinstance(node, ast.ClassDef) else [node]
        for part in parts:
            name = getattr(part, "name", "<module>")
            calls = [n for n in ast.walk(part) if isinstance(n, ast.Call)]
            asks = any(_asks(call) for call in calls)
            ways = {source.called(call) for call in calls if source.called(call) in GIVES}
            if any(_is_attachment(n) for n in ast.walk(part)):
                ways.add("attachment")
            for way in sorted(ways):
                yield f"{module.name}:{name}:{way}", asks


def _asks(call: ast.Call) -> bool:
    made = call.func
    if not isinstance(made, ast.Attribute) or made.attr not in ASKS:
        return False
    return ast.unparse(made.value).endswith("disclosing")


def _is_attachment(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).endswith("showing.file")
    return isinstance(node, ast.Constant) and str(node.value).lower() == "content-disposition"


def _watched() -> list[source.Module]:
    """Modules that know people: those of `cases`, and commands that use them."""
    found = [m for m in source.modules() if m.parts[0] in {"cases", "cli"} and m.name != DOOR]
    return [m for m in found if "migrations" not in m.parts and "manumit.cases" in m.text]


@functools.cache
def _unasked() -> dict[str, bool]:
    return {way: asks for m in _watched() for way, asks in ways_out(m) if not asks}


def test_every_way_out_asks_at_the_door_or_was_reviewed() -> None:
    assert set(_unasked()) - set(REVIEWED) == set()


def test_each_exception_is_still_needed() -> None:
    assert set(REVIEWED) <= set(_unasked())


@pytest.mark.parametrize("way", [way for way, why in REVIEWED.items() if why.startswith("asks: ")])
def test_who_asks_for_another_does_ask(way: str) -> None:
    named = REVIEWED[way].removeprefix("asks: ")
    module = next(m for m in source.modules() if m.name == named)
    calls = [n for n in ast.walk(module.tree) if isinstance(n, ast.Call)]
    assert any(_asks(call) for call in calls)


def test_only_the_door_and_the_letter_ask_the_rule_of_sharing() -> None:
    """What is asked inside the team (may we talk, may we keep the name) is reviewed here too."""
    asking = {
        m.name
        for m in source.modules()
        if m.parts[0] in {"cases", "cli", "web"} and "why_not(" in m.text
        for n in ast.walk(m.tree)
        if isinstance(n, ast.Call)
        and source.called(n) == "why_not"
        and ast.unparse(n.func) in {"consent.why_not", "consent_rules.why_not"}
    }
    assert asking <= {
        DOOR,
        "cases/minimise",  # the letter, field by field, with the words that the door gives it
        "cases/actions/screenings",  # may questions be asked
        "cases/views/screening",  # the same, before the page asks
    }


@pytest.mark.parametrize(
    "violator",
    [
        "def give(by, at, case, unit):\n    sealed.share_keys(by=by, at=at, to_unit=unit)",
        "def paper(case):\n    return printing.pdf([case])",
        "def export(request):\n    answer['Content-Disposition'] = 'attachment'",
        "def export(request):\n    return showing.file(b'', 'rows.csv')",
        "def wrap(key):\n    sealing.hpke_wrap(b'', key, b'')",
        "class Sneaky:\n    def give(self):\n        sealed.wrap_keys(keys={})",
        "def asks_somebody_else(case):\n    consent.why_not([])\n    sealed.share_keys(case)",
    ],
)
def test_a_planted_violator_is_caught(violator: str) -> None:
    module = source.Module(("cases", "actions", "planted"), violator)
    assert [asks for _, asks in ways_out(module)] == [False]


def test_who_asks_is_let_through() -> None:
    text = "def give(case):\n    disclosing.require(case=case)\n    sealed.share_keys(case)"
    module = source.Module(("cases", "actions", "planted"), text)
    assert [asks for _, asks in ways_out(module)] == [True]


# --- and in fact: when the rule says no, nothing goes ---------------------------------------------


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the one rule say no to everything."""
    monkeypatch.setattr(consent, "why_not", lambda *_, **__: "No, says the rule.")


@acting.action("consent.give")
def _note(*, by: acting.Actor, at: datetime, case: Case) -> Disclosure:
    return disclosing.note(
        by=by,
        at=at,
        case=case,
        purpose="share_for_research_statistics",
        recipient=None,
        classes=[],
        what="file",
    )


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_no_of_the_rule_stops_letters_keys_and_files(request: pytest.FixtureRequest) -> None:
    world, at = casework.World(), casework.AT
    row, case = world.consented(), world.taken(name="Badr Example")
    team = world.join(Role.CASE_WORKER, make.unit())
    account = accounts.record_account(
        by=world.worker, at=at, case=case, texts={"words": "Fictional"}, why_again="wants_to"
    )
    asked = accounts.request_account(by=team, at=at, code=case.reference, wanted_for="help")
    wraps = models.KeyWrap.objects.count()
    request.getfixturevalue("silent")
    with pytest.raises(acting.Refused, match="says the rule"):
        referrals.send_referral(by=world.worker, at=at, referral=row)
    with pytest.raises(acting.Refused, match="says the rule"):
        _note(by=world.worker, at=at, case=case)
    with pytest.raises(acting.Refused, match="says the rule"):
        accounts.answer_request(
            by=world.worker,
            at=at,
            request=asked,
            give=True,
            accounts=[account],
            questions=casework.YES,
        )
    assert models.KeyWrap.objects.count() == wraps
    assert not Disclosure.objects.exists()
