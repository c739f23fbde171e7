"""Names of what is deployed: composed here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

PACKAGE = "mlops_pipelines"  # the wheel's distribution, as a python wheel task names it
ARTIFACTS = "artifacts"  # the volume of the jobs' code


def service_principal(role: str, environment: str) -> str:
    """A service principal of an environment: `deploy`, `run` or `retrain` (see access.yaml)."""
    return f"{role}-{environment}"


def network(workspace: str) -> str:
    """A workspace's network, in the account: four letters at least, however short the workspace's name."""
    return f"{workspace}-network"


def private_access(workspace: str) -> str:
    """How a workspace is reached, in the account; likewise."""
    return f"{workspace}-access"


def private_endpoint(workspace: str, use: str) -> str:
    """A private endpoint of a workspace on Azure, in its resource group."""
    return f"{workspace}-{use}".replace("_", "-")


def full_name(*parts: str) -> str:
    """A securable's name from its catalog down."""
    return ".".join(parts)


def job(project: str, name: str) -> str:
    """A job, in its workspace."""
    return f"{project}-{name}"


def endpoint(project: str, model: str) -> str:
    """A model's serving endpoint, in its workspace."""
    return f"{project}-{model}".replace("_", "-")


def folder(project: str) -> str:
    """A project's folder in its workspace: not in /Shared, where everybody manages everything."""
    return f"/Projects/{project}"


def experiment(project: str, model: str) -> str:
    """A model's MLflow experiment, in its workspace."""
    return f"{folder(project)}/{model}"


def alert(project: str, name: str) -> str:
    """An alert, in its workspace."""
    return f"{project}-{name}".replace("_", "-")


def git_folder(project: str) -> str:
    """A project's clone of this repository: in /Repos, where every provider version puts Git folders."""
    return f"/Repos/{project}/mlops"


def metrics_schema(schema: str) -> str:
    """The schema of the metric tables of a project's monitors, apart from what they measure."""
    return f"{schema}_metrics"


def payload_table(model: str) -> str:
    """The inference table of a model's endpoint, as Databricks names it after its prefix."""
    return f"{model}_payload"


def metric_tables(table: str) -> tuple[str, str]:
    """The metric tables of a monitor, as Databricks names them."""
    return f"{table}_profile_metrics", f"{table}_drift_metrics"


def snapshot_schema(schema: str) -> str:
    """The schema of the copies of another environment's tables, apart from the environment's own."""
    return f"{schema}_snapshot"


def snapshot_job(environment: str) -> str:
    """The job that brings a snapshot into an environment, among a project's jobs."""
    return f"snapshot_{environment}"


def secret_scope(project: str) -> str:
    """A project's secret scope, in its workspace."""
    return project


def wheel(catalog: str, schema: str, version: str, file: str) -> str:
    """Where a version of the jobs' code lies: a path of its own, so that running jobs keep theirs."""
    return f"/Volumes/{catalog}/{schema}/{ARTIFACTS}/wheels/{version}/{file}"


def budget(environment: str | None = None) -> str:
    """An environment's budget and its budget policy, or the budget of the whole account."""
    return f"mlops-{environment}" if environment else "mlops"


def compute_policy(environment: str, kind: str) -> str:
    """A compute policy of an environment, for compute of a kind."""
    return f"mlops-{environment}-{kind}"


def warehouse(environment: str) -> str:
    """An environment's SQL warehouse."""
    return f"mlops-{environment}"


def storage(environment: str) -> str:
    """An environment's external location and storage credential, in its metastore."""
    return f"mlops-{environment}"


def tags(environment: str, own: Mapping[str, str], project: str | None = None) -> dict[str, str]:
    """What cost and ownership are told by: its own and these; without a project where all share."""
    return {**own, "environment": environment, **({"project": project} if project else {})}
