"""Prints docs/pages.md and docs/commands.md from the product itself: `make documents`."""

import os
import sys
from collections.abc import Iterator

import click

from manumit import cli
from meta import source

DOCS = source.ROOT / "docs"
PAGES_HEAD = """# Pages

Every address of the product, who may open it, and how far that reaches: *own* work, the person's
*unit* or *organisation*, what was *referred* to them, or *any*. What is not listed is refused. A
stranger is led to sign in; a wrong role is told so, and the refusal is on the record; somebody else's
thing and a thing that is not there get the same answer. Printed by `make documents`; a test keeps it true.

| address | what it is for | methods | who |
|---|---|---|---|
"""
COMMANDS_HEAD = """# Commands

The environment is `.venv`; the command is `.venv/bin/manumit`. Each command takes `--json` for
machines. Exit codes: 0 done; 1 a negative finding, such as a record that does not verify; 2 bad input
or a missing setting, with the place and the cure. Printed by `make documents`; a test keeps it true.
"""


def pages_text() -> str:
    """Return docs/pages.md as it should be."""
    from manumit.core import roles
    from meta import pages

    lines = []
    for the in pages.every():
        story = (the.view.__doc__ or "").strip().splitlines()[0]
        if the.public:
            who = f"everyone: {the.public}"
        else:
            held = roles.PERMISSIONS[the.permission]
            people = {role: scope for role, scope in held.items() if role in roles.PEOPLE}
            if set(people) == set(roles.PEOPLE) and len(set(people.values())) == 1:
                who = f"every signed-in person ({next(iter(people.values()))})"
            else:
                who = ", ".join(f"{roles.LABELS[r].lower()} ({s})" for r, s in people.items())
        shown = the.route.replace("<", "{").replace(">", "}") or "(start)"
        methods = " ".join(m for m in the.methods if m != "HEAD")
        lines.append(f"| `/{shown}` *{the.name}* | {story} | {methods} | {who} |")
    return PAGES_HEAD + "\n".join(lines).replace("`/(start)`", "`/`") + "\n"


def leaves(
    group: click.Group, words: tuple[str, ...] = ("manumit",)
) -> Iterator[tuple[str, str, click.Command]]:
    """Yield each command: how it is called, the line that lists it, the command itself."""
    ctx = click.Context(group, info_name=words[-1])
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, cli.Lazy):
            yield from leaves(command, (*words, name))
        elif command is not None:
            entry = group.table[name] if isinstance(group, cli.Lazy) else None
            line = entry.line if isinstance(entry, cli.Entry) else ""
            yield " ".join((*words, name)), line, command


def commands_text() -> str:
    """Return docs/commands.md as it should be."""
    parts = [COMMANDS_HEAD]
    for called, line, command in leaves(cli.main):
        command._help_option = None  # click keeps the one of whoever asked first
        ctx = click.Context(
            command,
            info_name=called,
            max_content_width=96,
            terminal_width=96,
            help_option_names=["-h", "--help"],
        )
        parts.append(f"## `{called}`\n\n{line}\n\n```\n{command.get_help(ctx)}\n```\n")
    return "\n".join(parts)


def main() -> None:
    """Write both files."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings_for_tests")
    django.setup()
    (DOCS / "pages.md").write_text(pages_text(), encoding="utf-8")
    (DOCS / "commands.md").write_text(commands_text(), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
