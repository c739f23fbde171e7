"""The Delta logs of tables: made empty as declared, changed in their description, read for history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import deltalake
import pyarrow as pa
from deltalake.exceptions import DeltaError

from infra.local.workspace.engine.errors import RejectedError, UnsupportedError
from infra.local.workspace.store import Document

_SETTINGS = frozenset(
    {
        "delta.appendOnly",
        "delta.checkpointInterval",
        "delta.dataSkippingNumIndexedCols",
        "delta.deletedFileRetentionDuration",
        "delta.logRetentionDuration",
    }
)
_HARMLESS = frozenset({"delta.minReaderVersion", "delta.minWriterVersion", "delta.lastUpdateVersion"})


def write_empty(location: Path, document: Document) -> None:
    """Write a Delta table without rows as a table's document declares it; leaves one that is there."""
    columns = document["columns"]
    partitions = sorted(
        (c for c in columns if c.get("partition_index") is not None), key=lambda c: c["partition_index"]
    )
    location.mkdir(parents=True, exist_ok=True)
    try:
        deltalake.DeltaTable.create(
            str(location),
            schema=delta_schema(columns),
            mode="ignore",
            partition_by=[column["name"] for column in partitions] or None,
            configuration=delta_settings(document.get("properties") or {}),
        )
    except (DeltaError, ValueError) as error:
        raise RejectedError(str(error), "DELTA_CREATE_FAILED") from error


def delta_schema(columns: Iterable[Document]) -> Any:
    """The Delta schema of columns as the catalog describes them."""
    fields = [json.loads(column["type_json"]) for column in columns]
    return deltalake.Schema.from_json(json.dumps({"type": "struct", "fields": fields}))


def delta_settings(properties: Mapping[str, str]) -> dict[str, str]:
    """Those properties that change what Delta does; UnsupportedError for one that would not be kept."""
    settings = {key: value for key, value in properties.items() if key.startswith("delta.")}
    unknown = sorted(
        key
        for key, value in settings.items()
        if key not in _SETTINGS | _HARMLESS and str(value).lower() != "false"
    )
    if unknown:
        raise UnsupportedError(f"The table property {', '.join(unknown)} has no effect in this engine")
    return {key: str(value) for key, value in settings.items() if key in _SETTINGS}


def append(location: Path, rows: pa.Table, *, numbered: tuple[str, int] | None = None) -> None:
    """Add rows to a table; commits of others meanwhile are no conflict. DeltaError where it does not fit.

    numbered: a writer and the number of its last row, kept in the commit for `last_number`.
    """
    transactions = [deltalake.Transaction(*numbered)] if numbered else None
    properties = deltalake.CommitProperties(app_transactions=transactions)
    deltalake.write_deltalake(str(location), rows, mode="append", commit_properties=properties)


def compact(location: Path) -> None:
    """Join a table's small files; readers of the old ones are not disturbed."""
    _table(location).optimize.compact()


def last_number(location: Path, writer: str) -> int:
    """The number of the last row that a writer has appended; 0 where it has not."""
    return int(_table(location).transaction_version(writer) or 0)


def add_columns(location: Path, columns: Sequence[Document]) -> None:
    """Add nullable columns to a table's schema."""
    _table(location).alter.add_columns(delta_schema(columns).fields)


def describe_column(location: Path, column: str, comment: str) -> None:
    """Change a column's comment."""
    _table(location).alter.set_column_metadata(column, {"comment": comment})


def allow_null(location: Path, column: str) -> None:
    """Let a column be null from now on."""
    _table(location).alter.drop_column_not_null(column)


def change_settings(location: Path, properties: Mapping[str, str]) -> None:
    """Change what Delta does with a table."""
    if settings := delta_settings(properties):
        _table(location).alter.set_table_properties(settings)


def columns_of(location: Path) -> list[Document]:
    """A table's columns as its log has them: name, nullable and type as Spark's JSON."""
    schema = json.loads(_table(location).schema().to_json())
    fields: list[Document] = schema["fields"]
    return fields


def partitions_of(location: Path) -> list[str]:
    """The columns by which a table is partitioned."""
    return list(_table(location).metadata().partition_columns)


def version_of(location: Path) -> int:
    """The version of a table's last commit."""
    return int(_table(location).version())


def history(location: Path, limit: int | None) -> pa.Table:
    """Version, time, operation and its parameters of a table's commits, the last one first."""
    commits = _table(location).history(limit)
    rows = [
        {
            "version": commit["version"],
            "timestamp": datetime.fromtimestamp(commit["timestamp"] / 1000, UTC),
            "operation": commit.get("operation"),
            "operationParameters": [
                (key, value if isinstance(value, str) else json.dumps(value))
                for key, value in (commit.get("operationParameters") or {}).items()
            ],
        }
        for commit in commits
    ]
    return pa.Table.from_pylist(rows, schema=_HISTORY)


_HISTORY = pa.schema(
    [
        ("version", pa.int64()),
        ("timestamp", pa.timestamp("us", "UTC")),
        ("operation", pa.string()),
        ("operationParameters", pa.map_(pa.string(), pa.string())),
    ]
)


def _table(location: Path) -> Any:
    return deltalake.DeltaTable(str(location))
