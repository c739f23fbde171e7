"""Permissions on objects, through the SDK; the objects stand for those of other services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from databricks.sdk.errors import NotFound, PermissionDenied, platform
from databricks.sdk.errors.platform import InvalidParameterValue
from databricks.sdk.service import iam
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel

from infra.local.workspace.identity.caller import Caller, Principal
from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Member, Workspace

_NUMBERS: Iterator[int] = count(1)
MakeObject = Callable[[str, Principal], str]


@pytest.fixture(scope="module")
def make_object(local_account: LocalAccount, workspace: Workspace) -> MakeObject:
    """`make_object(type, creator)` → the id of an object as its service would announce it."""

    def make(type_: str, creator: Principal) -> str:
        object_id = str(next(_NUMBERS))
        caller = _caller(local_account, workspace, creator)
        local_account.permissions.created(workspace.id, type_, object_id, caller)
        return object_id

    return make


def _caller(local_account: LocalAccount, workspace: Workspace, principal: Principal) -> Caller:
    caller = local_account.directory.caller(principal.id, workspace.id)
    assert caller is not None
    return caller


def _levels(permissions: iam.ObjectPermissions) -> dict[str, list[tuple[str, bool]]]:
    """Name → (level, inherited)."""
    return {
        entry.user_name or entry.group_name or entry.service_principal_name or "": [
            (permission.permission_level.value, bool(permission.inherited))
            for permission in entry.all_permissions or []
            if permission.permission_level
        ]
        for entry in permissions.access_control_list or []
    }


def test_a_creator_owns_its_job_and_admins_inherit(
    make_user: Callable[..., Member], make_object: MakeObject
) -> None:
    """A new job has one owner, and the admins' level is shown as inherited."""
    ann = make_user()
    job = make_object("jobs", ann.principal)
    shown = ann.client.permissions.get("jobs", job)
    assert (shown.object_id, shown.object_type) == (f"/jobs/{job}", "job")
    assert _levels(shown) == {
        ann.principal.name: [("IS_OWNER", False)],
        "admins": [("CAN_MANAGE", True)],
    }


def test_a_service_principal_may_be_named_as_a_user(
    make_service_principal: Callable[..., Member], make_object: MakeObject
) -> None:
    """Terraform's provider names itself so, whatever it is; the answer says which it is."""
    robot = make_service_principal()
    job = make_object("jobs", robot.principal)
    shown = robot.client.permissions.set(
        "jobs",
        job,
        access_control_list=[
            AccessControlRequest(user_name=robot.principal.name, permission_level=PermissionLevel.IS_OWNER)
        ],
    )
    named = [
        entry.service_principal_name for entry in shown.access_control_list or [] if not entry.group_name
    ]
    assert named == [robot.principal.name]


def test_put_replaces_and_patch_adds(
    make_user: Callable[..., Member],
    make_service_principal: Callable[..., Member],
    make_group: Callable[..., Principal],
    make_object: MakeObject,
) -> None:
    """PUT leaves exactly what it names, PATCH keeps the rest."""
    ann, robot, readers = make_user(), make_service_principal(), make_group()
    experiment = make_object("experiments", ann.principal)
    mine = AccessControlRequest(user_name=ann.principal.name, permission_level=PermissionLevel.CAN_MANAGE)
    ann.client.permissions.update(
        "experiments",
        experiment,
        access_control_list=[
            AccessControlRequest(
                service_principal_name=robot.principal.name, permission_level=PermissionLevel.CAN_EDIT
            )
        ],
    )
    shown = ann.client.permissions.set(
        "experiments",
        experiment,
        access_control_list=[
            mine,
            AccessControlRequest(group_name=readers.name, permission_level=PermissionLevel.CAN_READ),
        ],
    )
    assert _levels(shown) == {
        ann.principal.name: [("CAN_MANAGE", False)],
        readers.name: [("CAN_READ", False)],
        "admins": [("CAN_MANAGE", True)],
    }


def test_a_level_holds_by_group_and_includes_lower_ones(
    local_account: LocalAccount,
    workspace: Workspace,
    make_user: Callable[..., Member],
    make_group: Callable[..., Principal],
    make_object: MakeObject,
) -> None:
    """Members of a group inside a group hold what the outer one was given, and no more."""
    ann, bob = make_user(), make_user()
    outer = make_group(make_group(bob.principal))
    warehouse = make_object("sql/warehouses", ann.principal)
    ann.client.permissions.update(
        "sql/warehouses",
        warehouse,
        access_control_list=[
            AccessControlRequest(group_name=outer.name, permission_level=PermissionLevel.CAN_USE)
        ],
    )
    caller = _caller(local_account, workspace, bob.principal)
    held = {
        level: local_account.permissions.allows(caller, workspace.id, "warehouses", warehouse, level)
        for level in ("CAN_VIEW", "CAN_USE", "CAN_MONITOR", "CAN_MANAGE")
    }
    assert held == {"CAN_VIEW": True, "CAN_USE": True, "CAN_MONITOR": False, "CAN_MANAGE": False}


def test_without_manage_nobody_learns_whether_an_object_exists(
    make_user: Callable[..., Member], make_object: MakeObject
) -> None:
    """The same refusal for another's job and for none; an admin is told that there is none."""
    ann, bob, chief = make_user(), make_user(), make_user(admin=True)
    job = make_object("jobs", ann.principal)
    for object_id in (job, "404"):
        with pytest.raises(PermissionDenied, match=f"does not have Manage permissions on job {object_id}"):
            bob.client.permissions.get("jobs", object_id)
        with pytest.raises(PermissionDenied):
            bob.client.permissions.set("jobs", object_id, access_control_list=[])
    assert _levels(chief.client.permissions.get("jobs", job))
    with pytest.raises(NotFound, match="job 404 does not exist"):
        chief.client.permissions.get("jobs", "404")


@pytest.mark.parametrize(
    "entry",
    [
        AccessControlRequest(user_name="nobody@example.com"),
        AccessControlRequest(group_name="no-group"),
        AccessControlRequest(service_principal_name="00000000-0000-0000-0000-000000000000"),
        AccessControlRequest(group_name="own-group"),
    ],
)
def test_unknown_and_workspace_local_principals_are_refused(
    workspace: Workspace,
    make_user: Callable[..., Member],
    make_object: MakeObject,
    entry: AccessControlRequest,
) -> None:
    """Only principals of the account that are in the workspace can be named."""
    if not list(workspace.client.groups.list(filter='displayName eq "own-group"')):
        workspace.client.groups.create(display_name="own-group")
    ann = make_user()
    job = make_object("experiments", ann.principal)
    entry.permission_level = PermissionLevel.CAN_READ
    with pytest.raises(NotFound, match="does not exist"):
        ann.client.permissions.update("experiments", job, access_control_list=[entry])


def test_an_account_group_outside_of_the_workspace_is_refused(
    local_account: LocalAccount, make_user: Callable[..., Member], make_object: MakeObject
) -> None:
    """A group that is not assigned to the workspace does not exist there."""
    local_account.directory.create("group", {"displayName": "elsewhere"})
    ann = make_user()
    experiment = make_object("experiments", ann.principal)
    entry = AccessControlRequest(group_name="elsewhere", permission_level=PermissionLevel.CAN_READ)
    with pytest.raises(NotFound, match="GroupName"):
        ann.client.permissions.update("experiments", experiment, access_control_list=[entry])


def test_a_job_keeps_exactly_one_owner(
    make_user: Callable[..., Member], make_group: Callable[..., Principal], make_object: MakeObject
) -> None:
    """No owner, a group as owner, or a taking over by a manager are refused; the owner may pass it on."""
    ann, bob = make_user(), make_user()
    group = make_group(bob.principal)
    job = make_object("jobs", ann.principal)
    owner = AccessControlRequest(user_name=ann.principal.name, permission_level=PermissionLevel.IS_OWNER)
    manager = AccessControlRequest(user_name=bob.principal.name, permission_level=PermissionLevel.CAN_MANAGE)
    taker = AccessControlRequest(user_name=bob.principal.name, permission_level=PermissionLevel.IS_OWNER)
    groups = AccessControlRequest(group_name=group.name, permission_level=PermissionLevel.IS_OWNER)
    ann.client.permissions.set("jobs", job, access_control_list=[owner, manager])
    with pytest.raises(InvalidParameterValue, match="exactly one owner"):
        ann.client.permissions.set("jobs", job, access_control_list=[manager])
    with pytest.raises(InvalidParameterValue, match="Groups can not be owners"):
        ann.client.permissions.set("jobs", job, access_control_list=[groups])
    with pytest.raises(PermissionDenied, match="Only the owner or an admin"):
        bob.client.permissions.set("jobs", job, access_control_list=[taker])
    ann.client.permissions.update("jobs", job, access_control_list=[taker])
    assert _levels(bob.client.permissions.get("jobs", job))[bob.principal.name] == [("IS_OWNER", False)]


def test_a_warehouse_put_without_owner_keeps_its_owner(
    make_user: Callable[..., Member], make_object: MakeObject
) -> None:
    """For warehouses the owner need not be repeated."""
    ann, bob = make_user(), make_user()
    warehouse = make_object("sql/warehouses", ann.principal)
    entry = AccessControlRequest(user_name=bob.principal.name, permission_level=PermissionLevel.CAN_USE)
    shown = ann.client.permissions.set("sql/warehouses", warehouse, access_control_list=[entry])
    assert _levels(shown)[ann.principal.name] == [("IS_OWNER", False)]
    assert (shown.object_id, shown.object_type) == (f"/sql/warehouses/{warehouse}", "warehouses")


def test_a_level_of_another_type_is_refused(
    make_user: Callable[..., Member], make_object: MakeObject
) -> None:
    """Endpoints are queried, not edited; the message names what there is."""
    ann = make_user()
    endpoint = make_object("serving-endpoints", ann.principal)
    entry = AccessControlRequest(user_name=ann.principal.name, permission_level=PermissionLevel.CAN_EDIT)
    with pytest.raises(InvalidParameterValue, match="CAN_VIEW, CAN_QUERY, CAN_MANAGE"):
        ann.client.permissions.set("serving-endpoints", endpoint, access_control_list=[entry])


def test_levels_are_listed_and_unserved_types_say_so(
    make_user: Callable[..., Member], make_object: MakeObject
) -> None:
    """The levels of a type come in their order; a type without objects here answers 501."""
    ann = make_user()
    warehouse = make_object("sql/warehouses", ann.principal)
    levels = ann.client.permissions.get_permission_levels("sql/warehouses", warehouse).permission_levels
    names = [level.permission_level.value for level in levels or [] if level.permission_level]
    assert names == ["CAN_VIEW", "CAN_USE", "CAN_MONITOR", "CAN_MANAGE", "IS_OWNER"]
    with pytest.raises(platform.NotImplemented, match="clusters"):
        ann.client.permissions.get("clusters", "1")


def test_a_namesake_inherits_no_rights(
    local_account: LocalAccount,
    workspace: Workspace,
    make_user: Callable[..., Member],
    make_object: MakeObject,
) -> None:
    """Who gets the name of somebody deleted does not get the rights with it."""
    ann, bob = make_user(), make_user("bob@example.com")
    experiment = make_object("experiments", ann.principal)
    entry = AccessControlRequest(user_name="bob@example.com", permission_level=PermissionLevel.CAN_READ)
    ann.client.permissions.update("experiments", experiment, access_control_list=[entry])
    local_account.directory.delete(bob.principal.id)
    again = make_user("bob@example.com")
    caller = _caller(local_account, workspace, again.principal)
    assert local_account.permissions.level(caller, workspace.id, "experiments", experiment) is None
    assert "bob@example.com" not in _levels(ann.client.permissions.get("experiments", experiment))
