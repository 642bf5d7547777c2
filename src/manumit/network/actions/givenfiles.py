"""A file that is given on a page: sealed at once, looked at, brought in, and forgotten.

Until somebody says what becomes of it, it waits sealed under the register's key, for whoever gave it
alone; no copy lies in the clear anywhere. When it is in, what came of it takes its place. Backups carry
neither: a file is given again. Both go by themselves after a while.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from manumit.core import fields, sealing
from manumit.core.actions import acting, guard, record
from manumit.core.reasons import Reason
from manumit.core.sealing import FieldClass
from manumit.network import claims, ftm, givenfile, models, tablemap
from manumit.network.actions import entering, importing, opening, registers

PURPOSE = "a file that is brought in"
_FILE, _TOLD = ".file", ".told"
KEPT = {_FILE: timedelta(days=1), _TOLD: timedelta(days=30)}


@dataclass(frozen=True)
class Whose:
    """Whose word a file is, how good, and who may see it. `source`: one that is here, by its id."""

    title: str = ""
    source: str = ""
    kind: str = models.SourceKind.REPORT.value
    reliability: str = "F"
    on: str = ""  # as 2026-01-02
    credibility: str = "6"
    handling: str = claims.Handling.AMBER_STRICT.value


@dataclass(frozen=True)
class Given:
    """A file that waits, opened: for the page alone."""

    id: UUID
    name: str
    whose: Whose
    mapping: str
    data: bytes

    @property
    def kind(self) -> givenfile.Kind:
        """Return what the file is."""
        return givenfile.kind(self.data)

    @property
    def digest(self) -> str:
        """Return what stands for this file, read in this way (SHA-256)."""
        plain = hashlib.sha256(self.data).hexdigest()
        if not self.mapping:
            return plain
        return hashlib.sha256(f"{plain} {self.mapping}".encode()).hexdigest()


@dataclass(frozen=True)
class Told:
    """What came of a file."""

    source: UUID
    run: int
    counted: dict[str, int]  # importing.Outcome, by its names
    known: bool
    kept: list[tuple[str, int]]
    faults: list[ftm.Fault]  # the first ones


# --- where it waits ------------------------------------------------------------------------------
def _home() -> Path:
    return Path(settings.MANUMIT_DATA) / "network" / "given"


def _path(register: models.Register, file_id: UUID, what: str) -> Path:
    return _home() / str(register.pk) / f"{file_id}{what}"


def _seal_of(
    by: acting.Actor, register: models.Register, file_id: UUID, what: str
) -> tuple[bytes, sealing.Context]:
    """Return key and place of a file: of this register and of this person, and of no others."""
    own = registers.keys(by, register)[FieldClass.NETWORK]
    key = sealing.subkey(own, b"given file " + file_id.bytes + by.person.id.bytes)
    return key, sealing.Context(register.id, FieldClass.NETWORK, "given_file", file_id, what, 1)


def _write(
    by: acting.Actor,
    at: datetime,
    register: models.Register,
    file_id: UUID,
    what: str,
    plain: bytes,
) -> None:
    key, place = _seal_of(by, register, file_id, what)
    path = _path(register, file_id, what)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{fields.new_id()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(sealing.seal(key, plain, place))
        stream.flush()
        os.fsync(stream.fileno())
    os.utime(part, (at.timestamp(), at.timestamp()))  # it is as old as the act, for `forget_old`
    part.replace(path)


def _read(
    by: acting.Actor, at: datetime, register: models.Register, file_id: UUID, what: str
) -> bytes:
    """Return what waits under an id; raises NotFound: gone, too old, or somebody else's."""
    path = _path(register, file_id, what)
    try:
        if at.timestamp() - path.stat().st_mtime > KEPT[what].total_seconds():
            raise acting.NotFound
        blob = path.read_bytes()
    except OSError:
        raise acting.NotFound from None
    key, place = _seal_of(by, register, file_id, what)
    try:
        return sealing.open_sealed(key, blob, place)
    except sealing.SealBroken:
        raise acting.NotFound from None


def _save(by: acting.Actor, at: datetime, register: models.Register, given: Given) -> None:
    head = {"name": given.name, "whose": asdict(given.whose), "mapping": given.mapping}
    plain = json.dumps(head).encode() + b"\n" + given.data
    _write(by, at, register, given.id, _FILE, plain)


# --- giving, saying how, leaving it --------------------------------------------------------------
@acting.action("network.import")
def give(
    *,
    by: acting.Actor,
    at: datetime,
    register: models.Register,
    name: str,
    data: bytes,
    whose: Whose,
) -> UUID:
    """Take a file from a page: sealed at once, and waiting to be looked at. Returns its id."""
    if registers.why_not(by, register):
        raise acting.NotFound
    data = _plain(data)
    guard.refuse_if(givenfile.why_not(data))
    guard.refuse_if(claims.why_not_grade(whose.reliability, whose.credibility))
    if not (whose.title.strip() or whose.source):
        raise acting.Refused("Say which source the file comes from.")
    forget_old(at=at)
    made = Given(fields.new_id(), name[-200:], whose, "", data)
    _save(by, at, register, made)
    return made.id


def _plain(data: bytes) -> bytes:
    """Return a spreadsheet as CSV, and every other file as it is; raises Refused."""
    if not data.startswith(givenfile.PACKED):
        return data
    from manumit.network import sheetfile  # brings the table engine: loaded where a sheet is read

    try:
        return sheetfile.as_csv(data) if sheetfile.is_one(data) else data
    except sheetfile.BadSheet as problem:
        raise acting.Refused(problem.args[0]) from problem


@acting.action("network.import")
def say_columns(
    *, by: acting.Actor, at: datetime, register: models.Register, file_id: UUID, mapping: str
) -> None:
    """Say which column of a table is what; may be said anew until the file is in."""
    given = _given(by, at, register, file_id)
    if given.kind is not givenfile.Kind.TABLE:
        raise acting.Refused("This file says itself what it holds.")
    try:
        tablemap.parse(mapping)
    except tablemap.BadMapping as problem:
        raise acting.Refused(str(problem)) from problem
    _save(by, at, register, replace(given, mapping=mapping))


@acting.action("network.import")
def leave(*, by: acting.Actor, at: datetime, register: models.Register, file_id: UUID) -> None:
    """Forget a file that was given: nothing of it stays."""
    _given(by, at, register, file_id)
    _path(register, file_id, _FILE).unlink(missing_ok=True)


def forget_old(*, at: datetime) -> int:
    """Remove what waited too long; returns how many files."""
    gone = 0
    for path in _home().glob("*/*"):
        kept = KEPT.get(path.suffix, KEPT[_FILE])
        try:
            if at.timestamp() - path.stat().st_mtime > kept.total_seconds():
                path.unlink()
                gone += 1
        except FileNotFoundError:
            continue
    return gone


# --- looking at it -------------------------------------------------------------------------------
def _given(by: acting.Actor, at: datetime, register: models.Register, file_id: UUID) -> Given:
    if registers.why_not(by, register):
        raise acting.NotFound
    head, _, data = _read(by, at, register, file_id, _FILE).partition(b"\n")
    said = json.loads(head)
    return Given(file_id, said["name"], Whose(**said["whose"]), said["mapping"], data)


@guard.opening("network.import")
def opened(
    *, by: acting.Actor, at: datetime, register: models.Register, file_id: UUID
) -> Given | Told:
    """Open a file that waits, or what came of it; on the record. Raises NotFound."""
    if registers.why_not(by, register):
        raise acting.NotFound
    record.append(
        by=by.id,
        at=at,
        act="open",
        field_class=FieldClass.NETWORK,
        purpose=PURPOSE,
        objects={"register": str(register.id), "file": str(file_id)},
    )
    if not _path(register, file_id, _TOLD).is_file():
        return _given(by, at, register, file_id)
    said = json.loads(_read(by, at, register, file_id, _TOLD))
    faults = [
        ftm.Fault(f["line"], f["field"], Reason(*f["reason"]), Reason(*f["cure"]))
        for f in said["faults"]
    ]
    kept = [(str(what), int(n)) for what, n in said["kept"]]
    rest = {name: said[name] for name in ("run", "counted", "known")}
    return Told(source=UUID(said["source"]), kept=kept, faults=faults, **rest)


@dataclass(frozen=True)
class Foreseen:
    """What a file would do to what is here."""

    source: models.Source | None  # it would be a newer word of this one; None: of a new one
    title: str
    does: importing.Foreseen
    elsewhere: bool  # the same bytes came in as the word of another source


@guard.opening("network.import")
def foresee(*, by: acting.Actor, at: datetime, register: models.Register, given: Given) -> Foreseen:
    """Tell what a file would do, were it brought in now; titles of sources are opened, on the record."""
    if registers.why_not(by, register):
        raise acting.NotFound
    rows = sources_of(register)
    told = opening.sources(by=by, at=at, purpose=PURPOSE, sources=rows)
    source = _match(given.whose, rows, {row.id: told[row.id]["title"] for row in rows})
    does = importing.Foreseen()
    if source is not None:
        reader = _reader(given, ftm.Notes())
        does = importing.foreseen(by=by, at=at, source=source, digest=given.digest, reader=reader)
    done = models.Parcel.objects.filter(
        register=register, digest=given.digest, part=importing.Part.DONE, rows__gt=0
    )
    return Foreseen(
        source=source,
        title=told[source.id]["title"] if source else given.whose.title,
        does=does,
        elsewhere=(done.exclude(source=source) if source else done).exists(),
    )


def sources_of(register: models.Register) -> list[models.Source]:
    """Return the sources whose words come by files, the oldest first.

    One whose words were entered by hand is no such: a file that no longer names somebody ends what
    its source said of them.
    """
    return list(register.sources.exclude(digest="").order_by("at"))


def _match(
    whose: Whose, rows: Sequence[models.Source], titles: Mapping[UUID, str]
) -> models.Source | None:
    if whose.source:
        found = next((one for one in rows if str(one.id) == whose.source), None)
        if found is None:
            raise acting.NotFound
        return found
    return next((one for one in rows if titles[one.id] == whose.title.strip()), None)


# --- bringing it in ------------------------------------------------------------------------------
def bring(
    *, by: acting.Actor, clock: Callable[[], datetime], register: models.Register, file_id: UUID
) -> Told:
    """Bring a file in that waits, and put what came of it in its place; raises Refused.

    What was broken off goes on when it is asked for again.
    """
    given = opened(by=by, at=clock(), register=register, file_id=file_id)
    if isinstance(given, Told):
        return given
    notes = ftm.Notes()
    reader = _reader(given, notes)
    seen = givenfile.look(reader())
    if not seen.whole:
        raise acting.Refused(givenfile.too_large())
    if not seen.rows:
        raise acting.Refused("There is nothing in it that could be brought in.")
    source = settle(by=by, at=clock(), register=register, file_id=file_id)
    told = opening.sources(by=by, at=clock(), purpose=PURPOSE, sources=[source])
    how = importing.How(
        title=told[source.id]["title"],
        digest=given.digest,
        kind=source.kind,
        reliability=source.reliability,
        credibility=given.whose.credibility,
        handling=claims.Handling(given.whose.handling),
    )
    done = importing.bring(by=by, clock=clock, how=how, reader=reader)
    last = models.Parcel.objects.filter(source=done.source).latest("number")
    came = Told(
        source=last.source_id,
        run=last.run,
        counted={name: getattr(done, name) for name in _COUNTED},
        known=done.known,
        kept=notes.told(),
        faults=seen.faults,
    )
    _put(by, clock(), register, file_id, came)
    return came


_COUNTED = (
    "resumed_after", "rows", "entities", "relations", "changed", "ended", "missing", "faults_count",
)  # fmt: skip


def _reader(given: Given, notes: ftm.Notes) -> Callable[[], Iterator[ftm.Row | ftm.Fault]]:
    try:
        return givenfile.reader(given.data, given.mapping, notes)
    except tablemap.BadMapping as problem:
        raise acting.Refused("Say first which column is what.") from problem


@acting.action("network.import")
def settle(
    *, by: acting.Actor, at: datetime, register: models.Register, file_id: UUID
) -> models.Source:
    """Note the source of a file that waits; of one that is here, the day of its newest word."""
    given = _given(by, at, register, file_id)
    whose = given.whose
    day = date.fromisoformat(whose.on) if whose.on else None
    rows = sources_of(register)
    words = registers.read(by, register, rows)
    titles = {row.id: told["title"] for row, told in zip(rows, words, strict=True)}
    source = _match(whose, rows, titles)
    if source is None:
        return entering.add_source(
            by=by, at=at, kind=whose.kind, title=whose.title, reliability=whose.reliability,
            on=day, digest=given.digest,
        )  # fmt: skip
    held: models.Source = registers.hold(by, "network.import", source)
    if day and held.on != day:
        held.on = day
        held.save(update_fields=["on"])
    return held


def _put(
    by: acting.Actor, at: datetime, register: models.Register, file_id: UUID, told: Told
) -> None:
    said = {
        "source": str(told.source),
        "run": told.run,
        "counted": told.counted,
        "known": told.known,
        "kept": told.kept,
        "faults": [
            {"line": f.line, "field": f.field, "reason": _parts(f.reason), "cure": _parts(f.cure)}
            for f in told.faults
        ],
    }
    _write(by, at, register, file_id, _TOLD, json.dumps(said).encode())
    _path(register, file_id, _FILE).unlink(missing_ok=True)


def _parts(text: str) -> list[Any]:
    """Return a sentence with its values apart, so that it can be said in any language later."""
    return [text.template, dict(text.values)] if isinstance(text, Reason) else [str(text), {}]
