"""The rules of a task graph: what may start, what is left out, what the run comes to.

Results are those of the Jobs API: SUCCESS, FAILED, TIMEDOUT, CANCELED, EXCLUDED,
UPSTREAM_FAILED, UPSTREAM_CANCELED. A task without a result is not done yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

Task = Mapping[str, Any]
Verdict = Literal["wait", "run", "EXCLUDED", "UPSTREAM_FAILED", "UPSTREAM_CANCELED"]

RUN_IFS = (
    "ALL_SUCCESS",
    "ALL_DONE",
    "NONE_FAILED",
    "AT_LEAST_ONE_SUCCESS",
    "ALL_FAILED",
    "AT_LEAST_ONE_FAILED",
)
FINE = frozenset({"SUCCESS", "EXCLUDED"})
_CANCELED = frozenset({"CANCELED", "UPSTREAM_CANCELED"})


def find_cycle(tasks: Sequence[Task]) -> list[str]:
    """Keys of tasks that wait for each other; empty where all can run."""
    waiting = {task["task_key"]: set(dependencies(task)) for task in tasks}
    while True:
        ready = {key for key, needs in waiting.items() if not needs & waiting.keys()}
        if not ready:
            return sorted(waiting)
        waiting = {key: needs for key, needs in waiting.items() if key not in ready}


def dependencies(task: Task) -> list[str]:
    """The keys of the tasks that a task depends on."""
    return [dependency["task_key"] for dependency in task.get("depends_on") or []]


def decide(task: Task, results: Mapping[str, str | None], outcomes: Mapping[str, str]) -> Verdict:
    """Whether a task waits, runs or is left out, and then with which result.

    `outcomes` are the condition tasks' "true" and "false". A branch not taken counts as
    excluded; excluded tasks count as successful; a task is excluded when all it needs is.
    """
    needs = [_seen(dependency, results, outcomes) for dependency in task.get("depends_on") or []]
    if None in needs:
        return "wait"
    found = [need for need in needs if need is not None]
    if not found:
        return "run"
    if all(need == "EXCLUDED" for need in found):
        return "EXCLUDED"
    if _fulfils(task.get("run_if") or "ALL_SUCCESS", found):
        return "run"
    if task.get("run_if") in {"ALL_FAILED", "AT_LEAST_ONE_FAILED"}:
        return "EXCLUDED"
    bad = [need for need in found if need not in FINE]
    return "UPSTREAM_CANCELED" if bad and set(bad) <= _CANCELED else "UPSTREAM_FAILED"


def _seen(
    dependency: Mapping[str, str], results: Mapping[str, str | None], outcomes: Mapping[str, str]
) -> str | None:
    result = results.get(dependency["task_key"])
    wanted = dependency.get("outcome")
    if result == "SUCCESS" and wanted and outcomes.get(dependency["task_key"]) != wanted:
        return "EXCLUDED"
    return result


def _fulfils(run_if: str, found: Sequence[str]) -> bool:
    failed = [need not in FINE for need in found]
    return {
        "ALL_SUCCESS": not any(failed),
        "ALL_DONE": True,
        "NONE_FAILED": not any(failed) and "SUCCESS" in found,
        "AT_LEAST_ONE_SUCCESS": "SUCCESS" in found,
        "ALL_FAILED": all(failed),
        "AT_LEAST_ONE_FAILED": any(failed),
    }[run_if]


def conclude(tasks: Sequence[Task], results: Mapping[str, str | None]) -> str:
    """The run's result: its leaf tasks decide."""
    needed = {key for task in tasks for key in dependencies(task)}
    leaves = [results[task["task_key"]] for task in tasks if task["task_key"] not in needed]
    if any(leaf not in FINE for leaf in leaves):
        return "FAILED"
    return "SUCCESS" if all(result in FINE for result in results.values()) else "SUCCESS_WITH_FAILURES"
