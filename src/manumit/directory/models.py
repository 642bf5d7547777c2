"""Services, where they are, whom they take, when they open; and the rows that did not come in.

All of it is public knowledge, so no field is sealed. A service keeps where it came from, so that
the same file read twice changes nothing, and which of its fields people here have corrected, so
that a file never undoes their work.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from math import cos, radians
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, OuterRef, Q

from manumit.core import fields, reasons
from manumit.core import models as core
from manumit.directory import (
    codes,
    distance,
    eligibility,
    entry,
    fit,
    freshness,
    opening,
)

RADII_KM = (5.0, 30.0, 120.0, 480.0)
ENOUGH = 20  # as many candidates make the circle wide enough
MOST = 80  # candidates judged one by one; the nearest ones
MOST_UNFIT = 20
NEVER = date(1900, 1, 1)


class PlaceQuerySet(models.QuerySet["Place"]):
    """What there is to ask of places."""

    def by_name(self, text: str) -> "Place | None":
        """Return the place that a name most likely means: exact, then beginning, then within.

        Names in other languages count too, whole.
        """
        known = self.filter(latitude__isnull=False).order_by("name", "id")
        for rows in (
            known.filter(name__iexact=text),
            known.filter(name_i18n__ar=text),
            known.filter(name__istartswith=text),
            known.filter(name__icontains=text),
        ):
            found = rows.first()
            if found is not None:
                return found
        return None

    def public(self) -> "PlaceQuerySet":
        """Keep areas, and the spots of services that do not hide people."""
        seen = Service.objects.running().without_hidden_spots().filter(place=OuterRef("pk"))
        return self.filter(Q(precision__in=entry.AREAS) | models.Exists(seen))

    def names(self, most: int = 300) -> list[str]:
        """Return names to choose from, at most so many."""
        known = self.filter(latitude__isnull=False).exclude(name="")
        return list(known.values_list("name", flat=True).distinct().order_by("name")[:most])


class Place(models.Model):
    """A point or the middle of an area where services are given."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    name = models.CharField(max_length=200, blank=True)
    name_i18n = models.JSONField(default=dict, blank=True)
    country = models.CharField(max_length=2, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    precision = models.CharField(max_length=20, default="point")

    objects = PlaceQuerySet.as_manager()

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "name",
        "name_i18n",
        "country",
        "latitude",
        "longitude",
        "precision",
    )

    class Meta:
        indexes = (
            models.Index(fields=["latitude", "longitude"], name="place_by_point"),
            models.Index(fields=["name"], name="place_by_name"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="place_on_earth",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """Return the name in a language, else as it was given."""
        return _text(self.name, self.name_i18n, language)

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude, where both are known."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


class ServiceQuerySet(models.QuerySet["Service"]):
    """What there is to ask of services."""

    def running(self) -> "ServiceQuerySet":
        """Leave out those that a person has closed."""
        return self.filter(closed_at__isnull=True)

    def whole(self) -> "ServiceQuerySet":
        """Fetch with everything a page or an export shows: a fixed number of queries."""
        return self.select_related("organisation", "place", "unit").prefetch_related("need_rows")

    def meeting(self, need: str) -> "ServiceQuerySet":
        """Keep those that meet a need; "" keeps all."""
        return self.filter(need_rows__need=need) if need else self

    def within(self, need: str, near: tuple[float, float], radius_km: float) -> "ServiceQuerySet":
        """Keep those that meet the need in the box around a circle; one index answers both."""
        south, north, west, east = distance.box(near, radius_km)
        if not need:
            return self.filter(
                place__latitude__range=(south, north), place__longitude__range=(west, east)
            )
        return self.filter(
            need_rows__need=need,
            need_rows__latitude__range=(south, north),
            need_rows__longitude__range=(west, east),
        )

    def nearest_first(self, near: tuple[float, float]) -> "ServiceQuerySet":
        """Order by a flat distance that is right enough to choose the nearest by."""
        narrow = max(0.01, cos(radians(near[0])))
        north = F("place__latitude") - near[0]
        east = (F("place__longitude") - near[1]) * narrow
        return self.annotate(away=north * north + east * east).order_by(
            F("away").asc(nulls_last=True), "id"
        )

    def offered(
        self,
        need: str,
        near: tuple[float, float] | None,
        person: eligibility.Person,
        language: str,
        at: datetime,
        answering: Mapping[UUID, float] | None = None,
    ) -> list[fit.Offer["Service"]]:
        """Return services for a need, best first; those that would not take the person last.

        `near` is (latitude, longitude); `answering` holds the median hours in which a service
        has answered referrals, by service id. At most 100 services are judged: the
        80 nearest that sex and age do not exclude, and 20 others from the same circle.
        """
        taken = could_take(person)
        chosen, radius = self.running().filter(taken)._around(need, near)
        unfit = self.running().filter(~taken)._in_circle(need, near, radius) if taken else []
        related = Service.objects.select_related("organisation", "place")
        rows = list(related.in_bulk([*chosen, *unfit]).values())
        hours = answering or {}
        wish = fit.Wish(person=person, at=at, near=near, language=language)
        return fit.ranked((row.candidate(at.date(), hours.get(row.id)) for row in rows), wish)

    def _around(
        self, need: str, near: tuple[float, float] | None
    ) -> tuple[list[UUID], float | None]:
        """Return the ids of the nearest from the smallest circle that holds enough, and its size.

        Without a place to start from, or where no circle holds enough, the size is None.
        """
        for radius in RADII_KM if near else ():
            ids = self._in_circle(need, near, radius, MOST)
            if len(ids) >= ENOUGH:
                return ids, radius
        return self._in_circle(need, near, None, MOST), None

    def _in_circle(
        self,
        need: str,
        near: tuple[float, float] | None,
        radius: float | None,
        most: int = MOST_UNFIT,
    ) -> list[UUID]:
        """Return the nearest in a circle; without a place, those known of most lately."""
        if near is None:
            rows = self.meeting(need).latest_first(need)
        elif radius is None:
            rows = self.meeting(need).nearest_first(near)
        else:
            rows = self.within(need, near, radius).nearest_first(near)
        return list(rows.values_list("id", flat=True)[:most])

    def latest_first(self, need: str) -> "ServiceQuerySet":
        """Order by the day of knowledge, which an index holds per need."""
        if need:
            return self.order_by("-need_rows__known_on", "need_rows__service_id")
        return self.order_by(F("confirmed_on").desc(nulls_last=True), "id")

    def named(self, text: str) -> "ServiceQuerySet":
        """Keep those whose name or organisation holds the text.

        Not the place: asking for places one by one would tell strangers where people hide.
        """
        if not text:
            return self
        return self.filter(Q(name__icontains=text) | Q(organisation__name__icontains=text))

    def without_hidden_spots(self) -> "ServiceQuerySet":
        """Leave out safe places to stay at a spot: a distance would tell strangers where."""
        hidden = ServiceNeed.objects.filter(need="safehouse", service=OuterRef("pk"))
        return self.exclude(~Q(place__precision__in=entry.AREAS) & models.Exists(hidden))

    def asking_for_confirmation(self, on: date) -> "ServiceQuerySet":
        """Keep those nobody has confirmed for longer than the rules allow, oldest first."""
        limit = date.fromordinal(on.toordinal() - freshness.RULES.ask_after_days)
        return (
            self.running()
            .filter(Q(confirmed_on__isnull=True) | Q(confirmed_on__lt=limit))
            .order_by(F("confirmed_on").asc(nulls_first=True), F("stated_on").asc(), "id")
        )


def could_take(person: eligibility.Person) -> Q:
    """Return who sex or age alone do not exclude; the exact answer is `eligibility`'s."""
    kept = Q()
    if person.sex:
        kept &= Q(sex__in=["", person.sex])
    if person.age is not None:
        kept &= Q(minimum_age__isnull=True) | Q(minimum_age__lte=person.age)
        kept &= Q(maximum_age__isnull=True) | Q(maximum_age__gte=person.age)
    return kept


class Service(models.Model):
    """One service of one organisation at one place."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    organisation = models.ForeignKey(
        core.Organisation, on_delete=models.PROTECT, related_name="services"
    )
    unit = models.ForeignKey(
        core.Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="services"
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="services")
    name = models.CharField(max_length=300)
    name_i18n = models.JSONField(default=dict, blank=True)
    description = models.TextField(blank=True)
    description_i18n = models.JSONField(default=dict, blank=True)
    coverage = models.CharField(max_length=40, blank=True)
    timezone = models.CharField(max_length=60, blank=True)
    always_open = models.BooleanField(default=False)
    spans = models.JSONField(default=list, blank=True)  # [weekday, opens, closes], Monday is 0
    frequency = models.CharField(max_length=40, blank=True)
    languages = models.JSONField(default=list, blank=True)  # ISO 639
    sex = models.CharField(max_length=10, blank=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    nationalities = models.JSONField(default=list, blank=True)
    nationalities_not = models.JSONField(default=list, blank=True)
    documents = models.JSONField(default=list, blank=True)
    expired_documents = models.BooleanField(default=False)
    groups = models.JSONField(default=list, blank=True)
    access = models.JSONField(default=list, blank=True)
    takes_referrals = models.BooleanField(default=True)
    referral_methods = models.JSONField(default=list, blank=True)
    next_step = models.CharField(max_length=40, blank=True)
    answer_hours = models.FloatField(null=True, blank=True)
    answer_stated = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.CharField(max_length=200, blank=True)
    website = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    stated_on = models.DateField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        core.User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()
    source = models.CharField(max_length=60)
    source_id = models.CharField(max_length=200)
    source_digest = models.CharField(max_length=64, blank=True)
    kept = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True)

    objects = ServiceQuerySet.as_manager()

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "organisation",
        "unit",
        "place",
        "name",
        "name_i18n",
        "description",
        "description_i18n",
        "coverage",
        "timezone",
        "always_open",
        "spans",
        "frequency",
        "languages",
        "sex",
        "minimum_age",
        "maximum_age",
        "nationalities",
        "nationalities_not",
        "documents",
        "expired_documents",
        "groups",
        "access",
        "takes_referrals",
        "referral_methods",
        "next_step",
        "answer_hours",
        "answer_stated",
        "phone",
        "email",
        "website",
        "starts_on",
        "ends_on",
        "stated_on",
        "confirmed_on",
        "confirmed_by",
        "closed_at",
        "closed_reason",
        "changed_at",
        "source",
        "source_id",
        "source_digest",
        "kept",
        "notes",
    )

    class Meta:
        indexes = (
            models.Index(fields=["closed_at", "confirmed_on"], name="service_by_confirmation"),
            models.Index(fields=["changed_at", "id"], name="service_by_change"),
        )
        constraints = (
            models.UniqueConstraint(fields=["source", "source_id"], name="service_once_per_source"),
            models.CheckConstraint(
                condition=Q(minimum_age__isnull=True)
                | Q(maximum_age__isnull=True)
                | Q(minimum_age__lte=F("maximum_age")),
                name="service_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(sex__in=["", "female", "male"]), name="service_sex_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation.name})"

    def name_in(self, language: str) -> str:
        """Return the name in a language, else as it was given."""
        return _text(self.name, self.name_i18n, language)

    def description_in(self, language: str) -> str:
        """Return the description in a language, else as it was given."""
        return _text(self.description, self.description_i18n, language)

    @property
    def needs(self) -> tuple[str, ...]:
        """The needs it meets, in the order of the list."""
        met = {row.need for row in self.need_rows.all()}
        return tuple(need for need in codes.NEEDS if need in met)

    @property
    def hours(self) -> tuple[entry.Hours, ...]:
        """The opening hours, Monday first."""
        return tuple(
            entry.Hours(day, _time(opens), _time(closes)) for day, opens, closes in self.spans
        )

    @property
    def schedule(self) -> opening.Opening:
        """What is known of when it is open."""
        return opening.Opening(self.hours, self.always_open, self.frequency, self.timezone)

    @property
    def admits(self) -> eligibility.Eligibility:
        """Whom it takes."""
        return eligibility.Eligibility(
            sex=self.sex,
            minimum_age=self.minimum_age,
            maximum_age=self.maximum_age,
            nationalities=tuple(self.nationalities),
            nationalities_not=tuple(self.nationalities_not),
            documents=tuple(self.documents),
            expired_documents=self.expired_documents,
            groups=tuple(self.groups),
        )

    def fresh_on(self, on: date) -> freshness.Freshness:
        """Judge how far this entry can be trusted on a day."""
        return freshness.of(
            confirmed_on=self.confirmed_on, stated_on=self.stated_on, ends_on=self.ends_on, on=on
        )

    def candidate(self, on: date, answered_hours: float | None) -> fit.Candidate["Service"]:
        """Return what the order of offers needs to know."""
        return fit.Candidate(
            service=self,
            key=f"{self.name}|{self.id}",
            at=self.place.point,
            precision=self.place.precision,
            coverage=self.coverage,
            opening=self.schedule,
            eligibility=self.admits,
            freshness=self.fresh_on(on),
            languages=tuple(self.languages),
            answered_hours=answered_hours,
            stated_hours=self.answer_hours,
            stated_answer=self.answer_stated,
            closed=self.closed_reason,
        )

    def why_not_refer(self) -> str:
        """Return why this service cannot be sent a referral; "" when it can."""
        if self.closed_at is not None:
            return reasons.say("This service is closed: {why}", why=self.closed_reason)
        if not self.takes_referrals:
            return "This service takes no referrals: the person goes there."
        return ""

    def as_entry(self) -> entry.Entry:
        """Return the service in the form that files are written from."""
        same: dict[str, Any] = {
            name: getattr(self, name) for name in entry.field_names() if name in COPIED
        }
        same |= {name: tuple(same[name]) for name in JSON_LISTS}
        return entry.Entry(
            organisation=self.organisation.name,
            organisation_id=self.organisation.source_id or str(self.organisation_id),
            organisation_website=self.organisation.website,
            needs=self.needs,
            hours=self.hours,
            place=self.place.name,
            place_i18n=self.place.name_i18n,
            place_precision=self.place.precision,
            country=self.place.country,
            latitude=self.place.latitude,
            longitude=self.place.longitude,
            notes=tuple(entry.Note(**note) for note in self.notes),
            **same,
        )

    def public_entry(self) -> entry.Entry:
        """Return the service as strangers may see it."""
        return entry.for_the_public(self.as_entry())

    def public_place(self, language: str) -> str:
        """Return the place as strangers may see it, "" where the spot is not published."""
        return self.place.name_in(language) if self.public_entry().place else ""


JSON_LISTS = (
    "languages",
    "nationalities",
    "nationalities_not",
    "documents",
    "groups",
    "access",
    "referral_methods",
)
COPIED = frozenset(
    {
        *JSON_LISTS,
        "source",
        "source_id",
        "name",
        "name_i18n",
        "description",
        "description_i18n",
        "coverage",
        "timezone",
        "always_open",
        "frequency",
        "sex",
        "minimum_age",
        "maximum_age",
        "expired_documents",
        "takes_referrals",
        "next_step",
        "answer_hours",
        "answer_stated",
        "phone",
        "email",
        "website",
        "starts_on",
        "ends_on",
        "stated_on",
        "confirmed_on",
    }
)


class ServiceNeed(models.Model):
    """A need that a service meets, beside its point and day: what the search goes by."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="need_rows")
    need = models.CharField(max_length=40)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    known_on = models.DateField()  # `NEVER` when no day is known, so that both databases sort alike

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "service",
        "need",
        "latitude",
        "longitude",
        "known_on",
    )

    class Meta:
        indexes = (
            models.Index(fields=["need", "-known_on", "service"], name="need_by_day"),
            models.Index(fields=["need", "latitude", "longitude", "service"], name="need_by_point"),
        )
        constraints = (
            models.UniqueConstraint(fields=["need", "service"], name="service_need_once"),
        )

    def __str__(self) -> str:
        return self.need


class ImportRun(models.Model):
    """One reading of files into the directory."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    at = models.DateTimeField()
    by = models.ForeignKey(
        core.User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=200)
    files = models.JSONField(default=list)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    noted = models.PositiveIntegerField(default=0)

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "at",
        "by",
        "source",
        "files",
        "created",
        "updated",
        "unchanged",
        "rejected",
        "noted",
    )

    def __str__(self) -> str:
        return f"{self.source} {self.at:%Y-%m-%d %H:%M}"


class RejectedRow(models.Model):
    """A row of a file that could not come in: kept whole, with reason and cure."""

    class State(models.TextChoices):
        """Whether somebody still has to look at it."""

        OPEN = "open", "To put right"
        DONE = "done", "Put right"

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="rows")
    file = models.CharField(max_length=300)
    line = models.PositiveIntegerField()
    field = models.CharField(max_length=100)
    reason = models.TextField()
    cure = models.TextField()
    raw = models.JSONField()
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=60, blank=True)
    source_id = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    retried_at = models.DateTimeField(null=True, blank=True)
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "run",
        "file",
        "line",
        "field",
        "reason",
        "cure",
        "raw",
        "kind",
        "source",
        "source_id",
        "fingerprint",
        "state",
        "retried_at",
        "service",
    )

    class Meta:
        indexes = (models.Index(fields=["state", "run"], name="rejected_by_state"),)

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _text(given: str, i18n: Mapping[str, str], language: str) -> str:
    return i18n.get(language) or i18n.get(language.split("-")[0]) or given
