"""What a service's `routes.py` is written with: routes, calls and replies."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.identity.caller import Caller

Site = Literal["account", "workspace"]


@dataclass(frozen=True)
class Reply:
    """An answer other than JSON with status 200."""

    body: bytes = b""
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, document: Any, *, status: int = 200) -> Reply:
        """JSON with another status than 200."""
        return cls(json.dumps(document).encode(), status)


@dataclass(frozen=True)
class Call:
    """One request of a known caller at the account (`workspace_id` None) or a workspace."""

    caller: Caller
    method: str
    url_path: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    query_string: str
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    workspace_id: int | None

    @property
    def workspace(self) -> int:
        """The workspace's id; only on routes of site `workspace`."""
        if self.workspace_id is None:
            raise InvalidParameterError(f"{self.url_path} is a workspace's route, not the account's.")
        return self.workspace_id

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; no body is an empty one."""
        if not self.body:
            return {}
        try:
            document = json.loads(self.body)
        except ValueError as error:
            raise InvalidParameterError(f"The request's body is not JSON: {error}") from error
        if not isinstance(document, dict):
            raise InvalidParameterError("The request's body must be a JSON object.")
        return document

    def arguments(self) -> dict[str, Any]:
        """Query and body in one, for routes that clients call either way; the body wins."""
        return {**self.query, **self.json()}

    def require(self, name: str) -> Any:
        """An argument that must be given, from body or query."""
        value = self.arguments().get(name)
        if value in (None, ""):
            raise InvalidParameterError(f"Missing required field: {name}")
        return value


Handler = Callable[[Call], "dict[str, Any] | list[Any] | Reply | None"]


@dataclass(frozen=True)
class Route:
    """Method and path (Starlette's syntax: `{name}`, `{path:path}`) at a site, and who answers.

    A handler runs in a thread; it may block. `{account_id}` in a path is checked before it runs.
    """

    method: str
    path: str
    handler: Handler
    site: Site = "workspace"
