"""Tells Django where the pages live."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages."""

    name = "manumit.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
