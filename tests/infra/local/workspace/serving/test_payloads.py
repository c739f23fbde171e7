"""What invocations look like as rows, and how they get there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from infra.local.workspace.errors import NotFoundError
from infra.local.workspace.serving.inference_tables import InferenceTable
from infra.local.workspace.serving.invocations import Invocation, split_client_id
from infra.local.workspace.serving.payload_log import PayloadLog
from infra.local.workspace.serving.payloads import to_rows

LARGE = b"x" * (1024 * 1024 + 1)
GOOD, GONE = (InferenceTable(f"c.s.{name}_payload", name, 1, "1") for name in ("good", "gone"))


def _invocation(request: bytes = b"{}", response: bytes = b"{}") -> Invocation:
    return Invocation(
        request_id="1",
        client_request_id=None,
        received_at=datetime(2013, 1, 31, 23, 59, 59, 500_000, UTC),
        status=200,
        duration_ms=7,
        request=request,
        response=response,
        served_entity_id="a",
        requester="alice@example.com",
    )


@pytest.mark.parametrize(
    ("request_", "response", "kept", "codes"),
    [
        (b"{}", b"{}", ("{}", "{}"), []),
        (LARGE, b"{}", (None, "{}"), ["MAX_REQUEST_SIZE_EXCEEDED"]),
        (LARGE, LARGE, (None, None), ["MAX_REQUEST_SIZE_EXCEEDED", "MAX_RESPONSE_SIZE_EXCEEDED"]),
        (LARGE[1:], b"\xff", (LARGE[1:].decode(), "\ufffd"), []),
    ],
)
def test_large_bodies_are_left_out(
    request_: bytes, response: bytes, kept: tuple[str | None, ...], codes: list[str]
) -> None:
    """Over 1 MiB; the row says so and is there all the same."""
    (row,) = to_rows([_invocation(request_, response)]).to_pylist()
    assert (row["request"], row["response"]) == kept
    assert row["logging_error_codes"] == codes
    assert (str(row["request_date"]), row["execution_duration_ms"]) == ("2013-01-31", 7)


@pytest.mark.parametrize(
    ("body", "client_id", "left"),
    [
        (b'{"client_request_id": "a", "inputs": [1.5]}', "a", b'{"inputs": [1.5]}'),
        (b'{"client_request_id": null, "inputs": []}', None, b'{"inputs": []}'),
        (b'{"inputs": ["client_request_id"]}', None, b'{"inputs": ["client_request_id"]}'),
        (b'["client_request_id"]', None, b'["client_request_id"]'),
        (b'"client_request_id" and no JSON', None, b'"client_request_id" and no JSON'),
    ],
)
def test_a_clients_id_is_taken_from_the_top_of_the_body(
    body: bytes, client_id: str | None, left: bytes
) -> None:
    """And from nowhere else; the model gets the rest."""
    assert split_client_id(body) == (client_id, left)


def test_what_is_logged_is_written_at_the_end_at_the_latest(caplog: pytest.LogCaptureFixture) -> None:
    """One commit a table, and a table that can't be written to keeps no other from it."""
    written: list[tuple[str, int]] = []

    def append(table: InferenceTable, invocations: Sequence[Invocation]) -> None:
        if table is GONE:
            raise NotFoundError("It was dropped.")
        written.append((table.name, len(invocations)))

    log = PayloadLog(append)
    log.start()
    for table in (GONE, GOOD, GOOD, GONE):
        log.put(table, _invocation())
    log.stop()
    assert sum(number for _, number in written) == 2
    assert {name for name, _ in written} == {"c.s.good_payload"}
    assert "invocations are not in c.s.gone_payload: It was dropped." in caplog.text
