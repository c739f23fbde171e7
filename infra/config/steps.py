"""The steps that jobs are made of: entry points of the wheel, and the parameters each takes."""

from __future__ import annotations

from collections.abc import Mapping

STEPS: Mapping[str, tuple[str, ...]] = {
    "ingest": ("project", "catalog", "schema", "from_month", "to_month"),
    "features": ("project", "catalog", "schema", "from_month", "to_month"),
    "train": (
        *("project", "catalog", "schema", "model", "experiment"),
        *("trials", "max_rows", "seed", "code_version", "code_commit", "champion_model"),
    ),
    "validate": ("project", "catalog", "schema", "model_uri"),
    "approve": ("project", "catalog", "schema", "model_uri", "approval_minutes"),
    "deploy": (
        *("project", "catalog", "schema", "model_uri", "experiment"),
        *("endpoint", "workload_size", "scale_to_zero"),
    ),
    "rollback": (
        *("project", "catalog", "schema", "model", "experiment"),
        *("endpoint", "workload_size", "scale_to_zero"),
    ),
    "infer": ("project", "catalog", "schema", "model", "alias", "from_month", "to_month"),
    "unpack": ("project", "catalog", "schema", "model"),
    "label": ("project", "catalog", "schema"),
    "observe": ("project", "catalog", "schema", "endpoint"),
    "decide": ("project", "catalog", "schema", "alerts"),
    "snapshot": (
        *("project", "catalog", "schema"),
        *("target_catalog", "target_schema", "selections", "secret_scope"),
    ),
    "purge": (
        *("project", "catalog", "schema", "metrics_schema", "model", "experiment"),
        *("tables", "metric_tables", "endpoints", "after_days", "dry_run"),
    ),
}

# Steps of the jobs that an environment has for each of its projects; no project's own job has them.
OF_ENVIRONMENTS = ("snapshot", "purge")

# A parameter that a step passes on to the later ones of its job: a task value.
PASSED_ON: Mapping[str, str] = {"model_uri": "train"}

# Task values that say whether another job is run after this one's last step.
DECIDED: Mapping[str, str] = {"retrain": "decide"}

# Parameters whose values an environment's YAML gives job by job; all others follow from names.
GIVEN = ("from_month", "to_month", "trials", "max_rows", "seed", "alias", "approval_minutes")


def wanted_values(steps: Mapping[str, object]) -> list[str]:
    """The parameters of a job with these steps that an environment must give values for."""
    taken = {parameter for step in steps for parameter in STEPS[step]}
    return [parameter for parameter in GIVEN if parameter in taken]
