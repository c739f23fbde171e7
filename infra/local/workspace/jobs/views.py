"""Jobs and runs as the API answers them, with the states of both its generations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.workspace.jobs import records

Document = Mapping[str, Any]
View = dict[str, Any]

PAGE = 100
_LISTS = ("tasks", "job_clusters", "environments", "parameters")
_STATES = {"WAITING_FOR_RETRY": "WAITING"}
_CODES = {"PERMISSION_DENIED": "UNAUTHORIZED_ERROR"}
_QUEUED = "The run is queued: the job has its most concurrent runs already."


def job(document: Document, *, expand: bool, offset: int = 0, page: int | None = PAGE) -> View:
    """A job; its lists page by page, or without them."""
    settings = dict(document["settings"])
    view = {
        "job_id": document["job_id"],
        "creator_user_name": document["creator"],
        "run_as_user_name": document["run_as"],
        "created_time": document["created_time"],
        "settings": settings,
    }
    if not expand:
        for name in _LISTS:
            settings.pop(name, None)
    elif page is not None:
        full = {name: settings[name] for name in _LISTS if name in settings}
        settings |= {name: found[offset : offset + page] for name, found in full.items()}
        if any(len(found) > offset + page for found in full.values()):
            view["next_page_token"] = str(offset + page)
    return view


def run(document: Document, base_url: str, *, expand: bool = True, history: bool = False) -> View:
    """A run, with every attempt of its tasks."""
    view = {
        "job_id": document["job_id"],
        "run_id": document["run_id"],
        "job_run_id": document["run_id"],
        "number_in_job": document["run_id"],
        "original_attempt_run_id": document["run_id"],
        "run_name": document["run_name"],
        "run_type": "JOB_RUN",
        "format": "MULTI_TASK",
        "creator_user_name": document["creator"],
        "trigger": document["trigger"],
        "job_parameters": _job_parameters(document),
        "run_page_url": page(base_url, document, document["run_id"]),
        "start_time": document["start_time"] or document["created_time"],
        "end_time": document["end_time"],
        "run_duration": _duration(document["start_time"], document["end_time"]),
        "queue_duration": max(0, document["start_time"] - document["created_time"]),
        "setup_duration": 0,
        "execution_duration": 0,
        "cleanup_duration": 0,
        **states(document),
    }
    if document.get("parent"):
        view["trigger_info"] = {"run_id": document["parent"]["task_run_id"]}
    if document["overrides"]:
        view["overriding_parameters"] = {"job_parameters": document["overrides"]}
    if document["trigger"] == "PERIODIC" and "schedule" in document["settings"]:
        view["schedule"] = document["settings"]["schedule"]
    if expand:
        view["tasks"] = [task(document, attempt, base_url) for attempt in document["attempts"]]
    if history:
        view["repair_history"] = _history(document)
    return view


def task_run(document: Document, attempt: Document, base_url: str) -> View:
    """One attempt of a task as a run of its own."""
    own = task(document, attempt, base_url)
    return {
        **run(document, base_url, expand=False),
        **{name: value for name, value in own.items() if name not in {"task_key", "depends_on"}},
        "job_run_id": document["run_id"],
        "number_in_job": attempt["run_id"],
        "original_attempt_run_id": attempt["run_id"],
        "run_name": attempt["task_key"],
        "tasks": [own],
    }


def task(document: Document, attempt: Document, base_url: str) -> View:
    """One attempt of a task within its run."""
    declared = next(
        (item for item in document["settings"]["tasks"] if item["task_key"] == attempt["task_key"]),
        {"task_key": attempt["task_key"]},
    )
    view = {
        **declared,
        "run_id": attempt["run_id"],
        "attempt_number": attempt["attempt_number"],
        "start_time": attempt["start_time"],
        "end_time": attempt["end_time"],
        "setup_duration": _duration(attempt["start_time"], attempt["execution_time"]),
        "execution_duration": _duration(attempt["execution_time"], attempt["end_time"]),
        "cleanup_duration": 0,
        "run_page_url": page(base_url, document, attempt["run_id"]),
        **states(attempt),
    }
    if "condition_task" in declared and attempt.get("outcome"):
        view["condition_task"] = {**declared["condition_task"], "outcome": attempt["outcome"]}
    if "resolved" in attempt:
        view["resolved_values"] = attempt["resolved"]
    return view


def states(document: Document) -> View:
    """`state` as up to API 2.1, and `status` as it is called since."""
    life, result, message = document["state"], document["result"], document["message"]
    state = {"life_cycle_state": life, "state_message": message}
    status: View = {"state": _STATES.get(life, life)}
    if life == "QUEUED":
        state["queue_reason"] = _QUEUED
        status["queue_details"] = {"code": "MAX_CONCURRENT_RUNS_REACHED", "message": _QUEUED}
    if life in records.OVER:
        state |= {"result_state": result, "user_cancelled_or_timedout": result in {"CANCELED", "TIMEDOUT"}}
        code = _CODES.get(document["code"], document["code"])
        kind = code if code in {"SUCCESS", "INTERNAL_ERROR"} else "CLIENT_ERROR"
        kind = "SUCCESS" if result in {"EXCLUDED", "SUCCESS_WITH_FAILURES"} else kind
        details = {"code": code, "type": kind, "message": message}
        status = {"state": "TERMINATED", "termination_details": details}
    return {"state": state, "status": status}


def _job_parameters(document: Document) -> list[View]:
    defaults = {item["name"]: item["default"] for item in document["settings"].get("parameters") or []}
    found = []
    for name, value in document["parameters"].items():
        overridden = {"value": value} if name in document["overrides"] else {}
        found.append({"name": name, "default": defaults.get(name, ""), **overridden})
    return found


def _history(document: Document) -> Sequence[View]:
    repairs = [{"type": "REPAIR", **repair} for repair in document["repairs"]]
    first = [attempt["run_id"] for attempt in document["attempts"] if attempt["repair"] == 0]
    original = {"type": "ORIGINAL", "start_time": document["start_time"], "task_run_ids": first}
    latest = (repairs or [original])[-1]
    latest |= {"end_time": document["end_time"], **states(document)}
    return [original, *repairs]


def page(base_url: str, document: Document, run_id: int) -> str:
    """The address of a run, or of a task's run, in the web application."""
    return f"{base_url}/?o={document['workspace_id']}#job/{document['job_id']}/run/{run_id}"


def _duration(start: int, end: int) -> int:
    return end - start if start and end else 0
