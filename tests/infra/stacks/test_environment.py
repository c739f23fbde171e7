"""The environments' stacks: the same architecture three times, with different settings."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from infra.config.settings import AllSettings
from tests.infra.synthesis import Synthesized

ENVIRONMENTS = ("dev", "prod", "staging")
READING = {"USE_CATALOG", "USE_SCHEMA", "SELECT", "EXECUTE", "READ_VOLUME", "BROWSE"}
JOBS = ("ingest", "training", "inference", "monitoring", "retraining", "rollback")
OWN_JOBS = {"staging": ("purge",)}  # of environments, for each of their projects
LOOKING = {"CAN_VIEW", "CAN_READ"}
PROJECT = Path(__file__).parents[3]


def access_of(stack: Synthesized, group: str) -> list[dict[str, Any]]:
    """The entries for a group in all access control lists of a stack."""
    lists = [item["access_control"] for item in stack.all("permissions")]
    return [entry for entries in lists for entry in entries if entry.get("group_name") == group]


@pytest.mark.parametrize(("environment", "jobs"), [("prod", 6), ("staging", 7)])
def test_data_scientists_only_read(stacks: dict[str, Synthesized], environment: str, jobs: int) -> None:
    """Outside dev, data scientists have reading privileges and viewing permissions, and no compute."""
    stack = stacks[environment]
    grants = [grant for grant in stack.all("grant") if grant["principal"] == "data-scientists"]
    assert {grant["catalog"] for grant in grants if "catalog" in grant} == {stack.outputs()["catalog"]}
    assert {privilege for grant in grants for privilege in grant["privileges"]} <= READING
    levels = [entry["permission_level"] for entry in access_of(stack, "data-scientists")]
    assert len(levels) == jobs + 8, "five alerts, endpoint, experiment and dashboard; no warehouse"
    assert set(levels) <= LOOKING
    assert all(item["principal"] != "data-scientists" for item in stack.all("secret_acl"))
    assert entitlements(stack, "data_scientists") == {"workspace_access"}


def test_data_scientists_work_in_dev(stacks: dict[str, Synthesized]) -> None:
    """In dev, data scientists make tables and models, run jobs, query the endpoint, use the warehouse."""
    dev = stacks["dev"]
    grants = [grant for grant in dev.all("grant") if grant["principal"] == "data-scientists"]
    privileges = {privilege for grant in grants for privilege in grant["privileges"]}
    assert privileges >= {"CREATE_SCHEMA", "CREATE_TABLE", "MODIFY", "CREATE_MODEL", "WRITE_VOLUME"}
    levels = {entry["permission_level"] for entry in access_of(dev, "data-scientists")}
    assert levels == {"CAN_MANAGE_RUN", "CAN_QUERY", "CAN_EDIT", "CAN_USE", "CAN_RUN"}


def entitlements(stack: Synthesized, group: str) -> set[str]:
    """What a group may do in the stack's workspace."""
    suffix = f".{group}_group_id}}"
    (found,) = [item for item in stack.all("entitlements") if item.get("group_id", "").endswith(suffix)]
    return {name for name, given in found.items() if given is True}


@pytest.mark.parametrize(("environment", "readers"), [("dev", []), ("staging", ["dev"]), ("prod", ["dev"])])
def test_catalog_is_isolated(stacks: dict[str, Synthesized], environment: str, readers: list[str]) -> None:
    """A catalog is its own workspace's; dev's workspace sees the others', read-only."""
    assert stacks[environment].one("catalog")["isolation_mode"] == "ISOLATED"
    bindings = stacks[environment].all("workspace_binding")
    assert [item["workspace_id"] for item in bindings] == [
        f"${{data.terraform_remote_state.Account.outputs.{name}_workspace_id}}" for name in readers
    ]
    assert all(item["binding_type"] == "BINDING_TYPE_READ_ONLY" for item in bindings)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_jobs_run_as_the_environment_s_principal(stacks: dict[str, Synthesized], environment: str) -> None:
    """Every job runs as its environment's service principal, which owns the model and its aliases."""
    run = f"${{data.terraform_remote_state.Account.outputs.{environment}_run_application_id}}"
    stack = stacks[environment]
    jobs = stack.all("job")
    names = (*JOBS, *OWN_JOBS.get(environment, ()))
    assert {job["name"] for job in jobs} == {f"flights-{name}" for name in names}
    assert all(job["run_as"] == {"service_principal_name": run} for job in jobs)
    assert stack.one("registered_model")["owner"] == run


def test_run_principal_can_do_its_work(stacks: dict[str, Synthesized]) -> None:
    """It reads, writes and registers, and manages the endpoint and the feature table; it makes no tables."""
    prod = stacks["prod"]
    run = "${data.terraform_remote_state.Account.outputs.prod_run_application_id}"
    grants = [grant for grant in prod.all("grant") if grant["principal"] == run]
    assert [grant["privileges"] for grant in grants if "table" in grant] == [["MANAGE"]]
    grants = [grant for grant in grants if "table" not in grant]
    privileges = {privilege for grant in grants for privilege in grant["privileges"]}
    assert privileges == {
        *("USE_CATALOG", "USE_SCHEMA", "SELECT", "MODIFY", "EXECUTE", "READ_VOLUME", "WRITE_VOLUME"),
        *("CREATE_MODEL", "CREATE_MODEL_VERSION", "APPLY_TAG"),
    }
    lists = [item for item in prod.all("permissions") if "serving_endpoint_id" in item]
    assert {"service_principal_name": run, "permission_level": "CAN_MANAGE"} in lists[0]["access_control"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_task_s_parameters_are_the_job_s_or_a_task_s(
    stacks: dict[str, Synthesized], environment: str
) -> None:
    """Each parameter reference in a task's arguments is answered by its job or by an earlier task."""
    for job in stacks[environment].all("job"):
        declared = {f"job.parameters.{item['name']}" for item in job["parameter"]}
        used: set[str] = set()
        for task in job["task"]:
            text = " ".join(task["python_wheel_task"]["parameters"]) if "python_wheel_task" in task else ""
            text += task.get("condition_task", {}).get("left", "")
            used |= set(re.findall(r"\{\{(job\.parameters\.\w+)\}\}", text))
            for earlier in re.findall(r"\{\{tasks\.(\w+)\.values", text):
                assert earlier in _waited_for(job, task["task_key"])
        assert used == declared


def _waited_for(job: dict[str, Any], key: str) -> set[str]:
    """The tasks that are done before a task starts."""
    (task,) = (task for task in job["task"] if task["task_key"] == key)
    found = {other["task_key"] for other in task.get("depends_on", [])}
    return found.union(*(_waited_for(job, other) for other in found))


def test_every_entry_point_is_in_the_wheel(stacks: dict[str, Synthesized]) -> None:
    """A job's task names an entry point that pyproject.toml declares; `snapshot` is where snapshots are."""
    scripts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["scripts"]
    tasks = [task for name in ENVIRONMENTS for job in stacks[name].all("job") for task in job["task"]]
    named = {task["python_wheel_task"]["entry_point"] for task in tasks if "python_wheel_task" in task}
    assert named == set(scripts) - {"snapshot"}


def test_declares_what_the_project_declares(stacks: dict[str, Synthesized], settings: AllSettings) -> None:
    """Every table of the project is made, with its columns in their order, on the warehouse."""
    for table in stacks["prod"].all("sql_table"):
        definition = settings.projects["flights"].tables[table["name"]]
        assert [column["name"] for column in table["column"]] == list(definition.columns)
        assert table["warehouse_id"] == stacks["prod"].outputs()["warehouse_id"]
    assert len(stacks["prod"].all("sql_table")) == len(settings.projects["flights"].tables)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_stack_can_be_deployed_alone(stacks: dict[str, Synthesized], environment: str) -> None:
    """An environment reads the account's state as data: Terraform sees no other stack."""
    document = stacks[environment].document
    assert list(document["data"]["terraform_remote_state"]) == ["Account"]
    assert document["terraform"]["backend"]["local"]["path"].endswith(f"/{environment}.tfstate")
    (provider,) = document["provider"]["databricks"]
    assert provider["profile"] == environment
    assert provider["host"] == stacks[environment].outputs()["host"]


def test_reads_only_what_the_account_tells(stacks: dict[str, Synthesized]) -> None:
    """Every output of the account that an environment reads is one."""
    text = json.dumps([stacks[name].document for name in ENVIRONMENTS])
    read = set(re.findall(r"terraform_remote_state\.Account\.outputs\.(\w+)", text))
    assert read
    assert read <= set(stacks["account"].outputs())


def test_outputs(stacks: dict[str, Synthesized]) -> None:
    """What people and other tools need of an environment."""
    assert set(stacks["prod"].outputs()) == {
        *("host", "catalog", "warehouse_id", "flights_model", "flights_endpoint"),
        *(f"flights_{job}_job_id" for job in JOBS),
    }
