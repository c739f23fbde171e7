"""Tracking: who may call what of the MLflow server, and what is answered here instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from infra.local.workspace.errors import NotFoundError
from infra.local.workspace.mlflow import locations, subjects
from infra.local.workspace.mlflow.experiments import Experiments
from infra.local.workspace.mlflow.proxy import Proxy
from infra.local.workspace.mlflow.rights import EDIT, READ
from infra.local.workspace.mlflow.subjects import Subject, Subjects
from infra.local.workspace.routing import Call, Handler, Reply, Route
from infra.local.workspace.store import Document

_API = "/api/2.0/mlflow"
_API_3 = "/api/3.0/mlflow"
_MODEL = f"{_API}/logged-models/{{model_id}}"
_TRACE = f"{_API_3}/traces/{{trace_id}}"
_TRACE_2 = f"{_API}/traces/{{trace_id}}"

_FORWARDED: list[tuple[str, str, str, Subject]] = [
    ("POST", f"{_API}/experiments/set-experiment-tag", EDIT, subjects.experiment),
    ("POST", f"{_API}/experiments/delete-experiment-tag", EDIT, subjects.experiment),
    ("GET", f"{_API}/runs/get", READ, subjects.run),
    ("POST", f"{_API}/runs/update", EDIT, subjects.run),
    ("POST", f"{_API}/runs/delete", EDIT, subjects.run),
    ("POST", f"{_API}/runs/restore", EDIT, subjects.run),
    ("POST", f"{_API}/runs/search", READ, subjects.experiments),
    ("POST", f"{_API}/runs/log-metric", EDIT, subjects.run),
    ("POST", f"{_API}/runs/log-parameter", EDIT, subjects.run),
    ("POST", f"{_API}/runs/log-batch", EDIT, subjects.run),
    ("POST", f"{_API}/runs/log-model", EDIT, subjects.run),
    ("POST", f"{_API}/runs/log-inputs", EDIT, subjects.run),
    ("POST", f"{_API}/runs/outputs", EDIT, subjects.run),
    ("POST", f"{_API}/runs/set-tag", EDIT, subjects.run),
    ("POST", f"{_API}/runs/delete-tag", EDIT, subjects.run),
    ("GET", f"{_API}/metrics/get-history", READ, subjects.run),
    ("GET", f"{_API}/metrics/get-history-bulk-interval", READ, subjects.runs),
    ("GET", f"{_API}/artifacts/list", READ, subjects.run),
    ("POST", f"{_API}/logged-models", EDIT, subjects.experiment),
    ("POST", f"{_API}/logged-models/search", READ, subjects.experiments),
    ("GET", _MODEL, READ, subjects.model),
    ("PATCH", _MODEL, EDIT, subjects.model),
    ("DELETE", _MODEL, EDIT, subjects.model),
    ("POST", f"{_MODEL}/params", EDIT, subjects.model),
    ("PATCH", f"{_MODEL}/tags", EDIT, subjects.model),
    ("DELETE", f"{_MODEL}/tags/{{tag_key}}", EDIT, subjects.model),
    ("GET", f"{_MODEL}/artifacts/directories", READ, subjects.model),
    ("POST", f"{_API_3}/traces", EDIT, subjects.new_trace),
    ("POST", f"{_API_3}/traces/search", READ, subjects.traces),
    ("POST", f"{_API_3}/traces/delete-traces", EDIT, subjects.experiment),
    ("POST", f"{_API}/traces/delete-traces", EDIT, subjects.experiment),
    ("GET", _TRACE, READ, subjects.trace),
    ("PATCH", f"{_TRACE}/tags", EDIT, subjects.trace),
    ("DELETE", f"{_TRACE}/tags", EDIT, subjects.trace),
    ("PATCH", f"{_TRACE_2}/tags", EDIT, subjects.trace),
    ("DELETE", f"{_TRACE_2}/tags", EDIT, subjects.trace),
    ("POST", f"{_TRACE}/assessments", EDIT, subjects.trace),
    ("GET", f"{_TRACE}/assessments/{{assessment_id}}", READ, subjects.trace),
    ("PATCH", f"{_TRACE}/assessments/{{assessment_id}}", EDIT, subjects.trace),
    ("DELETE", f"{_TRACE}/assessments/{{assessment_id}}", EDIT, subjects.trace),
]


def routes(proxy: Proxy, experiments: Experiments) -> list[Route]:
    """The tracking API: experiments by this workspace's names, everything else forwarded as it is."""
    about = Subjects(proxy)
    forwarded = [
        Route(method, path, _forward(proxy, experiments, about, level, subject))
        for method, path, level, subject in _FORWARDED
    ]
    own: list[tuple[str, str, Callable[[Call], Any]]] = [
        ("POST", "experiments/create", lambda call: _create_experiment(experiments, call)),
        ("GET", "experiments/get", lambda call: _get_experiment(experiments, call)),
        ("GET", "experiments/get-by-name", lambda call: _get_experiment_by_name(experiments, call)),
        ("GET", "experiments/search", lambda call: _search_experiments(experiments, call)),
        ("POST", "experiments/search", lambda call: _search_experiments(experiments, call)),
        ("GET", "experiments/list", lambda call: _search_experiments(experiments, call)),
        ("POST", "experiments/update", lambda call: _rename_experiment(experiments, call)),
        ("POST", "experiments/delete", lambda call: _delete_experiment(experiments, call)),
        ("POST", "experiments/restore", lambda call: _restore_experiment(experiments, call)),
        ("POST", "runs/create", lambda call: _create_run(proxy, experiments, call)),
    ]
    served = [Route(method, f"{_API}/{path}", handler) for method, path, handler in own]
    about_traces = [
        Route("GET", f"{_TRACE_2}/credentials-for-data-upload", _trace_credentials(experiments, about, EDIT)),
        Route(
            "GET", f"{_TRACE_2}/credentials-for-data-download", _trace_credentials(experiments, about, READ)
        ),
    ]
    unknown = Route("POST", "/api/4.0/mlflow/traces/search-long-running", _refuse_endpoint)
    return [*served, *forwarded, *about_traces, unknown]


def _forward(
    proxy: Proxy, experiments: Experiments, about: Subjects, level: str, subject: Subject
) -> Handler:
    def handle(call: Call) -> Reply:
        for experiment_id in sorted(set(subject(about, call))):
            experiments.require(call.caller, call.workspace, experiment_id, level)
        query = f"?{call.query_string}" if call.query_string else ""
        return _reply(call, proxy.send(call.method, call.url_path + query, call.body))

    return handle


def _trace_credentials(experiments: Experiments, about: Subjects, level: str) -> Handler:
    """Where a trace's spans are put or got: the Files API with the caller's own token, no signed URL."""

    def handle(call: Call) -> Document:
        trace_id = call.path["trace_id"]
        experiment_id = about.of_trace(trace_id)
        experiments.require(call.caller, call.workspace, experiment_id, level)
        path = locations.trace_data(experiment_id, trace_id)
        header = {"name": "Authorization", "value": call.headers["authorization"]}
        url = f"{call.base_url}/api/2.0/fs/files{path}?overwrite=true"
        return {"credential_info": {"type": "GCP_SIGNED_URL", "signed_uri": url, "headers": [header]}}

    return handle


def _reply(call: Call, document: Document) -> Reply:
    """JSON with the header in which MLflow's client looks for the run's workspace."""
    headers = {"x-databricks-org-id": str(call.workspace)}
    return Reply(json.dumps(document).encode(), headers=headers)


def _create_experiment(experiments: Experiments, call: Call) -> Document:
    return {"experiment_id": experiments.create(call.caller, call.workspace, call.json())}


def _get_experiment(experiments: Experiments, call: Call) -> Document:
    return {"experiment": experiments.get(call.caller, call.workspace, str(call.require("experiment_id")))}


def _get_experiment_by_name(experiments: Experiments, call: Call) -> Document:
    name = call.require("experiment_name")
    return {"experiment": experiments.get_by_name(call.caller, call.workspace, name)}


def _search_experiments(experiments: Experiments, call: Call) -> Document:
    return experiments.search(call.caller, call.workspace, call.arguments())


def _rename_experiment(experiments: Experiments, call: Call) -> None:
    experiment_id = str(call.require("experiment_id"))
    experiments.rename(call.caller, call.workspace, experiment_id, call.require("new_name"))


def _delete_experiment(experiments: Experiments, call: Call) -> None:
    experiments.delete(call.caller, call.workspace, str(call.require("experiment_id")))


def _restore_experiment(experiments: Experiments, call: Call) -> None:
    experiments.restore(call.caller, call.workspace, str(call.require("experiment_id")))


def _create_run(proxy: Proxy, experiments: Experiments, call: Call) -> Reply:
    """A run in the name of whoever creates it, whatever the client says of its user."""
    experiments.require(call.caller, call.workspace, str(call.require("experiment_id")), EDIT)
    request = call.json()
    tags = [tag for tag in request.get("tags", []) if tag.get("key") != "mlflow.user"]
    tags.append({"key": "mlflow.user", "value": call.caller.name})
    return _reply(call, proxy.post("runs/create", {**request, "user_id": call.caller.name, "tags": tags}))


def _refuse_endpoint(call: Call) -> Reply:
    """As a workspace without this API says it: MLflow's client then searches in experiments (3.0)."""
    raise NotFoundError(f"No API found for '{call.method} {call.url_path}'", code="ENDPOINT_NOT_FOUND")
