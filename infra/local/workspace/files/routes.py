"""The Files API: /api/2.0/fs."""

from __future__ import annotations

import uuid
from typing import Any

from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.files.model import Entry, Files
from infra.local.workspace.files.ranges import http_date, read_range, refuse_changed
from infra.local.workspace.routing import Call, Reply, Route
from infra.local.workspace.store import Document

_FILES = "/api/2.0/fs/files{path:path}"
_DIRECTORIES = "/api/2.0/fs/directories{path:path}"
_PRESIGNED = (
    "create-download-url",
    "create-upload-url",
    "create-upload-part-urls",
    "create-abort-upload-url",
)
_BYTES = "application/octet-stream"
_PAGE = 1000
_DONE = Reply(status=204)


def routes(files: Files) -> list[Route]:
    """Files, directories, and the refusal of presigned URLs, after which clients come here instead."""
    presigned = [Route("POST", f"/api/2.0/fs/{name}", _refuse_presigned) for name in _PRESIGNED]
    return [*_file_routes(files), *_directory_routes(files), *presigned]


def _file_routes(files: Files) -> list[Route]:
    def get(call: Call) -> Reply:
        with files.open(call.caller, call.workspace, call.path["path"]) as (entry, stream):
            refuse_changed(call.headers, entry.modified)
            part = read_range(call.headers.get("range"), entry.size)
            start, end = part or (0, entry.size)
            stream.seek(start)
            content = stream.read(end - start)
        headers = _headers(entry)
        if part:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{entry.size}"
        return Reply(content, 206 if part else 200, _BYTES, headers)

    def head(call: Call) -> Reply:
        entry = files.stat(call.caller, call.workspace, call.path["path"])
        return Reply(b"", 200, _BYTES, {**_headers(entry), "Content-Length": str(entry.size)})

    def put(call: Call) -> Reply:
        overwrite = call.query.get("overwrite", "true").lower() != "false"
        files.write(call.caller, call.workspace, call.path["path"], call.body, overwrite=overwrite)
        return _DONE

    def delete(call: Call) -> Reply:
        files.delete(call.caller, call.workspace, call.path["path"])
        return _DONE

    handlers = {"GET": get, "HEAD": head, "PUT": put, "DELETE": delete}
    one_call = [Route(method, _FILES, handler) for method, handler in handlers.items()]
    return [*one_call, Route("POST", _FILES, _start_upload)]


def _directory_routes(files: Files) -> list[Route]:
    def get(call: Call) -> Document:
        found = files.list_directory(call.caller, call.workspace, call.path["path"])
        return _page(call, found)

    def head(call: Call) -> Reply:
        files.require_directory(call.caller, call.workspace, call.path["path"])
        return Reply(b"", 200, _BYTES)

    def put(call: Call) -> Reply:
        files.make_directory(call.caller, call.workspace, call.path["path"])
        return _DONE

    def delete(call: Call) -> Reply:
        files.delete_directory(call.caller, call.workspace, call.path["path"])
        return _DONE

    handlers: dict[str, Any] = {"GET": get, "HEAD": head, "PUT": put, "DELETE": delete}
    return [Route(method, _DIRECTORIES, handler) for method, handler in handlers.items()]


def _start_upload(call: Call) -> Document:
    """Begin an upload in parts as the SDK does from 50 MB on.

    The parts' presigned URLs are refused, and the SDK then sends the file in one request, which is
    what happens on Databricks too where a firewall keeps clients from the cloud's storage.
    """
    if call.query.get("action") != "initiate-upload":
        raise NotServedError("Uploads in parts are not served locally; send the file in one request.")
    return {"multipart_upload": {"session_token": uuid.uuid4().hex}}


def _refuse_presigned(_: Call) -> Reply:
    """What Databricks answers where presigned URLs are off; the SDK uses the Files API then."""
    reason = "FILES_API_API_IS_NOT_ENABLED"
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "filesystem.databricks.com",
    }
    message = "Presigned URLs are not enabled here; use /api/2.0/fs/files."
    return Reply.json(
        {"error_code": "PERMISSION_DENIED", "message": message, "details": [detail]}, status=403
    )


def _headers(entry: Entry) -> dict[str, str]:
    return {"Last-Modified": http_date(entry.modified), "Accept-Ranges": "bytes"}


def _page(call: Call, found: list[Entry]) -> Document:
    try:
        size = min(int(call.query.get("page_size") or _PAGE) or _PAGE, _PAGE)
    except ValueError as error:
        raise InvalidParameterError("page_size must be a number.") from error
    after = call.query.get("page_token") or ""
    rest = [entry for entry in found if entry.path > after]
    answer: Document = {"contents": [_describe(entry) for entry in rest[:size]]}
    if len(rest) > size:
        answer["next_page_token"] = rest[size - 1].path
    return answer


def _describe(entry: Entry) -> Document:
    document: Document = {
        "path": entry.path,
        "name": entry.path.rpartition("/")[2],
        "is_directory": entry.is_directory,
        "last_modified": int(entry.modified * 1000),
    }
    if not entry.is_directory:
        document["file_size"] = entry.size
    return document
