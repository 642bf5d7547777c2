"""Column types: identifiers, and the sealed column.

A sealed column holds ciphertext and nothing else; it refuses text, so that a value cannot reach
the database by mistake. `core.actions.sealed` writes and opens it.
"""

import secrets
import uuid
from typing import TYPE_CHECKING, Any

from django.core import exceptions
from django.db import models

from manumit.core.sealing import FieldClass

if TYPE_CHECKING:
    _Binary = models.BinaryField[bytes | None, bytes | None]
else:
    _Binary = models.BinaryField


def new_id() -> uuid.UUID:
    """Return a random identifier that tells neither time nor order."""
    return uuid.uuid4()


_BESIDE = 4  # bytes that neighbours have in common


def new_ids(count: int, *, beside: uuid.UUID) -> list[uuid.UUID]:
    """Return random identifiers that stand beside each other in an index, which then takes them quickly.

    They tell that they belong to `beside`: for rows that say so in the open anyway.
    """
    rest = 16 - _BESIDE
    drawn = secrets.token_bytes(rest * count)
    return [
        uuid.UUID(bytes=beside.bytes[:_BESIDE] + drawn[at : at + rest], version=4)
        for at in range(0, len(drawn), rest)
    ]


class SealedField(_Binary):
    """Ciphertext of one value of a field class."""

    def __init__(self, field_class: FieldClass, **kwargs: Any) -> None:
        self.field_class = FieldClass(field_class)
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """Keep the class in migrations, so that a change of class is a visible change."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.field_class.value, *args], kwargs

    def get_prep_value(self, value: Any) -> Any:
        """Refuse anything that is not ciphertext of the current format."""
        if value is not None and not (isinstance(value, bytes | memoryview) and len(value) > 28):
            raise exceptions.ValidationError(f"{self.name}: a sealed column takes ciphertext only")
        return super().get_prep_value(value)

    def from_db_value(self, value: Any, *_: Any) -> bytes | None:
        """Return plain bytes whatever the database driver hands out."""
        return None if value is None else bytes(value)
