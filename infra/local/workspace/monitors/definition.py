"""What a monitor is to compute, as its document says it and as it is checked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

from infra.local.workspace.catalog.column_types import parse_type
from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.fields import read_object, read_objects, read_text, read_texts
from infra.local.workspace.monitors.metrics.windows import Granularity, parse_granularity
from infra.local.workspace.store import Document

TABLE = ":table"
SNAPSHOT, TIME_SERIES, INFERENCE_LOG = KINDS = ("snapshot", "time_series", "inference_log")
MetricKind = Literal["aggregate", "derived", "drift"]

_METRIC_KINDS: dict[str, MetricKind] = {
    "CUSTOM_METRIC_TYPE_AGGREGATE": "aggregate",
    "CUSTOM_METRIC_TYPE_DERIVED": "derived",
    "CUSTOM_METRIC_TYPE_DRIFT": "drift",
}
_PROBLEMS = {
    "PROBLEM_TYPE_REGRESSION": "regression",
    "PROBLEM_TYPE_CLASSIFICATION": "classification",
}
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Profile:
    """How a table is looked at: as a whole at each refresh, or by windows of its rows' times.

    prediction, label, model_id and problem (`regression` or `classification`) are an inference log's;
    only label may be empty there.
    """

    kind: str
    time: str = ""
    granularities: tuple[Granularity, ...] = ()
    prediction: str = ""
    label: str = ""
    model_id: str = ""
    problem: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns that it names."""
        return tuple(filter(None, (self.time, self.prediction, self.label, self.model_id)))


@dataclass(frozen=True)
class CustomMetric:
    """A metric that the monitor's owner defines by a SQL expression, of type `sql_type`.

    input_columns: the columns it is computed for, in lower case, or `:table` for all together.
    """

    name: str
    kind: MetricKind
    expression: str
    input_columns: tuple[str, ...]
    sql_type: str


@dataclass(frozen=True)
class Definition:
    """A profile, the baseline's name (may be empty), slicing expressions and custom metrics."""

    profile: Profile
    baseline: str
    slices: tuple[str, ...]
    metrics: tuple[CustomMetric, ...]

    @classmethod
    def read(cls, document: Document) -> Definition:
        """The definition of a request or of a kept monitor; InvalidParameterError, NotServedError."""
        slices = read_texts(document, "slicing_exprs")
        if len(set(slices)) < len(slices) or not all(slices):
            raise InvalidParameterError("slicing_exprs must be different expressions, none of them empty.")
        metrics = tuple(_read_metric(each) for each in read_objects(document, "custom_metrics"))
        names = [metric.name.lower() for metric in metrics]
        if repeated := {name for name in names if names.count(name) > 1}:
            raise InvalidParameterError(f"Custom metrics named twice: {', '.join(sorted(repeated))}.")
        baseline = read_text(document, "baseline_table_name")
        return cls(_read_profile(document), baseline, tuple(slices), metrics)


def _read_profile(document: Document) -> Profile:
    given = [kind for kind in KINDS if document.get(kind) is not None]
    if len(given) != 1:
        raise InvalidParameterError(f"A monitor needs exactly one of {', '.join(KINDS)}.")
    (kind,) = given
    fields = read_object(document, kind)
    if kind == SNAPSHOT:
        return Profile(kind)
    granularities = tuple(parse_granularity(text) for text in read_texts(fields, "granularities"))
    if not granularities or len(set(granularities)) < len(granularities):
        raise InvalidParameterError(f"{kind} needs granularities, each once.")
    time = _need(fields, "timestamp_col", kind)
    if kind == TIME_SERIES:
        return Profile(kind, time, granularities)
    if fields.get("prediction_proba_col"):
        raise NotServedError("prediction_proba_col, for log_loss and roc_auc_score, is not served locally.")
    problem = _PROBLEMS.get(_need(fields, "problem_type", kind))
    if problem is None:
        raise InvalidParameterError(f"problem_type is not one of {', '.join(_PROBLEMS)}.")
    return Profile(
        kind,
        time,
        granularities,
        prediction=_need(fields, "prediction_col", kind),
        label=read_text(fields, "label_col"),
        model_id=_need(fields, "model_id_col", kind),
        problem=problem,
    )


def _read_metric(fields: Document) -> CustomMetric:
    name = _need(fields, "name", "A custom metric")
    if not _NAME.fullmatch(name):
        raise InvalidParameterError(f"{name!r} can't name a custom metric: letters, digits and _ do.")
    kind = _METRIC_KINDS.get(_need(fields, "type", f"Custom metric {name}"))
    if kind is None:
        raise InvalidParameterError(f"The type of custom metric {name} is not {', '.join(_METRIC_KINDS)}.")
    columns = [column.lower() for column in read_texts(fields, "input_columns")]
    if not columns or len(set(columns)) < len(columns):
        raise InvalidParameterError(f"Custom metric {name} needs input_columns, each once, or [{TABLE!r}].")
    expression = _need(fields, "definition", f"Custom metric {name}")
    sql_type = _read_type(name, _need(fields, "output_data_type", f"Custom metric {name}"))
    return CustomMetric(name, kind, expression, tuple(columns), sql_type)


def _read_type(metric: str, text: str) -> str:
    """The SQL type of Spark's JSON for a column (or for a type), or of a type's name."""
    try:
        told = json.loads(text)
    except ValueError:
        told = text
    if isinstance(told, dict) and "name" in told:
        told = told.get("type")
    if not isinstance(told, str):
        raise NotServedError(
            f"Custom metric {metric} has an output_data_type that is no simple type: not served locally."
        )
    return parse_type(told).text


def _need(fields: Document, name: str, what: str) -> str:
    if not (text := read_text(fields, name)):
        raise InvalidParameterError(f"{what} needs {name}.")
    return text
