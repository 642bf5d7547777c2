"""Keys for backups that forget: what was erased cannot be opened from any old backup for long.

A backup is encrypted to the public key of its week. The holder keeps one secret, offline: a chain
that gives the secrets of this week and of every later one, and never of an earlier. Going forward
is a one-way step, so a backup whose week was left behind opens nowhere, however many copies of it
lie about. A week is left behind 28 days after it began: a key that is destroyed today is gone from
every backup within 28 days, which leaves two of the promised 30 days for two people to decide
(docs/decisions/0012-erasure-and-backups.md).
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from manumit.core import sealing

PROMISE_DAYS = 30  # from a person's request until nothing opens, backups included
LIFE_DAYS = 28  # from the first day of a backup's week until its key is forgotten
DECIDE_DAYS = PROMISE_DAYS - LIFE_DAYS
WEEKS = 60  # how many weeks a new key serves
_MOST_WEEKS = 600
_MONDAY = date(2026, 1, 5)
_PUBLIC_TITLE = "manumit backup recipient 1"
_KEY_TITLE = "manumit backup key 1: keep it offline, and run `manumit backup-key forget` every week"


class BadBackupKey(ValueError):  # noqa: N818 (said as people say it)
    """The text is no key of this kind, or does not serve that day; the message says what would."""


def week_of(on: date) -> int:
    """Return the number of the week that a day lies in."""
    return (on - _MONDAY).days // 7


def begins_on(week: int) -> date:
    """Return the first day of a week."""
    return _MONDAY + timedelta(weeks=week)


def ends_on(week: int) -> date:
    """Return the day from which a backup of this week must not open any more."""
    return begins_on(week) + timedelta(days=LIFE_DAYS)


def oldest_kept(on: date) -> int:
    """Return the earliest week whose backups may still open on a day."""
    return week_of(on - timedelta(days=LIFE_DAYS)) + 1


@dataclass(frozen=True)
class Recipient:
    """The public half: one hybrid public key a week, from `first` on."""

    name: str
    first: int
    keys: tuple[bytes, ...]

    @property
    def last(self) -> int:
        """Return the last week it serves."""
        return self.first + len(self.keys) - 1

    @property
    def id(self) -> str:
        """Return a fingerprint of all keys (32 hex digits), to be read aloud and compared."""
        digest = hashlib.sha256(f"{self.first}\n".encode() + b"".join(self.keys))
        return digest.hexdigest()[:32]

    def key(self, week: int) -> bytes:
        """Return the public key of a week; raises BadBackupKey when it serves another time."""
        if not self.first <= week <= self.last:
            raise BadBackupKey(
                f"the recipient “{self.name}” serves {begins_on(self.first)} to "
                f"{begins_on(self.last + 1) - timedelta(days=1)}. Cure: manumit backup-key new"
            )
        return self.keys[week - self.first]


@dataclass(frozen=True)
class Secret:
    """The secret half: the chain as it stands at `week`; earlier weeks are forgotten."""

    name: str
    recipient: str  # its fingerprint
    week: int
    last: int
    chain: bytes = field(repr=False)

    def of(self, week: int) -> bytes:
        """Return the secret key of a week; raises BadBackupKey for a forgotten one."""
        if week < self.week:
            raise BadBackupKey(
                f"the key of {begins_on(week)} was forgotten; a backup of that week opens nowhere, "
                "which is what it is for. Cure: take a newer backup"
            )
        if week > self.last:
            raise BadBackupKey(f"this key serves until {begins_on(self.last + 1)} only")
        return _pair(self._chain_at(week)).secret

    def forget(self, on: date) -> "Secret":
        """Return the key as it must be kept on a day: without any week that is over for good."""
        week = max(self.week, min(oldest_kept(on), self.last + 1))
        return Secret(self.name, self.recipient, week, self.last, self._chain_at(week))

    def _chain_at(self, week: int) -> bytes:
        chain = self.chain
        for _ in range(week - self.week):
            chain = _next(chain)
        return chain


def _next(chain: bytes) -> bytes:
    return sealing.subkey(chain, b"backup: the week after")


def _pair(chain: bytes) -> sealing.KeyPair:
    parts = (b"backup: d", b"backup: z", b"backup: x25519")
    return sealing.key_pair_of(b"".join(sealing.subkey(chain, part) for part in parts))


def new(name: str, on: date, weeks: int = WEEKS) -> tuple[Recipient, Secret]:
    """Return a new key from the week of a day on; raises BadBackupKey for a name of two lines."""
    name = name.strip()
    if not name or not name.isprintable() or not 1 <= weeks <= _MOST_WEEKS:
        raise BadBackupKey(f"a key has a name of one line and serves 1 to {_MOST_WEEKS} weeks")
    first, chain = week_of(on), sealing.new_key()
    keys, link = [], chain
    for _ in range(weeks):
        keys.append(_pair(link).public)
        link = _next(link)
    recipient = Recipient(name, first, tuple(keys))
    return recipient, Secret(name, recipient.id, first, recipient.last, chain)


def public_text(recipient: Recipient) -> str:
    """Return the public half as a text file, one line a week."""
    head = [_PUBLIC_TITLE, f"name: {recipient.name}", f"fingerprint: {recipient.id}"]
    lines = [base64.b64encode(key).decode() for key in recipient.keys]
    return "\n".join([*head, f"first week: {recipient.first}", *lines, ""])


def secret_text(secret: Secret) -> str:
    """Return the secret half as a text file."""
    return "\n".join(
        [
            _KEY_TITLE,
            f"name: {secret.name}",
            f"recipient: {secret.recipient}",
            f"week: {secret.week}",
            f"last week: {secret.last}",
            f"chain: {secret.chain.hex()}",
            "",
        ]
    )


_PUBLIC = re.compile(
    rf"{_PUBLIC_TITLE}\nname: (?P<name>[^\n]+)\nfingerprint: (?P<id>[0-9a-f]{{32}})\n"
    r"first week: (?P<first>-?[0-9]{1,6})\n(?P<keys>(?:[A-Za-z0-9+/=]+\n)+)"
)
_SECRET = re.compile(
    rf"{re.escape(_KEY_TITLE)}\nname: (?P<name>[^\n]+)\nrecipient: (?P<id>[0-9a-f]{{32}})\n"
    r"week: (?P<week>-?[0-9]{1,6})\nlast week: (?P<last>-?[0-9]{1,6})\nchain: (?P<chain>[0-9a-f]{64})\n"
)


def read_public(text: str) -> Recipient:
    """Read the public half; raises BadBackupKey when a byte of it is not as it was made."""
    found = _PUBLIC.fullmatch(text)
    if found is None:
        raise BadBackupKey("not the public half of a backup key (a file *.pub)")
    try:
        keys = tuple(base64.b64decode(line, validate=True) for line in found["keys"].split())
        sizes = {len(key) for key in keys}
    except binascii.Error as problem:
        raise BadBackupKey("a line of the file was changed or cut off") from problem
    recipient = Recipient(found["name"], int(found["first"]), keys)
    if sizes != {sealing.PUBLIC_KEY_BYTES} or recipient.id != found["id"]:
        raise BadBackupKey("a line of the file was changed or cut off: its fingerprint differs")
    return recipient


def read_secret(text: str) -> Secret:
    """Read the secret half; raises BadBackupKey."""
    found = _SECRET.fullmatch(text)
    if found is None:
        raise BadBackupKey("not the secret half of a backup key (a file *.key)")
    return Secret(
        found["name"], found["id"], int(found["week"]), int(found["last"]),
        bytes.fromhex(found["chain"]),
    )  # fmt: skip
