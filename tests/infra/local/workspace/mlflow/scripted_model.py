"""A model that does as its config says; MLflow stores this file and runs it where it is loaded."""

from __future__ import annotations

import time
from typing import Any

import mlflow
import pandas as pd
from mlflow.pyfunc.model import PythonModel, PythonModelContext


class Scripted(PythonModel):
    """Predicts `value`, after `seconds`; doesn't load at all with `broken`."""

    def load_context(self, context: PythonModelContext) -> None:
        """Take over the config."""
        self.config = context.model_config
        if self.config.get("broken"):
            raise RuntimeError("This model is broken on purpose.")

    def predict(
        self,
        context: PythonModelContext,  # noqa: ARG002 (mlflow's signature)
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002 (mlflow's signature)
    ) -> list[float]:
        """The value, once per row."""
        time.sleep(self.config.get("seconds", 0))
        return [self.config["value"]] * len(model_input)


mlflow.models.set_model(Scripted())
