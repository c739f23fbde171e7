"""The account's users, groups and service principals, through the SDK."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from databricks.sdk import AccountClient
from databricks.sdk.errors import (
    AlreadyExists,
    NotFound,
    PermissionDenied,
    ResourceAlreadyExists,
)
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.errors.platform import InvalidParameterValue
from databricks.sdk.service import iam

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Member, Workspace


def _members(account_client: AccountClient, group_id: str) -> set[str | None]:
    return {member.value for member in account_client.groups.get(group_id).members or []}


def _patch(operation: iam.PatchOp, path: str | None, value: object = None) -> list[iam.Patch]:
    return [iam.Patch(op=operation, path=path, value=value)]


def test_a_user_is_created_read_and_deleted(account_client: AccountClient) -> None:
    """A user has its e-mail as name and as address; what is deleted is not found."""
    user = account_client.users.create(user_name="ann@example.com", display_name="Ann")
    assert user.id
    read = account_client.users.get(user.id)
    assert (read.user_name, read.display_name, read.active) == ("ann@example.com", "Ann", True)
    assert [email.value for email in read.emails or []] == ["ann@example.com"]
    with pytest.raises((ResourceAlreadyExists, AlreadyExists), match=r"User with username ann@example.com"):
        account_client.users.create(user_name="ann@example.com")
    account_client.users.delete(user.id)
    with pytest.raises(NotFound):
        account_client.users.get(user.id)


def test_group_members_are_added_and_removed_by_patch(account_client: AccountClient) -> None:
    """As Terraform's group_member does it: add with a value, remove with a filter in the path."""
    ids = [account_client.users.create(user_name=f"m{n}@example.com").id for n in range(3)]
    group = account_client.groups.create(display_name="team")
    assert group.id
    for id_ in ids:
        account_client.groups.patch(group.id, operations=_patch(iam.PatchOp.ADD, "members", [{"value": id_}]))
    account_client.groups.patch(group.id, operations=_patch(iam.PatchOp.ADD, "members", [{"value": ids[0]}]))
    assert _members(account_client, group.id) == set(ids)
    account_client.groups.patch(
        group.id, operations=_patch(iam.PatchOp.REMOVE, f'members[value eq "{ids[0]}"]')
    )
    assert _members(account_client, group.id) == set(ids[1:])
    account_client.groups.patch(
        group.id, operations=_patch(iam.PatchOp.REPLACE, "members", [{"value": ids[0]}])
    )
    assert _members(account_client, group.id) == {ids[0]}
    account_client.groups.patch(
        group.id, operations=_patch(iam.PatchOp.ADD, None, {"members": [{"value": ids[1]}]})
    )
    assert _members(account_client, group.id) == set(ids[:2])
    account_client.groups.patch(group.id, operations=_patch(iam.PatchOp.REMOVE, "members"))
    assert _members(account_client, group.id) == set()


def test_one_bad_operation_undoes_the_others(account_client: AccountClient) -> None:
    """A PATCH is kept as a whole or not at all."""
    user = account_client.users.create(user_name="whole@example.com")
    group = account_client.groups.create(display_name="whole")
    assert group.id
    good = iam.Patch(op=iam.PatchOp.ADD, path="members", value=[{"value": user.id}])
    for bad in (
        iam.Patch(op=iam.PatchOp.ADD, path="members", value=[{"value": "404"}]),
        iam.Patch(op=iam.PatchOp.ADD, path="shoeSize", value="44"),
        iam.Patch(op=iam.PatchOp.REMOVE, path='members[value regex "x"]'),
    ):
        with pytest.raises(DatabricksError):
            account_client.groups.patch(group.id, operations=[good, bad])
    assert _members(account_client, group.id) == set()


def test_groups_nest_and_do_not_contain_themselves(account_client: AccountClient) -> None:
    """A group can be in a group, shown with its parent; a circle is refused."""
    inner = account_client.groups.create(display_name="inner")
    outer = account_client.groups.create(display_name="outer", members=[iam.ComplexValue(value=inner.id)])
    assert inner.id
    parents = account_client.groups.get(inner.id).groups or []
    assert [(parent.display, parent.value) for parent in parents] == [("outer", outer.id)]
    with pytest.raises(InvalidParameterValue, match="can't contain itself"):
        account_client.groups.patch(
            inner.id, operations=_patch(iam.PatchOp.ADD, "members", [{"value": outer.id}])
        )


def test_put_replaces_a_group(account_client: AccountClient) -> None:
    """Members that a PUT leaves out are gone, and a taken name is refused."""
    user = account_client.users.create(user_name="put@example.com")
    group = account_client.groups.create(
        display_name="before", members=[iam.ComplexValue(value=user.id)], external_id="e-1"
    )
    assert group.id
    account_client.groups.update(group.id, display_name="after")
    read = account_client.groups.get(group.id)
    assert (read.display_name, read.members or [], read.external_id) == ("after", [], None)
    account_client.groups.create(display_name="taken")
    with pytest.raises((ResourceAlreadyExists, AlreadyExists), match="Group with name taken already exists"):
        account_client.groups.update(group.id, display_name="taken")


def test_a_role_makes_an_account_admin(local_account: LocalAccount, account_client: AccountClient) -> None:
    """The role counts when held through a group, too; other roles are refused by name."""
    robot = account_client.service_principals.create(display_name="robot")
    assert robot.id
    token = local_account.tokens.issue(robot.id, None, lifetime_seconds=None)
    client = AccountClient(host=local_account.host, account_id=local_account.account_id, token=token)
    with pytest.raises(PermissionDenied):
        client.users.create(user_name="x@example.com")
    group = account_client.groups.create(
        display_name="account admins", members=[iam.ComplexValue(value=robot.id)]
    )
    assert group.id
    account_client.groups.patch(
        group.id, operations=_patch(iam.PatchOp.ADD, "roles", [{"value": "account_admin"}])
    )
    client.users.create(user_name="x@example.com")
    account_client.groups.patch(
        group.id, operations=_patch(iam.PatchOp.REMOVE, 'roles[value eq "account_admin"]')
    )
    with pytest.raises(PermissionDenied):
        client.users.create(user_name="y@example.com")
    with pytest.raises(InvalidParameterValue, match="billing_admin"):
        account_client.groups.patch(
            group.id, operations=_patch(iam.PatchOp.ADD, "roles", [{"value": "billing_admin"}])
        )


@pytest.mark.parametrize("inactive", ["false", [{"value": "False"}]])
def test_who_is_deactivated_does_not_get_in(
    account_client: AccountClient, make_user: Callable[..., Member], inactive: object
) -> None:
    """`active` is taken as clients spell it, and counts at once in every workspace."""
    ann = make_user()
    account_client.users.patch(ann.principal.id, operations=_patch(iam.PatchOp.REPLACE, "active", inactive))
    assert account_client.users.get(ann.principal.id).active is False
    with pytest.raises(DatabricksError, match="inactive"):
        ann.client.current_user.me()
    account_client.users.patch(ann.principal.id, operations=_patch(iam.PatchOp.REPLACE, "active", "true"))
    assert ann.client.current_user.me().active


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ('displayName eq "Zoe One"', ["Zoe One"]),
        ('displayName eq "zoe one"', ["Zoe One"]),
        ('displayName sw "Zoe" and userName co "two"', ["Zoe Two"]),
        ('userName eq "zoe-one@example.com" or userName eq "zoe-two@example.com"', ["Zoe One", "Zoe Two"]),
        ('displayName sw "Zoe" and not (userName co "two")', ["Zoe One"]),
        ('displayName sw "Zoe" and (userName co "one" or userName co "two")', ["Zoe One", "Zoe Two"]),
        ('emails[value eq "zoe-two@example.com"]', ["Zoe Two"]),
        ('emails.value eq "zoe-two@example.com"', ["Zoe Two"]),
        ('displayName sw "Zoe" and displayName ne "Zoe One"', ["Zoe Two"]),
        ('displayName sw "Zoe" and externalId pr', ["Zoe Two"]),
        ('displayName eq "nobody"', []),
    ],
)
def test_filters_choose_users(account_client: AccountClient, filter_: str, expected: list[str]) -> None:
    """Filters mean what RFC 7644 says, text in any case."""
    if not list(account_client.users.list(filter='displayName sw "Zoe"')):
        account_client.users.create(user_name="zoe-one@example.com", display_name="Zoe One")
        account_client.users.create(
            user_name="zoe-two@example.com", display_name="Zoe Two", external_id="z-2"
        )
    found = account_client.users.list(filter=filter_, sort_by="displayName")
    assert [user.display_name for user in found] == expected


@pytest.mark.parametrize(
    "filter_",
    [
        "displayName",
        "displayName eq 'x'",
        'displayName regex "x"',
        'displayName gt "x"',
        'displayName eq "x" or userName eq "y" and active eq true',
    ],
)
def test_filters_that_can_not_be_read_are_refused(account_client: AccountClient, filter_: str) -> None:
    """A filter is never ignored; `and` beside `or` needs parentheses."""
    with pytest.raises(DatabricksError, match="Invalid filter") as refused:
        list(account_client.users.list(filter=filter_))
    assert refused.value.error_code == "invalidFilter"


def test_lists_come_in_pages_with_chosen_attributes(account_client: AccountClient) -> None:
    """Every resource comes once, with what was asked for and its id."""
    names = {f"page-{n}" for n in range(7)}
    for name in names:
        account_client.groups.create(display_name=name)
    listed = list(
        account_client.groups.list(count=3, attributes="displayName", filter='displayName sw "page-"')
    )
    assert {group.display_name for group in listed} == names
    assert len({group.id for group in listed}) == len(listed)
    assert all(group.meta is None for group in listed)
    bare = next(iter(account_client.groups.list(excluded_attributes="displayName,meta")))
    assert (bare.display_name, bare.meta) == (None, None)
    assert bare.id


def test_a_service_principal_tells_its_application_id_unasked(account_client: AccountClient) -> None:
    """As an id, it comes whichever attributes are asked for."""
    made = account_client.service_principals.create(display_name="asked")
    (listed,) = account_client.service_principals.list(
        attributes="userName,active", filter='displayName eq "asked"'
    )
    assert listed.application_id == made.application_id
    assert listed.display_name is None


def test_entitlements_are_refused_at_the_account(account_client: AccountClient) -> None:
    """They belong to a workspace; nothing is said to be kept that is not."""
    with pytest.raises(InvalidParameterValue, match="belong to a workspace"):
        account_client.groups.create(
            display_name="entitled", entitlements=[iam.ComplexValue(value="workspace-access")]
        )


def test_a_deleted_principal_is_out_of_everything(
    local_account: LocalAccount,
    account_client: AccountClient,
    workspace: Workspace,
    make_user: Callable[..., Member],
) -> None:
    """Its memberships, assignments and entitlements go with it."""
    ann = make_user()
    group = account_client.groups.create(
        display_name="left", members=[iam.ComplexValue(value=ann.principal.id)]
    )
    assert group.id
    workspace.client.users.patch(
        ann.principal.id,
        operations=_patch(iam.PatchOp.ADD, "entitlements", [{"value": "allow-cluster-create"}]),
    )
    account_client.users.delete(ann.principal.id)
    assert _members(account_client, group.id) == set()
    assert ann.principal.id not in local_account.directory.assignments(workspace.id)
    assert not [
        key for key, _ in local_account.store.collection("entitlements").items() if ann.principal.id in key
    ]
