"""What is done with each field of a job's settings: acted upon, stored only, or refused.

A field that is stored only is echoed and changes nothing locally, and that is honest: nobody
is mailed by a single task, nothing is billed, and compute is this machine. What would change what a run does
and is not done here is refused, and so is every field that is in neither set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.fields import read_object, read_objects, read_tags, read_text, read_texts

JOB_ACTED = frozenset(
    [
        "name",
        "tasks",
        "environments",
        "parameters",
        "max_concurrent_runs",
        "timeout_seconds",
        "queue",
        "schedule",
        "trigger",
        "run_as",
        "email_notifications",
        "health",
        "notification_settings",
        "webhook_notifications",
    ]
)
JOB_STORED = {
    "budget_policy_id": "no cost is attributed locally; who may name one is checked",
    "deployment": "who deployed the job; for people",
    "description": "for people",
    "edit_mode": "for the web application, which is not here",
    "format": "jobs of 2.1 and later are MULTI_TASK",
    "job_clusters": "compute is this machine",
    "performance_target": "compute is this machine",
    "tags": "for people",
    "usage_policy_id": "no cost is attributed locally",
}
TASK_ACTED = frozenset(
    [
        "task_key",
        "depends_on",
        "run_if",
        "python_wheel_task",
        "condition_task",
        "run_job_task",
        "environment_key",
        "libraries",
        "timeout_seconds",
        "max_retries",
        "min_retry_interval_millis",
        "retry_on_timeout",
    ]
)
TASK_STORED = {
    "description": "for people",
    "disable_auto_optimization": "compute is this machine",
    "email_notifications": "nobody is mailed of a single task",
    "existing_cluster_id": "compute is this machine",
    "health": "nobody is warned of a single task",
    "job_cluster_key": "compute is this machine",
    "new_cluster": "compute is this machine",
    "notification_settings": "nobody is notified of a single task",
    "webhook_notifications": "nobody is notified of a single task",
}
_TEXTS = ("budget_policy_id", "description", "name")
_OBJECTS = (
    *("email_notifications", "health", "notification_settings", "queue", "run_as", "schedule", "tags"),
    *("trigger", "webhook_notifications"),
)
_TASK_TEXTS = ("description", "environment_key", "run_if")
_TASK_OBJECTS = ("condition_task", "python_wheel_task", "run_job_task")
_NESTED_FIELDS = frozenset({"job_id", "job_parameters"})
_SPEC_FIELDS = frozenset({"client", "environment_version", "dependencies"})


def given(document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something: null is as good as absent."""
    return {name: value for name, value in document.items() if value is not None}


def check_shape(settings: Mapping[str, Any]) -> None:
    """InvalidParameterError for a part that is not of the kind that the API takes there."""
    document = dict(settings)
    for name in _TEXTS:
        read_text(document, name)
    for name in _OBJECTS:
        read_object(document, name)
    read_objects(document, "parameters")
    for task in read_objects(document, "tasks"):
        _check_task_shape(task)
    for environment in read_objects(document, "environments"):
        read_text(environment, "environment_key")
        read_texts(read_object(environment, "spec"), "dependencies")


def _check_task_shape(task: dict[str, Any]) -> None:
    if not read_text(task, "task_key"):
        raise InvalidParameterError("A task needs task_key.")
    for name in _TASK_TEXTS:
        read_text(task, name)
    for name in _TASK_OBJECTS:
        read_object(task, name)
    for dependency in read_objects(task, "depends_on"):
        if not read_text(dependency, "task_key"):
            raise InvalidParameterError("An entry of depends_on needs task_key.")
        read_text(dependency, "outcome")
    for library in read_objects(task, "libraries"):
        read_text(library, "whl")
        read_text(read_object(library, "pypi"), "package")
    read_tags(read_object(task, "run_job_task"), "job_parameters")
    wheel = read_object(task, "python_wheel_task")
    read_texts(wheel, "parameters")
    read_tags(wheel, "named_parameters")


def refuse_unserved(settings: Mapping[str, Any]) -> None:
    """NotServedError for the first field that a local run would ignore and should not."""
    _refuse(settings, JOB_ACTED | JOB_STORED.keys(), "The job setting")
    for task in settings.get("tasks") or []:
        where = f"In task {task.get('task_key')}, the field"
        _refuse(task, TASK_ACTED | TASK_STORED.keys(), where)
        _refuse(task.get("run_job_task") or {}, _NESTED_FIELDS, where)
    for environment in settings.get("environments") or []:
        _refuse(environment.get("spec") or {}, _SPEC_FIELDS, "The environment field")


def _refuse(document: Mapping[str, Any], served: frozenset[str], what: str) -> None:
    for name, value in document.items():
        if name not in served and value not in (None, [], {}):
            raise NotServedError(f"{what} {name} is not served locally.")
