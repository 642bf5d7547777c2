"""The command line: every command is one module, loaded only when it is asked for.

Exit codes: 0 done; 1 a negative finding (the record does not verify); 2 bad input or setting,
with the field or line and the cure. Each command takes ``--json`` and shows an example in
``--help``. The manual is docs/commands.md; a test holds it equal to the table below.
"""

import importlib
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True)
class Entry:
    """Where a command lives, and the line that `manumit --help` shows for it."""

    home: str
    name: str
    line: str


@dataclass(frozen=True)
class Group:
    """A word that only groups commands, as `check` does in `manumit check packs`."""

    line: str
    entries: dict[str, Entry]
    usual: str = ""  # which of them is meant when none is named


COMMANDS: dict[str, Entry | Group] = {
    "init": Entry("init", "init", "Make the data directory, its secrets and the first account."),
    "demo": Entry("demo", "demo", "Open the product with fictional people on this machine."),
    "serve": Entry("serve", "serve", "Run the production server."),
    "due": Entry("due", "due", "Do what time demands: escalate, expire, sign the record."),
    "backup": Group(
        "Copy everything for the worst day, and try whether it comes back.",
        {
            "make": Entry("backup", "make", "Write a backup; `manumit backup FILE` means this."),
            "drill": Entry("restore", "drill", "Restore into a scratch directory and compare all."),
            "erased": Entry("backup", "erased", "Write the list of what was erased here."),
        },
        usual="make",
    ),
    "backup-key": Group(
        "The keys that open backups, kept offline.",
        {
            "new": Entry("backup", "new_key", "Make a key that opens backups for some weeks each."),
            "forget": Entry("backup", "forget", "Destroy the keys of the weeks that are over."),
        },
    ),
    "restore": Entry("restore", "restore", "Bring an instance back from a backup."),
    "verify": Entry("verify", "verify", "Check that the record was not changed."),
    "record": Group(
        "The record of everything that was done.",
        {"export": Entry("record", "export", "Write the record for an outside witness.")},
    ),
    "score": Entry("score", "score", "Find what answers to a pack add up to, and why."),
    "nationality": Entry(
        "nationality",
        "nationality",
        "Say which laws may give a child a nationality, and what next.",
    ),
    "network": Group(
        "Who is responsible: bring in, find out who is one, give out.",
        {
            "import": Entry("network_files", "import_file", "Bring entities and relations in."),
            "export": Entry("network_files", "export_file", "Write a register as entities (FtM)."),
            "mapping": Entry("network_files", "mapping", "Propose what a table's columns are."),
            "resolve": Entry("network_resolve", "resolve", "Say which records may be one person."),
            "judgements": Entry(
                "network_resolve", "judgements", "What people decided of pairs, out and in."
            ),
            "work": Entry("network_resolve", "work", "Long work that a page has started."),
        },
    ),
    "flows": Group(
        "Where the money goes: load, scan, alerts, reports.",
        {
            "load": Entry("flows_load", "load", "Load files into a ledger."),
            "mapping": Entry("flows_mapping", "mapping", "Propose what a file's columns are."),
            "scan": Entry("flows_scan", "scan", "Search a ledger for shapes and red flags."),
            "alerts": Entry("flows_alerts", "alerts", "Write what was found, as a table."),
            "backtest": Entry("flows_backtest", "backtest", "Try a pack on a ledger's history."),
            "evaluate": Entry(
                "flows_evaluate", "evaluate", "Precision and recall where labels are."
            ),
            "measures": Entry("flows_measures", "measures", "Measure each transfer, for research."),
            "report": Entry("flows_report", "report", "Write the report on an alert (goAML)."),
            "work": Entry("flows_work", "work", "Long work that a page has started."),
        },
    ),
    "names": Group(
        "Names in any script.",
        {"compare": Entry("names", "compare", "Say whether two names may be one person's.")},
    ),
    "watchlist": Group(
        "Lists of wanted and sanctioned people and groups.",
        {
            "import": Entry("watchlist", "import_list", "Keep a list as it stands today."),
            "diff": Entry("watchlist", "diff", "Say what changed between two days of a list."),
            "screen": Entry("watchlist", "screen", "Say which listed people some people may be."),
            "rescreen": Entry("watchlist", "rescreen", "Hold a register against the lists again."),
        },
    ),
    "check": Group(
        "Check data that the product stands on.",
        {
            "packs": Entry("packs", "check_packs", "Check indicator packs and run their examples."),
            "texts": Entry(
                "texts", "check_texts", "Count translated, draft and missing sentences."
            ),
        },
    ),
    "import": Group(
        "Bring data in.",
        {
            "services": Entry("services", "import_services", "Import services into the directory."),
            "htcds": Entry("people", "import_htcds", "Bring in a sheet of people (HTCDS 2.0)."),
        },
    ),
    "export": Group(
        "Take data out.",
        {
            "hsds": Entry("services", "export_hsds", "Export the directory as HSDS 3.0."),
            "htcds": Entry("people", "export_htcds", "Records of people who agreed, as HTCDS 2.0."),
            "gbvims": Entry("people", "export_gbvims", "Incidents for the GBVIMS Recorder."),
            "ctdc": Entry("people", "export_ctdc", "People who agreed, coded for statistics."),
        },
    ),
}


class Lazy(click.Group):
    """A group that lists its commands from a table and imports only the one that is run."""

    def __init__(
        self, table: dict[str, Entry | Group] | dict[str, Entry], usual: str = "", **rest: Any
    ) -> None:
        super().__init__(**rest)
        self.table, self.usual = table, usual

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the usual command in front where none is named."""
        if self.usual and args and args[0] not in {*self.table, "-h", "--help"}:
            args = [self.usual, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(self.table)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Return one command, importing its module."""
        entry = self.table.get(name)
        if entry is None:
            return None
        if isinstance(entry, Group):
            return Lazy(entry.entries, usual=entry.usual, name=name, help=entry.line)
        home = importlib.import_module(f"manumit.cli.{entry.home}")
        command: click.Command = getattr(home, entry.name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.line) for name, entry in self.table.items()])


main = Lazy(
    COMMANDS,
    name="manumit",
    help=(
        "Find people trafficked in armed conflict, get them help without delay, and prove what "
        "was done.\n\nExample: manumit demo"
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
click.version_option(package_name="manumit")(main)
