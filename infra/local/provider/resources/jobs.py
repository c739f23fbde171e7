"""databricks_job: jobs of tasks, through Jobs API 2.2."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import Api, JsonObject, is_missing
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, NotServedError, Resource
from infra.local.provider.resources.mapping import decode, encode
from infra.local.provider.resources.principals import principal_field

_JOBS = "/api/2.2/jobs"
_NAMES = {
    "environment": "environments",
    "job_cluster": "job_clusters",
    "library": "libraries",
    "parameter": "parameters",
    "task": "tasks",
    "task.library": "libraries",
    "task.for_each_task.task.library": "libraries",
    "git_source.branch": "git_branch",
    "git_source.commit": "git_commit",
    "git_source.provider": "git_provider",
    "git_source.tag": "git_tag",
    "git_source.url": "git_url",
}
_NOT_SETTINGS = {"always_running", "control_run_state", "id", "provider_config", "timeouts", "url"}
_PAGED = ("tasks", "job_clusters", "environments", "parameters")


class Job(Resource):
    """A job; the format without `task` blocks and the run-state switches are not served."""

    type_name = "databricks_job"

    def check(self, config: Element) -> None:
        if not config["task"]:
            message = "databricks_job without task blocks (Jobs API 2.0) is not served: use task blocks"
            raise NotServedError(message)
        for name in ("always_running", "control_run_state"):
            if config[name] is True:
                message = f"{name} of databricks_job is not served: use a schedule, a trigger or continuous"
                raise NotServedError(message)

    def create(self, call: Call) -> str:
        return str(call.api.post(f"{_JOBS}/create", _settings(call))["job_id"])

    def read(self, call: Call) -> Element | None:
        job = _find(call.api, call.id)
        if job is None:
            return None
        settings = job["settings"]
        _sort_tasks(settings)
        runs_as = job.get("run_as_user_name")
        if runs_as:
            settings["run_as"] = {principal_field(runs_as): runs_as}
        values = decode(call.block, settings, _NAMES)
        return values | {"url": f"{call.api.host}/#job/{call.id}"}

    def update(self, call: Call) -> str:
        call.api.post(f"{_JOBS}/reset", {"job_id": int(call.id), "new_settings": _settings(call)})
        return call.id

    def delete(self, call: Call) -> None:
        call.api.post(f"{_JOBS}/delete", {"job_id": int(call.id)})


def _settings(call: Call) -> JsonObject:
    settings = encode(call.block, call.values, _NAMES, only=call.values.keys() - _NOT_SETTINGS)
    _sort_tasks(settings)
    settings.setdefault("queue", {"enabled": False})  # what the official provider sends since API 2.2 queues
    return settings


def _sort_tasks(settings: JsonObject) -> None:
    """As the official provider does, also when it reads: tasks declared in another order are a change."""
    tasks = settings.get("tasks", [])
    tasks.sort(key=lambda task: str(task["task_key"]))
    for task in tasks:
        task.get("depends_on", []).sort(key=lambda other: str(other["task_key"]))


def _find(api: Api, job_id: str) -> JsonObject | None:
    job, token = None, None
    while True:
        try:
            page = api.get(f"{_JOBS}/get", job_id=job_id, page_token=token)
        except DatabricksError as error:
            if is_missing(error) or "does not exist" in str(error):  # the API says INVALID_PARAMETER_VALUE
                return None
            raise
        if job is None:
            job = page
        else:
            for name in _PAGED:
                job["settings"].setdefault(name, []).extend(page["settings"].get(name, []))
        token = page.get("next_page_token")
        if not token:
            return job


RESOURCES: tuple[Resource, ...] = (Job(),)
