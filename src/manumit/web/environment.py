"""Everything that can be set from outside, in one table.

`docs/settings.md` is held equal to this table by a test. A secret may also be given as a file:
`NAME_FILE` holds the path, which keeps the value out of process lists and shell history.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass


class BadSetting(ValueError):  # noqa: N818 (said as people say it)
    """A setting is missing or cannot be used; the text names it and the cure."""


@dataclass(frozen=True)
class Setting:
    """One thing that can be set: its name, what it means, and what holds when it is absent."""

    name: str
    meaning: str
    default: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "MANUMIT_DATA",
        "Directory that holds all state: databases, keys, locks. Only its owner can read it.",
        "~/.local/share/manumit",
    ),
    Setting(
        "MANUMIT_SECRET_KEY",
        "Signs cookies and seals second-factor secrets. At least 50 random characters.",
        "",
        secret=True,
    ),
    Setting(
        "MANUMIT_LOG_KEY",
        "Ed25519 key that signs checkpoints of the record: 64 hexadecimal digits.",
        "",
        secret=True,
    ),
    Setting(
        "MANUMIT_HOSTS",
        "Host names this instance answers to, separated by commas.",
        "localhost,127.0.0.1",
    ),
    Setting(
        "MANUMIT_HTTPS",
        "1: cookies travel over HTTPS only. 0: for a demonstration on this machine alone.",
        "1",
    ),
    Setting(
        "MANUMIT_PROXIES",
        "How many reverse proxies stand in front and append to X-Forwarded-For.",
        "0",
    ),
    Setting(
        "DATABASE_URL",
        "Where content is kept, such as postgres://user:secret@host/name. Keys stay in keys.db.",
        "sqlite (manumit.db in MANUMIT_DATA)",
        secret=True,
    ),
    Setting(
        "MANUMIT_LANGUAGE", "Language of pages before a person chooses: en, fr, ar, ckb.", "en"
    ),
    Setting("MANUMIT_TIME_ZONE", "Time zone in which times are shown, such as Asia/Amman.", "UTC"),
    Setting(
        "MANUMIT_GOAML_XSD",
        "A financial intelligence unit's own goAML schema (XSD file): reports must hold to it too.",
        "",
    ),
    Setting(
        "MANUMIT_COUNTRY",
        "Two-letter country whose periods and rules hold, such as JO.",
        "",
    ),
    Setting(
        "MANUMIT_LEAVE_TO",
        "Neutral page that 'Leave this page quickly' goes to.",
        "https://www.wikipedia.org/",
    ),
    Setting(
        "MANUMIT_DEBUG", "1: pages for developers. `manumit serve` refuses to run with it.", "0"
    ),
)

BY_NAME: dict[str, Setting] = {setting.name: setting for setting in SETTINGS}
LANGUAGES: tuple[tuple[str, str], ...] = (
    ("en", "English"),
    ("fr", "Français"),
    ("ar", "العربية"),
    ("ckb", "کوردیی ناوەندی"),
)
MINIMUM_SECRET = 50


def value(name: str, environ: Mapping[str, str], read: Callable[[str], str]) -> str:
    """Return what was set for a name, from the variable or from the file NAME_FILE points at.

    `read` takes a path and returns its text. An empty string means that nothing was set and the
    setting has no default; a default is returned as written in the table. Raises BadSetting when
    both ways are used at once or the file cannot be read.
    """
    setting = BY_NAME[name]
    direct, path = environ.get(name, ""), environ.get(f"{name}_FILE", "")
    if direct and path:
        raise BadSetting(f"{name} and {name}_FILE are both set. Keep one of them.")
    if path:
        try:
            return read(path).strip()
        except OSError as error:
            raise BadSetting(
                f"{name}_FILE points at {path}, which cannot be read. "
                "Correct the path or the file's permissions."
            ) from error
    return direct or ("" if setting.secret else setting.default)


def why_weak(secret_key: str) -> str:
    """Return why this cannot sign cookies; "" when it can. The text says how to make a good one."""
    cure = (
        "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))' "
        "and put it in MANUMIT_SECRET_KEY, or in a file named by MANUMIT_SECRET_KEY_FILE."
    )
    if not secret_key:
        return f"MANUMIT_SECRET_KEY is not set. {cure}"
    if len(secret_key) < MINIMUM_SECRET or len(set(secret_key)) < 12:
        return f"MANUMIT_SECRET_KEY is too short or too regular to be a secret. {cure}"
    return ""


def log_key(text: str) -> bytes:
    """Return the record's signing key (32 bytes) from its hexadecimal form."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise BadSetting(
            "MANUMIT_LOG_KEY must be 64 hexadecimal digits. Make one with: "
            "python -c 'import secrets; print(secrets.token_hex(32))' "
            "and keep a copy away from this machine."
        )
    return key


def flag(name: str, text: str) -> bool:
    """Return a yes-or-no setting; raises BadSetting for anything but 0 or 1."""
    if text not in {"0", "1"}:
        raise BadSetting(f"{name} must be 0 or 1, not {text!r}.")
    return text == "1"


def number(name: str, text: str) -> int:
    """Return a whole number from 0 on; raises BadSetting for anything else."""
    if not (text.isascii() and text.isdigit()):
        raise BadSetting(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def hosts(text: str, *, https: bool) -> list[str]:
    """Return the host names; without HTTPS only names of this machine are allowed."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if "*" in names or not names:
        raise BadSetting("MANUMIT_HOSTS must name each host; a star would accept any.")
    outside = [
        name for name in names if name not in {"localhost", "127.0.0.1", "[::1]", "testserver"}
    ]
    if not https and outside:
        raise BadSetting(
            f"MANUMIT_HTTPS=0 is for a demonstration on this machine; {', '.join(outside)} is "
            "another host. Set MANUMIT_HTTPS=1 and put a TLS proxy in front, or remove the host."
        )
    return names


def language(text: str) -> str:
    """Return a language code that the product speaks; raises BadSetting for another."""
    codes = [code for code, _ in LANGUAGES]
    if text not in codes:
        raise BadSetting(f"MANUMIT_LANGUAGE must be one of {', '.join(codes)}, not {text!r}.")
    return text


def country(text: str) -> str:
    """Return a two-letter country code in capitals, or "" when none was set."""
    if text and not (len(text) == 2 and text.isascii() and text.isalpha()):
        raise BadSetting(f"MANUMIT_COUNTRY must be two letters such as JO, not {text!r}.")
    return text.upper()


def subkey(secret_key: str, label: str) -> bytes:
    """Return 32 bytes for one purpose, so that no two purposes share a key."""
    return hashlib.blake2b(
        label.encode(), key=hashlib.sha256(secret_key.encode()).digest(), digest_size=32
    ).digest()
