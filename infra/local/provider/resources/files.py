"""Files on volumes, and files and directories of the workspace."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

import base64
from pathlib import PurePosixPath
from urllib.parse import quote

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import Api, is_missing
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, Resource
from infra.local.provider.resources.contents import check_content, checksum, is_known, read_content
from infra.local.provider.wire.msgpack import UNKNOWN

_WORKSPACE = "/api/2.0/workspace"


class VolumeFile(Resource):
    """databricks_file: written again when its content or the remote file changes."""

    type_name = "databricks_file"

    def check(self, config: Element) -> None:
        check_content(config)

    def plan(self, config: Element, prior: Element | None, planned: Element) -> list[str]:
        _plan_checksum(config, prior, planned)
        if prior is None:
            planned["remote_file_modified"] = False
        elif planned["md5"] != prior["md5"] or prior["remote_file_modified"]:
            planned.update(remote_file_modified=False, modification_time=UNKNOWN, file_size=UNKNOWN)
        return []

    def create(self, call: Call) -> str:
        return self._upload(call, call.values["path"])

    def read(self, call: Call) -> Element | None:
        try:
            found = call.api.headers(_file_url(call.id), ["content-length", "last-modified"])
        except DatabricksError as error:
            if is_missing(error):
                return None
            raise
        modified, size = found["last-modified"], int(found["content-length"])
        known = call.values["modification_time"]
        if known is None or (known, call.values["file_size"]) == (modified, size):
            return {
                "path": call.id,
                "modification_time": modified,
                "file_size": size,
                "remote_file_modified": False,
            }
        return {
            "path": call.id,
            "remote_file_modified": True,
        }  # the time stays, until the file is written again

    def update(self, call: Call) -> str:
        return self._upload(call, call.id)

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", _file_url(call.id))

    def _upload(self, call: Call, path: str) -> str:
        content = read_content(call.values)
        call.api.upload(_file_url(path), content)
        call.values["md5"] = checksum(content)
        return path


class WorkspaceFile(Resource):
    """databricks_workspace_file."""

    type_name = "databricks_workspace_file"

    def check(self, config: Element) -> None:
        check_content(config)

    def plan(self, config: Element, prior: Element | None, planned: Element) -> list[str]:
        _plan_checksum(config, prior, planned)
        return []

    def create(self, call: Call) -> str:
        path = str(call.values["path"])
        try:
            self._import(call, path)
        except DatabricksError as error:
            if not is_missing(error) and "parent folder" not in str(error):
                raise
            call.api.post(f"{_WORKSPACE}/mkdirs", {"path": str(PurePosixPath(path).parent)})
            self._import(call, path)
        return path

    def read(self, call: Call) -> Element | None:
        status = call.api.find(f"{_WORKSPACE}/get-status", path=call.id)
        return (
            None if status is None else {**_places(call.api, call.id), "object_id": status.get("object_id")}
        )

    def update(self, call: Call) -> str:
        self._import(call, call.id)
        return call.id

    def delete(self, call: Call) -> None:
        call.api.post(f"{_WORKSPACE}/delete", {"path": call.id, "recursive": False})

    def _import(self, call: Call, path: str) -> None:
        content = read_content(call.values)
        encoded = base64.b64encode(content).decode()
        body = {"path": path, "content": encoded, "format": "RAW", "overwrite": True}
        call.api.post(f"{_WORKSPACE}/import", body)
        call.values["md5"] = checksum(content)


class Directory(Resource):
    """databricks_directory."""

    type_name = "databricks_directory"

    def create(self, call: Call) -> str:
        call.api.post(f"{_WORKSPACE}/mkdirs", {"path": call.values["path"]})
        return str(call.values["path"])

    def read(self, call: Call) -> Element | None:
        status = call.api.find(f"{_WORKSPACE}/get-status", path=call.id)
        if status is None:
            return None
        if status["object_type"] != "DIRECTORY":
            message = f"{call.id} is a {status['object_type']}, not a directory"
            raise InvalidError(message, "path")
        told = {"path": call.id, "workspace_path": f"/Workspace{call.id}"}
        return told | {"object_id": status.get("object_id")}

    def update(self, call: Call) -> str:
        return call.id  # only delete_recursive changes in place, and only Terraform keeps it

    def delete(self, call: Call) -> None:
        recursive = bool(call.values["delete_recursive"])
        call.api.post(f"{_WORKSPACE}/delete", {"path": call.id, "recursive": recursive})


def _plan_checksum(config: Element, prior: Element | None, planned: Element) -> None:
    """The MD5 of the declared content stands in the plan, so that a change of it is one."""
    if config["md5"] is not None:
        return
    if not is_known(config):
        planned["md5"] = UNKNOWN
    elif planned["content_base64"] or planned["source"]:
        planned["md5"] = checksum(read_content(config))
    elif prior is not None:
        planned["md5"] = prior["md5"]


def _file_url(path: str) -> str:
    return f"/api/2.0/fs/files{quote(path)}"


def _places(api: Api, path: str) -> Element:
    return {"path": path, "url": f"{api.host}/#workspace{path}", "workspace_path": f"/Workspace{path}"}


RESOURCES: tuple[Resource, ...] = (VolumeFile(), WorkspaceFile(), Directory())
