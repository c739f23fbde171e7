"""Continuous integration deploys by tokens, environment by environment, and no secret is anywhere."""

from __future__ import annotations

import pytest

from tests.infra.conftest import EnvironmentFiles
from tests.infra.synthesis import Synthesized


def test_each_environment_has_a_policy_of_its_own(stacks: dict[str, Synthesized]) -> None:
    """A token for staging is none for prod: subjects differ, and each stands for its own principal."""
    policies = {
        item["policy_id"]: item for item in stacks["account"].all("service_principal_federation_policy")
    }
    assert sorted(policies) == ["ci-dev", "ci-prod", "ci-staging"]
    subjects = {item["oidc_policy"]["subject"] for item in policies.values()}
    assert len(subjects) == 3
    prod = policies["ci-prod"]
    assert prod["oidc_policy"]["subject"].endswith(":environment:prod")
    assert "deploy-prod" in prod["service_principal_id"]


def test_no_stack_makes_a_secret(stacks: dict[str, Synthesized]) -> None:
    """Whoever reads a state finds nothing to deploy with."""
    for stack in stacks.values():
        assert not any(
            "secret" in type_ and "scope" not in type_ and "acl" not in type_ for type_ in stack.types()
        )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  issuer: https://token.actions.githubusercontent.com\n", "", "ci.issuer: missing"),
        ("issuer: https", "issuer: http", 'ci.issuer: "http://token.actions.githubusercontent.com": string'),
        (
            ":environment:{environment}",
            ":ref:refs/heads/main",
            'ci.subject: "repo:<you>/<your fork>:ref:refs',
        ),
    ],
)
def test_half_a_trust_is_one_line(files: EnvironmentFiles, old: str, new: str, problem: str) -> None:
    """A subject that does not tell environments apart would let every token deploy all of them."""
    files.replace("account.yaml", old, new)
    (line,) = files.problems()
    assert line.partition(": ")[2].startswith(problem)


def test_environments_go_by_the_names_that_ci_has_for_them(files: EnvironmentFiles) -> None:
    """GitLab's tokens know five words for what an environment is; one of an unknown environment is told."""
    files.replace("account.yaml", "  issuer: ", "  names: {prod: production}\n  issuer: ")
    ci = files.load().account.ci
    assert ci is not None
    assert ci.subject_of("prod").endswith(":environment:production")
    assert ci.subject_of("staging").endswith(":environment:staging")
    files.replace("account.yaml", "{prod: production}", "{live: production}")
    (line,) = files.problems()
    assert "ci.names.live: unknown environment; allowed: dev, prod, staging" in line


def test_projects_can_be_shared(files: EnvironmentFiles) -> None:
    """Accounts that share ML projects name one folder of them; an empty one is told."""
    (files.folder / "projects").rename(files.folder.parent / "shared")
    files.replace("account.yaml", "production: ", "projects: ../shared\nproduction: ")
    assert list(files.load().projects) == ["flights"]
    files.replace("account.yaml", "projects: ../shared", "projects: ../nowhere")
    assert any(line.endswith("projects: ../nowhere holds no project") for line in files.problems())
