"""Every column is sealed or declared plain; a table of somebody else's is declared with a reason."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import models

from manumit.core import fields

# Tables that parts bring along: what they hold, and why that may stand unsealed.
OTHERS = {
    "contenttypes.ContentType": "names of our own tables",
    "auth.Permission": "Django's own permissions; unused, kept by django.contrib.auth",
    "auth.Group": "unused",
    "sessions.Session": "signed; an account's id and times, no key (the unlock lives in a cookie)",
    "account.EmailAddress": "unused: accounts have no e-mail",
    "account.EmailConfirmation": "unused: accounts have no e-mail",
    "mfa.Authenticator": "second factors of staff; secrets encrypted by web.second_factors.Adapter",
}


def undeclared(model: type[models.Model]) -> list[str]:
    """Name what is neither sealed nor plain, both at once, or declared but not there."""
    columns = {f.name: f for f in model._meta.concrete_fields}
    sealed = {name for name, f in columns.items() if isinstance(f, fields.SealedField)}
    plain: Iterable[str] = getattr(model, "plain", ())
    problems = [f"{n}: neither sealed nor plain" for n in columns if n not in {*plain, *sealed}]
    problems += [f"{n}: declared plain, but sealed" for n in plain if n in sealed]
    problems += [f"{n}: declared plain, but not there" for n in plain if n not in columns]
    problems += [
        f"{n}: a model with sealed columns needs it"
        for n in ("seal_owner", "seal_version")
        if sealed and n not in columns
    ]
    return problems


def _ours(model: type[models.Model]) -> bool:
    return model.__module__.startswith("manumit.")


@pytest.mark.parametrize(
    "model", [m for m in apps.get_models() if _ours(m)], ids=lambda m: m.__name__
)
def test_every_column_is_sealed_or_plain(model: type[models.Model]) -> None:
    assert undeclared(model) == []


def test_tables_of_other_parts_are_declared() -> None:
    there = {m._meta.label for m in apps.get_models() if not _ours(m)}
    assert there == set(OTHERS)


def test_the_rule_bites() -> None:
    class Planted(models.Model):
        id = models.UUIDField(primary_key=True)
        name = models.TextField()
        note = fields.SealedField("testimony")
        plain = ("id", "note", "gone")

        class Meta:
            app_label = "planted"
            managed = False

    assert {p.split(":")[0] for p in undeclared(Planted)} == {
        *("name", "note", "gone", "seal_owner", "seal_version")
    }
