"""A project's tables, declared so that they exist, empty, before the first job, grant or monitor."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_databricks.sql_table import SqlTable, SqlTableColumn
from constructs import Construct

from infra.config.access import RUN, Rights
from infra.config.project import Column, Table
from infra.constructs.entity_tags import EntityTags
from infra.constructs.grants import Grants
from infra.constructs.principals import Principal
from infra.constructs.schema import ProjectSchema


class DeclaredTables(Construct):
    """Managed Delta tables; jobs fill them and never create one.

    databricks_sql_table can't declare constraints, so a job gives a feature table its primary key. A
    constraint is not for MODIFY to add: on that one table, who the jobs run as has MANAGE.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        schema: ProjectSchema,
        warehouse_id: str,
        tables: Mapping[str, Table],
        rights: Mapping[str, Rights],  # by table, what the schema's grants don't give
        principals: Mapping[str, Principal],
    ) -> None:
        super().__init__(scope, id_)
        self._schema, self._warehouse_id = schema, warehouse_id
        self.by_name = {name: self._table(name, table) for name, table in tables.items()}
        for name, table in tables.items():
            EntityTags(
                self,
                f"{name}-Tags",
                entity_type="tables",
                entity=self.by_name[name].id,
                tags=table.entity_tags,
            )
        for name, table in tables.items():
            Grants(
                self,
                f"{name}-Grants",
                securable_type="table",
                securable=self.by_name[name].id,
                rights=_with_key(rights.get(name, {})) if table.feature_table else rights.get(name, {}),
                principals=principals,
            )

    def _table(self, name: str, table: Table) -> SqlTable:
        return SqlTable(
            self,
            name,
            catalog_name=self._schema.catalog,
            schema_name=self._schema.name,
            name=name,
            table_type="MANAGED",
            data_source_format="DELTA",
            warehouse_id=self._warehouse_id,  # without one the provider starts a cluster
            comment=table.comment,
            column=[_column(name, column) for name, column in table.columns.items()],
        )


def _with_key(rights: Rights) -> Rights:
    """The rights, and what it takes to give the table its primary key."""
    return {**rights, RUN: tuple(dict.fromkeys((*rights.get(RUN, ()), "MANAGE")))}


def _column(name: str, column: Column) -> SqlTableColumn:
    return SqlTableColumn(
        name=name,
        type=column.type.lower(),  # as Unity Catalog tells it back
        nullable=column.nullable,
        comment=column.comment,
    )
