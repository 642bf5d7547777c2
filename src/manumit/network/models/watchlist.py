"""What is kept of watchlists: every version as it was, so that what changed can be told later.

These lists are published; nothing in them is sealed. Who was held against them is not kept here.
"""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.network import listed


class Version(models.Model):
    """A list as it stood on one day. The same bytes are kept once."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    list = models.CharField(max_length=80, default=listed.UN)  # which list it is a version of
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the file
    dated = models.DateTimeField(null=True)  # the list's own clock; null where it has none
    entries_count = models.PositiveIntegerField()
    repairs_count = models.PositiveIntegerField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "list",
        "digest",
        "dated",
        "entries_count",
        "repairs_count",
        "by",
        "at",
    )

    class Meta:
        indexes = (models.Index(fields=["-dated", "-at"], name="version_by_day"),)


class Entry(models.Model):
    """One listed person or entity in one version; `content` as `of` and `read` below."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="entries")
    place = models.PositiveIntegerField()  # in the file
    reference = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in listed.Kind])
    programme = models.CharField(max_length=120, blank=True)
    name = models.TextField(blank=True)
    content = models.JSONField()

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "version",
        "place",
        "reference",
        "kind",
        "programme",
        "name",
        "content",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["version", "place"], name="list_place_once"),
        )
        indexes = (models.Index(fields=["reference"], name="entry_by_reference"),)

    @classmethod
    def of(cls, version: Version, place: int, entry: listed.Listed) -> "Entry":
        """Return the unsaved row of an entry."""
        return cls(
            version=version,
            place=place,
            reference=entry.reference[:120],
            kind=entry.kind.value,
            programme=entry.programme[:120],
            name=entry.name,
            content={
                "names": [[called.text, called.style.value] for called in entry.names],
                "births": list(entry.births),
                "nationalities": list(entry.nationalities),
                "fields": {name: list(values) for name, values in entry.fields.items()},
                "repairs": [[r.field, r.was, r.now, r.why] for r in entry.repairs],
            },
        )

    def read(self) -> listed.Listed:
        """Return the entry as it was read from the file."""
        known = self.content
        return listed.Listed(
            reference=self.reference,
            kind=listed.Kind(self.kind),
            programme=self.programme,
            names=tuple(listed.Called(t, listed.Style(style)) for t, style in known["names"]),
            births=tuple(known["births"]),
            nationalities=tuple(known["nationalities"]),
            fields={name: tuple(values) for name, values in known["fields"].items()},
            repairs=tuple(listed.Repair(*parts) for parts in known["repairs"]),
        )


def watchlist(version: Version) -> listed.Watchlist:
    """Return a whole version as it was read."""
    dated = version.dated.isoformat() if version.dated else ""
    entries = tuple(row.read() for row in version.entries.order_by("place"))
    return listed.Watchlist(dated, entries, called=version.list)


def newest() -> list[Version]:
    """Return the version of each list that stands now; a list without days stands as last imported."""
    found: dict[str, Version] = {}
    for version in Version.objects.order_by(models.F("dated").desc(nulls_last=True), "-at"):
        found.setdefault(version.list, version)
    return sorted(found.values(), key=lambda version: version.list)


def before(version: Version) -> Version | None:
    """Return the version of the same list before this one: by the list's day, then by the import's."""
    others = Version.objects.filter(list=version.list).exclude(pk=version.pk)
    earlier = others.filter(dated__lt=version.dated) if version.dated else others
    if version.dated is None:
        earlier = others.filter(at__lt=version.at)
    return earlier.order_by("-dated", "-at").first()
