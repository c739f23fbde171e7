"""Absolute paths in a workspace's tree: `/Shared/flights`, without an end slash."""

from __future__ import annotations

from infra.local.workspace.errors import InvalidParameterError

ROOT = "/"
SHARED = "/Shared"
USERS = "/Users"
_ALIAS = "/Workspace"


def normal(path: object) -> str:
    """A path as it is kept; `/Workspace/Shared` is `/Shared`."""
    if not isinstance(path, str) or not path.startswith("/"):
        raise InvalidParameterError(f"Path ({path}) doesn't start with '/'")
    parts = [part for part in path.split("/") if part]
    if any(part in (".", "..") for part in parts):
        raise InvalidParameterError(f"Path ({path}) must not contain . or .. as a name.")
    if path == _ALIAS or path.startswith(f"{_ALIAS}/"):
        parts = parts[1:]
    return "/" + "/".join(parts)


def parent(path: str) -> str:
    """The directory that contains a path; the root is its own."""
    return path.rpartition("/")[0] or ROOT


def ancestors(path: str) -> list[str]:
    """The path and all directories above, the root last."""
    found = [path]
    while found[-1] != ROOT:
        found.append(parent(found[-1]))
    return found


def home_owner(path: str) -> str | None:
    """Whose home a path is or lies in: the name after `/Users/`."""
    parts = path.split("/")
    return parts[2] if len(parts) > 2 and f"/{parts[1]}" == USERS else None
