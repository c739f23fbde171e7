"""One attempt of a wheel task: its environment, its process, and what came of it."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from infra.local.workspace.errors import ApiError
from infra.local.workspace.identity.tokens import Tokens
from infra.local.workspace.jobs.logs import LogPump
from infra.local.workspace.jobs.ports import SparkConnect
from infra.local.workspace.jobs.taskhost import (
    ENVIRONMENT,
    RUNTIME,
    Command,
    TaskHost,
    TaskHostError,
)
from infra.local.workspace.jobs.wheels import Wheels

_TOKEN_SECONDS = 7 * 86_400
_LOG_SECONDS = 10
FAILED_MESSAGE = "Workload failed, see run output for details"


@dataclass(frozen=True)
class Plan:
    """What is to run, with every reference replaced."""

    workspace_id: int
    principal_id: str
    log: Path
    package: str
    entry_point: str
    arguments: Sequence[str]
    wheels: Sequence[str]
    timeout_seconds: int
    earlier_values: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: result and termination code as the Jobs API names them."""

    result: str
    code: str
    message: str = ""
    error: str = ""
    trace: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    outcome: str | None = None


class Endable(Protocol):
    """A process, or what stands for one."""

    def kill(self) -> None:
        """End it at once."""


class Stop:
    """A request to end an attempt early, which may come before its process is there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Endable | None = None
        self.outcome: Outcome | None = None

    def request(self, outcome: Outcome) -> None:
        """Let the attempt end with this outcome; the first request counts."""
        with self._lock:
            self.outcome = self.outcome or outcome
            self._kill()

    def attach(self, process: Endable) -> None:
        """From now on this process is what ends."""
        with self._lock:
            self._process = process
            if self.outcome:
                self._kill()

    def _kill(self) -> None:
        if self._process:
            try:
                self._process.kill()
            except TaskHostError:
                return  # it ended with its host


class Compute:
    """Runs wheel tasks as processes of this machine, each as its run's principal."""

    def __init__(
        self,
        folder: Path,
        tokens: Tokens,
        *,
        wheels: Wheels,
        engine: SparkConnect,
        workspace_url: Callable[[int], str],
    ) -> None:
        self._folder = folder
        self._tokens = tokens
        self._wheels = wheels
        self._engine = engine
        self._workspace_url = workspace_url
        self._host = TaskHost(folder / "task-host.log")

    def close(self) -> None:
        """End every process."""
        self._host.stop()

    def run(self, plan: Plan, stop: Stop) -> Outcome:
        """Run a task to its end, or until it is stopped or its time is up."""
        try:
            entry = self._wheels.entry(plan.wheels, plan.package, plan.entry_point)
        except ApiError as error:
            return Outcome("FAILED", error.code, error.message, error=error.message)
        work = plan.log.with_suffix(".work")
        token = self._tokens.issue(plan.principal_id, plan.workspace_id, lifetime_seconds=_TOKEN_SECONDS)
        try:
            return self._run(plan, stop, entry, work, token)
        except TaskHostError as error:
            return stop.outcome or Outcome("FAILED", "INTERNAL_ERROR", str(error), error=str(error))
        finally:
            self._tokens.revoke(token)
            shutil.rmtree(work, ignore_errors=True)

    def _run(self, plan: Plan, stop: Stop, entry: str, work: Path, token: str) -> Outcome:
        for name in ("home", "tmp"):
            (work / name).mkdir(parents=True, exist_ok=True)
        (work / "earlier.json").write_text(json.dumps(plan.earlier_values))
        log = LogPump(plan.log)
        try:
            process = self._host.start(self._command(plan, entry, work, token), log.writer)
            stop.attach(process)
            status = process.wait(plan.timeout_seconds or None)
            if status is None:
                stop.request(timed_out(plan.timeout_seconds))
                status = process.wait(None)
        finally:
            log.finish(seconds=_LOG_SECONDS)
        return _outcome(status, stop, work)

    def _command(self, plan: Plan, entry: str, work: Path, token: str) -> Command:
        path = [str(self._wheels.path(digest)) for digest in plan.wheels]
        environment = {
            **ENVIRONMENT,
            "HOME": str(work / "home"),
            "TMPDIR": str(work / "tmp"),
            "PYTHONPATH": ":".join([*path, str(RUNTIME)]),
            "DATABRICKS_HOST": self._workspace_url(plan.workspace_id),
            "DATABRICKS_TOKEN": token,
            "MLFLOW_TRACKING_URI": "databricks",
            "MLFLOW_REGISTRY_URI": "databricks-uc",
            "SPARK_REMOTE": f"{self._engine.remote(plan.workspace_id)}/;token={token}",
            "DBRUNTIME_TASK_CONTEXT": str(work),
        }
        return Command(
            name=plan.entry_point,
            entry=entry,
            arguments=list(plan.arguments),
            environment=environment,
            folder=str(work / "home"),
            path=path,
            outcome=str(work / "outcome.json"),
        )


def timed_out(seconds: int) -> Outcome:
    """How an attempt ends whose own time is up."""
    return Outcome("TIMEDOUT", "CANCELED", f"Timed out after {seconds} seconds", error="Run timed out.")


def _outcome(status: int | None, stop: Stop, work: Path) -> Outcome:
    values = _read(work / "values.json")
    if status == 0:
        return Outcome("SUCCESS", "SUCCESS", values=values)
    if stop.outcome:
        return stop.outcome
    left = _read(work / "outcome.json")
    error = left.get("error") or f"The task's process ended with {_spell(status)}."
    return Outcome(
        "FAILED", "RUN_EXECUTION_ERROR", FAILED_MESSAGE, error, trace=left.get("trace", ""), values=values
    )


def _spell(status: int | None) -> str:
    return f"signal {-status}" if status is not None and status < 0 else f"exit code {status}"


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found
