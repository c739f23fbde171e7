"""Starting the job, and what is made of the workspace's errors."""

from __future__ import annotations

from typing import Any
from unittest.mock import create_autospec

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import (
    DeadlineExceeded,
    InternalError,
    InvalidState,
    NotFound,
    PermissionDenied,
    TemporarilyUnavailable,
    TooManyRequests,
    Unauthenticated,
)
from databricks.sdk.service.jobs import BaseJob, JobsAPI
from requests.exceptions import ConnectTimeout

from pipelines.hook import trainings
from pipelines.hook.answers import Refused, Unanswered
from pipelines.hook.trainings import DatabricksTrainings


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A workspace that has the job and starts run 900."""
    client = create_autospec(WorkspaceClient, instance=True)
    client.jobs = create_autospec(JobsAPI, instance=True)
    client.jobs.list.return_value = [BaseJob(job_id=7)]
    client.jobs.run_now.return_value.bind.return_value = {"run_id": 900}
    monkeypatch.setattr(trainings, "_connect", lambda: client)
    return client


def start() -> int:
    """Start the job for a token."""
    return DatabricksTrainings("flights-training").start("token")


def test_the_job_of_the_name_is_run_with_the_token(workspace: Any) -> None:
    """The run's id is what the workspace answers."""
    assert start() == 900
    workspace.jobs.list.assert_called_once_with(name="flights-training")
    workspace.jobs.run_now.assert_called_once_with(7, idempotency_token="token")


@pytest.mark.parametrize("count", [0, 2])
def test_one_job_of_the_name_is_needed(workspace: Any, count: int) -> None:
    """No job, or several, is nothing to guess about."""
    workspace.jobs.list.return_value = [BaseJob(job_id=number) for number in range(count)]
    with pytest.raises(Refused, match=f"the hook sees {count} jobs"):
        start()
    workspace.jobs.run_now.assert_not_called()


@pytest.mark.parametrize(
    ("error", "status", "unanswered"),
    [
        (PermissionDenied("secret details"), 403, False),
        (Unauthenticated("secret details"), 503, False),
        (NotFound("secret details"), 502, False),
        (InvalidState("secret details"), 502, False),
        (TooManyRequests("secret details"), 503, True),
        (TemporarilyUnavailable("secret details"), 503, True),
        (InternalError("secret details"), 503, True),
        (DeadlineExceeded("secret details"), 503, True),
        (TimeoutError("secret details"), 503, True),
        (ConnectTimeout("secret details"), 503, True),
    ],
)
def test_errors_are_told_by_what_to_do(
    workspace: Any, error: Exception, status: int, *, unanswered: bool
) -> None:
    """Refusals are final, others pass; only after the run was asked for is it unsure whether there is one."""
    workspace.jobs.run_now.side_effect = error
    with pytest.raises(Refused) as caught:
        start()
    assert (caught.value.answer.status, isinstance(caught.value, Unanswered)) == (status, unanswered)
    assert (caught.value.answer.retry_after is not None) == (status == 503)
    assert "secret" not in caught.value.answer.message
    workspace.jobs.list.side_effect = error
    with pytest.raises(Refused) as caught:
        start()
    assert (caught.value.answer.status, isinstance(caught.value, Unanswered)) == (status, False)
