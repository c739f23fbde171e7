"""The workflows' scripts, with a stand-in for gh; with what is deployed in tests/e2e/test_workflows.py."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workflows.gh import Gh, install
from tests.workflows.source import PROJECT

SCRIPTS = PROJECT / ".github" / "scripts"
GITHUB = {
    "GITHUB_SERVER_URL": "https://github.example.com",
    "GITHUB_REPOSITORY": "team/platform",
    "GITHUB_RUN_ID": "1",
    "GITHUB_SHA": "0" * 40,
    "GITHUB_REF_NAME": "release/1.0",
    "GH_TOKEN": "a token",
}


@dataclass(frozen=True)
class Shell:
    """A folder in which scripts are run as a step runs them."""

    folder: Path
    gh: Gh

    def run(self, script: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """One script with its words."""
        path = f"{self.gh.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            [str(SCRIPTS / script), *words],
            cwd=self.folder,
            env={**os.environ, **GITHUB, "PATH": path, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def write(self, name: str, text: str) -> None:
        """A file in the folder."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def look(self, **statuses: str) -> subprocess.CompletedProcess[str]:
        """Report drift of environments whose statuses are these."""
        for environment, status in statuses.items():
            self.write(f"drift/{environment}.status", status)
            self.write(f"drift/{environment}.md", f"A job of {environment} was changed by hand.")
        return self.run("drift-issue.sh", *statuses)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder of its own, and a gh that knows of nothing yet."""
    (tmp_path / "work").mkdir()
    return Shell(tmp_path / "work", install(tmp_path / "gh"))


@pytest.mark.parametrize(
    ("command", "status", "page"),
    [
        ("echo fine; echo noise >&2", 0, "fine\n"),
        ("echo found; echo noise >&2; exit 1", 1, "found\n"),
        ("echo half; echo broken >&2; exit 2", 2, "half\n\n**Failed** with status 2:\n\n    broken\n"),
        ("echo broken >&2; exit 1", 2, "\n**Failed** with status 2:\n\n    broken\n"),
    ],
)
def test_a_page_is_kept_whatever_happens(shell: Shell, command: str, status: int, page: str) -> None:
    """What went wrong stands on the page, and in the summary; who found something has said it."""
    summary = shell.folder / "summary"
    finished = shell.run("page.sh", "page.md", "bash", "-c", command, GITHUB_STEP_SUMMARY=str(summary))
    assert finished.returncode == status
    assert (shell.folder / "page.md").read_text() == page == summary.read_text()


def test_a_pull_request_has_one_comment_of_a_kind(shell: Shell) -> None:
    """The second page takes the first one's place; another kind has its own."""
    for text in ("before", "after"):
        shell.write("page.md", text)
        assert shell.run("comment.sh", "7", "review", "page.md").returncode == 0
    assert shell.run("comment.sh", "7", "integration", "missing.md").returncode == 0
    review, integration = shell.gh.comments(7)
    assert review.startswith("<!-- review -->\nafter\n")
    assert "before" not in review
    assert "**There is no integration**" in integration


def test_a_long_page_has_room(shell: Shell) -> None:
    """GitHub refuses a comment of more than 65,536 characters."""
    shell.write("page.md", "x" * 100_000)
    assert shell.run("comment.sh", "7", "review", "page.md").returncode == 0
    (comment,) = shell.gh.comments(7)
    assert 60_000 < len(comment) < 61_000
    assert "https://github.example.com/team/platform/actions/runs/1" in comment


def test_drift_has_one_issue(shell: Shell) -> None:
    """It is opened, updated, and closed when nothing drifts any more."""
    assert shell.look(dev="0", prod="0").returncode == 0
    assert shell.gh.issues() == []
    assert shell.look(dev="0", prod="1").returncode == 0
    assert shell.look(dev="1", prod="1").returncode == 0
    (issue,) = shell.gh.issues()
    assert issue["title"] == "Drift: dev prod"
    assert "A job of prod was changed by hand." in issue["body"]
    assert shell.look(dev="0", prod="0").returncode == 0
    assert shell.gh.issues() == []
    (closed,) = shell.gh.issues("closed")
    assert "Nothing drifts any more" in closed["comments"][0]


@pytest.mark.parametrize("status", ["2", "none"])
def test_what_was_not_seen_is_not_fine(shell: Shell, status: str) -> None:
    """The issue stays while an environment could not be looked at, and the job fails."""
    shell.look(dev="0", prod="1")
    finished = shell.look(dev="0", prod=status)
    assert (finished.returncode, finished.stderr) == (1, "not looked at: prod\n")
    assert len(shell.gh.issues()) == 1


def test_releases_are_announced_in_one_issue(shell: Shell) -> None:
    """Who subscribes to it is told of each."""
    shell.write("review.md", "One job changes.")
    for result in ("apply success", "apply failure"):
        assert shell.run("announce.sh", result, "review.md").returncode == 0
    (issue,) = shell.gh.issues()
    assert issue["title"] == "Releases to prod"
    assert [text.splitlines()[0] for text in issue["comments"]] == [
        "## release/1.0 to prod: apply success",
        "## release/1.0 to prod: apply failure",
    ]
    assert "One job changes." in issue["comments"][0]


def test_a_plan_is_read_with_its_key_alone(shell: Shell) -> None:
    """Whoever loads the artifact reads nothing."""
    shell.write("plans/prod.plan", "a password")
    assert shell.run("seal.sh", "plans", "plans.sealed", PLAN_KEY="a key").returncode == 0
    assert b"password" not in (shell.folder / "plans.sealed").read_bytes()
    (shell.folder / "plans" / "prod.plan").unlink()
    assert shell.run("unseal.sh", "plans.sealed", PLAN_KEY="another").returncode != 0
    assert not (shell.folder / "plans" / "prod.plan").exists()
    assert shell.run("unseal.sh", "plans.sealed", PLAN_KEY="a key").returncode == 0
    assert (shell.folder / "plans" / "prod.plan").read_text() == "a password"


def test_without_a_key_there_is_no_plan(shell: Shell) -> None:
    """GitHub takes a secret that nobody has set for an empty one."""
    shell.write("plans/prod.plan", "a password")
    finished = shell.run("seal.sh", "plans", "plans.sealed", PLAN_KEY="")
    assert finished.returncode != 0
    assert "docs/ci.md tells how to make it" in finished.stderr
    assert not (shell.folder / "plans.sealed").exists()


@pytest.mark.parametrize("words", ["repo delete team/platform", "issue delete 1", "api user", "pr merge 7"])
def test_the_stand_in_refuses_what_it_does_not_know(shell: Shell, words: str) -> None:
    """Or the scripts could do anything and be right."""
    command = [str(shell.gh.folder / "bin" / "gh"), *words.split()]
    finished = subprocess.run(command, env=GITHUB, capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert "unknown" in finished.stderr
