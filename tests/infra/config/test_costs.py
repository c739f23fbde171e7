"""Tags, budgets and limits: each mistake is one line; an environment's limits go before a project's."""

from __future__ import annotations

import pytest

from infra.config.environment import JobValues
from infra.config.project import Job, Step
from tests.infra.conftest import EnvironmentFiles

MISTAKES = [
    pytest.param(
        *("prod.yaml", "tags: {owner:", "tags: {environment: qa, owner:"),
        ": tags: environment: everything has this tag by itself",
        id="a tag that is given",
    ),
    pytest.param(
        *("projects/flights.yaml", "schema: flights\n", "schema: flights\ntags: {cost center: x}\n"),
        ": tags.cost center: \"cost center\": string should match pattern '^[A-Za-z][A-Za-z0-9_.-]{0,62}$'",
        id="a tag that no cloud takes",
    ),
    pytest.param(
        *("projects/flights.yaml", "    timeout_minutes: 1800\n", "    timeout_minutes: 600\n"),
        ": jobs.training.timeout_minutes: the step approve may take 1440 minutes: wants as many at least",
        id="a step that is cut off",
    ),
    pytest.param(
        *("projects/flights.yaml", "    expected_minutes: 120\n", "    expected_minutes: 1800\n"),
        ": jobs.training.expected_minutes: a run is ended after 1800 minutes: nobody would be told before",
        id="told too late",
    ),
    pytest.param(
        *(
            "staging.yaml",
            "approval_minutes: 0, expected_minutes: 30",
            "approval_minutes: 0, timeout_minutes: 600",
        ),
        ": projects.flights.jobs.training.timeout_minutes: the step approve may take 1440 minutes: "
        "wants as many at least",
        id="a step that an environment cuts off",
    ),
    pytest.param(
        *("staging.yaml", "expected_minutes: 30", "expected_minutes: 3000"),
        ": projects.flights.jobs.training.expected_minutes: a run is ended after 1800 minutes: "
        "nobody would be told before",
        id="told too late in an environment",
    ),
    pytest.param(
        *(
            "projects/flights.yaml",
            "    then: {run: training",
            "    concurrent_runs: 0\n    then: {run: training",
        ),
        ": jobs.retraining.concurrent_runs: 0: input should be greater than or equal to 1",
        id="no run at all",
    ),
    pytest.param(
        *(
            "account.yaml",
            "monthly_dollars: 10000, emails: [mlops-costs@example.com]",
            "monthly_dollars: 10000",
        ),
        ": budget: wants `monthly_dollars` and `emails`, who are told when it is spent, or neither",
        id="a budget that tells nobody",
    ),
    pytest.param(
        *("prod.yaml", "budget: {monthly_dollars: 5000, ", "budget: {monthly_dollars: 5000.5, "),
        ": budget.monthly_dollars: must be a whole number, not 5000.5",
        id="a budget with cents",
    ),
    pytest.param(
        *("prod.yaml", "budget: {monthly_dollars", "budget: {policy: x, monthly_dollars"),
        ": budget.policy: unknown key (did you mean policy_id?); allowed: monthly_dollars, emails, policy_id",
        id="an unknown key of a budget",
    ),
    pytest.param(
        *("dev.yaml", "access_mode: dedicated", "access_mode: shared"),
        ": compute_policies.interactive.access_mode: 'shared' is not allowed; "
        "allowed: 'dedicated', 'standard'",
        id="an unknown access mode",
    ),
    pytest.param(
        *("dev.yaml", "    auto_stop_minutes: 30\n", ""),
        ": compute_policies.interactive.auto_stop_minutes: missing",
        id="people's compute that never stops",
    ),
    pytest.param(
        *("dev.yaml", "    auto_stop_minutes: 30\n", "    auto_stop_minutes: 5\n"),
        ": compute_policies.interactive.auto_stop_minutes: 5: input should be greater than or equal to 10",
        id="people's compute that stops too early for Databricks",
    ),
    pytest.param(
        *("dev.yaml", "  interactive:\n", "  interactiv:\n"),
        ": compute_policies.interactiv: unknown key (did you mean interactive?); allowed: job, interactive",
        id="an unknown kind of compute",
    ),
    pytest.param(
        *("prod.yaml", "node_types: [m5d.xlarge, m5d.2xlarge]", "node_types: []"),
        ": compute_policies.job.node_types: must not be empty",
        id="no compute to choose from",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "problem"), MISTAKES)
def test_mistake_is_one_line(files: EnvironmentFiles, file: str, old: str, new: str, problem: str) -> None:
    """A mistake is told once, with the file and the line that it stands on."""
    files.replace(file, old, new)
    (line,) = files.problems()
    assert line.startswith(f"{file}:")
    assert line.endswith(problem)


def test_who_deploys_must_be_able_to_bill(files: EnvironmentFiles) -> None:
    """Otherwise the first deploy would be refused, for every environment whose policy is made."""
    files.replace("access.yaml", "use: [principals, budgets]", "use: [principals]")
    files.replace("prod.yaml", "budget: {monthly", "budget: {policy_id: 0123-abcd, monthly")
    lines = files.problems()
    assert [line.split(":")[0] for line in lines] == ["dev.yaml", "staging.yaml"]
    message = ": budget: deploy makes what is billed under it: access.yaml must let deploy use budgets"
    assert all(line.endswith(message) for line in lines)


def test_an_environment_s_limits_go_before_the_project_s() -> None:
    """What an environment doesn't say stays; its parameters are no limits."""
    job = Job(
        description="", steps={"train": Step(timeout_minutes=5)}, timeout_minutes=60, expected_minutes=20
    )
    limited = job.limited(JobValues(expected_minutes=10, seed=1))
    assert (limited.timeout_minutes, limited.expected_minutes) == (60, 10)
    assert limited.steps == job.steps


def test_limits_are_no_parameters() -> None:
    """A run can't override how long it may take."""
    assert JobValues(seed=1, timeout_minutes=60, expected_minutes=10).given() == {"seed": "1"}
