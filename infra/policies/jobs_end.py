"""Every task ends by itself and gives up: what hangs costs, and holds the next run back."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.compute import tasks_of
from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_MOST_RETRIES = 3
_INSTANT = {"condition_task", "for_each_task", "run_job_task"}  # what they start has its own end


def check(organisation: Organisation) -> Iterator[Violation]:
    """Tasks without a timeout, but for those that only decide or start others, and too many retries."""
    for item in organisation.declared.of("databricks_job"):
        for task in tasks_of(item):
            key = task["task_key"]
            if task.keys() & _INSTANT:
                continue
            if not task.get("timeout_seconds"):
                yield Violation(item, f"the task {key} could run for ever: it has no timeout")
            retries = task.get("max_retries", 0)
            if not 0 <= retries <= _MOST_RETRIES:
                yield Violation(
                    item, f"the task {key} is tried {retries} times again; at most {_MOST_RETRIES}"
                )
