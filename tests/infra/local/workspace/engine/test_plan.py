"""The walk over plans, beyond what PySpark can be made to send."""

from __future__ import annotations

import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from pyspark.sql.connect.proto import base_pb2, relations_pb2

from infra.local.workspace.engine.errors import EngineError
from infra.local.workspace.engine.namespace import Access, Namespace
from infra.local.workspace.engine.plan import PlanWalk

ALLOWED = {"read", "sql", "range", "local_relation"}


def walk(relation: relations_pb2.Relation) -> Access:
    """What a relation needs."""
    access = Access()
    PlanWalk(access).visit(relation, Namespace())
    return access


def test_every_relation_is_known_or_refused() -> None:
    """A kind of relation that nobody has looked at can't be on the list by accident."""
    refused = set()
    for field in relations_pb2.Relation.DESCRIPTOR.oneofs_by_name["rel_type"].fields:
        relation = relations_pb2.Relation()
        getattr(relation, field.name).SetInParent()
        try:
            walk(relation)
        except EngineError:
            refused.add(field.name)
    assert refused >= {"catalog", "extension", "ml_relation", "sample", "cached_local_relation", "unknown"}
    assert not refused & {"project", "filter", "range", "local_relation"}


def test_unknown_fields_are_refused() -> None:
    """What a newer client says, and this version can't read, is not passed on."""
    relation = relations_pb2.Relation.FromString(b"\xda\x3f\x03abc")
    relation.range.end = 1
    with pytest.raises(EngineError, match="not known"):
        walk(relation)


def test_extensions_are_refused_wherever_they_hang() -> None:
    """An opaque message in the user's context is refused like one in the plan."""
    request = base_pb2.AnalyzePlanRequest()
    request.spark_version.SetInParent()
    request.user_context.extensions.append(AnyMessage(type_url="x"))
    with pytest.raises(EngineError, match="Any"):
        PlanWalk(Access()).visit(request, Namespace())


def test_commands_inside_of_plans_are_refused() -> None:
    """A plan that is to be looked at can't do anything."""
    request = base_pb2.AnalyzePlanRequest()
    request.schema.plan.command.sql_command.input.sql.query = "DROP TABLE a.b.c"
    with pytest.raises(EngineError, match="Command"):
        PlanWalk(Access()).visit(request, Namespace())


def test_tables_are_found_at_any_depth_and_get_full_names() -> None:
    """A table under many steps is noted, and named as Sail has to be told."""
    relation = relations_pb2.Relation()
    relation.read.named_table.unparsed_identifier = "A.b.C"
    for _ in range(500):
        above = relations_pb2.Relation()
        above.limit.input.CopyFrom(relation)
        relation = above
    assert walk(relation).tables_read == {"a.b.c"}
    while relation.HasField("limit"):
        relation = relation.limit.input
    assert relation.read.named_table.unparsed_identifier == "`a`.`b`.`c`"


def test_too_deep_plans_are_refused() -> None:
    """A plan that would end the engine is not passed on."""
    relation = relations_pb2.Relation()
    relation.range.end = 1
    inner = relation
    for _ in range(2000):
        inner = inner.limit.input
    inner.range.end = 1
    with pytest.raises(EngineError, match="too deeply"):
        walk(relation)
