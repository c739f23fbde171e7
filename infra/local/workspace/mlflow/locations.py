"""Where artifacts are: the server's URIs inside, Databricks' outside, files in the Files API.

inside                          outside (dbfs:/databricks/mlflow-tracking/…)   Files API (/WorkspaceInternal/Mlflow/Artifacts/…)
mlflow-artifacts:/E/R/artifacts   E/R/artifacts                                E/Runs/R/artifacts
mlflow-artifacts:/E/models/M/…    E/logged_models/M/…                          E/LoggedModels/M/…
mlflow-artifacts:/E/traces/T/…    E/T/…                                        E/Traces/T/… (ours: Databricks signs URLs)
"""  # noqa: E501 (a table)

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from infra.local.workspace.errors import InvalidParameterError, NotFoundError

FILES_PREFIX = "/WorkspaceInternal/Mlflow/Artifacts"
_INSIDE = "mlflow-artifacts:/"
_OUTSIDE = "dbfs:/databricks/mlflow-tracking/"
_URI_FIELDS = frozenset({"artifact_uri", "artifact_location", "mlflow.artifactLocation"})
_FILES_PATH = re.compile(rf"{FILES_PREFIX}/(\d+)/(Runs|LoggedModels|Traces)/([\w-]+)((?:/.*)?)")

_FOLDERS = {"Runs": "", "LoggedModels": "models", "Traces": "traces"}


class Place(NamedTuple):
    """An experiment, the run or logged model in it, and the files below the artifacts' root."""

    experiment_id: str
    relative: PurePosixPath


def outside(uri: str) -> str:
    """A URI as Databricks' clients know it; others (`dbfs:/Volumes/…`) stay."""
    if not uri.startswith(_INSIDE):
        return uri
    path = uri.removeprefix(_INSIDE).lstrip("/")
    path = re.sub(r"^(\d+)/models/", r"\1/logged_models/", path)
    return _OUTSIDE + re.sub(r"^(\d+)/traces/", r"\1/", path)


def rewrite(document: Any) -> Any:
    """The document with every artifact URI as Databricks' clients know it."""
    if isinstance(document, list):
        return [rewrite(item) for item in document]
    if isinstance(document, dict):
        return {
            key: outside(value) if key in _URI_FIELDS and isinstance(value, str) else rewrite(value)
            for key, value in document.items()
        }
    return document


def trace_data(experiment_id: str, trace_id: str) -> str:
    """Where the Files API has the spans of a trace."""
    return f"{FILES_PREFIX}/{experiment_id}/Traces/{trace_id}/artifacts/traces.json"


def check_location(uri: object) -> None:
    """Refuse an artifact location that nobody would authorise: only volumes are of their own."""
    if uri and not str(uri).startswith("dbfs:/Volumes/"):
        raise InvalidParameterError(
            f"Artifact location '{uri}' is not served locally: leave it out or give dbfs:/Volumes/…"
        )


def place(path: str) -> Place:
    """What a path of the Files API under FILES_PREFIX stands for."""
    match = _FILES_PATH.fullmatch(path)
    if match is None or ".." in PurePosixPath(path).parts:
        raise NotFoundError(f"{path} does not exist.")
    experiment_id, kind, name, rest = match.groups()
    folder = PurePosixPath(experiment_id, _FOLDERS[kind], name)
    return Place(experiment_id, folder / rest.lstrip("/"))
