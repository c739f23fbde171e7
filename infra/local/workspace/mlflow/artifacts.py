"""Files of runs, logged models and model versions, as the Files API serves them."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from infra.local.workspace.errors import NotFoundError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.mlflow import locations
from infra.local.workspace.mlflow.experiments import Experiments
from infra.local.workspace.mlflow.registry import Registry
from infra.local.workspace.mlflow.rights import EDIT, READ

MODELS_PREFIX = "/Models"
_MODEL_PATH = re.compile(rf"{MODELS_PREFIX}/([^/]+)/([^/]+)/([^/]+)/(\d+)((?:/.*)?)")


class Artifacts:
    """Resolves paths of the Files API to files on disk, for callers who may read or write them."""

    def __init__(self, folder: Path, experiments: Experiments, registry: Registry) -> None:
        self._folder = folder
        self._experiments = experiments
        self._registry = registry

    def tracked(self, caller: Caller, workspace_id: int, path: str, write: bool) -> Path:  # noqa: FBT001 (files/ calls it so)
        """A file of a run or logged model, where the MLflow server keeps it."""
        place = locations.place(path)
        self._experiments.require(caller, workspace_id, place.experiment_id, EDIT if write else READ)
        return self._folder / place.relative

    def of_model(self, caller: Caller, workspace_id: int, path: str, write: bool) -> Path:  # noqa: FBT001 (files/ calls it so)
        """A file of a model version."""
        match = _MODEL_PATH.fullmatch(path)
        if match is None or ".." in PurePosixPath(path).parts:
            raise NotFoundError(f"{path} does not exist.")
        full_name = ".".join(match.group(1, 2, 3))
        version = int(match[4])
        folder = self._registry.open_files(caller, workspace_id, full_name, version, write=write)
        return folder / match[5].lstrip("/")
