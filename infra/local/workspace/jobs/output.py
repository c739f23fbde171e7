"""What a task's run has written, and why it failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.jobs import logs, views
from infra.local.workspace.jobs.runs import Runs


def read_output(runs: Runs, run: Mapping[str, Any], run_id: int, base_url: str) -> dict[str, Any]:
    """The output of a task's run, or of a run that has one task run only."""
    attempt = pick_attempt(run, run_id)
    written, truncated = logs.tail(runs.log_path(run, attempt))
    output = {
        "metadata": views.task_run(run, attempt, base_url),
        "logs": written.decode(errors="replace"),
        "logs_truncated": truncated,
    }
    if "nested_run_id" in attempt:
        output["run_job_output"] = {"run_id": attempt["nested_run_id"]}
    if attempt.get("error"):
        output["error"] = attempt["error"]
    if attempt.get("trace"):
        output["error_trace"] = attempt["trace"]
    return output


def pick_attempt(run: Mapping[str, Any], run_id: int) -> dict[str, Any]:
    """The attempt with this id; InvalidParameterError for a run of several tasks."""
    attempts: list[dict[str, Any]] = run["attempts"]
    for attempt in attempts:
        if attempt["run_id"] == run_id:
            return attempt
    if len(attempts) > 1:
        raise InvalidParameterError(
            "Retrieving the output of runs with multiple tasks is not supported. "
            "Please retrieve the output of each individual task run instead."
        )
    return attempts[0]
