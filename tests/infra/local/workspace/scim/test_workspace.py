"""Principals and entitlements as a workspace sees them, through the SDK."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

import pytest
from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.errors.platform import InvalidParameterValue, Unauthenticated
from databricks.sdk.service import iam

from infra.local.workspace.identity.caller import Principal
from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Member, Workspace


def _values(values: Iterable[iam.ComplexValue] | None) -> set[str | None]:
    return {value.value for value in values or []}


def _system_group(client: WorkspaceClient, name: str) -> iam.Group:
    (group,) = client.groups.list(filter=f'displayName eq "{name}"')
    return group


def _set_entitlements(client: WorkspaceClient, group_id: str, *names: str) -> None:
    values = [{"value": name} for name in names] or [{}]
    operation = iam.Patch(op=iam.PatchOp.REPLACE, path="entitlements", value=values)
    client.groups.patch(group_id, operations=[operation])


def _has(local_account: LocalAccount, workspace: Workspace, principal: Principal, name: str) -> bool:
    caller = local_account.directory.caller(principal.id, workspace.id)
    assert caller is not None
    return local_account.scim.entitlements.has(caller, workspace.id, name)


def test_everyone_reads_itself(
    make_user: Callable[..., Member],
    make_service_principal: Callable[..., Member],
    make_group: Callable[..., Principal],
) -> None:
    """Me names the caller as grants do, with all of its groups; a service principal by application id."""
    ann, robot = make_user(), make_service_principal("robot")
    outer = make_group(make_group(ann.principal, name="me-inner"), name="me-outer")
    me = ann.client.current_user.me()
    assert me.user_name == ann.principal.name
    assert {group.display for group in me.groups or []} == {"me-inner", outer.name, "users"}
    itself = robot.client.current_user.me()
    assert (itself.user_name, itself.display_name) == (robot.principal.name, "robot")


def test_only_assigned_principals_are_seen(
    account_client: AccountClient,
    workspace: Workspace,
    make_user: Callable[..., Member],
    make_group: Callable[..., Principal],
) -> None:
    """Assigned groups and whoever is in them; other groups of the account are not there."""
    ann = make_user()
    hidden = account_client.groups.create(display_name="hidden")
    inside = account_client.users.create(user_name="inside@example.com")
    account_client.users.create(user_name="outside@example.com")
    assert hidden.id
    assert inside.id
    group = make_group(Principal(inside.id, "user", "inside@example.com", "inside"), name="seen")
    groups = {found.display_name for found in ann.client.groups.list()}
    assert {"seen", "users", "admins"} <= groups
    assert "hidden" not in groups
    with pytest.raises(NotFound):
        workspace.client.groups.get(hidden.id)
    users = {found.user_name for found in ann.client.users.list()}
    assert "inside@example.com" in users
    assert "outside@example.com" not in users
    assert _values(ann.client.groups.get(group.id).members) == {inside.id}


def test_everyone_is_entitled_through_users_until_an_admin_takes_it_away(
    local_account: LocalAccount,
    account_client: AccountClient,
) -> None:
    """As on Databricks: access comes with the group `users`, then by group or directly; admins keep it."""
    workspace = Workspace(local_account, account_client, f"entitled-{uuid.uuid4().hex[:6]}")
    ann, bob, chief = workspace.add_user(), workspace.add_user(), workspace.add_user(admin=True)
    assert _has(local_account, workspace, ann.principal, "databricks-sql-access")
    assert not _has(local_account, workspace, ann.principal, "allow-cluster-create")
    users = _system_group(workspace.client, "users")
    assert _values(users.entitlements) == {"workspace-access", "databricks-sql-access"}
    assert users.id
    _set_entitlements(workspace.client, users.id)
    assert not _values(_system_group(workspace.client, "users").entitlements)
    assert not _has(local_account, workspace, ann.principal, "databricks-sql-access")
    assert _has(local_account, workspace, chief.principal, "databricks-sql-access")
    outer = workspace.add_group(workspace.add_group(ann.principal))
    _set_entitlements(workspace.client, outer.id, "databricks-sql-access")
    assert _has(local_account, workspace, ann.principal, "databricks-sql-access")
    assert not _has(local_account, workspace, ann.principal, "workspace-access")
    assert not _has(local_account, workspace, bob.principal, "databricks-sql-access")


def test_entitlements_are_a_workspaces_own(
    local_account: LocalAccount, account_client: AccountClient, workspace: Workspace
) -> None:
    """What a group holds in one workspace it does not hold in another, nor after it left."""
    other = Workspace(local_account, account_client, f"other-{uuid.uuid4().hex[:6]}")
    group = workspace.add_group()
    levels = [iam.WorkspacePermission.USER]
    account_client.workspace_assignment.update(other.id, int(group.id), permissions=levels)
    _set_entitlements(workspace.client, group.id, "allow-cluster-create")
    assert _values(workspace.client.groups.get(group.id).entitlements) == {"allow-cluster-create"}
    assert not _values(other.client.groups.get(group.id).entitlements)
    account_client.workspace_assignment.delete(workspace.id, int(group.id))
    account_client.workspace_assignment.update(workspace.id, int(group.id), permissions=levels)
    assert not _values(workspace.client.groups.get(group.id).entitlements)


def test_entitlements_are_removed_as_terraform_does(
    workspace: Workspace, make_service_principal: Callable[..., Member]
) -> None:
    """By value, by filter and all together; unknown ones are refused."""
    robot = make_service_principal()
    api = workspace.client.service_principals

    def patch(operation: iam.PatchOp, path: str, value: object = None) -> set[str | None]:
        api.patch(robot.principal.id, operations=[iam.Patch(op=operation, path=path, value=value)])
        return _values(api.get(robot.principal.id).entitlements)

    names = ["allow-cluster-create", "databricks-sql-access", "workspace-access"]
    assert patch(iam.PatchOp.ADD, "entitlements", [{"value": n} for n in names]) == set(names)
    assert patch(iam.PatchOp.REMOVE, "entitlements", [{"value": names[0]}]) == set(names[1:])
    assert patch(iam.PatchOp.REMOVE, f'entitlements[value eq "{names[1]}"]') == {names[2]}
    assert patch(iam.PatchOp.REMOVE, "entitlements") == set()
    with pytest.raises(InvalidParameterValue, match="Unknown entitlement fly"):
        patch(iam.PatchOp.ADD, "entitlements", [{"value": "fly"}])


def test_only_admins_change_and_see_entitlements(
    workspace: Workspace, make_user: Callable[..., Member], make_group: Callable[..., Principal]
) -> None:
    """Others may look up names, nothing more; what an admin has can't be taken from `admins`."""
    ann, group = make_user(), make_group()
    _set_entitlements(workspace.client, group.id, "workspace-access")
    assert ann.client.groups.get(group.id).display_name == group.name
    assert not _values(ann.client.groups.get(group.id).entitlements)
    with pytest.raises(PermissionDenied, match="not an admin of this workspace"):
        _set_entitlements(ann.client, group.id, "databricks-sql-access")
    with pytest.raises(PermissionDenied):
        ann.client.users.create(user_name="friend@example.com")
    admins = _system_group(workspace.client, "admins")
    assert admins.id
    with pytest.raises(InvalidParameterValue, match="group admins"):
        _set_entitlements(workspace.client, admins.id, "workspace-access")


def test_what_is_the_accounts_is_changed_at_the_account(
    workspace: Workspace, make_user: Callable[..., Member], make_group: Callable[..., Principal]
) -> None:
    """Neither members of an account group nor anybody's name or activity change from a workspace."""
    ann, group = make_user(), make_group()
    add = iam.Patch(op=iam.PatchOp.ADD, path="members", value=[{"value": ann.principal.id}])
    with pytest.raises(PermissionDenied, match="belongs to the account"):
        workspace.client.groups.patch(group.id, operations=[add])
    with pytest.raises(PermissionDenied, match="displayName"):
        workspace.client.groups.update(group.id, display_name="renamed")
    off = iam.Patch(op=iam.PatchOp.REPLACE, path="active", value="false")
    with pytest.raises(PermissionDenied, match="active"):
        workspace.client.users.patch(ann.principal.id, operations=[off])
    role = iam.Patch(op=iam.PatchOp.ADD, path="roles", value=[{"value": "account_admin"}])
    with pytest.raises(InvalidParameterValue, match="Roles"):
        workspace.client.users.patch(ann.principal.id, operations=[role])
    workspace.client.groups.update(
        group.id,
        display_name=group.name,
        entitlements=[iam.ComplexValue(value="allow-cluster-create")],
    )
    assert _values(workspace.client.groups.get(group.id).entitlements) == {"allow-cluster-create"}


def test_a_user_let_in_by_a_workspace_admin_is_the_accounts(
    account_client: AccountClient, workspace: Workspace
) -> None:
    """Created at the workspace, a user is in the account; deleted there, only out of the workspace."""
    user = workspace.client.users.create(
        user_name="guest@example.com", entitlements=[iam.ComplexValue(value="workspace-access")]
    )
    assert user.id
    assert _values(user.entitlements) == {"workspace-access"}
    workspace.client.users.delete(user.id)
    with pytest.raises(NotFound):
        workspace.client.users.get(user.id)
    assert account_client.users.get(user.id).user_name == "guest@example.com"
    again = workspace.client.users.create(user_name="guest@example.com")
    assert again.id == user.id
    assert not _values(again.entitlements)


def test_the_creator_of_a_service_principal_manages_it(
    local_account: LocalAccount, make_user: Callable[..., Member]
) -> None:
    """A workspace admin who makes one may hand out its roles, and must take the role user itself."""
    chief = make_user(admin=True)
    robot = chief.client.service_principals.create(display_name="chiefs-robot")
    assert robot.application_id
    caller = local_account.directory.caller(chief.principal.id, None)
    assert caller
    rule_sets = local_account.account.rule_sets
    assert rule_sets.may_manage(caller, robot.application_id)
    assert not rule_sets.may_use(caller, robot.application_id)


def test_a_workspaces_own_group_is_unknown_to_the_account(
    local_account: LocalAccount, workspace: Workspace, make_user: Callable[..., Member]
) -> None:
    """It entitles its members, and nothing of the account can be granted to it."""
    ann = make_user()
    group = workspace.client.groups.create(
        display_name="local", members=[iam.ComplexValue(value=ann.principal.id)]
    )
    assert group.id
    assert group.meta
    assert group.meta.resource_type == "WorkspaceGroup"
    _set_entitlements(workspace.client, group.id, "allow-instance-pool-create")
    assert _has(local_account, workspace, ann.principal, "allow-instance-pool-create")
    assert local_account.directory.named("local") is None
    remove = iam.Patch(op=iam.PatchOp.REMOVE, path=f'members[value eq "{ann.principal.id}"]')
    workspace.client.groups.patch(group.id, operations=[remove])
    assert not _has(local_account, workspace, ann.principal, "allow-instance-pool-create")
    workspace.client.groups.delete(group.id)
    with pytest.raises(NotFound):
        workspace.client.groups.get(group.id)


def test_members_of_admins_administer(workspace: Workspace, make_user: Callable[..., Member]) -> None:
    """Adding to and removing from `admins` makes and unmakes an admin at once."""
    ann = make_user()
    admins = _system_group(workspace.client, "admins")
    assert admins.id
    add = iam.Patch(op=iam.PatchOp.ADD, path="members", value=[{"value": ann.principal.id}])
    workspace.client.groups.patch(admins.id, operations=[add])
    ann.client.groups.create(display_name="by-ann")
    remove = iam.Patch(op=iam.PatchOp.REMOVE, path=f'members[value eq "{ann.principal.id}"]')
    workspace.client.groups.patch(admins.id, operations=[remove])
    with pytest.raises(PermissionDenied):
        ann.client.groups.create(display_name="by-ann-again")
    assert ann.client.current_user.me().active
    with pytest.raises(InvalidParameterValue, match="can't be deleted"):
        workspace.client.groups.delete(admins.id)


def test_a_group_lets_its_members_in(
    local_account: LocalAccount, account_client: AccountClient, workspace: Workspace
) -> None:
    """Whoever is in an assigned group is in the workspace, and out when the group is."""
    user = account_client.users.create(user_name="by-group@example.com")
    assert user.id
    principal = Principal(user.id, "user", "by-group@example.com", "by-group")
    client = workspace.client_of(principal)
    group = workspace.add_group(principal, admin=True)
    assert client.current_user.me().user_name == principal.name
    assert client.groups.create(display_name="by-group").id
    with pytest.raises(InvalidParameterValue, match="through a group"):
        workspace.client.users.delete(user.id)
    workspace.client.groups.delete(group.id)
    assert local_account.directory.find("group", group.name)
    with pytest.raises(Unauthenticated):
        client.current_user.me()
