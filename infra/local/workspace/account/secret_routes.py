"""OAuth secrets of service principals, at the account and through a workspace."""

from __future__ import annotations

import re

from infra.local.workspace.account.client_secrets import ClientSecrets
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_SECRETS = "servicePrincipals/{principal_id}/credentials/secrets"


def secret_routes(client_secrets: ClientSecrets) -> list[Route]:
    """Create, list, delete: twice, as the account's API and as the workspace's proxy to it."""

    def create(call: Call) -> Document:
        body = call.json()
        if body.get("scopes") not in (None, [], ["all-apis"]):
            raise InvalidParameterError("Secrets with scopes other than all-apis are not served locally.")
        seconds = _seconds(body.get("lifetime"))
        principal_id = call.path["principal_id"]
        return client_secrets.create(call.caller, principal_id, call.workspace_id, lifetime_seconds=seconds)

    def list_all(call: Call) -> Document:
        return {"secrets": client_secrets.all(call.caller, call.path["principal_id"], call.workspace_id)}

    def delete(call: Call) -> None:
        principal_id, secret_id = call.path["principal_id"], call.path["secret_id"]
        client_secrets.delete(call.caller, principal_id, call.workspace_id, secret_id)

    at_account = f"/api/2.0/accounts/{{account_id}}/{_SECRETS}"
    at_workspace = f"/api/2.0/accounts/{_SECRETS}"
    return [
        Route("POST", at_account, create, "account"),
        Route("GET", at_account, list_all, "account"),
        Route("DELETE", f"{at_account}/{{secret_id}}", delete, "account"),
        Route("POST", at_workspace, create),
        Route("GET", at_workspace, list_all),
        Route("DELETE", f"{at_workspace}/{{secret_id}}", delete),
    ]


def _seconds(lifetime: object) -> int | None:
    """From the API's duration, e.g. `3600s`."""
    if lifetime in (None, ""):
        return None
    match = re.fullmatch(r"(\d+)s", str(lifetime))
    if match is None or int(match[1]) == 0:
        raise InvalidParameterError(f"lifetime must be a number of seconds like 3600s, not {lifetime!r}.")
    return int(match[1])
