"""`manumit flows report`: an alert as a report that an authority's system reads (goAML)."""

import os
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from manumit.cli import flows_ground, ground

if TYPE_CHECKING:
    from manumit.core.actions import acting
    from manumit.flows import models
    from manumit.flows.actions import reports
    from manumit.flows.goaml_profile import Profile


@click.command("report")
@click.argument("alert")
@click.option(
    "--profile", "profile_name", required=True, metavar="NAME", help="Example, own id, or a file."
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@click.option(
    "--fill",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Answers (TOML): what the ledger does not know.",
)
@click.option(
    "--blank",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where something is missing: write an answers file to fill in.",
)
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", help="Of the narrative.")
@click.option("--as", "username", default="", help="From the ledger of this account's unit.")
@click.option("--recipient", default="", help="With --as: who receives it.")
@click.option("--basis", default="", help="With --as: the legal basis, by its code.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def report(
    alert: str,
    profile_name: str,
    out: Path,
    fill: Path | None,
    blank: Path | None,
    language: str,
    username: str,
    recipient: str,
    basis: str,
    as_json: bool,
) -> None:
    """Write the report on an alert (A-12) as goAML XML, valid by the unit's profile.

    What is missing is named element by element; then nothing is written and the exit code is 2. From
    a unit's ledger a report leaves only when a second person approved it (exit code 1 until then), and
    with a recipient and a legal basis.

    \b
    Examples: manumit flows report A-12 --profile example-5 --blank answers.toml --out report.xml
              manumit flows report A-12 --profile example-5 --fill answers.toml --out report.xml
              manumit flows report A-12 --profile example-4 --as analyst --recipient "FIU" \\
                      --basis duty --out report.xml
    """
    flows_ground.ready()
    answers = _answers(fill)
    profile = _profile(profile_name)
    actor, ledger, _ = flows_ground.ledger(username)
    row = _alert(ledger, alert)
    from manumit.core.actions import acting

    try:
        if username:
            content = _of_unit(actor, row, profile, answers, language, (recipient, basis))
        else:
            content = _of_bench(row, profile, answers, language)
    except _Missing as missing:
        _tell_missing(missing.args[0], blank, as_json)
    except acting.Refused as refusal:
        ground.fail(refusal.reason)
    _write(out, content)
    told = {"written": str(out), "bytes": len(content), "alert": str(row), "profile": profile.id}
    ground.tell(told, as_json, f"{out}: the report on {row}, {len(content)} bytes, valid.")


class _Missing(Exception):  # noqa: N818
    """Something is missing: what was examined."""


def _answers(fill: Path | None) -> dict[str, Any]:
    if fill is None:
        return {}
    try:
        return tomllib.loads(flows_ground.read_text(fill, "--fill"))
    except tomllib.TOMLDecodeError as problem:
        ground.fail(f"--fill {fill}: not TOML: {problem}. Cure: correct this line.")


def _profile(name: str) -> "Profile":
    from manumit.flows import goaml_profile
    from manumit.flows.actions import profiles

    try:
        if name.endswith(".toml"):
            return profiles.read(Path(name))
        known = profiles.all_()
    except goaml_profile.BadProfile as problem:
        ground.fail(f"--profile: {problem}")
    if name not in known:
        ground.fail(f"--profile {name}: unknown. Cure: one of {', '.join(known)}, or a file.")
    return known[name]


def _alert(ledger: "models.Ledger", said: str) -> "models.Alert":
    from manumit.flows.models import Alert

    number = said.upper().removeprefix("A-")
    found = None
    if number.isascii() and number.isdigit() and len(number) < 10:
        found = Alert.objects.filter(ledger=ledger, number=int(number)).first()
    if found is None:
        ground.fail(
            f"{said}: no such alert here. Cure: see manumit flows alerts for their numbers."
        )
    return found


def _of_bench(
    row: "models.Alert", profile: "Profile", answers: dict[str, Any], language: str
) -> bytes:
    from manumit.core.actions import acting
    from manumit.flows.actions import reports

    examined = reports.of_bench(
        by=acting.SYSTEM,
        at=ground.now(),
        alert=row,
        profile=profile,
        answers=answers,
        language=language,
    )
    if not examined.whole:
        raise _Missing(examined)
    return examined.xml


def _of_unit(
    actor: "acting.Actor",
    row: "models.Alert",
    profile: "Profile",
    answers: dict[str, Any],
    language: str,
    to: tuple[str, str],
) -> bytes:
    from manumit.flows import reporting
    from manumit.flows.actions import reports

    at = ground.now()
    found = row.reports.filter(profile=profile.id).exclude(state=reporting.State.WITHDRAWN)
    made = found.order_by("-number").first() or reports.begin(
        by=actor, at=at, alert=row, profile=profile.id, language=language
    )
    if made.state == reporting.State.DRAFT:
        made = _propose(actor, made, profile, answers)
    if made.state == reporting.State.PROPOSED:
        ground.fail(f"{made} waits for a second person, on the page Reports.", 1)
    if made.state == reporting.State.APPROVED:
        reports.hand_over(by=actor, at=at, report=made, recipient=to[0], basis=to[1])
    return reports.download(by=actor, at=at, report=made).content


def _propose(
    actor: "acting.Actor",
    made: "models.Report",
    profile: "Profile",
    answers: dict[str, Any],
) -> "models.Report":
    from manumit.flows.actions import reports

    at = ground.now()
    for table, values in answers.items():
        reports.save_answers(by=actor, at=at, report=made, table=table, values=values)
    opened = reports.open_report(by=actor, at=at, report=made)
    examined = reports.examine(
        known=opened.known, answers=opened.answers, text=opened.text, profile=profile, on=at
    )
    if not examined.whole:
        raise _Missing(examined)
    return reports.propose_report(by=actor, at=at, report=made)


def _tell_missing(examined: "reports.Examined", blank: Path | None, as_json: bool) -> NoReturn:
    """Name all that is missing, with the table and key that mend it, and stop."""
    from manumit.flows import goaml_check

    found: list[dict[str, Any]] = [
        {"table": one.place, "key": "", "says": str(one.says), "places": 1}
        for one in examined.problems
    ]
    for fault in examined.faults:
        table, key = goaml_check.table_of(fault)
        says, places = str(fault.says), fault.places
        thing = f" ({fault.thing})" if fault.thing and fault.thing not in table else ""
        found.append({"table": table, "key": key, "says": says + thing, "places": places})
    found += [{"table": "", "key": "", "says": text, "places": 1} for text in examined.schema]
    lines = [f"[{f['table']}] {f['key']}: {f['says']}".replace("[] : ", "") for f in found]
    cure = (
        "give these in a file, with --fill answers.toml; --blank answers.toml writes one to fill in"
    )
    if blank is not None:
        _write(blank, _blank(found).encode(), "--blank")
        cure = f"fill in {blank} and give it with --fill {blank}"
    if as_json:
        ground.tell({"written": None, "missing": found}, True, "")
    ground.fail("\n".join([*lines, f"Nothing was written. Cure: {cure}."]))


# Elements that are tables of their own.
_COMPOSED = {"reporting_person": ("reporting_person", ("first_name", "last_name"))}


def _blank(found: list[dict[str, Any]]) -> str:
    """Return an answers file with what is missing; what several accounts lack stands there once."""
    lacking = Counter(f["key"] for f in found if re.fullmatch(r'accounts\."[^"]*"', f["table"]))
    tables: dict[str, dict[str, str]] = {}
    for one in found:
        if not one["key"]:
            continue
        shared = lacking[one["key"]] > 1 and re.fullmatch(r'accounts\."[^"]*"', one["table"])
        table = "account" if shared else one["table"]
        table, wanted = _COMPOSED.get(one["key"], (table, (one["key"],)))
        for key in wanted:
            tables.setdefault(table, {}).setdefault(key, one["says"])
    lines = ["# What the report still lacks. Fill in and give it with --fill."]
    for table in sorted(tables, key=lambda name: (name.startswith("accounts."), name)):
        lines += ["", f"[{table}]", *(["# holds for all accounts"] if table == "account" else [])]
        for key, says in tables[table].items():
            lines += [f"# {says}", f"{key} = []" if key == "indicators" else f'{key} = ""']
    return "\n".join(lines) + "\n"


def _write(out: Path, content: bytes, option: str = "--out") -> None:
    part = out.with_name(f".{out.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        part.replace(out)
    except OSError as problem:
        ground.fail(f"{option} {out}: {problem.strerror}. Cure: name a file that can be written.")
