"""A project's schema in an environment's catalog, and the volumes in it."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_databricks.schema import Schema
from cdktf_cdktf_provider_databricks.volume import Volume
from constructs import Construct


class ProjectSchema(Construct):
    """The one place in a catalog for a project's tables, models and files."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        catalog: str,
        name: str,
        comment: str,
        volumes: Mapping[str, str],
        disposable: bool,
    ) -> None:
        super().__init__(scope, id_)
        schema = Schema(
            self, "Schema", catalog_name=catalog, name=name, comment=comment, force_destroy=disposable
        )
        self.full_name = schema.id
        self.catalog = schema.catalog_name
        self.name = schema.name
        self.volumes = {
            volume: Volume(
                self,
                f"Volume-{volume}",
                catalog_name=schema.catalog_name,
                schema_name=schema.name,
                name=volume,
                volume_type="MANAGED",
                comment=text,
            )
            for volume, text in volumes.items()
        }
