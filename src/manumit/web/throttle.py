"""How many wrong guesses are let through, counted so that nobody can lock somebody else out.

A guess is counted where it comes from, never on the account alone: a device that has signed in to
the account before has a count of its own, which strangers cannot use up; a device not seen before
is counted by account and address together, and by address. So a stranger who guesses at a name
from anywhere keeps only himself waiting (OWASP ASVS 5.0, 6.3.1 and 6.1.1).
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Bucket:
    """What a guess is counted on: a keyed digest that names nobody, and its limit per window."""

    digest: str
    limit: int


def network(address: str) -> str:
    """Return what one sender can be told apart by: the address, or an IPv6 sender's /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network(f"{parsed}/64", strict=False).network_address)
    return str(parsed)


def client_address(remote: str, forwarded: str, proxies: int) -> str:
    """Return the sender's address: what the outermost trusted proxy saw.

    `forwarded` is the X-Forwarded-For header; each of `proxies` trusted proxies appends one
    address, so anything further left was written by the sender and is ignored.
    """
    if proxies <= 0:
        return remote
    seen = [part.strip() for part in forwarded.split(",") if part.strip()]
    return seen[-proxies] if len(seen) >= proxies else remote


def digest(key: bytes, *parts: str) -> str:
    """Return what a count stands under: it names nobody without the key."""
    text = "\x1f".join(parts)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def buckets(
    *, key: bytes, step: str, username: str, address: str, device: str
) -> tuple[Bucket, ...]:
    """Return what a wrong guess at this step would be counted on.

    `device` is the identifier of a device known to this account, "" for any other. `step` is
    "passphrase" or "code".
    """
    name = username.strip().casefold()
    if device:
        return (Bucket(digest(key, step, "device", name, device), 10),)
    sender = network(address)
    return (
        Bucket(digest(key, step, "pair", name, sender), 5),
        Bucket(digest(key, step, "address", sender), 30),
    )


def why_not(buckets_: tuple[Bucket, ...], failures: Mapping[str, int]) -> str:
    """Return why a guess has to wait; "" when it may be tried. `failures` counts per digest."""
    if any(failures.get(bucket.digest, 0) >= bucket.limit for bucket in buckets_):
        return (
            "Too many wrong attempts from this device. Wait 15 minutes and try again. "
            "Other people, and your other devices, are not affected."
        )
    return ""
