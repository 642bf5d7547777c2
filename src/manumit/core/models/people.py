"""Organisations, their units, and the accounts of the people who work there."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from manumit.core import fields, roles


class OrganisationKind(models.TextChoices):
    """HTCDS 2.0 `org_Type` (CC BY 4.0), with "Other" for what the list does not know."""

    NGO = "NGO", "Non-governmental organisation"
    LAW_ENFORCEMENT = "LawEnforcement", "Law enforcement"
    HEALTH = "HealthServiceOrganisation", "Health service"
    CENTRAL_GOVERNMENT = "CentralGovernmentOrganisation", "Central government"
    LOCAL_GOVERNMENT = "LocalGovernmentOrganisation", "Local government"
    IMMIGRATION = "ImmigrationService", "Immigration service"
    LEGAL = "LegalService", "Legal service"
    CORPORATE = "CorporateBusiness", "Business"
    SCHOOL = "SchoolOrCollege", "School or college"
    OTHER = "Other", "Other"


class Organisation(models.Model):
    """A body that works with the product or offers services; all of it is public knowledge."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    name = models.CharField(max_length=200)
    name_i18n = models.JSONField(default=dict, blank=True)
    kind = models.CharField(
        max_length=40, choices=OrganisationKind.choices, default=OrganisationKind.OTHER
    )
    country = models.CharField(max_length=2, blank=True)
    website = models.URLField(blank=True)
    description = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)
    source_id = models.CharField(max_length=200, blank=True)

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "name",
        "name_i18n",
        "kind",
        "country",
        "website",
        "description",
        "source",
        "source_id",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~models.Q(source=""),
                name="organisation_once_per_source",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A team that shares a key: what one member may read, every member of the role may."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(max_length=200)
    possible_victims_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="feeding_units"
    )
    generation = models.PositiveIntegerField(default=0)
    public_key = models.BinaryField(default=bytes)

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "organisation",
        "name",
        "possible_victims_to",
        "generation",
        "public_key",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "name"], name="unit_name_once"),
        )

    def __str__(self) -> str:
        return self.name

    def receiving_unit(self) -> "Unit":
        """Return the unit that takes over the possible victims this unit finds."""
        return self.possible_victims_to or self


class UserManager(BaseUserManager["User"]):
    """Find accounts by their name for signing in."""


class User(AbstractBaseUser):
    """An account: one person, one unit, one role. No e-mail, no telephone."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="people")
    role = models.CharField(
        max_length=40,
        choices=[(r.value, roles.LABELS[r]) for r in (*roles.PEOPLE, roles.Role.SYSTEM)],
    )
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    admitted_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = UserManager()

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "password",
        "last_login",
        "username",
        "display_name",
        "unit",
        "role",
        "language",
        "is_active",
        "admitted_at",
        "left_at",
    )

    def __str__(self) -> str:
        return self.display_name
