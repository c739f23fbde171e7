"""What a project has watched, and when somebody is told: monitors of its tables, alerts on what they find."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from infra.config.validation import Settings

MetricName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Granularity = Literal[
    "5 minutes",
    "30 minutes",
    "1 hour",
    "1 day",
    "1 week",
    "2 weeks",
    "3 weeks",
    "4 weeks",
    "1 month",
    "1 year",
]


class TimeSeries(Settings):
    """Rows are compared window by window."""

    time: str


class InferenceLog(Settings):
    """Rows are predictions, judged by their labels where they are known."""

    time: str
    prediction: str
    model_id: str
    label: str | None = None
    problem: Literal["regression", "classification"]


class CustomMetric(Settings):
    """A metric of the project's own: SQL with Jinja, as Databricks' custom metrics have it."""

    kind: Literal["aggregate", "derived", "drift"]
    columns: tuple[str, ...] = Field(min_length=1)  # `:table` for what is computed of whole rows
    definition: str
    type: Literal["double", "long", "string"] = "double"


class Monitor(Settings):
    """What is computed of one declared table, by windows of time or of the whole (`snapshot`)."""

    time_series: TimeSeries | None = None
    inference_log: InferenceLog | None = None
    snapshot: bool = False
    granularities: tuple[Granularity, ...] = ()
    slices: tuple[str, ...] = ()  # SQL expressions; metrics are computed for each of their values, too
    baseline: str | None = None  # the declared table that drift is measured from
    metrics: dict[MetricName, CustomMetric] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.time_series is not None) + (self.inference_log is not None) + self.snapshot != 1:
            raise ValueError("wants exactly one of time_series, inference_log, snapshot")
        if self.snapshot == bool(self.granularities):
            raise ValueError("wants granularities, unless it is a snapshot")
        return self

    @property
    def time(self) -> str | None:
        """The column of the rows' time; None for a snapshot."""
        windows = self.time_series or self.inference_log
        return windows.time if windows else None

    def columns(self) -> list[str]:
        """The table's columns that it names."""
        return [name for part in (self.time_series, self.inference_log) if part for name in _columns(part)]


def _columns(part: TimeSeries | InferenceLog) -> list[str]:
    if isinstance(part, TimeSeries):
        return [part.time]
    named = [part.time, part.prediction, part.model_id]
    return [*named, part.label] if part.label else named


class DriftAlert(Settings):
    """Told when a column drifts further from the baseline than the baseline's own months do."""

    monitor: str
    columns: tuple[str, ...] = Field(min_length=1)
    retrain: bool = False


class QualityAlert(Settings):
    """Told when the newest window's error is more than so many times that of the baseline."""

    monitor: str
    tolerance: float = Field(gt=1)
    retrain: bool = False


class FreshnessAlert(Settings):
    """Told when a table was not written for longer."""

    tables: tuple[str, ...] = Field(min_length=1)
    hours: float = Field(gt=0)


class EndpointAlert(Settings):
    """Told when a larger share of the newest two days' requests failed."""

    share: float = Field(ge=0, lt=1)


class RunsAlert(Settings):
    """Told when more runs of the project's jobs failed on the newest two days."""

    runs: int = Field(ge=0)


class Alerts(Settings):
    """The alerts that a project has; those with `retrain` start its training job."""

    drift: DriftAlert | None = None
    quality: QualityAlert | None = None
    freshness: FreshnessAlert | None = None
    endpoint_errors: EndpointAlert | None = None
    failed_runs: RunsAlert | None = None

    def retraining(self) -> list[str]:
        """The names of those that start training."""
        return [name for name, alert in self if getattr(alert, "retrain", False)]
