"""Five file names may know Django; every other module decides from its arguments alone."""

import ast

import pytest

from meta import source

OUTSIDE = ("django", "allauth", "csp", "whitenoise", "gunicorn")
EFFECTS = frozenset(
    {"os", "time", "random", "secrets", "socket", "subprocess", "tempfile", "logging", "threading"}
)
CLOCKS = frozenset({"now", "today", "utcnow", "time", "monotonic", "localtime"})
CLOCK_OWNERS = frozenset({"datetime", "date", "timezone", "time"})
# Where a rule is bent, and why.
RANDOM = {
    "core/sealing": "keys and nonces; a nonce from outside would make reuse possible",
}


def reads_clock(node: ast.Call) -> bool:
    """Tell whether a call asks what time it is."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in CLOCKS:
        return False
    return ast.unparse(node.func.value).split(".")[-1] in CLOCK_OWNERS


def impurities(module: source.Module) -> list[str]:
    """Name what ties this module to Django, the clock, chance or the machine."""
    found = []
    for line, name in source.imports(module.tree):
        top = name.split(".")[0]
        if top.startswith(OUTSIDE):
            found.append(f"{line}: imports {name}")
        if top in EFFECTS and module.name not in RANDOM:
            found.append(f"{line}: imports {name}")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            word = source.called(node)
            if reads_clock(node):
                found.append(f"{node.lineno}: reads the clock by {word}()")
            if word == "open" and isinstance(node.func, ast.Name):
                found.append(f"{node.lineno}: opens a file")
    return found


@pytest.mark.parametrize(
    "module", [m for m in source.modules() if not m.may_know_django], ids=lambda m: m.name
)
def test_a_module_with_another_name_is_pure(module: source.Module) -> None:
    assert impurities(module) == []


@pytest.mark.parametrize(
    "offence",
    [
        "from django.db import models",
        "import allauth.account",
        "import secrets",
        "def f():\n    import os",
        "from datetime import datetime\nx = datetime.now()",
        "from datetime import date\nx = date.today()",
        "x = open('/etc/hosts')",
    ],
)
def test_the_rule_bites(offence: str) -> None:
    assert impurities(source.Module(("cases", "planted"), offence))


def test_each_exception_is_still_needed() -> None:
    present = {m.name: m for m in source.modules()}
    for name in RANDOM:
        plain = source.Module(("planted",), present[name].text)
        assert impurities(plain), f"{name} needs no exception any more"
