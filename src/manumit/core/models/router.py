"""Keys live apart from content: models that say ``database = "keys"`` go to keys.db."""

from typing import Any

from django.apps import apps
from django.db import models


def _home(model: type[models.Model]) -> str:
    return str(getattr(model, "database", "default"))


class Router:
    """Send each model to the database that it names."""

    def db_for_read(self, model: type[models.Model], **_: Any) -> str:
        """Return where to read the model."""
        return _home(model)

    def db_for_write(self, model: type[models.Model], **_: Any) -> str:
        """Return where to write the model."""
        return _home(model)

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **_: Any
    ) -> bool | None:
        """Create each table only where it lives."""
        if model_name is None:
            return db == "default"  # data migrations of third parties know no other
        try:
            return _home(apps.get_model(app_label, model_name)) == db
        except LookupError:
            return db == "default"
