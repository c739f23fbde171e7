"""Predictions of a registered model version."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from mlflow.pyfunc import PyFuncModel, load_model
from mlflow.types import DataType

from pipelines.errors import PipelineError

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Scorer:
    """A loaded version, whose own signature says which columns of which types it takes."""

    uri: str
    model: PyFuncModel

    @classmethod
    def load(cls, name: str, version: str) -> "Scorer":
        """Return the loaded version of a registered model."""
        uri = f"models:/{name}/{version}"
        return cls(uri, load_model(uri))

    @classmethod
    def open(cls, uri: str, folder: Path) -> "Scorer":
        """Return the loaded model of a folder, into which the version's files were brought already."""
        return cls(uri, load_model(str(folder)))

    @property
    def kind(self) -> str:
        """What of MLflow's has loaded it, such as mlflow.sklearn."""
        return str(self.model.loader_module)

    def predict(self, rows: "pandas.DataFrame") -> "np.ndarray[Any, Any]":
        """Return one prediction a row.

        Raises PipelineError when the rows lack a column that the model takes.
        """
        signature = self.model.metadata.signature
        if signature is None or signature.inputs is None:
            raise PipelineError(f"{self.uri} has no signature")
        schema = signature.inputs
        missing = [name for name in schema.input_names() if name not in rows.columns]
        if missing:
            raise PipelineError(f"{self.uri} takes {', '.join(missing)}, which the rows don't have")
        kinds = {column.name: _kind(column.type) for column in schema.inputs}
        inputs = rows[schema.input_names()].astype(kinds)
        return np.asarray(self.model.predict(inputs), dtype="float64")


def _kind(kind: DataType) -> Any:
    return kind.to_pandas()
