"""Which experiments a tracking call is about: its runs', logged models' and traces' too."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, quote

from infra.local.workspace.errors import InvalidParameterError, NotFoundError
from infra.local.workspace.mlflow.proxy import MlflowError, Proxy
from infra.local.workspace.routing import Call
from infra.local.workspace.store import Document

_REMEMBERED = 20_000

Subject = Callable[["Subjects", Call], list[str]]


class Subjects:
    """Finds the experiment of a run, logged model or trace; none of them ever changes it."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._known: dict[str, str] = {}

    def of_run(self, run_id: str) -> str:
        """The experiment of a run."""
        path = f"/api/2.0/mlflow/runs/get?run_id={quote(run_id)}"
        return self._look_up(path, f"Run '{run_id}' not found.", lambda d: d["run"]["info"]["experiment_id"])

    def of_model(self, model_id: str) -> str:
        """The experiment of a logged model."""
        path = f"/api/2.0/mlflow/logged-models/{quote(model_id)}?allow_deleted=true"
        message = f"Logged model with ID '{model_id}' not found."
        return self._look_up(path, message, lambda d: d["model"]["info"]["experiment_id"])

    def of_trace(self, trace_id: str) -> str:
        """The experiment of a trace."""
        path = f"/api/3.0/mlflow/traces/{quote(trace_id)}"
        message = f"Trace with ID '{trace_id}' not found."
        return self._look_up(path, message, lambda d: _experiment_of_trace(d["trace"]["trace_info"]))

    def _look_up(self, path: str, missing: str, experiment: Callable[[Document], str]) -> str:
        if path not in self._known:
            try:
                document = self._proxy.send("GET", path)
            except MlflowError as error:
                if error.status != 404:
                    raise
                raise NotFoundError(missing) from error
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[path] = str(experiment(document))
        return self._known[path]


def experiment(_subjects: Subjects, call: Call) -> list[str]:
    """The experiment that the call names."""
    return [str(call.require("experiment_id"))]


def experiments(_subjects: Subjects, call: Call) -> list[str]:
    """The experiments that the call names, at least one."""
    ids = call.arguments().get("experiment_ids")
    if not ids or not isinstance(ids, list):
        raise InvalidParameterError("Missing required field: experiment_ids")
    return [str(experiment_id) for experiment_id in ids]


def run(subjects: Subjects, call: Call) -> list[str]:
    """The experiment of the run that the call names."""
    arguments = call.arguments()
    run_id = arguments.get("run_id") or arguments.get("run_uuid")
    if not run_id:
        raise InvalidParameterError("Missing required field: run_id")
    return [subjects.of_run(str(run_id))]


def runs(subjects: Subjects, call: Call) -> list[str]:
    """The experiments of the runs that the query lists."""
    ids = [value for key, value in parse_qsl(call.query_string) if key == "run_ids"]
    if not ids:
        raise InvalidParameterError("Missing required field: run_ids")
    return [subjects.of_run(run_id) for run_id in ids]


def model(subjects: Subjects, call: Call) -> list[str]:
    """The experiment of the logged model in the path."""
    return [subjects.of_model(call.path["model_id"])]


def trace(subjects: Subjects, call: Call) -> list[str]:
    """The experiment of the trace in the path."""
    return [subjects.of_trace(call.path["trace_id"])]


def new_trace(_subjects: Subjects, call: Call) -> list[str]:
    """The experiment that a trace is logged to."""
    return [_experiment_of_trace(call.require("trace")["trace_info"])]


def traces(_subjects: Subjects, call: Call) -> list[str]:
    """The experiments that traces are searched in."""
    return [_experiment_of_location(location) for location in call.require("locations")]


def _experiment_of_trace(trace_info: Document) -> str:
    return _experiment_of_location(trace_info.get("trace_location", {}))


def _experiment_of_location(location: Document) -> str:
    experiment_id = location.get("mlflow_experiment", {}).get("experiment_id")
    if not experiment_id:
        raise InvalidParameterError("Only traces in experiments are served locally, not in Unity Catalog.")
    return str(experiment_id)
