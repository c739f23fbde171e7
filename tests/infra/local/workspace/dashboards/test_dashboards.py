"""Dashboards through databricks-sdk: drafts, what is published, their place in the tree."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import (
    BadRequest,
    InvalidParameterValue,
    NotFound,
    PermissionDenied,
    ResourceAlreadyExists,
    ResourceConflict,
)
from databricks.sdk.service.dashboards import Dashboard, LifecycleState
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from databricks.sdk.service.workspace import ObjectType

from tests.infra.local.workspace.members import Member, Workspace

CONTENT = '{"datasets": [{"name": "a", "query": "SELECT 1"}], "pages": [{"name": "p", "layout": []}]}'
FOLDER = "/Shared/boards"
_numbers = count(1)


@pytest.fixture(scope="module")
def client(workspace: Workspace) -> WorkspaceClient:
    """The workspace's admin, in a workspace with a folder for dashboards."""
    workspace.client.workspace.mkdirs(FOLDER)
    return workspace.client


@pytest.fixture
def dashboard(client: WorkspaceClient) -> Dashboard:
    """A new draft."""
    return _create(client, f"board {next(_numbers)}")


def test_a_draft_is_a_file_of_its_folder(client: WorkspaceClient, dashboard: Dashboard) -> None:
    """It is told as it was written, and stands in the tree by its name."""
    assert (dashboard.serialized_dashboard, dashboard.warehouse_id) == (CONTENT, "w1")
    assert dashboard.path == f"{FOLDER}/{dashboard.display_name}.lvdash.json"
    assert client.lakeview.get(_id(dashboard)) == dashboard
    node = client.workspace.get_status(str(dashboard.path))
    assert (node.object_type, node.resource_id) == (ObjectType.DASHBOARD, dashboard.dashboard_id)
    assert dashboard.path in [found.path for found in client.workspace.list(FOLDER)]
    with pytest.raises(ResourceAlreadyExists):
        _create(client, str(dashboard.display_name))


def test_a_change_needs_the_newest_etag(client: WorkspaceClient, dashboard: Dashboard) -> None:
    """Who has read an older one is refused; a new name is a new path."""
    changed = client.lakeview.update(_id(dashboard), Dashboard(display_name="renamed", etag=dashboard.etag))
    assert changed.path == f"{FOLDER}/renamed.lvdash.json"
    assert changed.serialized_dashboard == CONTENT
    assert changed.etag != dashboard.etag
    assert client.workspace.get_status(str(changed.path)).resource_id == dashboard.dashboard_id
    with pytest.raises(NotFound):
        client.workspace.get_status(str(dashboard.path))
    with pytest.raises(ResourceConflict, match="was changed meanwhile"):
        client.lakeview.update(_id(dashboard), Dashboard(warehouse_id="w2", etag=dashboard.etag))
    assert client.lakeview.update(_id(dashboard), Dashboard(warehouse_id="w2")).warehouse_id == "w2"
    client.lakeview.trash(_id(dashboard))


def test_what_is_published_stays_until_the_next_time(client: WorkspaceClient, dashboard: Dashboard) -> None:
    """With the draft's warehouse or another one; taken back, the draft is still there."""
    with pytest.raises(NotFound, match="not published"):
        client.lakeview.get_published(_id(dashboard))
    published = client.lakeview.publish(_id(dashboard), embed_credentials=True)
    assert (published.warehouse_id, published.embed_credentials) == ("w1", True)
    client.lakeview.update(_id(dashboard), Dashboard(display_name=f"{dashboard.display_name} again"))
    assert client.lakeview.get_published(_id(dashboard)).display_name == dashboard.display_name
    assert client.lakeview.publish(_id(dashboard), warehouse_id="w3").warehouse_id == "w3"
    client.lakeview.unpublish(_id(dashboard))
    with pytest.raises(NotFound):
        client.lakeview.get_published(_id(dashboard))


def test_the_trash_is_the_end_of_changes(client: WorkspaceClient, dashboard: Dashboard) -> None:
    """By its id it is still told as trashed, but it is in no folder and in no list; nor is a folder's."""
    client.lakeview.trash(_id(dashboard))
    client.workspace.mkdirs(f"{FOLDER}/old")
    other = _create(client, "other", f"{FOLDER}/old")
    client.workspace.delete(f"{FOLDER}/old", recursive=True)
    for gone in (dashboard, other):
        assert client.lakeview.get(_id(gone)).lifecycle_state is LifecycleState.TRASHED
        assert gone.dashboard_id not in [found.dashboard_id for found in client.lakeview.list()]
        assert gone.dashboard_id in [found.dashboard_id for found in client.lakeview.list(show_trashed=True)]
        with pytest.raises(PermissionDenied, match="in the trash"):
            client.lakeview.trash(_id(gone))
    with pytest.raises(NotFound):
        client.workspace.get_status(str(dashboard.path))


def test_lists_have_pages_and_summaries(client: WorkspaceClient, dashboard: Dashboard) -> None:
    """What is long is told by get alone."""
    _create(client, f"board {next(_numbers)}")
    found = list(client.lakeview.list(page_size=1))
    assert len(found) > 1
    assert dashboard.dashboard_id in [each.dashboard_id for each in found]
    assert {each.serialized_dashboard for each in found} == {None}


def test_levels_come_from_the_dashboard_and_its_folder(
    client: WorkspaceClient, make_user: Callable[..., Member]
) -> None:
    """Nobody sees one in another's home; CAN_READ reads, CAN_EDIT changes and publishes, no more."""
    ann = make_user()
    home = f"/Users/{client.current_user.me().user_name}"
    dashboard = client.lakeview.create(Dashboard(display_name="mine"))
    assert dashboard.parent_path == home
    for dashboard_id in (_id(dashboard), "0" * 32):
        with pytest.raises(PermissionDenied):
            ann.client.lakeview.get(dashboard_id)
    for level, may_change in ((PermissionLevel.CAN_READ, False), (PermissionLevel.CAN_EDIT, True)):
        entry = AccessControlRequest(user_name=ann.principal.name, permission_level=level)
        client.permissions.update("dashboards", _id(dashboard), access_control_list=[entry])
        assert ann.client.lakeview.get(_id(dashboard)).display_name == "mine"
        if may_change:
            ann.client.lakeview.publish(_id(dashboard))
        else:
            with pytest.raises(PermissionDenied, match="Edit"):
                ann.client.lakeview.publish(_id(dashboard))
        with pytest.raises(PermissionDenied, match="Manage"):
            ann.client.lakeview.trash(_id(dashboard))
    assert ann.client.lakeview.get(_id(_create(client, "shared"))).path == f"{FOLDER}/shared.lvdash.json"


def test_drawing_dashboards_needs_databricks_sql(
    client: WorkspaceClient, dashboard: Dashboard, make_user: Callable[..., Member]
) -> None:
    """Without that entitlement a workspace's user sees what she may, and neither makes nor changes any."""
    ann = make_user()
    operation = {"op": "remove", "path": 'entitlements[value eq "databricks-sql-access"]'}
    patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}
    users = next(group for group in client.groups.list() if group.display_name == "users")
    client.api_client.do("PATCH", f"/api/2.0/preview/scim/v2/Groups/{users.id}", body=patch)
    with pytest.raises(PermissionDenied, match="not entitled to Databricks SQL"):
        ann.client.lakeview.create(Dashboard(display_name="hers"))
    with pytest.raises(PermissionDenied, match="not entitled to Databricks SQL"):
        ann.client.lakeview.publish(_id(dashboard))
    assert ann.client.lakeview.get(_id(dashboard)).dashboard_id == _id(dashboard)
    assert _id(dashboard) in [found.dashboard_id for found in ann.client.lakeview.list()]


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"display_name": "a/b"}, InvalidParameterValue, "display_name"),
        ({"display_name": "a", "serialized_dashboard": "{"}, InvalidParameterValue, "is not JSON"),
        ({"display_name": "a", "serialized_dashboard": "[]"}, InvalidParameterValue, "lists `datasets`"),
        ({"display_name": "a", "serialized_dashboard": '{"pages": [1]}'}, InvalidParameterValue, "lists"),
        ({"display_name": "a", "parent_path": "/nowhere"}, NotFound, r"^Path \(/nowhere\) doesn't exist\.$"),
    ],
)
def test_mistakes_are_refused(
    client: WorkspaceClient, fields: dict[str, Any], error: type[Exception], message: str
) -> None:
    """One clear line each; that of a missing folder is the one that Terraform's provider looks for."""
    with pytest.raises(error, match=message):
        client.lakeview.create(Dashboard(**fields))


def test_what_is_not_drawn_here_is_not_served(client: WorkspaceClient, dashboard: Dashboard) -> None:
    """Dashboards are not exported as files, and have no schedules."""
    with pytest.raises(BadRequest, match="is a dashboard"):
        client.workspace.export(str(dashboard.path))
    with pytest.raises(Exception, match="not served locally"):
        list(client.lakeview.list_schedules(_id(dashboard)))


def _create(client: WorkspaceClient, name: str, parent: str = FOLDER) -> Dashboard:
    draft = Dashboard(display_name=name, parent_path=parent, serialized_dashboard=CONTENT, warehouse_id="w1")
    return client.lakeview.create(draft)


def _id(dashboard: Dashboard) -> str:
    assert dashboard.dashboard_id is not None
    return dashboard.dashboard_id
