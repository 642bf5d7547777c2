"""`manumit watchlist`: lists kept, what changed in one, and who on it some people may be."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manumit.cli import account, flows_ground, ground

if TYPE_CHECKING:
    from manumit.network import listdiff, listed, listscreen

_FILE = click.Path(dir_okay=False, path_type=Path)
_COLUMNS = ("id", "name", "birth_date", "nationality")


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--name", default="", help="Which list it is, where the file does not say.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def import_list(file: Path, name: str, as_json: bool) -> None:
    """Keep a list as it stands today; the same file again changes nothing.

    FILE is the Security Council's consolidated list (XML), FollowTheMoney entities (JSON lines, as
    OpenSanctions publishes them), or CSV with headings; which one is told by what is in it. What
    differs from the version of the same list before is told; dirty values are repaired with a note
    and counted, nothing is dropped.

    Example: manumit watchlist import consolidated-2023-03-27.xml
    """
    flows_ground.ready()
    from manumit.core.actions import acting
    from manumit.network import listdiff, models
    from manumit.network.actions import watchlists

    reading = _list(file, name)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    known = models.Version.objects.filter(digest=digest).exists()
    try:
        version = watchlists.import_list(
            by=acting.SYSTEM, at=ground.now(), digest=digest, reading=reading
        )
    except acting.Refused as refusal:
        cure = "fetch the list again" if reading.called else "add --name NAME"
        ground.fail(f"{file}: {refusal.reason} Cure: {cure}.")
    earlier = models.before(version)
    answer: dict[str, Any] = {
        "version": str(version.id),
        "list": version.list,
        "dated": reading.dated,
        "already_here": known,
        "entries": version.entries_count,
        "repairs": version.repairs_count,
        "others": reading.others,
        "without": list(reading.without),
        "since": None,
    }
    if earlier is not None:
        found = listdiff.between(models.watchlist(earlier), models.watchlist(version))
        answer["since"] = {
            "dated": earlier.dated.isoformat() if earlier.dated else "",
            "added": len(found.added),
            "removed": len(found.removed),
            "amended": len(found.amended),
        }
    ground.tell(answer, as_json, _import_words(answer))


@click.command("diff")
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Say what was added to a list, removed from it and amended in it, field by field.

    OLD and NEW are one list of two days: the Security Council's (XML), FollowTheMoney entities (JSON
    lines) or CSV. Blanks, another order of values and other dirt that was repaired on reading are no
    amendment.

    Example: manumit watchlist diff consolidated-2022-10-21.xml consolidated-2023-03-27.xml --json
    """
    from manumit.network import listdiff

    before, after = _list(old), _list(new)
    found = listdiff.between(before, after)
    answer = {
        "old": {"dated": before.dated, "entries": len(before.entries), "repairs": before.repairs},
        "new": {"dated": after.dated, "entries": len(after.entries), "repairs": after.repairs},
        "added": [_told(one) for one in found.added],
        "removed": [_told(one) for one in found.removed],
        "amended": [_amended(one) for one in found.amended],
    }
    ground.tell(answer, as_json, "\n".join(_diff_words(answer)))


@click.command("screen")
@click.argument("people", type=_FILE)
@click.option(
    "--list", "watchlist", type=_FILE, required=True, help="The list: XML, JSON lines or CSV."
)
@click.option("--most", type=click.IntRange(1, 50), default=5, help="Hits a person, at most.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def screen(people: Path, watchlist: Path, most: int, as_json: bool) -> None:
    """Say which people on a list some people may be, the likeliest first, with the reasons.

    PEOPLE is a CSV file with the columns id, name, birth_date and nationality; the last two may be
    empty. A hit is a proposal: whether it is the same person is for a person to decide. Nothing is
    stored.

    Example: manumit watchlist screen people.csv --list consolidated-2023-03-27.xml --json
    """
    from manumit.network import listscreen

    asked = list(_people(people))
    index = listscreen.Index(_list(watchlist).entries)
    answer = {
        "threshold": listscreen.THRESHOLD,
        "people": [
            {"id": one.id, "hits": [_hit(hit) for hit in hits]}
            for one, hits in listscreen.screen(index, asked, most)
        ],
    }
    ground.tell(answer, as_json, "\n".join(_screen_words(answer)))


@click.command("rescreen")
@click.option("--as", "username", default="", help="The register of this account's unit.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def rescreen(username: str, as_json: bool) -> None:
    """Hold a unit's register against the lists that are kept, wherever either side changed.

    The passphrase of the account is asked for, or read from a line of a pipe. What is found waits on
    the page of possible matches; people decide.

    Example: manumit watchlist rescreen --as investigator
    """
    flows_ground.ready()
    from manumit.core.actions import acting
    from manumit.network.actions import hits

    by = account.actor(username, ground.now())
    try:
        done = hits.rescreen(by=by, at=ground.now())
    except acting.Refused as refusal:
        ground.fail(f"{refusal.reason} Cure: name an investigator whose unit has a register.")
    answer = {"entities": done.entities, "compared": done.compared, "new": done.new}
    words = f"Looked at {done.entities} entities ({done.compared} pairs): {done.new} to look at."
    ground.tell(answer, as_json, words)


def _list(path: Path, name: str = "") -> "listed.Watchlist":
    from manumit.network import listed, listfile

    try:
        with path.open("rb") as stream:
            return listfile.read(stream, name)
    except OSError as error:
        ground.fail(f"{path}: {error.strerror}. Cure: name a file that can be read.")
    except listed.Unreadable as error:
        ground.fail(f"{path}, line {error.line}: {error.reason} Cure: {error.cure}")


def _people(path: Path) -> "Iterator[listscreen.Asked]":
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        ground.fail(f"{path}: {error.strerror}. Cure: name a file that can be read.")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        ground.fail(f"{path}, line {line}: not UTF-8. Cure: save the file as UTF-8.")
    rows = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        yield from _asked(path, rows)
    except csv.Error as error:
        ground.fail(
            f"{path}, line {rows.reader.line_num}: {error}. "
            "Cure: write a quotation mark inside a cell twice, and end each that begins."
        )


def _asked(path: Path, rows: "csv.DictReader[str]") -> "Iterator[listscreen.Asked]":
    from manumit.network import listscreen

    lacking = [name for name in _COLUMNS[:2] if name not in (rows.fieldnames or ())]
    if lacking:
        ground.fail(
            f"{path}, line 1: no column {', '.join(lacking)}. "
            f"Cure: begin the file with the line {','.join(_COLUMNS)}."
        )
    for row in rows:
        if any(row.get(None) or ()):
            ground.fail(
                f"{path}, line {rows.line_num}: more cells than headings. "
                "Cure: put a name with a comma into quotation marks."
            )
        values = {name: (row.get(name) or "").strip() for name in _COLUMNS}
        if not values["id"] or not values["name"]:
            ground.fail(
                f"{path}, line {rows.line_num}: no {'id' if not values['id'] else 'name'}. "
                "Cure: give each person both, or take the line out."
            )
        yield listscreen.Asked(
            values["id"], values["name"], values["birth_date"], values["nationality"]
        )


def _told(entry: "listed.Listed") -> dict[str, Any]:
    return {
        "reference": entry.reference,
        "kind": entry.kind.value,
        "name": entry.name,
        "list": entry.programme,
    }


def _amended(one: "listdiff.Amended") -> dict[str, Any]:
    fields = {
        name: {"removed": list(change.removed), "added": list(change.added)}
        for name, change in one.fields.items()
    }
    return {**_told(one.after), "fields": fields}


def _hit(hit: "listscreen.Hit") -> dict[str, Any]:
    return {
        "reference": hit.entry.reference,
        "name": hit.name,
        "score": hit.score,
        "decision": hit.decision,
        "reasons": list(hit.reasons),
    }


def _import_words(answer: dict[str, Any]) -> str:
    from manumit.network.shown import plainly

    said = "was here already" if answer["already_here"] else "is kept"
    words = (
        f"{plainly(answer['list'])}: the list {said}: {answer['entries']} entries, "
        f"{answer['repairs']} values repaired."
    )
    if others := answer["others"]:
        words += f" {others} other things in the file are not listed themselves."
    for block in answer["without"]:
        words += f" The file has no {block}: if the list has some, fetch it again."
    if since := answer["since"]:
        words += (
            f" Since the version before: {since['added']} added, {since['removed']} removed, "
            f"{since['amended']} amended."
        )
    return words


def _diff_words(answer: dict[str, Any]) -> Iterator[str]:
    from manumit.network.shown import plainly

    for what in ("added", "removed", "amended"):
        yield f"{len(answer[what])} {what}"
        for one in answer[what]:
            fields = f" ({', '.join(one['fields'])})" if "fields" in one else ""
            yield f"  {plainly(one['reference'])}  {plainly(one['name'])}{fields}"


def _screen_words(answer: dict[str, Any]) -> Iterator[str]:
    from manumit.network.shown import plainly

    for one in answer["people"]:
        hits = [hit for hit in one["hits"] if hit["decision"]]
        yield f"{plainly(one['id'])}: {f'{len(hits)} to look at' if hits else 'nobody'}"
        for hit in hits:
            yield f"  {hit['score']:.2f}  {plainly(hit['reference'])}  {plainly(hit['name'])}"
            yield from (f"        {reason}" for reason in hit["reasons"])
