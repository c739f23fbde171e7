"""The primary key of a feature table in Unity Catalog: what feature engineering finds and joins rows by.

Terraform's databricks_sql_table declares columns and no constraints, so the key comes with the features.
"""

from typing import TYPE_CHECKING

from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.service.catalog import PrimaryKeyConstraint
from pyspark.errors import PySparkException

from pipelines.errors import PipelineError, first_line
from pipelines.lakehouse import Lakehouse
from pipelines.progress import say
from pipelines.project import FeatureTable

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient


def declare_key(workspace: "WorkspaceClient", lakehouse: Lakehouse, table: FeatureTable) -> None:
    """Give a feature table its key and time as primary key, which takes MANAGE; nothing where it has it.

    Raises PipelineError where the table is missing, has another primary key, or can't be given one.
    """
    name = lakehouse.name(table.table)
    wanted = f"({table.key}, {table.time} TIMESERIES)"
    found = _find_key(workspace, name)
    if found is None:
        _add_key(lakehouse, name, f"{table.table}_key", wanted)
    elif not _matches(found, table):
        raise PipelineError(
            f"table {name} has the primary key {_text(found)}, not {wanted}: "
            f"drop it with ALTER TABLE {name} DROP PRIMARY KEY"
        )


def _find_key(workspace: "WorkspaceClient", name: str) -> PrimaryKeyConstraint | None:
    try:
        constraints = workspace.tables.get(name).table_constraints or []
    except (NotFound, PermissionDenied) as error:
        raise PipelineError(f"table {name} can't be described: {first_line(error)}") from error
    keys = [each.primary_key_constraint for each in constraints if each.primary_key_constraint]
    return keys[0] if keys else None


def _add_key(lakehouse: Lakehouse, name: str, constraint: str, key: str) -> None:
    try:
        lakehouse.spark.sql(f"ALTER TABLE {name} ADD CONSTRAINT {constraint} PRIMARY KEY {key}").collect()
    except PySparkException as error:
        raise PipelineError(f"table {name} can't be given its primary key: {first_line(error)}") from error
    say(f"table {name}: added the primary key {key}")


def _matches(found: PrimaryKeyConstraint, table: FeatureTable) -> bool:
    columns, times = set(found.child_columns), found.timeseries_columns or []
    return columns == {table.key, table.time} and times == [table.time]


def _text(key: PrimaryKeyConstraint) -> str:
    times = key.timeseries_columns or []
    return f"({', '.join(f'{name} TIMESERIES' if name in times else name for name in key.child_columns)})"
