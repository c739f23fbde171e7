"""Runs and the data they used, in MLflow."""

from typing import TYPE_CHECKING

import mlflow
from mlflow.data.delta_dataset_source import DeltaDatasetSource
from mlflow.data.pandas_dataset import from_pandas

from pipelines.errors import PipelineError
from pipelines.lakehouse import Fingerprint

if TYPE_CHECKING:
    import pandas


def find_experiment(name: str) -> str:
    """Return the id of a declared experiment.

    Raises PipelineError when there is none: experiments are declared with their permissions.
    """
    experiment = mlflow.get_experiment_by_name(name)
    if experiment is None:
        raise PipelineError(f"experiment {name} does not exist: deploy the stack that declares it")
    return str(experiment.experiment_id)


def log_data(
    rows: "pandas.DataFrame", *, table: str, label: str, fingerprint: Fingerprint, context: str
) -> None:
    """Log which rows of which table the active run used, and for what.

    The fingerprint stands for the table's version: equal rows have equal digests on every engine.
    """
    dataset = from_pandas(
        rows,
        source=DeltaDatasetSource(delta_table_name=table),
        targets=label,
        name=table,
        digest=fingerprint.digest,
    )
    mlflow.log_input(dataset, context=context)
