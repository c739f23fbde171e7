"""databricks_repo: Git folders."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlparse

from infra.local.provider.client import JsonObject, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, Resource
from infra.local.provider.resources.mapping import changed, decode, encode

_REPOS = "/api/2.0/repos"
_NAMES = {"git_provider": "provider", "commit_hash": "head_commit_id"}
_SENT = {"git_provider", "path", "sparse_checkout", "url"}
_SCHEMES = (
    "https",
    "http",
    "file",
)  # `file` is this provider's alone: the local workspace clones nothing else
_PROVIDERS = {
    "github.com": "gitHub",
    "dev.azure.com": "azureDevOpsServices",
    "gitlab.com": "gitLab",
    "bitbucket.org": "bitbucketCloud",
}
_CODE_COMMIT = re.compile(r"git-codecommit\.[^.]+\.amazonaws\.com")


class Repo(Resource):
    """A Git folder, at a branch or tag; a new commit there is no change that Terraform sees."""

    type_name = "databricks_repo"

    def check(self, config: Element) -> None:
        url, path = config["url"], config["path"]
        if isinstance(url, str) and urlparse(url).scheme not in _SCHEMES:
            message = f"url {url} is of none of the schemes {', '.join(_SCHEMES)}"
            raise InvalidError(message, "url")
        if isinstance(path, str) and path.startswith("/Repos/") and path.rstrip("/").count("/") != 3:
            message = f"path {path} should have 3 components: /Repos/<directory>/<repo>"
            raise InvalidError(message, "path")

    def create(self, call: Call) -> str:
        body = encode(call.block, call.values, _NAMES, only=_SENT)
        body["provider"] = body.get("provider") or find_provider(call.values["url"])
        if call.values["path"] and isinstance(call.values["path"], str):
            call.api.post(
                "/api/2.0/workspace/mkdirs", {"path": str(PurePosixPath(call.values["path"]).parent)}
            )
        return str(call.api.post(_REPOS, body)["id"])

    def finish(self, call: Call) -> None:
        """Leave the default branch for the one that is declared."""
        wanted = _reference(call.values)
        if wanted and wanted != {"branch": call.api.get(_url(call.id)).get("branch")}:
            call.api.call("PATCH", _url(call.id), body=wanted)

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(_url(call.id))
        if answer is None:
            return None
        told = decode(call.block, answer, _NAMES)
        kept = ("id", "tag")
        values = {name: value for name, value in told.items() if name not in kept}
        return values | {"workspace_path": f"/Workspace{answer['path']}"}

    def update(self, call: Call) -> str:
        wanted = _reference(call.values)
        differing = changed(call.before, call.values)
        if "tag" in differing and call.values["tag"]:
            wanted = {"tag": call.values["tag"]}
        if wanted:
            call.api.call("PATCH", _url(call.id), body=wanted)
        return call.id

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", _url(call.id))


def _reference(values: Element) -> JsonObject:
    for kind in ("tag", "branch"):
        if isinstance(values[kind], str) and values[kind]:
            return {kind: values[kind]}
    return {}


def find_provider(url: str) -> str:
    """The Git provider of a repository's host; InvalidError where that does not tell."""
    host = (urlparse(url).hostname or "").lower()
    found = "awsCodeCommit" if _CODE_COMMIT.fullmatch(host) else _PROVIDERS.get(host)
    if found is None:
        message = "git_provider isn't specified and we can't detect provider from URL"
        raise InvalidError(message, "git_provider")
    return found


def _url(repo_id: str) -> str:
    return f"{_REPOS}/{segment(repo_id)}"


RESOURCES: tuple[Resource, ...] = (Repo(),)
