"""The Jobs API, versions 2.1 and 2.2."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.jobs import records, views
from infra.local.workspace.jobs.model import Jobs
from infra.local.workspace.jobs.output import read_output
from infra.local.workspace.routing import Call, Handler, Route

_VERSIONS = ("2.1", "2.2")
_RUN_NOW = frozenset({"job_id", "job_parameters", "idempotency_token", "queue", "performance_target"})
_REPAIR = frozenset(
    {
        "run_id",
        "rerun_tasks",
        "rerun_all_failed_tasks",
        "rerun_dependent_tasks",
        "job_parameters",
        "latest_repair_id",
        "performance_target",
    }
)


def routes(service: Jobs) -> list[Route]:
    """What the Jobs API serves at every workspace."""
    handlers: list[tuple[str, str, Callable[[Jobs, Call], Any]]] = [
        ("POST", "create", _create),
        ("GET", "get", _get),
        ("GET", "list", _list),
        ("POST", "reset", _reset),
        ("POST", "update", _update),
        ("POST", "delete", _delete),
        ("POST", "run-now", _run_now),
        ("GET", "runs/get", _get_run),
        ("GET", "runs/list", _list_runs),
        ("GET", "runs/get-output", _get_output),
        ("POST", "runs/cancel", _cancel),
        ("POST", "runs/cancel-all", _cancel_all),
        ("POST", "runs/repair", _repair),
    ]
    return [
        Route(method, f"/api/{version}/jobs/{path}", _bind(handler, service))
        for version in _VERSIONS
        for method, path, handler in handlers
    ]


def _bind(handler: Callable[[Jobs, Call], Any], service: Jobs) -> Handler:
    return lambda call: handler(service, call)


def _create(service: Jobs, call: Call) -> dict[str, Any]:
    job = service.declared.create(call.caller, call.workspace, call.json(), queue=_queues(call))
    return {"job_id": job["job_id"]}


def _get(service: Jobs, call: Call) -> dict[str, Any]:
    job = service.declared.get(call.caller, call.workspace, _id(call, "job_id"))
    return views.job(job, expand=True, offset=_offset(call), page=views.PAGE if _queues(call) else None)


def _list(service: Jobs, call: Call) -> dict[str, Any]:
    found = service.declared.all(call.caller, call.workspace, call.query.get("name"))
    expand = _flag(call, "expand_tasks")
    page, more = _page(call, found, maximum=100)
    jobs = [
        {**(view := views.job(job, expand=expand)), "has_more": "next_page_token" in view} for job in page
    ]
    for job in jobs:
        job.pop("next_page_token", None)
    return {"jobs": jobs, **more} if jobs else more


def _reset(service: Jobs, call: Call) -> None:
    wanted = _object(call, "new_settings")
    service.declared.reset(call.caller, call.workspace, _id(call, "job_id"), wanted, queue=_queues(call))


def _update(service: Jobs, call: Call) -> None:
    service.declared.update(
        call.caller,
        call.workspace,
        _id(call, "job_id"),
        call.json().get("new_settings") or {},
        removed=call.json().get("fields_to_remove") or [],
        queue=_queues(call),
    )


def _delete(service: Jobs, call: Call) -> None:
    job_id = _id(call, "job_id")
    service.declared.get(call.caller, call.workspace, job_id, "CAN_MANAGE")
    service.runs.cancel_all(call.caller, call.workspace, job_id, queued_only=False)
    service.declared.delete(call.caller, call.workspace, job_id)


def _run_now(service: Jobs, call: Call) -> dict[str, Any]:
    body = _only(call, _RUN_NOW)
    queue = body.get("queue")
    run = service.runs.run_now(
        call.caller,
        call.workspace,
        _id(call, "job_id"),
        parameters=body.get("job_parameters") or {},
        token=body.get("idempotency_token") or None,
        queue=None if queue is None else bool(queue.get("enabled")),
    )
    return {"run_id": run["run_id"], "number_in_job": run["run_id"]}


def _get_run(service: Jobs, call: Call) -> dict[str, Any]:
    run_id = _id(call, "run_id")
    run = service.runs.get(call.caller, call.workspace, run_id)
    for attempt in run["attempts"]:
        if attempt["run_id"] == run_id:
            return views.task_run(run, attempt, call.base_url)
    view = views.run(run, call.base_url, history=_flag(call, "include_history"))
    if not _flag(call, "include_resolved_values"):
        for task in view["tasks"]:
            task.pop("resolved_values", None)
    if _queues(call):
        offset, tasks = _offset(call), view["tasks"]
        view["tasks"] = tasks[offset : offset + views.PAGE]
        if len(tasks) > offset + views.PAGE:
            view["next_page_token"] = str(offset + views.PAGE)
    return view


def _list_runs(service: Jobs, call: Call) -> dict[str, Any]:
    job_id = _id(call, "job_id") if call.query.get("job_id") else None
    found = [run for run in service.runs.all(call.caller, call.workspace, job_id) if _wanted(call, run)]
    page, more = _page(call, found, maximum=25)
    expand = _flag(call, "expand_tasks")
    runs = [views.run(run, call.base_url, expand=expand) for run in page]
    for run in runs:
        run["has_more"] = len(run.get("tasks", [])) > views.PAGE
        if expand:
            run["tasks"] = run["tasks"][: views.PAGE]
    return {"runs": runs, "has_more": bool(more), **more} if runs else {"has_more": False}


def _wanted(call: Call, run: Mapping[str, Any]) -> bool:
    over = records.is_over(run)
    if _flag(call, "active_only") and _flag(call, "completed_only"):
        raise InvalidParameterError("active_only and completed_only exclude each other.")
    if (_flag(call, "active_only") and over) or (_flag(call, "completed_only") and not over):
        return False
    started = run["start_time"] or run["created_time"]
    earliest, latest = call.query.get("start_time_from"), call.query.get("start_time_to")
    return (not earliest or started >= int(earliest)) and (not latest or started <= int(latest))


def _get_output(service: Jobs, call: Call) -> dict[str, Any]:
    run_id = _id(call, "run_id")
    return read_output(
        service.runs, service.runs.get(call.caller, call.workspace, run_id), run_id, call.base_url
    )


def _cancel(service: Jobs, call: Call) -> None:
    service.runs.cancel(call.caller, call.workspace, _id(call, "run_id"))


def _cancel_all(service: Jobs, call: Call) -> None:
    queued_only = bool(call.json().get("all_queued_runs"))
    service.runs.cancel_all(call.caller, call.workspace, _id(call, "job_id"), queued_only=queued_only)


def _repair(service: Jobs, call: Call) -> dict[str, Any]:
    body = _only(call, _REPAIR)
    if bool(body.get("rerun_tasks")) == bool(body.get("rerun_all_failed_tasks")):
        raise InvalidParameterError("One of rerun_tasks and rerun_all_failed_tasks must be given.")
    repair_id = service.runs.repair(
        call.caller,
        call.workspace,
        _id(call, "run_id"),
        body.get("rerun_tasks") or None,
        dependents=bool(body.get("rerun_dependent_tasks")),
        parameters=body.get("job_parameters") or {},
        latest_repair_id=body.get("latest_repair_id"),
    )
    return {"repair_id": repair_id}


def _queues(call: Call) -> bool:
    """Whether the API's version lets runs queue by default, and answers long lists in pages."""
    return call.url_path.startswith("/api/2.2/")


def _id(call: Call, name: str) -> int:
    try:
        return int(call.require(name))
    except ValueError as error:
        raise InvalidParameterError(f"{name} must be a whole number.") from error


def _offset(call: Call) -> int:
    text = call.query.get("page_token") or call.query.get("offset") or "0"
    if not text.isdecimal():
        raise InvalidParameterError(f"Invalid page token {text!r}.")
    return int(text)


def _page(
    call: Call, found: list[dict[str, Any]], *, maximum: int
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A page of a list, and what tells of the next one."""
    text = call.query.get("limit", "20")
    limit = int(text) if text.isdecimal() else -1
    if not 0 <= limit <= maximum:
        raise InvalidParameterError(f"limit must be from 1 to {maximum}.")
    offset, size = _offset(call), limit or maximum
    more = {"next_page_token": str(offset + size), "has_more": True} if len(found) > offset + size else {}
    return found[offset : offset + size], more


def _flag(call: Call, name: str) -> bool:
    return bool(json.loads(call.query.get(name, "false").lower()))


def _object(call: Call, name: str) -> dict[str, Any]:
    value = call.require(name)
    if not isinstance(value, dict):
        raise InvalidParameterError(f"{name} must be an object.")
    return value


def _only(call: Call, served: frozenset[str]) -> dict[str, Any]:
    """The body; NotServedError for what would change the run and is not done."""
    body = call.json()
    for name, value in body.items():
        if name not in served and value not in (None, [], {}):
            raise NotServedError(f"{name} is not served locally; use job_parameters.")
    return body
