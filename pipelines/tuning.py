"""The search for hyperparameters."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import mlflow
import numpy as np

from pipelines.examples import Examples
from pipelines.progress import timed
from pipelines.project import Project

if TYPE_CHECKING:
    import optuna


def tune(
    project: Project, examples: Examples, *, experiment_id: str, trials: int, seed: int
) -> Mapping[str, Any]:
    """Return the hyperparameters with the lowest mean absolute error on the tuning rows.

    The project's own are the first trial; with no trials they are the answer. Each trial is a run nested
    in the active one.
    """
    if trials == 0:
        return dict(project.model.hyperparameters)
    import optuna  # noqa: PLC0415 - takes a second, and untuned training doesn't need it

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.enqueue_trial(dict(project.model.hyperparameters))
    study.optimize(lambda trial: _try(project, examples, experiment_id, trial, seed), n_trials=trials)
    return dict(study.best_trial.user_attrs["hyperparameters"])


def _try(project: Project, examples: Examples, experiment_id: str, trial: "optuna.Trial", seed: int) -> float:
    """Return the trial's mean absolute error."""
    model, label = project.model, project.features.label
    hyperparameters = dict(model.search(trial))
    trial.set_user_attr("hyperparameters", hyperparameters)
    name = f"trial {trial.number + 1}"
    # Without its own experiment_id a nested run would go to the default experiment, not to its parent's.
    with timed(name) as note, mlflow.start_run(experiment_id=experiment_id, run_name=name, nested=True):
        estimator = model.estimator(hyperparameters, seed)
        estimator.fit(model.frame(examples.fitting), examples.fitting[label])
        errors = estimator.predict(model.frame(examples.tuning)) - examples.tuning[label].to_numpy()
        error = float(np.abs(errors).mean())
        mlflow.log_params(hyperparameters)
        mlflow.log_metric("tuning_mae", error)
        note(f"mae {error:.3f}")
    return error
