"""What people do with the deployed whole: run jobs, refresh monitors, move the clock, read their mail."""

from __future__ import annotations

import mailbox
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.core import DatabricksError
from databricks.sdk.service import jobs

from infra.local.watching import AlertState, Refreshed, Watching
from tests.e2e.conftest import Deployed

_POLL_SECONDS = 0.25
_RUN_SECONDS = 420


@dataclass(frozen=True)
class Operations:
    """One environment of the deployed whole; jobs are run by an ML engineer, monitors by the deployer."""

    deployed: Deployed
    environment: str

    @property
    def engineer(self) -> WorkspaceClient:
        """An ML engineer's client."""
        return self.deployed.client(f"emil-{self.environment}")

    def job_id(self, name: str) -> int:
        """A job's id by its name."""
        (job,) = self.engineer.jobs.list(name=name)
        assert job.job_id is not None
        return job.job_id

    def run(self, name: str, **parameters: str) -> jobs.Run:
        """A job's run, ended, whatever its result."""
        started = self.engineer.jobs.run_now(self.job_id(name), job_parameters=parameters or None)
        return self.wait(int(started.bind()["run_id"]))

    def succeed(self, name: str, **parameters: str) -> jobs.Run:
        """A job's run, which must have succeeded."""
        run = self.run(name, **parameters)
        assert run.state is not None
        assert run.state.result_state == jobs.RunResultState.SUCCESS, self.explain(run)
        return run

    def wait(self, run_id: int) -> jobs.Run:
        """A run once it has ended."""
        deadline = time.monotonic() + _RUN_SECONDS
        while True:
            run = self.engineer.jobs.get_run(run_id)
            if run.state and run.state.result_state:
                return run
            assert time.monotonic() < deadline, f"run {run_id} goes on: {run.state}"
            time.sleep(_POLL_SECONDS)

    def explain(self, run: jobs.Run) -> str:
        """Every task's result, and the log of those that failed."""
        lines = [str(run.state)]
        for task in run.tasks or []:
            result = task.state.result_state if task.state else None
            lines.append(f"{task.task_key}: {result}")
            if result == jobs.RunResultState.FAILED:
                output = self.engineer.jobs.get_run_output(task.run_id or 0)
                lines += [str(output.error), str(output.logs)]
        return "\n".join(lines)

    def results(self, run: jobs.Run) -> dict[str, str]:
        """Each task's result."""
        return {
            task.task_key: task.state.result_state.value
            for task in run.tasks or []
            if task.state and task.state.result_state
        }

    def watching(self) -> Watching:
        """The environment's monitors and alerts."""
        account = AccountClient(profile="account", config_file=str(self.deployed.folder / "databrickscfg"))
        return Watching(self.deployed.client(self.environment), account, lambda _: None)

    def refresh(self) -> list[Refreshed]:
        """Every monitor, refreshed now."""
        return self.watching().refresh(self.environment, again=True)

    def evaluate(self) -> dict[str, str]:
        """Every alert's state, evaluated anew."""
        states: list[AlertState] = self.watching().evaluate(again=True)
        return {state.name: state.state for state in states}

    def mail(self) -> list[Message]:
        """Every e-mail that the account has sent."""
        return list(mailbox.Maildir(self.deployed.folder / "mail", create=False))

    def wait_for_mail(self, matches: Callable[[Message], bool]) -> Message:
        """The first e-mail that matches; it is sent beside what it tells of."""
        deadline = time.monotonic() + 60
        while True:
            if found := [message for message in self.mail() if matches(message)]:
                return found[0]
            assert time.monotonic() < deadline, [message["subject"] for message in self.mail()]
            time.sleep(_POLL_SECONDS)


@dataclass
class Traffic:
    """What a caller that asks an endpoint again and again was answered."""

    answers: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def asking(client: WorkspaceClient, endpoint: str, body: dict[str, Any]) -> Iterator[Traffic]:
    """Ask an endpoint all the while, and tell of every answer."""
    traffic, stopped = Traffic(), threading.Event()

    def ask() -> None:
        number = 0
        while not stopped.is_set():
            request = {"client_request_id": f"asked-{number}", **body}
            try:
                answer = client.api_client.do(
                    "POST", f"/serving-endpoints/{endpoint}/invocations", body=request
                )
                traffic.answers += answer["predictions"] if isinstance(answer, dict) else []
            except DatabricksError as error:
                traffic.failures.append(str(error))
            number += 1
            stopped.wait(0.05)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield traffic
    finally:
        stopped.set()
        thread.join()
