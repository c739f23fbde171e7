"""Unity Catalog's metastore, and the workspaces that share it."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_databricks.metastore import Metastore
from cdktf_cdktf_provider_databricks.metastore_assignment import MetastoreAssignment
from constructs import Construct

from infra.config.account import Metastore as Settings
from infra.constructs.workspaces import EnvironmentWorkspace


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
        owner: str,
    ) -> None:
        super().__init__(scope, id_)
        metastore = Metastore(self, "Metastore", name=settings.name, region=region, owner=owner)
        self.id = metastore.id
        self.assignments: list[ITerraformDependable] = [
            MetastoreAssignment(self, name, metastore_id=metastore.id, workspace_id=workspace.number)
            for name, workspace in workspaces.items()
        ]
