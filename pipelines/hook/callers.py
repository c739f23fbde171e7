"""Who calls: HTTP basic authentication, which is what a notification destination can send."""

import base64
import binascii
import hashlib
import hmac

from pipelines.hook.answers import Refused
from pipelines.hook.settings import Settings


def require_caller(authorization: str | None, settings: Settings) -> None:
    """Return for the expected user name and password.

    Raises Refused (401) for anything else, after as long, whatever of it is wrong.
    """
    expected = f"{settings.username}:{settings.password}".encode()
    # Of digests, as a comparison of unequal lengths would be over sooner.
    if not hmac.compare_digest(_digest(_decode(authorization)), _digest(expected)):
        raise Refused(401, "user name and password are not those of the notification destination")


def _digest(credentials: bytes) -> bytes:
    return hashlib.sha256(credentials).digest()


def _decode(authorization: str | None) -> bytes:
    """Return name and password as they are sent, nothing where none can be read."""
    scheme, _, credentials = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(credentials.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
