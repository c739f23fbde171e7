"""Every task ends by itself and gives up: what hangs costs, and holds the next run back."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_MOST_RETRIES = 3


def check(organisation: Organisation) -> Iterator[Violation]:
    """Tasks without a timeout, but for those that only decide or start another job, and too many retries."""
    for item in organisation.declared.of("databricks_job"):
        for task in item.values["task"]:
            key = task["task_key"]
            if "condition_task" in task or "run_job_task" in task:
                continue
            if not task.get("timeout_seconds"):
                yield Violation(item, f"the task {key} could run for ever: it has no timeout")
            retries = task.get("max_retries", 0)
            if not 0 <= retries <= _MOST_RETRIES:
                yield Violation(
                    item, f"the task {key} is tried {retries} times again; at most {_MOST_RETRIES}"
                )
