"""`manumit init`: a data directory that only its owner can read, secrets in files, tables, and
the first account. Running it again changes nothing that is there."""

import os
import secrets
from pathlib import Path
from typing import TextIO

import click

from manumit.cli import ground

ENVIRONMENT = "manumit.env"


@click.command()
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where all state lives; else MANUMIT_DATA, else ~/.local/share/manumit.",
)
@click.option("--organisation", help="Name of the organisation that runs this instance.")
@click.option("--username", help="The first administrator's sign-in name.")
@click.option("--name", "display_name", help="The first administrator's name as others see it.")
@click.option(
    "--passphrase-file",
    type=click.File("r", encoding="utf-8"),
    help="File with the administrator's passphrase (- for standard input); else it is asked for.",
)
@click.option("--without-account", is_flag=True, help="Make no account now.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def init(
    data: Path | None,
    organisation: str | None,
    username: str | None,
    display_name: str | None,
    passphrase_file: TextIO | None,
    without_account: bool,
    as_json: bool,
) -> None:
    """Make the data directory, its secrets, the tables and the first administrator.

    The administrator runs accounts and can read no case.

    Example: manumit init --data /srv/manumit --organisation "Example Aid" --username head
    """
    home = _directory(data)
    with ground.setting_up(home):
        made = _secrets(home)
        ground.ready()
        _migrate()
    answer: dict[str, object] = {"data": str(home), "secrets_made": made, "administrator": None}
    lines = [f"All state lives in {home}. Its settings: {home / ENVIRONMENT}"]
    if not without_account and not _anybody():
        account = {
            "organisation": organisation or click.prompt("Organisation", err=True),
            "username": username or click.prompt("Sign-in name", err=True),
            "display_name": display_name or click.prompt("Name as others see it", err=True),
        }
        passphrase = (
            passphrase_file.read().strip()
            if passphrase_file
            else click.prompt(
                "Passphrase (15 characters or more)",
                hide_input=True,
                confirmation_prompt=True,
                err=True,
            )
        )
        code = _administrator(passphrase=passphrase, **account)
        answer |= {"administrator": account["username"], "recovery_code": code}
        lines += [
            f"First administrator: {account['username']}",
            f"Recovery code, shown only now; keep it on paper: {code}",
        ]
    lines.append(f"Next: set -a; . {home / ENVIRONMENT}; set +a; manumit serve")
    ground.tell(answer, as_json, "\n".join(lines))


def _directory(data: Path | None) -> Path:
    named = data or Path(os.environ.get("MANUMIT_DATA") or ground.HOME)
    home = named.expanduser().resolve()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
    except OSError as problem:
        ground.fail(
            f"{home}: cannot be made ({problem.strerror}). Cure: --data with another place."
        )
    os.environ["MANUMIT_DATA"] = str(home)
    return home


def _secrets(home: Path) -> list[str]:
    """Make the secrets that are neither set nor there; point the environment at the files."""
    made, lines = [], [f"MANUMIT_DATA={home}"]
    for name, secret in (
        ("MANUMIT_SECRET_KEY", secrets.token_urlsafe(64)),
        ("MANUMIT_LOG_KEY", secrets.token_hex(32)),
    ):
        if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
            continue
        path = home / "secrets" / name.removeprefix("MANUMIT_").lower().replace("_", "-")
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if _write_once(path, secret + "\n"):
            made.append(str(path))
        os.environ[f"{name}_FILE"] = str(path)
        lines.append(f"{name}_FILE={path}")
    _write_once(home / ENVIRONMENT, "\n".join(lines) + "\n")
    return made


def _write_once(path: Path, text: str) -> bool:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(text)
    except FileExistsError:
        return False
    return True


def _migrate() -> None:
    from manumit.core.actions import tables

    tables.ready()


def _anybody() -> bool:
    from manumit.core import models

    return models.User.objects.exists()


def _administrator(*, organisation: str, username: str, display_name: str, passphrase: str) -> str:
    from django.db import transaction

    from manumit.core import roles
    from manumit.core.actions import accounts, acting
    from manumit.web import passphrases

    reason = passphrases.why_not(passphrase, (organisation, username, display_name))
    if reason:
        ground.fail(f"--passphrase-file: {reason}")
    by, at = acting.SYSTEM, ground.now()
    with transaction.atomic(), transaction.atomic(using="keys"):
        host = accounts.create_organisation(by=by, at=at, name=organisation, kind="Other")
        unit = accounts.create_unit(by=by, at=at, organisation=host, name="Administration")
        _, code = accounts.create_user(
            by=by,
            at=at,
            username=username,
            display_name=display_name,
            role=roles.Role.ADMINISTRATOR,
            unit=unit,
            passphrase=passphrase,
        )
    return code
