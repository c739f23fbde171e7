"""Calls of the MLflow server: JSON in and out, its errors as ours, its names as Databricks' own."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

from infra.local.workspace.errors import ApiError
from infra.local.workspace.mlflow import locations, names
from infra.local.workspace.mlflow.backend import Backend
from infra.local.workspace.store import Document

_PREFIXED = re.compile(r"(['\"])\d+:/")
_API = "/api/2.0/mlflow"


class MlflowError(ApiError):
    """What the MLflow server refused, with the status and code it gave."""

    def __init__(self, message: str, *, status: int, code: str) -> None:
        super().__init__(message, code=code)
        self.status = status


class Proxy:
    """The MLflow server's REST API."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def get(self, path: str, **query: str) -> Document:
        """Read below `/api/2.0/mlflow`."""
        return self.send("GET", f"{_API}/{path}?{urlencode(query)}")

    def post(self, path: str, document: Document) -> Document:
        """Write below `/api/2.0/mlflow`."""
        return self.send("POST", f"{_API}/{path}", json.dumps(document).encode())

    def send(self, method: str, path: str, content: bytes = b"") -> Document:
        """The answer to any request, as clients of Databricks know it; MlflowError where refused."""
        response = self._backend.call(method, path, content=content)
        if response.status_code >= 400:
            raise _error(response.status_code, response.text)
        document: Document = locations.rewrite(json.loads(response.content or b"{}"))
        return document


def _error(status: int, text: str) -> MlflowError:
    try:
        document = json.loads(text)
    except ValueError:
        document = {"message": text}
    message = _PREFIXED.sub(r"\1/", str(document.get("message", text)))
    return MlflowError(message, status=status, code=document.get("error_code", "INTERNAL_ERROR"))


def show_experiment(experiment: Document) -> Document:
    """An experiment under the name that its workspace gave it."""
    name = names.outside(experiment["name"])
    return {**experiment, "name": name.path if name else experiment["name"]}


def tags(experiment: Document) -> dict[str, Any]:
    """An experiment's tags as a mapping."""
    return {tag["key"]: tag["value"] for tag in experiment.get("tags", [])}
