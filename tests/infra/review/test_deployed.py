"""A state is read in the words of the synthesized stacks: names and references instead of ids."""

from __future__ import annotations

from typing import Any

from infra.declared.declared import Declared
from infra.review.deployed import read_deployed
from infra.rights.effective import EffectiveRights

RUN = "c9e03421-bfac-476f-905e-5bbfd26a640d"
POLICY = "05e86914-16c7-4da2-8da3-5c3b255e12d5"


def resource(type_: str, called: str, **values: Any) -> dict[str, Any]:
    """As a state has it."""
    return {"mode": "managed", "type": f"databricks_{type_}", "name": called, "values": values}


def state(*resources: dict[str, Any], **outputs: Any) -> dict[str, Any]:
    """A state with these resources."""
    told = {name: {"value": value} for name, value in outputs.items()}
    return {"values": {"outputs": told, "root_module": {"resources": list(resources)}}}


ACCOUNT = state(
    resource("group", "Readers", id="7", display_name="readers", acl_principal_id=None),
    resource("service_principal", "Run", id="8", application_id=RUN, display_name="run-prod"),
    resource("mws_workspaces", "Prod", workspace_id=1001, workspace_name="mlops-prod"),
    resource("budget_policy", "Usage", policy_id=POLICY, policy_name="mlops-prod"),
    resource("mws_permission_assignment", "In", principal_id=7, workspace_id=1001, permissions=["USER"]),
    resource(
        "access_control_rule_set",
        "Roles",
        name=f"accounts/1/servicePrincipals/{RUN}/ruleSets/default",
        grant_rules=[{"role": "roles/servicePrincipal.user", "principals": ["groups/readers"]}],
    ),
    prod_workspace_id=1001,
    prod_run_id="8",
    prod_budget_policy_id=POLICY,
)
PROD = state(
    resource("catalog", "Catalog_1A2B3C4D", id="prod", name="prod", owner=RUN, isolation_mode="ISOLATED"),
    resource("schema", "flights_Schema_1A2B3C4D", id="prod.flights", catalog_name="prod", name="flights"),
    resource("job", "flights_Job_1A2B3C4D", id="42", name="j", run_as=[{"service_principal_name": RUN}]),
    resource(
        "permissions",
        "flights_Permissions_1A2B3C4D",
        id="/jobs/42",
        job_id="42",
        access_control=[{"group_name": "readers", "permission_level": "CAN_MANAGE", "user_name": None}],
    ),
    catalog="prod",
)


def test_names_stand_for_ids() -> None:
    """Everything that a deploy numbered has the name or the reference that the code has for it."""
    found = read_deployed({"account": ACCOUNT, "prod": PROD}, {}).documents
    account, prod = found["account"], found["prod"]
    assert account["output"]["prod_run_id"]["value"] == "run-prod"
    assert (
        account["output"]["prod_workspace_id"]["value"]
        == "${account:databricks_mws_workspaces.Prod.workspace_id}"
    )
    assert account["output"]["prod_budget_policy_id"]["value"].endswith(".Usage.policy_id}")
    roles = account["resource"]["databricks_access_control_rule_set"]["Roles"]
    assert roles["name"] == "accounts/1/servicePrincipals/run-prod/ruleSets/default"
    assert prod["resource"]["databricks_catalog"]["Catalog_1A2B3C4D"]["owner"] == "run-prod"
    permissions = prod["resource"]["databricks_permissions"]["flights_Permissions_1A2B3C4D"]
    assert permissions["job_id"] == "${prod:databricks_job.flights_Job_1A2B3C4D.id}"
    assert permissions["access_control"] == [{"group_name": "readers", "permission_level": "CAN_MANAGE"}]


def test_rights_are_read_from_it() -> None:
    """Effective rights of what is deployed, of a project that the checkout no longer has, too."""
    found = read_deployed({"account": ACCOUNT, "prod": PROD}, {}).documents
    rights = EffectiveRights(Declared(found))
    assert list(rights.objects.projects("prod")) == ["flights"]
    assert {(right.asset, right.level) for right in rights.of("readers", "prod")} >= {
        ("jobs", "manage"),
        ("principals", "use"),
    }
    assert "run-prod" in rights.acting.of("readers")


def test_what_is_not_deployed() -> None:
    """A stack without a state is none of the documents."""
    assert read_deployed({"account": ACCOUNT, "prod": {}}, {}).documents.keys() == {"account"}


def test_the_account_is_taken_as_declared_where_its_state_is_not_known() -> None:
    """Another stack's state then tells by which ids the account's principals go."""
    declared = {
        "resource": {
            "databricks_service_principal": {"Run": {"display_name": "run-prod"}},
            "databricks_mws_workspaces": {"Prod": {"workspace_name": "mlops-prod"}},
        },
        "data": {
            "databricks_service_principal": {
                "Ci": {"application_id": "${var.ci}", "//": {"path": "account/Principals/ci"}}
            }
        },
        "output": {
            "prod_run_application_id": {"value": "${databricks_service_principal.Run.application_id}"},
            "prod_workspace_id": {"value": "${databricks_mws_workspaces.Prod.workspace_id}"},
            "ci_id": {"value": "${data.databricks_service_principal.Ci.id}"},
        },
    }
    told = {"prod_run_application_id": RUN, "prod_workspace_id": 1001, "ci_id": "9", "of_old": "1"}
    remote = {
        "mode": "data",
        "type": "terraform_remote_state",
        "name": "Account",
        "values": {"outputs": told},
    }
    prod = state(*PROD["values"]["root_module"]["resources"], remote)
    found = read_deployed({"prod": prod}, {"account": declared}, assumed=["account"])
    assert found.documents["account"] == declared
    assert (
        found.documents["prod"]["resource"]["databricks_catalog"]["Catalog_1A2B3C4D"]["owner"] == "run-prod"
    )
    assert found.names.workspaces == {"1001": "${account:databricks_mws_workspaces.Prod.workspace_id}"}
    assert found.names.principal("9") == "ci"
