"""What an ML project provides: the only things that the steps know of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from pipelines.months import Month

if TYPE_CHECKING:
    import numpy
    import optuna
    import pandas
    from pyspark.sql import DataFrame

    from pipelines.checks.check import Check

Predict = Callable[["pandas.DataFrame"], "numpy.ndarray[Any, Any]"]
"""Returns one prediction for each row of the feature table."""


@dataclass(frozen=True)
class Batch:
    """Rows that arrived for a table: those of one month, or of no month to be merged by key."""

    month: Month | None
    rows: "pandas.DataFrame"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the rows of one ingested table come from; `time` is None for a table that has none."""

    table: str
    keys: tuple[str, ...]
    time: str | None
    read: Callable[[Sequence[Month]], Sequence[Batch]]


@dataclass(frozen=True, kw_only=True)
class FeatureTable:
    """A table of model inputs.

    `build` gets a reader of the project's tables by name and the first and the first excluded
    instant, and returns the rows whose time is in between. The label is empty where it isn't known.
    Rows depend on what happened up to `history` before them: when a month arrives late, the months that
    begin within that time after it are computed anew.
    """

    table: str
    key: str
    time: str
    label: str
    history: timedelta
    build: Callable[[Callable[[str], "DataFrame"], datetime, datetime], "DataFrame"]


class Estimator(Protocol):
    """What trains and predicts: scikit-learn's interface."""

    def fit(self, inputs: "pandas.DataFrame", label: "pandas.Series[float]") -> object:
        """Train on rows and their labels."""

    def predict(self, inputs: "pandas.DataFrame") -> "numpy.ndarray[Any, Any]":
        """Return one prediction a row."""


@dataclass(frozen=True, kw_only=True)
class Documentation:
    """What people should know of every version of a model."""

    description: str
    uses: tuple[str, ...]  # what it is meant for, and what not
    limits: tuple[str, ...]
    tags: Mapping[str, str]  # of compliance: each version carries them


@dataclass(frozen=True, kw_only=True)
class Model:
    """How a project's model is made: its inputs by kind, its estimator, and where to search.

    `explain` returns what each input contributes to each prediction (rows x inputs): SHAP values, which
    add up to the prediction together with a constant.
    """

    categories: tuple[str, ...]
    numbers: tuple[str, ...]
    estimator: Callable[[Mapping[str, Any], int], Estimator]  # from hyperparameters and a seed
    hyperparameters: Mapping[str, Any]  # the best known ones: the first trial, or all of it
    search: Callable[["optuna.Trial"], Mapping[str, Any]]
    explain: Callable[[Any, "pandas.DataFrame"], "numpy.ndarray[Any, Any]"]  # of an estimator and its inputs
    requirements: tuple[str, ...]  # distributions that the model needs where it is loaded
    pickled: tuple[str, ...]  # modules and names that its pickle may use; one that uses others isn't loaded
    documentation: Documentation

    @property
    def inputs(self) -> tuple[str, ...]:
        """The feature columns that the model takes, in order."""
        return (*self.categories, *self.numbers)

    def frame(self, rows: "pandas.DataFrame") -> "pandas.DataFrame":
        """Return the model's inputs of some rows: categories as objects, numbers as floats."""
        kinds = dict.fromkeys(self.categories, "object") | dict.fromkeys(self.numbers, "float64")
        return rows[list(self.inputs)].astype(kinds)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One number that tells how good predictions are, in the project's own terms."""

    name: str  # letters, digits and _
    meaning: str
    compute: Callable[["numpy.ndarray[Any, Any]", "numpy.ndarray[Any, Any]"], float]  # predictions, truth
    greater_is_better: bool


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How predictions of the held-out month are shown, besides their mean errors."""

    unit: str  # of the label
    metrics: tuple[Metric, ...]
    slices: tuple[str, ...]  # columns whose values are shown apart


@dataclass(frozen=True, kw_only=True)
class Heuristic:
    """What one would predict without a model: the baseline where there is no Champion."""

    name: str
    predict: Predict


@dataclass(frozen=True, kw_only=True)
class Monitoring:
    """The tables that monitors and alerts stand on, beside features and predictions."""

    payload_table: str  # the endpoint's inference table, which the platform writes
    requests_table: str  # what it holds, one row a prediction
    features_baseline: str  # replaced at each promotion, as the next
    predictions_baseline: str
    operational_table: str  # how jobs, endpoint and tables do, by day
    served_entities: str = "system.serving.served_entities"  # full name of the platform's own table


@dataclass(frozen=True, kw_only=True)
class Project:
    """One ML project: data, features, model, and what is expected of it."""

    name: str
    time_zone: str  # whose calendar cuts months and days
    sources: tuple[Source, ...]
    features: FeatureTable
    model: Model
    evaluation: Evaluation
    validation: tuple["Check", ...]  # all that a version must pass before it may challenge the Champion
    heuristic: Heuristic
    predictions_table: str
    monitoring: Monitoring

    def __post_init__(self) -> None:
        names = [check.name for check in self.validation]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"project {self.name}: validation needs checks of different names, not {names}")
