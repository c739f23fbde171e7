"""OAuth for machines, and what SDKs ask a host about itself. Answers without a token."""

from __future__ import annotations

import base64
import binascii

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.identity.tokens import OAUTH_LIFETIME_SECONDS, Tokens


def open_routes(
    directory: Directory, tokens: Tokens, *, account_id: str, workspace_id: int | None
) -> list[BaseRoute]:
    """The routes of one site (`workspace_id` None: the account) that need no token."""
    root = f"/oidc/accounts/{account_id}" if workspace_id is None else "/oidc"

    async def describe_host(request: Request) -> JSONResponse:
        document = {"oidc_endpoint": f"{_base(request)}{root}", "account_id": account_id}
        if workspace_id is not None:
            document["workspace_id"] = str(workspace_id)
        return JSONResponse(document)

    async def describe_oauth(request: Request) -> JSONResponse:
        base = f"{_base(request)}{root}/v1"
        return JSONResponse(
            {"authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token"}
        )

    async def give_token(request: Request) -> JSONResponse:
        form = await request.form()
        client_id, secret = _client_credentials(
            request, str(form.get("client_id", "")), str(form.get("client_secret", ""))
        )
        if form.get("grant_type") != "client_credentials":
            return _refuse("unsupported_grant_type", "Only client_credentials is served here.")
        document = directory.find("service_principal", client_id)
        if document is None or not tokens.check_secret(document["id"], secret):
            return _refuse("invalid_client", "Client authentication failed")
        if directory.caller(document["id"], workspace_id) is None:
            return _refuse("access_denied", f"{document['displayName']} is not assigned to this workspace")
        token = tokens.issue(document["id"], workspace_id, lifetime_seconds=OAUTH_LIFETIME_SECONDS)
        return JSONResponse(
            {
                "access_token": token,
                "token_type": "Bearer",
                "scope": "all-apis",
                "expires_in": OAUTH_LIFETIME_SECONDS,
            }
        )

    return [
        Route("/.well-known/databricks-config", describe_host),
        Route(f"{root}/.well-known/oauth-authorization-server", describe_oauth),
        Route(f"{root}/v1/token", give_token, methods=["POST"]),
    ]


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _client_credentials(request: Request, client_id: str, secret: str) -> tuple[str, str]:
    """From the Basic header, as OAuth clients send them, or else from the form."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return client_id, secret
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password


def _refuse(error: str, description: str) -> JSONResponse:
    status = 400 if error == "unsupported_grant_type" else 401
    return JSONResponse({"error": error, "error_description": description}, status_code=status)
