"""What an environment costs is limited, tagged, billed under its budget policy, and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import EnvironmentFiles, synthesize_all
from tests.infra.synthesis import Synthesized

ENVIRONMENTS = ("dev", "prod", "staging")
TOLD = "${data.terraform_remote_state.Account.outputs.prod_budget_policy_id}"
BUDGET = "budget: {monthly_dollars: 5000, emails: [mlops-costs@example.com]}"


def billed(stack: Synthesized) -> list[Any]:
    """What each serverless job and endpoint is billed under."""
    items = [*stack.all("job"), *stack.all("model_serving")]
    assert items
    return [item.get("budget_policy_id") for item in items]


def rules(account: Synthesized, environment: str) -> dict[str, list[str]]:
    """Who has which role on an environment's budget policy."""
    (policy,) = [
        item for item in account.document["resource"]["databricks_budget_policy"] if environment in item
    ]
    (found,) = [item for item in account.all("access_control_rule_set") if f".{policy}." in item["name"]]
    return {rule["role"]: rule["principals"] for rule in found["grant_rules"]}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_s_usage_is_told_apart(stacks: dict[str, Synthesized], environment: str) -> None:
    """Its policy has its tags, and is of its workspace alone."""
    account = stacks["account"]
    policy = account.one("budget_policy", policy_name=f"mlops-{environment}")
    tags = {tag["key"]: tag["value"] for tag in policy["custom_tags"]}
    assert tags["environment"] == environment
    assert tags["cost_center"] == f"mlops-{environment}"
    assert policy["binding_workspace_ids"] == [account.outputs()[f"{environment}_workspace_id"]]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_who_makes_jobs_may_have_them_billed(stacks: dict[str, Synthesized], environment: str) -> None:
    """The environment's own deployer and runner, who makes jobs there, and no data scientist outside dev."""
    account = stacks["account"]
    users = rules(account, environment)["roles/budgetPolicy.user"]
    own = {account.outputs()[f"{environment}_{role}_application_id"] for role in ("deploy", "run")}
    assert {f"servicePrincipals/{name}" for name in own} <= set(users)
    assert len([name for name in users if name.startswith("servicePrincipals/")]) == len(own)
    assert ("groups/data-scientists" in users) == (environment == "dev")
    assert rules(account, environment)["roles/budgetPolicy.manager"] == ["groups/platform-admins"]


def test_all_that_runs_in_prod_is_billed_under_its_policy(stacks: dict[str, Synthesized]) -> None:
    """By what the account's stack tells of it."""
    assert set(billed(stacks["prod"])) == {TOLD}


def test_spending_is_told_of_each_workspace_and_of_all(stacks: dict[str, Synthesized]) -> None:
    """The account's budget leaves nothing out."""
    budgets = {item["display_name"]: item.get("filter") for item in stacks["account"].all("budget")}
    assert set(budgets) == {"mlops", *(f"mlops-{name}" for name in ENVIRONMENTS)}
    assert [name for name, limits in budgets.items() if limits is None] == ["mlops"]


def test_people_s_compute_is_dev_s_alone(stacks: dict[str, Synthesized]) -> None:
    """Staging and prod have compute for jobs, which data scientists may not use."""
    names = {name: {item["name"] for item in stacks[name].all("cluster_policy")} for name in ENVIRONMENTS}
    assert names == {
        "dev": {"mlops-dev-job", "mlops-dev-interactive"},
        "staging": {"mlops-staging-job"},
        "prod": {"mlops-prod-job"},
    }
    users = {
        name: {
            entry.get("group_name")
            for item in stacks[name].all("permissions")
            if "cluster_policy_id" in item
            for entry in item["access_control"]
        }
        for name in ENVIRONMENTS
    }
    assert users["dev"] == {"data-scientists", "ml-engineers"}
    assert users["staging"] == users["prod"] == {"ml-engineers"}


def test_every_run_is_limited_and_expected(stacks: dict[str, Synthesized]) -> None:
    """Of every job, the environment's own too: people are told before it is ended."""
    for name in ENVIRONMENTS:
        for job in stacks[name].all("job"):
            (rule,) = job["health"]["rules"]
            assert 0 < rule["value"] < job["timeout_seconds"], job["name"]


def test_a_policy_that_exists_is_named(files: EnvironmentFiles, tmp_path: Path) -> None:
    """Others manage it and who may use it; what is spent can be told all the same."""
    named = BUDGET.replace("monthly_dollars", "policy_id: 0123-abcd, monthly_dollars")
    files.replace("prod.yaml", BUDGET, named)
    files.replace("staging.yaml", BUDGET.replace("5000", "1000"), "")
    stacks = synthesize_all(files.load(), tmp_path / "out")
    assert set(billed(stacks["prod"])) == {"0123-abcd"}
    account = stacks["account"]
    assert [item["policy_name"] for item in account.all("budget_policy")] == ["mlops-dev"]
    assert {item["display_name"] for item in account.all("budget")} == {"mlops", "mlops-dev", "mlops-prod"}
    assert set(billed(stacks["staging"])) == {None}
