"""The synthesized stacks are read back with their references followed, across stacks too."""

from __future__ import annotations

import pytest

from infra.declared.declared import Declared


def test_names_follow_from_what_is_declared(declared: Declared) -> None:
    """Securables have their full names wherever they are referred to."""
    (model,) = declared.of("databricks_registered_model", "prod")
    assert (model.values["catalog_name"], model.values["schema_name"]) == ("prod", "flights")
    models = [item for item in declared.of("databricks_grant", "prod") if "model" in item.values]
    assert {item.values["model"] for item in models} == {"prod.flights.arrival_delay"}


def test_principals_have_their_names(declared: Declared) -> None:
    """A service principal is who its display name says, also where environments read it from the account."""
    (model,) = declared.of("databricks_registered_model", "prod")
    assert model.values["owner"] == "run-prod"
    assignments = declared.of("databricks_mws_permission_assignment", "account")
    assert {"data-scientists", "run-prod", "deploy-dev"} <= {
        item.values["principal_id"] for item in assignments
    }


def test_what_only_a_deploy_makes_is_the_same_wherever_it_is_meant(declared: Declared) -> None:
    """A binding in prod's stack and dev's assignments in the account's mean one workspace."""
    (binding,) = declared.of("databricks_workspace_binding", "prod")
    workspace = declared.target(binding.values["workspace_id"])
    assert workspace is not None
    assert (workspace.stack, workspace.values["workspace_name"]) == ("account", "mlops-dev")
    assert declared.output("account", "dev_workspace_id") == binding.values["workspace_id"]


def test_permissions_lead_to_their_object(declared: Declared) -> None:
    """The id of a job is known by nobody yet, but which job is meant is."""
    permissions = [
        item for item in declared.of("databricks_permissions", "staging") if "job_id" in item.values
    ]
    jobs = [declared.target(item.values["job_id"]) for item in permissions]
    assert "flights-training" in {job.values["name"] for job in jobs if job}
    assert None not in jobs


def test_only_what_is_managed_is_listed_by_type(declared: Declared) -> None:
    """Data sources are among the resources, as what is only read."""
    assert not declared.of("databricks_current_user")
    (me,) = [item for item in declared.resources if item.type == "databricks_current_user"]
    assert me.is_data
    assert me.address.startswith("data.databricks_current_user.")


def test_roles_are_paths_within_the_stack(declared: Declared) -> None:
    """Equal things of two environments have one role, whatever their addresses."""
    staging, prod = (
        {item.role for item in declared.of("databricks_job", name)} for name in ("staging", "prod")
    )
    assert prod <= staging
    assert "flights/training/Job" in prod


@pytest.mark.parametrize("value", ["prod", "${staging:databricks_job.nothing.id}", 7, None])
def test_other_values_lead_nowhere(declared: Declared, value: object) -> None:
    """Text, numbers and what does not exist are no resource's."""
    assert declared.target(value) is None
