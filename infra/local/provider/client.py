"""Calls to the API of one host, as one provider block says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

from databricks.sdk.core import ApiClient, Config, DatabricksError

JsonObject = dict[str, Any]
_SETTINGS = (
    "host",
    "account_id",
    "workspace_id",
    "profile",
    "config_file",
    "token",
    "client_id",
    "client_secret",
    "username",
    "password",
    "auth_type",
    "http_timeout_seconds",
    "retry_timeout_seconds",
    "debug_headers",
    "debug_truncate_bytes",
)
_RETRY_SECONDS = 20
_SCIM_HEADERS = {"Content-Type": "application/scim+json"}


class BlockConfig(Config):
    """The SDK's configuration from what the provider block says and the profile that it names.

    The environment is not read: it is this process's, not the one that Terraform was started in.
    """

    def _load_from_env(self) -> None:
        """Read nothing."""

    def _known_file_config_loader(self) -> None:
        super()._known_file_config_loader()  # type: ignore[no-untyped-call] # the SDK is typed in part
        if not self.host:
            message = "no host: name it, or a profile that does, in the provider block"
            raise ValueError(message)
        self.auth_type = self.auth_type or self._find_auth_type()

    @classmethod
    def attributes(cls) -> Any:
        """The SDK's settings: it would look for them on this class."""
        return Config.attributes()

    def wrap_debug_info(self, message: str) -> str:
        """The message alone: a diagnostic is one line."""
        return message

    def _find_auth_type(self) -> str:
        complete = {
            "pat": self.token,
            "oauth-m2m": self.client_id and self.client_secret,
            "basic": self.username and self.password,
        }
        found = [auth_type for auth_type, credentials in complete.items() if credentials]
        if len(found) == 1:
            return found[0]
        if found:
            message = (
                f"credentials for {' and '.join(found)}: leave one in the provider block, or name auth_type"
            )
        else:
            message = "no credentials: name a profile, a token, or client_id and client_secret"
        raise ValueError(message)


class Api:
    """One host's API, called with one provider block's credentials."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        known = {name: settings[name] for name in _SETTINGS if settings.get(name) is not None}
        known.setdefault("retry_timeout_seconds", _RETRY_SECONDS)
        config = BlockConfig(**known)
        self._client = ApiClient(config)
        self.host: str = config.host
        self.account_id: str = config.account_id or ""
        self.is_account = bool(config.account_id) and not config.workspace_id

    @cached_property
    def user_name(self) -> str:
        """The caller, as permissions name it: a user's name or a service principal's application id."""
        return str(self.scim("GET", "Me", excludedAttributes="entitlements")["userName"])

    def call(
        self,
        method: str,
        path: str,
        *,
        query: JsonObject | None = None,
        body: JsonObject | None = None,
        headers: dict[str, str] | None = None,
    ) -> JsonObject:
        """The answer's JSON; a DatabricksError for an answer that is none."""
        answer = self._client.do(method, path, query=query, body=body, headers=headers)
        if not isinstance(answer, dict):
            return {"items": answer}
        return answer

    def get(self, path: str, /, **query: str | float | None) -> JsonObject:
        """Read."""
        return self.call(
            "GET", path, query={name: value for name, value in query.items() if value is not None}
        )

    def find(self, path: str, /, **query: str | float | None) -> JsonObject | None:
        """Read what may be gone: None when it is."""
        try:
            return self.get(path, **query)
        except DatabricksError as error:
            if is_missing(error):
                return None
            raise

    def post(self, path: str, body: JsonObject) -> JsonObject:
        """Create, or whatever the path says."""
        return self.call("POST", path, body=body)

    def scim(self, method: str, path: str, *, body: JsonObject | None = None, **query: str) -> JsonObject:
        """A SCIM call, to the account's directory or the workspace's."""
        root = (
            f"/api/2.0/accounts/{self.account_id}/scim/v2" if self.is_account else "/api/2.0/preview/scim/v2"
        )
        return self.call(
            method, f"{root}/{path}", query=query, body=body, headers=_SCIM_HEADERS if body else None
        )

    def upload(self, path: str, content: bytes, **query: str | bool) -> None:
        """Send a file's bytes to the Files API."""
        headers = {"Content-Type": "application/octet-stream"}
        self._client.do("PUT", path, query=query, headers=headers, data=content)

    def headers(self, path: str, names: list[str]) -> dict[str, str]:
        """Headers of the answer to HEAD."""
        answer = self._client.do("HEAD", path, response_headers=names)
        return dict(answer) if isinstance(answer, dict) else {}


def is_missing(error: DatabricksError) -> bool:
    """Whether the API says that the thing asked for is not there."""
    codes = {"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND", "DOES_NOT_EXIST"}
    code = error.error_code or ""
    return (
        code in codes
        or code.endswith(("_DOES_NOT_EXIST", "_NOT_FOUND"))
        or type(error).__name__ == "NotFound"
    )


def segment(name: object) -> str:
    """A name as one segment of a path."""
    return quote(str(name), safe="")
