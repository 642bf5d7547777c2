"""What a unit knows of those responsible: entities, the claims that make them, and their sources.

An entity is what its accepted claims say. Structure (who is linked to whom, in which schema, role and
time) is in the open as identifiers; every word somebody wrote is sealed under the register's key or,
for what was imported in bulk, under the key of its parcel.
"""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass
from manumit.network.models import reach

CLASSES = frozenset({FieldClass.NETWORK})


class RegisterOfUnit(reach.RegisterReach["Register"]):
    """Registers, each within reach of its own unit."""

    unit: ClassVar[str] = "unit"


class Register(models.Model):
    """One per unit; without a unit it is the bench, for published and made data."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit = models.OneToOneField(Unit, null=True, on_delete=models.PROTECT, related_name="register")
    at = models.DateTimeField()

    objects = RegisterOfUnit.as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "unit", "at")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(unit=None), name="one_bench_register"
            ),
        )


class SourceKind(models.TextChoices):
    """Where claims come from."""

    PUBLISHED = "published", "A published list or register"
    OPEN = "open", "An open source"
    OFFICIAL = "official", "An official record"
    REPORT = "report", "A report of a colleague or partner"
    PERSON = "person", "A person who told us"
    DEVICE = "device", "A device or record that was examined"
    RELEASED = "released", "A statement that was released to us"
    OWN = "own", "Our own observation or analysis"


class Source(models.Model):
    """One source: a document, a list on one day, a person under a cover name."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=10, choices=SourceKind.choices)
    reliability = models.CharField(max_length=1, default="F")  # A-F (claims.Reliability)
    on = models.DateField(null=True)  # of the document or the talk
    protected = models.BooleanField(default=False)  # never named outside the unit
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of an imported file
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    title = fields.SealedField(FieldClass.NETWORK)
    reference = fields.SealedField(FieldClass.NETWORK)  # address, file number, page

    objects = reach.RegisterReach["Source"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "kind",
        "reliability",
        "on",
        "protected",
        "digest",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )


class Parcel(models.Model):
    """Part of a bulk import, with a key of its own; the next run goes on after the last one done.

    A run reads a file in three parts (importing.Part); `line` is the last line that is in. It is
    over when a parcel of it stands at the last part.
    """

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="parcels")
    number = models.PositiveIntegerField()
    run = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file
    part = models.PositiveSmallIntegerField(default=1)
    line = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects = reach.RegisterReach["Parcel"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "source",
        "number",
        "run",
        "digest",
        "part",
        "line",
        "rows",
        "at",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "number"], name="parcel_number_once"),
        )


class Entity(models.Model):
    """Anybody or anything claims are about: a person, a group, a vehicle, a phone, and a relation.

    A relation (an FtM edge schema, or one of ours) has `tail` and `head`; what joins two entities
    without a relation of its own (the holder of a passport) is a `Link`. Times are FtM's partial
    dates: 2015, 2015-03, 2015-03-04.

    No index begins with the register, and those of the ends hold relations only: millions of rows
    have the same register or no end, and a database that has not counted them yet would look
    through all of these rather than up the few that are asked for.
    """

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(
        Register, on_delete=models.PROTECT, related_name="entities", db_index=False
    )
    schema = models.CharField(max_length=40)
    tail = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="out", db_index=False
    )
    head = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="into", db_index=False
    )
    role = models.CharField(max_length=40, blank=True)  # code, of a relation (data/roles.toml)
    since = models.CharField(max_length=10, blank=True)
    until = models.CharField(max_length=10, blank=True)
    certainty = models.PositiveSmallIntegerField(default=1)  # claims.Certainty
    at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)  # withdrawn; never deleted, its id never used again

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    card = fields.SealedField(
        FieldClass.NETWORK
    )  # {"label": its caption, "id": where it came from}

    objects = reach.RegisterReach["Entity"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "schema",
        "tail",
        "head",
        "role",
        "since",
        "until",
        "certainty",
        "at",
        "gone_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(tail=None, head=None)
                | models.Q(tail__isnull=False, head__isnull=False),
                name="relation_has_two_ends",
            ),
        )
        indexes = (
            models.Index(fields=["schema", "register"], name="entity_by_kind"),
            models.Index(
                fields=["tail"], condition=models.Q(tail__isnull=False), name="relation_by_tail"
            ),
            models.Index(
                fields=["head"], condition=models.Q(head__isnull=False), name="relation_by_head"
            ),
            models.Index(
                fields=["register", "at"],
                condition=models.Q(seal_owner=models.F("register")),
                name="entity_by_hand",
            ),
        )


class Link(models.Model):
    """That one entity's claims name another: the holder of an account, the address of a house."""

    id = models.BigAutoField(primary_key=True)
    register = models.ForeignKey(
        Register, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    tail = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="links_out")
    head = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="links_into")
    name = models.CharField(max_length=40)  # the property
    gone_at = models.DateTimeField(null=True)

    objects = reach.RegisterReach["Link"].as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "register", "tail", "head", "name", "gone_at")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tail", "head", "name"], name="link_once"),)


class Claim(models.Model):
    """What one source says of one entity at one time; entered by hand, one property a claim.

    An import makes one claim per entity and source, of all its properties; to contest one of them
    the claim is parted. A claim is never changed: it is withdrawn, and another one made.

    Nothing looks claims up by who entered, accepted or ended them, so these columns have no index;
    for the register see `Entity`.
    """

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(
        Register, on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="claims")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="claims")
    reliability = models.CharField(max_length=1)  # A-F, of the source for this
    credibility = models.CharField(max_length=1)  # 1-6, of what it says
    handling = models.CharField(max_length=12)  # claims.Handling
    on = models.DateField(null=True)  # when it was said or seen
    state = models.CharField(max_length=10)  # claims.State
    by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # withdrawn, or parted
    ended_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    parted_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    says = fields.SealedField(FieldClass.NETWORK)  # {property: [value, …]}
    note = fields.SealedField(FieldClass.NETWORK)  # why it is held so, or was withdrawn

    objects = reach.RegisterReach["Claim"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "entity",
        "source",
        "reliability",
        "credibility",
        "handling",
        "on",
        "state",
        "by",
        "at",
        "accepted_by",
        "accepted_at",
        "ended_at",
        "ended_by",
        "parted_from",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        indexes = (
            models.Index(fields=["at"], name="claim_by_time"),
            models.Index(
                fields=["register"],
                condition=models.Q(state="proposed", ended_at=None),
                name="claim_waiting",
            ),
            models.Index(
                fields=["accepted_at"],
                condition=models.Q(accepted_at__gt=models.F("at")),
                name="claim_accepted_later",
            ),
            models.Index(
                fields=["ended_at"],
                condition=models.Q(ended_at__isnull=False),
                name="claim_ended",
            ),
        )
