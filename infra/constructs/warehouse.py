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
    """A serverless SQL warehouse that stops by itself and starts at the next statement.

    One that exists is used as it is: permissions are declared as a whole, and would take away others'.
    """

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
        if settings.id:
            self.id = settings.id
            return
        self.id = self._make(name, settings, tags)
        permit(self, permissions, warehouse=self.id)

    def _make(self, name: str, settings: Settings, tags: Mapping[str, str]) -> str:
        return SqlEndpoint(
            self,
            "Warehouse",
            name=name,
            cluster_size=str(settings.size),
            auto_stop_mins=settings.auto_stop_minutes,
            enable_serverless_compute=True,
            warehouse_type="PRO",
            max_num_clusters=1,
            tags=SqlEndpointTags(
                custom_tags=[SqlEndpointTagsCustomTags(key=key, value=value) for key, value in tags.items()]
            ),
        ).id
