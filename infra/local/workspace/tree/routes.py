"""The Workspace API."""

from __future__ import annotations

import base64

from infra.local.workspace.errors import NotServedError
from infra.local.workspace.routing import Call, Reply, Route
from infra.local.workspace.store import Document
from infra.local.workspace.tree.model import Tree
from infra.local.workspace.tree.uploads import read_upload

_ROOT = "/api/2.0/workspace"
_FORMATS = ("AUTO", "RAW", "SOURCE")


def routes(tree: Tree) -> list[Route]:
    """Status, directories, files in and out, deletion."""

    def get_status(call: Call) -> Document:
        return tree.get(call.caller, call.workspace, call.require("path"))

    def list_all(call: Call) -> Document:
        return {"objects": tree.children(call.caller, call.workspace, call.require("path"))}

    def make_directories(call: Call) -> None:
        tree.make_directories(call.caller, call.workspace, call.require("path"))

    def import_file(call: Call) -> None:
        upload = read_upload(call)
        tree.write(call.caller, call.workspace, upload.path, upload.content, overwrite=upload.overwrite)

    def export(call: Call) -> Document | Reply:
        return _export(tree, call)

    def delete(call: Call) -> None:
        recursive = bool(call.json().get("recursive"))
        tree.delete(call.caller, call.workspace, call.require("path"), recursive=recursive)

    return [
        Route("GET", f"{_ROOT}/get-status", get_status),
        Route("GET", f"{_ROOT}/list", list_all),
        Route("POST", f"{_ROOT}/mkdirs", make_directories),
        Route("POST", f"{_ROOT}/import", import_file),
        Route("GET", f"{_ROOT}/export", export),
        Route("POST", f"{_ROOT}/delete", delete),
    ]


def _export(tree: Tree, call: Call) -> Document | Reply:
    format_ = call.query.get("format", "SOURCE")
    if format_ not in _FORMATS:
        raise NotServedError(f"Export as {format_} is not served locally; files are, as AUTO.")
    content = tree.read(call.caller, call.workspace, call.require("path"))
    if call.query.get("direct_download", "").lower() == "true":
        return Reply(content, media_type="application/octet-stream")
    return {"content": base64.b64encode(content).decode(), "file_type": "file"}
