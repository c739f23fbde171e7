"""A model's scoring server, for the child process that serves it (imports nothing of ours)."""

from __future__ import annotations

from typing import Any


def build(settings: dict[str, Any]) -> Any:
    """MLflow's own scoring application on the model in a folder, with the packages installed here."""
    from mlflow.pyfunc import load_model, scoring_server  # noqa: PLC0415 (two seconds; only the child pays)

    return scoring_server.init(load_model(settings["model"]))
