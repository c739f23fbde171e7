"""Bearer tokens and OAuth client secrets. Only their hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid

from infra.local.workspace.errors import NotFoundError, UnauthenticatedError
from infra.local.workspace.store import Document, Store

ACCOUNT_SITE = "account"
OAUTH_LIFETIME_SECONDS = 3600
SECRET_LIFETIME_SECONDS = 730 * 24 * 3600


def site_name(workspace_id: int | None) -> str:
    """How tokens name the site that they are good for."""
    return ACCOUNT_SITE if workspace_id is None else str(workspace_id)


class Tokens:
    """Issues and checks credentials; a token is good at one site (the account or one workspace)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tokens = store.collection("tokens")
        self._secrets = store.collection("client_secrets")

    def issue(self, principal_id: str, workspace_id: int | None, *, lifetime_seconds: float | None) -> str:
        """A new bearer token; `None` seconds is one that does not expire."""
        token = f"dapi{secrets.token_hex(20)}"
        expires = None if lifetime_seconds is None else time.time() + lifetime_seconds
        document = {"principal_id": principal_id, "site": site_name(workspace_id), "expires": expires}
        self._tokens.insert(_digest(token), document)
        return token

    def principal_id(self, token: str, workspace_id: int | None) -> str:
        """Whose token it is; UnauthenticatedError for an unknown, expired or foreign one."""
        document = self._tokens.get(_digest(token))
        expired = document and document["expires"] is not None and document["expires"] < time.time()
        if document is None or expired or document["site"] != site_name(workspace_id):
            raise UnauthenticatedError("Invalid access token.")
        return str(document["principal_id"])

    def revoke(self, token: str) -> None:
        """Make a token worthless, e.g. when the run that held it has ended."""
        self._tokens.delete(_digest(token))

    def create_secret(
        self, principal_id: str, *, lifetime_seconds: float | None = None
    ) -> tuple[str, Document]:
        """An OAuth secret of a service principal, shown this once, and its description.

        Without a lifetime it is good for 730 days.
        """
        secret = f"dose{secrets.token_hex(16)}"
        now = time.time()
        seconds = SECRET_LIFETIME_SECONDS if lifetime_seconds is None else lifetime_seconds
        document = {
            "id": str(uuid.uuid4()),
            "principal_id": principal_id,
            "secret_hash": _digest(secret),
            "create_time": _timestamp(now),
            "update_time": _timestamp(now),
            "expire_time": _timestamp(now + seconds),
            "status": "ACTIVE",
        }
        self._secrets.insert(f"{principal_id}/{document['id']}", document)
        return secret, document

    def list_secrets(self, principal_id: str) -> list[Document]:
        """Descriptions of a service principal's valid secrets; the secrets themselves are not kept."""
        now = _timestamp(time.time())
        return [d for d in self._secrets.all(f"{principal_id}/") if d["expire_time"] > now]

    def delete_secret(self, principal_id: str, secret_id: str) -> None:
        """Make one OAuth secret worthless."""
        if not self._secrets.delete(f"{principal_id}/{secret_id}"):
            raise NotFoundError(f"Service principal {principal_id} has no secret {secret_id}.")

    def check_secret(self, principal_id: str, secret: str) -> bool:
        """Whether this is one of the service principal's valid secrets."""
        digest = _digest(secret)
        return any(secrets.compare_digest(d["secret_hash"], digest) for d in self.list_secrets(principal_id))


def _timestamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
