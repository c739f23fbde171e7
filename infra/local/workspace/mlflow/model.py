"""MLflow as other services and the routes use it."""

from __future__ import annotations

from pathlib import Path

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.files.model import Files
from infra.local.workspace.mlflow.artifacts import MODELS_PREFIX, Artifacts
from infra.local.workspace.mlflow.backend import Backend
from infra.local.workspace.mlflow.experiments import Experiments
from infra.local.workspace.mlflow.locations import FILES_PREFIX
from infra.local.workspace.mlflow.proxy import Proxy
from infra.local.workspace.mlflow.registry import Registry
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.store import Document, Store
from infra.local.workspace.tree.model import Tree


class Mlflow:
    """Tracking by one MLflow server for all workspaces, models by Unity Catalog."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        catalog: UnityCatalog,
        permissions: Permissions,
        tree: Tree,
    ) -> None:
        self.backend = Backend(folder)
        self.proxy = Proxy(self.backend)
        self.experiments = Experiments(store, self.proxy, permissions=permissions, tree=tree)
        self.registry = Registry(store, folder / "models", catalog=catalog)
        self.artifacts = Artifacts(folder / "artifacts", self.experiments, self.registry)

    def mount(self, files: Files) -> None:
        """Serve the files of runs, logged models and model versions through the Files API."""
        files.mount(MODELS_PREFIX, self.artifacts.of_model, root_levels=4)
        files.mount(FILES_PREFIX, self.artifacts.tracked, root_levels=3)

    def start(self) -> None:
        """Begin to start the server."""
        self.backend.start()

    def stop(self) -> None:
        """End the server."""
        self.backend.stop()

    def model_files(self, full_name: str, version: int) -> Path:
        """The folder of a version's files. Asks nobody."""
        return self.registry.files(full_name, version)

    def version(self, full_name: str, version: int) -> Document:
        """A version. Asks nobody; NotFoundError."""
        return self.registry.version(full_name, version)
