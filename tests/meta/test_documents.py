"""Everything that a person can call, open or set is described, and the description is true."""

import re
import subprocess
import sys

import click
import pytest

from manumit import cli
from manumit.web import environment
from meta import documents, source

COMMANDS = list(documents.leaves(cli.main))
CURE = "out of date. Cure: make documents"


def test_every_page_stands_in_the_manual() -> None:
    assert (documents.DOCS / "pages.md").read_text() == documents.pages_text(), CURE


def test_every_command_stands_in_the_manual() -> None:
    assert (documents.DOCS / "commands.md").read_text() == documents.commands_text(), CURE


@pytest.mark.parametrize(("called", "line", "command"), COMMANDS, ids=[c[0] for c in COMMANDS])
def test_every_command_explains_itself(called: str, line: str, command: click.Command) -> None:
    ctx = click.Context(command, info_name=called, max_content_width=300, terminal_width=300)
    told = command.get_help(ctx)
    assert re.search(rf"Example[^:]*:.*{called}", told, re.DOTALL), "its help shows an example"
    assert line.endswith(".")
    options = {name for p in command.params for name in p.opts}
    assert "--json" in options or called in {"manumit serve", "manumit demo"}
    for option in command.params:
        if isinstance(option, click.Option) and option.name != "help":
            assert option.help, f"{option.name} says what it does"


def test_the_list_of_commands_loads_none_of_them() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from manumit import cli\n"
        "assert CliRunner().invoke(cli.main, ['--help']).exit_code == 0\n"
        "print([m for m in sys.modules if m.split('.')[0] in {'django', 'duckdb', 'numpy'}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_setting_stands_in_the_manual() -> None:
    manual = (documents.DOCS / "settings.md").read_text()
    for setting in environment.SETTINGS:
        assert re.search(rf"`{setting.name}`", manual), setting.name


def test_no_setting_is_read_past_the_table() -> None:
    known = set(environment.BY_NAME) | {f"{name}_FILE" for name in environment.BY_NAME}
    known |= {"DJANGO_SETTINGS_MODULE"}
    named = {
        (module.name, word)
        for module in source.modules()
        for word in re.findall(
            r"environ(?:\.get\(|\[|\.setdefault\()\s*[\"'](\w+)[\"']", module.text
        )
    }
    assert {pair for pair in named if pair[1] not in known} == set()


def test_every_decision_says_when() -> None:
    found = sorted((documents.DOCS / "decisions").glob("*.md"))
    assert [int(p.name[:4]) for p in found] == sorted({int(p.name[:4]) for p in found})
    for decision in found:
        text = decision.read_text()
        assert text.startswith(f"# {int(decision.name[:4])}. "), decision.name
        assert re.search(r"^Decided \d{4}-\d\d-\d\d\.", text, re.MULTILINE), decision.name


@pytest.mark.parametrize(
    "document",
    sorted([*source.ROOT.glob("*.md"), *documents.DOCS.rglob("*.md")]),
    ids=lambda p: str(p.relative_to(source.ROOT)),
)
def test_links_inside_the_repository_lead_somewhere(document: object) -> None:
    from pathlib import Path

    assert isinstance(document, Path)
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text()):
        assert (document.parent / target).exists(), f"{document.name} → {target}"
    for path in re.findall(r"`((?:src|tests|docs|benchmarks)/[\w./-]+)`", document.read_text()):
        assert (source.ROOT / path).exists(), f"{document.name} names {path}"
