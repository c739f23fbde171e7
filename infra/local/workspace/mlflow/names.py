"""One MLflow server holds every workspace's experiments: what they are called inside and outside.

Inside, `123:/Shared/flights` is workspace 123's `/Shared/flights`. Databricks frees an
experiment's name when it is deleted, MLflow does not, so a deleted one has its id appended.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from infra.local.workspace.errors import InvalidParameterError

_SEPARATOR = "\x1f"
_INSIDE = re.compile(rf"(\d+):(.*?)(?:{_SEPARATOR}(\d+))?", re.DOTALL)
_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME_BEFORE = re.compile(r"(?:^|\s)(?:attr(?:ibutes?)?\.)?`?name`?\s*(?:=|!=|I?LIKE)\s*$", re.IGNORECASE)


class Name(NamedTuple):
    """An experiment's workspace and its path there."""

    workspace_id: int
    path: str


def inside(workspace_id: int, path: str) -> str:
    """What the server calls a workspace's experiment."""
    return f"{workspace_id}:{path}"


def inside_deleted(workspace_id: int, path: str, experiment_id: str) -> str:
    """What the server calls it once it is deleted."""
    return f"{inside(workspace_id, path)}{_SEPARATOR}{experiment_id}"


def outside(name: str) -> Name | None:
    """The workspace and path behind the server's name; None for what no workspace created."""
    match = _INSIDE.fullmatch(name)
    return Name(int(match[1]), match[2]) if match else None


def check(path: object) -> str:
    """An experiment's name as a workspace takes it: the absolute path of a workspace object."""
    if not isinstance(path, str) or not path.startswith("/") or path.endswith("/") or _SEPARATOR in path:
        raise InvalidParameterError(
            f"Got an invalid experiment name '{path}'. An experiment name must be an absolute path within "
            "the Databricks workspace, e.g. '/Users/<some-username>/my-experiment'."
        )
    return path.removeprefix("/Workspace")


def inside_filter(workspace_id: int, text: str) -> str:
    """A filter for experiments that finds only this workspace's, by the names they have inside."""
    rewritten, end = "", 0
    for literal in _LITERAL.finditer(text):
        rewritten += text[end : literal.start()]
        quoted = literal[0]
        if _NAME_BEFORE.search(rewritten):
            quoted = f"{quoted[0]}{workspace_id}:{quoted[1:]}"
        rewritten += quoted
        end = literal.end()
    own = f"name LIKE '{workspace_id}:%'"
    return f"{own} AND {rewritten}{text[end:]}" if text.strip() else own
