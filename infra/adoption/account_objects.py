"""What the account has of what its stack declares: looked up by name, as people know it."""

from __future__ import annotations

from collections.abc import Mapping

from databricks.sdk import AccountClient
from databricks.sdk.errors import NotFound

from infra.adoption.clients import Clients
from infra.adoption.declarations import Declaration, Found
from infra.adoption.lookups import AccountLookup, only


def _group(clients: Clients, declared: Declaration) -> Found | None:
    name = declared["display_name"]
    groups = clients.account.groups.list(filter=f'displayName eq "{name}"')
    group = only(groups, lambda item: item.display_name == name, declared)
    return Found(group.id or "") if group else None


def _service_principal(clients: Clients, declared: Declaration) -> Found | None:
    known = declared.get("application_id")
    name = known or declared["display_name"]
    field = "applicationId" if known else "displayName"
    principals = clients.account.service_principals.list(filter=f'{field} eq "{name}"')
    principal = only(principals, lambda item: name in (item.application_id, item.display_name), declared)
    if principal is None:
        return None
    attributes = {
        "application_id": principal.application_id or "",
        "display_name": principal.display_name or "",
    }
    return Found(principal.id or "", attributes)


def _group_member(clients: Clients, declared: Declaration) -> Found | None:
    group, member = declared["group_id"], declared["member_id"]
    members = clients.account.groups.get(group).members or []
    return Found(f"{group}|{member}") if member in {item.value for item in members} else None


def _metastore(clients: Clients, declared: Declaration) -> Found | None:
    metastores = clients.account.metastores.list()
    metastore = only(metastores, lambda item: item.name == declared["name"], declared)
    return Found(metastore.metastore_id or "") if metastore else None


def _metastore_assignment(clients: Clients, declared: Declaration) -> Found | None:
    workspace, metastore = declared["workspace_id"], declared["metastore_id"]
    try:
        assignment = clients.account.metastore_assignments.get(int(workspace)).metastore_assignment
    except NotFound:
        return None
    assigned = assignment and assignment.metastore_id == metastore
    return Found(f"{workspace}|{metastore}") if assigned else None


def _assignment(clients: Clients, declared: Declaration) -> Found | None:
    workspace, principal = declared["workspace_id"], declared["principal_id"]
    assignments = clients.account.workspace_assignment.list(int(workspace))
    principals = {str(item.principal.principal_id) for item in assignments if item.principal}
    return Found(f"{workspace}|{principal}") if principal in principals else None


def _rule_set(clients: Clients, declared: Declaration) -> Found | None:
    name = declared["name"]
    rules = clients.account.access_control.get_rule_set(name, etag="").grant_rules
    return Found(name) if rules else None


def _workspace(clients: Clients, declared: Declaration) -> Found | None:
    """A workspace is replaced where it is imported: not all it was made with is told."""
    name = declared["workspace_name"]
    workspace = only(clients.workspaces, lambda item: item.name == name, declared)
    if workspace is None:
        return None
    attributes = {"workspace_id": str(workspace.id), "workspace_url": workspace.host}
    return Found(f"{declared['account_id']}/{workspace.id}", attributes, importable=False)


def _budget_policy(clients: Clients, declared: Declaration) -> Found | None:
    policies = clients.account.budget_policy.list()
    policy = only(policies, lambda item: item.policy_name == declared["policy_name"], declared)
    return Found(policy.policy_id or "", {"policy_id": policy.policy_id or ""}) if policy else None


def _budget(clients: Clients, declared: Declaration) -> Found | None:
    name = declared["display_name"]
    budget = only(clients.account.budgets.list(), lambda item: item.display_name == name, declared)
    return Found(f"{budget.account_id}|{budget.budget_configuration_id}") if budget else None


def _federation_policy(clients: Clients, declared: Declaration) -> Found | None:
    principal, name = declared["service_principal_id"], declared.get("policy_id")
    policies = _policies(clients.account, int(principal))
    return Found(f"{principal},{name}") if name in policies else None


def _policies(account: AccountClient, principal: int) -> set[str | None]:
    return {item.policy_id for item in account.service_principal_federation_policy.list(principal)}


ACCOUNT_LOOKUPS: Mapping[str, AccountLookup] = {
    "databricks_access_control_rule_set": _rule_set,
    "databricks_budget": _budget,
    "databricks_budget_policy": _budget_policy,
    "databricks_group": _group,
    "databricks_group_member": _group_member,
    "databricks_metastore": _metastore,
    "databricks_metastore_assignment": _metastore_assignment,
    "databricks_mws_permission_assignment": _assignment,
    "databricks_mws_workspaces": _workspace,
    "databricks_service_principal": _service_principal,
    "databricks_service_principal_federation_policy": _federation_policy,
    "data.databricks_group": _group,
    "data.databricks_service_principal": _service_principal,
}
