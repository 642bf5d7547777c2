"""`manumit demo`: the product on this machine with made-up people, one sign-in per role."""

import base64
import json
import multiprocessing
import os
import shutil
import sys
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

import click

from manumit.cli import ground, init

PASSPHRASE = "fictional people only please"  # noqa: S105 (a demo that anybody may open)
SECRET = base64.b32encode(b"manumit-demo-secret!").decode()
MARK = "this-is-a-demo"
# who admits others to their unit
BOSSES = {"protection": "supervisor", "money": "money-head", "police": "investigator"}
GATES = {True: ("Zaatari", "JO", 32.29, 36.32), False: ("Northgate", "ZZ", 1.21, 0.4)}


@click.command()
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default="~/.local/share/manumit-demo",
    show_default=True,
    help="Where the demo lives.",
)
@click.option(
    "--services",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Directory with Services Advisor files; else a small made-up directory is used.",
)
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
@click.option("--fresh", is_flag=True, help="Throw the old demo away and make a new one.")
@click.option("--no-serve", is_flag=True, help="Make it, say how to sign in, and stop.")
@click.option("--code", "only_code", is_flag=True, help="Print the one-time code of now, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def demo(
    data: Path,
    services: Path | None,
    bind: str,
    fresh: bool,
    no_serve: bool,
    only_code: bool,
    as_json: bool,
) -> None:
    """Open the product with made-up people on this machine, one sign-in for every role.

    The second step of signing in is a one-time code; the console shows the one of now.

    Example: manumit demo --bind 127.0.0.1:8080
    """
    if only_code:
        ground.tell({"code": code(time.time())}, as_json, code(time.time()))
        return
    home = data.expanduser().resolve()
    _refuse_others(home, fresh=fresh)
    with ground.setting_up(home):
        _environment(home, bind, fresh=fresh)
        ground.ready()
        init._migrate()
        if not (home / MARK).exists():
            click.echo("Making the demo: people, services, cases …", err=True)
            _in_another_process(home, services)
    told = _told(bind, json.loads((home / MARK).read_text(encoding="utf-8") or "{}"))
    ground.tell(told, as_json, _words(told))
    if not no_serve:
        from manumit.cli import serve

        if sys.stdout.isatty() and not as_json:
            threading.Thread(target=_show_codes, daemon=True).start()
        serve.run(bind=bind, workers=1, threads=8)


def _in_another_process(home: Path, services: Path | None) -> None:
    """Make everything in a process of its own: the engines that load and search the ledger keep
    threads, and a server that is forked from a process with such threads stands still."""
    from django.db import connections

    connections.close_all()
    child = multiprocessing.get_context("fork").Process(target=_make_all, args=(home, services))
    child.start()
    child.join()
    if child.exitcode:
        ground.fail("The demo could not be made. Cure: see above; then manumit demo --fresh", 1)


def _make_all(home: Path, services: Path | None) -> None:
    codes = _make(services)
    (home / MARK).write_text(json.dumps(codes), encoding="utf-8")
    (home / f"{MARK}-unfinished").unlink()


def code(now: float, secret: str = SECRET) -> str:
    """Return the one-time code at this time (seconds since 1970; RFC 6238, 30 s, six digits)."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    totp = TOTP(base64.b32decode(secret), 6, hashes.SHA1(), 30)  # noqa: S303
    return totp.generate(int(now)).decode()


def _refuse_others(home: Path, *, fresh: bool) -> None:
    """Leave alone what is somebody's data and no demo, finished or half made."""
    if not home.exists() or any((home / name).exists() for name in (MARK, f"{MARK}-unfinished")):
        return
    if fresh:
        ground.fail(f"{home} is no demo; it is not thrown away. Cure: --data elsewhere.")
    if _there(home):
        ground.fail(f"{home} holds something that is no demo. Cure: --data with another place.")


def _there(home: Path) -> list[Path]:
    return [one for one in home.iterdir() if one.name != ground.LOCK]


def _environment(home: Path, bind: str, *, fresh: bool) -> None:
    _refuse_others(home, fresh=fresh and bool(_there(home)))
    if fresh or not (home / MARK).exists():  # a half-made demo is made anew
        for one in _there(home):
            shutil.rmtree(one) if one.is_dir() else one.unlink()
    for name in ("MANUMIT_SECRET_KEY", "MANUMIT_LOG_KEY", "DATABASE_URL"):
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    init._directory(home)
    if not (home / MARK).exists():
        (home / f"{MARK}-unfinished").touch()
    for name in ("SECRET_KEY", "LOG_KEY"):
        kept = home / "secrets" / name.lower().replace("_", "-")
        if kept.exists():
            os.environ[f"MANUMIT_{name}_FILE"] = str(kept)
    init._secrets(home)
    host = bind.rpartition(":")[0].strip("[]")
    os.environ |= {"MANUMIT_HTTPS": "0", "MANUMIT_HOSTS": f"{host},localhost,127.0.0.1"}


def _cast() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))


def _make(services: Path | None) -> dict[str, str]:
    """Make everything; returns the codes of the door that one person has."""
    from datetime import timedelta

    from manumit.cli import (
        demo_door,
        demo_dossiers,
        demo_inquiries,
        demo_leads,
        demo_money,
        demo_networks,
        demo_same,
        demo_story,
        demo_traces,
    )
    from manumit.core.actions import acting, keyring, keys

    _hurry()
    told, now = _cast(), ground.now()
    begin = now - timedelta(days=8)
    users, units = _accounts(told, begin)
    gate, own = _directory_of(services, told, units, begin)
    actors = {}
    money = ("analyst", "second-analyst", "money-head")
    tracing = ("investigator", "second-investigator")
    for name in ("officer", "worker", "worker2", "service", "legal", *money, *tracing):
        secret = keys._secret_by_passphrase(users[name], PASSPHRASE)
        if secret is None:
            raise RuntimeError("the demo's own passphrase does not open the demo's keys")
        ring = keyring.Keyring(users[name].id, secret, now)
        actors[name] = acting.Actor(users[name], ring)
    cast = demo_story.Cast(
        officer=actors["officer"],
        worker=actors["worker"],
        second_worker=actors["worker2"],
        service=actors["service"],
        lawyer=actors["legal"],
        services=own,
        place=gate,
    )
    demo_story.play(told["person"], cast, now)
    demo_money.play(actors["money-head"], actors["analyst"], actors["second-analyst"], now)
    demo_traces.play(actors["worker"], actors["investigator"], now)
    people = demo_networks.play(actors["investigator"], actors["second-investigator"], now)
    demo_inquiries.play(actors["investigator"], actors["second-investigator"], people, now)
    demo_leads.play(actors["officer"], actors["investigator"], actors["second-investigator"], now)
    demo_same.play(actors["investigator"], actors["second-investigator"], now)
    demo_dossiers.play(actors["investigator"], actors["second-investigator"], now)
    return demo_door.play(actors["worker"], now)


def _hurry() -> None:
    """Wait for no disk while the demo is made: a half-made one is made anew."""
    from django.db import connections

    for connection in connections.all():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


def _accounts(told: dict[str, Any], at: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    from manumit.core import models, roles
    from manumit.core.actions import accounts, acting, keyring, keys
    from manumit.web import actions as web

    by = acting.SYSTEM
    units: dict[str, Any] = {}
    users: dict[str, Any] = {}
    for unit in told["unit"]:
        known = models.Organisation.objects.filter(name=unit["organisation"]).first()
        organisation = known or accounts.create_organisation(
            by=by, at=at, name=unit["organisation"], kind=unit["kind"]
        )
        units[unit["key"]] = accounts.create_unit(
            by=by,
            at=at,
            organisation=organisation,
            name=unit["name"],
            possible_victims_to=units.get(unit.get("hands_to")),
        )
    for person in told["account"]:
        home = units[person["unit"]]
        home.refresh_from_db()
        user, _ = accounts.create_user(
            by=by,
            at=at,
            username=person["username"],
            display_name=person["name"],
            role=roles.Role(person["role"]),
            unit=home,
            passphrase=PASSPHRASE,
        )
        users[person["username"]] = user
        if user.admitted_at is None and person["unit"] in BOSSES:
            chief = users[BOSSES[person["unit"]]]
            secret = keys._secret_by_passphrase(chief, PASSPHRASE) or b""
            boss = acting.Actor(chief, keyring.Keyring(chief.id, secret, at))
            keys.admit(by=boss, at=at, newcomer=user)
        web.add_code_app(by=acting.Actor(user=user), at=at, secret=SECRET)
    return users, units


def _directory_of(
    services: Path | None, told: dict[str, Any], units: dict[str, Any], at: Any
) -> tuple[str, dict[str, Any]]:
    """Fill the directory; returns where the gate stands, and the demo's own services by id."""
    from importlib import resources

    from manumit.core.actions import acting
    from manumit.directory import actions, entry, sniff

    files = sorted(services.glob("*-services-*.json")) if services else []
    given = [sniff.File(path.name, path.read_bytes()) for path in files]
    if not given:
        bundled = resources.files("manumit.directory") / "data" / "example_services.csv"
        given = [sniff.File(bundled.name, bundled.read_bytes())]
    actions.import_services(
        by=acting.SYSTEM, at=at, reading=sniff.read(given), files=[one.name for one in given]
    )
    place, country, latitude, longitude = GATES[bool(files)]
    care, made = units["clinic"], {}
    for one in told["service"]:
        wanted = entry.Entry(
            source="",
            source_id="",
            organisation=care.organisation.name,
            name=one["name"],
            name_i18n={"ar": one["name_ar"]},
            needs=tuple(one["needs"]),
            place=place,
            country=country,
            latitude=latitude + one["dy"],
            longitude=longitude + one["dx"],
            timezone="Asia/Amman" if files else "Etc/UTC",
            always_open=True,
            frequency="daily",
            languages=("ar", "en", "ckb"),
            referral_methods=("manumit",),
            answer_hours=one["answer_hours"],
        )
        made[one["id"]] = actions.add_service(by=acting.SYSTEM, at=at, entry=wanted, unit=care)
    return place, made


def _told(bind: str, door: dict[str, str]) -> dict[str, Any]:
    accounts = [
        {"role": person["role"], "username": person["username"], "passphrase": PASSPHRASE}
        for person in _cast()["account"]
    ]
    return {
        "address": f"http://{bind}/",
        "accounts": accounts,
        "code": code(time.time()),
        "totp_secret": SECRET,
        "door": {"address": f"http://{bind}/d", **door} if door else None,
    }


def _words(told: dict[str, Any]) -> str:
    from manumit.core import roles

    rows = [
        f"  {roles.LABELS[roles.Role(one['role'])]:32} {one['username']}"
        for one in told["accounts"]
    ]
    return "\n".join(
        [
            "",
            f"Manumit demo: {told['address']}   (everyone in it is made up)",
            "",
            "Sign in as:",
            *rows,
            "",
            f"Passphrase of all:  {PASSPHRASE}",
            f"One-time code now:  {told['code']}   (the next ones: manumit demo --code)",
            f"or add this key to a code app:  {told['totp_secret']}",
            "",
            *_door_words(told["door"]),
            "Stop with Ctrl-C. Start over with: manumit demo --fresh",
        ]
    )


def _door_words(door: dict[str, str] | None) -> list[str]:
    if not door:
        return []
    return [
        f"A person's own door: {door['address']}",
        f"  their code:          {door['code']}",
        f"  the one for danger:  {door['for_danger']}",
        "",
    ]


def _show_codes() -> None:
    """Keep the code of now on the last line of the terminal."""
    while True:
        left = 30 - int(time.time()) % 30
        text = f"\rOne-time code now: {code(time.time())}  ({left:2} s)  "
        print(text, end="", file=sys.stderr, flush=True)
        time.sleep(1)
