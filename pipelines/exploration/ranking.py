"""Candidates side by side on the held-out month, each a run in MLflow, and what follows for the settings."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import mlflow
import numpy as np
import pandas as pd

from pipelines.comparison import Comparison, compare
from pipelines.examples import Examples, find_days
from pipelines.exploration.candidates import Candidate
from pipelines.progress import timed
from pipelines.project import Project
from pipelines.scores import ERROR

Errors = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Ranking:
    """What each candidate reached on the held-out rows, the best first.

    The table has a row for each: candidate, family, mean_absolute_error, the project's own metrics, the
    gain over the heuristic, how much of it is sure (95%), seconds of training, and the run.
    """

    table: pd.DataFrame
    hyperparameters: Mapping[str, Mapping[str, Any]]  # by candidate
    errors: Mapping[str, Errors]  # absolute ones, by candidate, in the order of the held-out rows
    days: list[str]  # of the held-out rows

    @property
    def best(self) -> str:
        """The candidate with the smallest error."""
        return str(self.table["candidate"].iloc[0])

    def compare(self, candidate: str, baseline: str) -> Comparison:
        """Return the paired comparison of two candidates."""
        return compare(self.errors[candidate], self.errors[baseline], self.days)


def rank(
    project: Project, examples: Examples, candidates: Iterable[Candidate], *, experiment_id: str
) -> Ranking:
    """Return the ranking; each candidate trains on all training rows, in a run nested in the active one."""
    days = find_days(examples.held_out, project)
    training = pd.concat([examples.fitting, examples.tuning])
    errors: dict[str, Errors] = {}
    hyperparameters: dict[str, Mapping[str, Any]] = {}
    rows = []
    for candidate in candidates:
        hyperparameters[candidate.name] = candidate.hyperparameters
        with (
            timed(candidate.name) as note,
            # Without its own experiment_id a nested run goes to the default experiment.
            mlflow.start_run(experiment_id=experiment_id, run_name=candidate.name, nested=True) as run,
        ):
            metrics, errors[candidate.name] = _try(project, candidate, training, examples.held_out)
            mlflow.set_tag("family", candidate.family)
            mlflow.log_params(dict(candidate.hyperparameters))
            mlflow.log_metrics(metrics)
            note(f"{ERROR} {metrics[ERROR]:.3f}")
        rows.append(
            {"candidate": candidate.name, "family": candidate.family, **metrics, "run": run.info.run_id}
        )
    table = pd.DataFrame(rows)
    gains = [compare(errors[name], errors[project.heuristic.name], days) for name in table["candidate"]]
    table.insert(3, "gain", [each.gain for each in gains])
    table.insert(4, "gain_at_least", [each.at_least for each in gains])
    return Ranking(table.sort_values(ERROR, ignore_index=True, kind="stable"), hyperparameters, errors, days)


def _try(
    project: Project, candidate: Candidate, training: pd.DataFrame, held_out: pd.DataFrame
) -> tuple[dict[str, float], Errors]:
    started = time.perf_counter()
    predict = candidate.train(training)
    seconds = time.perf_counter() - started
    truth = held_out[project.features.label].to_numpy()
    predictions = predict(held_out)
    errors = np.abs(predictions - truth)
    own = {metric.name: metric.compute(predictions, truth) for metric in project.evaluation.metrics}
    return {ERROR: float(errors.mean()), **own, "seconds": seconds}, errors
