"""Calls webhooks: over HTTPS only, with the name and password that the receiver asks for."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

_TIMEOUT_SECONDS = 10
_TOO_MANY = 429


class DeliveryError(Exception):
    """A webhook was not accepted; `passing` where a later attempt may be."""

    def __init__(self, message: str, *, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing


class Webhooks:
    """Trusts the machine's certificate authorities, and the certificates (`*.pem`) in a folder."""

    def __init__(self, trusted: Path) -> None:
        self._trusted = trusted

    def deliver(self, webhook: Mapping[str, str], payload: Mapping[str, Any]) -> None:
        """Post a payload as JSON; DeliveryError unless the receiver says that it has it."""
        auth = None
        if "username" in webhook or "password" in webhook:
            auth = httpx.BasicAuth(webhook.get("username", ""), webhook.get("password", ""))
        try:
            verify, timeout = self._context(), _TIMEOUT_SECONDS
            with httpx.Client(verify=verify, timeout=timeout, auth=auth, trust_env=False) as client:
                response = client.post(webhook["url"], json=payload)
        except httpx.TransportError as error:
            raise DeliveryError(f"{type(error).__name__}: {error}", passing=True) from error
        except (OSError, httpx.InvalidURL) as error:  # a certificate that is none, a host that can't be one
            raise DeliveryError(f"{type(error).__name__}: {error}", passing=False) from error
        if not response.is_success:
            passing = response.is_server_error or response.status_code == _TOO_MANY
            raise DeliveryError(f"the receiver answered {response.status_code}", passing=passing)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        for certificate in sorted(self._trusted.glob("*.pem")):
            context.load_verify_locations(certificate)
        return context
