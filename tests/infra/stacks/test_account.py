"""The account stack: what the environments stand on."""

from __future__ import annotations

import pytest

from tests.infra.conftest import ACCOUNT_ID
from tests.infra.synthesis import Synthesized

ENVIRONMENTS = ("dev", "prod", "staging")


@pytest.fixture(scope="session")
def account(stacks: dict[str, Synthesized]) -> Synthesized:
    """The account's stack."""
    return stacks["account"]


def test_a_workspace_for_each_environment(account: Synthesized) -> None:
    """Every environment gets a serverless workspace that has the metastore."""
    workspaces = account.all("mws_workspaces")
    assert {item["workspace_name"] for item in workspaces} == {f"mlops-{name}" for name in ENVIRONMENTS}
    assert {item["compute_mode"] for item in workspaces} == {"SERVERLESS"}
    assert {item["account_id"] for item in workspaces} == {ACCOUNT_ID}
    assert len(account.all("metastore_assignment")) == len(ENVIRONMENTS)


def test_three_service_principals_for_each_environment(account: Synthesized) -> None:
    """One that Terraform runs as, one that the jobs run as, one as which the retraining hook starts them."""
    names = {item["display_name"] for item in account.all("service_principal")}
    assert names == {f"{role}-{name}" for role in ("deploy", "run", "retrain") for name in ENVIRONMENTS}


def test_service_principals_go_with_their_environment(account: Synthesized) -> None:
    """They are deleted, not switched off as the account's provider would: a later one has the name alone."""
    principals = account.all("service_principal")
    assert principals
    assert {item["disable_as_user_deletion"] for item in principals} == {False}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_deployer_may_use_its_own_run_principal_only(account: Synthesized, environment: str) -> None:
    """A job that runs as an environment's principal can be made by that environment's deployer."""
    run_id = account.outputs()[f"{environment}_run_application_id"]
    name = f"accounts/{ACCOUNT_ID}/servicePrincipals/{run_id}/ruleSets/default"
    roles = account.one("access_control_rule_set", name=name)["grant_rules"]
    users = next(rule for rule in roles if rule["role"] == "roles/servicePrincipal.user")["principals"]
    deploy_ids = {other: account.outputs()[f"{other}_deploy_application_id"] for other in ENVIRONMENTS}
    assert f"servicePrincipals/{deploy_ids.pop(environment)}" in users
    assert not any(f"servicePrincipals/{other}" in users for other in deploy_ids.values())


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_workspace_admins_are_its_deployer_and_the_platform_s(account: Synthesized, environment: str) -> None:
    """Nobody else is ADMIN of a workspace; data scientists are USERs everywhere."""
    outputs = account.outputs()
    here = [
        item
        for item in account.all("mws_permission_assignment")
        if item["workspace_id"] == outputs[f"{environment}_workspace_id"]
    ]
    admins = {item["principal_id"] for item in here if item["permissions"] == ["ADMIN"]}
    users = {item["principal_id"] for item in here if item["permissions"] == ["USER"]}
    assert admins == {outputs[f"{environment}_deploy_id"], outputs["platform_admins_group_id"]}
    assert users == {
        outputs["data_scientists_group_id"],
        outputs["ml_engineers_group_id"],
        outputs[f"{environment}_run_id"],
        outputs[f"{environment}_retrain_id"],
    }


def test_deployers_may_create_catalogs(account: Synthesized) -> None:
    """Each deployment principal, and nobody else, may add a catalog to the metastore."""
    grants = [grant for grant in account.all("grant") if "metastore" in grant]
    deployers = {account.outputs()[f"{name}_deploy_application_id"] for name in ENVIRONMENTS}
    assert {grant["principal"] for grant in grants} == deployers
    assert all(grant["privileges"] == ["CREATE_CATALOG"] for grant in grants)


@pytest.mark.parametrize(("schema", "role"), [("system.serving", "run"), ("system.access", "deploy")])
def test_system_tables_are_read_by_who_needs_them(account: Synthesized, schema: str, role: str) -> None:
    """Jobs read what endpoints served, deployers who changed what; nobody else reads any of them."""
    grants = [grant for grant in account.all("grant") if grant.get("schema") == schema]
    readers = {account.outputs()[f"{name}_{role}_application_id"] for name in ENVIRONMENTS}
    assert {grant["principal"] for grant in grants} == readers
    assert {right for grant in grants for right in grant["privileges"]} == {"USE_SCHEMA", "SELECT"}
    reaching = [grant for grant in account.all("grant") if grant.get("catalog") == "system"]
    assert readers < {grant["principal"] for grant in reaching}
    assert {right for grant in reaching for right in grant["privileges"]} == {"USE_CATALOG"}


def test_metastore_s_grants_wait_for_its_owner(account: Synthesized) -> None:
    """Who deploys the account is one of the metastore's owners before it grants on it."""
    for grant in account.document["resource"]["databricks_grant"].values():
        assert any(name.startswith("databricks_group_member.") for name in grant["depends_on"])
        assert grant["provider"] == "databricks.workspace"


def test_state_is_the_account_s_own(account: Synthesized) -> None:
    """The account's state has a file of its own."""
    assert account.document["terraform"]["backend"]["local"]["path"].endswith("/state/account.tfstate")
