"""Each workflow and action has the keys that GitHub knows, and those that keep it harmless."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.workflows.conftest import Broken
from tests.workflows.source import Job, Source, Step

WORKFLOW = {"name", "on", "permissions", "defaults", "env", "jobs"}
JOB = {
    *("name", "needs", "if", "strategy", "runs-on", "timeout-minutes", "environment", "permissions"),
    *("concurrency", "env", "steps"),
}
STEP = {"name", "if", "id", "uses", "with", "run", "env", "shell"}
EVENTS = {
    "pull_request",
    "push",
    "schedule",
    "workflow_dispatch",
}  # pull_request_target gives forks our secrets


def problems(source: Source) -> Iterator[str]:
    """What is not as GitHub, or this project, wants it."""
    for name, workflow in source.workflows.items():
        yield from _keys(name, workflow, WORKFLOW, {"name", "on", "permissions", "jobs"})
        yield from _keys(f"{name}, on", workflow["on"], EVENTS, set())
        if workflow["permissions"] != {}:
            yield f"{name}: permissions of all jobs: {workflow['permissions']}"
        if workflow.get("defaults") != {"run": {"shell": "bash"}}:
            yield f"{name}: without shell: bash a pipe's failure is a success"
    for job in source.jobs:
        yield from _job(source, job)
    for step in source.steps:
        yield from _step(step)


def _keys(where: str, data: Mapping[str, Any], known: set[str], wanted: set[str]) -> Iterator[str]:
    yield from (f"{where}: unknown key {key}" for key in data if key not in known)
    yield from (f"{where}: {key} is missing" for key in sorted(wanted - data.keys()))


def _job(source: Source, job: Job) -> Iterator[str]:
    yield from _keys(job.where, job.data, JOB, {"name", "runs-on", "timeout-minutes", "permissions", "steps"})
    if job.data.get("runs-on") != "ubuntu-24.04":
        yield f"{job.where}: runs on {job.data.get('runs-on')}, which is another one some day"
    yield from (
        f"{job.where}: needs {need}, which is no job of {job.workflow}"
        for need in job.needs
        if need not in source.workflows[job.workflow]["jobs"]
    )
    if "checkout" not in job.steps[0].uses and any(step.run.startswith(".github") for step in job.steps):
        yield f"{job.where}: runs scripts that it has not checked out"


def _step(step: Step) -> Iterator[str]:
    yield from _keys(step.where, step.data, STEP, set())
    if bool(step.uses) == bool(step.run):
        yield f"{step.where}: a step wants either uses or run"
    if step.run and not step.data.get("name"):
        yield f"{step.where}: a step that runs {step.run!r} has no name"
    if step.run and step.where.startswith("action ") and step.data.get("shell") != "bash":
        yield f"{step.where}: a step of an action wants its shell"
    if "${{" in step.run:
        yield f"{step.where}: an expression inside of a shell's text can be a command: {step.run!r}"
    if step.uses == "actions/checkout" and step.given.get("persist-credentials") is not False:
        yield f"{step.where}: a checkout leaves its token to the steps after it"


def test_all_have_their_shape(source: Source) -> None:
    """No workflow is empty, and nothing in one is out of shape."""
    assert sorted(source.workflows) == ["merge.yml", "nightly.yml", "pull-request.yml", "release.yml"]
    assert list(source.actions) == ["setup"]
    assert list(problems(source)) == []


MERGE = ".github/workflows/merge.yml"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("permissions: {}", "permissions: write-all", "merge.yml: permissions of all jobs: write-all"),
        ("  push:", "  pull_request_target:", "merge.yml, on: unknown key pull_request_target"),
        (
            "defaults:\n  run:\n    shell: bash\n",
            "",
            "merge.yml: without shell: bash a pipe's failure is a success",
        ),
        ("    timeout-minutes: 60\n", "", "merge.yml, deploy: timeout-minutes is missing"),
        ("timeout-minutes", "timeout", "merge.yml, deploy: unknown key timeout"),
        (
            "ubuntu-24.04",
            "ubuntu-latest",
            "merge.yml, deploy: runs on ubuntu-latest, which is another one some day",
        ),
        (
            "    strategy:",
            "    needs: test\n    strategy:",
            "merge.yml, deploy: needs test, which is no job of merge.yml",
        ),
        ('"$ENVIRONMENT"', "${{ matrix.environment }}", "an expression inside of a shell's text"),
        ("      - name: Deploy\n        env:", "      - env:", "a step that runs"),
        ("persist-credentials: false", "lfs: true", "merge.yml, deploy: a checkout leaves its token"),
    ],
)
def test_what_is_out_of_shape_is_named(broken: Broken, old: str, new: str, problem: str) -> None:
    """Each of these would be taken by GitHub, or refused only when it is to run."""
    found = list(problems(broken.replace(MERGE, old, new)))
    assert any(problem in line for line in found), found
