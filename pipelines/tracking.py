"""Runs and the data they used, in MLflow."""

from typing import TYPE_CHECKING

import mlflow
from mlflow.data.delta_dataset_source import DeltaDatasetSource
from mlflow.data.pandas_dataset import PandasDataset, from_pandas

from pipelines.errors import PipelineError

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


def open_experiment(name: str) -> str:
    """Return the id of an experiment of one's own, which is made where there is none."""
    experiment = mlflow.get_experiment_by_name(name)
    return str(mlflow.create_experiment(name) if experiment is None else experiment.experiment_id)


def describe_data(
    rows: "pandas.DataFrame",
    *,
    table: str,
    version: int | None,
    label: str,
    digest: str,
    predictions: str | None = None,
) -> PandasDataset:
    """Return what MLflow keeps of rows that were read from a table.

    The digest stands for the table's version, where the engine tells none: equal rows have equal digests
    on every engine.
    """
    source = DeltaDatasetSource(delta_table_name=table, delta_table_version=version)
    # As MLflow itself names tables: of an equal name and digest it keeps the first source alone.
    name = table if version is None else f"{table}@v{version}"
    return from_pandas(rows, source=source, targets=label, name=name, digest=digest, predictions=predictions)
