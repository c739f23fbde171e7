"""A project's tables, declared so that they exist, empty, before the first job, grant or monitor."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_databricks.sql_table import SqlTable, SqlTableColumn
from constructs import Construct

from infra.config.project import Column, Table
from infra.constructs.schema import ProjectSchema


class DeclaredTables(Construct):
    """Managed Delta tables; jobs fill them and never create one."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        schema: ProjectSchema,
        warehouse_id: str,
        tables: Mapping[str, Table],
    ) -> None:
        super().__init__(scope, id_)
        for name, table in tables.items():
            SqlTable(
                self,
                name,
                catalog_name=schema.catalog,
                schema_name=schema.name,
                name=name,
                table_type="MANAGED",
                data_source_format="DELTA",
                warehouse_id=warehouse_id,  # without one the provider starts a cluster
                comment=table.comment,
                column=[_column(name, column) for name, column in table.columns.items()],
            )


def _column(name: str, column: Column) -> SqlTableColumn:
    return SqlTableColumn(
        name=name,
        type=column.type.lower(),  # as Unity Catalog tells it back
        nullable=column.nullable,
        comment=column.comment,
    )
