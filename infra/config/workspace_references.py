"""What a workspace's settings say against the account's cloud, and against those of other workspaces."""

from __future__ import annotations

from collections.abc import Iterator

from infra.config.documents import Document, KeyPath
from infra.config.problems import Problem
from infra.config.workspace import Workspace

# Whose address ends so is an account or a workspace of that cloud; as Databricks' SDK tells them apart.
_CLOUDS = {
    ".cloud.databricks.com": "aws",
    ".cloud.databricks.us": "aws",
    ".gcp.databricks.com": "gcp",
    ".azuredatabricks.net": "azure",
    ".databricks.azure.us": "azure",
    ".databricks.azure.cn": "azure",
}


def cloud_of(host: str) -> str | None:
    """The cloud that an address of Databricks' is of; None for any other address."""
    return next((cloud for end, cloud in _CLOUDS.items() if host.endswith(end)), None)


def check_workspace(document: Document, workspace: Workspace, cloud: str) -> Iterator[Problem]:
    """A workspace is in the account's own cloud; Azure's is a resource that wants a group to be in."""
    for other in (name for name in workspace.clouds if name != cloud):
        message = f"the account is on {cloud}; say how the workspace is made there"
        yield document.problem(("workspace", other), message)
    if cloud == "azure" and workspace.name and workspace.azure is None:
        message = "missing; on azure a workspace wants a resource_group"
        yield document.problem(("workspace", "azure"), message)
    yield from check_host(document, ("workspace", "host"), workspace.host or "", cloud)


def check_host(document: Document, path: KeyPath, host: str, cloud: str) -> Iterator[Problem]:
    """An address is of the account's own cloud."""
    if (other := cloud_of(host)) not in (None, cloud):
        yield document.problem(path, f"{host} is on {other}, and account.yaml says cloud: {cloud}")


def check_shared(document: Document, own: Workspace, other: str, theirs: Workspace) -> Iterator[Problem]:
    """Each environment has a workspace to itself, and on Azure what belongs to one workspace alone."""
    for key in ("name", "id", "host"):
        if (value := getattr(own, key)) and value == getattr(theirs, key):
            yield document.problem(("workspace", key), f"is the workspace of {other} already")
            return
    if own.azure is None or theirs.azure is None:
        return
    group = own.azure.managed_resource_group
    if group and group == theirs.azure.managed_resource_group:
        path: KeyPath = ("workspace", "azure", "managed_resource_group")
        yield document.problem(path, f"is that of {other} already")
    taken = theirs.azure.network.subnets if theirs.azure.network else {}
    for name, subnet in (own.azure.network.subnets if own.azure.network else {}).items():
        if subnet in taken.values():
            message = f"is a subnet of {other} already: on azure each workspace has its own"
            yield document.problem(("workspace", "azure", "network", name), message)
