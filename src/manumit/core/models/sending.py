"""Forms that were sent and done: what makes sending the same one again do nothing more."""

from typing import ClassVar

from django.db import models

from manumit.core.models.people import User


class Sending(models.Model):
    """One form of one page, sent once. `id` is a digest over who, where, what and the page's token."""

    id = models.CharField(primary_key=True, max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    led_to = models.CharField(max_length=500, blank=True)  # an address of the product; ids only

    plain: ClassVar[tuple[str, ...]] = ("id", "by", "at", "led_to")
