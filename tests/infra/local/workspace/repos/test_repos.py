"""Git folders through databricks-sdk, cloned from a repository on this machine."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import (
    InvalidParameterValue,
    NotFound,
    PermissionDenied,
    ResourceAlreadyExists,
)
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from databricks.sdk.service.workspace import ExportFormat, ImportFormat, Language, ObjectType

from tests.infra.local.workspace.members import Member, Workspace
from tests.infra.local.workspace.repos.repository import Repository


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository on this machine."""
    return Repository(tmp_path_factory.mktemp("repository"))


@pytest.fixture(scope="module")
def client(workspace: Workspace) -> WorkspaceClient:
    """The workspace's admin, in a workspace with a folder for Git folders."""
    workspace.client.workspace.mkdirs("/Projects/flights")
    return workspace.client


def test_a_repository_becomes_a_folder_of_files(client: WorkspaceClient, repository: Repository) -> None:
    """Of its default branch's newest commit; listed, exported, and edited by nobody."""
    made = client.repos.create(repository.url, "github", path="/Projects/flights/code")
    assert (made.branch, made.head_commit_id, made.provider) == ("main", repository.first, "gitHub")
    assert client.repos.get(_id(made.id)).path == "/Projects/flights/code"
    node = client.workspace.get_status("/Projects/flights/code")
    assert (node.object_type, node.object_id) == (ObjectType.REPO, made.id)
    assert _below(client, "/Projects/flights/code") == ["/Projects/flights/code/notebooks/explore.py"]
    exported = client.workspace.export("/Projects/flights/code/notebooks/explore.py").content or ""
    assert base64.b64decode(exported) == b"print(1)\n"
    with pytest.raises(DatabricksError, match="not edited locally"):
        client.workspace.upload(
            "/Projects/flights/code/notebooks/explore.py", b"x", format=ImportFormat.AUTO, overwrite=True
        )
    with pytest.raises(DatabricksError, match="not edited locally"):
        client.workspace.delete("/Projects/flights/code/notebooks", recursive=True)
    with pytest.raises(ResourceAlreadyExists):
        client.repos.create(repository.url, "gitHub", path="/Projects/flights/code")


def test_it_is_updated_to_a_branch_or_tag(client: WorkspaceClient, repository: Repository) -> None:
    """What is not in the new commit is gone; a new commit is there after the next update."""
    made = client.repos.create(repository.url, "gitHub", path="/Projects/flights/changing")
    client.repos.update(_id(made.id), branch="next")
    found = client.repos.get(_id(made.id))
    assert (found.branch, found.head_commit_id) == ("next", repository.second)
    assert "/Projects/flights/changing/src/deep/train.py" in _below(client, "/Projects/flights/changing")
    client.repos.update(_id(made.id), tag="v1")
    assert client.repos.get(_id(made.id)).head_commit_id == repository.first
    assert _below(client, "/Projects/flights/changing") == ["/Projects/flights/changing/notebooks/explore.py"]
    with pytest.raises(NotFound):
        client.workspace.get_status("/Projects/flights/changing/src")
    repository.git("checkout", "--quiet", "-b", "later")
    commit = repository.commit("more.py", "")
    repository.git("checkout", "--quiet", "main")
    client.repos.update(_id(made.id), branch="later")
    assert client.repos.get(_id(made.id)).head_commit_id == commit
    for branch, tag in (("missing", None), ("--upload-pack=x", None), ("main", "v1"), (None, None)):
        with pytest.raises(InvalidParameterValue):
            client.repos.update(_id(made.id), branch=branch, tag=tag)
    assert client.repos.get(_id(made.id)).head_commit_id == commit


def test_a_notebook_is_one(client: WorkspaceClient, repository: Repository) -> None:
    """A Python file that says so is a notebook by its name without an ending, exported as its source."""
    source = "# Databricks notebook source\nprint(1)\n"
    repository.git("checkout", "--quiet", "-b", "notebooks")
    repository.commit("explore/all.py", source)
    repository.git("checkout", "--quiet", "main")
    made = client.repos.create(repository.url, "gitHub", path="/Projects/flights/notebooks")
    client.repos.update(_id(made.id), branch="notebooks")
    (notebook,) = client.workspace.list("/Projects/flights/notebooks/explore")
    assert (notebook.object_type, notebook.path) == (
        ObjectType.NOTEBOOK,
        "/Projects/flights/notebooks/explore/all",
    )
    assert notebook.language == Language.PYTHON
    assert (
        client.workspace.download(notebook.path or "", format=ExportFormat.SOURCE).read() == source.encode()
    )


def test_levels_hold_for_what_is_inside(
    client: WorkspaceClient, repository: Repository, make_user: Callable[..., Member]
) -> None:
    """Nobody sees another's; CAN_READ reads files, CAN_EDIT updates, CAN_MANAGE deletes."""
    ann = make_user()
    repo_id = _id(client.repos.create(repository.url, "gitHub", path="/Projects/flights/private").id)
    with pytest.raises(PermissionDenied):
        ann.client.repos.get(repo_id)
    assert repo_id not in [each.id for each in ann.client.repos.list()]
    _permit(client, repo_id, ann, PermissionLevel.CAN_READ)
    assert ann.client.workspace.export("/Projects/flights/private/notebooks/explore.py").content
    assert repo_id in [each.id for each in ann.client.repos.list(path_prefix="/Projects")]
    with pytest.raises(PermissionDenied, match="Edit"):
        ann.client.repos.update(repo_id, branch="next")
    _permit(client, repo_id, ann, PermissionLevel.CAN_EDIT)
    ann.client.repos.update(repo_id, branch="next")
    with pytest.raises(PermissionDenied, match="Manage"):
        ann.client.repos.delete(repo_id)
    client.repos.delete(repo_id)
    with pytest.raises(NotFound):
        client.workspace.get_status("/Projects/flights/private")
    with pytest.raises(NotFound):
        client.repos.get(repo_id)


def test_a_deleted_folder_takes_its_git_folders_along(
    client: WorkspaceClient, repository: Repository
) -> None:
    """As everything else in it."""
    client.workspace.mkdirs("/Projects/old")
    repo_id = _id(client.repos.create(repository.url, "gitHub", path="/Projects/old/code").id)
    client.workspace.delete("/Projects/old", recursive=True)
    with pytest.raises(NotFound):
        client.repos.get(repo_id)


@pytest.mark.parametrize(
    ("url", "provider", "path", "message"),
    [
        ("https://github.com/a/b", "gitHub", "/Projects/flights/x", "on this machine only"),
        ("file:///no/such/repository", "gitHub", "/Projects/flights/x", "git: "),
        ("file:///tmp", "svn", "/Projects/flights/x", "provider is not one of"),
        ("file:///tmp", "gitHub", "/nowhere/x", "Path .* doesn't exist"),
        ("file:///tmp", "gitHub", "/Repos/x", "/Repos/folder/repo"),
    ],
)
def test_mistakes_are_refused(
    client: WorkspaceClient, url: str, provider: str, path: str, message: str
) -> None:
    """Before anything is in the tree."""
    with pytest.raises(DatabricksError, match=message):
        client.repos.create(url, provider, path=path)
    with pytest.raises(NotFound):
        client.workspace.get_status(path)


def _below(client: WorkspaceClient, path: str) -> list[str]:
    return [str(found.path) for found in client.workspace.list(path, recursive=True)]


def _permit(client: WorkspaceClient, repo_id: int, member: Member, level: PermissionLevel) -> None:
    entry = AccessControlRequest(user_name=member.principal.name, permission_level=level)
    client.permissions.update("repos", str(repo_id), access_control_list=[entry])


def _id(repo_id: int | None) -> int:
    assert repo_id is not None
    return repo_id
