"""One write of a frame to a table, however the client spelled it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pyspark.sql.connect.proto import commands_pb2, expressions_pb2

from infra.local.workspace.engine.errors import UnsupportedError
from infra.local.workspace.engine.identifiers import quote

_V1 = commands_pb2.WriteOperation
_V2 = commands_pb2.WriteOperationV2
_OPTIONS = frozenset({"mergeschema", "overwriteschema", "replacewhere", "partitionoverwritemode"})
_DYNAMIC = "Dynamic partition overwrite is not done by this engine: use writeTo(…).overwrite(condition)"
Mode = Literal["append", "overwrite", "create", "ignore", "replace", "create_or_replace"]


@dataclass
class FrameWrite:
    """A frame, a table and what is to happen; `creates` says whether a missing table is made."""

    input: Any
    table: str
    mode: Mode
    creates: bool = False
    by_position: bool = False
    partitions: list[str] = field(default_factory=list)
    properties: Mapping[str, str] = field(default_factory=dict)
    condition: expressions_pb2.Expression | None = None
    merges_schema: bool = False

    def onto(self, name: str) -> commands_pb2.Command:
        """The command that does it on a table that is there: append, or overwrite by a condition."""
        command = commands_pb2.Command()
        target = quote(name.split("."))
        if self.by_position:
            v1 = command.write_operation
            v1.input.CopyFrom(self.input)
            v1.table.table_name = target
            v1.table.save_method = _V1.SaveTable.TABLE_SAVE_METHOD_INSERT_INTO
            v1.mode = _V1.SAVE_MODE_APPEND if self.mode == "append" else _V1.SAVE_MODE_OVERWRITE
            return command
        v2 = command.write_operation_v2
        v2.input.CopyFrom(self.input)
        v2.table_name = target
        v2.mode = _V2.MODE_APPEND if self.mode == "append" else _V2.MODE_OVERWRITE
        if self.mode == "overwrite":
            v2.overwrite_condition.CopyFrom(self.condition or _everything())
        return command


def read_v1(write: Any) -> FrameWrite:
    """`df.write.saveAsTable`, `df.write.insertInto`."""
    if write.WhichOneof("save_type") != "table":
        raise UnsupportedError("Files are not written by path here, only tables by name: saveAsTable(…)")
    if write.HasField("bucket_by") or write.sort_column_names or write.clustering_columns:
        raise UnsupportedError("Buckets and clustering are not done by this engine")
    by_position = write.table.save_method == _V1.SaveTable.TABLE_SAVE_METHOD_INSERT_INTO
    modes: dict[Any, Mode] = {
        _V1.SAVE_MODE_APPEND: "append",
        _V1.SAVE_MODE_OVERWRITE: "overwrite",
        _V1.SAVE_MODE_IGNORE: "ignore",
    }
    found = FrameWrite(
        write.input,
        write.table.table_name,
        modes.get(write.mode, "append" if by_position else "create"),
        creates=not by_position,
        by_position=by_position,
        partitions=list(write.partitioning_columns),
    )
    _check_source(write.source)
    _read_options(found, write.options)
    return found


def read_v2(write: Any) -> FrameWrite:
    """`df.writeTo(…)`."""
    if write.clustering_columns:
        raise UnsupportedError("Clustering is not done by this engine")
    modes: dict[Any, Mode] = {
        _V2.MODE_CREATE: "create",
        _V2.MODE_APPEND: "append",
        _V2.MODE_OVERWRITE: "overwrite",
        _V2.MODE_REPLACE: "replace",
        _V2.MODE_CREATE_OR_REPLACE: "create_or_replace",
    }
    if write.mode not in modes:
        raise UnsupportedError(_DYNAMIC)
    mode = modes[write.mode]
    found = FrameWrite(
        write.input,
        write.table_name,
        mode,
        creates=mode in {"create", "create_or_replace"},
        partitions=[_column_of(expression) for expression in write.partitioning_columns],
        properties=dict(write.table_properties),
        condition=write.overwrite_condition if write.HasField("overwrite_condition") else None,
    )
    _check_source(write.provider)
    _read_options(found, write.options)
    return found


def _check_source(source: str) -> None:
    if source.lower() not in {"", "delta"}:
        raise UnsupportedError(f"Tables are Delta tables here, not {source}")


def _read_options(found: FrameWrite, given: Mapping[str, str]) -> None:
    options = {key.lower(): value for key, value in given.items()}
    if unknown := options.keys() - _OPTIONS:
        raise UnsupportedError(f"The write option {', '.join(sorted(unknown))} is not served here")
    if options.get("partitionoverwritemode", "static").lower() != "static":
        raise UnsupportedError(_DYNAMIC)
    if options.get("overwriteschema", "false").lower() == "true" and found.mode == "overwrite":
        raise UnsupportedError("Replacing a table's schema is not done by this engine: drop it and create it")
    found.merges_schema = options.get("mergeschema", "false").lower() == "true"
    if where := options.get("replacewhere"):
        if found.mode != "overwrite" or found.by_position:
            raise UnsupportedError('replaceWhere goes with mode("overwrite").saveAsTable(…)')
        found.condition = expressions_pb2.Expression()
        found.condition.expression_string.expression = where


def _column_of(expression: Any) -> str:
    if not expression.HasField("unresolved_attribute"):
        raise UnsupportedError("Tables are partitioned by columns only, not by expressions")
    return str(expression.unresolved_attribute.unparsed_identifier).strip("`")


def _everything() -> expressions_pb2.Expression:
    condition = expressions_pb2.Expression()
    condition.literal.boolean = True
    return condition
