"""Starts the training job, as the principal whose credentials the SDK finds when it is asked to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from databricks.sdk import WorkspaceClient
from databricks.sdk.core import Config
from databricks.sdk.errors import (
    DeadlineExceeded,
    InternalError,
    PermissionDenied,
    TemporarilyUnavailable,
    TooManyRequests,
    Unauthenticated,
)
from databricks.sdk.errors.base import DatabricksError

from pipelines.hook.answers import Refused, Unanswered

_RETRY_SECONDS = 60
_TIMEOUT_SECONDS = 20  # of one call
_PATIENCE_SECONDS = 5  # for calls that fail: the caller waits too, and comes again
_PASSING = (DeadlineExceeded, InternalError, TemporarilyUnavailable, TooManyRequests)


class Trainings(Protocol):
    """What starts a run for a token, at most one run a token."""

    def start(self, token: str) -> int:
        """Return the id of the run.

        Raises Refused when nothing was started.
        """


class DatabricksTrainings:
    """Starts a job by name. Credentials are read at each start, so they may come later or change."""

    def __init__(self, job: str) -> None:
        self._job = job

    def start(self, token: str) -> int:
        """Return the id of the run that Databricks starts, or has started for the same token before.

        Raises Refused: 403 where the principal may not start it, 502 where the job is not to be found or
        not to be started, 503 where the workspace can't be reached or the credentials aren't there; and
        Unanswered where the workspace was asked to start it and what came of it isn't known.
        """
        with _explaining(self._job, Refused):
            workspace = _connect()
            job_id = self._find(workspace)
        with _explaining(self._job, Unanswered):
            return int(workspace.jobs.run_now(job_id, idempotency_token=token).bind()["run_id"])

    def _find(self, workspace: WorkspaceClient) -> int:
        found = [job.job_id for job in workspace.jobs.list(name=self._job) if job.job_id is not None]
        if len(found) != 1:
            raise Refused(502, f"the hook sees {len(found)} jobs of the name {self._job}, not one")
        return found[0]


def _connect() -> WorkspaceClient:
    try:
        config = Config(http_timeout_seconds=_TIMEOUT_SECONDS, retry_timeout_seconds=_PATIENCE_SECONDS)
    except ValueError as error:  # the SDK's message tells settings, which are nothing for a caller
        message = "the hook has no credentials for the workspace"
        raise Refused(503, message, retry_after=_RETRY_SECONDS) from error
    return WorkspaceClient(config=config)


@contextmanager
def _explaining(job: str, passing: type[Refused]) -> Iterator[None]:
    """Make the workspace's errors into what the caller is told; those that may pass are of the given kind."""
    try:
        yield
    except PermissionDenied as error:
        raise Refused(403, f"the hook's service principal may not start job {job}") from error
    except Unauthenticated as error:
        message = "the workspace doesn't accept the hook's own credentials"
        raise Refused(503, message, retry_after=_RETRY_SECONDS) from error
    except _PASSING as error:
        raise _unanswered(passing, error) from error
    except DatabricksError as error:
        code = error.error_code or type(error).__name__
        raise Refused(502, f"the workspace doesn't start job {job}: {code}") from error
    except OSError as error:  # of requests, and the SDK's TimeoutError; its own errors are such, too
        raise _unanswered(passing, error) from error


def _unanswered(kind: type[Refused], error: Exception) -> Refused:
    message = f"the workspace doesn't answer: {type(error).__name__}"
    return kind(503, message, retry_after=_RETRY_SECONDS)
