"""Each job may do what its steps do, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from tests.workflows.conftest import Broken
from tests.workflows.source import Job, Source

OWN = "github.event.pull_request.head.repo.full_name == github.repository"
_WRITING = {
    "pull-requests": re.compile(r"\bgh pr comment\b"),
    "issues": re.compile(r"\bgh (issue|label) \w+"),
    "contents": re.compile(r"\bgh release\b|\bgit push\b"),
}
_ANY_GH = re.compile(r"\bgh (?!pr comment|issue|label|release|api)(\w+)")


def needed(source: Source, job: Job) -> Mapping[str, str]:
    """The permissions that a job's steps need."""
    does = source.does(job)
    reading = {"contents": "read"} if any(step.uses == "actions/checkout" for step in job.steps) else {}
    federated = {"id-token": "write"} if any("variables" in step.given for step in job.steps) else {}
    return reading | federated | {name: "write" for name, said in _WRITING.items() if said.search(does)}


def problems(source: Source) -> Iterator[str]:
    """Jobs whose permissions are too few or too many, or that a fork's code could use."""
    for job in source.jobs:
        given, wanted = job.data["permissions"], needed(source, job)
        if given != wanted:
            yield f"{job.where}: may {given}, and needs {dict(wanted)}"
        does = source.does(job)
        yield from (f"{job.where}: it is not known what gh {word} needs" for word in _ANY_GH.findall(does))
        if " gh " in f" {does}".replace("\n", " ") and not _has_token(job):
            yield f"{job.where}: gh is given no GH_TOKEN"
        of_pulls = "pull_request" in source.workflows[job.workflow]["on"]
        if of_pulls and set(given.values()) != {"read"} and OWN not in str(job.data.get("if")):
            yield f"{job.where}: a fork's pull request runs it, too"


def _has_token(job: Job) -> bool:
    return any("GH_TOKEN" in (step.data.get("env") or {}) for step in job.steps)


def test_all_may_do_what_they_do(source: Source) -> None:
    """Each job's permissions are exactly those that its steps use."""
    assert list(problems(source)) == []
    used = {name for job in source.jobs for name in needed(source, job)}
    assert used == {"contents", "id-token", "pull-requests", "issues"}


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("pull-request.yml", "      pull-requests: write\n", "", "pull-request.yml, review: may"),
        ("nightly.yml", "      issues: write\n", "", "nightly.yml, report: may"),
        ("merge.yml", "      id-token: write\n", "", "merge.yml, deploy: may"),
        ("merge.yml", "contents: read", "contents: write", "merge.yml, deploy: may"),
        (
            "release.yml",
            "permissions: {}\n    steps",
            "permissions:\n      id-token: write\n    steps",
            "release.yml, approve: may",
        ),
        ("pull-request.yml", f"    if: {OWN}\n", "", "a fork's pull request runs it, too"),
        (
            "nightly.yml",
            "          GH_TOKEN: ${{ github.token }}\n",
            "          TOKEN: none\n",
            "gh is given no GH_TOKEN",
        ),
        (
            "merge.yml",
            'deploy.sh "$ENVIRONMENT"',
            "deploy.sh dev && gh workflow run x",
            "it is not known what gh workflow needs",
        ),
    ],
)
def test_too_much_and_too_little_are_named(
    broken: Broken, file: str, old: str, new: str, problem: str
) -> None:
    """A missing permission fails at night; one too many waits for somebody to use it."""
    found = list(problems(broken.replace(f".github/workflows/{file}", old, new)))
    assert any(problem in line for line in found), found


def test_scripts_count_too(broken: Broken) -> None:
    """What a script begins to do needs a permission of every job that calls it."""
    source = broken.replace(".github/scripts/deploy.sh", "set -euo pipefail", "gh issue list")
    assert len([line for line in problems(source) if "'issues': 'write'" in line]) == 3
