"""What the workflows do, done on a local account: their own shells, in order, with a stand-in for gh."""

from __future__ import annotations

import configparser
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.jobs import JobSettings

from tests.e2e.checkout import Checkout, check_out
from tests.e2e.github import PULL, Run, Runner

pytestmark = pytest.mark.slow

ENVIRONMENTS = ("dev", "staging", "prod")
JOBS = ("flights-ingest", "flights-training", "flights-inference", "flights-monitoring")


@dataclass(frozen=True)
class Team:
    """A team's repository, its account, and the workflows that stand between."""

    runner: Runner

    @property
    def checkout(self) -> Checkout:
        """Its working copy."""
        return self.runner.checkout

    def change(self, environment: str, old: str, new: str) -> None:
        """Commit a change of an environment's settings."""
        path = self.checkout.settings / f"{environment}.yaml"
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} in {path.name}"
        path.write_text(text.replace(old, new))
        self.commit()

    def commit(self) -> None:
        """Commit what is changed."""
        who = "-c user.name=test -c user.email=test@example.com"
        self.checkout.type(f"git {who} commit --quiet --all --message=change")

    def client(self, profile: str) -> WorkspaceClient:
        """Somebody's client."""
        return WorkspaceClient(profile=profile, config_file=str(self.checkout.credentials))

    def allow_runs(self, environment: str, job: str, number: int) -> None:
        """Change a job by hand, as a platform admin may: how many of its runs may go on at once."""
        client = self.client(f"paula-{environment}")
        (found,) = client.jobs.list(name=job)
        client.jobs.update(found.job_id or 0, new_settings=JobSettings(max_concurrent_runs=number))

    def parameter(self, environment: str, job: str, name: str) -> str | None:
        """What a run of a deployed job is given under a name, where it is not told otherwise."""
        (found,) = self.client(environment).jobs.list(name=job, expand_tasks=True)
        assert found.settings is not None
        return {item.name: item.default for item in found.settings.parameters or []}[name]

    def pages(self, kind: str) -> list[str]:
        """The pull request's comments of one kind."""
        return [text for text in self.runner.gh.comments(PULL) if text.startswith(f"<!-- {kind} -->")]

    def drift(self, *, without: str | None = None) -> list[Run]:
        """The night's look at all environments, of which one may be out of reach, and its report."""
        shutil.rmtree(self.runner.folder / "artifacts", ignore_errors=True)
        looks = []
        for name in ENVIRONMENTS:
            with self.tokens({name: "nobody's"} if name == without else {}):
                looks.append(self.runner.run("nightly.yml", "drift", environment=name))
        return [*looks, self.runner.run("nightly.yml", "report")]

    def review(self) -> Run:
        """The pull request's review, by somebody who may look at the environments, and deploy none."""
        with self.tokens({name: self.client(f"dana-{name}").config.token or "" for name in ENVIRONMENTS}):
            return self.runner.run("pull-request.yml", "review")

    @contextmanager
    def tokens(self, instead: Mapping[str, str]) -> Iterator[None]:
        """Stacks are planned with other tokens than their deployers', for a while."""
        text = self.checkout.credentials.read_text()
        profiles = configparser.ConfigParser(interpolation=None)
        profiles.read_string(text)
        for stack, token in instead.items():
            profiles[stack] = {"host": profiles[stack]["host"], "token": token}
        try:
            with self.checkout.credentials.open("w") as file:
                profiles.write(file)
            yield
        finally:
            self.checkout.credentials.write_text(text)

    def issues(self) -> list[dict[str, Any]]:
        """The open issues of drift."""
        return [issue for issue in self.runner.gh.issues() if issue["label"] == "drift"]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A repository whose account has all four stacks deployed, by hand, and in which no job has run."""
    with check_out(tmp_path_factory.mktemp("checkout")) as checkout:
        checkout.type(*(f"pipenv run cdktf deploy {stack}" for stack in ("account", *ENVIRONMENTS)))
        yield Team(Runner(checkout, tmp_path_factory.mktemp("github")))


def test_a_pull_request_is_reviewed_in_one_comment(team: Team) -> None:
    """Every environment, by who may deploy none; a second push updates the comment."""
    team.change("staging", "trials: 2", "trials: 1")
    first = team.review()
    (page,) = team.pages("review")
    assert first.succeeded, first.log
    assert "flights-training" in page
    team.change("prod", "from_month: 2013-06, to_month: 2013-06", "from_month: 2013-05, to_month: 2013-06")
    assert team.review().succeeded
    (updated,) = team.pages("review")
    assert "flights-inference" in updated
    assert page != updated


def test_a_review_that_fails_is_told_all_the_same(team: Team) -> None:
    """The comment says why, and the job is red."""
    team.change("dev", "size: 2X-Small", "size: Tiny")
    run = team.review()
    assert not run.succeeded
    (page,) = team.pages("review")
    assert "dev.yaml" in page
    assert "Tiny" in page
    team.change("dev", "size: Tiny", "size: 2X-Small")


def test_staging_is_deployed_from_the_branch_and_its_jobs_run(team: Team) -> None:
    """In the order in which data flows, and the pull request has the results."""
    run = team.runner.run("pull-request.yml", "integration")
    assert run.succeeded, run.log
    (page,) = team.pages("integration")
    assert [line.split(" | ")[:2] for line in page.splitlines() if "flights-" in line] == [
        [f"| {job}", "succeeded"] for job in JOBS
    ]
    assert team.parameter("staging", "flights-training", "trials") == "1"


def test_a_job_that_fails_is_told(team: Team) -> None:
    """The results name it, nothing after it is run, and the pull request's job is red."""
    team.change("staging", "max_rows: 20000", "max_rows: 1")
    run = team.runner.run("pull-request.yml", "integration")
    assert not run.succeeded
    (page,) = team.pages("integration")
    assert "| flights-ingest | succeeded |" in page
    assert "| flights-training | **failed** |" in page
    assert "flights-inference" not in page
    team.change("staging", "max_rows: 1", "max_rows: 20000")


def test_a_merge_deploys_dev_and_staging(team: Team) -> None:
    """Each by itself; the summary has the review, and afterwards nothing is left to change."""
    for environment in ("dev", "staging"):
        run = team.runner.run("merge.yml", "deploy", environment=environment)
        assert run.succeeded, run.log
        assert run.summary
    assert team.parameter("staging", "flights-training", "max_rows") == "20000"


def test_a_release_is_refused_where_the_world_has_moved(team: Team) -> None:
    """What was approved is not what would happen: nothing is applied, and it is announced."""
    assert team.runner.run("release.yml", "review").succeeded
    team.allow_runs("prod", "flights-inference", 3)
    run = team.runner.run("release.yml", "apply")
    assert not run.succeeded
    assert team.parameter("prod", "flights-inference", "from_month") == "2013-06"
    team.runner.run("release.yml", "announce", review="success", approve="success", apply="failure")
    (issue,) = team.runner.gh.issues()
    assert "apply failure" in issue["comments"][-1]


def test_a_release_is_applied_as_reviewed(team: Team) -> None:
    """A new review sees what was changed by hand, and what it shows is what happens."""
    review = team.runner.run("release.yml", "review")
    assert review.succeeded, review.log
    assert "flights-inference" in review.summary
    assert team.runner.run("release.yml", "approve").succeeded
    run = team.runner.run("release.yml", "apply")
    assert run.succeeded, run.log
    assert team.parameter("prod", "flights-inference", "from_month") == "2013-05"
    team.runner.run("release.yml", "announce", review="success", approve="success", apply="success")
    (issue,) = team.runner.gh.issues()
    assert "apply success" in issue["comments"][-1]


def test_drift_opens_an_issue(team: Team) -> None:
    """Somebody has changed a job by hand, and the night's look at the other environments goes on."""
    team.allow_runs("staging", "flights-ingest", 3)
    looks = team.drift()
    assert [run.succeeded for run in looks] == [True] * 4, "\n".join(run.log for run in looks)
    (issue,) = team.issues()
    assert issue["title"] == "Drift: staging"
    assert "flights-ingest" in issue["body"]


def test_drift_of_the_next_night_is_in_the_same_issue(team: Team) -> None:
    """There is one issue, of all that drifts."""
    (before,) = team.issues()
    team.allow_runs("prod", "flights-ingest", 3)
    team.drift()
    (issue,) = team.issues()
    assert issue["number"] == before["number"]
    assert issue["title"] == "Drift: staging prod"


def test_an_environment_that_can_not_be_seen_is_not_fine(team: Team) -> None:
    """Its look and the report are red, and the issue stays."""
    looks = team.drift(without="dev")
    assert [run.succeeded for run in looks] == [False, True, True, False]
    assert len(team.issues()) == 1


def test_the_issue_is_closed_when_nothing_drifts(team: Team) -> None:
    """What was changed by hand is changed back."""
    (before,) = team.issues()
    for environment in ("staging", "prod"):
        team.allow_runs(environment, "flights-ingest", 1)
    team.drift()
    assert team.issues() == []
    (closed,) = team.runner.gh.issues("closed")
    assert closed["number"] == before["number"]
