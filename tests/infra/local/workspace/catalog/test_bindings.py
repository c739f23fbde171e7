"""Workspace bindings: which workspaces reach an isolated catalog, owners included."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.service.catalog import (
    CatalogIsolationMode,
    VolumeType,
    WorkspaceBinding,
    WorkspaceBindingBindingType,
)

from tests.infra.local.workspace.catalog.granting import grant
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

MakeCatalog = Callable[[], str]
_READ_ONLY = WorkspaceBindingBindingType.BINDING_TYPE_READ_ONLY
_READ_WRITE = WorkspaceBindingBindingType.BINDING_TYPE_READ_WRITE


@pytest.fixture
def isolated(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> str:
    """A catalog of the deployer's that only workspace prod reaches, in the provider's order of calls."""
    catalog, owner = make_catalog(), lakehouse.client("deployer", lakehouse.prod)
    owner.volumes.create(catalog, "flights", "artifacts", VolumeType.MANAGED)
    owner.catalogs.update(catalog, isolation_mode=CatalogIsolationMode.ISOLATED)
    assert owner.metastores.current().workspace_id == lakehouse.prod
    _bind(lakehouse, catalog, lakehouse.prod, _READ_WRITE)
    return catalog


@pytest.fixture(autouse=True)
def _open_again(lakehouse: Lakehouse, isolated: str) -> object:
    yield
    _bind(lakehouse, isolated, lakehouse.dev, _READ_WRITE)


def test_an_unbound_workspace_reaches_nothing(lakehouse: Lakehouse, isolated: str) -> None:
    """Not even the owner sees the catalog there."""
    here, there = lakehouse.client("deployer", lakehouse.prod), lakehouse.client("deployer")
    assert here.catalogs.get(isolated).isolation_mode == CatalogIsolationMode.ISOLATED
    for attempt in (
        lambda: there.catalogs.get(isolated),
        lambda: there.schemas.create("more", isolated),
        lambda: list(there.schemas.list(isolated)),
        lambda: grant(there, "catalog", isolated, "data-scientists", "SELECT"),
        lambda: list(there.files.list_directory_contents(f"/Volumes/{isolated}/flights/artifacts")),
    ):
        with pytest.raises(PermissionDenied, match="is not accessible in current workspace"):
            attempt()
    assert isolated in [each.name for each in here.catalogs.list()]
    assert isolated not in [each.name for each in there.catalogs.list()]


def test_a_read_only_binding_refuses_writes_to_everybody(lakehouse: Lakehouse, isolated: str) -> None:
    """The owner reads from dev and changes nothing from there; in prod it still writes."""
    _bind(lakehouse, isolated, lakehouse.dev, _READ_ONLY)
    here, there = lakehouse.client("deployer", lakehouse.prod), lakehouse.client("deployer")
    path = f"/Volumes/{isolated}/flights/artifacts/a"
    here.files.upload(path, io.BytesIO(b"a"))
    assert there.schemas.get(f"{isolated}.flights").name == "flights"
    assert [each.name for each in there.files.list_directory_contents(path.rpartition("/")[0])] == ["a"]
    for attempt in (
        lambda: there.files.upload(path, io.BytesIO(b"b")),
        lambda: there.files.delete(path),
        lambda: there.schemas.create("more", isolated),
        lambda: there.schemas.update(f"{isolated}.flights", comment="changed"),
        lambda: there.volumes.delete(f"{isolated}.flights.artifacts"),
        lambda: there.catalogs.update(isolated, isolation_mode=CatalogIsolationMode.OPEN),
        lambda: there.registered_models.create(catalog_name=isolated, schema_name="flights", name="model"),
        lambda: grant(there, "catalog", isolated, "data-scientists", "SELECT"),
    ):
        with pytest.raises(PermissionDenied, match="as read-only"):
            attempt()


def test_bindings_are_read_back(lakehouse: Lakehouse, isolated: str) -> None:
    """The provider finds its binding by workspace and type."""
    _bind(lakehouse, isolated, lakehouse.dev, _READ_ONLY)
    client = lakehouse.client("deployer", lakehouse.prod)
    found = {
        each.workspace_id: each.binding_type
        for each in client.workspace_bindings.get_bindings("catalog", isolated)
    }
    assert found == {lakehouse.dev: _READ_ONLY, lakehouse.prod: _READ_WRITE}
    assert set(client.workspace_bindings.get(isolated).workspaces or []) == {lakehouse.dev, lakehouse.prod}
    client.workspace_bindings.update_bindings(
        "catalog", isolated, remove=[WorkspaceBinding(workspace_id=lakehouse.dev, binding_type=_READ_ONLY)]
    )
    assert [each.workspace_id for each in client.workspace_bindings.get_bindings("catalog", isolated)] == [
        lakehouse.prod
    ]


def test_only_who_manages_binds(lakehouse: Lakehouse, isolated: str) -> None:
    """A reader of the catalog can't let its own workspace write to it."""
    owner = lakehouse.client("deployer", lakehouse.prod)
    grant(owner, "catalog", isolated, "alice@example.com", "ALL_PRIVILEGES")
    alice = lakehouse.client("alice@example.com", lakehouse.prod)
    binding = WorkspaceBinding(workspace_id=lakehouse.dev, binding_type=_READ_WRITE)
    with pytest.raises(PermissionDenied, match="MANAGE on Catalog"):
        alice.workspace_bindings.update_bindings("catalog", isolated, add=[binding])


def _bind(lakehouse: Lakehouse, catalog: str, workspace_id: int, kind: WorkspaceBindingBindingType) -> None:
    client = lakehouse.client("deployer", lakehouse.prod)
    binding = WorkspaceBinding(workspace_id=workspace_id, binding_type=kind)
    client.workspace_bindings.update_bindings("catalog", catalog, add=[binding])
