"""Unity Catalog's metastore, and the workspaces that share it."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_databricks.metastore import Metastore
from cdktf_cdktf_provider_databricks.metastore_assignment import MetastoreAssignment
from constructs import Construct

from infra.config.account import Metastore as Settings
from infra.constructs.workspaces.workspace import EnvironmentWorkspace


class SharedMetastore(Construct):
    """One metastore for all environments: what keeps them apart is bindings and grants."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        region: str,
        workspaces: Mapping[str, EnvironmentWorkspace],
        owner: str | None,
    ) -> None:
        super().__init__(scope, id_)
        self.id = (
            settings.id
            or Metastore(self, "Metastore", name=str(settings.name), region=region, owner=owner).id
        )
        self.assignments: list[ITerraformDependable] = [
            MetastoreAssignment(self, name, metastore_id=self.id, workspace_id=workspace.number)
            for name, workspace in workspaces.items()
        ]
