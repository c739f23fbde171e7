"""Where the official provider's plan is a surprise: the loopback provider's is the same."""

from __future__ import annotations

from typing import Any

from tests.infra.local.provider.conftest import Site
from tests.infra.local.provider.lifecycles.lifecycle import ENVIRONMENT, TASK
from tests.infra.local.provider.terraform import Terraform


def _configuration(site: Site, type_name: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"provider": {"databricks": site.workspace_block}, "resource": {type_name: {"x": values}}}


def test_tasks_out_of_the_order_of_their_keys_are_planned_forever(site: Site, terraform: Terraform) -> None:
    """The official provider reads a job's tasks in the order of their keys, whatever was declared."""
    tasks = [{**TASK, "task_key": "b"}, {**TASK, "task_key": "a"}]
    job = {"name": "unsorted", "environment": ENVIRONMENT, "task": tasks}
    terraform.configure(_configuration(site, "databricks_job", job))
    terraform.apply()
    assert terraform.plan() == {"databricks_job.x": "update"}
    terraform.configure(_configuration(site, "databricks_job", {**job, "task": tasks[::-1]}))
    assert terraform.plan() == {}
    terraform.destroy()


def test_a_deleted_experiment_is_no_drift(site: Site, terraform: Terraform) -> None:
    """The API still tells of an experiment in the trash, and the official provider believes it."""
    terraform.configure(_configuration(site, "databricks_mlflow_experiment", {"name": "/Shared/trashed"}))
    terraform.apply()
    id_ = terraform.values("databricks_mlflow_experiment.x")["id"]
    site.workspace.post("/api/2.0/mlflow/experiments/delete", {"experiment_id": id_})
    assert terraform.plan() == {}
