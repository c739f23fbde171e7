"""The copies of another environment's tables, in the catalog of those that may not read the originals."""

from __future__ import annotations

from constructs import Construct

from infra.config.project import Project
from infra.config.snapshots import Arrival
from infra.constructs import naming
from infra.constructs.entity_tags import EntityTags
from infra.constructs.grants import Grants
from infra.constructs.place import Place
from infra.constructs.schema import ProjectSchema
from infra.constructs.tables import DeclaredTables


class SnapshotTables(Construct):
    """A schema of declared tables, filled by the other environment's job, read by who reads data here."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, place: Place, project: Project, arrival: Arrival
    ) -> None:
        super().__init__(scope, id_)
        schema = ProjectSchema(
            self,
            "Schema",
            catalog=place.catalog,
            name=naming.snapshot_schema(project.schema_name),
            comment=f"Tables of {name} as {arrival.source} copies them here",
            volumes={},
            disposable=place.disposable,
        )
        EntityTags(
            self,
            "SchemaTags",
            entity_type="schemas",
            entity=schema.full_name,
            tags=project.entity_tags,
        )
        Grants(
            self,
            "Grants",
            securable_type="schema",
            securable=schema.full_name,
            rights=place.access.snapshot_grants(name),
            principals=place.principals,
        )
        DeclaredTables(
            self,
            "Tables",
            schema=schema,
            warehouse_id=place.warehouse_id,
            tables={
                table: chosen.copied(project.tables[table], arrival.source)
                for table, chosen in arrival.tables.items()
            },
            rights={
                table: place.access.snapshot_table_grants(name, project.assets_of(table))
                for table in arrival.tables
            },
            principals=place.principals,
        )
