"""Every setting is in the manual, and the manual has no other; the code reads no other."""

import re
from pathlib import Path

from manumit.web import environment

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "settings.md").read_text()
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?)(?: \*\*Secret\.\*\*)? \| (.*) \|$", re.M)


def test_the_manual_and_the_table_say_the_same():
    written = {name: meaning for name, meaning, _ in ROW.findall(MANUAL)}
    known = {setting.name: setting.meaning for setting in environment.SETTINGS}
    assert written == known


def test_defaults_are_written_down():
    for name, _, default in ROW.findall(MANUAL):
        setting = environment.BY_NAME[name]
        if setting.default:
            assert default == f"`{setting.default}`", name


def test_secrets_are_marked():
    for line in MANUAL.splitlines():
        match = re.match(r"\| `([A-Z_]+)`", line)
        if match and match.group(1) in environment.BY_NAME:
            assert ("**Secret.**" in line) == environment.BY_NAME[match.group(1)].secret, line


def test_the_code_reads_no_setting_that_is_not_in_the_table():
    pattern = re.compile(r"""(?:environ(?:\.get)?[\[(]|_text\()\s*["']([A-Z][A-Z_]+)["']""")
    foreign = {"DJANGO_SETTINGS_MODULE"}
    found = {}
    for path in (ROOT / "src").rglob("*.py"):
        for name in pattern.findall(path.read_text()):
            if name not in foreign and name.removesuffix("_FILE") not in environment.BY_NAME:
                found[name] = path.name
    assert found == {}
