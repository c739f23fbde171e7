"""Directories and files of a workspace, through the SDK."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound, PermissionDenied, ResourceAlreadyExists, platform
from databricks.sdk.errors.platform import BadRequest, InvalidParameterValue
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from databricks.sdk.service.workspace import ExportFormat, ImportFormat, ObjectType

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Member, Workspace


def _paths(client: WorkspaceClient, path: str) -> list[str | None]:
    return [found.path for found in client.workspace.list(path)]


def test_a_new_workspace_shares_a_directory(workspace: Workspace, make_user: Callable[..., Member]) -> None:
    """Everyone manages `/Shared`, and sees it from the root; `/Workspace/Shared` is the same."""
    ann = make_user()
    assert _paths(ann.client, "/") == ["/Shared", "/Users"]
    ann.client.workspace.mkdirs("/Workspace/Shared/flights/reports")
    status = workspace.client.workspace.get_status("/Shared/flights/reports")
    assert status.object_type is ObjectType.DIRECTORY
    assert status.object_id
    assert ann.client.workspace.mkdirs("/Shared/flights") is None


@pytest.mark.parametrize("size", [0, 10, 3_000_000])
def test_an_uploaded_file_comes_back(workspace: Workspace, size: int) -> None:
    """The SDK's multipart upload and its download agree byte by byte."""
    content = bytes(range(256)) * (size // 256) + b"\x00" * (size % 256)
    path = f"/Shared/upload-{size}.bin"
    workspace.client.workspace.upload(path, content, format=ImportFormat.AUTO)
    with workspace.client.workspace.download(path, format=ExportFormat.AUTO) as stream:
        assert stream.read() == content
    status = workspace.client.workspace.get_status(path)
    assert (status.object_type, status.size) == (ObjectType.FILE, size)


def test_an_imported_file_comes_back(workspace: Workspace) -> None:
    """Import and export as JSON carry base64; a second import must say that it overwrites."""
    api = workspace.client.workspace
    content = base64.b64encode(b"first").decode()
    api.import_("/Shared/notes.txt", content=content, format=ImportFormat.AUTO)
    before = api.get_status("/Shared/notes.txt").object_id
    with pytest.raises(ResourceAlreadyExists):
        api.import_("/Shared/notes.txt", content=content, format=ImportFormat.AUTO)
    again = base64.b64encode(b"second").decode()
    api.import_("/Shared/notes.txt", content=again, format=ImportFormat.AUTO, overwrite=True)
    exported = api.export("/Shared/notes.txt", format=ExportFormat.AUTO).content or ""
    assert base64.b64decode(exported) == b"second"
    assert api.get_status("/Shared/notes.txt").object_id == before


def test_what_an_import_can_not_do_is_refused(workspace: Workspace) -> None:
    """No parent, no absolute path, no base64, a directory's place, a notebook: each says why."""
    api = workspace.client.workspace
    with pytest.raises(NotFound, match="parent folder"):
        api.upload("/Shared/none/x.txt", b"x", format=ImportFormat.AUTO)
    with pytest.raises(InvalidParameterValue, match="doesn't start with"):
        api.mkdirs("Shared/x")
    with pytest.raises(InvalidParameterValue, match="not base64"):
        api.import_("/Shared/x.txt", content="§", format=ImportFormat.AUTO)
    with pytest.raises(ResourceAlreadyExists, match="DIRECTORY"):
        api.upload("/Shared", b"x", format=ImportFormat.AUTO, overwrite=True)
    with pytest.raises(platform.NotImplemented, match="Notebooks"):
        api.upload("/Shared/x.py", b"print(1)")


def test_directories_are_deleted_with_what_is_in_them(workspace: Workspace) -> None:
    """Only if asked for; what is gone is gone with its permissions."""
    api = workspace.client.workspace
    api.mkdirs("/Shared/old/deep")
    api.upload("/Shared/old/deep/x.txt", b"x", format=ImportFormat.AUTO)
    with pytest.raises(BadRequest, match="not empty"):
        api.delete("/Shared/old")
    object_id = str(api.get_status("/Shared/old/deep").object_id)
    api.delete("/Shared/old", recursive=True)
    for path in ("/Shared/old", "/Shared/old/deep", "/Shared/old/deep/x.txt"):
        with pytest.raises(NotFound):
            api.get_status(path)
    with pytest.raises(NotFound):
        workspace.client.permissions.get("directories", object_id)
    with pytest.raises(InvalidParameterValue, match="can't be deleted"):
        api.delete("/Shared", recursive=True)


def test_a_home_is_its_owners(make_user: Callable[..., Member]) -> None:
    """Others get the same refusal for what is there and what is not."""
    ann, bob = make_user(), make_user()
    home = f"/Users/{ann.principal.name}"
    ann.client.workspace.upload(f"{home}/diary.txt", b"x", format=ImportFormat.AUTO)
    for path in (home, f"{home}/diary.txt", f"{home}/none.txt", "/Users/nobody@example.com", "/Private"):
        with pytest.raises(PermissionDenied, match="required permissions"):
            bob.client.workspace.get_status(path)
        with pytest.raises(PermissionDenied):
            bob.client.workspace.upload(f"{path}/mine.txt", b"x", format=ImportFormat.AUTO)
    assert home not in _paths(bob.client, "/Users")
    with pytest.raises(NotFound):
        ann.client.workspace.get_status(f"{home}/none.txt")


def test_a_directorys_level_holds_inside(make_user: Callable[..., Member]) -> None:
    """Who may read a directory may read the files in it, below it too, and not write them."""
    ann, bob = make_user(), make_user()
    home = f"/Users/{ann.principal.name}"
    path = f"{home}/shared/deep/x.txt"
    ann.client.workspace.mkdirs(f"{home}/shared/deep")
    ann.client.workspace.upload(path, b"x", format=ImportFormat.AUTO)
    directory = str(ann.client.workspace.get_status(f"{home}/shared").object_id)
    entry = AccessControlRequest(user_name=bob.principal.name, permission_level=PermissionLevel.CAN_READ)
    ann.client.permissions.update("directories", directory, access_control_list=[entry])
    assert bob.client.workspace.get_status(path).path == path
    with pytest.raises(PermissionDenied):
        bob.client.workspace.upload(path, b"y", format=ImportFormat.AUTO, overwrite=True)
    with pytest.raises(PermissionDenied):
        bob.client.workspace.delete(path)
    file_id = str(ann.client.workspace.get_status(path).object_id)
    shown = ann.client.permissions.get("files", file_id).access_control_list or []
    inherited = [p for e in shown if e.user_name == bob.principal.name for p in e.all_permissions or []]
    assert [(p.inherited, p.inherited_from_object) for p in inherited] == [
        (True, [f"/directories/{directory}"])
    ]


def test_an_experiment_inherits_from_its_directory(
    local_account: LocalAccount, workspace: Workspace, make_user: Callable[..., Member]
) -> None:
    """CAN_RUN on a directory is CAN_READ on an experiment in it, as long as the directory is there."""
    ann, bob = make_user(), make_user()
    path = f"/Users/{ann.principal.name}/lab"
    ann.client.workspace.mkdirs(path)
    directory = str(ann.client.workspace.get_status(path).object_id)
    entry = AccessControlRequest(user_name=bob.principal.name, permission_level=PermissionLevel.CAN_RUN)
    ann.client.permissions.update("directories", directory, access_control_list=[entry])
    caller = local_account.directory.caller(ann.principal.id, workspace.id)
    reader = local_account.directory.caller(bob.principal.id, workspace.id)
    assert caller
    assert reader
    permissions = local_account.permissions
    permissions.created(workspace.id, "experiments", "e-1", caller, parent=("directories", directory))
    assert permissions.level(reader, workspace.id, "experiments", "e-1") == "CAN_READ"
    local_account.tree.remove(workspace.id, path)
    assert permissions.level(reader, workspace.id, "experiments", "e-1") is None
    assert permissions.level(caller, workspace.id, "experiments", "e-1") == "CAN_MANAGE"


def test_the_root_belongs_to_admins(workspace: Workspace, make_user: Callable[..., Member]) -> None:
    """Only they make directories beside `/Shared` and `/Users`."""
    ann = make_user()
    with pytest.raises(PermissionDenied):
        ann.client.workspace.mkdirs("/Top")
    workspace.client.workspace.mkdirs("/Top")
    assert "/Top" not in _paths(ann.client, "/")
    assert "/Top" in _paths(workspace.client, "/")
