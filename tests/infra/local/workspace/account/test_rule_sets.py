"""Roles on service principals, at the account and through a workspace."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from databricks.sdk import AccountClient
from databricks.sdk.errors import NotFound, PermissionDenied, ResourceConflict, platform
from databricks.sdk.errors.platform import InvalidParameterValue
from databricks.sdk.service.iam import GrantRule, RuleSetUpdateRequest

from infra.local.workspace.account.rule_sets import MANAGER_ROLE, USER_ROLE
from infra.local.workspace.identity.caller import Principal
from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Member, Workspace


def _name(local_account: LocalAccount, application_id: str) -> str:
    return f"accounts/{local_account.account_id}/servicePrincipals/{application_id}/ruleSets/default"


def _may_use(local_account: LocalAccount, workspace: Workspace, who: Principal, robot: Principal) -> bool:
    caller = local_account.directory.caller(who.id, workspace.id)
    assert caller is not None
    return local_account.account.rule_sets.may_use(caller, robot.name)


def test_the_role_user_is_given_and_taken(
    local_account: LocalAccount,
    account_client: AccountClient,
    workspace: Workspace,
) -> None:
    """To a user, a service principal or a group; nobody else has it, not even admins."""
    ann, bob, chief = workspace.add_user(), workspace.add_user(), workspace.add_user(admin=True)
    robot, deployer = workspace.add_service_principal(), workspace.add_service_principal()
    group = workspace.add_group(workspace.add_group(bob.principal))
    name = _name(local_account, robot.principal.name)
    api = account_client.access_control
    everyone = [ann, bob, chief, deployer, robot]

    def users() -> list[bool]:
        return [_may_use(local_account, workspace, m.principal, robot.principal) for m in everyone]

    assert users() == [False, False, False, False, True]
    given = [f"groups/{group.name}", f"servicePrincipals/{deployer.principal.name}"]
    rules = [GrantRule(role=USER_ROLE, principals=given)]
    etag = api.get_rule_set(name, "").etag
    updated = api.update_rule_set(name, RuleSetUpdateRequest(name=name, etag=etag, grant_rules=rules))
    assert users() == [False, True, False, True, True]
    assert [(r.role, r.principals) for r in updated.grant_rules or []] == [(USER_ROLE, given)]
    api.update_rule_set(name, RuleSetUpdateRequest(name=name, etag=updated.etag, grant_rules=[]))
    assert users() == [False, False, False, False, True]


def test_an_old_etag_is_a_conflict(
    local_account: LocalAccount,
    account_client: AccountClient,
    make_service_principal: Callable[..., Member],
) -> None:
    """Who read before another wrote must read again."""
    name = _name(local_account, make_service_principal().principal.name)
    api = account_client.access_control
    etag = api.get_rule_set(name, "").etag
    request = RuleSetUpdateRequest(name=name, etag=etag, grant_rules=[])
    api.update_rule_set(name, request)
    with pytest.raises(ResourceConflict):
        api.update_rule_set(name, request)


def test_a_manager_hands_out_roles_through_a_workspace(
    local_account: LocalAccount,
    account_client: AccountClient,
    workspace: Workspace,
    make_user: Callable[..., Member],
    make_service_principal: Callable[..., Member],
) -> None:
    """The role manager is for handing out, not for using; without it all principals look alike."""
    ann, bob, robot = make_user(), make_user(), make_service_principal()
    name = _name(local_account, robot.principal.name)
    etag = account_client.access_control.get_rule_set(name, "").etag
    manager = GrantRule(role=MANAGER_ROLE, principals=[f"users/{ann.principal.name}"])
    account_client.access_control.update_rule_set(
        name, RuleSetUpdateRequest(name=name, etag=etag, grant_rules=[manager])
    )
    assert not _may_use(local_account, workspace, ann.principal, robot.principal)
    proxy = ann.client.account_access_control_proxy
    user = GrantRule(role=USER_ROLE, principals=[f"users/{bob.principal.name}"])
    proxy.update_rule_set(
        name,
        RuleSetUpdateRequest(name=name, etag=proxy.get_rule_set(name, "").etag, grant_rules=[manager, user]),
    )
    assert _may_use(local_account, workspace, bob.principal, robot.principal)
    roles = proxy.get_assignable_roles_for_resource(name.removesuffix("/ruleSets/default")).roles
    assert {role.name for role in roles or []} == {MANAGER_ROLE, USER_ROLE}
    for application_id in (robot.principal.name, "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(PermissionDenied, match="may not manage roles"):
            bob.client.account_access_control_proxy.get_rule_set(_name(local_account, application_id), "")


def test_what_can_not_be_ruled_is_refused(
    local_account: LocalAccount,
    account_client: AccountClient,
    make_service_principal: Callable[..., Member],
) -> None:
    """Unknown principals, roles and service principals; rule sets of other things; a missing etag."""
    name = _name(local_account, make_service_principal().principal.name)
    api = account_client.access_control
    etag = api.get_rule_set(name, "").etag

    def put(role: str, principal: str, *, with_etag: str = etag) -> None:
        rules = [GrantRule(role=role, principals=[principal])]
        api.update_rule_set(name, RuleSetUpdateRequest(name=name, etag=with_etag, grant_rules=rules))

    for principal in ("users/nobody@example.com", "groups/nobody", "nobody", "pets/rex"):
        with pytest.raises(InvalidParameterValue, match="does not exist"):
            put(USER_ROLE, principal)
    with pytest.raises(InvalidParameterValue, match=r"roles/billing\.admin"):
        put("roles/billing.admin", "users/nobody@example.com")
    with pytest.raises(InvalidParameterValue, match="etag"):
        put(USER_ROLE, "groups/account users", with_etag="")
    with pytest.raises(NotFound):
        api.get_rule_set(_name(local_account, "00000000-0000-0000-0000-000000000000"), "")
    with pytest.raises(platform.NotImplemented):
        api.get_rule_set(f"accounts/{local_account.account_id}/ruleSets/default", "")
    with pytest.raises(InvalidParameterValue, match="no rule set of this account"):
        api.get_rule_set("accounts/other/servicePrincipals/x/ruleSets/default", "")
    put(USER_ROLE, "groups/account users")
