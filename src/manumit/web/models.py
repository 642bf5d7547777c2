"""What signing in needs to remember: failed guesses, the one live session per person, used codes.

None of it is about the people in cases, so all of it is plain; a guess is counted under a keyed
digest that names nobody.
"""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from manumit.web import slowing


class FailedGuessQuerySet(models.QuerySet["FailedGuess"]):
    """Counting guesses."""

    def counts(self, digests: list[str], since: datetime) -> dict[str, int]:
        """Return how many wrong guesses each digest has collected since then."""
        rows = self.filter(digest__in=digests, at__gt=since).values_list("digest")
        return dict(rows.annotate(models.Count("id")).order_by())

    def tallies(self, digests: list[str], since: datetime) -> dict[str, slowing.Tally]:
        """Return for each digest how many wrong guesses there were since then, and the last."""
        rows = self.filter(digest__in=digests, at__gt=since).values_list("digest")
        counted = rows.annotate(models.Count("id"), models.Max("at")).order_by()
        return {digest: slowing.Tally(count, last) for digest, count, last in counted}


class FailedGuess(models.Model):
    """One wrong passphrase or code, counted on where it came from (`throttle.py`)."""

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=32)
    at = models.DateTimeField(db_index=True)

    plain: ClassVar[tuple[str, ...]] = ("id", "digest", "at")
    objects = FailedGuessQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["digest", "at"], name="failed_guess_by_digest"),)


class LiveSession(models.Model):
    """The one session a person may have; signing in elsewhere ends it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    session_key = models.CharField(max_length=40)
    began_at = models.DateTimeField()

    plain: ClassVar[tuple[str, ...]] = ("user", "session_key", "began_at")


class CacheEntry(models.Model):
    """The table of Django's database cache: shared by all workers, holds used codes for seconds."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    plain: ClassVar[tuple[str, ...]] = ("cache_key", "value", "expires")
