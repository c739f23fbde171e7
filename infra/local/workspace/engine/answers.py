"""Answers made here, in Spark Connect's form, and answers of Sail with the client's session id."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql.connect.proto import base_pb2, relations_pb2

_NO_COLUMNS = '{"type":"struct","fields":[]}'  # Sail takes no schema of Arrow data without columns


def arrow_bytes(table: pa.Table) -> bytes:
    """A table in Arrow's stream format."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        if table.num_rows:
            writer.write_table(table)
        else:
            writer.write_batch(pa.RecordBatch.from_pylist([], schema=table.schema))
    return bytes(sink.getvalue())


def local_relation(table: pa.Table) -> relations_pb2.Relation:
    """A plan whose rows are the table's."""
    relation = relations_pb2.Relation()
    relation.local_relation.data = arrow_bytes(table)
    if not table.column_names:
        relation.local_relation.schema = _NO_COLUMNS
    return relation


def answer_responses(rows: pa.Table | None, request: Any) -> list[base_pb2.ExecutePlanResponse]:
    """What a command is answered with: its rows, if it has any, and its end."""
    request.operation_id = request.operation_id or str(uuid.uuid4())
    responses = [_response(request)] if rows is not None else []
    if rows is not None:
        responses[0].sql_command_result.relation.CopyFrom(local_relation(rows))
    end = _response(request)
    end.result_complete.SetInParent()
    return [*responses, end]


def remaining(responses: Sequence[base_pb2.ExecutePlanResponse], after: str | None) -> Iterator[bytes]:
    """The responses after the one with an id; all where there is no id."""
    ids = [response.response_id for response in responses]
    start = ids.index(after) + 1 if after in ids else 0
    for response in responses[start:]:
        yield response.SerializeToString()


def override(body: bytes, response_type: Any, session_id: str) -> bytes:
    """A response under another session id: fields written last win, so nothing is parsed."""
    head = response_type(session_id=session_id, server_side_session_id=session_id)
    return body + bytes(head.SerializeToString())


def _response(request: Any) -> base_pb2.ExecutePlanResponse:
    return base_pb2.ExecutePlanResponse(
        session_id=request.session_id,
        server_side_session_id=request.session_id,
        operation_id=request.operation_id,
        response_id=str(uuid.uuid4()),
    )
