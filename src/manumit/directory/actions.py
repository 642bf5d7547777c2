"""What happens to the directory: import, try a row again, confirm, add, edit, link, close.

An import runs in one transaction: all rows that can come in do, the others are kept with their
reason. Reading the same file again changes nothing. What people here have corrected stays, even
when a newer file says otherwise; the difference is then noted on the service.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from manumit.core import models as core
from manumit.core import roles
from manumit.core.actions import acting
from manumit.directory import entry as entries
from manumit.directory import models, sniff
from manumit.directory.entry import Entry, Note, Reading, Rejected

CHUNK = 500
LOCAL = "local"
NEVER_KEPT = ("notes", "confirmed_on")  # the later confirmation counts, whoever gave it


@dataclass(frozen=True)
class Plan:
    """What an import would do: entries to create, to change (with the service), or to leave."""

    create: tuple[Entry, ...]
    update: tuple[tuple[models.Service, Entry], ...]
    unchanged: int
    rejected: tuple[Rejected, ...]

    @property
    def noted(self) -> int:
        """How many of the entries carry a note of doubt."""
        changed = [*self.create, *(entry for _, entry in self.update)]
        return sum(bool(entry.notes) for entry in changed)


def plan_import(reading: Reading) -> Plan:
    """Say what importing would do, without doing it (the dry run)."""
    by_source: dict[str, dict[str, Entry]] = {}
    for _, entry in reading.entries:
        by_source.setdefault(entry.source, {})[entry.source_id] = entry
    existing: dict[tuple[str, str], models.Service] = {}
    for source, wanted in by_source.items():
        for chunk in _chunks(list(wanted)):
            found = models.Service.objects.whole().filter(source=source, source_id__in=chunk)
            existing |= {(row.source, row.source_id): row for row in found}
    own = _own_exports(by_source.get("hsds", {}))
    create, update, unchanged = [], [], 0
    for _, entry in reading.entries:
        row = existing.get((entry.source, entry.source_id))
        if row is None and entry.source_id in own:
            unchanged += 1
        elif row is None:
            create.append(entry)
        elif row.source_digest == entries.digest(entry):
            unchanged += 1
        else:
            update.append((row, entry))
    return Plan(tuple(create), tuple(update), unchanged, tuple(_new_rejects(reading.rejected)))


def _own_exports(wanted: Iterable[str]) -> set[str]:
    """Return the identifiers that are services of this directory: our own export, come home."""
    ids = []
    for text in wanted:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    found: set[str] = set()
    for chunk in _chunks(ids):
        rows = models.Service.objects.filter(pk__in=chunk).exclude(source="hsds")
        found |= {str(pk) for pk in rows.values_list("pk", flat=True)}
    return found


def _new_rejects(rejected: Sequence[Rejected]) -> list[Rejected]:
    known: set[str] = set()
    for chunk in _chunks([fingerprint(row) for row in rejected]):
        rows = models.RejectedRow.objects.filter(fingerprint__in=chunk)
        known |= set(rows.values_list("fingerprint", flat=True))
    fresh: dict[str, Rejected] = {}
    for row in rejected:
        if fingerprint(row) not in known:
            fresh.setdefault(fingerprint(row), row)
    return list(fresh.values())


def fingerprint(row: Rejected) -> str:
    """Return what makes a rejected row the same row when the file is read again."""
    text = json.dumps(
        [row.file, row.line, row.field, row.reason, row.raw], sort_keys=True, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


@acting.action("directory.import")
def import_services(
    *, by: acting.Actor, at: datetime, reading: Reading, files: Sequence[str]
) -> models.ImportRun:
    """Bring what was read into the directory. Reading the same files again changes nothing."""
    plan = plan_import(reading)
    run = models.ImportRun.objects.create(
        at=at,
        by=by.user,
        source=reading.source[:200],
        files=[str(name) for name in files],
        created=len(plan.create),
        updated=len(plan.update),
        unchanged=plan.unchanged,
        rejected=len(plan.rejected),
        noted=plan.noted,
    )
    _create(plan.create, at)
    for service, entry in plan.update:
        _change(service, _keeping(service, entry), at, digest=entries.digest(entry))
    models.RejectedRow.objects.bulk_create(
        [_rejected(row, run) for row in plan.rejected], batch_size=CHUNK
    )
    return run


def _rejected(row: Rejected, run: models.ImportRun) -> models.RejectedRow:
    return models.RejectedRow(
        run=run,
        file=row.file[:300],
        line=row.line,
        field=row.field[:100],
        reason=row.reason,
        cure=row.cure,
        raw=json.loads(json.dumps(row.raw, default=str)),
        kind=row.kind,
        source=row.source[:60],
        source_id=row.source_id[:200],
        fingerprint=fingerprint(row),
    )


@acting.action("directory.import")
def retry_row(
    *, by: acting.Actor, at: datetime, row: models.RejectedRow, raw: Mapping[str, Any]
) -> models.RejectedRow:
    """Read a corrected row again; what still fails keeps its new reason and cure."""
    if row.state != models.RejectedRow.State.OPEN:
        raise acting.Refused("This row has been put right already.")
    result = sniff.one(row.kind, row.file, row.line, raw)
    row.raw, row.retried_at = dict(raw), at
    if isinstance(result, Rejected):
        row.field, row.reason, row.cure = result.field[:100], result.reason, result.cure
        row.save()
        return row
    plan = plan_import(Reading(result.source, ((row.line, result),), ()))
    _create(plan.create, at)
    for service, entry in plan.update:
        _change(service, _keeping(service, entry), at, digest=entries.digest(entry))
    row.state = models.RejectedRow.State.DONE
    row.service = models.Service.objects.filter(
        source=result.source, source_id=result.source_id
    ).first()
    row.save()
    return row


@acting.action("directory.edit")
def add_service(
    *, by: acting.Actor, at: datetime, entry: Entry, unit: core.Unit | None = None
) -> models.Service:
    """Add a service by hand; whoever adds it has confirmed it."""
    new_id = str(uuid4())
    own = replace(entry, source=LOCAL, source_id=new_id, confirmed_on=at.date())
    _refuse_if_wrong(own)
    _create([own], at)
    made = models.Service.objects.get(source=LOCAL, source_id=new_id)
    made.unit, made.confirmed_by = unit, by.user
    made.save(update_fields=["unit", "confirmed_by"])
    return made


@acting.action("directory.edit")
def edit_service(
    *, by: acting.Actor, at: datetime, service: models.Service, entry: Entry
) -> models.Service:
    """Correct a service; the corrected fields are kept against later files."""
    before = service.as_entry()
    after = replace(entry, source=before.source, source_id=before.source_id, notes=before.notes)
    _refuse_if_wrong(after)
    changed = [n for n in entries.field_names() if getattr(before, n) != getattr(after, n)]
    corrected = set(changed)
    after = replace(after, notes=tuple(n for n in after.notes if n.field not in corrected))
    service.kept = sorted({*service.kept, *changed})
    _change(service, after, at, digest=service.source_digest)
    return service


@acting.action("directory.edit")
def link_unit(
    *, by: acting.Actor, at: datetime, service: models.Service, unit: core.Unit | None
) -> models.Service:
    """Say which unit answers for a service in this system; None for none."""
    if unit is not None and unit.organisation_id != service.organisation_id:
        raise acting.Refused("The unit belongs to another organisation than the service.")
    service.unit, service.changed_at = unit, at
    service.save(update_fields=["unit", "changed_at"])
    return service


@acting.action("directory.edit")
def close_service(
    *, by: acting.Actor, at: datetime, service: models.Service, reason: str
) -> models.Service:
    """Take a service out of what is offered; it stays readable with the reason."""
    if service.closed_at is not None:
        raise acting.Refused("This service is closed already.")
    if not reason.strip():
        raise acting.Refused("Say why it is closed: the next person will ask.")
    service.closed_at, service.closed_reason, service.changed_at = at, reason.strip()[:300], at
    service.save(update_fields=["closed_at", "closed_reason", "changed_at"])
    return service


@acting.action("directory.edit")
def reopen_service(*, by: acting.Actor, at: datetime, service: models.Service) -> models.Service:
    """Offer a closed service again."""
    if service.closed_at is None:
        raise acting.Refused("This service is not closed.")
    service.closed_at, service.closed_reason, service.changed_at = None, "", at
    service.save(update_fields=["closed_at", "closed_reason", "changed_at"])
    return service


@acting.action("directory.confirm")
def confirm_service(*, by: acting.Actor, at: datetime, service: models.Service) -> models.Service:
    """Confirm, after asking them, that a service runs as it is written here.

    An end date that has passed is taken away: the service has outlived it.
    """
    relation = _relation(by, service)
    if not roles.reaches(roles.scope(by.role, "directory.confirm"), relation):
        raise acting.Refused("You can confirm the services of your own unit.")
    if service.closed_at is not None:
        raise acting.Refused("This service is closed. Open it again first.")
    on = at.date()
    if service.ends_on is not None and service.ends_on < on:
        service.ends_on = None
        service.kept = sorted({*service.kept, "ends_on"})
    service.confirmed_on, service.confirmed_by, service.changed_at = on, by.user, at
    service.save(update_fields=["confirmed_on", "confirmed_by", "changed_at", "ends_on", "kept"])
    service.need_rows.update(known_on=on)
    return service


def _relation(by: acting.Actor, service: models.Service) -> frozenset[roles.Scope]:
    if by.user is None or service.unit_id is None or by.user.unit_id != service.unit_id:
        return frozenset()
    return frozenset({roles.Scope.UNIT})


def _refuse_if_wrong(entry: Entry) -> None:
    for problem in entries.problems(entry):
        raise acting.Refused(f"{problem.reason} {problem.cure}")


# ------------------------------------------------------------------------------ writing the rows


def _create(wanted: Sequence[Entry], at: datetime) -> None:
    organisations = _organisations(wanted)
    places = _places(wanted)
    services = []
    for entry in wanted:
        service = models.Service(changed_at=at, source_digest=entries.digest(entry))
        _fill(service, entry)
        service.organisation = organisations[_organisation_key(entry)]
        service.place = places[_place_key(entry)]
        services.append(service)
    models.Service.objects.bulk_create(services, batch_size=CHUNK)
    _write_needs(list(zip(services, wanted, strict=True)))


def _change(service: models.Service, entry: Entry, at: datetime, *, digest: str) -> None:
    _fill(service, entry)
    service.organisation = _organisations([entry])[_organisation_key(entry)]
    if service.unit is not None and service.unit.organisation_id != service.organisation_id:
        service.unit = None  # nobody answers for another organisation
    service.place = _places([entry])[_place_key(entry)]
    service.changed_at, service.source_digest = at, digest
    service.save()
    service.need_rows.all().delete()
    _write_needs([(service, entry)])
    getattr(service, "_prefetched_objects_cache", {}).pop("need_rows", None)


def _keeping(service: models.Service, entry: Entry) -> Entry:
    """Return the entry of a newer file with what people here have corrected left as it is."""
    here = service.as_entry()
    kept = {name: getattr(here, name) for name in service.kept if name not in NEVER_KEPT}
    differing = [name for name, value in kept.items() if getattr(entry, name) != value]
    notes = tuple(
        Note(name, "kept", "A newer file says otherwise; the correction made here is kept.")
        for name in differing
    )
    confirmed = max(filter(None, (here.confirmed_on, entry.confirmed_on)), default=None)
    return entries.with_note(replace(entry, **kept | {"confirmed_on": confirmed}), *notes)


def _fill(service: models.Service, entry: Entry) -> None:
    for name in models.COPIED:
        value = getattr(entry, name)
        if isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, Mapping):
            value = dict(value)
        setattr(service, name, value)
    service.spans = [
        [span.weekday, *(end and end.isoformat("minutes") for end in (span.opens, span.closes))]
        for span in sorted(entry.hours, key=lambda h: (h.weekday, str(h.opens or "")))
    ]
    service.notes = [asdict(note) for note in entry.notes]


def _write_needs(pairs: Sequence[tuple[models.Service, Entry]]) -> None:
    models.ServiceNeed.objects.bulk_create(
        [
            models.ServiceNeed(
                service=s,
                need=need,
                latitude=e.latitude,
                longitude=e.longitude,
                known_on=e.confirmed_on or e.stated_on or models.NEVER,
            )
            for s, e in pairs
            for need in e.needs
        ],
        batch_size=CHUNK,
    )


def _organisation_key(entry: Entry) -> str:
    return entry.organisation.strip()


def _organisations(wanted: Sequence[Entry]) -> dict[str, core.Organisation]:
    """Return the organisations by name, adding those that are not here yet.

    A body that already works with the system under this name is the same body.
    """
    names = {_organisation_key(entry): entry for entry in wanted}
    found: dict[str, core.Organisation] = {}
    for chunk in _chunks(list(names)):
        rows = core.Organisation.objects.filter(name__in=chunk).order_by("source", "id")
        for row in rows:
            found.setdefault(row.name, row)
    missing: list[core.Organisation] = []
    for name, entry in names.items():
        if name not in found:
            known = _by_source(entry, missing)
            found[name] = known or _new_organisation(entry)
            missing += [] if known else [found[name]]
    core.Organisation.objects.bulk_create(missing, batch_size=CHUNK)
    return found


def _by_source(entry: Entry, missing: Sequence[core.Organisation]) -> core.Organisation | None:
    """Return the body that the source knows by this identifier, under whatever name."""
    if not entry.organisation_id:
        return None
    for row in missing:
        if (row.source, row.source_id) == (entry.source, entry.organisation_id):
            return row
    return core.Organisation.objects.filter(
        source=entry.source, source_id=entry.organisation_id
    ).first()


def _new_organisation(entry: Entry) -> core.Organisation:
    return core.Organisation(
        name=_organisation_key(entry),
        country=entry.country,
        website=entry.organisation_website,
        source=entry.source if entry.organisation_id else "",
        source_id=entry.organisation_id,
    )


def _place_key(entry: Entry) -> tuple[Any, ...]:
    return (entry.country, entry.place, entry.latitude, entry.longitude, entry.place_precision)


def _places(wanted: Sequence[Entry]) -> dict[tuple[Any, ...], models.Place]:
    """Return the places by name and point, adding those that are not here yet."""
    keys = {_place_key(entry): entry for entry in wanted}
    found: dict[tuple[Any, ...], models.Place] = {}
    for chunk in _chunks(sorted({entry.place for entry in wanted})):
        for row in models.Place.objects.filter(name__in=chunk).order_by("id"):
            key = (row.country, row.name, row.latitude, row.longitude, row.precision)
            found.setdefault(key, row)
    missing = {
        key: models.Place(
            name=entry.place,
            name_i18n=dict(entry.place_i18n),
            country=entry.country,
            latitude=entry.latitude,
            longitude=entry.longitude,
            precision=entry.place_precision,
        )
        for key, entry in keys.items()
        if key not in found
    }
    models.Place.objects.bulk_create(missing.values(), batch_size=CHUNK)
    return found | missing


def _chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
