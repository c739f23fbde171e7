"""An environment's SQL warehouse."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_databricks.sql_endpoint import (
    SqlEndpoint,
    SqlEndpointTags,
    SqlEndpointTagsCustomTags,
)
from constructs import Construct

from infra.config.environment import Warehouse as Settings
from infra.constructs.permissions import AccessControl, permit


class Warehouse(Construct):
    """A serverless SQL warehouse that stops by itself and starts at the next statement."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        settings: Settings,
        tags: Mapping[str, str],
        permissions: AccessControl,
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
            tags=SqlEndpointTags(
                custom_tags=[SqlEndpointTagsCustomTags(key=key, value=value) for key, value in tags.items()]
            ),
        )
        self.id = warehouse.id
        permit(self, permissions, warehouse=warehouse.id)
