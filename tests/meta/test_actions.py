"""Every verb takes keywords, says who and when, and never looks at a clock.

What writes without being a verb is a step of one: nothing outside an actions module may call it.
"""

import ast
from collections.abc import Iterable

import pytest

from meta import source
from meta.test_only_actions_write import writes
from meta.test_purity import reads_clock

_COMPARES = "opens who is never to be told, to compare; on the record before it opens"
# Steps that may be called from outside, each with its reason.
CALLED_FROM_OUTSIDE = {
    "network/actions/comparing: carry_out by cli/demo_same": "the demo compares its records",
    "network/actions/comparing: carry_out by cli/network_resolve": "begin and put are the verbs",
    "network/actions/comparing: take_up by cli/network_resolve": "the work that a page began",
    "network/actions/decided: take by cli/network_resolve": "each decision is a verb of its own",
    "core/actions/acting: refuse by core/views/__init__": "puts the refusal of a page on the record",
    "core/actions/record: append by cli/record": "puts the export itself on the record",
    "core/actions/record: sign_checkpoint by cli/record": "signs what is there",
    "cases/actions/due: run by cli/demo_story": "the same, for the made-up days of the demo",
    "cases/actions/due: run by cli/due": "runs verbs one after another, then signs what is there",
    "core/actions/keys: open_for_command by cli/account": "opens keys; is itself on the record",
    "core/actions/names: search by cases/views/cases": "is on the record before it opens",
    "core/actions/backups: make by cli/backup": "is on the record before it reads",
    "core/actions/backups: make by cli/restore": "the same, for a drill of this instance",
    "core/actions/restoring: load by cli/restore": "fills an empty instance; noted right after",
    "core/actions/restoring: note by cli/restore": "puts the restore itself on the record",
    "cases/actions/disclosing: why_denied by cases/views/agreeing": _COMPARES,
    "cases/actions/disclosing: why_denied by cases/views/telling": _COMPARES,
    "cases/actions/disclosing: why_not by cases/views/telling": _COMPARES,
    "cases/actions/disclosing: why_denied by cases/views/referrals": _COMPARES,
    "cases/actions/disclosing: words by cases/views/referrals": _COMPARES,
    "cases/actions/traces: possible by cases/views/traces": _COMPARES,
    "cases/actions/traces: why_not_note by cases/views/traces": _COMPARES,
    "cases/actions/letters: preview by cases/views/referrals": _COMPARES,
    "cases/actions/exports: survey by cases/views/sheets": _COMPARES,
    "core/actions/names: search by network/views/entities": "is on the record before it opens",
    "core/actions/names: find_identifier by network/views/entities": "the same, for a number",
    "core/actions/names: search by cli/demo_plans": "is on the record before it opens",
    "core/actions/holding: hold by core/views/__init__": "keeps a page sealed for who sent a form",
    "core/actions/holding: forget by cli/due": "forgets pages that nobody is shown any more",
    "core/actions/sending: led_to by core/views/__init__": "remembers where a form led",
    "core/actions/sending: forget by cli/due": "forgets forms that can come no more",
    "core/actions/upkeep: leave_nothing_behind by cli/due": "empties a log; changes no row",
    "core/actions/upkeep: refresh_statistics by cli/due": "counts rows; changes none that is read",
    "core/actions/upkeep: expect_many_rows by cli/network_files": "gives memory; changes no row",
    "core/actions/upkeep: refresh_statistics by cli/network_files": "counts rows; changes none",
    "core/actions/upkeep: refresh_statistics by cli/serve": "counts rows; changes none that is read",
    "flows/actions/bringing: bring_file by cli/flows_load": "runs verbs one after another",
    "flows/actions/scanning: carry_out by cli/flows_scan": "runs verbs, and shows how far it is",
    "flows/actions/scanning: carry_out by cli/demo_money": "the same, for the made-up days of the demo",
    "flows/actions/scanning: run by cli/flows_work": "goes on with what a verb began",
    "flows/actions/bringing: take_up by cli/flows_work": "goes on with what a verb began",
    "flows/actions/loading: bring_in by cli/demo_money": "the same, for the made-up days of the demo",
    "web/actions: note_failure by web/views/signing_in": "a stranger's guess; is on the record",
    "web/actions: forget_failures by web/views/signing_in": "clears a counter",
    "web/actions: note_wrong_code by web/views/door": "a stranger's guess; is on the record",
    "web/actions: forget_wrong_codes by web/views/door": "clears a counter",
    "cases/actions/atdoor: turn by web/views/door": "remembers which page of a visit is open",
    "cases/actions/atdoor: leave by web/views/door": "forgets a visit",
}


def is_action(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(d, ast.Call) and source.called(d) in {"action", "opening"}
        for d in node.decorator_list
    )


def _functions(module: source.Module) -> list[ast.FunctionDef]:
    return [node for node in module.tree.body if isinstance(node, ast.FunctionDef)]


def faults(module: source.Module) -> list[str]:
    """Name each verb that breaks the rule."""
    found = []
    for node in _functions(module):
        loose = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        if is_action(node) and loose:
            found.append(f"{node.name}: {loose} can be given by position")
        if is_action(node) and not {"by", "at"} <= {a.arg for a in node.args.kwonlyargs}:
            found.append(f"{node.name}: needs by and at")
    found += [
        f"line {node.lineno}: reads the clock"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and reads_clock(node)
    ]
    return found


def calls(module: source.Module, tree: ast.AST) -> set[str]:
    """Return what a tree calls, as `package/module: function` where the module can be told."""
    aliases = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("manumit"):
            base = node.module.split(".")[1:]
            for name in node.names:
                aliases[name.asname or name.name] = ("/".join(base), name.name)
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            home, name = aliases.get(node.func.id, (module.name, node.func.id))
            found.add(f"{home}: {name}")
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            base, name = aliases.get(node.func.value.id, ("", ""))
            found.add(f"{base}/{name}: {node.func.attr}".removeprefix("/"))
    return found


def steps(modules: Iterable[source.Module]) -> set[str]:
    """Return the functions of actions modules that write, directly or through others, unguarded."""
    open_functions = [
        (f"{m.name}: {f.name}", m, f) for m in modules for f in _functions(m) if not is_action(f)
    ]
    found = {key for key, _, f in open_functions if writes(f)}
    while True:
        more = {key for key, m, f in open_functions if key not in found and calls(m, f) & found}
        if not more:
            return found
        found |= more


MODULES = source.modules()
ACTIONS = [m for m in MODULES if m.acts]
STEPS = steps(ACTIONS)


@pytest.mark.parametrize("module", ACTIONS, ids=lambda m: m.name)
def test_every_verb_says_who_and_when(module: source.Module) -> None:
    assert faults(module) == []


@pytest.mark.parametrize("module", [m for m in MODULES if not m.acts], ids=lambda m: m.name)
def test_from_outside_only_verbs_write(module: source.Module) -> None:
    allowed = {f"{step} by {module.name}" for step in STEPS} & set(CALLED_FROM_OUTSIDE)
    called = {f"{step} by {module.name}" for step in calls(module, module.tree) & STEPS}
    assert called - allowed == set()


@pytest.mark.parametrize(
    "offence",
    [
        "@acting.action('a')\ndef f(x, *, by, at): pass",
        "@acting.action('a')\ndef f(*, by): pass",
        "@acting.action('a')\ndef f(*, by, at): return datetime.now(UTC)",
        "@acting.action('a')\ndef f(*, by, at): return timezone.now()",
    ],
)
def test_the_rule_for_verbs_bites(offence: str) -> None:
    assert faults(source.Module(("cases", "actions"), offence))


def test_the_rule_for_steps_bites() -> None:
    acts = source.Module(
        ("cases", "actions", "planted"),
        "def write(case):\n    case.save()\n\ndef through(case):\n    write(case)\n\n"
        "@acting.action('a')\ndef verb(*, by, at, case):\n    write(case)",
    )
    assert steps([acts]) == {"cases/actions/planted: write", "cases/actions/planted: through"}
    page = source.Module(
        ("cases", "views"),
        "from manumit.cases.actions import planted\n\ndef page(request):\n    planted.through(1)",
    )
    assert calls(page, page.tree) == {"cases/actions/planted: through"}


def test_each_exception_is_still_needed() -> None:
    used = {
        f"{step} by {m.name}" for m in MODULES if not m.acts for step in calls(m, m.tree) & STEPS
    }
    assert set(CALLED_FROM_OUTSIDE) <= used
