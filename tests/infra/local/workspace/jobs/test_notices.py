"""Who is told of runs, by e-mail and by webhook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from databricks.sdk.core import DatabricksError
from databricks.sdk.errors import platform
from databricks.sdk.errors.platform import InvalidParameterValue
from databricks.sdk.service.jobs import QueueSettings
from databricks.sdk.service.settings import Config, GenericWebhookConfig

from tests.infra.local.workspace.jobs.factory import Factory, condition_task, result_of, wheel_task
from tests.infra.local.workspace.notifications.inbox import subjects, wait_for_mail
from tests.infra.local.workspace.notifications.receiver import Received, Receiver

_FINE = condition_task("a", "1", "EQUAL_TO", "1")
_FAILS = condition_task("compare", "many", "GREATER_THAN", "1")
_SLEEP = "import time\n\ndef main():\n    time.sleep(300)\n"
_PATIENT = "import time\n\ndef main():\n    time.sleep(3)\n"
_OPS = "ops@example.com"


@pytest.fixture(scope="module")
def receiver(factory: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """A receiver that the account trusts."""
    with Receiver(tmp_path_factory.mktemp("receiver")) as listening:
        listening.trust(factory.local_account.folder)
        yield listening


@pytest.fixture(scope="module")
def hook(factory: Factory, receiver: Receiver) -> str:
    """The destination that stands for it."""
    config = Config(
        generic_webhook=GenericWebhookConfig(url=receiver.url, username="jobs", password="geheim")
    )
    made = factory.workspace.client.notification_destinations.create(display_name="hook", config=config)
    assert made.id
    return made.id


def test_failure_is_told_with_its_reason(factory: Factory, receiver: Receiver, hook: str) -> None:
    """The mail names job, task, error, workspace and run; the webhook gets what Databricks documents."""
    job_id = factory.create(
        [_FAILS, condition_task("next", "1", "EQUAL_TO", "1", after="compare")],
        name="nightly",
        email_notifications={"on_failure": [_OPS], "on_success": ["nobody@example.com"]},
        webhook_notifications={"on_failure": [{"id": hook}]},
    )
    run = factory.run(job_id)
    message = wait_for_mail(factory.local_account.folder, "Job nightly failed")
    assert message["To"] == _OPS
    lines = message.get_content().splitlines()
    assert lines[0] == "Job nightly failed."
    assert lines[1] == "Task compare: Condition operand 'many' is not a number."
    assert lines[2].startswith(f"Asked for by {factory.deployer.principal.label} at ")
    assert lines[3].startswith("Ended at ")
    assert lines[-2] == f"Run {run.run_id}: {run.run_page_url}"
    assert lines[-1] == (f"Workspace: workspace ({factory.workspace.id}), {factory.workspace.url}")
    payload = {
        "event_type": "jobs.on_failure",
        "workspace_id": factory.workspace.id,
        "run": {"run_id": run.run_id},
        "job": {"job_id": job_id, "name": "nightly"},
    }
    assert receiver.next() == Received("jobs:geheim", payload)


def test_start_and_success_are_told(factory: Factory, receiver: Receiver, hook: str) -> None:
    """Each event has its own addresses and destinations."""
    job_id = factory.create(
        [_FINE],
        name="steady",
        email_notifications={"on_start": [_OPS], "on_success": [_OPS], "on_failure": ["no@example.com"]},
        webhook_notifications={"on_start": [{"id": hook}], "on_success": [{"id": hook}]},
    )
    factory.run(job_id)
    events = {receiver.next().payload["event_type"] for _ in range(2)}
    assert events == {"jobs.on_start", "jobs.on_success"}
    for subject in ("Job steady started", "Job steady succeeded"):
        assert wait_for_mail(factory.local_account.folder, subject)["To"] == _OPS
    assert not [subject for subject in subjects(factory.local_account.folder) if "steady" in subject]


def test_a_run_that_takes_longer_than_expected_is_told_once(factory: Factory) -> None:
    """Its health rule says after how long; it goes on, and ends as it would have."""
    job_id = factory.create_demo(
        _PATIENT,
        wheel_task("sleep"),
        name="slow",
        health={"rules": [{"metric": "RUN_DURATION_SECONDS", "op": "GREATER_THAN", "value": 1}]},
        email_notifications={"on_duration_warning_threshold_exceeded": [_OPS]},
    )
    run_id = factory.deployer.client.jobs.run_now(job_id).run_id
    message = wait_for_mail(factory.local_account.folder, "Job slow takes longer than expected")
    assert message["To"] == _OPS
    assert result_of(factory.wait(run_id)) == "SUCCESS"
    assert not [subject for subject in subjects(factory.local_account.folder) if "slow" in subject]


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"metric": "STREAMING_BACKLOG_FILES", "op": "GREATER_THAN", "value": 1}, platform.NotImplemented),
        ({"metric": "RUN_DURATION_SECONDS", "op": "GREATER_THAN", "value": 0}, InvalidParameterValue),
    ],
)
def test_a_rule_that_can_not_be_held_is_refused(
    factory: Factory, rule: dict[str, Any], error: type[DatabricksError]
) -> None:
    """What is not watched here, and what no run could keep."""
    with pytest.raises(error, match="ealth rule"):
        factory.create([_FINE], health={"rules": [rule]})


@pytest.mark.parametrize(
    ("muted", "expected"),
    [
        ({}, ["Job busy was cancelled", "Job busy was skipped"]),
        ({"email_notifications": {"no_alert_for_skipped_runs": True}}, ["Job busy was cancelled"]),
        (
            {
                "notification_settings": {
                    "no_alert_for_skipped_runs": True,
                    "no_alert_for_canceled_runs": True,
                }
            },
            [],
        ),
    ],
)
def test_skipped_and_cancelled_runs_can_be_muted(
    factory: Factory, muted: dict[str, Any], expected: list[str]
) -> None:
    """Both are told as failures unless the job's settings say otherwise."""
    emails = {"on_failure": [_OPS], **muted.pop("email_notifications", {})}
    job_id = factory.create_demo(
        _SLEEP, wheel_task("sleep"), name="busy", email_notifications=emails, **muted
    )
    jobs = factory.deployer.client.jobs
    running = jobs.run_now(job_id).run_id
    factory.wait(jobs.run_now(job_id, queue=QueueSettings(enabled=False)).run_id)
    jobs.cancel_run(running)
    factory.wait(running)
    factory.run(factory.create([_FAILS], name="last", email_notifications={"on_failure": [_OPS]}))
    wait_for_mail(factory.local_account.folder, "Job last failed")
    told = [subject for subject in subjects(factory.local_account.folder) if "busy" in subject]
    assert told == expected
    for subject in told:
        wait_for_mail(factory.local_account.folder, subject)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"email_notifications": {"on_failure": ["everyone"]}}, "'everyone' is not an e-mail address"),
        (
            {"webhook_notifications": {"on_failure": [{"id": "no-such"}]}},
            "destination no-such does not exist",
        ),
        ({"webhook_notifications": {"on_start": [{"id": "x"}] * 4}}, "on_start names over 3 destinations"),
    ],
)
def test_whoever_can_not_be_told_is_refused(factory: Factory, settings: dict[str, Any], message: str) -> None:
    """A job that would notify nobody is not created."""
    with pytest.raises(InvalidParameterValue, match=message):
        factory.create([_FINE], **settings)
