"""Statements as the API answers with them; results outside of an answer have links that sign themselves."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable

import pyarrow as pa
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from infra.local.workspace.engine.answers import arrow_bytes
from infra.local.workspace.errors import NotFoundError
from infra.local.workspace.sql.statement import ROWS_A_CHUNK, Statement
from infra.local.workspace.sql.values import describe_columns, render_rows
from infra.local.workspace.store import Document

_LINK_SECONDS = 900


class Links:
    """URLs of result chunks that whoever has one may fetch for a quarter of an hour, without a token."""

    def __init__(self, find: Callable[[str], Statement | None]) -> None:
        self._key = secrets.token_bytes(32)
        self._find = find
        self.url: Callable[[], str] = str
        self.application = Starlette(routes=[Route("/results/{statement}/{chunk:int}", self._fetch)])

    def make(self, statement: Statement, chunk: int) -> Document:
        """The link of a chunk, and until when it works."""
        expires = int(time.time()) + _LINK_SECONDS
        signature = self._sign(statement.id, chunk, expires)
        path = f"/results/{statement.id}/{chunk}?expires={expires}&signature={signature}"
        until = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(expires))
        return {"external_link": f"{self.url()}{path}", "expiration": until}

    def _sign(self, statement: str, chunk: int, expires: int) -> str:
        text = f"{statement}/{chunk}/{expires}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()

    async def _fetch(self, request: Request) -> Response:
        statement, chunk = request.path_params["statement"], request.path_params["chunk"]
        expires = request.query_params.get("expires", "")
        given = request.query_params.get("signature", "")
        fresh = expires.isdigit() and int(expires) > time.time()
        if not fresh or not hmac.compare_digest(given, self._sign(statement, chunk, int(expires))):
            return PlainTextResponse("The link has expired or is not one of ours.", 403)
        found = self._find(statement)
        if found is None:
            return PlainTextResponse("The result is gone.", 404)
        body = await run_in_threadpool(chunk_bytes, found, chunk)
        arrow = found.question.format == "ARROW_STREAM"
        return Response(
            body, media_type="application/vnd.apache.arrow.stream" if arrow else "application/json"
        )


def describe_statement(statement: Statement, links: Links) -> Document:
    """Id, status and, once it has succeeded, the manifest and the first chunk."""
    status: Document = {"state": statement.state}
    if statement.error:
        status["error"] = statement.error
    answer: Document = {"statement_id": statement.id, "status": status}
    if statement.state == "SUCCEEDED":
        chunks = statement.chunks()
        answer["manifest"] = _describe_result(statement, chunks)
        answer["result"] = describe_chunk(statement, links, 0) if chunks else {}
    return answer


def _describe_result(statement: Statement, chunks: list[pa.Table]) -> Document:
    columns = describe_columns(statement.rows.schema)
    manifest: Document = {
        "format": statement.question.format,
        "schema": {"column_count": len(columns), **({"columns": columns} if columns else {})},
        "total_chunk_count": len(chunks),
        "total_row_count": statement.rows.num_rows if columns else 0,
        "truncated": statement.truncated,
    }
    if chunks:
        manifest["chunks"] = [_place(chunks, index) for index in range(len(chunks))]
    if statement.question.external:
        manifest["total_byte_count"] = statement.rows.nbytes
    return manifest


def describe_chunk(statement: Statement, links: Links, index: int) -> Document:
    """One chunk: its rows, or a link to them; NotFoundError for one that is not there."""
    chunks = statement.chunks()
    if not 0 <= index < len(chunks):
        raise NotFoundError(f"Chunk {index} of statement {statement.id} does not exist.")
    place = _place(chunks, index)
    if index + 1 < len(chunks):
        path = f"/api/2.0/sql/statements/{statement.id}/result/chunks/{index + 1}"
        place |= {"next_chunk_index": index + 1, "next_chunk_internal_link": path}
    if not statement.question.external:
        return {**place, "data_array": render_rows(chunks[index])}
    link = {**place, "byte_count": chunks[index].nbytes, **links.make(statement, index)}
    return {"external_links": [link]}


def chunk_bytes(statement: Statement, index: int) -> bytes:
    """A chunk as a file."""
    rows = statement.chunks()[index]
    if statement.question.format == "ARROW_STREAM":
        return arrow_bytes(rows)
    return json.dumps(render_rows(rows), separators=(",", ":")).encode()


def _place(chunks: list[pa.Table], index: int) -> Document:
    return {"chunk_index": index, "row_offset": index * ROWS_A_CHUNK, "row_count": chunks[index].num_rows}
