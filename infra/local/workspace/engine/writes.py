"""Writes of frames to tables: who may, and which of Sail's ways does exactly what was asked."""

from __future__ import annotations

from pyspark.sql.connect.proto import commands_pb2

from infra.local.workspace.engine.errors import UnsupportedError
from infra.local.workspace.engine.identifiers import parse_name, quote
from infra.local.workspace.engine.namespace import Access
from infra.local.workspace.engine.plan import PlanWalk
from infra.local.workspace.engine.statements.context import Context

_V2 = commands_pb2.WriteOperationV2


class Writes:
    """Judges the write commands of one session."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._access = Access()
        self._walk = PlanWalk(self._access)

    def judge(self, command: commands_pb2.Command, kind: str) -> commands_pb2.Command | None:
        """The command for Sail; None where everything is done."""
        if kind == "merge_into_table_command":
            return self._merge(command)
        if kind == "write_operation_v2":
            return self._v2(command)
        raise UnsupportedError("not yet")

    def _merge(self, command: commands_pb2.Command) -> commands_pb2.Command:
        merge = command.merge_into_table_command
        self._walk.visit(merge, self._context.namespace)
        name = self._target(merge.target_table_name)
        self._access.read(name)
        self._context.require(self._access)
        merge.target_table_name = quote(name.split("."))
        return command

    def _v2(self, command: commands_pb2.Command) -> commands_pb2.Command:
        write = command.write_operation_v2
        self._walk.visit(write, self._context.namespace)
        name = self._target(write.table_name)
        self._context.require(self._access)
        write.table_name = quote(name.split("."))
        return command

    def _target(self, text: str) -> str:
        name = self._context.namespace.table(parse_name(text))
        self._access.write(name)
        return name
