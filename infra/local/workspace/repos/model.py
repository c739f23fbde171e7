"""Git folders of all workspaces: where each stands, and which commit its files are of."""

from __future__ import annotations

from pathlib import Path

from infra.local.workspace.errors import InvalidParameterError, NotFoundError, NotServedError
from infra.local.workspace.fields import read_text
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.repos.git import check_out
from infra.local.workspace.store import Document, Store
from infra.local.workspace.tree import paths
from infra.local.workspace.tree.model import Tree

OBJECT_TYPE = "repos"
_NODE = "REPO"
_READ, _EDIT, _MANAGE = "CAN_READ", "CAN_EDIT", "CAN_MANAGE"
_PROVIDERS = (
    *("gitHub", "bitbucketCloud", "gitLab", "azureDevOpsServices", "gitHubEnterprise"),
    *("bitbucketServer", "gitLabEnterpriseEdition", "awsCodeCommit"),
)


class Repos:
    """Documents with `url`, `path`, `branch` and `head_commit_id`; the files stand in the tree."""

    def __init__(self, store: Store, folder: Path, *, permissions: Permissions, tree: Tree) -> None:
        self._store = store
        self._repos = store.collection("repos")
        self._folder = folder
        self._permissions = permissions
        self._tree = tree
        tree.on_deleted.append(self._forget_node)

    def create(self, caller: Caller, workspace_id: int, request: Document) -> Document:
        """Clone the default branch of a repository into a folder that is there."""
        url = read_text(request, "url")
        _refuse_unserved(request)
        path = _check_place(paths.normal(read_text(request, "path") or _home(caller, url)))
        provider = _provider(request)
        self._tree.require_free(caller, workspace_id, path)
        found = check_out(url, "", self._folder)
        with self._store.transaction():
            node = self._tree.place(caller, workspace_id, path, _NODE)
            self._tree.fill(workspace_id, node, found.files)
            repo = {
                "id": node["object_id"],
                "url": url,
                "provider": provider,
                "path": path,
                "branch": found.branch,
                "head_commit_id": found.commit,
            }
            return self._repos.put(f"{workspace_id}/{repo['id']}", repo)

    def get(self, caller: Caller, workspace_id: int, repo_id: str) -> Document:
        """A Git folder."""
        return self._require(caller, workspace_id, repo_id, _READ)

    def visible(self, caller: Caller, workspace_id: int, prefix: str) -> list[Document]:
        """The Git folders below a path that the caller may read."""
        wanted = paths.normal(prefix) if prefix else ""
        return [
            repo
            for repo in self._repos.all(f"{workspace_id}/")
            if repo["path"].startswith(wanted)
            and self._permissions.allows(caller, workspace_id, OBJECT_TYPE, str(repo["id"]), _READ)
        ]

    def update(self, caller: Caller, workspace_id: int, repo_id: str, request: Document) -> None:
        """Have the newest commit of a branch or tag."""
        repo = self._require(caller, workspace_id, repo_id, _EDIT)
        branch, tag = read_text(request, "branch"), read_text(request, "tag")
        if bool(branch) == bool(tag):
            raise InvalidParameterError("A Git folder is updated to a branch or to a tag.")
        _refuse_unserved(request)
        found = check_out(repo["url"], branch or tag, self._folder)
        with self._store.transaction():
            self._tree.fill(workspace_id, self._tree.get(caller, workspace_id, repo["path"]), found.files)
            changed = {**repo, "branch": found.branch, "head_commit_id": found.commit}
            self._repos.put(f"{workspace_id}/{repo_id}", changed)

    def delete(self, caller: Caller, workspace_id: int, repo_id: str) -> None:
        """Remove a Git folder with its files."""
        repo = self._require(caller, workspace_id, repo_id, _MANAGE)
        with self._store.transaction():
            self._tree.remove(workspace_id, repo["path"])
            self._repos.delete(f"{workspace_id}/{repo_id}")

    def _require(self, caller: Caller, workspace_id: int, repo_id: str, level: str) -> Document:
        self._permissions.require(caller, workspace_id, OBJECT_TYPE, repo_id, level)
        repo = self._repos.get(f"{workspace_id}/{repo_id}")
        if repo is None:
            raise NotFoundError(f"Repo {repo_id} could not be found.")
        return repo

    def _forget_node(self, workspace_id: int, node: Document) -> None:
        if node["object_type"] == _NODE:
            self._repos.delete(f"{workspace_id}/{node['resource_id']}")


def _refuse_unserved(request: Document) -> None:
    for part in ("git_credential_id", "sparse_checkout"):
        if request.get(part):
            raise NotServedError(f"Git folders are cloned whole and by nobody locally: {part} is not served.")


def _check_place(path: str) -> str:
    if path.startswith("/Repos/") and path.count("/") != 3:
        raise InvalidParameterError(f"Git folders in /Repos are called /Repos/folder/repo, not {path}.")
    return path


def _provider(request: Document) -> str:
    given = read_text(request, "provider")
    for provider in _PROVIDERS:
        if provider.lower() == given.lower():
            return provider
    raise InvalidParameterError(f"provider is not one of {', '.join(_PROVIDERS)}.")


def _home(caller: Caller, url: str) -> str:
    name = url.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return f"/Repos/{caller.name}/{name}"
