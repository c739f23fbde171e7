"""An environment's SQL warehouse."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf_cdktf_provider_databricks.permissions import Permissions, PermissionsAccessControl
from cdktf_cdktf_provider_databricks.sql_endpoint import SqlEndpoint
from constructs import Construct

from infra.config.environment import Warehouse as Settings


class Warehouse(Construct):
    """A serverless SQL warehouse that stops by itself and starts at the next statement."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        settings: Settings,
        permissions: Sequence[PermissionsAccessControl],
    ) -> None:
        super().__init__(scope, id_)
        warehouse = SqlEndpoint(
            self,
            "Warehouse",
            name=name,
            cluster_size=settings.size,
            auto_stop_mins=settings.auto_stop_minutes,
            enable_serverless_compute=True,
            warehouse_type="PRO",
            max_num_clusters=1,
        )
        self.id = warehouse.id
        Permissions(self, "Permissions", sql_endpoint_id=warehouse.id, access_control=permissions)
