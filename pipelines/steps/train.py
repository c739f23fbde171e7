"""train: tunes and trains the project's model, judges it on the last month, registers it.

The new version's URI is the task value `model_uri`.
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import version as installed
from typing import Any

import mlflow
import mlflow.sklearn
import numpy as np
import pandas as pd
from mlflow.entities import RunInfo
from mlflow.models import infer_signature

from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.examples import Examples, read_examples
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import TrainParameters
from pipelines.progress import say, timed
from pipelines.project import Estimator, Project
from pipelines.projects import find
from pipelines.registry import Registry
from pipelines.tasks import set_value
from pipelines.tracking import find_experiment, log_data
from pipelines.tuning import tune

Metrics = dict[str, float]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(TrainParameters, train, arguments)


def train(parameters: TrainParameters) -> None:
    """Register a new version of the model and hand its URI to the later tasks."""
    project = find(parameters.project)
    experiment_id = find_experiment(parameters.experiment)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    with timed("read examples") as note:
        examples = read_examples(lakehouse, project, max_rows=parameters.max_rows, seed=parameters.seed)
        note(
            f"{examples.training_data.rows:,} rows of {examples.first} to {examples.last} to train, "
            f"{examples.held_out_data.rows:,} of {examples.held_out_month} held out"
        )
    tags = _make_tags(parameters, examples)
    with mlflow.start_run(experiment_id=experiment_id, run_name="train", tags=tags) as run:
        version = _train_in_run(parameters, project, examples, tags, run.info)
    model_uri = f"models:/{parameters.model}/{version}"
    say(f"model_uri={model_uri}")
    set_value("model_uri", model_uri)


def _make_tags(parameters: TrainParameters, examples: Examples) -> dict[str, str]:
    """Return what the version and its run tell about where they come from."""
    return {
        "project": parameters.project,
        "code_version": parameters.code_version,
        "trained_from": str(examples.first),
        "trained_until": str(examples.last),
        "held_out_month": str(examples.held_out_month),
        "data_digest": examples.training_data.digest,
    }


def _train_in_run(
    parameters: TrainParameters, project: Project, examples: Examples, tags: Mapping[str, str], run: RunInfo
) -> str:
    """Return the version that was registered; what is tracked goes to the active run."""
    _log_examples(project, examples)
    hyperparameters = tune(
        project, examples, experiment_id=run.experiment_id, trials=parameters.trials, seed=parameters.seed
    )
    mlflow.log_params({**hyperparameters, "seed": parameters.seed, "trials": parameters.trials})
    mlflow.log_param("max_rows", parameters.max_rows)
    with timed("trained"):
        estimator = _fit(project, examples, hyperparameters, parameters.seed)
    metrics = _judge(project, estimator, examples.held_out)
    mlflow.log_metrics(metrics)
    say("held out: " + ", ".join(f"{name} {value:.3f}" for name, value in metrics.items()))
    with timed("logged model"):
        source = _log_model(project, estimator, examples.held_out)
    with timed("registered") as note:
        description = _describe(project, examples, metrics)
        registry = Registry(parameters.model)
        version = registry.register(source=source, run_id=run.run_id, tags=tags, description=description)
        note(f"{parameters.model} version {version}")
    return version


def _log_examples(project: Project, examples: Examples) -> None:
    label, table = project.features.label, examples.table
    for rows, fingerprint, context in (
        (examples.fitting, examples.training_data, "training"),
        (examples.held_out, examples.held_out_data, "held out"),
    ):
        columns = rows[[label]].join(project.model.frame(rows))
        log_data(columns, table=table, label=label, fingerprint=fingerprint, context=context)
        mlflow.log_params(
            {
                f"{context.replace(' ', '_')}_rows": fingerprint.rows,
                f"{context.replace(' ', '_')}_digest": fingerprint.digest,
            }
        )


def _fit(project: Project, examples: Examples, hyperparameters: Mapping[str, Any], seed: int) -> Estimator:
    """Return the estimator trained on everything but the held-out month."""
    rows = pd.concat([examples.fitting, examples.tuning])
    estimator = project.model.estimator(hyperparameters, seed)
    estimator.fit(project.model.frame(rows), rows[project.features.label])
    return estimator


def _judge(project: Project, estimator: Estimator, held_out: pd.DataFrame) -> Metrics:
    truth = held_out[project.features.label].to_numpy()
    errors = estimator.predict(project.model.frame(held_out)) - truth
    naive = project.heuristic.predict(held_out) - truth
    return {
        "mae": float(np.abs(errors).mean()),
        "rmse": float(np.sqrt(np.square(errors).mean())),
        "heuristic_mae": float(np.abs(naive).mean()),
        "heuristic_rmse": float(np.sqrt(np.square(naive).mean())),
    }


def _log_model(project: Project, estimator: Estimator, rows: pd.DataFrame) -> str:
    """Return the logged model's URI; its signature asks for every input, and lets numbers be missing."""
    complete = project.model.frame(rows).dropna()
    if complete.empty:
        raise PipelineError("no held-out row has all inputs: there is no example for the model's signature")
    example = complete.head(5)
    logged = mlflow.sklearn.log_model(
        estimator,
        name="model",
        signature=infer_signature(example, estimator.predict(example)),
        input_example=example,
        pip_requirements=[f"{name}=={installed(name)}" for name in project.model.requirements],
        serialization_format=mlflow.sklearn.SERIALIZATION_FORMAT_CLOUDPICKLE,
    )
    return f"models:/{logged.model_id}"


def _describe(project: Project, examples: Examples, metrics: Metrics) -> str:
    return (
        f"{project.model.description}\n\n"
        f"Trained on {examples.training_data.rows:,} rows of {examples.first} to {examples.last}. "
        f"On {examples.held_out_month}, held out: mean absolute error {metrics['mae']:.2f}, "
        f"the {project.heuristic.name}'s {metrics['heuristic_mae']:.2f}."
    )
