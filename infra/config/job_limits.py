"""A job's limits must leave its steps the time that they have."""

from __future__ import annotations

from collections.abc import Iterator

from infra.config.documents import Document, KeyPath
from infra.config.problems import Problem
from infra.config.project import Job, Limits


def check_limits(document: Document, above: KeyPath, job: Job, given: Limits) -> Iterator[Problem]:
    """What is wrong with limits that stand above a key, given for a job that has all of them."""
    if job.timeout_minutes is None:
        return
    longest = max(job.steps, key=lambda step: job.steps[step].timeout_minutes)
    needed = job.steps[longest].timeout_minutes
    if given.timeout_minutes and needed > given.timeout_minutes:
        message = f"the step {longest} may take {needed} minutes: wants as many at least"
        yield document.problem((*above, "timeout_minutes"), message)
    is_given = given.timeout_minutes or given.expected_minutes
    if is_given and job.expected_minutes and job.expected_minutes >= job.timeout_minutes:
        message = f"a run is ended after {job.timeout_minutes} minutes: nobody would be told before"
        yield document.problem((*above, "expected_minutes"), message)
