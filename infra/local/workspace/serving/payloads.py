"""Invocations as rows of an inference table: the AI gateway's columns.

Databricks documents them in Monitor served models using AI Gateway-enabled inference tables.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from infra.local.workspace.serving.invocations import Invocation
from infra.local.workspace.store import Document

_MOST_BYTES = 1024 * 1024
REQUEST_TOO_LARGE = "MAX_REQUEST_SIZE_EXCEEDED"
RESPONSE_TOO_LARGE = "MAX_RESPONSE_SIZE_EXCEEDED"
_COLUMNS = (
    ("databricks_request_id", "string", pa.string(), "The request's id, also in its answer's header"),
    ("request_date", "date", pa.date32(), "Day on which the request arrived (UTC)"),
    ("client_request_id", "string", pa.string(), "The id that the request's body gave itself"),
    ("request_time", "timestamp", pa.timestamp("us", "UTC"), "When the request arrived"),
    ("status_code", "int", pa.int32(), "HTTP status of the answer"),
    ("sampling_fraction", "double", pa.float64(), "Share of the requests that are logged, up to 1"),
    ("execution_duration_ms", "bigint", pa.int64(), "Milliseconds that the model took"),
    ("request", "string", pa.string(), "The request's body as it was sent"),
    ("response", "string", pa.string(), "The answer's body"),
    ("logging_error_codes", "array<string>", pa.list_(pa.string()), "What could not be logged, and why"),
    ("served_entity_id", "string", pa.string(), "Which served entity answered"),
    ("requester", "string", pa.string(), "Who asked"),
)
COLUMNS: list[Document] = [
    {"name": name, "type_text": type_text, "comment": comment} for name, type_text, _, comment in _COLUMNS
]
_SCHEMA = pa.schema([(name, kind) for name, _, kind, _ in _COLUMNS])


def to_rows(invocations: Sequence[Invocation]) -> pa.Table:
    """One row an invocation; bodies over 1 MiB are left out, which an error code says."""
    return pa.Table.from_pylist([_row(invocation) for invocation in invocations], schema=_SCHEMA)


def _row(invocation: Invocation) -> Document:
    request, response = _text(invocation.request), _text(invocation.response)
    errors = ((request, REQUEST_TOO_LARGE), (response, RESPONSE_TOO_LARGE))
    return {
        "databricks_request_id": invocation.request_id,
        "request_date": invocation.received_at.date(),
        "client_request_id": invocation.client_request_id,
        "request_time": invocation.received_at,
        "status_code": invocation.status,
        "sampling_fraction": 1.0,
        "execution_duration_ms": invocation.duration_ms,
        "request": request,
        "response": response,
        "logging_error_codes": [code for text, code in errors if text is None],
        "served_entity_id": invocation.served_entity_id,
        "requester": invocation.requester,
    }


def _text(body: bytes) -> str | None:
    return None if len(body) > _MOST_BYTES else body.decode(errors="replace")
