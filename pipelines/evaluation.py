"""How good a new version is on the held-out month, side by side with what stands already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mlflow
import mlflow.metrics
import numpy as np
import pandas as pd
from mlflow.metrics import MetricValue
from mlflow.models import EvaluationMetric, evaluate, make_metric

from pipelines.examples import Examples
from pipelines.project import Metric, Project
from pipelines.scores import ERROR, Scores
from pipelines.tracking import describe_data

if TYPE_CHECKING:
    from mlflow.data.pandas_dataset import PandasDataset

FILE = "evaluation.json"


@dataclass(frozen=True)
class Entrant:
    """Somebody's predictions of the held-out rows."""

    key: str  # column of the table; before the names of its metrics, but of the version's own
    name: str  # for people
    predictions: "np.ndarray[Any, Any]"


def judge(
    project: Project, examples: Examples, entrants: Sequence[Entrant], *, model_id: str, remark: str
) -> Scores:
    """Return the scores of entrants, the first of which is the version that the active run has trained.

    MLflow's evaluate computes the metrics and logs them to the run, the version's own to its model too;
    the table is the run's artifact evaluation.json.
    """
    version, *others = entrants
    found = {entrant.key: _evaluate(project, examples, entrant, f"{entrant.key}_") for entrant in others}
    # The last one: from then on MLflow takes the model for the active one, and the others aren't it.
    found[version.key] = _evaluate(project, examples, version, "", model_id)
    mlflow.clear_active_model()
    rows = [
        {"slice": "all", "rows": len(examples.held_out), "metric": metric}
        | {entrant.key: found[entrant.key][metric] for entrant in entrants}
        for metric in found[version.key]
    ]
    table = pd.DataFrame([*rows, *_judge_slices(project, examples.held_out, entrants)])
    mlflow.log_table(table, FILE)
    return Scores(table, {entrant.key: entrant.name for entrant in entrants}, remark)


def _evaluate(
    project: Project, examples: Examples, entrant: Entrant, prefix: str, model_id: str | None = None
) -> dict[str, float]:
    """Return an entrant's metrics by their plain names; they are logged with the prefix.

    They are chosen one by one, as the set that MLflow has for regressors includes a percentage of the
    truth, which means nothing where that may be 0.
    """
    result = evaluate(  # type: ignore[no-untyped-call] # MLflow's
        data=_make_dataset(project, examples, entrant.predictions),
        extra_metrics=[
            mlflow.metrics.mae(),
            mlflow.metrics.rmse(),
            *(_make_metric(metric) for metric in project.evaluation.metrics),
        ],
        evaluators="default",
        evaluator_config={"metric_prefix": prefix},
        model_id=model_id,
    )
    return {name.removeprefix(prefix): float(value) for name, value in result.metrics.items()}


def _make_dataset(
    project: Project, examples: Examples, predictions: "np.ndarray[Any, Any]"
) -> "PandasDataset":
    label = project.features.label
    rows = pd.DataFrame({label: examples.held_out[label].to_numpy(), "prediction": predictions})
    return describe_data(
        rows,
        table=examples.table,
        version=examples.table_version,
        label=label,
        digest=examples.held_out_data.digest,
        predictions="prediction",
    )


def _make_metric(metric: Metric) -> EvaluationMetric:
    def compute(predictions: "pd.Series[float]", targets: "pd.Series[float]") -> MetricValue:
        value = metric.compute(predictions.to_numpy(), targets.to_numpy())
        return MetricValue(aggregate_results={metric.name: value})

    made: EvaluationMetric = make_metric(  # type: ignore[no-untyped-call] # MLflow's
        eval_fn=compute, greater_is_better=metric.greater_is_better, name=metric.name
    )
    return made


def _judge_slices(
    project: Project, held_out: pd.DataFrame, entrants: Sequence[Entrant]
) -> list[dict[str, object]]:
    """Return the mean absolute errors of each value of each slice, the most frequent values first."""
    truth = held_out[project.features.label].to_numpy()
    errors = pd.DataFrame({entrant.key: np.abs(entrant.predictions - truth) for entrant in entrants})
    found: list[dict[str, object]] = []
    for column in project.evaluation.slices:
        groups = errors.groupby(held_out[column].to_numpy())
        slices: list[dict[str, object]] = [
            {"slice": f"{column} {value}", "rows": len(rows), "metric": ERROR}
            | {entrant.key: float(rows[entrant.key].mean()) for entrant in entrants}
            for value, rows in groups
        ]
        found += sorted(slices, key=lambda row: -int(str(row["rows"])))
    return found
