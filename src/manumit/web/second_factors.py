"""Second factors: a code from an app (TOTP, RFC 6238) or a passkey (WebAuthn), through allauth.

Their secrets are sealed under a key derived from MANUMIT_SECRET_KEY before they reach the
database, so that a stolen database gives away no second factor.
"""

import base64
import json
from typing import Any
from uuid import UUID

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp_auth
from allauth.mfa.webauthn.internal import auth as passkey_auth
from django.conf import settings
from django.core.exceptions import ValidationError

from manumit.core import models, sealing
from manumit.web import environment

_NOWHERE = UUID(int=0)


def _context(label: str) -> sealing.Context:
    return sealing.Context(
        owner=_NOWHERE,
        field_class="web",
        table="second_factor",
        row=_NOWHERE,
        field=label,
        version=1,
    )


def seal(text: str, label: str = "totp") -> str:
    """Return text sealed under the server's own key, for the session or the database."""
    key = environment.subkey(settings.SECRET_KEY, "second factors")
    blob = sealing.seal(key, text.encode(), _context(label))
    return base64.urlsafe_b64encode(blob).decode()


def unseal(text: str, label: str = "totp") -> str:
    """Return what was sealed; raises sealing.SealBroken."""
    key = environment.subkey(settings.SECRET_KEY, "second factors")
    return sealing.open_sealed(key, base64.urlsafe_b64decode(text), _context(label)).decode()


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's second factors with sealed secrets and the product's name."""

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a stored secret."""
        return unseal(encrypted_text)

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        """Send nothing: there are no addresses, and a message could be read by others."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the product and bind passkeys to this host."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Manumit"}

    def get_public_key_credential_user_entity(self, user: models.User) -> dict[str, Any]:
        """Show the person their own account name when they choose a passkey."""
        return {"id": user.id.bytes, "display_name": user.display_name, "name": user.username}


def of(user: models.User) -> list[Authenticator]:
    """Return the person's second factors, oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("created_at", "id"))


def has(user: models.User, kind: str = "") -> bool:
    """Tell whether the person has a second factor, of this kind if given."""
    return any(not kind or factor.type == kind for factor in of(user))


def new_secret() -> str:
    """Return a new secret for a code app (160 bits, base 32)."""
    return str(totp_auth.generate_totp_secret())


def qr(user: models.User, secret: str) -> str:
    """Return the picture a code app scans, as an SVG document."""
    adapter = Adapter()
    return str(adapter.build_totp_svg(adapter.build_totp_url(user, secret)))


def code_is_right(secret: str, code: str) -> bool:
    """Tell whether a code fits a secret that is being set up."""
    return bool(totp_auth.validate_totp_code(secret, code.replace(" ", "")))


def factor_for_code(user: models.User, code: str) -> Authenticator | None:
    """Return the code app that this code comes from; None when it is wrong or was used before."""
    for factor in of(user):
        if factor.type == Authenticator.Type.TOTP and factor.wrap().validate_code(
            code.replace(" ", "")
        ):
            return factor
    return None


def passkey_options(user: models.User, *, create: bool) -> dict[str, Any]:
    """Return what the browser needs to make or use a passkey; remembers the challenge."""
    if create:
        return dict(passkey_auth.begin_registration(user, False))
    return dict(passkey_auth.begin_authentication(user))


def parse(credential: str) -> dict[str, Any] | None:
    """Return the browser's answer as a mapping; None when it is not one."""
    try:
        answer = json.loads(credential)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def factor_for_passkey(user: models.User, credential: str) -> Authenticator | None:
    """Return the passkey that signed the challenge; None when none of theirs did."""
    answer = parse(credential)
    if answer is None:
        return None
    try:
        return passkey_auth.complete_authentication(user, answer)
    except (ValidationError, ValueError, TypeError, KeyError):
        return None


def checked_credential(credential: str) -> dict[str, Any] | None:
    """Return a new passkey after checking it against the challenge; None when it does not fit."""
    answer = parse(credential)
    if answer is None:
        return None
    try:
        passkey_auth.parse_registration_response(answer)
        passkey_auth.complete_registration(answer)
    except (ValidationError, ValueError, TypeError, KeyError):
        return None
    return answer
