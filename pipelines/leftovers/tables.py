"""Tables and views that are not declared."""

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.leftovers.leftover import Leftover, instant
from pipelines.observations.tables import find_last_write

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient


def find_tables(
    workspace: "WorkspaceClient", lakehouse: Lakehouse, kept: Collection[str], before: datetime
) -> Iterator[Leftover]:
    """Yield a schema's tables that are not kept and were neither altered nor written since an instant."""
    for table in workspace.tables.list(lakehouse.catalog, lakehouse.schema, omit_columns=True):
        if table.name is None or table.full_name is None or table.name in kept:
            continue
        since = instant(table.created_at, table.updated_at)
        if since <= before:
            since = max(since, _find_last_write(lakehouse, table.name) or since)
        if since <= before:
            yield Leftover("table", table.full_name, since, partial(workspace.tables.delete, table.full_name))


def _find_last_write(lakehouse: Lakehouse, table: str) -> datetime | None:
    """A catalog tells when a table was altered; its rows may have changed later."""
    try:
        return find_last_write(lakehouse, table)
    except PipelineError:  # a view, or an engine that doesn't tell
        return None
