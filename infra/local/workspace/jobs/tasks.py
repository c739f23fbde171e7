"""What a task of a run does: its references replaced, its wheels found, its principal checked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.local.workspace.errors import ApiError, PermissionDeniedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.jobs import conditions, records, references
from infra.local.workspace.jobs.compute import Compute, Outcome, Plan
from infra.local.workspace.jobs.driver import Work
from infra.local.workspace.jobs.ports import Volumes
from infra.local.workspace.jobs.settings import dependencies_of, task_of
from infra.local.workspace.jobs.wheels import Wheels, check_installed
from infra.local.workspace.store import Document

_TRIGGERS = {"ONE_TIME": "onetime", "PERIODIC": "periodic", "RUN_JOB_TASK": "run_job_task"}
StartNested = Callable[[Caller, Document, Document, Mapping[str, Any], dict[str, str]], Work]


class Tasks:
    """Prepares the tasks of runs."""

    def __init__(
        self,
        folder: Path,
        directory: Directory,
        *,
        wheels: Wheels,
        volumes: Volumes,
        compute: Compute,
        workspace_url: Callable[[int], str],
        start_nested: StartNested,
    ) -> None:
        self._folder = folder
        self._directory = directory
        self._wheels = wheels
        self._volumes = volumes
        self._compute = compute
        self._workspace_url = workspace_url
        self._start_nested = start_nested

    def log_path(self, run: Mapping[str, Any], attempt: Mapping[str, Any]) -> Path:
        """Where an attempt's output is kept."""
        number = f".{attempt['attempt_number']}" if attempt["attempt_number"] else ""
        return self._folder / str(run["run_id"]) / f"{attempt['task_key']}{number}.log"

    def fetch_wheels(self, run: Document) -> None:
        """Note which content each wheel has now: later deploys do not change a run."""
        caller = self._directory.caller(run["principal_id"], run["workspace_id"])
        run["wheels"] = {}
        if caller is None:
            return
        for task in run["settings"]["tasks"]:
            for name in _wheels_of(run["settings"], task):
                try:
                    path = self._volumes.volume_path(caller, run["workspace_id"], name, write=False)
                    run["wheels"][name] = {"sha256": self._wheels.unpack(path, name)}
                except ApiError as error:
                    run["wheels"][name] = {"error": error.message}

    def prepare(self, run: Document, attempt: Document) -> Work | Outcome:
        """What an attempt does; at once its outcome where it is a condition, or can't start."""
        try:
            return self._prepare(run, attempt)
        except PermissionDeniedError as error:
            return _failed("UNAUTHORIZED_ERROR", error.message)
        except ApiError as error:
            return _failed("INVALID_RUN_CONFIGURATION", error.message)

    def _prepare(self, run: Document, attempt: Document) -> Work | Outcome:
        task = task_of(run["settings"], attempt["task_key"])
        facts = self._facts(run, attempt)
        if "condition_task" in task:
            return _evaluate(task["condition_task"], facts, attempt)
        if "run_job_task" in task:
            return self._nested(run, attempt, facts)
        arguments = _arguments(task["python_wheel_task"], facts)
        attempt["resolved"] = {"python_wheel_task": {"parameters": arguments}}
        self._caller(run)
        try:
            plan = self._plan(run, attempt, arguments)
        except ApiError as error:
            return _failed("LIBRARY_INSTALLATION_ERROR", f"Library installation failed: {error.message}")
        return functools.partial(self._compute.run, plan)

    def _caller(self, run: Document) -> Caller:
        caller = self._directory.caller(run["principal_id"], run["workspace_id"])
        if caller is None:
            raise PermissionDeniedError(
                "The principal that the job runs as is gone, inactive or not assigned to this workspace."
            )
        return caller

    def _nested(self, run: Document, attempt: Document, facts: references.Facts) -> Work:
        task = task_of(run["settings"], attempt["task_key"])
        given = task["run_job_task"].get("job_parameters") or {}
        parameters = {name: references.resolve(text, facts) for name, text in given.items()}
        attempt["resolved"] = {"run_job_task": {"job_parameters": parameters}}
        return self._start_nested(self._caller(run), run, attempt, task, parameters)

    def _plan(self, run: Document, attempt: Document, arguments: Sequence[str]) -> Plan:
        task = task_of(run["settings"], attempt["task_key"])
        wheel = task["python_wheel_task"]
        for dependency in dependencies_of(run["settings"], task):
            if not dependency.endswith(".whl"):
                check_installed(dependency, f"Task {task['task_key']}")
        fetched = [run["wheels"][name] for name in _wheels_of(run["settings"], task)]
        for found in fetched:
            if "error" in found:
                raise ApiError(found["error"])
        log = self.log_path(run, attempt)
        log.parent.mkdir(parents=True, exist_ok=True)
        return Plan(
            workspace_id=run["workspace_id"],
            principal_id=run["principal_id"],
            log=log,
            package=wheel["package_name"],
            entry_point=wheel["entry_point"],
            arguments=arguments,
            wheels=[found["sha256"] for found in fetched],
            timeout_seconds=task["timeout_seconds"],
            earlier_values=_values(run),
        )

    def _facts(self, run: Document, attempt: Document) -> references.Facts:
        fixed = {
            "job.id": str(run["job_id"]),
            "job.name": run["settings"]["name"],
            "job.run_id": str(run["run_id"]),
            "job.repair_count": str(len(run["repairs"])),
            "job.trigger.type": _TRIGGERS[run["trigger"]],
            "task.name": attempt["task_key"],
            "task.run_id": str(attempt["run_id"]),
            "task.execution_count": str(attempt["attempt_number"] + 1),
            "workspace.id": str(run["workspace_id"]),
            "workspace.url": self._workspace_url(run["workspace_id"]),
            **references.time_facts("job.start_time", run["start_time"]),
        }
        results = {key: other["result"] for key, other in records.latest(run).items()}
        parameters = run["parameters"]
        return references.Facts(fixed, parameters, _values(run), results)


def _failed(code: str, message: str) -> Outcome:
    return Outcome("FAILED", code, message, error=message)


def _wheels_of(settings: Mapping[str, Any], task: Mapping[str, Any]) -> list[str]:
    if "python_wheel_task" not in task:
        return []
    return [name for name in dependencies_of(settings, task) if name.endswith(".whl")]


def _values(run: Mapping[str, Any]) -> dict[str, Any]:
    return {key: attempt["values"] for key, attempt in records.latest(run).items() if attempt["values"]}


def _evaluate(condition: Mapping[str, str], facts: references.Facts, attempt: Document) -> Outcome:
    left, right = (references.resolve(condition[side], facts) for side in ("left", "right"))
    attempt["resolved"] = {"condition_task": {"left": left, "right": right}}
    outcome = "true" if conditions.holds(condition["op"], left, right) else "false"
    return Outcome("SUCCESS", "SUCCESS", outcome=outcome)


def _arguments(wheel: Mapping[str, Any], facts: references.Facts) -> list[str]:
    """A wheel's command line. As on Databricks, job parameters join named ones, and no list."""
    named = wheel.get("named_parameters")
    if not named:
        return [references.resolve(text, facts) for text in wheel.get("parameters") or []]
    resolved = {name: references.resolve(text, facts) for name, text in named.items()}
    return [f"--{name}={value}" for name, value in {**resolved, **facts.parameters}.items()]
