"""Who is told of a run's start and end, and what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.fields import read_object, read_objects, read_texts
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.jobs import graph, records, views
from infra.local.workspace.jobs.ports import Notifications

_LATE = "on_duration_warning_threshold_exceeded"
_MOST_DESTINATIONS = 3
_WORDS = {
    "on_start": "started",
    "on_success": "succeeded",
    _LATE: "takes longer than expected",
    "FAILED": "failed",
    "TIMEDOUT": "timed out",
    "CANCELED": "was cancelled",
    "MAXIMUM_CONCURRENT_RUNS_REACHED": "was skipped",
}
_TRIGGERS = {"PERIODIC": "its schedule", "RUN_JOB_TASK": "a task of another job"}


class Notices:
    """Tells the addresses and destinations that a job's settings name for an event.

    As on Databricks, a run that succeeded with failures counts as a success, a cancelled or skipped
    one as a failure unless the settings say otherwise, and a retried task is no event.
    """

    def __init__(
        self, notifications: Notifications, directory: Directory, workspace_url: Callable[[int], str]
    ) -> None:
        self._notifications = notifications
        self._directory = directory
        self._workspace_url = workspace_url

    def check(self, workspace_id: int, settings: Mapping[str, Any]) -> None:
        """InvalidParameterError where somebody can't be told as the settings want it."""
        emails = read_object(dict(settings), "email_notifications")
        webhooks = read_object(dict(settings), "webhook_notifications")
        for event in emails.keys() | webhooks.keys():
            if not event.startswith("on_"):
                continue
            destinations = [str(item.get("id")) for item in read_objects(webhooks, event)]
            if len(destinations) > _MOST_DESTINATIONS:
                raise InvalidParameterError(f"{event} names over {_MOST_DESTINATIONS} destinations.")
            self._notifications.require(
                workspace_id, emails=read_texts(emails, event), destinations=destinations
            )

    def started(self, run: Mapping[str, Any]) -> None:
        """Tell that a run has begun."""
        self._tell(run, "on_start", _WORDS["on_start"])

    def late(self, run: Mapping[str, Any]) -> None:
        """Tell that a run has taken longer than its health rule has it."""
        self._tell(run, _LATE, _WORDS[_LATE])

    def ended(self, run: Mapping[str, Any]) -> None:
        """Tell how a run has ended."""
        if run["result"] in {"SUCCESS", "SUCCESS_WITH_FAILURES"}:
            self._tell(run, "on_success", _WORDS["on_success"])
        else:
            self._tell(run, "on_failure", _WORDS.get(run["result"], "failed"))

    def _tell(self, run: Mapping[str, Any], event: str, word: str) -> None:
        settings = run["settings"]
        emails = settings.get("email_notifications") or {}
        webhooks = settings.get("webhook_notifications") or {}
        if _is_muted(run, settings.get("notification_settings") or {}):
            return
        self._notifications.send(
            run["workspace_id"],
            emails=[] if _is_muted(run, emails) else emails.get(event) or [],
            destinations=[item["id"] for item in webhooks.get(event) or []],
            subject=f"Job {run['run_name']} {word}",
            text=self._text(run, word),
            payload={
                "event_type": f"jobs.{event}",
                "workspace_id": run["workspace_id"],
                "run": {"run_id": run["run_id"]},
                "job": {"job_id": run["job_id"], "name": run["run_name"]},
            },
        )

    def _text(self, run: Mapping[str, Any], word: str) -> str:
        creator = self._directory.named(run["creator"])
        by = _TRIGGERS.get(run["trigger"], creator.label if creator else run["creator"])
        times = [f"Asked for by {by} at {_spell(run['created_time'])}."]
        if run["end_time"]:
            times.append(f"Ended at {_spell(run['end_time'])}.")
        page = views.page(self._workspace_url(run["workspace_id"]), run, run["run_id"])
        return "\n".join(
            [f"Job {run['run_name']} {word}.", *_reasons(run), *times, "", f"Run {run['run_id']}: {page}"]
        )


def _is_muted(run: Mapping[str, Any], switches: Mapping[str, Any]) -> bool:
    skipped = run["state"] == "SKIPPED" and switches.get("no_alert_for_skipped_runs")
    cancelled = run["result"] == "CANCELED" and switches.get("no_alert_for_canceled_runs")
    return bool(skipped or cancelled)


def _reasons(run: Mapping[str, Any]) -> list[str]:
    """What went wrong: each task's own error, or else what the run says."""
    if run["result"] in {None, "SUCCESS"}:
        return []
    tasks = [
        f"Task {key}: {attempt.get('error') or attempt['message']}"
        for key, attempt in records.latest(run).items()
        if attempt["result"] not in {None, *graph.FINE, "UPSTREAM_FAILED", "UPSTREAM_CANCELED"}
    ]
    return tasks or [run["message"]]


def _spell(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
