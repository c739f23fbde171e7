"""Jobs are whom they must be: tokens fit policies, approval comes first, no two fight over a state."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from infra.config.settings import AllSettings
from tests.workflows.conftest import Broken
from tests.workflows.source import Job, Source

GATE = "production"  # GitHub asks people before a job in it starts
LOOKING = "review"  # its principal may change nothing
SHIPPED = {"dev", "staging", "prod"}
_CHANGES = re.compile(r"infra apply\b|cdktf (deploy|destroy)\b|pipelines run\b")


def problems(source: Source, settings: AllSettings) -> Iterator[str]:
    """Jobs that could not deploy, or could where they must not."""
    for job in source.jobs:
        yield from _token(source, settings, job)
        yield from _turn(source, settings, job)
        yield from _approval(source, settings, job)


def _token(source: Source, settings: AllSettings, job: Job) -> Iterator[str]:
    """The subject of a job's token is that of a policy, and the job changes what that is of."""
    federated = job.data["permissions"].get("id-token") == "write"
    changes = _CHANGES.search(source.does(job))
    if federated and not job.environments:
        yield f"{job.where}: its token is of no environment"
    for name in job.environments:
        if federated and not _is_trusted(settings, name):
            yield f"{job.where}: no policy of account.yaml trusts environment {name}"
        if name == GATE and (federated or len(job.steps) > 1):
            yield f"{job.where}: the gate does nothing but wait"
        if name == LOOKING and changes:
            yield f"{job.where}: {changes[0]} by who may look only"


def _is_trusted(settings: AllSettings, environment: str) -> bool:
    ci = settings.account.ci
    assert ci is not None
    subjects = [ci.subject_of(name) for name in settings.environments]
    return environment == LOOKING or any(item.endswith(f":environment:{environment}") for item in subjects)


def _turn(source: Source, settings: AllSettings, job: Job) -> Iterator[str]:
    """Whoever works with an environment's state waits for its turn, and is never cut off."""
    concurrency = job.data.get("concurrency") or {}
    if not set(job.environments) & set(settings.environments):
        if concurrency.get("cancel-in-progress") and _CHANGES.search(source.does(job)):
            yield f"{job.where}: may be cut off while it changes something"
        return
    group = "${{ matrix.environment }}" if job.matrix else job.environments[0]
    if concurrency != {"group": group, "cancel-in-progress": False, "queue": "max"}:
        yield f"{job.where}: wants to wait for its turn in {group}, and has {concurrency}"


def _approval(source: Source, settings: AllSettings, job: Job) -> Iterator[str]:
    """Production is changed behind the gate alone."""
    production = settings.account.production
    if production not in job.environments or not _CHANGES.search(source.does(job)):
        return
    before = [other for other in source.jobs if other.workflow == job.workflow and other.name in job.needs]
    if not any(GATE in other.environments for other in before):
        yield f"{job.where}: changes {production} without anybody's approval"


def test_all_jobs_are_whom_they_must_be(source: Source, everything: AllSettings) -> None:
    """Every environment has its jobs, and none is of another."""
    assert list(problems(source, everything)) == []
    named = {name for job in source.jobs for name in job.environments}
    assert SHIPPED | {GATE, LOOKING} <= named <= {*everything.environments, GATE, LOOKING}


def test_all_environments_are_reviewed_and_looked_at(source: Source) -> None:
    """Each pull request is reviewed against all of them, and each night looks for drift in all of them."""
    nightly = {job.name: job for job in source.jobs if job.workflow == "nightly.yml"}
    looked_at = nightly["drift"].environments
    assert set(looked_at) >= SHIPPED
    assert f"drift-issue.sh {' '.join(looked_at)}" in source.does(nightly["report"])
    (review,) = [job for job in source.jobs if LOOKING in job.environments]
    assert f"infra review {' '.join(looked_at)} --" in source.does(review)


def test_the_night_does_what_pull_requests_do(source: Source) -> None:
    """Main is deployed to staging and run there in the same way, whether or not anybody has changed it."""
    jobs = {(job.workflow, job.name): source.does(job) for job in source.jobs}
    night, pull = jobs["nightly.yml", "integration"], jobs["pull-request.yml", "integration"]
    assert pull.startswith(night)
    assert "pipelines run" in night
    assert source.workflows["nightly.yml"]["on"]["schedule"]


@pytest.mark.parametrize(
    ("file", "change", "problem"),
    [
        (
            "release.yml",
            ("environment: prod\n", "environment: live\n"),
            "no policy of account.yaml trusts environment live",
        ),
        (
            "release.yml",
            ("    needs: approve\n", "    needs: review\n"),
            "release.yml, apply: changes prod without anybody's approval",
        ),
        (
            "release.yml",
            ("    environment: production\n", ""),
            "release.yml, apply: changes prod without anybody's approval",
        ),
        (
            "release.yml",
            (
                "      - name: Tell that it",
                "      - uses: ./.github/actions/setup\n      - name: Tell that it",
            ),
            "the gate does nothing but wait",
        ),
        (
            "release.yml",
            ("      queue: max\n", ""),
            "release.yml, review: wants to wait for its turn in prod",
        ),
        (
            "release.yml",
            ("group: prod", "group: release"),
            "release.yml, apply: wants to wait for its turn in prod",
        ),
        (
            "merge.yml",
            ("cancel-in-progress: false", "cancel-in-progress: true"),
            "merge.yml, deploy: wants to wait",
        ),
        (
            "merge.yml",
            ("[dev, staging]", "[dev, staging, prod]"),
            "merge.yml, deploy: changes prod without anybody's approval",
        ),
        (
            "merge.yml",
            ("    environment: ${{ matrix.environment }}\n", ""),
            "merge.yml, deploy: its token is of no environment",
        ),
        (
            "pull-request.yml",
            ("environment: staging", "environment: review"),
            "infra apply by who may look only",
        ),
    ],
)
def test_who_is_somebody_else_is_named(
    broken: Broken, everything: AllSettings, file: str, change: tuple[str, str], problem: str
) -> None:
    """These fail on the real account only, or worse: they succeed."""
    found = list(problems(broken.replace(f".github/workflows/{file}", *change), everything))
    assert any(problem in line for line in found), found
