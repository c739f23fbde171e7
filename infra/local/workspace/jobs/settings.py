"""Job settings: completed with the API's defaults, checked, merged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.jobs import fields, graph, health, references
from infra.local.workspace.jobs.conditions import OPERATORS
from infra.local.workspace.scheduling.triggers import parse_trigger

Settings = dict[str, Any]

_KEY = re.compile(r"[A-Za-z0-9_-]{1,100}")
_PARAMETER = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.-]*(\[[\w,.-]+\])?\s*([<>=!~]=?=?[^/:]*)?")
_VOLUME_WHEEL = re.compile(r"/Volumes/[^/]+/[^/]+/[^/]+/.+\.whl")
_MERGED = {"tasks": "task_key", "job_clusters": "job_cluster_key"}
_DEFAULTS = {
    "email_notifications": {},
    "format": "MULTI_TASK",
    "max_concurrent_runs": 1,
    "name": "Untitled",
    "timeout_seconds": 0,
    "webhook_notifications": {},
}
_KINDS = ("python_wheel_task", "condition_task", "run_job_task")
_TASK_DEFAULTS = {"email_notifications": {}, "run_if": "ALL_SUCCESS", "timeout_seconds": 0}


def complete(settings: Mapping[str, Any], *, queue: bool) -> Settings:
    """The settings with defaults filled in, checked.

    `queue` is the API version's default. NotServedError for what would change the meaning and
    is not done locally, InvalidParameterError for what Databricks refuses too.
    """
    fields.check_shape(settings)
    fields.refuse_unserved(settings)
    full = {**_DEFAULTS, "queue": {"enabled": queue}, **fields.given(settings)}
    full["tasks"] = [{**_TASK_DEFAULTS, **fields.given(task)} for task in full.get("tasks") or []]
    _check_numbers(full, "The job", {"max_concurrent_runs": 0, "timeout_seconds": 0})
    _check_parameters(full.get("parameters") or [])
    _check_environments(full.get("environments") or [])
    _check_graph(full["tasks"])
    for task in full["tasks"]:
        _check_task(task, full)
    health.check(full)
    parse_trigger(full)
    return full


def merge(old: Mapping[str, Any], new: Mapping[str, Any], removed: Sequence[str]) -> Settings:
    """Settings after jobs/update: given fields replace, tasks and clusters by their key."""
    merged = {**old, **fields.given(new)}
    for name, key in _MERGED.items():
        if name in new and name in old:
            items = {item[key]: item for item in [*old[name], *new[name]]}
            merged[name] = list(items.values())
    for path in removed:
        name, _, item = path.partition("/")
        if item and name in _MERGED:
            merged[name] = [kept for kept in merged[name] if kept[_MERGED[name]] != item]
        else:
            merged.pop(name, None)
    return merged


def task_of(settings: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The settings of one task."""
    found: dict[str, Any] = next(task for task in settings["tasks"] if task["task_key"] == key)
    return found


def texts_of(task: Mapping[str, Any]) -> list[str]:
    """Every text of a task in which references are replaced."""
    if condition := task.get("condition_task"):
        return [condition["left"], condition["right"]]
    if nested := task.get("run_job_task"):
        return [*(nested.get("job_parameters") or {}).values()]
    wheel = task["python_wheel_task"]
    return [*(wheel.get("parameters") or []), *(wheel.get("named_parameters") or {}).values()]


def dependencies_of(settings: Mapping[str, Any], task: Mapping[str, Any]) -> list[str]:
    """What a wheel task installs: wheels in volumes, and requirements."""
    listed = [text for library in task.get("libraries") or [] for text in [_library(library)]]
    for environment in settings.get("environments") or []:
        if environment["environment_key"] == task.get("environment_key"):
            listed += (environment.get("spec") or {}).get("dependencies") or []
    return listed


def _library(library: Mapping[str, Any]) -> str:
    if "whl" in library:
        return str(library["whl"])
    if "pypi" in library:
        return str(library["pypi"]["package"])
    raise NotServedError(f"A library of {', '.join(library)} is not served locally, only whl and pypi.")


def _check_numbers(document: Mapping[str, Any], where: str, minima: Mapping[str, int]) -> None:
    for name, minimum in minima.items():
        value = document.get(name, minimum)
        if not isinstance(value, int) or isinstance(value, bool) or value < minimum:
            raise InvalidParameterError(f"{where}: {name} must be a whole number from {minimum}.")


def _check_parameters(parameters: Sequence[Mapping[str, Any]]) -> None:
    names = [str(parameter.get("name")) for parameter in parameters]
    for name in names:
        if not _PARAMETER.fullmatch(name) or names.count(name) > 1:
            raise InvalidParameterError(f"Job parameter {name!r} is no valid name, or is given twice.")
    for parameter in parameters:
        if not isinstance(parameter.get("default"), str):
            raise InvalidParameterError(f"Job parameter {parameter['name']} needs a default, a string.")


def _check_environments(environments: Sequence[Mapping[str, Any]]) -> None:
    for environment in environments:
        if not environment.get("environment_key"):
            raise InvalidParameterError("An environment needs an environment_key.")
        for dependency in (environment.get("spec") or {}).get("dependencies") or []:
            _check_dependency(dependency)


def _check_dependency(text: str) -> None:
    if not _VOLUME_WHEEL.fullmatch(text) and not _REQUIREMENT.fullmatch(text):
        raise NotServedError(
            f"The dependency {text!r} is not served locally, only wheels in /Volumes and names."
        )


def _check_graph(tasks: Sequence[Mapping[str, Any]]) -> None:
    if not tasks:
        raise InvalidParameterError("A job needs at least one task.")
    keys = [str(task.get("task_key")) for task in tasks]
    for key in keys:
        if not _KEY.fullmatch(key) or keys.count(key) > 1:
            raise InvalidParameterError(f"Task key {key!r} is no valid key, or is given twice.")
    for task in tasks:
        for needed in graph.dependencies(task):
            if needed not in keys:
                raise InvalidParameterError(f"Task {task['task_key']} depends on {needed}, which is no task.")
    if cycle := graph.find_cycle(tasks):
        raise InvalidParameterError(f"The tasks {', '.join(cycle)} depend on each other in a cycle.")


def _check_task(task: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    where = f"Task {task['task_key']}"
    if task["run_if"] not in graph.RUN_IFS:
        raise InvalidParameterError(f"{where}: run_if must be one of {', '.join(graph.RUN_IFS)}.")
    minima = {"timeout_seconds": 0, "max_retries": -1, "min_retry_interval_millis": 0}
    _check_numbers({"max_retries": 0, **task}, where, minima)
    kinds = [kind for kind in _KINDS if kind in task]
    if len(kinds) != 1:
        raise InvalidParameterError(f"{where} must have one of {', '.join(_KINDS)}.")
    if "condition_task" in task:
        _check_condition(where, task["condition_task"])
    elif "run_job_task" in task:
        _check_nested(where, task["run_job_task"])
    else:
        _check_wheel(where, task, settings)
    parameters = {parameter["name"] for parameter in settings.get("parameters") or []}
    keys = {other["task_key"] for other in settings["tasks"]} - {task["task_key"]}
    for text in texts_of(task):
        references.check(text, parameters, keys, where)


def _check_condition(where: str, condition: Mapping[str, Any]) -> None:
    if condition.get("op") not in OPERATORS:
        raise InvalidParameterError(f"{where}: op must be one of {', '.join(OPERATORS)}.")
    for side in ("left", "right"):
        if not isinstance(condition.get(side), str):
            raise InvalidParameterError(f"{where}: {side} must be a string.")


def _check_nested(where: str, nested: Mapping[str, Any]) -> None:
    _check_numbers({"job_id": None, **nested}, where, {"job_id": 1})


def _check_wheel(where: str, task: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    wheel = task["python_wheel_task"]
    if not wheel.get("package_name") or not wheel.get("entry_point"):
        raise InvalidParameterError(f"{where}: python_wheel_task needs package_name and entry_point.")
    if wheel.get("parameters") and wheel.get("named_parameters"):
        raise InvalidParameterError(f"{where}: parameters and named_parameters exclude each other.")
    known = [environment["environment_key"] for environment in settings.get("environments") or []]
    key = task.get("environment_key")
    on_cluster = any(task.get(name) for name in ("new_cluster", "existing_cluster_id", "job_cluster_key"))
    if key not in known and (key or not on_cluster):
        raise InvalidParameterError(f"{where}: environment_key {key!r} is none of the job's: {known}.")
    for dependency in dependencies_of(settings, task):
        _check_dependency(dependency)
