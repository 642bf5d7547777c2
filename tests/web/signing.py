"""Steps of signing in through the real pages, for the tests beside this file."""

import base64
import hashlib
import hmac
import struct
import time

from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

import make

SECRET = base64.b32encode(b"fictional-secret-020").decode()


def code(secret: str = SECRET, step: int = 0) -> str:
    """Return the code of now, or of so many steps away (RFC 6238, 30 s, 6 digits)."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    value = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{value % 10**6:06d}"


def with_code_app(user):
    """Give an account a code app."""
    TOTP.activate(user, SECRET)
    return user


def passphrase(client: Client, user, text: str = make.PASSPHRASE, **headers):
    """Take the first step."""
    return client.post(
        reverse("sign_in"), {"username": user.username, "passphrase": text}, **headers
    )


def both(client: Client, user, **headers):
    """Take both steps with a code app."""
    passphrase(client, user, **headers)
    return client.post(reverse("sign_in_code"), {"code": code()}, **headers)
