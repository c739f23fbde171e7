"""Versions of registered models that no alias names and nothing serves, and models that are not declared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from pipelines.leftovers.leftover import Leftover, instant
from pipelines.succession import REPLACED

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient


@dataclass
class Models:
    """The registered models of a schema; `runs` has those of the versions that stay, once all are found."""

    workspace: "WorkspaceClient"
    client: MlflowClient
    served: frozenset[tuple[str, str]]  # name and version
    runs: set[str] = field(default_factory=set)

    def find(self, declared: str, before: datetime) -> Iterator[Leftover]:
        """Yield the versions that nothing needs, and each model but the declared one that needs none."""
        catalog, schema, _ = declared.split(".")
        found = self.workspace.registered_models.list(catalog_name=catalog, schema_name=schema)
        for model in list(found):
            name = str(model.full_name)
            versions = self._list_versions(name)
            needed = self._find_needed(name, versions)
            newest = instant(
                model.created_at, model.updated_at, *(version.creation_timestamp for version in versions)
            )
            if name != declared and not needed and newest <= before:
                remove = partial(self.workspace.registered_models.delete, name)
                yield Leftover("registered model", name, newest, remove)
                continue
            yield from self._find_versions(name, versions, needed, before)

    def _find_versions(
        self, name: str, versions: list[ModelVersion], needed: set[str], before: datetime
    ) -> Iterator[Leftover]:
        for version in versions:
            number, since = str(version.version), instant(version.creation_timestamp)
            if number in needed or since > before:
                self.runs.add(str(version.run_id))
            else:
                remove = partial(self._remove, name, number)
                yield Leftover("model version", f"{name}/{number}", since, remove)

    def _remove(self, name: str, number: str) -> None:
        """An alias that was given meanwhile protects, too."""
        if number not in self._find_aliased(name):
            self.client.delete_model_version(name, number)

    def _list_versions(self, name: str) -> list[ModelVersion]:
        versions: list[ModelVersion] = []
        token: str | None = None
        while token is None or token:
            page = self.client.search_model_versions(f"name='{name}'", page_token=token)
            versions += page
            token = page.token or ""
        return versions

    def _find_aliased(self, name: str) -> set[str]:
        return {str(number) for number in self.client.get_registered_model(name).aliases.values()}

    def _find_needed(self, name: str, versions: list[ModelVersion]) -> set[str]:
        """Return the versions that an alias names or an endpoint serves, and those that they replaced.

        The Champion is returned to the version before it, which has no alias.
        """
        there = {str(version.version) for version in versions}
        used = self._find_aliased(name) | {number for model, number in self.served if model == name}
        replaced = {
            self.client.get_model_version(name, number).tags.get(REPLACED, "") for number in used & there
        }
        return (used | replaced) & there
