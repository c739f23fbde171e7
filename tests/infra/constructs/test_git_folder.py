"""A Git folder is a branch of a repository, for those who may open and run it."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.permissions import PermissionsAccessControl

from infra.constructs.git_folder import GitFolder
from tests.infra.synthesis import Synthesized, synthesize


def declare(branch: str | None) -> Synthesized:
    """A Git folder that data scientists may run."""
    return synthesize(
        lambda stack: GitFolder(
            stack,
            "Code",
            url="https://github.com/team/flights",
            provider="gitHub",
            branch=branch,
            path="/Projects/flights/code",
            permissions=[PermissionsAccessControl(group_name="data-scientists", permission_level="CAN_RUN")],
        )
    )


def test_is_on_its_branch_for_those_who_may_use_it() -> None:
    """Where it stands, what it is cloned from, and who may run what is in it."""
    made = declare("main")
    assert made.one("repo") == {
        "url": "https://github.com/team/flights",
        "git_provider": "gitHub",
        "branch": "main",
        "path": "/Projects/flights/code",
    }
    permissions = made.one("permissions")
    assert permissions["access_control"] == [{"group_name": "data-scientists", "permission_level": "CAN_RUN"}]
    assert "repo_id" in permissions


def test_without_a_branch_it_is_on_the_default_one() -> None:
    """Which the repository tells."""
    assert "branch" not in declare(None).one("repo")
