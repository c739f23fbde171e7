"""The models that endpoints serve: who may have them served, and how their processes start."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.children.child import Child, tail
from infra.local.workspace.errors import InvalidParameterError, PermissionDeniedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.mlflow.model import Mlflow
from infra.local.workspace.serving.deployment import Wanted
from infra.local.workspace.serving.served import ServedEntity
from infra.local.workspace.store import Document

ReadSecret = Callable[[Caller, int, str, str], bytes]
"""Caller, workspace, scope, key → the secret's value."""

_APPLICATION = Path(__file__).with_name("application.py")
_DRAIN_SECONDS = 30
_SECRET = re.compile(r"\{\{secrets/([^/{}]+)/([^/{}]+)\}\}")


class Models:
    """Model versions of Unity Catalog, served with the rights of an endpoint's creator."""

    def __init__(
        self,
        folder: Path,
        *,
        directory: Directory,
        catalog: UnityCatalog,
        mlflow: Mlflow,
        read_secret: ReadSecret,
    ) -> None:
        self._folder = folder
        self._directory = directory
        self._catalog = catalog
        self._mlflow = mlflow
        self._read_secret = read_secret

    def require(self, creator_id: str, workspace_id: int, config: Document) -> None:
        """Raise unless the endpoint's creator, who can't be changed, may load every model of a config."""
        creator = self._creator(creator_id, workspace_id)
        for entity in config["served_entities"]:
            name, number = entity["entity_name"], int(entity["entity_version"])
            self._catalog.require(creator, workspace_id, "EXECUTE", "registered_model", name)
            version = self._mlflow.version(name, number)
            if version["status"] != "READY":
                raise InvalidParameterError(f"Version {number} of {name} is {version['status']}, not READY.")

    def wanted(self, endpoint: Document, config: Document) -> list[Wanted]:
        """What a deployment has to run for a config."""
        return [self._wanted(endpoint, entity) for entity in config["served_entities"]]

    def log_folder(self, endpoint: Document) -> Path:
        """Where the processes of an endpoint log."""
        return self._folder / str(endpoint["id"])

    def log_tail(self, endpoint: Document, served_name: str) -> str:
        """The last lines that a served entity's process logged."""
        return tail(self._log(endpoint, served_name))

    def _wanted(self, endpoint: Document, entity: Document) -> Wanted:
        files = self._mlflow.model_files(entity["entity_name"], int(entity["entity_version"]))
        variables = entity.get("environment_vars") or {}
        entity_id = entity.get("id")
        identity = json.dumps([entity_id, str(files), variables], sort_keys=True)
        spawn = partial(self._spawn, endpoint, entity["name"], files, variables)
        name = entity["name"]
        return Wanted(
            name, identity, lambda identity: ServedEntity(name, identity, spawn, entity_id=entity_id)
        )

    def _spawn(self, endpoint: Document, name: str, files: Path, variables: dict[str, str]) -> Child:
        creator = self._creator(endpoint["creator_id"], endpoint["workspace_id"])
        environment = {
            key: _SECRET.sub(partial(self._secret, creator, endpoint["workspace_id"]), str(value))
            for key, value in variables.items()
        }
        settings = {"model": str(files)}
        log = self._log(endpoint, name)
        return Child(_APPLICATION, settings, log=log, environment=environment, drain_seconds=_DRAIN_SECONDS)

    def _secret(self, creator: Caller, workspace_id: int, match: re.Match[str]) -> str:
        return self._read_secret(creator, workspace_id, match[1], match[2]).decode()

    def _creator(self, creator_id: str, workspace_id: int) -> Caller:
        creator = self._directory.caller(creator_id, workspace_id)
        if creator is None:
            raise PermissionDeniedError(
                "The endpoint's creator is no longer in this workspace: delete the endpoint and make it anew."
            )
        return creator

    def _log(self, endpoint: Document, served_name: str) -> Path:
        return self.log_folder(endpoint) / f"{served_name}.log"
