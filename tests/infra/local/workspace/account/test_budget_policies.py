"""Budget policies: whose they are, and who may have jobs and endpoints billed under one."""

from __future__ import annotations

import pytest
from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.core import DatabricksError
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.errors.platform import InvalidParameterValue, ResourceAlreadyExists
from databricks.sdk.service.billing import BudgetPolicy
from databricks.sdk.service.compute import CustomPolicyTag
from databricks.sdk.service.iam import GrantRule, RuleSetUpdateRequest
from databricks.sdk.service.jobs import ConditionTask, ConditionTaskOp, JobSettings, Task

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Workspace

USER = "roles/budgetPolicy.user"
UNKNOWN = "00000000-0000-0000-0000-000000000000"


def make(client: AccountClient, name: str, *, bound: list[int] | None = None) -> str:
    """A new policy's id."""
    tags = [CustomPolicyTag(key="environment", value="dev")]
    policy = BudgetPolicy(policy_name=name, custom_tags=tags, binding_workspace_ids=bound)
    return client.budget_policy.create(policy=policy).policy_id or ""


def give(client: AccountClient, policy_id: str, *principals: str) -> None:
    """Let these use a policy."""
    name = f"accounts/{client.config.account_id}/budgetPolicies/{policy_id}/ruleSets/default"
    rules = [GrantRule(role=USER, principals=list(principals))]
    etag = client.access_control.get_rule_set(name, "").etag
    client.access_control.update_rule_set(name, RuleSetUpdateRequest(name=name, etag=etag, grant_rules=rules))


def bill(client: WorkspaceClient, policy_id: str) -> int:
    """A new job that is billed under a policy."""
    condition = ConditionTask(ConditionTaskOp.EQUAL_TO, "1", "1")
    made = client.jobs.create(
        name="billed", tasks=[Task(task_key="a", condition_task=condition)], budget_policy_id=policy_id
    )
    return made.job_id or 0


def test_a_policy_is_kept_as_it_is_changed(account_client: AccountClient, workspace: Workspace) -> None:
    """Name, tags and workspaces; it is listed until it is deleted."""
    policies = account_client.budget_policy
    policy_id = make(account_client, "kept", bound=[workspace.id])
    assert policies.get(policy_id).binding_workspace_ids == [workspace.id]
    other = BudgetPolicy(policy_name="changed", custom_tags=[CustomPolicyTag(key="owner", value="a")])
    changed = policies.update(policy_id, other)
    assert changed == policies.get(policy_id)
    assert (changed.policy_name, changed.binding_workspace_ids) == ("changed", None)
    assert policy_id in {policy.policy_id for policy in policies.list()}
    policies.delete(policy_id)
    with pytest.raises(NotFound):
        policies.get(policy_id)


@pytest.mark.parametrize(
    ("policy", "error"),
    [
        (BudgetPolicy(), InvalidParameterValue),
        (BudgetPolicy(policy_name="databricks:mine"), InvalidParameterValue),
        (BudgetPolicy(policy_name="日本"), InvalidParameterValue),
        (BudgetPolicy(policy_name="taken"), ResourceAlreadyExists),
        (BudgetPolicy(policy_name="lost", binding_workspace_ids=[1]), InvalidParameterValue),
        (
            BudgetPolicy(policy_name="x", custom_tags=[CustomPolicyTag(key="budget-policy-id", value="1")]),
            InvalidParameterValue,
        ),
        (
            BudgetPolicy(policy_name="x", custom_tags=[CustomPolicyTag(key="a", value="1")] * 2),
            InvalidParameterValue,
        ),
        (
            BudgetPolicy(policy_name="x", custom_tags=[CustomPolicyTag(key=str(n)) for n in range(21)]),
            InvalidParameterValue,
        ),
    ],
)
def test_what_is_no_policy_is_refused(
    account_client: AccountClient, policy: BudgetPolicy, error: type[DatabricksError]
) -> None:
    """A name of its own, twenty tags at most, each once, workspaces that there are."""
    if not any(item.policy_name == "taken" for item in account_client.budget_policy.list()):
        make(account_client, "taken")
    with pytest.raises(error):
        account_client.budget_policy.create(policy=policy)


def test_a_job_names_a_policy_of_its_maker_s(account_client: AccountClient, workspace: Workspace) -> None:
    """Being an admin is not enough; one that is unknown is refused as one that is not theirs."""
    policy_id = make(account_client, "jobs", bound=[workspace.id])
    chief, friend = workspace.add_user(admin=True), workspace.add_user()
    for unusable in (policy_id, UNKNOWN):
        with pytest.raises(PermissionDenied, match=r"role budgetPolicy\.user"):
            bill(chief.client, unusable)
    give(account_client, policy_id, f"groups/{workspace.add_group(friend.principal).name}")
    settings = friend.client.jobs.get(bill(friend.client, policy_id)).settings
    assert settings is not None
    assert settings.budget_policy_id == policy_id


def test_a_job_keeps_the_policy_that_it_has(account_client: AccountClient, workspace: Workspace) -> None:
    """Somebody else may change the job, but put no other policy into it that is not theirs."""
    policy_id, other = make(account_client, "before"), make(account_client, "after")
    maker, chief = workspace.add_user(), workspace.add_user(admin=True)
    give(account_client, policy_id, f"users/{maker.principal.name}")
    job_id = bill(maker.client, policy_id)
    chief.client.jobs.update(job_id, new_settings=JobSettings(name="renamed"))
    with pytest.raises(PermissionDenied):
        chief.client.jobs.update(job_id, new_settings=JobSettings(budget_policy_id=other))


def test_an_endpoint_names_a_policy_of_its_maker_s(
    account_client: AccountClient, workspace: Workspace
) -> None:
    """Nothing is left of an endpoint that may not be billed so."""
    policy_id, maker = make(account_client, "endpoints"), workspace.add_user(admin=True)
    endpoints = maker.client.serving_endpoints
    with pytest.raises(PermissionDenied, match=r"role budgetPolicy\.user"):
        endpoints.create("billed", budget_policy_id=policy_id)
    give(account_client, policy_id, f"users/{maker.principal.name}")
    endpoints.create("billed", budget_policy_id=policy_id)
    assert endpoints.get("billed").budget_policy_id == policy_id


def test_a_policy_is_for_its_workspaces(
    local_account: LocalAccount, account_client: AccountClient, workspace: Workspace
) -> None:
    """Whoever may use it may so only where it is bound to."""
    elsewhere = Workspace(local_account, account_client, "elsewhere")
    policy_id, maker = make(account_client, "bound", bound=[elsewhere.id]), workspace.add_user()
    give(account_client, policy_id, f"users/{maker.principal.name}")
    with pytest.raises(InvalidParameterValue, match="not bound to this workspace"):
        bill(maker.client, policy_id)
