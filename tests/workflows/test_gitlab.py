"""GitLab's pipeline in the guide, which nothing here runs, fits the settings all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from infra.config.account import Ci
from infra.config.settings import AllSettings
from tests.workflows.conftest import Broken
from tests.workflows.source import Source

KEYWORDS = {"stages", "variables", "default", "workflow"}
JOB = {
    *(
        "extends",
        "stage",
        "timeout",
        "rules",
        "environment",
        "variables",
        "script",
        "before_script",
        "artifacts",
    ),
    *("resource_group", "parallel", "needs", "id_tokens"),
}
LOOKING = "review"


def jobs(source: Source) -> dict[str, dict[str, Any]]:
    """Each job with what it extends."""
    pipeline = source.gitlab
    named = {name: job for name, job in pipeline.items() if name not in KEYWORDS and not name.startswith(".")}
    return {name: {**pipeline.get(job.get("extends", ""), {}), **job} for name, job in named.items()}


def environments(job: Mapping[str, Any]) -> list[str]:
    """GitLab's environments that a job runs in."""
    name = str((job.get("environment") or {}).get("name", ""))
    if name == "$ENVIRONMENT":
        return list(job["parallel"]["matrix"][0]["ENVIRONMENT"])
    return [name] if name else []


def problems(source: Source, settings: AllSettings) -> Iterator[str]:
    """What GitLab, or the settings, would refuse."""
    stages = source.gitlab["stages"]
    for name, job in jobs(source).items():
        yield from (f"{name}: unknown key {key}" for key in job if key not in JOB)
        yield from (
            f"{name}: {key} is missing" for key in ("stage", "timeout", "rules", "script") if not job.get(key)
        )
        if job.get("stage") not in stages:
            yield f"{name}: no stage {job.get('stage')}"
        yield from (
            f"{name}: needs {need}, which is no job"
            for need in job.get("needs", [])
            if need not in jobs(source)
        )
        yield from _federation(name, job, settings)
        shell = source.whole("\n".join(job.get("script", [])))
        changes = "infra apply" in shell and settings.account.production in environments(job)
        if changes and any(rule.get("when") != "manual" for rule in job["rules"]):
            yield f"{name}: changes production without being asked to"


def _federation(name: str, job: Mapping[str, Any], settings: AllSettings) -> Iterator[str]:
    inside = environments(job)
    if bool(inside) != ("DATABRICKS_OIDC_TOKEN" in (job.get("id_tokens") or {})):
        yield f"{name}: a token is of an environment, and an environment's job has a token"
    for environment in inside:
        if environment != LOOKING and environment not in settings.environments:
            yield f"{name}: no environment {environment}"
    turn = job.get("resource_group")
    if inside and inside != [LOOKING] and turn != job["environment"]["name"]:
        yield f"{name}: wants to wait for its turn in {job['environment']['name']}, and has {turn}"


def test_the_pipeline_fits(source: Source, everything: AllSettings) -> None:
    """Its jobs are those of the workflows."""
    assert sorted(jobs(source)) == [
        *("apply-prod", "deploy", "drift", "integration", "review", "review-prod", "test")
    ]
    assert list(problems(source, everything)) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  stage: night", "  stage: nights", "drift: no stage nights"),
        ("  timeout: 30m\n", "", "review: timeout is missing"),
        ("  resource_group: prod\n", "", "review-prod: wants to wait for its turn in prod, and has None"),
        ("  extends: .federated\n", "", "drift: a token is of an environment"),
        (", when: manual", "", "apply-prod: changes production without being asked to"),
        (
            "needs: [review-prod]",
            "needs: [review-production]",
            "apply-prod: needs review-production, which is no job",
        ),
        ("[dev, staging, prod]}]", "[dev, staging, live]}]", "drift: no environment live"),
        ("  timeout: 3h", "  timout: 3h", "integration: unknown key timout"),
    ],
)
def test_what_does_not_fit_is_named(
    broken: Broken, everything: AllSettings, old: str, new: str, problem: str
) -> None:
    """Whoever copies it finds out later, and by hand."""
    found = list(problems(broken.replace("docs/ci.md", old, new), everything))
    assert any(problem in line for line in found), found


def test_what_it_shows_of_the_settings_is_right(source: Source) -> None:
    """The names that it gives GitLab's tiers tell the environments apart."""
    (text,) = re.findall(r"^```yaml\n(ci:.*?)^```", source.guide, re.DOTALL | re.MULTILINE)
    ci = Ci.model_validate(yaml.safe_load(text)["ci"])
    tiers = [ci.subject_of(name).rpartition(":")[2] for name in ("dev", "staging", "prod")]
    assert tiers == ["development", "staging", "production"]
